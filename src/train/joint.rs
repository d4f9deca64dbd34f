//! Whether the act head gains from the stance: learned from labels, kept only if held-out rows bear it out.
//!
//! In: the pairs, and what both heads say of those that have a stance and an act, each held out. Out: the table, and the act
//! head's outcomes with it. The table is 48 numbers counted over all rows, those scored among them.

use super::Recipe;
use crate::{
    evaluate::{Outcome, ScoreError, ScoreOptions, score},
    label::{Act, Label, Stance},
    model::{StanceActTable, first_largest},
    pairs::LabelledPair,
};
use std::collections::HashMap;

/// Rows held out, by their place among the pairs.
pub(super) type HeldOut<L> = Vec<(usize, Outcome<L>)>;

/// How acts fare beside the stance, on rows held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointReport {
    /// Rows with a stance and an act.
    pub rows: usize,
    /// Macro-F1 of acts by their own head alone, and beside the stance.
    pub macro_f1: [f64; 2],
    /// Share of rows whose likeliest stance and act contradict each other, alone and beside the stance.
    pub contradictions: [f64; 2],
    /// Whether the table was kept: not where it lowers macro-F1.
    pub kept: bool,
}

/// The table, what it does, and the act head's outcomes with it; `None` where the recipe does not want it or no row has
/// both labels.
pub(super) fn join(
    recipe: &Recipe,
    pairs: &[LabelledPair],
    stances: &HeldOut<Stance>,
    acts: &HeldOut<Act>,
) -> Result<Option<(StanceActTable, JointReport, HeldOut<Act>)>, ScoreError> {
    let labels = pairs.iter().filter_map(|pair| Some((pair.stance?, pair.act?, f64::from(pair.weight))));
    if !recipe.joint.train {
        return Ok(None);
    }
    let table = StanceActTable::of(labels, recipe.joint.smoothing);
    let by_row: HashMap<usize, &Outcome<Stance>> = stances.iter().map(|(row, outcome)| (*row, outcome)).collect();
    let mut alone = Vec::new();
    let mut beside = Vec::new();
    let mut contradictions = [0_usize; 2];
    let adjusted: HeldOut<Act> = acts
        .iter()
        .map(|(row, outcome)| {
            let Some(stance) = by_row.get(row) else { return (*row, outcome.clone()) };
            let mut probabilities = outcome.probabilities.clone();
            table.adjust(&stance.probabilities, &mut probabilities);
            let predicted = Act::ALL[first_largest(&probabilities)];
            let changed = Outcome { predicted, probabilities, ..outcome.clone() };
            contradictions[0] += usize::from(outcome.predicted.contradicts(stance.predicted));
            contradictions[1] += usize::from(predicted.contradicts(stance.predicted));
            alone.push(outcome.clone());
            beside.push(changed.clone());
            (*row, changed)
        })
        .collect();
    if alone.is_empty() {
        return Ok(None);
    }
    let options = ScoreOptions { resamples: 0, ..ScoreOptions::default() };
    let macro_f1 = |rows: &[Outcome<Act>]| score(rows, &options).map(|scores| scores.macro_f1.value.unwrap_or(0.0));
    let macro_f1 = [macro_f1(&alone)?, macro_f1(&beside)?];
    let report = JointReport {
        rows: alone.len(),
        macro_f1,
        contradictions: contradictions.map(|count| count as f64 / alone.len() as f64),
        kept: macro_f1[1] >= macro_f1[0],
    };
    Ok(Some((table, report, adjusted)))
}
