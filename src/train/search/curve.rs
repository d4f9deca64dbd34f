//! Learning curves: the held-out score against the number of rows to learn from.
//!
//! In: pairs and a recipe. Out: [`LearningCurve`]. In each repeat one fold of groups is held out, the same for all shares,
//! and models learn from nested shares (1/16 to all) of the groups that remain; repeats deal the folds anew. Intervals come
//! from resampling the held-out groups over all repeats together, and so do those of the power law and of what it says of
//! ten times the data: each resample gives scores at all shares, and a curve of its own.
//!
//! A label predicted is that of the largest raw decision value. To calibrate each model would take a cross-validation of
//! its own rows; so what the recipe says of calibration and `decision` has no part in the curve.

use super::{
    super::{HeadName, PairLabel, TrainError, folds, held_out::HeadRows, rows::encode_all, select::select},
    Search,
    held::{head_rows, largest, words_alone},
    power_law::{Form, PowerLaw, fit},
};
use crate::{
    evaluate::{Confusion, Estimate, GroupSums, ScoreOptions},
    label::{Act, Label, Stance, Tone},
    model::FitError,
    pairs::LabelledPair,
};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Denominators of the shares.
const SHARES: [usize; 5] = [16, 8, 4, 2, 1];
/// How many times as many rows the curve is drawn out to.
const FURTHER: f64 = 10.0;

/// The held-out score against the number of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearningCurve {
    /// The head that was scored.
    pub head: HeadName,
    /// How often folds were dealt.
    pub repeats: usize,
    /// Folds, of which one is held out in each repeat.
    pub folds: usize,
    /// Held-out rows, over all repeats.
    pub scored: usize,
    /// Groups of them.
    pub groups: usize,
    /// The scores.
    pub points: Vec<CurvePoint>,
    /// Shares that have no score: the rows of one, in some deal, all had one label.
    pub left_out: Vec<f64>,
    /// The power law and what it says of more data, in both forms; empty where the error does not fall.
    pub extrapolations: Vec<Extrapolation>,
    /// Rows that the extrapolations are for.
    pub further_rows: f64,
    /// Lowest and highest end of their intervals: the honest range.
    pub range: Option<[f64; 2]>,
}

/// The score of one share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Share of the groups to learn from.
    pub share: f64,
    /// Rows learned from, the mean over the repeats.
    pub rows: f64,
    /// Macro-F1 over the held-out rows of all repeats.
    pub macro_f1: Estimate,
    /// Lowest macro-F1 of a repeat.
    pub least: f64,
    /// Highest.
    pub most: f64,
}

/// A power law through the points, with an interval for what it says of more data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Extrapolation {
    /// "a n^-b" or "a n^-b + c".
    pub form: &'static str,
    /// The curve of 1 - macro-F1.
    pub curve: PowerLaw,
    /// Macro-F1 with ten times the rows.
    pub further: Estimate,
}

/// Draws the learning curve of one head.
///
/// # Errors
/// As training, and [`TrainError::WordsAlone`] where the recipe has an encoder.
pub fn learning_curve(
    search: Search<'_>,
    head: HeadName,
    pairs: Vec<LabelledPair>,
    repeats: usize,
) -> Result<LearningCurve, TrainError> {
    match head {
        HeadName::Stance => curve_of::<Stance>(search, head, pairs, repeats.max(1)),
        HeadName::Act => curve_of::<Act>(search, head, pairs, repeats.max(1)),
        HeadName::Tone => curve_of::<Tone>(search, head, pairs, repeats.max(1)),
    }
}

/// The rows that one model learns from and those it is scored on.
struct Trial {
    repeat: usize,
    /// Place among the shares.
    share: usize,
    inside: Vec<usize>,
    outside: Vec<usize>,
}

