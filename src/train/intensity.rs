//! The intensity head: cross-validation for honest scores, then all rows.
//!
//! In: the pairs that name an intensity, with their rows. Out: the head, and its held-out scores beside what the table of
//! cues says of the same rows. Where the recipe teaches an encoder, this head reads the words alone.

use super::{Recipe, TrainError, folds::folds};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    evaluate::{IntensityOutcome, IntensityScores, ScoreOptions, cue_lexicon_intensity, score_intensity},
    model::{IntensityHead, OrdinalLogistic, SparseRecords, StopReason},
    pairs::LabelledPair,
    segment::Lexicon,
};
use rayon::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

/// Name of the head, in recipes and reports.
pub(super) const INTENSITY: &str = "intensity";

/// Pairs that one worker takes at a time.
const CHUNK: usize = 256;

/// The head and its held-out scores, and what the user should know.
pub(super) type TrainedIntensity = (Option<(IntensityHead, IntensityScores)>, Option<String>);

/// Trains the head; there is none when the recipe does not want it or too few pairs name an intensity.
pub(super) fn train_intensity(
    recipe: &Recipe,
    (gazetteer, cues): (&Gazetteer, &CueLexicon),
    pairs: &[LabelledPair],
    records: &SparseRecords,
) -> Result<TrainedIntensity, TrainError> {
    let rows: Vec<usize> = (0..pairs.len()).filter(|row| pairs[*row].intensity.is_some()).collect();
    if !recipe.intensity.train || rows.is_empty() {
        return Ok((None, None));
    }
    let groups = rows.iter().map(|row| &*pairs[*row].group).collect::<BTreeSet<_>>().len();
    if groups < recipe.folds {
        return Ok((None, Some(format!("the {INTENSITY} head was not trained: {groups} groups are too few"))));
    }
    let fail = |source| TrainError::Fit { head: INTENSITY, source };
    let estimator = OrdinalLogistic { l2: recipe.intensity.l2, iterations: recipe.intensity.iterations };
    let levels: Vec<u8> = rows.iter().filter_map(|row| pairs[*row].intensity).collect();
    let weights: Vec<f32> = rows.iter().map(|row| pairs[*row].weight).collect();
    let records = records.select(&rows)?;
    let keys: Vec<(Arc<str>, usize)> =
        rows.iter().zip(&levels).map(|(row, level)| (pairs[*row].group.clone(), usize::from(*level))).collect();
    let fold_of = folds(&keys, recipe.folds, recipe.seed);
    let mut predicted = vec![0.0; rows.len()];
    for fold in 0..recipe.folds {
        let (outside, inside): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|row| fold_of[*row] == fold);
        let own = |values: &[u8]| inside.iter().map(|row| values[*row]).collect::<Vec<_>>();
        let own_weights: Vec<f32> = inside.iter().map(|row| weights[*row]).collect();
        let (head, _) = estimator.fit(&records.select(&inside)?, &own(&levels), &own_weights).map_err(fail)?;
        let found = head.predict_all(&records.select(&outside)?);
        outside.iter().zip(found).for_each(|(row, level)| predicted[*row] = level);
    }
    let by_cue: Vec<Option<f64>> = rows
        .par_chunks(CHUNK)
        .flat_map_iter(|rows| {
            let mut lexicon = Lexicon::default();
            rows.iter()
                .map(|row| cue_lexicon_intensity(gazetteer, cues, &mut lexicon, &pairs[*row]))
                .collect::<Vec<_>>()
        })
        .collect();
    let outcomes: Vec<IntensityOutcome> = predicted
        .into_iter()
        .zip(by_cue)
        .zip(rows.iter().zip(&levels))
        .map(|((predicted, cue), (row, level))| IntensityOutcome {
            gold: f64::from(*level),
            predicted,
            cue,
            group: pairs[*row].group.clone(),
        })
        .collect();
    let scores = score_intensity(&outcomes, &ScoreOptions { seed: recipe.seed, ..ScoreOptions::default() })?;
    let (head, end) = estimator.fit(&records, &levels, &weights).map_err(fail)?;
    let warning = (end.reason == StopReason::MaxIterations).then(|| {
        format!("the {INTENSITY} head: not converged after {} iterations; raise `iterations` or `l2`", end.iterations)
    });
    Ok((Some((head, scores)), warning))
}
