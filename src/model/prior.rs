//! Class shares that differ from those of training.
//!
//! In: probabilities of a model, the shares of the labels it learned from, and those of the texts it is used on. Out:
//! the probabilities that it would give, had it been trained on such texts. Saerens, Latinne & Decaestecker (2002),
//! *Adjusting the Outputs of a Classifier to New a Priori Probabilities*: p'(y) is proportional to p(y) times the new share of
//! y over its share in training. It assumes that texts of one label are alike in both.

use crate::label::{Label, Stance};
use std::str::FromStr;

/// How far the sum of shares may be from 1.
const SUM_TOLERANCE: f64 = 1e-6;
/// Rounds of the estimation, and the change of a share at which it ends.
const ROUNDS: usize = 1_000;
const LEAST_CHANGE: f64 = 1e-7;

/// Shares of the stances, in label order; at least 0, and 1 together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StancePrior([f64; 3]);

/// Shares that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriorError {
    /// Not of the form `critical=0.2,neutral=0.6,supportive=0.2`.
    #[error("`{0}` is not a share; expected critical=SHARE,neutral=SHARE,supportive=SHARE")]
    Syntax(String),
    /// A label twice or not at all.
    #[error("`{label}` has {found} shares; each of critical, neutral, supportive needs one")]
    Labels {
        /// The label.
        label: &'static str,
        /// How many shares it has.
        found: usize,
    },
    /// A share below 0 or no number.
    #[error("the share of `{label}` is {value}, but must be between 0 and 1")]
    Share {
        /// The label.
        label: &'static str,
        /// What was given.
        value: f64,
    },
    /// The shares are not the whole.
    #[error("the shares add to {0}, not to 1")]
    Sum(f64),
    /// The model has not seen a label that is said to occur.
    #[error("the model was trained without a `{label}` row, so it cannot tell where its share of {value} should be")]
    Untrained {
        /// The label.
        label: &'static str,
        /// Its new share.
        value: f64,
    },
    /// The model does not say what it was trained on.
    #[error(
        "the model does not hold the shares of its training labels (it was made by an older version); train it anew"
    )]
    Unknown,
}

impl StancePrior {
    /// From shares in label order.
    ///
    /// # Errors
    /// When a share is no share, or they do not add to 1.
    pub fn new(shares: [f64; 3]) -> Result<Self, PriorError> {
        for (label, value) in Stance::ALL.iter().zip(shares) {
            if !(0.0..=1.0).contains(&value) {
                return Err(PriorError::Share { label: label.name(), value });
            }
        }
        let sum: f64 = shares.iter().sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(PriorError::Sum(sum));
        }
        Ok(Self(shares.map(|share| share / sum)))
    }

    /// In label order.
    #[must_use]
    pub const fn shares(&self) -> [f64; 3] {
        self.0
    }
}

impl FromStr for StancePrior {
    type Err = PriorError;

    fn from_str(text: &str) -> Result<Self, PriorError> {
        let mut given: Vec<(Stance, f64)> = Vec::new();
        for part in text.split(',') {
            let parsed = part
                .split_once('=')
                .and_then(|(label, share)| Some((label.trim().parse().ok()?, share.trim().parse().ok()?)));
            given.push(parsed.ok_or_else(|| PriorError::Syntax(part.trim().to_owned()))?);
        }
        let mut shares = [0.0; 3];
        for label in Stance::ALL {
            let own: Vec<f64> = given.iter().filter(|(named, _)| named == label).map(|(_, share)| *share).collect();
            let [share] = own[..] else {
                return Err(PriorError::Labels { label: label.name(), found: own.len() });
            };
            shares[label.index()] = share;
        }
        Self::new(shares)
    }
}

/// Turns probabilities under the shares of training into those under other shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriorShift {
    target: [f64; 3],
    factors: [f64; 3],
}

impl PriorShift {
    /// From the shares of training labels to those of `target`.
    ///
    /// # Errors
    /// When a label is to occur that training did not have.
    pub fn new(training: StancePrior, target: StancePrior) -> Result<Self, PriorError> {
        let mut factors = [0.0; 3];
        for label in Stance::ALL {
            let (own, new) = (training.0[label.index()], target.0[label.index()]);
            if own == 0.0 && new > 0.0 {
                return Err(PriorError::Untrained { label: label.name(), value: new });
            }
            factors[label.index()] = if own > 0.0 { new / own } else { 0.0 };
        }
        Ok(Self { target: target.0, factors })
    }

