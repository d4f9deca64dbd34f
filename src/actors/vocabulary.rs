//! The commonest words of English in our kind of text (`data/common_words.txt`): no names by themselves.
//!
//! The table has the words that the passages of `training_data/train` have in lower case at least three times, the most
//! frequent first. It guards against names that would match in every text.

use super::fold::fold;
use std::{collections::HashMap, sync::LazyLock};

const WORDS: &str = include_str!("data/common_words.txt");

/// Words up to this rank stand in every other text.
const EVERYWHERE: usize = 300;

static RANKS: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| WORDS.lines().enumerate().map(|(rank, word)| (word, rank)).collect());

/// Whether a word, in any case, is an ordinary one.
pub(super) fn is_common_word(word: &str) -> bool {
    RANKS.contains_key(fold(word).text.as_str())
}

/// Whether a name is made of words alone that stand in every other text. Acronyms ("US", "IT") are not: they match
/// in capitals only.
pub(super) fn is_everywhere(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    if letters.clone().count() <= 3 && letters.all(char::is_uppercase) {
        return false;
    }
    let folded = fold(name).text;
    let mut words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|word| RANKS.get(word).is_some_and(|rank| *rank < EVERYWHERE) || word.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_words_are_told_from_names() {
        assert!(is_everywhere("The") && is_everywhere("Minister") && is_everywhere("the army"));
        assert!(!is_everywhere("US") && !is_everywhere("Chad") && !is_everywhere("The Hague"));
        assert!(is_common_word("Bridge") && !is_common_word("Nairobi"));
    }
}
