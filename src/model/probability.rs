//! From decision values to probabilities, without overflow and without NaN.

/// The softmax: exp(d_k) / sum of exp(d_j). Negative infinity, or NaN, stands for a class that cannot be and gets 0;
/// when no class can be, all are equally likely. The result sums to 1 within rounding.
#[must_use]
pub fn softmax(decisions: &[f64]) -> Vec<f64> {
    let mut probabilities = decisions.to_vec();
    softmax_in_place(&mut probabilities);
    probabilities
}

/// [`softmax`] in place; gives the logarithm of the sum of exponentials.
pub(super) fn softmax_in_place(values: &mut [f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        let share = 1.0 / values.len() as f64;
        values.fill(share);
        return f64::NEG_INFINITY;
    }
    let mut sum = 0.0;
    for value in values.iter_mut() {
        // The difference of two infinities would be NaN; a class at positive infinity takes all, shared among its like.
        *value = match *value {
            v if v == largest => 1.0,
            v if v.is_nan() => 0.0,
            v => libm::exp(v - largest),
        };
        sum += *value;
    }
    for value in values.iter_mut() {
        *value /= sum;
    }
    largest + libm::log(sum)
}

/// ln(1 / (1 + exp(-x))), which neither overflows nor cancels.
pub(super) fn log_sigmoid(x: f64) -> f64 {
    if x >= 0.0 { -libm::log1p(libm::exp(-x)) } else { x - libm::log1p(libm::exp(x)) }
}

/// The place of the largest value; the first of equals; 0 when there is none.
pub(crate) fn first_largest(values: &[f64]) -> usize {
    let mut best = 0;
    for (place, value) in values.iter().enumerate() {
        if *value > values[best] || values[best].is_nan() {
            best = place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_computed_values() {
        // exp(0) : exp(ln 3) = 1 : 3
        let found = softmax(&[0.0, libm::log(3.0)]);
        assert!((found[0] - 0.25).abs() < 1e-15 && (found[1] - 0.75).abs() < 1e-15);
        let mut values = [0.0, libm::log(3.0)];
        assert!((softmax_in_place(&mut values) - libm::log(4.0)).abs() < 1e-15);
        assert!((log_sigmoid(0.0) + libm::log(2.0)).abs() < 1e-15);
        assert_eq!(log_sigmoid(-1e300), -1e300);
        assert_eq!(log_sigmoid(1e300), 0.0);
    }

    #[test]
    fn extreme_values_stay_probabilities() {
        assert_eq!(softmax(&[1e308, -1e308]), [1.0, 0.0]);
        assert_eq!(softmax(&[f64::NEG_INFINITY, 3.0]), [0.0, 1.0]);
        assert_eq!(softmax(&[f64::INFINITY, f64::INFINITY, 1.0]), [0.5, 0.5, 0.0]);
        assert_eq!(softmax(&[f64::NAN, 1.0]), [0.0, 1.0]);
        assert_eq!(softmax(&[f64::NEG_INFINITY, f64::NAN]), [0.5, 0.5]);
        assert_eq!(softmax(&[]), [0.0; 0]);
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(first_largest(&[1.0, 2.0, 2.0]), 1);
        assert_eq!(first_largest(&[f64::NAN, -1.0, -2.0]), 1);
        assert_eq!(first_largest(&[f64::NEG_INFINITY, f64::NEG_INFINITY]), 0);
        assert_eq!(first_largest(&[]), 0);
    }

    proptest! {
        #[test]
        fn any_values_give_a_distribution(values in prop::collection::vec(prop::num::f64::ANY, 1..8)) {
            let found = softmax(&values);
            prop_assert!(found.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
