//! What the words around holder, target and cue mean: means of word vectors by region.
//!
//! In: the items of a pair's scope, the table of vectors. Out: [`CELLS`] numbers, a dense block: for each [`REGIONS`] the mean of
//! its words' vectors, each word by its weight (smooth inverse frequency: Arora, Liang and Ma 2017). Words never seen in training
//! count as those they resemble. Placeholders, numbers and marks have no vector.

use super::{
    Block, Sequence,
    sequence::Item,
    word_vectors::{DIMENSIONS, WordVectors},
};
use std::ops::Range;

/// The regions, in the order of their cells and of their names.
const REGIONS: [&str; 8] = ["between", "cue", "left", "near-holder", "near-left", "near-right", "right", "whole"];
/// Numbers of the block.
pub(super) const CELLS: usize = REGIONS.len() * DIMENSIONS;
/// Items of the near and of the wide regions.
const NEAR: usize = 5;
const WIDE: usize = 12;
/// The standard deviation of a vector's widest number in the table.
const UNIT: f32 = 32.0;

/// Names of the block's features, in the order of their cells.
pub(crate) fn embedding_names() -> impl Iterator<Item = String> {
    let name = |region: &str, number: usize| format!("{}:{region} {number:02}", Block::Embedding.prefix());
    (0..CELLS).map(move |cell| name(REGIONS[cell / DIMENSIONS], cell % DIMENSIONS))
}

/// The block's numbers. `start` is where the target's own clause begins, `cues` where cues stand.
pub(super) fn embedding(s: &Sequence<'_>, start: usize, cues: &[Range<usize>], vectors: &WordVectors) -> Vec<f32> {
    let sums = Sums::of(s, vectors);
    let length = s.items.len();
    let left = |reach: usize| s.target.saturating_sub(reach).max(start)..s.target;
    let right = |reach: usize| (s.target + 1).min(length)..(s.target + 1 + reach).min(length);
    let between = s.holder.map_or(0..0, |holder| (holder.min(s.target) + 1).max(start)..holder.max(s.target));
    let near_holder = s.holder.map_or(0..0, |holder| holder.saturating_sub(NEAR)..(holder + NEAR + 1).min(length));
    let mut cells = Vec::with_capacity(CELLS);
    for region in REGIONS {
        let range = match region {
            "cue" => {
                sums.mean(cues, &mut cells);
                continue;
            }
            "between" => between.clone(),
            "left" => left(WIDE),
            "near-holder" => near_holder.clone(),
            "near-left" => left(NEAR),
            "near-right" => right(NEAR),
            "right" => right(WIDE),
            _ => start..length,
        };
        sums.mean(std::slice::from_ref(&range), &mut cells);
    }
    cells
}

/// Sums of weighted vectors from the first item on, so that a region costs two look-ups however long it is.
struct Sums {
    /// (items + 1) x [`DIMENSIONS`].
    numbers: Vec<f32>,
    /// Of the weights.
    weights: Vec<f32>,
}

impl Sums {
    fn of(s: &Sequence<'_>, vectors: &WordVectors) -> Self {
        let length = s.items.len();
        let mut numbers = vec![0.0; (length + 1) * DIMENSIONS];
        let mut weights = vec![0.0; length + 1];
        for item in 0..length {
            let (before, after) = numbers.split_at_mut((item + 1) * DIMENSIONS);
            let (before, after) = (&before[item * DIMENSIONS..], &mut after[..DIMENSIONS]);
            let found = Some(item).filter(|item| s.items[*item] == Item::Word);
            match found.and_then(|item| vectors.of_word(s.words[item], s.stems[item])) {
                Some(vector) => {
                    let weight = f32::from(vector.weight);
                    weights[item + 1] = weights[item] + weight;
                    for ((after, before), number) in after.iter_mut().zip(before).zip(vector.numbers) {
                        *after = before + weight * f32::from(*number);
                    }
                }
                None => {
                    weights[item + 1] = weights[item];
                    after.copy_from_slice(before);
                }
            }
        }
        Self { numbers, weights }
    }

    fn mean(&self, regions: &[Range<usize>], cells: &mut Vec<f32>) {
        let mut sum = [0.0_f32; DIMENSIONS];
        let mut weight = 0.0;
        for region in regions.iter().filter(|region| region.start < region.end) {
            weight += self.weights[region.end] - self.weights[region.start];
            let first = &self.numbers[region.start * DIMENSIONS..][..DIMENSIONS];
            let last = &self.numbers[region.end * DIMENSIONS..][..DIMENSIONS];
            for ((sum, last), first) in sum.iter_mut().zip(last).zip(first) {
                *sum += last - first;
            }
        }
        let scale = if weight > 0.0 { 1.0 / (weight * UNIT) } else { 0.0 };
        cells.extend(sum.map(|sum| sum * scale));
    }
}
