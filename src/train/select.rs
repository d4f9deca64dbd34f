//! Which rows of each data set a recipe uses.

use super::Recipe;
use crate::{label::Stance, pairs::LabelledPair};
use std::collections::{BTreeMap, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Keeps the rows the recipe wants and multiplies their weights by their source's.
pub(super) fn select(mut pairs: Vec<LabelledPair>, recipe: &Recipe) -> Vec<LabelledPair> {
    let mut dropped: HashSet<usize> = HashSet::new();
    let mut by_source: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, pair) in pairs.iter().enumerate() {
        by_source.entry(&pair.source).or_default().push(index);
    }
    for (source, members) in by_source {
        let Some(ratio) = recipe.sources.get(source).and_then(|settings| settings.neutral_ratio) else { continue };
        let (mut neutral, polar): (Vec<usize>, Vec<usize>) =
            members.into_iter().partition(|index| pairs[*index].stance == Some(Stance::Neutral));
        let most = (ratio * polar.len() as f64) as usize;
        neutral.sort_by_key(|index| (xxh3_64_with_seed(pairs[*index].id.as_bytes(), recipe.seed), *index));
        dropped.extend(neutral.into_iter().skip(most));
    }
    for pair in &mut pairs {
        if let Some(settings) = recipe.sources.get(&*pair.source) {
            pair.weight *= settings.weight;
        }
    }
    let mut index = 0;
    pairs.retain(|pair| {
        index += 1;
        !dropped.contains(&(index - 1)) && pair.weight > 0.0
    });
    pairs
}
