//! Which calibration a head gets, and what it is worth.
//!
//! In: held-out decisions with their folds. Out: the calibration found on all of them, for the model; and for each row the
//! probabilities by one found on the other folds, for scores: a curve of a hundred points that has seen a row's label says more of
//! that row than it knows.
//!
//! With [`CalibrationMethod::Auto`] the methods are compared by the log loss of those probabilities. A temperature has one
//! number and leaves labels as they are; another takes its place only where its log loss is lower by more than one
//! standard error of the difference, taken over groups (the rule of Breiman et al. 1984 for the simpler of two models).

use super::{
    CalibrationMethod, TrainError,
    held_out::{HeadRows, HeldOut},
};
use crate::{
    label::Label,
    model::{Calibration, CalibrationError},
};
use ndarray::Axis;
use std::collections::BTreeMap;

/// A calibration that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationTrial {
    /// How.
    pub method: CalibrationMethod,
    /// Weighted mean log loss of held-out rows, each by a calibration found on the other folds; or why there is none.
    pub log_loss: Result<f64, String>,
}

/// What came of calibrating.
pub(super) struct Calibrated {
    /// For the labels that the classifier knows.
    pub(super) calibration: Calibration,
    /// Rows x labels of the kind.
    pub(super) probabilities: Vec<Vec<f64>>,
    pub(super) trials: Vec<CalibrationTrial>,
    pub(super) warning: Option<String>,
}

/// Probabilities of all rows, each by the other folds, and the loss of each row.
struct Crossed {
    probabilities: Vec<Vec<f64>>,
    losses: Vec<f64>,
    mean: f64,
}

/// Rows to calibrate, by weight, and the labels that the classifier knows.
struct Calibrator<'a, L: Label> {
    head: &'a HeadRows<L>,
    held_out: &'a HeldOut,
    classes: Vec<usize>,
    /// What each row counts; 0 for rows that the calibration is not for.
    weights: Vec<f32>,
    /// Places of the known labels in the order of all.
    known: Vec<usize>,
}

/// Finds the calibration that `method` names. `counts` says which rows it is for.
pub(super) fn calibrate<L: Label>(
    method: CalibrationMethod,
    known: &[L],
    head: &HeadRows<L>,
    held_out: &HeldOut,
    counts: impl Fn(usize) -> bool,
) -> Result<Calibrated, TrainError> {
    use CalibrationMethod::{Auto, Isotonic, None, Platt, Temperature};
    let weights = head.weights.iter().enumerate().map(|(row, weight)| if counts(row) { *weight } else { 0.0 });
    let calibrator = Calibrator {
        head,
        held_out,
        classes: head.labels.iter().map(|label| label.index()).collect(),
        weights: weights.collect(),
        known: known.iter().map(|label| label.index()).collect(),
    };
    let candidates: &[CalibrationMethod] = match method {
        Auto => &[Temperature, Platt, Isotonic, None],
        Temperature => &[Temperature],
        Platt => &[Platt],
        Isotonic => &[Isotonic],
        None => &[None],
    };
    let all: Vec<usize> = (0..head.rows.len()).collect();
    let mut trials = Vec::new();
    let mut best: Option<(CalibrationMethod, Crossed)> = Option::None;
    let mut simplest: Option<Vec<f64>> = Option::None;
    for candidate in candidates {
        let crossed = calibrator.crossed(*candidate);
        let log_loss = crossed.as_ref().map(|crossed| crossed.mean).map_err(|error| told::<L>(error));
        trials.push(CalibrationTrial { method: *candidate, log_loss });
        let Ok(crossed) = crossed else { continue };
        let better = match (&best, &simplest) {
            (Option::None, _) => true,
            // Uncalibrated decisions are told for comparison: a temperature of 1 is as simple.
            _ if *candidate == None => false,
            (Some((_, held)), Some(first)) => {
                crossed.mean < held.mean && calibrator.clearly_below(&crossed.losses, first)
            }
            (Some((_, held)), Option::None) => crossed.mean < held.mean,
        };
        if simplest.is_none() {
            simplest = Some(crossed.losses.clone());
        }
        if better {
            best = Some((*candidate, crossed));
        }
    }
    let (chosen, mut crossed, mut warning) = match best {
        Some((chosen, crossed)) => (chosen, Some(crossed), Option::None),
        Option::None => (candidates[0], Option::None, Option::None),
    };
    let calibration = calibrator
        .fit(chosen, &all)
        .map_err(|source| TrainError::Calibration { head: L::HEAD, reason: told::<L>(&source) })?;
    if crossed.is_none() {
        // Some fold leaves too little to calibrate on; what all rows give is the best there is.
        let why = trials.first().and_then(|trial| trial.log_loss.as_ref().err().cloned()).unwrap_or_default();
        warning = Some(format!("its held-out probabilities are by a calibration that has seen the same rows: {why}"));
        crossed = Some(calibrator.applied(&calibration.spread(&calibrator.known, L::ALL.len())));
    }
    let probabilities = crossed.map(|crossed| crossed.probabilities).unwrap_or_default();
    Ok(Calibrated { calibration, probabilities, trials, warning })
}

