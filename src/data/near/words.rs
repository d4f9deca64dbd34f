//! A text as hashes of its runs of words.
//!
//! In: a text. Out: the distinct hashes of its runs of twelve words and of its shingles of five. A word's hash is XXH3
//! (64 bits) of its letters in lower case; those of runs are rolled over it (Karp & Rabin 1987, modulo 2^64) and mixed.

use super::{RUN, SHINGLE};
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

/// The base of the rolling hashes: odd, without a pattern.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hashes of one text; kept from text to text to save memory.
#[derive(Debug, Default)]
pub(super) struct Grams {
    /// Of its runs of [`RUN`] words, sorted, each once.
    pub(super) runs: Vec<u64>,
    /// Of its shingles, sorted, each once; one for a text of fewer words.
    pub(super) shingles: Vec<u64>,
    words: Vec<u64>,
    lower: String,
}

impl Grams {
    /// Forgets the text before.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.shingles.clear();
    }

    /// Reads a text.
    pub(super) fn read(&mut self, text: &str) {
        self.clear();
        self.words.clear();
        for word in text.unicode_words() {
            self.lower.clear();
            if word.is_ascii() {
                self.lower.push_str(word);
                self.lower.make_ascii_lowercase();
            } else {
                self.lower.extend(word.chars().flat_map(char::to_lowercase));
            }
            self.words.push(xxh3_64(self.lower.as_bytes()));
        }
        roll(&self.words, RUN, &mut self.runs);
        roll(&self.words, SHINGLE.min(self.words.len()), &mut self.shingles);
    }
}

/// The hashes of all stretches of `length` words, sorted, each once.
fn roll(words: &[u64], length: usize, out: &mut Vec<u64>) {
    if length == 0 || words.len() < length {
        return;
    }
    let leaving = (0..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0_u64;
    for (at, word) in words.iter().enumerate() {
        hash = hash.wrapping_mul(BASE).wrapping_add(*word);
        if at >= length {
            hash = hash.wrapping_sub(words[at - length].wrapping_mul(leaving));
        }
        if at + 1 >= length {
            out.push(mixed(hash));
        }
    }
    out.sort_unstable();
    out.dedup();
}

/// Spreads what differs over all bits (the finisher of SplitMix64; one to one).
const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(text: &str) -> Grams {
        let mut grams = Grams::default();
        grams.read(text);
        grams
    }

    #[test]
    fn a_rolled_hash_depends_on_its_words_only() {
        let words: Vec<u64> = (0..40).map(mixed).collect();
        let (mut whole, mut alone) = (Vec::new(), Vec::new());
        roll(&words, 12, &mut whole);
        assert_eq!(whole.len(), 29);
        for start in 0..29 {
            alone.clear();
            roll(&words[start..start + 12], 12, &mut alone);
            assert_eq!(alone.len(), 1);
            assert!(whole.contains(&alone[0]));
        }
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        let text = "Côte d’Ivoire thanked France, and Mali, for the roads; the bridge; and the two ports.";
        assert_eq!(grams(text).runs, grams(&text.to_uppercase().replace(';', " -")).runs);
        assert_eq!(grams(text).runs.len(), 15 - 11);
        assert_eq!(grams(text).shingles.len(), 15 - 4);
        assert_eq!((grams("Two words.").shingles.len(), grams("...").shingles.len()), (1, 0));
        assert_eq!(grams("a b c d e f a b c d e").shingles.len(), 6);
    }
}
