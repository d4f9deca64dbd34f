//! Whether the act head gains from the stance: learned from labels, kept only if held-out rows bear it out.
//!
//! In: the pairs, and what both heads say of those that have a stance and an act, each held out. Out: the table, and the act
//! head's outcomes with it. The table is 48 numbers counted over all rows, those scored among
//! them, and its strength is the best of four on the rows that are scored: what it gains is told a little too well.

use super::Recipe;
use crate::{
    evaluate::{Outcome, ScoreError, ScoreOptions, score},
    label::{Act, Label, Stance},
    model::{StanceActTable, first_largest},
    pairs::LabelledPair,
};
use std::collections::HashMap;

/// Strengths that are tried.
const STRENGTHS: [f64; 4] = [1.0, 0.5, 0.25, 0.125];

/// Rows held out, by their place among the pairs.
pub(super) type HeldOut<L> = Vec<(usize, Outcome<L>)>;

/// How acts fare beside the stance, on rows held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointReport {
    /// Rows with a stance and an act.
    pub rows: usize,
    /// How much the stance counts: of those tried, the one with the highest macro-F1.
    pub strength: f64,
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
    let alone: Vec<(&Outcome<Act>, &Outcome<Stance>)> =
        acts.iter().filter_map(|(row, act)| Some((act, *by_row.get(row)?))).collect();
    if alone.is_empty() {
        return Ok(None);
    }
    let options = ScoreOptions { resamples: 0, ..ScoreOptions::default() };
    let figures = |outcomes: &[Outcome<Act>]| -> Result<(f64, f64), ScoreError> {
        let wrong =
            outcomes.iter().zip(&alone).filter(|(act, (_, stance))| act.predicted.contradicts(stance.predicted));
        let share = wrong.count() as f64 / outcomes.len() as f64;
        Ok((score(outcomes, &options)?.macro_f1.value.unwrap_or(0.0), share))
    };
    let before = figures(&alone.iter().map(|(act, _)| (*act).clone()).collect::<Vec<_>>())?;
    let mut best: Option<(StanceActTable, (f64, f64))> = None;
    for strength in STRENGTHS {
        let table = table.clone().with_strength(strength);
        let beside: Vec<Outcome<Act>> = alone.iter().map(|(act, stance)| adjusted(&table, act, stance)).collect();
        let after = figures(&beside)?;
        if best.as_ref().is_none_or(|(_, (macro_f1, _))| after.0 > *macro_f1) {
            best = Some((table, after));
        }
    }
    let Some((table, after)) = best else { return Ok(None) };
    let report = JointReport {
        rows: alone.len(),
        strength: table.strength(),
        macro_f1: [before.0, after.0],
        contradictions: [before.1, after.1],
        kept: after.0 >= before.0,
    };
    let held_out = acts.iter().map(|(row, act)| {
        let beside = by_row.get(row).map(|stance| adjusted(&table, act, stance));
        (*row, beside.unwrap_or_else(|| act.clone()))
    });
    let held_out = held_out.collect();
    Ok(Some((table, report, held_out)))
}

/// What the act head says beside the stance.
fn adjusted(table: &StanceActTable, act: &Outcome<Act>, stance: &Outcome<Stance>) -> Outcome<Act> {
    let mut probabilities = act.probabilities.clone();
    table.adjust(&stance.probabilities, &mut probabilities);
    Outcome { predicted: Act::ALL[first_largest(&probabilities)], probabilities, ..act.clone() }
}
