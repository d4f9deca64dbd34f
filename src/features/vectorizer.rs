//! From features to columns: a sorted vocabulary with frozen inverse document frequencies.
//!
//! `value = min(count, 1) * idf`, each block scaled to unit length, then multiplied by the block's
//! weight; `idf = 1 + ln((1 + n) / (1 + df))` (the smoothed form of scikit-learn), with `n` and `df` counted
//! at training and never again: the same pair has the same vector alone and in any batch.

use super::{Block, Feature, embedding::CELLS, extract::key_of_name};
use crate::segment::{HashedMap, HashedSet};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a recipe says about the vector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VectorizerSettings {
    /// Blocks to make.
    pub blocks: Vec<Block>,
    /// A feature is kept when at least so many pairs have it.
    pub minimum_documents: u32,
    /// Capitalised words that stand in lower case fewer times than this in the training texts are names.
    pub minimum_common: u32,
    /// Weight of a block; 1 where it is not named.
    pub weights: BTreeMap<Block, f32>,
}

impl Default for VectorizerSettings {
    fn default() -> Self {
        Self { blocks: Block::lexical(), minimum_documents: 3, minimum_common: 2, weights: BTreeMap::new() }
    }
}

/// A vocabulary that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("damaged vocabulary: {0}")]
pub struct VectorizerError(&'static str);

/// The frozen vocabulary.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Vectorizer {
    settings: VectorizerSettings,
    /// All names in order, one a line.
    names: String,
    /// Where each name ends in `names`.
    ends: Vec<u32>,
    blocks: Vec<Block>,
    idf: Vec<f32>,
    columns: HashedMap<u32>,
    /// The first column of [`Block::Embedding`]; the others follow.
    embedding: Option<u32>,
    known: Sieve,
    common: HashedSet,
    on: [bool; Block::ALL.len()],
    weights: [f32; Block::ALL.len()],
}

/// As a model file holds it.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    settings: VectorizerSettings,
    #[serde(with = "super::sorted_names")]
    names: String,
    #[serde(with = "crate::float_planes")]
    idf: Vec<f32>,
    common: Vec<u64>,
}

/// Counts of features over the training pairs: the first of two passes.
#[derive(Debug, Default)]
pub struct Counts {
    documents: u32,
    by_key: HashedMap<u32>,
}

impl Counts {
    /// Counts one pair's features, each once.
    pub fn add(&mut self, keys: &mut Vec<u64>) {
        keys.sort_unstable();
        keys.dedup();
        self.documents += 1;
        for key in keys.drain(..) {
            *self.by_key.entry(key).or_default() += 1;
        }
    }

    /// Adds another worker's counts.
    pub fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        for (key, count) in other.by_key {
            *self.by_key.entry(key).or_default() += count;
        }
    }

    /// Keys that at least `minimum` pairs have.
    #[must_use]
    pub fn frequent(&self, minimum: u32) -> HashedSet {
        self.by_key.iter().filter(|(_, count)| **count >= minimum).map(|(key, _)| *key).collect()
    }
}

impl Vectorizer {
    /// Freezes the vocabulary: the counts of the first pass and the names that the second found for the
    /// frequent keys.
    #[must_use]
    pub fn freeze(
        settings: VectorizerSettings,
        counts: &Counts,
        names: &BTreeMap<String, u64>,
        common: HashedSet,
    ) -> Self {
        let n = f64::from(counts.documents);
        let mut taken: HashedSet = HashedSet::default();
        let mut text = String::new();
        let mut idf = Vec::new();
        for (name, key) in names {
            // Of two names with one key (never seen yet) the first keeps it.
            if !taken.insert(*key) || key_of_name(name).is_none_or(|(_, again)| again != *key) {
                continue;
            }
            let df = f64::from(counts.by_key.get(key).copied().unwrap_or_default());
            text.push_str(name);
            text.push('\n');
            idf.push((1.0 + libm::log((1.0 + n) / (1.0 + df))) as f32);
        }
        let mut common: Vec<u64> = common.into_iter().collect();
        common.sort_unstable();
        // The names came from a map: they are sorted and of the right form.
        Self::build(Stored { settings, names: text, idf, common }).unwrap_or_else(|_| Self::empty())
    }