    /// Adjusts the probabilities of a row, in label order.
    pub fn apply(&self, probabilities: &mut [f64]) {
        let sum: f64 = probabilities.iter().zip(self.factors).map(|(value, factor)| value * factor).sum();
        let certain = sum <= 0.0;
        for ((value, factor), share) in probabilities.iter_mut().zip(self.factors).zip(self.target) {
            // Where the model is certain of a label that does not occur, nothing but the shares is known.
            *value = if certain { share } else { *value * factor / sum };
        }
    }
}

/// The shares of the labels among rows of which only the model's probabilities are known: the fixed point at which the
/// mean of the adjusted probabilities is the shares they were adjusted to (expectation maximisation, in the same paper).
/// The training's shares without rows.
///
/// # Errors
/// As [`StancePrior::new`], should probabilities not be numbers.
pub fn estimate_prior(training: StancePrior, rows: &[&[f64]]) -> Result<StancePrior, PriorError> {
    let mut shares = training;
    if rows.is_empty() {
        return Ok(shares);
    }
    for _ in 0..ROUNDS {
        let shift = PriorShift::new(training, shares)?;
        let mut sums = [0.0; 3];
        for row in rows {
            let mut adjusted = [0.0; 3];
            adjusted.iter_mut().zip(*row).for_each(|(cell, value)| *cell = *value);
            shift.apply(&mut adjusted);
            sums.iter_mut().zip(adjusted).for_each(|(sum, value)| *sum += value);
        }
        let next = StancePrior::new(sums.map(|sum| (sum / rows.len() as f64).clamp(0.0, 1.0)))?;
        let change = next.0.iter().zip(shares.0).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        shares = next;
        if change < LEAST_CHANGE {
            break;
        }
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn shares_are_read_in_any_order() {
        let prior: StancePrior = "neutral=0.5, supportive=0.125,critical=0.375".parse().unwrap();
        assert_eq!(prior.shares(), [0.375, 0.5, 0.125]);
    }

    #[test]
    fn bad_shares_say_what_is_wrong() {
        for (text, expected) in [
            ("", "`` is not a share"),
            ("critical=0.5,neutral=0.5", "`supportive` has 0 shares"),
            ("critical=0.5,critical=0.1,neutral=0.2,supportive=0.2", "`critical` has 2 shares"),
            ("critical=0.5,neutral=0.5,supportive=0.5", "add to 1.5, not to 1"),
            ("critical=-0.5,neutral=1,supportive=0.5", "`critical` is -0.5"),
            ("critical=NaN,neutral=1,supportive=0", "`critical` is NaN"),
            ("critical=a,neutral=1,supportive=0", "`critical=a` is not a share"),
            ("hostile=0.5,neutral=0.5,supportive=0", "`hostile=0.5` is not a share"),
        ] {
            let message = text.parse::<StancePrior>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    /// From thirds to (0.6, 0.2, 0.2): (0.5, 0.3, 0.2) becomes (0.3, 0.06, 0.04) / 0.4.
    #[test]
    fn a_shift_by_hand() {
        let thirds = StancePrior::new([1.0 / 3.0; 3]).unwrap();
        let shift = PriorShift::new(thirds, StancePrior::new([0.6, 0.2, 0.2]).unwrap()).unwrap();
        let mut row = [0.5, 0.3, 0.2];
        shift.apply(&mut row);
        for (found, expected) in row.iter().zip([0.75, 0.15, 0.1]) {
            assert_abs_diff_eq!(*found, expected, epsilon = 1e-12);
        }
        let mut row = [0.0, 1.0, 0.0];
        PriorShift::new(thirds, StancePrior::new([0.5, 0.0, 0.5]).unwrap()).unwrap().apply(&mut row);
        assert_eq!(row, [0.5, 0.0, 0.5]);
    }

    #[test]
    fn a_label_that_training_lacked_is_refused() {
        let training = StancePrior::new([0.5, 0.5, 0.0]).unwrap();
        let message = PriorShift::new(training, StancePrior::new([0.4, 0.4, 0.2]).unwrap()).unwrap_err().to_string();
        assert!(message.contains("without a `supportive` row"), "{message}");
    }

    /// Rows as a perfect model of thirds would see them, four in five critical: the estimate finds that.
    #[test]
    fn the_shares_are_found_from_probabilities_alone() {
        let thirds = StancePrior::new([1.0 / 3.0; 3]).unwrap();
        let (critical, neutral) = ([0.98, 0.01, 0.01], [0.01, 0.98, 0.01]);
        let rows: Vec<&[f64]> = (0..100).map(|row| if row % 5 < 4 { &critical[..] } else { &neutral[..] }).collect();
        let found = estimate_prior(thirds, &rows).unwrap().shares();
        assert!((found[0] - 0.8).abs() < 0.02 && found[2] < 0.01, "{found:?}");
        assert_eq!(estimate_prior(thirds, &[]).unwrap(), thirds);
    }
}
