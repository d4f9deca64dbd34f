//! Held-out scores along a path of penalties.
//!
//! In: pairs, a recipe, strengths of the L2 penalty. Out: for each strength, from strong to weak, what models with it say of
//! rows that they did not learn from.
//!
//! The solutions of neighbouring penalties are alike: each fit starts from the one before (Friedman, Hastie & Tibshirani 2010),
//! which takes fewer iterations than as many trainings do, and features are made once.

use super::{
    Recipe, TrainError,
    calibrate::calibrate,
    held_out::{HeadRows, HeldOut, fold_error},
    rows::encode_all,
    select::select,
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    evaluate::{Outcome, ScoreOptions, score},
    label::Label,
    pairs::LabelledPair,
};
use ndarray::Array2;

/// What one strength of the penalty gives.
#[derive(Debug, Clone, PartialEq)]
pub struct PathStep {
    /// The strength.
    pub l2: f64,
    /// Held-out log loss, by the recipe's calibration, found on other folds than the rows it is applied to.
    pub log_loss: f64,
    /// Held-out macro-F1.
    pub macro_f1: f64,
    /// Iterations of the solver, over all folds.
    pub iterations: usize,
    /// Folds whose solver did not converge.
    pub open: usize,
}

/// Cross-validates one head for each of `strengths`, on the rows that the recipe selects, with its folds, seed, features and
/// estimator; steps are given from the strongest to the weakest. Only logistic regression (without copies by data set) can
/// start from the step before; the other estimators begin anew each time.
///
/// # Errors
/// [`TrainError::NoPath`] for an estimator without a penalty; [`TrainError::Recipe`] for a strength out of range;
/// [`TrainError::NoLabel`] when no row has a label of the head; else as [`super::train`].
pub fn regularisation_path<L: Label>(
    (gazetteer, cues): (&Gazetteer, &CueLexicon),
    recipe: &Recipe,
    pairs: &[LabelledPair],
    label: impl Fn(&LabelledPair) -> Option<L>,
    strengths: &[f64],
    progress: &dyn Fn(&str),
) -> Result<Vec<PathStep>, TrainError> {
    let classifier = recipe.head::<L>().classifier;
    if !classifier.penalises() {
        return Err(TrainError::NoPath { classifier: classifier.name() });
    }
    let mut strengths = strengths.to_vec();
    strengths.sort_by(|left, right| right.total_cmp(left));
    strengths.dedup();
    let recipes = strengths
        .iter()
        .map(|l2| {
            let mut recipe = recipe.clone();
            if let Some(head) = recipe.head_mut(L::HEAD) {
                head.l2 = *l2;
            }
            recipe.check().map(|()| recipe)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let pairs = select(pairs.to_vec(), recipe)?;
    progress("features");
    let encoded = encode_all(gazetteer, cues, &recipe.features, &pairs)?;
    let head = HeadRows::of(&pairs, (&encoded.vectorizer, &encoded.records), recipe, label)?
        .ok_or(TrainError::NoLabel { head: L::HEAD })?;
    let groups = head.groups_in_all();
    if groups < recipe.folds {
        return Err(TrainError::TooFewGroups { groups, folds: recipe.folds });
    }
    let fold_of = head.fold_of(recipe);
    let empty = || Array2::from_elem((head.rows.len(), L::ALL.len()), f64::NEG_INFINITY);
    let mut found: Vec<(HeldOut, usize)> =
        recipes.iter().map(|_| (HeldOut { decisions: empty(), fold_of: fold_of.clone(), open: 0 }, 0)).collect();
    for fold in 0..recipe.folds {
        progress(&format!("{} fold {} of {}", L::HEAD, fold + 1, recipe.folds));
        let mut last = None;
        for (recipe, (held_out, iterations)) in recipes.iter().zip(&mut found) {
            let fitted = head.fit(recipe, &held_out.outside_fold(fold), last.take());
            let fitted = fitted.map_err(|source| fold_error::<L>(source, recipe.folds))?;
            head.decide(&fitted.classifier, fold, held_out)?;
            held_out.open += usize::from(fitted.warning.is_some());
            *iterations += fitted.iterations;
            last = Some(fitted.classifier);
        }
    }
    let known = head.known();
    let options = ScoreOptions { resamples: 0, ..ScoreOptions::default() };
    let steps = strengths.iter().zip(found).map(|(l2, (held_out, iterations))| {
        let settings = recipe.head::<L>();
        let calibrated = calibrate(settings.calibration, &known, &head, &held_out, |row| head.calibrates(row))?;
        let rows = calibrated.probabilities.into_iter().zip(head.labels.iter().zip(&head.groups));
        let outcomes: Vec<Outcome<L>> = rows
            .map(|(probabilities, (gold, group))| {
                let predicted = L::ALL[settings.decision.choose(&probabilities)];
                Outcome { gold: *gold, predicted, probabilities, group: group.clone() }
            })
            .collect();
        let scores = score(&outcomes, &options)?;
        let value = |value: Option<f64>| value.unwrap_or(f64::NAN);
        Ok(PathStep {
            l2: *l2,
            log_loss: value(scores.log_loss.value),
            macro_f1: value(scores.macro_f1.value),
            iterations,
            open: held_out.open,
        })
    });
    steps.collect()
}