fn curve_of<L: PairLabel>(
    search: Search<'_>,
    head: HeadName,
    pairs: Vec<LabelledPair>,
    repeats: usize,
) -> Result<LearningCurve, TrainError> {
    let Search { gazetteer, cues, recipe, progress } = search;
    words_alone(recipe, "a learning curve")?;
    let pairs = select(pairs, recipe)?;
    progress(0.0, "features");
    let encoded = encode_all(gazetteer, cues, &recipe.features, &pairs)?;
    let rows = head_rows::<L>(recipe, &pairs, (&encoded.vectorizer, &encoded.records))?;
    let trials: Vec<Trial> = (0..repeats)
        .flat_map(|repeat| trials_of(&rows, repeat, recipe.folds, recipe.seed.wrapping_add(repeat as u64)))
        .collect();
    let numbers = held_out_groups(&rows, &trials);
    let work: usize = trials.iter().map(|trial| trial.inside.len()).sum();
    let cells = L::ALL.len() * L::ALL.len();
    let mut entries = Vec::new();
    let mut confusions = vec![vec![0_u64; cells]; repeats * SHARES.len()];
    let mut learned = vec![0_usize; SHARES.len()];
    // A share that one deal cannot learn from has no score: that of the other deals would be of other rows.
    let mut single = [false; SHARES.len()];
    let mut done = 0;
    for trial in &trials {
        let name = format!("1/{} of the groups, repeat {} of {repeats}", SHARES[trial.share], trial.repeat + 1);
        progress(done as f64 / work.max(1) as f64, &name);
        done += trial.inside.len();
        let predicted = match predictions(&rows, recipe, trial) {
            Err(TrainError::Fit { source: FitError::SingleClass { .. }, .. }) if SHARES[trial.share] > 1 => {
                single[trial.share] = true;
                continue;
            }
            predicted => predicted?,
        };
        for (row, label) in trial.outside.iter().zip(predicted) {
            let cell = rows.labels[*row].index() * L::ALL.len() + label.index();
            let group = numbers.get(&*rows.groups[*row]).copied().unwrap_or_default();
            entries.push((group, trial.share * cells + cell, 1.0));
            confusions[trial.repeat * SHARES.len() + trial.share][cell] += 1;
        }
        learned[trial.share] += trial.inside.len();
    }
    let sizes: Vec<f64> = learned.iter().map(|rows| *rows as f64 / repeats as f64).collect();
    let macro_f1 = |counts: &[u64]| Confusion::from_cells(L::ALL.len(), counts.iter().copied()).macro_f1();
    let whole = sizes.last().copied().unwrap_or_default();
    let figures = |sums: &[f64]| -> Vec<Option<f64>> {
        let scores: Vec<Option<f64>> = sums
            .chunks_exact(cells)
            .map(|cells| macro_f1(&cells.iter().map(|count| *count as u64).collect::<Vec<_>>()))
            .zip(single)
            .map(|(score, single)| score.filter(|_| !single))
            .collect();
        let points: Vec<(f64, f64)> =
            sizes.iter().zip(&scores).filter_map(|(rows, score)| Some((*rows, 1.0 - (*score)?))).collect();
        // A resample whose error does not fall counts as one that more rows do not help: left out, it would leave the
        // interval to those that promise gains.
        let level = scores.last().copied().flatten();
        let further = FORMS.map(|(form, _)| match fit(&points, form) {
            Some(law) => Some(1.0 - law.error(FURTHER * whole)),
            None => level,
        });
        scores.into_iter().chain(further).collect()
    };
    progress(1.0, "intervals");
    let options = ScoreOptions { seed: recipe.seed, ..ScoreOptions::default() };
    // Rows of one group are held out in several repeats; resampled together they count as the one group they are.
    let estimates = GroupSums::new(numbers.len(), SHARES.len() * cells, entries)?.estimate(&options, figures);
    let points: Vec<CurvePoint> = SHARES
        .iter()
        .enumerate()
        .filter(|(share, _)| !single[*share])
        .map(|(share, denominator)| {
            let each = (0..repeats).filter_map(|repeat| macro_f1(&confusions[repeat * SHARES.len() + share]));
            CurvePoint {
                share: 1.0 / *denominator as f64,
                rows: sizes[share],
                macro_f1: estimates.get(share).copied().unwrap_or_default(),
                least: each.clone().fold(f64::INFINITY, f64::min),
                most: each.fold(f64::NEG_INFINITY, f64::max),
            }
        })
        .collect();
    let errors: Vec<(f64, f64)> =
        points.iter().filter_map(|point| Some((point.rows, 1.0 - point.macro_f1.value?))).collect();
    let extrapolations: Vec<Extrapolation> = FORMS
        .iter()
        .zip(estimates.get(SHARES.len()..).unwrap_or_default())
        .filter_map(|((form, name), further)| {
            Some(Extrapolation { form: name, curve: fit(&errors, *form)?, further: *further })
        })
        .collect();
    let ends = extrapolations.iter().filter_map(|found| Some([found.further.low?, found.further.high?]));
    let range = ends.reduce(|all, one| [all[0].min(one[0]), all[1].max(one[1])]);
    let left_out = SHARES.iter().zip(single).filter(|(_, single)| *single);
    let left_out: Vec<f64> = left_out.map(|(denominator, _)| 1.0 / *denominator as f64).collect();
    let scored = trials.iter().filter(|trial| SHARES[trial.share] == 1).map(|trial| trial.outside.len()).sum();
    Ok(LearningCurve {
        head,
        repeats,
        folds: recipe.folds,
        scored,
        groups: numbers.len(),
        points,
        left_out,
        extrapolations,
        further_rows: FURTHER * whole,
        range,
    })
}