    fn empty() -> Self {
        Self {
            settings: VectorizerSettings::default(),
            names: String::new(),
            ends: Vec::new(),
            blocks: Vec::new(),
            idf: Vec::new(),
            columns: HashedMap::default(),
            embedding: None,
            known: Sieve::of(&HashedMap::default()),
            common: HashedSet::default(),
            on: [false; Block::ALL.len()],
            weights: [1.0; Block::ALL.len()],
        }
    }

    fn build(stored: Stored) -> Result<Self, VectorizerError> {
        let Stored { settings, names, idf, common } = stored;
        let mut this = Self::empty();
        if u32::try_from(names.len()).is_err() {
            return Err(VectorizerError("too long"));
        }
        // A third of the time that a model takes to load: keys are made on all threads, memory is taken once.
        let lines = lines_of(&names);
        if !lines.par_windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(VectorizerError("names are not sorted"));
        }
        let keys: Vec<Option<(Block, u64)>> = lines.par_iter().map(|name| key_of_name(name)).collect();
        this.columns.reserve(lines.len());
        this.ends.reserve(lines.len());
        this.blocks.reserve(lines.len());
        let mut start = 0;
        for (column, (name, key)) in lines.iter().zip(keys).enumerate() {
            let (block, key) = key.ok_or(VectorizerError("a name of no block"))?;
            if this.columns.insert(key, column as u32).is_some() {
                return Err(VectorizerError("a name twice"));
            }
            start += name.len() + 1;
            this.ends.push((start - 1) as u32);
            this.blocks.push(block);
        }
        if this.blocks.len() != idf.len() || idf.iter().any(|value| !value.is_finite() || *value < 0.0) {
            return Err(VectorizerError("weights do not fit the names"));
        }
        let embedding = this.blocks.iter().position(|block| *block == Block::Embedding);
        let cells = this.blocks.iter().filter(|block| **block == Block::Embedding).count();
        if cells != if settings.blocks.contains(&Block::Embedding) { CELLS } else { 0 } {
            return Err(VectorizerError("columns of the block embedding are missing"));
        }
        this.embedding = embedding.map(|column| column as u32);
        for block in &settings.blocks {
            this.on[block.index()] = true;
        }
        for (block, weight) in &settings.weights {
            if !weight.is_finite() || *weight < 0.0 {
                return Err(VectorizerError("a block weight is negative or no number"));
            }
            this.weights[block.index()] = *weight;
        }
        this.known = Sieve::of(&this.columns);
        this.settings = settings;
        this.names = names;
        this.idf = idf;
        this.common = common.into_iter().collect();
        Ok(this)
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.blocks.len()
    }

    /// The settings it was made with.
    #[must_use]
    pub const fn settings(&self) -> &VectorizerSettings {
        &self.settings
    }

    /// Blocks that are made.
    #[must_use]
    pub const fn blocks(&self) -> &[bool; Block::ALL.len()] {
        &self.on
    }

    /// Hashes of the words that stand for themselves when capitalised.
    #[must_use]
    pub const fn common(&self) -> &HashedSet {
        &self.common
    }

    /// Column of a name, if it has one.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<u32> {
        self.columns.get(&key_of_name(name)?.1).copied()
    }

    /// Name of a column; empty when there is no such column.
    #[must_use]
    pub fn name(&self, column: u32) -> &str {
        let end = self.ends.get(column as usize).map_or(0, |end| *end as usize);
        let start = (column as usize)
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize + 1);
        self.names.get(start..end).unwrap_or_default()
    }

    /// Block of a column.
    #[must_use]
    pub fn block(&self, column: u32) -> Option<Block> {
        self.blocks.get(column as usize).copied()
    }

    /// Takes features one by one; [`Row::finish`] gives the vector.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        Row { vectorizer: self, features: Vec::with_capacity(512), embedding: None }
    }
}

/// The lines of a text that each end with a line feed.
fn lines_of(text: &str) -> Vec<&str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    ends.scan(0, |start, end| Some(&text[std::mem::replace(start, end + 1)..end])).collect()
}

impl TryFrom<Stored> for Vectorizer {
    type Error = VectorizerError;

    fn try_from(stored: Stored) -> Result<Self, VectorizerError> {
        Self::build(stored)
    }
}

