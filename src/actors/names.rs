//! All names and role nouns as a trie of words, and the way of one name through it.
//!
//! Names are compared word by word, so a name matches whatever white space stands between its words, never inside a
//! word, and a text costs one look-up a word. An automaton over characters (Aho-Corasick, tried before) reads every letter of a
//! text instead, three times as slowly.

use super::{fold::fold, words::starts_upper};
use crate::segment::{HashedMap, word_spans};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

type Edges = HashedMap<u32>;

/// A node without a name.
const NONE: u32 = u32::MAX;

/// Names by their words.
#[derive(Default)]
pub(super) struct NameTrie {
    /// From the first word of a name to its node.
    first: Edges,
    /// From a node and the next word, mixed, to the next node.
    next: Edges,
    /// The name that ends at each node.
    ends: Vec<u32>,
    /// Whether a node leads on.
    leads: Vec<bool>,
    /// Which shapes the first words of names have: most words of a text have another, and need no look-up.
    shapes: Shapes,
    /// The same of names that may begin in lower case: role nouns and few others.
    lower: Shapes,
}

/// A set of shapes of ASCII words: first, second and last letter, and length.
struct Shapes(Box<[u64]>);

impl Default for Shapes {
    fn default() -> Self {
        Self(vec![0; (1 << 18) / 64].into())
    }
}

impl Shapes {
    /// The place of a word's shape; words with other letters share one.
    fn of(word: &str) -> usize {
        let bytes = without_dot(word.as_bytes());
        // Five bits tell ASCII letters apart, in either case.
        let letter = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(byte & 31));
        letter(0) | letter(1) << 5 | letter(bytes.len().wrapping_sub(1)) << 10 | bytes.len().min(7) << 15
    }

    fn insert(&mut self, word: &str) {
        let shape = Self::of(word);
        self.0[shape / 64] |= 1 << (shape % 64);
    }

    fn may_hold(&self, word: &str) -> bool {
        let shape = Self::of(word);
        self.0[shape / 64] >> (shape % 64) & 1 == 1 || !word.is_ascii()
    }
}

impl NameTrie {
    /// Adds a name, with the capitals that a text must have at least, under a number, unless one with the same words is there; gives the number it has.
    pub(super) fn add(&mut self, name: &str, number: u32) -> u32 {
        let mut node = NONE;
        // "The" of a name may be in lower case.
        let lower = !starts_upper(name) || name.starts_with("The ");
        for span in word_spans(name) {
            let word = word_hash(span.of(name));
            let count = u32::try_from(self.ends.len()).unwrap_or(NONE);
            let found = if node == NONE {
                let first = span.of(name);
                // A shape has no case, so that only a word with other letters needs folding.
                let first = if first.is_ascii() { Cow::Borrowed(first) } else { Cow::Owned(fold(first).text) };
                self.shapes.insert(&first);
                if lower {
                    self.lower.insert(&first);
                }
                *self.first.entry(word).or_insert(count)
            } else {
                self.leads[node as usize] = true;
                *self.next.entry(mixed(node, word)).or_insert(count)
            };
            if found == count {
                self.ends.push(NONE);
                self.leads.push(false);
            }
            node = found;
        }
        match self.ends.get_mut(node as usize) {
            Some(end) if *end == NONE => {
                *end = number;
                number
            }
            Some(end) => *end,
            // A name without a word: no text has it.
            None => number,
        }
    }

    /// The node of a first word that has the capitals for it.
    pub(super) fn begin(&self, word: &str) -> Option<u32> {
        let shapes =
            if word.as_bytes().first().is_some_and(u8::is_ascii_lowercase) { &self.lower } else { &self.shapes };
        if !shapes.may_hold(word) {
            return None;
        }
        self.first.get(&word_hash(word)).copied()
    }

    /// Whether any word goes on from a node.
    pub(super) fn leads_on(&self, node: u32) -> bool {
        self.leads[node as usize]
    }

    /// The node after another word.
    pub(super) fn follow(&self, node: u32, word: u64) -> Option<u32> {
        self.next.get(&mixed(node, word)).copied()
    }

    /// The name that ends at a node.
    pub(super) fn name_at(&self, node: u32) -> Option<usize> {
        let name = self.ends[node as usize];
        (name != NONE).then_some(name as usize)
    }
}

fn mixed(node: u32, word: u64) -> u64 {
    // Nodes are few; an odd factor (that of Fibonacci hashing) spreads them over all bits.
    word ^ (u64::from(node) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Hash of a word in the form in which names are compared: folded, without the dot that ends an acronym ("U.S.").
pub(super) fn word_hash(word: &str) -> u64 {
    let mut lower = [0; 32];
    if word.len() <= lower.len() && word.is_ascii() {
        let lower = &mut lower[..word.len()];
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        return xxh3_64(without_dot(lower));
    }
    xxh3_64(without_dot(fold(word).text.as_bytes()))
}

fn without_dot(word: &[u8]) -> &[u8] {
    match word.strip_suffix(b".") {
        Some(rest) if !rest.is_empty() => rest,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(trie: &NameTrie, text: &str) -> Option<usize> {
        let mut words = word_spans(text).into_iter().map(|span| span.of(text));
        let mut node = trie.begin(words.next()?)?;
        for word in words {
            node = trie.follow(node, word_hash(word))?;
        }
        trie.name_at(node)
    }

    #[test]
    fn names_are_found_by_their_words() {
        let mut trie = NameTrie::default();
        for (number, name) in ["Côte d'Ivoire", "U.S.", "United States", "United States Navy"].into_iter().enumerate()
        {
            assert_eq!(trie.add(name, u32::try_from(number).unwrap()) as usize, number);
        }
        assert_eq!(trie.add("united  states", 9), 2);
        assert_eq!(find(&trie, "COTE D’IVOIRE"), Some(0));
        assert_eq!(find(&trie, "U.S"), Some(1));
        assert_eq!(find(&trie, "United\n States"), Some(2));
        assert_eq!(find(&trie, "United States Navy"), Some(3));
        assert_eq!(find(&trie, "United"), None);
        assert_eq!(find(&trie, "States"), None);
    }
}
