//! How numbers look in the output: six decimals at most, in one place, so that formats agree and runs compare equal.

use serde::Serializer;

/// `value` rounded to six decimals, halves away from zero, never `-0`.
///
/// Six decimals are finer than any calibration and coarse enough to hide the last bits of an f64.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    let scaled = value * 1e6;
    // Beyond 2^53 there are no decimals left to round, and the product may overflow.
    if scaled.abs() < 9e15 { scaled.round() / 1e6 + 0.0 } else { value }
}

/// For `serialize_with`: a rounded number, or null where it is not finite.
pub(super) fn six<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() { serializer.serialize_f64(rounded(*value)) } else { serializer.serialize_none() }
}

/// [`six`] for a number that may be missing.
// serde passes a reference to the field.
#[allow(clippy::ref_option)]
pub(super) fn six_or_null<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => six(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// A rounded number as a CSV field; empty where it is not finite.
pub(super) fn field(value: f64) -> String {
    if value.is_finite() { rounded(value).to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_decimals_and_no_negative_zero() {
        assert_eq!(rounded(0.123_456_49), 0.123_456);
        assert_eq!(rounded(0.123_456_51), 0.123_457);
        assert_eq!(rounded(1.0 / 3.0), 0.333_333);
        assert_eq!(rounded(1e300), 1e300);
        assert_eq!(field(-1e-9), "0");
        assert_eq!(field(-0.25), "-0.25");
        assert_eq!(field(f64::NAN), "");
    }
}
