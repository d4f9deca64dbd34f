//! Held-out outcomes of one head, as training scores itself.

use super::super::{PairLabel, Recipe, TrainError, calibrate::calibrate, held_out::HeadRows};
use crate::{
    evaluate::Outcome,
    features::{Block, Vectorizer},
    label::Label,
    model::SparseRecords,
    pairs::LabelledPair,
};

/// Fails where the recipe wants an encoder: teaching one for every training would take days.
pub(super) fn words_alone(recipe: &Recipe, what: &'static str) -> Result<(), TrainError> {
    if recipe.encoder.is_some() || recipe.features.blocks.contains(&Block::Encoder) {
        return Err(TrainError::WordsAlone { what });
    }
    Ok(())
}

/// The rows of a head; an error where there are none, or too few groups for the folds.
pub(super) fn head_rows<L: PairLabel>(
    recipe: &Recipe,
    pairs: &[LabelledPair],
    matrix: (&Vectorizer, &SparseRecords),
) -> Result<HeadRows<L>, TrainError> {
    let rows = HeadRows::<L>::of(pairs, matrix, recipe, L::of)?.ok_or(TrainError::NoLabel { head: L::HEAD })?;
    let groups = rows.groups_in_all();
    if groups < recipe.folds {
        return Err(TrainError::TooFewGroups { groups, folds: recipe.folds });
    }
    Ok(rows)
}

/// What models of the other folds say of each row, calibrated as training calibrates.
pub(super) fn held_out_outcomes<L: PairLabel>(
    recipe: &Recipe,
    rows: &HeadRows<L>,
) -> Result<Vec<Outcome<L>>, TrainError> {
    let settings = recipe.head::<L>();
    let held_out = rows.held_out(recipe, &mut |_, work| work())?;
    let found = calibrate(settings.calibration, &rows.known(), rows, &held_out, |row| rows.calibrates(row))?;
    let outcome = |(row, probabilities): (usize, Vec<f64>)| Outcome {
        gold: rows.labels[row],
        predicted: L::ALL[settings.decision.choose(&probabilities)],
        probabilities,
        group: rows.groups[row].clone(),
    };
    Ok(found.probabilities.into_iter().enumerate().map(outcome).collect())
}

/// The label of the largest value, the first of equals.
pub(super) fn largest<L: Label>(values: &[f64]) -> L {
    let best = (0..values.len()).fold(0, |held, at| if values[at] > values[held] { at } else { held });
    L::ALL[best]
}
