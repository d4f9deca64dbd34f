//! Reports in GitHub-flavoured Markdown, to commit beside a model or paste into an issue.

use super::table::{Block, Table};

/// Lays the blocks out, an empty line between them.
pub(super) fn render(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks.iter().map(block).collect();
    texts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("{} {}\n", "#".repeat(*level), escaped(text)),
        Block::Lines(lines) => lines.iter().map(|line| format!("- {}\n", escaped(line))).collect(),
        Block::Table(table) => pipes(table),
    }
}

fn pipes(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let escape = |cells: &Vec<String>| cells.iter().map(|cell| escaped(cell)).collect();
    let rule = |column: usize| if column < table.left { "---" } else { "---:" }.to_owned();
    let mut text = line(escape(&table.header));
    text.push_str(&line((0..table.header.len()).map(rule).collect()));
    text.extend(table.rows.iter().map(|row| line(escape(row))));
    text
}

/// A text whose characters mean only themselves. Underlines inside words and brackets that no
/// round one follows mean nothing in this Markdown, so ids and intervals stay legible.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '\\' | '|' | '*' | '`' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '(' if escaped.ends_with(']') => escaped.push_str("\\("),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_break_out() {
        assert_eq!(
            escaped("a|b <script> [x](y) *z* EN_UA & [0.1, 0.2]"),
            "a\\|b &lt;script> [x]\\(y) \\*z\\* EN_UA &amp; [0.1, 0.2]"
        );
    }
}
