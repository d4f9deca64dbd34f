//! Lower-cased words and their stems, each word worked out once.
//!
//! Stems are those of the Snowball English stemmer (Porter 2001) through `rust-stemmers`. It merges
//! some words that diplomacy keeps apart (internal and international, organ and organization), so
//! features use the raw word beside the stem.

use super::word_hashing::WordHashing;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Name and version of the stemmer, frozen in model files.
pub const STEMMER: &str = "snowball-english rust-stemmers-1.2";

/// A word as the pipeline sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

struct Word {
    raw: Box<str>,
    stem: Box<str>,
}

/// A worker's memory of the words it has met. Symbols of one lexicon mean nothing to another.
pub struct Lexicon {
    stemmer: Stemmer,
    words: Vec<Word>,
    /// Hashes of word and stem, apart from their texts: they are read far more often.
    hashes: Vec<[u64; 2]>,
    index: HashMap<Box<str>, Symbol, WordHashing>,
    /// As found in texts (any case) to symbol: saves lower-casing.
    surface: HashMap<Box<str>, Symbol, WordHashing>,
}

/// Words remembered before the lexicon starts anew, so that memory does not grow with the corpus.
const CAPACITY: usize = 200_000;

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            words: Vec::new(),
            hashes: Vec::new(),
            index: HashMap::default(),
            surface: HashMap::default(),
        }
    }
}

impl Lexicon {
    /// The symbol of a word in any case; curly apostrophes are straightened.
    pub fn symbol(&mut self, word: &str) -> Symbol {
        if let Some(symbol) = self.surface.get(word) {
            return *symbol;
        }
        let raw = word.to_lowercase().replace('’', "'");
        let symbol = self.lowered(&raw);
        self.surface.insert(word.into(), symbol);
        symbol
    }

    fn lowered(&mut self, raw: &str) -> Symbol {
        if let Some(symbol) = self.index.get(raw) {
            return *symbol;
        }
        let stem = self.stemmer.stem(raw).into_owned();
        let symbol = Symbol(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.hashes.push([xxh3_64(raw.as_bytes()), xxh3_64(stem.as_bytes())]);
        self.words.push(Word { raw: raw.into(), stem: stem.into() });
        self.index.insert(raw.into(), symbol);
        symbol
    }

    /// Forgets all words when too many are held. Call between documents: symbols do not survive it.
    pub fn trim(&mut self) {
        if self.surface.len() > CAPACITY {
            *self = Self::default();
        }
    }

    /// The word, lower-cased.
    #[must_use]
    pub fn raw(&self, symbol: Symbol) -> &str {
        &self.words[symbol.0 as usize].raw
    }

    /// Its stem.
    #[must_use]
    pub fn stem(&self, symbol: Symbol) -> &str {
        &self.words[symbol.0 as usize].stem
    }

    /// Hash (xxh3) of the word.
    #[must_use]
    pub fn raw_hash(&self, symbol: Symbol) -> u64 {
        self.hashes[symbol.0 as usize][0]
    }

    /// Hash (xxh3) of the stem.
    #[must_use]
    pub fn stem_hash(&self, symbol: Symbol) -> u64 {
        self.hashes[symbol.0 as usize][1]
    }
}
