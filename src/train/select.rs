//! Which rows of each data set a recipe uses.

use super::{Recipe, TrainError};
use crate::{label::Stance, pairs::LabelledPair};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Keeps the rows the recipe wants and multiplies their weights by their source's. Fails on a weight that is none, and where no
/// row is left of the data set that the model is to speak for.
pub(super) fn select(mut pairs: Vec<LabelledPair>, recipe: &Recipe) -> Result<Vec<LabelledPair>, TrainError> {
    if let Some(pair) = pairs.iter().find(|pair| !pair.weight.is_finite() || pair.weight < 0.0) {
        return Err(TrainError::Weight { id: pair.id.clone(), weight: pair.weight });
    }
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
    check_source(&pairs, recipe)?;
    Ok(pairs)
}

/// Fails where data sets are to have weights of their own and no row is of the one that the model is to speak for.
pub(super) fn check_source(pairs: &[LabelledPair], recipe: &Recipe) -> Result<(), TrainError> {
    let wanted = &recipe.adaptation.predict_as;
    if recipe.adaptation.copies && !pairs.is_empty() && pairs.iter().all(|pair| *pair.source != **wanted) {
        let found: BTreeSet<&str> = pairs.iter().map(|pair| &*pair.source).collect();
        let found = found.into_iter().collect::<Vec<_>>().join(", ");
        return Err(TrainError::NoSource { name: wanted.clone(), found });
    }
    Ok(())
}
