//! From decision values to probabilities that hold: of the pairs given 0.8, eight in ten should be right.
//!
//! In: decision values of rows that the classifier was not trained on, and their true classes. Out: a
//! [`Calibration`].
//!
//! - Temperature: Guo, Pleiss, Sun & Weinberger (2017), *On calibration of modern neural networks*: softmax of d / T, T
//!   by minimising the weighted log loss. It never changes the label.
//! - Platt: Platt (1999), *Probabilistic outputs for support vector machines*, as corrected by Lin, Lin & Weng (2007):
//!   for each class 1 / (1 + exp(a d + b)), fitted by linfa, then divided by the sum over classes.
//! - Isotonic: Zadrozny & Elkan (2002): for each class a rising curve ([`IsotonicCurve`]), then divided by the sum.
//!
//! The last two treat each class on its own, so the likeliest class may be another than that of the largest decision value.

use super::{
    isotonic::IsotonicCurve,
    probability::{log_sigmoid, softmax_in_place},
};
use linfa::{
    ParamGuard,
    composing::platt_scaling::{Platt, PlattError, platt_newton_method},
};
use ndarray::{Array1, ArrayView2};
use serde::{Deserialize, Serialize};

/// Lowest and highest inverse temperature: temperatures from 1/20 to 20.
const INVERSE_TEMPERATURES: (f64, f64) = (0.05, 20.0);
/// Halvings of that range; the last is far below the precision of `f64`.
const HALVINGS: usize = 70;

/// Why held-out decision values could not be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CalibrationError {
    /// Decision values, classes and weights are not of one length.
    #[error("{rows} rows of decision values, but {found} {what}")]
    Length {
        /// Rows of decision values.
        rows: usize,
        /// What else was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A decision value is NaN or positive infinity, or a weight negative or not finite.
    #[error("row {row}: a decision value or weight is not usable")]
    Value {
        /// 0-based row.
        row: usize,
    },
    /// No row is left to learn from.
    #[error("no held-out row to calibrate on")]
    NoRows,
    /// A class has no row, or every row.
    #[error(
        "class {class} has {positive} of {rows} held-out rows; calibration of one class against the rest needs some in and \
         some out"
    )]
    OneSided {
        /// Column of the class.
        class: usize,
        /// Rows of the class.
        positive: usize,
        /// Rows in all.
        rows: usize,
    },
    /// linfa's solver failed.
    #[error("Platt scaling of class {class}: {source}")]
    Platt {
        /// Column of the class.
        class: usize,
        /// What linfa says.
        source: PlattError,
    },
    /// A calibration read from a file does not fit the classifier.
    #[error("the calibration has parameters that are not finite, not positive or not one for each of {labels} labels")]
    Unfit {
        /// Labels of the classifier.
        labels: usize,
    },
}

/// How decision values become probabilities.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Calibration {
    /// The softmax of the decision values as they are.
    #[default]
    None,
    /// The softmax of the decision values divided by this temperature, above 0.
    Temperature(f64),
    /// For each class (a, b) of 1 / (1 + exp(a d + b)), then divided by the sum. Where greater decision values speak
    /// for the class, a is negative.
    Platt(Vec<(f64, f64)>),
    /// For each class a rising curve of its decision value, then divided by the sum.
    Isotonic(Vec<IsotonicCurve>),
}