const FORMS: [(Form, &str); 2] = [(Form::ThreeParameters, "a n^-b + c"), (Form::TwoParameters, "a n^-b")];

/// The trials of one repeat: the first fold held out, and nested shares of the other groups in an order drawn by the seed.
fn trials_of<L: Label>(rows: &HeadRows<L>, repeat: usize, count: usize, seed: u64) -> Vec<Trial> {
    let keys: Vec<(Arc<str>, usize)> =
        rows.groups.iter().cloned().zip(rows.labels.iter().map(|label| label.index())).collect();
    let fold_of = folds(&keys, count, seed);
    // The largest group is dealt to the first fold; which fold is held out goes round, so that it is not always there.
    let held_out = repeat % count;
    let (outside, pool): (Vec<usize>, Vec<usize>) = (0..keys.len()).partition(|row| fold_of[*row] == held_out);
    let mut order: Vec<&str> = pool.iter().map(|row| &*rows.groups[*row]).collect();
    order.sort_by_cached_key(|group| (xxh3_64_with_seed(group.as_bytes(), seed), *group));
    order.dedup();
    let places: BTreeMap<&str, usize> = order.iter().enumerate().map(|(place, group)| (*group, place)).collect();
    let place_of = |row: &usize| places.get(&*rows.groups[*row]).copied().unwrap_or_default();
    SHARES
        .iter()
        .enumerate()
        .map(|(share, denominator)| {
            let most = order.len().div_ceil(*denominator);
            let inside = pool.iter().copied().filter(|row| place_of(row) < most).collect();
            Trial { repeat, share, inside, outside: outside.clone() }
        })
        .collect()
}

/// Numbers of the groups that some trial holds out. Groups that none does have nothing to resample: counted among the
/// others they would make intervals of more groups than were scored.
fn held_out_groups<'a, L: Label>(rows: &'a HeadRows<L>, trials: &[Trial]) -> BTreeMap<&'a str, usize> {
    let outside = trials.iter().flat_map(|trial| &trial.outside);
    let mut numbers: BTreeMap<&str, usize> = outside.map(|row| (&*rows.groups[*row], 0)).collect();
    numbers.values_mut().enumerate().for_each(|(number, group)| *group = number);
    numbers
}

/// What a model of the rows inside says of those outside, by raw decision values.
///
/// Features that fewer rows inside have than a recipe's vocabulary needs are left out, as a training on these rows alone
/// would do.
fn predictions<L: Label>(rows: &HeadRows<L>, recipe: &super::Recipe, trial: &Trial) -> Result<Vec<L>, TrainError> {
    let inside = rows.records.select(&trial.inside)?;
    let known: Vec<u32> = (0_u32..)
        .zip(inside.document_frequencies())
        .filter(|(_, count)| *count >= recipe.features.minimum_documents.max(1))
        .map(|(column, _)| column)
        .collect();
    let narrow = rows.with_columns(&known)?;
    let fail = |source| TrainError::Fit { head: L::HEAD, source };
    let model = narrow.fit(recipe, &trial.inside, None).map_err(fail)?.classifier;
    let outside = narrow.records.select(&trial.outside)?;
    Ok(model.decisions(&outside, L::ALL).rows().into_iter().map(|row| largest(&row.to_vec())).collect())
}
