//! Evaluative words (`data/polarity.tsv`): what a word says of whom it is said of, taken alone.
//!
//! In: the table, `word polarity` with polarity from -3 to 3. Out: the polarity of a stem. Cues name acts and positions, and are few;
//! these are the many words of blame and praise ("crook", "debacle", "hailed") that act on nobody.

use crate::segment::{HashedMap, Lexicon};

/// Polarity by the hash of a stem.
#[derive(Debug, Default)]
pub struct PolarityTable(HashedMap<i8>);

impl PolarityTable {
    /// Reads a table. Words of one stem have the polarity of the first.
    ///
    /// # Errors
    /// The line, and what is wrong with it.
    pub(super) fn read(table: &str) -> Result<Self, String> {
        let mut lexicon = Lexicon::default();
        let mut polarities = HashedMap::default();
        let lines = table.lines().enumerate().skip(1);
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
            let error = |problem: &str| format!("polarity.tsv:{}: {problem}", number + 1);
            let Some((word, polarity)) = line.split_once('\t') else {
                return Err(error("expected word, polarity"));
            };
            if word.is_empty() || word.contains(char::is_whitespace) {
                return Err(error("a word is one word"));
            }
            let polarity = polarity.trim().parse().ok().filter(|value: &i8| *value != 0 && (-3..=3).contains(value));
            let polarity = polarity.ok_or_else(|| error("polarity is not -3 to 3 without 0"))?;
            let symbol = lexicon.symbol(word);
            polarities.entry(lexicon.stem_hash(symbol)).or_insert(polarity);
        }
        Ok(Self(polarities))
    }

    /// Polarity of a stem by its hash (xxh3); 0 for words that do not evaluate.
    #[must_use]
    pub fn of(&self, stem: u64) -> i8 {
        self.0.get(&stem).copied().unwrap_or_default()
    }

    /// Number of stems.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_stems() {
        let table = PolarityTable::read("word\tpolarity\nlie\t-2\nhero\t3\n").unwrap();
        let mut lexicon = Lexicon::default();
        let mut of = |word: &str| {
            let symbol = lexicon.symbol(word);
            table.of(lexicon.stem_hash(symbol))
        };
        assert_eq!((of("lies"), of("Hero"), of("table")), (-2, 3, 0));
    }

    #[test]
    fn broken_tables_are_refused_with_the_line() {
        let refused = |line: &str| PolarityTable::read(&format!("word\tpolarity\n{line}\n")).unwrap_err();
        assert_eq!(refused("lie"), "polarity.tsv:2: expected word, polarity");
        assert_eq!(refused("lie\t0"), "polarity.tsv:2: polarity is not -3 to 3 without 0");
        assert_eq!(refused("big lie\t-2"), "polarity.tsv:2: a word is one word");
    }
}
