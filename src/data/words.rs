//! How often words occur in a data set.
//!
//! In: labelled pairs. Out: each word, lower-cased, with the number of its occurrences in the different texts; names of actors
//! among them. What `demarche encoder distill` needs to know of a language.

use crate::{
    pairs::LabelledPair,
    segment::{Lexicon, Segmentation, TokenKind},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Texts that one worker takes at a time.
const CHUNK: usize = 256;

/// Counts the words of the texts of `pairs`, each text once; those that occur fewer than `minimum` times are left out.
#[must_use]
pub fn word_counts(pairs: &[LabelledPair], minimum: u64) -> BTreeMap<String, u64> {
    let mut texts: Vec<&str> = pairs.iter().map(|pair| &*pair.text).collect();
    texts.sort_unstable();
    texts.dedup();
    let parts: Vec<HashMap<String, u64>> = texts
        .par_chunks(CHUNK)
        .map(|texts| {
            let (mut counts, mut lexicon) = (HashMap::new(), Lexicon::default());
            for text in texts {
                for token in Segmentation::of(text).tokens.iter().filter(|token| token.kind == TokenKind::Word) {
                    let symbol = lexicon.symbol(token.span.of(text));
                    *counts.entry(lexicon.raw(symbol).to_owned()).or_default() += 1;
                }
            }
            counts
        })
        .collect();
    let mut counts = BTreeMap::new();
    for (word, count) in parts.into_iter().flatten() {
        *counts.entry(word).or_default() += count;
    }
    counts.retain(|_, count| *count >= minimum);
    counts
}

/// A list of words that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; expected a word, a tab, and how often it occurs")]
pub struct WordCountError {
    /// 1-based line.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// Reads a list as [`word_counts`] gives it: a word, a tab, a number on each line.
///
/// # Errors
/// At the first line that is something else, or repeats a word.
pub fn read_word_counts(text: &str) -> Result<BTreeMap<String, u64>, WordCountError> {
    let mut counts = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let error = |problem: String| WordCountError { line: index + 1, problem };
        let (word, count) = line.split_once('\t').ok_or_else(|| error("no tab".into()))?;
        let count = count.trim().parse().map_err(|_| error(format!("`{count}` is no whole number")))?;
        if word.is_empty() || word.contains(char::is_whitespace) || word != word.to_lowercase() {
            return Err(error(format!("`{word}` is no word in lower case")));
        }
        if counts.insert(word.to_owned(), count).is_some() {
            return Err(error(format!("`{word}` a second time")));
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::{PairOptions, read_pairs};

    #[test]
    fn lists_are_read_and_wrong_lines_named() {
        assert_eq!(read_word_counts("a\t2\n\nplea\t3\r\n").unwrap().len(), 2);
        let message = |text: &str| read_word_counts(text).unwrap_err().to_string();
        assert!(message("a\t1\nplea 3").starts_with("line 2: no tab; expected a word"));
        assert!(message("a\tx").starts_with("line 1: `x` is no whole number"));
        assert!(message("A\t1").starts_with("line 1: `A` is no word in lower case"));
        assert!(message("a\t1\na\t1").starts_with("line 2: `a` a second time"));
    }

    #[test]
    fn words_are_counted_once_a_text() {
        let row = |text: &str| {
            format!(r#"{{"text":"{text}","holder":null,"target":{{"start":0,"end":2}},"label":"neutral"}}"#) + "\n"
        };
        let rows = [row("It's a plea. A Plea!"), row("It's a plea. A Plea!"), row("No plea.")].concat();
        let file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
        std::fs::write(file.path(), rows).unwrap();
        let pairs = read_pairs(&[file.path().to_owned()], &PairOptions::default()).unwrap().pairs;
        let counts = word_counts(&pairs, 2);
        let expected = [("a", 2), ("plea", 3)].map(|(word, count)| (word.to_owned(), count));
        assert_eq!(counts, BTreeMap::from(expected));
    }
}