impl From<Vectorizer> for Stored {
    fn from(vectorizer: Vectorizer) -> Self {
        let mut common: Vec<u64> = vectorizer.common.into_iter().collect();
        common.sort_unstable();
        Self { settings: vectorizer.settings, names: vectorizer.names, idf: vectorizer.idf, common }
    }
}

/// A vector in the making.
///
/// Features are only collected until [`Row::finish`]: looking them up all at once lets the processor fetch many columns at
/// a time, and most of the work is waiting for memory.
#[derive(Debug)]
pub struct Row<'v> {
    vectorizer: &'v Vectorizer,
    features: Vec<(u64, f32)>,
    embedding: Option<Vec<f32>>,
}

impl Row<'_> {
    /// Takes one feature; those without a column count for nothing.
    pub fn add(&mut self, feature: &Feature<'_, '_>) {
        self.add_key(feature.key(), feature.value);
    }

    /// Takes one feature by its key.
    pub fn add_key(&mut self, key: u64, value: f32) {
        self.features.push((key, value));
    }

    /// Takes the numbers of [`Block::Embedding`].
    pub(crate) fn embed(&mut self, cells: Vec<f32>) {
        self.embedding = Some(cells);
    }

    /// The vector: (column, value) sorted by column.
    #[must_use]
    pub fn finish(mut self) -> Vec<(u32, f32)> {
        self.vectorizer.known.keep(&mut self.features);
        let columns = &self.vectorizer.columns;
        let mut cells: Vec<(u32, f32)> =
            self.features.iter().filter_map(|(key, value)| Some((*columns.get(key)?, *value))).collect();
        cells.sort_unstable_by_key(|(column, _)| *column);
        cells.dedup_by_key(|(column, _)| *column);
        let mut squares = [0.0_f64; Block::ALL.len()];
        for (column, value) in &mut cells {
            let block = self.vectorizer.blocks[*column as usize];
            if !block.is_dense() {
                *value = value.min(1.0) * self.vectorizer.idf[*column as usize];
                squares[block.index()] += f64::from(*value) * f64::from(*value);
            }
        }
        let lengths = squares.map(|sum| sum.sqrt().max(1e-12));
        for (column, value) in &mut cells {
            let block = self.vectorizer.blocks[*column as usize];
            let length = if block.is_dense() { 1.0 } else { lengths[block.index()] };
            *value = (f64::from(*value) / length) as f32 * self.vectorizer.weights[block.index()];
        }
        if let (Some(first), Some(numbers)) = (self.vectorizer.embedding, self.embedding) {
            let weight = self.vectorizer.weights[Block::Embedding.index()];
            let at = cells.partition_point(|(column, _)| *column < first);
            let numbers = (first..).zip(numbers).filter(|(_, number)| *number != 0.0);
            cells.splice(at..at, numbers.map(|(column, number)| (column, number * weight)));
        }
        cells
    }
}

/// Tells most unknown keys from known ones without looking them up: a table of bits small enough to stay in the
/// processor's cache, of which one is set for each known key.
#[derive(Debug, Clone)]
struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

/// Bits for each key: about one unknown key in ten passes.
const SIEVE_BITS: usize = 8;

impl Sieve {
    fn of(columns: &HashedMap<u32>) -> Self {
        let size = (columns.len() * SIEVE_BITS).next_power_of_two().max(64);
        let mut sieve = Self { bits: vec![0; size / 64], shift: 64 - size.trailing_zeros() };
        for key in columns.keys() {
            let place = sieve.place(*key);
            sieve.bits[place / 64] |= 1 << (place % 64);
        }
        sieve
    }

    /// The top bits of the key: the hash table goes by its low bits.
    fn place(&self, key: u64) -> usize {
        (key >> self.shift) as usize
    }

    /// Removes keys that are certainly unknown, in one pass without a branch to mispredict.
    fn keep(&self, features: &mut Vec<(u64, f32)>) {
        let mut kept = 0;
        for index in 0..features.len() {
            let feature = features[index];
            let place = self.place(feature.0);
            features[kept] = feature;
            kept += (self.bits[place / 64] >> (place % 64) & 1) as usize;
        }
        features.truncate(kept);
    }
}
