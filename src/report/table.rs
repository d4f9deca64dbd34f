//! The pieces that text and Markdown reports are made of.

use crate::evaluate::Estimate;

/// A piece of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading and its level, from 1.
    Heading(usize, String),
    /// Lines that belong together.
    Lines(Vec<String>),
    /// A table.
    Table(Table),
}

/// A table of ready texts; every row is as long as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Names of the columns.
    pub(crate) header: Vec<String>,
    /// Columns from the left whose texts begin at the left; figures in the others end at the right.
    pub(crate) left: usize,
    /// Its rows.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these names of columns.
    pub(crate) fn of<const N: usize>(left: usize, header: [&str; N], rows: Vec<Vec<String>>) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), left, rows }
    }
}

/// A line of text from a file, made safe to show: control characters, which could move a
/// terminal's cursor or break a table, and marks that reverse the direction of text become blanks
/// or U+FFFD.
pub(crate) fn plain(text: &str) -> String {
    let safe = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
        character if character.is_control() => '\u{FFFD}',
        character => character,
    };
    text.chars().map(safe).collect()
}

/// At most `longest` characters of a text, with `…` where it was cut.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some(_) => text.chars().take(longest.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A number with three decimals, never `-0.000`; `-` where there is none.
pub(crate) fn number(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return "-".to_owned();
    };
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// A figure with its interval, where it has one: `0.712 [0.690, 0.734]`.
pub(crate) fn estimate(estimate: Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            format!("{} [{}, {}]", number(estimate.value), number(Some(low)), number(Some(high)))
        }
        _ => number(estimate.value),
    }
}

/// A count and its word, in the plural where it is not one.
pub(crate) fn count(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_decimals() {
        assert_eq!(number(Some(0.712_499)), "0.712");
        assert_eq!(number(Some(-0.000_4)), "0.000");
        assert_eq!(number(Some(-0.000_6)), "-0.001");
        assert_eq!((number(None), number(Some(f64::NAN))), ("-".into(), "-".into()));
        let whole = Estimate { value: Some(0.5), low: Some(0.25), high: Some(1.0) };
        assert_eq!(estimate(whole), "0.500 [0.250, 1.000]");
        assert_eq!(estimate(Estimate { low: None, ..whole }), "0.500");
    }

    #[test]
    fn texts_from_files_cannot_drive_the_terminal() {
        assert_eq!(plain("a\u{1B}[2Jb\nc\u{202E}d"), "a\u{FFFD}[2Jb c\u{FFFD}d");
        assert_eq!((cut("Москва", 6).as_str(), cut("Москва", 5).as_str()), ("Москва", "Моск…"));
        assert_eq!(cut("ab", 0), "…");
    }
}