impl Calibration {
    /// The temperature, within 1/20 to 20, of least weighted log loss.
    ///
    /// `decisions` has a row for each held-out row and a column for each class; `classes` names the column of the true
    /// class of each row; `weights`, where given, weigh the rows. Negative infinity marks a class that the classifier
    /// of a fold did not know; a row whose true class is so marked tells nothing of the temperature and is left out.
    ///
    /// The loss is convex in 1 / T, so the sign of its derivative tells on which side the minimum lies.
    ///
    /// # Errors
    /// When lengths differ, a value cannot be used, or no row is left.
    pub fn temperature(
        decisions: ArrayView2<'_, f64>,
        classes: &[usize],
        weights: Option<&[f32]>,
    ) -> Result<Self, CalibrationError> {
        let rows = usable_rows(decisions, classes, weights)?;
        let slope = |inverse: f64| -> f64 {
            let mut probabilities = Vec::new();
            let terms = rows.iter().map(|(decisions, class, weight)| {
                probabilities.clear();
                probabilities.extend(decisions.iter().map(|decision| decision * inverse));
                softmax_in_place(&mut probabilities);
                // Expected minus true decision value; a class that cannot be has probability 0, and 0 x infinity is NaN.
                let expected: f64 =
                    probabilities.iter().zip(decisions).filter(|(p, _)| **p > 0.0).map(|(p, d)| p * d).sum();
                weight * (expected - decisions[*class])
            });
            terms.sum()
        };
        let (mut low, mut high) = INVERSE_TEMPERATURES;
        if slope(low) >= 0.0 {
            return Ok(Self::Temperature(1.0 / low));
        }
        if slope(high) <= 0.0 {
            return Ok(Self::Temperature(1.0 / high));
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if slope(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(Self::Temperature(1.0 / (0.5 * (low + high))))
    }

    /// Platt scaling of each class against the rest, by linfa's Newton method, which knows no weights of rows.
    ///
    /// `decisions` and `classes` are as for [`Self::temperature`]; decision values of negative infinity are left out.
    /// Values are scaled to a mean square of 1 before the fit, for its tolerance is absolute. Parameters are kept to
    /// the precision of `f32`: linfa takes exponentials from the system's C library, whose last bits differ between
    /// machines.
    ///
    /// # Errors
    /// When lengths differ, a value cannot be used, a class has no row or all of them, or the method does not converge.
    pub fn platt(decisions: ArrayView2<'_, f64>, classes: &[usize]) -> Result<Self, CalibrationError> {
        let rows = usable_rows(decisions, classes, None)?;
        (0..decisions.ncols()).map(|class| platt_of_class(&rows, class)).collect::<Result<_, _>>().map(Self::Platt)
    }

    /// A rising curve of each class against the rest.
    ///
    /// `decisions`, `classes` and `weights` are as for [`Self::temperature`]; decision values of negative infinity are left
    /// out.
    ///
    /// # Errors
    /// When lengths differ, a value cannot be used, or a class has no row or all of them.
    pub fn isotonic(
        decisions: ArrayView2<'_, f64>,
        classes: &[usize],
        weights: Option<&[f32]>,
    ) -> Result<Self, CalibrationError> {
        let rows = usable_rows(decisions, classes, weights)?;
        let curve = |class: usize| {
            let own: Vec<(f64, bool, f64)> = rows
                .iter()
                .filter(|(decisions, ..)| decisions[class].is_finite())
                .map(|(decisions, truth, weight)| (decisions[class], *truth == class, *weight))
                .collect();
            let positive = own.iter().filter(|row| row.1).count();
            if positive == 0 || positive == own.len() {
                return Err(CalibrationError::OneSided { class, positive, rows: own.len() });
            }
            Ok(IsotonicCurve::fit(&own))
        };
        (0..decisions.ncols()).map(curve).collect::<Result<_, _>>().map(Self::Isotonic)
    }

    /// The same for a classifier of `count` classes, of which this knows those at `places`, one for each; the others, which
    /// get no probability, are given any parameters.
    #[must_use]
    pub fn spread(&self, places: &[usize], count: usize) -> Self {
        fn put<T: Clone>(values: &[T], places: &[usize], count: usize) -> Vec<T> {
            let from = |place: usize| places.iter().position(|own| *own == place).unwrap_or(0);
            (0..count).filter_map(|place| values.get(from(place)).cloned()).collect()
        }
        match self {
            Self::None | Self::Temperature(_) => self.clone(),
            Self::Platt(parameters) => Self::Platt(put(parameters, places, count)),
            Self::Isotonic(curves) => Self::Isotonic(put(curves, places, count)),
        }
    }

    /// Probabilities of the classes from their decision values; they sum to 1 within rounding and are never NaN.
    /// Negative infinity stands for a class that cannot be and gets 0.
    #[must_use]
    pub fn probabilities(&self, decisions: &[f64]) -> Vec<f64> {
        let mut values = decisions.to_vec();
        match self {
            Self::None => {}
            Self::Temperature(temperature) => values.iter_mut().for_each(|value| *value /= temperature),
            // The softmax of the logarithms of sigmoids is the sigmoids divided by their sum, without underflow.
            Self::Platt(parameters) => {
                for (value, (a, b)) in values.iter_mut().zip(parameters) {
                    if *value > f64::NEG_INFINITY {
                        *value = log_sigmoid(-(a * *value + b));
                    }
                }
            }
            Self::Isotonic(curves) => {
                for (value, curve) in values.iter_mut().zip(curves) {
                    if *value > f64::NEG_INFINITY {
                        *value = libm::log(curve.at(*value));
                    }
                }
            }
        }
        softmax_in_place(&mut values);
        values
    }

    /// Fails unless this fits a classifier of so many labels: for a calibration that was read from a file.
    ///
    /// # Errors
    /// [`CalibrationError::Unfit`].
    pub fn validate(&self, labels: usize) -> Result<(), CalibrationError> {
        let sound = match self {
            Self::None => true,
            Self::Temperature(temperature) => temperature.is_finite() && *temperature > 0.0,
            Self::Platt(parameters) => {
                parameters.len() == labels && parameters.iter().all(|(a, b)| a.is_finite() && b.is_finite())
            }
            Self::Isotonic(curves) => curves.len() == labels && curves.iter().all(IsotonicCurve::is_sound),
        };
        if sound { Ok(()) } else { Err(CalibrationError::Unfit { labels }) }
    }
}

/// Decision values, true class and weight of one held-out row.
type HeldOut = (Vec<f64>, usize, f64);

/// The rows that have a weight and whose true class the classifier knew.
fn usable_rows(
    decisions: ArrayView2<'_, f64>,
    classes: &[usize],
    weights: Option<&[f32]>,
) -> Result<Vec<HeldOut>, CalibrationError> {
    let count = decisions.nrows();
    let lengths = [("classes", classes.len()), ("weights", weights.map_or(count, <[f32]>::len))];
    if let Some((what, found)) = lengths.into_iter().find(|(_, found)| *found != count) {
        return Err(CalibrationError::Length { rows: count, what, found });
    }
    let mut rows = Vec::with_capacity(count);
    for (row, (values, &class)) in decisions.rows().into_iter().zip(classes).enumerate() {
        let weight = weights.map_or(1.0, |weights| f64::from(weights[row]));
        let usable = values.iter().all(|value| value.is_finite() || *value == f64::NEG_INFINITY);
        if !usable || !weight.is_finite() || weight < 0.0 || class >= values.len() {
            return Err(CalibrationError::Value { row });
        }
        if weight > 0.0 && values[class].is_finite() {
            rows.push((values.to_vec(), class, weight));
        }
    }
    if rows.is_empty() { Err(CalibrationError::NoRows) } else { Ok(rows) }
}

fn platt_of_class(rows: &[HeldOut], class: usize) -> Result<(f64, f64), CalibrationError> {
    let (values, sides): (Vec<f64>, Vec<bool>) = rows
        .iter()
        .filter(|(decisions, ..)| decisions[class].is_finite())
        .map(|(decisions, truth, _)| (decisions[class], *truth == class))
        .unzip();
    let positive = sides.iter().filter(|side| **side).count();
    if positive == 0 || positive == sides.len() {
        return Err(CalibrationError::OneSided { class, positive, rows: sides.len() });
    }
    let mean_square = values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
    let scale = if mean_square > 0.0 && mean_square.is_finite() { mean_square.sqrt() } else { 1.0 };
    let scaled: Array1<f64> = values.iter().map(|value| value / scale).collect();
    let failed = |source| CalibrationError::Platt { class, source };
    let parameters = Platt::<f64, ()>::params().check().map_err(failed)?;
    let (a, b) = platt_newton_method(scaled.view(), Array1::from_vec(sides).view(), &parameters).map_err(failed)?;
    Ok((f64::from((a / scale) as f32), f64::from(b as f32)))
}

#[cfg(test)]
mod tests;
