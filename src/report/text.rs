//! Reports for a terminal: headings underlined, columns aligned, two blanks between them.

use super::table::{Block, Table};

/// Lays the blocks out, an empty line between them.
pub(super) fn render(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks.iter().map(block).collect();
    texts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            let line = if *level == 1 { "=" } else { "-" };
            format!("{text}\n{}\n", line.repeat(width(text)))
        }
        Block::Lines(lines) => lines.iter().map(|line| format!("{line}\n")).collect(),
        Block::Table(table) => aligned(table),
    }
}

/// Columns a text takes on screen, near enough: one for each code point.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn aligned(table: &Table) -> String {
    let lines = || std::iter::once(&table.header).chain(&table.rows);
    let widest = |column: usize| lines().filter_map(|line| line.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..table.header.len()).map(|column| widest(column).unwrap_or(0)).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &widest))| {
            if column < table.left { format!("{cell:<widest$}") } else { format!("{cell:>widest$}") }
        });
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    lines().map(line).collect()
}
