//! Several sets of predictions on the same rows, and whether they differ.
//!
//! In: the outcomes of the model and named sets of other predictions. Out: scores of each, and the
//! differences to the model with paired intervals: both sides are scored on the same resamples, so
//! what makes rows hard for both cancels.

use super::{
    Estimate, Outcome, ScoreError, ScoreOptions, Scores,
    scores::{HEADLINES, OutcomeSums},
};
use crate::pairs::Label;
use serde::Serialize;

/// A named set of predictions on the model's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions<L> {
    /// What a report calls it.
    pub name: String,
    /// The same rows as the model's, in the same order.
    pub outcomes: Vec<Outcome<L>>,
}

/// Scores of a named set of predictions beside the model's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison<L> {
    /// What a report calls it.
    pub name: String,
    /// Its scores.
    pub scores: Scores<L>,
    /// The model's figures less these.
    pub differences: Differences,
}

impl<L: Label> Comparison<L> {
    /// The same comparison with labels by name.
    #[must_use]
    pub fn named(&self) -> Comparison<&'static str> {
        Comparison { name: self.name.clone(), scores: self.scores.named(), differences: self.differences }
    }
}

/// Figures of the model less those of another set of predictions, with paired intervals.
///
/// An interval without 0 in it is a difference that the rows bear out. A difference above 0 speaks
/// for the model, but for the losses (`log_loss`, `brier`, `ece`), where one below 0 does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Differences {
    /// Of accuracy.
    pub accuracy: Estimate,
    /// Of macro-F1.
    pub macro_f1: Estimate,
    /// Of micro-F1.
    pub micro_f1: Estimate,
    /// Of the correlation.
    pub mcc: Estimate,
    /// Of the log loss; `None` when one side has no probabilities. So the next two.
    pub log_loss: Estimate,
    /// Of the Brier score.
    pub brier: Estimate,
    /// Of the expected calibration error.
    pub ece: Estimate,
}

/// Scores the model and every other set of predictions on the same rows.
///
/// # Errors
///
/// As [`score`](super::score), and when a set differs from the model's in its number of rows, in
/// a gold label or in a group.
pub fn compare<L: Label>(
    model: &[Outcome<L>],
    others: &[Predictions<L>],
    options: &ScoreOptions,
) -> Result<(Scores<L>, Vec<Comparison<L>>), ScoreError> {
    let sums = OutcomeSums::of(model, options)?;
    let comparison = |other: &Predictions<L>| {
        same_rows(model, other)?;
        let other_sums = OutcomeSums::of(&other.outcomes, options)?;
        let differences = differences(&sums, &other_sums, options)?;
        Ok(Comparison { name: other.name.clone(), scores: other_sums.scores(options), differences })
    };
    let comparisons = others.iter().map(comparison).collect::<Result<_, _>>()?;
    Ok((sums.scores(options), comparisons))
}

fn same_rows<L: Label>(model: &[Outcome<L>], other: &Predictions<L>) -> Result<(), ScoreError> {
    let error = |problem: String| Err(ScoreError::OtherRows { name: other.name.clone(), problem });
    if model.len() != other.outcomes.len() {
        return error(format!("{} rows, expected {}", other.outcomes.len(), model.len()));
    }
    for (row, (ours, theirs)) in model.iter().zip(&other.outcomes).enumerate() {
        if ours.gold != theirs.gold {
            return error(format!("row {row} has gold label {}, expected {}", theirs.gold, ours.gold));
        }
        if ours.group != theirs.group {
            return error(format!("row {row} is in group `{}`, expected `{}`", theirs.group, ours.group));
        }
    }
    Ok(())
}

fn differences<L: Label>(
    model: &OutcomeSums<L>,
    other: &OutcomeSums<L>,
    options: &ScoreOptions,
) -> Result<Differences, ScoreError> {
    let width = model.width();
    let figures = |sums: &[f64]| {
        let (ours, theirs) = sums.split_at(width.min(sums.len()));
        let pairs = OutcomeSums::<L>::figures(ours).into_iter().zip(OutcomeSums::<L>::figures(theirs));
        pairs.take(HEADLINES).map(|(ours, theirs)| Some(ours? - theirs?)).collect()
    };
    let estimates = model.sums.beside(&other.sums)?.estimate(options, figures);
    let Ok([accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece]) = <[Estimate; HEADLINES]>::try_from(estimates)
    else {
        return Ok(Differences::default());
    };
    Ok(Differences { accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece })
}