impl<L: Label> Calibrator<'_, L> {
    /// The calibration of the known labels by the rows named.
    fn fit(&self, method: CalibrationMethod, rows: &[usize]) -> Result<Calibration, CalibrationError> {
        let rows: Vec<usize> = rows.iter().copied().filter(|row| self.weights[*row] > 0.0).collect();
        let decisions = self.held_out.decisions.select(Axis(0), &rows).select(Axis(1), &self.known);
        let place = |class: &usize| self.known.iter().position(|known| known == class).unwrap_or_default();
        let classes: Vec<usize> = rows.iter().map(|row| place(&self.classes[*row])).collect();
        let weights: Vec<f32> = rows.iter().map(|row| self.weights[*row]).collect();
        let found = match method {
            CalibrationMethod::None => Ok(Calibration::None),
            CalibrationMethod::Auto | CalibrationMethod::Temperature => {
                Calibration::temperature(decisions.view(), &classes, Some(&weights))
            }
            CalibrationMethod::Platt => Calibration::platt(decisions.view(), &classes),
            CalibrationMethod::Isotonic => Calibration::isotonic(decisions.view(), &classes, Some(&weights)),
        };
        found.map_err(|error| match error {
            CalibrationError::OneSided { class, positive, rows } => {
                CalibrationError::OneSided { class: self.known.get(class).copied().unwrap_or(class), positive, rows }
            }
            other => other,
        })
    }

    /// Each fold by a calibration of the others.
    fn crossed(&self, method: CalibrationMethod) -> Result<Crossed, CalibrationError> {
        let folds = self.held_out.fold_of.iter().max().map_or(0, |last| last + 1);
        let mut probabilities = vec![Vec::new(); self.classes.len()];
        for fold in 0..folds {
            let (inside, outside): (Vec<usize>, Vec<usize>) =
                (0..self.classes.len()).partition(|row| self.held_out.fold_of[*row] == fold);
            let calibration = self.fit(method, &outside)?.spread(&self.known, L::ALL.len());
            for row in inside {
                probabilities[row] = calibration.probabilities(&self.held_out.decisions.row(row).to_vec());
            }
        }
        Ok(self.judged(probabilities))
    }

    fn applied(&self, calibration: &Calibration) -> Crossed {
        let rows = self.held_out.decisions.rows().into_iter();
        self.judged(rows.map(|row| calibration.probabilities(&row.to_vec())).collect())
    }

    /// Rows whose fold did not know their label lose as much by every method, and are left out.
    fn judged(&self, probabilities: Vec<Vec<f64>>) -> Crossed {
        let losses: Vec<f64> = probabilities
            .iter()
            .enumerate()
            .map(|(row, chances)| {
                let class = self.classes[row];
                let known = self.held_out.decisions[(row, class)].is_finite();
                if known { 0.0 - libm::log(chances[class].max(f64::MIN_POSITIVE)) } else { 0.0 }
            })
            .collect();
        let total: f64 = self.weights.iter().map(|weight| f64::from(*weight)).sum();
        let sum: f64 = losses.iter().zip(&self.weights).map(|(loss, weight)| loss * f64::from(*weight)).sum();
        Crossed { probabilities, losses, mean: sum / total }
    }

    /// Whether the mean of `losses` is below that of `others` by more than a standard error, taken over groups.
    fn clearly_below(&self, losses: &[f64], others: &[f64]) -> bool {
        let mut groups: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (row, (loss, other)) in losses.iter().zip(others).enumerate() {
            let weight = f64::from(self.weights[row]);
            let (gain, sum) = groups.entry(&self.head.groups[row]).or_default();
            *gain += weight * (other - loss);
            *sum += weight;
        }
        let total: f64 = groups.values().map(|(_, weight)| weight).sum();
        let mean = groups.values().map(|(gain, _)| gain).sum::<f64>() / total;
        let squares: f64 = groups.values().map(|(gain, weight)| (gain - weight * mean) * (gain - weight * mean)).sum();
        mean > squares.sqrt() / total
    }
}

/// What an error says, with the label's name for its number.
fn told<L: Label>(error: &CalibrationError) -> String {
    match error {
        CalibrationError::OneSided { class, positive, rows } => {
            let label = L::ALL.get(*class).map_or("a label", |label| label.name());
            format!(
                "`{label}` has {positive} of {rows} rows there, too few for a calibration of its own; label more, or set \
                 `calibration = \"temperature\"`"
            )
        }
        other => other.to_string(),
    }
}
