//! Vectors of words, from a table that was distilled from a sentence encoder.
//!
//! In: the table (`models/vectors.bin`, compiled in; made by `demarche encoder distill`). Out: for a word its vector and its
//! weight. A word that the table lacks has the vector of its stem, else of the longest known word that it begins with.

use super::Part;
use crate::{
    container::{self, FileError, FileIdentity},
    segment::HashedMap,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};
use std::{fmt, path::Path, sync::LazyLock};
use xxhash_rust::xxh3::xxh3_64;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 64;
/// Name under which a model holds the hash of the table that it was trained with.
pub const WORD_VECTORS: &str = "word vectors";
/// The table that is compiled in.
const TABLE: &[u8] = include_bytes!("../../models/vectors.bin");
/// Fewest letters of a beginning that stands for an unknown word.
const SHORTEST: usize = 5;

/// Vectors of words and stems.
#[derive(Debug, Default)]
pub struct WordVectors {
    origin: String,
    hash: String,
    rows: HashedMap<u32>,
    weights: Vec<u8>,
    /// [`DIMENSIONS`] for each word.
    numbers: Vec<i8>,
}

/// A table as a file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredVectors {
    /// Where the vectors come from, in a sentence.
    pub origin: String,
    /// Words and stems in order, each with a line feed.
    #[serde(with = "super::sorted_names")]
    pub words: String,
    /// What each counts in a mean, in 255ths.
    #[serde(with = "bytes")]
    pub weights: Vec<u8>,
    /// [`DIMENSIONS`] numbers for each, in two's complement; 32 is the standard deviation of the widest.
    #[serde(with = "bytes")]
    pub numbers: Vec<u8>,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct WordVector<'v> {
    /// 0 to 255: rarer words say more.
    pub weight: u8,
    /// [`DIMENSIONS`] numbers.
    pub numbers: &'v [i8],
}

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its parts do not fit each other.
    #[error("damaged table of word vectors: {words} words, {weights} weights, {numbers} numbers")]
    Shape {
        /// Words.
        words: usize,
        /// Weights.
        weights: usize,
        /// Numbers.
        numbers: usize,
    },
}

impl WordVectors {
    /// The table that is compiled in, read at first use. Empty if it were damaged (it is not: tested).
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<WordVectors> =
            LazyLock::new(|| WordVectors::from_bytes(TABLE).map(|(vectors, _)| vectors).unwrap_or_default());
        &SHIPPED
    }

    /// Reads a table from memory.
    ///
    /// # Errors
    /// When the bytes are no table.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, FileIdentity), VectorsError> {
        let (stored, identity) = container::from_bytes::<StoredVectors>(bytes)?;
        Ok((Self { hash: identity.hash.clone(), ..Self::of(stored)? }, identity))
    }

    fn of(stored: StoredVectors) -> Result<Self, VectorsError> {
        let StoredVectors { origin, words, weights, numbers } = stored;
        let mut rows = HashedMap::default();
        rows.reserve(weights.len());
        let mut count = 0;
        for word in words.split_terminator('\n') {
            rows.insert(xxh3_64(word.as_bytes()), count as u32);
            count += 1;
        }
        if weights.len() != count || numbers.len() != count * DIMENSIONS {
            return Err(VectorsError::Shape { words: count, weights: weights.len(), numbers: numbers.len() });
        }
        let numbers = numbers.into_iter().map(u8::cast_signed).collect();
        Ok(Self { origin, hash: String::new(), rows, weights, numbers })
    }

    /// Where the vectors come from.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Hash of the table's file, as models that use it hold it.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Number of words and stems.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The vector of a word with its stem.
    #[must_use]
    pub fn of_word(&self, word: Part<'_>, stem: Part<'_>) -> Option<WordVector<'_>> {
        let row = self.rows.get(&word.hash).or_else(|| self.rows.get(&stem.hash)).copied();
        let row = row.or_else(|| self.beginning(word.text))? as usize;
        let numbers = self.numbers.get(row * DIMENSIONS..(row + 1) * DIMENSIONS)?;
        Some(WordVector { weight: self.weights[row], numbers })
    }

    /// The row of the longest word of the table that an unknown word begins with ("sanctionable" has that of "sanction").
    fn beginning(&self, word: &str) -> Option<u32> {
        let (shortest, _) = word.char_indices().nth(SHORTEST)?;
        let ends = (shortest..word.len()).rev().filter(|end| word.is_char_boundary(*end));
        ends.map(|end| xxh3_64(&word.as_bytes()[..end])).find_map(|key| self.rows.get(&key).copied())
    }
}

impl StoredVectors {
    /// Writes the table, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<FileIdentity, FileError> {
        container::write_file(path, self)
    }
}

/// Bytes as one piece: serde's own form of a `Vec<u8>` is read byte by byte.
mod bytes {
    use super::{Deserializer, Serializer, Visitor, fmt};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part<'_> {
        Part { hash: xxh3_64(text.as_bytes()), text }
    }

    fn table() -> StoredVectors {
        let numbers = (0..3 * DIMENSIONS).map(|number| number as u8).collect();
        StoredVectors { origin: "a test".into(), words: "alpha\nescal\nzeta\n".into(), weights: vec![9, 8, 7], numbers }
    }

    #[test]
    fn words_stems_and_beginnings_are_found() {
        let vectors = WordVectors::of(table()).unwrap();
        let weight = |word: &'static str, stem: &'static str| {
            vectors.of_word(part(word), part(stem)).map(|vector| vector.weight)
        };
        assert_eq!(weight("alpha", "alpha"), Some(9));
        assert_eq!(weight("zetas", "zeta"), Some(7));
        assert_eq!(weight("escalatory", "escalatori"), Some(8));
        assert_eq!(weight("zetb", "zetb"), None);
        assert_eq!(vectors.of_word(part("zeta"), part("zeta")).unwrap().numbers[0], -128);
    }

    #[test]
    fn a_table_goes_round_and_a_damaged_one_is_refused() {
        let bytes = container::to_bytes(&table()).unwrap();
        assert_eq!(WordVectors::from_bytes(&bytes).unwrap().0.len(), 3);
        let short = container::to_bytes(&StoredVectors { weights: vec![1], ..table() }).unwrap();
        assert!(matches!(WordVectors::from_bytes(&short), Err(VectorsError::Shape { words: 3, weights: 1, .. })));
        assert!(matches!(WordVectors::from_bytes(b"x"), Err(VectorsError::File(_))));
    }

    #[test]
    fn the_shipped_table_knows_the_language() {
        let vectors = WordVectors::shipped();
        assert!(vectors.len() > 20_000, "{}", vectors.len());
        let of = |word: &'static str| {
            vectors.of_word(part(word), part(word)).unwrap().numbers.iter().map(|n| f64::from(*n)).collect::<Vec<_>>()
        };
        let near = |a: &'static str, b: &'static str| {
            let (a, b) = (of(a), of(b));
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
        };
        assert!(near("condemned", "denounced") > near("condemned", "welcomed"));
        assert!(near("treaty", "agreement") > near("treaty", "missile"));
    }
}