/// The baseline that always says the most frequent class: of the training rows where `training`
/// gives their counts (in the order of [`Label::ALL`]), else of the gold rows themselves, which
/// no honest baseline could know. Its name says which. Of classes with equal counts the first.
///
/// Its probabilities are the class shares after adding one to each count (Laplace), so that a
/// class that is not in training has a finite log loss.
///
/// # Errors
///
/// When there are no rows, or the counts are not one for each label or are all zero.
pub fn majority<L: Label>(outcomes: &[Outcome<L>], training: Option<&[u64]>) -> Result<Predictions<L>, ScoreError> {
    if outcomes.is_empty() {
        return Err(ScoreError::NoRows);
    }
    let classes = L::ALL.len();
    let mut counts = vec![0_u64; classes];
    let name = if let Some(training) = training {
        let sum = training.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        if training.len() != classes || sum == 0 {
            return Err(ScoreError::TrainingCounts { found: training.len(), sum, expected: classes });
        }
        counts.copy_from_slice(training);
        "majority of training"
    } else {
        outcomes.iter().for_each(|outcome| counts[outcome.gold.index()] += 1);
        "majority of gold"
    };
    // The largest count; `max_by_key` would take the last of equals.
    let most = (0..classes).rev().max_by_key(|class| counts[*class]).unwrap_or(0);
    let total: f64 = counts.iter().map(|count| *count as f64 + 1.0).sum();
    let probabilities: Vec<f64> = counts.iter().map(|count| (*count as f64 + 1.0) / total).collect();
    let constant = |outcome: &Outcome<L>| Outcome {
        gold: outcome.gold,
        predicted: L::ALL[most],
        probabilities: probabilities.clone(),
        group: outcome.group.clone(),
    };
    Ok(Predictions { name: name.to_owned(), outcomes: outcomes.iter().map(constant).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Neutral, Supportive};
    use approx::assert_abs_diff_eq;

    fn rows(labels: &[(Stance, Stance)]) -> Vec<Outcome<Stance>> {
        let row = |(index, (gold, predicted)): (usize, &(Stance, Stance))| {
            let mut probabilities = vec![0.1; 3];
            probabilities[predicted.index()] = 0.8;
            Outcome { gold: *gold, predicted: *predicted, probabilities, group: format!("g{index:03}").into() }
        };
        labels.iter().enumerate().map(row).collect()
    }

    /// Gold: 2 critical, 1 neutral; training: 1, 5, 2 of the three.
    #[test]
    fn majority_says_whose_majority_it_is() {
        let model = rows(&[(Critical, Critical), (Critical, Neutral), (Neutral, Neutral)]);
        let gold = majority(&model, None).unwrap();
        assert_eq!(gold.name, "majority of gold");
        assert!(gold.outcomes.iter().all(|outcome| outcome.predicted == Critical));
        // (2 + 1) / (3 + 3), (1 + 1) / 6, (0 + 1) / 6.
        assert_eq!(gold.outcomes[0].probabilities, [0.5, 2.0 / 6.0, 1.0 / 6.0]);
        let training = majority(&model, Some(&[1, 5, 2])).unwrap();
        assert_eq!(training.name, "majority of training");
        assert_eq!(training.outcomes[0].predicted, Neutral);
        assert_eq!(training.outcomes[0].probabilities, [2.0 / 11.0, 6.0 / 11.0, 3.0 / 11.0]);
        // Of equals the first.
        assert_eq!(majority(&model, Some(&[0, 4, 4])).unwrap().outcomes[0].predicted, Neutral);
        for bad in [&[1, 2][..], &[0, 0, 0], &[]] {
            assert!(matches!(majority(&model, Some(bad)), Err(ScoreError::TrainingCounts { .. })), "{bad:?}");
        }
        assert_eq!(majority::<Stance>(&[], None), Err(ScoreError::NoRows));
    }

    /// The model is right in 3 of 4, the majority in 2 of 4.
    #[test]
    fn differences_are_the_models_less_the_others() {
        let model =
            rows(&[(Critical, Critical), (Critical, Critical), (Neutral, Neutral), (Supportive, Neutral)].repeat(25));
        let baseline = majority(&model, None).unwrap();
        let (scores, comparisons) = compare(&model, &[baseline], &ScoreOptions::default()).unwrap();
        let other = &comparisons[0];
        assert_eq!((scores.accuracy.value, other.scores.accuracy.value), (Some(0.75), Some(0.5)));
        let accuracy = other.differences.accuracy;
        assert_eq!(accuracy.value, Some(0.25));
        // One row in four differs: sd sqrt(0.25 * 0.75 / 100) = 0.0433, interval about 0.25 ± 0.085.
        assert_abs_diff_eq!(accuracy.low.unwrap(), 0.165, epsilon = 0.02);
        assert_abs_diff_eq!(accuracy.high.unwrap(), 0.335, epsilon = 0.02);
        // The majority has no correlation, so there is no difference either.
        assert_eq!(other.differences.mcc.value, None);
        let loss = scores.log_loss.value.unwrap() - other.scores.log_loss.value.unwrap();
        assert_abs_diff_eq!(other.differences.log_loss.value.unwrap(), loss, epsilon = 1e-12);
    }

    #[test]
    fn a_set_equal_to_the_model_differs_by_nothing() {
        let model = rows(&[(Critical, Critical), (Critical, Neutral), (Neutral, Neutral)]);
        let same = Predictions { name: "same".into(), outcomes: model.clone() };
        let (_, comparisons) = compare(&model, &[same], &ScoreOptions::default()).unwrap();
        let zero = Estimate { value: Some(0.0), low: Some(0.0), high: Some(0.0) };
        assert_eq!(comparisons[0].differences.macro_f1, zero);
        assert_eq!(comparisons[0].differences.ece, zero);
    }

    #[test]
    fn other_rows_are_refused() {
        let model = rows(&[(Critical, Critical), (Critical, Neutral)]);
        let refuse = |outcomes: Vec<Outcome<Stance>>| {
            let other = Predictions { name: "other".into(), outcomes };
            compare(&model, &[other], &ScoreOptions::default()).unwrap_err().to_string()
        };
        assert!(refuse(model[..1].to_vec()).contains("1 rows, expected 2"));
        let mut gold = model.clone();
        gold[1].gold = Supportive;
        assert!(refuse(gold).contains("row 1 has gold label supportive, expected critical"));
        let mut group = model.clone();
        group[0].group = "else".into();
        assert!(refuse(group).contains("row 0 is in group `else`"));
    }
}
