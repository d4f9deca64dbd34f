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

/// What is tried where the recipe leaves the choice, the simplest first. Decision values as they are come last: they are told
/// for comparison, for a temperature of 1 is as simple.
const CANDIDATES: [CalibrationMethod; 4] =
    [CalibrationMethod::Temperature, CalibrationMethod::Platt, CalibrationMethod::Isotonic, CalibrationMethod::None];

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
    let weights = head.weights.iter().enumerate().map(|(row, weight)| if counts(row) { *weight } else { 0.0 });
    let calibrator = Calibrator {
        head,
        held_out,
        classes: head.labels.iter().map(|label| label.index()).collect(),
        weights: weights.collect(),
        known: known.iter().map(|label| label.index()).collect(),
    };
    let named = [method];
    let candidates = if method == CalibrationMethod::Auto { &CANDIDATES[..] } else { &named[..] };
    let mut tried: Vec<_> = candidates.iter().map(|method| (*method, calibrator.crossed(*method))).collect();
    let trials = tried.iter().map(|(method, crossed)| CalibrationTrial {
        method: *method,
        log_loss: crossed.as_ref().map(|crossed| crossed.mean).map_err(|error| told::<L>(error)),
    });
    let trials: Vec<CalibrationTrial> = trials.collect();
    let (chosen, crossed) = tried.swap_remove(calibrator.best(&tried));
    let all: Vec<usize> = (0..head.rows.len()).collect();
    let calibration = calibrator
        .fit(chosen, &all)
        .map_err(|error| TrainError::Calibration { head: L::HEAD, reason: told::<L>(&error) })?;
    let (crossed, warning) = match crossed {
        Ok(crossed) => (crossed, None),
        Err(error) => {
            // Some fold leaves too little to calibrate on; what all rows give is the best there is.
            let why = told::<L>(&error);
            let warning = format!("its held-out probabilities are by a calibration that has seen the same rows: {why}");
            (calibrator.applied(&calibration.spread(&calibrator.known, L::ALL.len())), Some(warning))
        }
    };
    Ok(Calibrated { calibration, probabilities: crossed.probabilities, trials, warning })
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

    /// The place of the one to take: the first that can be had, unless others are clearly better; then the best of those.
    fn best(&self, tried: &[(CalibrationMethod, Result<Crossed, CalibrationError>)]) -> usize {
        let mut usable = tried
            .iter()
            .enumerate()
            .filter_map(|(place, (method, crossed))| Some((place, *method, crossed.as_ref().ok()?)));
        let Some((place, _, first)) = usable.next() else { return 0 };
        let better = usable.filter(|(_, method, crossed)| {
            *method != CalibrationMethod::None && self.clearly_below(&crossed.losses, &first.losses)
        });
        better
            .map(|(place, _, crossed)| (place, crossed.mean))
            .reduce(|held, other| if other.1 < held.1 { other } else { held })
            .map_or(place, |(place, _)| place)
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
        let told = |row: &usize| self.held_out.decisions[(*row, self.classes[*row])].is_finite();
        let total: f64 = (0..losses.len()).filter(told).map(|row| f64::from(self.weights[row])).sum();
        let sum: f64 = losses.iter().zip(&self.weights).map(|(loss, weight)| loss * f64::from(*weight)).sum();
        Crossed { probabilities, losses, mean: if total > 0.0 { sum / total } else { 0.0 } }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{label::Stance, model::SparseRecords};
    use ndarray::Array2;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::sync::Arc;

    /// Rows with one decision value for critical between -4 and 4, 0 for supportive, and a label drawn with the chance given.
    fn rows(chance: impl Fn(f64) -> f64) -> (HeadRows<Stance>, HeldOut) {
        let mut random = ChaCha8Rng::seed_from_u64(8);
        let count = 3000;
        let decisions = Array2::from_shape_fn((count, 3), |(_, label)| match label {
            0 => random.gen_range(-4.0..4.0),
            1 => f64::NEG_INFINITY,
            _ => 0.0,
        });
        let mut draw = |decision| random.gen_range(0.0..1.0) < chance(decision);
        let labels =
            (0..count).map(|row| if draw(decisions[(row, 0)]) { Stance::Critical } else { Stance::Supportive });
        let head = HeadRows {
            rows: (0..count).collect(),
            labels: labels.collect(),
            weights: vec![1.0; count],
            records: SparseRecords::from_rows(0, vec![vec![]; count]).unwrap(),
            present: vec![],
            groups: (0..count).map(|row| Arc::from(format!("group {}", row / 3))).collect(),
            copies: None,
        };
        let held_out = HeldOut { decisions, fold_of: (0..count).map(|row| row / 3 % 3).collect(), open: 0 };
        (head, held_out)
    }

    fn chosen(chance: impl Fn(f64) -> f64) -> Calibrated {
        let (head, held_out) = rows(chance);
        calibrate(CalibrationMethod::Auto, &head.known(), &head, &held_out, |_| true).unwrap()
    }

    #[test]
    fn a_temperature_is_left_only_for_what_is_clearly_better() {
        let sigmoid = |decision: f64| 1.0 / (1.0 + libm::exp(-decision / 2.0));
        let Calibration::Temperature(found) = chosen(sigmoid).calibration else { panic!("not a temperature") };
        assert!((found - 2.0).abs() < 0.2, "{found}");
        let stepped = chosen(|decision| if decision > 0.0 { 0.6 } else { 0.02 });
        assert!(matches!(stepped.calibration, Calibration::Isotonic(_)), "{:?}", stepped.trials);
        let loss = |place: usize| *stepped.trials[place].log_loss.as_ref().unwrap();
        assert!(loss(2) < loss(1) && loss(2) < loss(0) && stepped.trials.len() == 4);
        // Rows of other labels than the two have none, and each row sums to 1.
        assert!(stepped.probabilities.iter().all(|row| row[1] == 0.0 && (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn a_row_does_not_see_the_calibration_that_its_own_fold_made() {
        let (head, held_out) = rows(|decision| if decision > 0.0 { 0.7 } else { 0.2 });
        let found = calibrate(CalibrationMethod::Isotonic, &head.known(), &head, &held_out, |_| true).unwrap();
        let mut turned = rows(|decision| if decision > 0.0 { 0.7 } else { 0.2 }).0;
        for row in (0..turned.labels.len()).filter(|row| held_out.fold_of[*row] == 0) {
            turned.labels[row] =
                if turned.labels[row] == Stance::Critical { Stance::Supportive } else { Stance::Critical };
        }
        let other = calibrate(CalibrationMethod::Isotonic, &turned.known(), &turned, &held_out, |_| true).unwrap();
        for row in 0..turned.labels.len() {
            let same = found.probabilities[row] == other.probabilities[row];
            assert!(same || held_out.fold_of[row] != 0, "{row}");
        }
        assert_ne!(found.calibration, other.calibration);
    }
}
