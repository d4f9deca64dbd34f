//! Functions of single numbers and of rows that the layers share, forward and backward.
//!
//! `exp` and the error function are polynomials of our own: those of the C library differ in their last bits between
//! machines, and cannot be computed eight at a time. Sources: Cephes `expf` (Moshier); Abramowitz & Stegun 7.1.26.

use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, Axis};

/// `exp(x)` with a relative error below 3e-7; as at -87 and 88 beyond these.
#[inline]
pub(super) fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    // ln 2 in two parts, so that the reduced argument loses no bits.
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    // Adding and taking away 1.5 * 2^23 rounds to the nearest whole number without a call.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let n = (x * LOG2_E + ROUND) - ROUND;
    let r = x - n * HIGH - n * LOW;
    let mut p = 1.987_569_1e-4_f32;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let y = p * r * r + r + 1.0;
    y * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// The cumulative normal distribution at `x`, and `exp(-x^2 / 2)`.
#[inline]
fn normal(x: f32) -> (f32, f32) {
    let e = exp(-0.5 * x * x);
    let t = 1.0 / (1.0 + 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2 * x.abs());
    let mut p = 1.061_405_4_f32;
    p = p * t - 1.453_152_1;
    p = p * t + 1.421_413_8;
    p = p * t - 0.284_496_72;
    p = p * t + 0.254_829_6;
    let tail = 0.5 * p * t * e;
    (if x >= 0.0 { 1.0 - tail } else { tail }, e)
}

/// The Gaussian error linear unit (Hendrycks & Gimpel 2016), exact form.
#[inline]
pub(super) fn gelu(x: f32) -> f32 {
    x * normal(x).0
}

/// Its derivative.
#[inline]
pub(super) fn gelu_slope(x: f32) -> f32 {
    /// 1 / sqrt(2 pi)
    const DENSITY: f32 = 0.398_942_3;
    let (cumulative, e) = normal(x);
    cumulative + x * e * DENSITY
}

/// Turns a row of scores into probabilities.
pub(super) fn softmax(mut row: ArrayViewMut1<'_, f32>) {
    let most = row.fold(f32::NEG_INFINITY, |held, value| held.max(*value));
    row.mapv_inplace(|value| exp(value - most));
    let sum = row.sum();
    row.mapv_inplace(|value| value / sum);
}

/// Layer normalisation: what it made and what its way back needs.
#[derive(Debug)]
pub(super) struct Normalised {
    /// Rows with mean 0 and variance 1.
    pub unit: Array2<f32>,
    /// One over each row's standard deviation.
    pub inverse: Array1<f32>,
}

/// Scale and shift of a layer normalisation.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Factor of each number.
    pub scale: Array1<f32>,
    /// Added to each number.
    pub shift: Array1<f32>,
}

impl Norm {
    pub(super) fn zeros(size: usize) -> Self {
        Self { scale: Array1::zeros(size), shift: Array1::zeros(size) }
    }

    /// Normalises rows; the second value is for [`Norm::backward`].
    pub(super) fn forward(&self, mut rows: Array2<f32>, epsilon: f32) -> (Array2<f32>, Normalised) {
        let size = rows.ncols() as f32;
        let mut inverse = Array1::zeros(rows.nrows());
        for (mut row, inverse) in rows.rows_mut().into_iter().zip(&mut inverse) {
            let mean = row.sum() / size;
            row.mapv_inplace(|value| value - mean);
            let variance = row.dot(&row) / size;
            *inverse = 1.0 / (variance + epsilon).sqrt();
            let factor = *inverse;
            row.mapv_inplace(|value| value * factor);
        }
        let mut out = &rows * &self.scale;
        out += &self.shift;
        (out, Normalised { unit: rows, inverse })
    }

    /// The gradient for the input, given that for the output; those for scale and shift are added to `gradient`.
    pub(super) fn backward(&self, made: &Normalised, mut slope: Array2<f32>, gradient: &mut Self) -> Array2<f32> {
        gradient.shift += &slope.sum_axis(Axis(0));
        for (row, unit) in slope.rows().into_iter().zip(made.unit.rows()) {
            add_product(&mut gradient.scale, row, unit);
        }
        let size = slope.ncols() as f32;
        for ((mut row, unit), inverse) in slope.rows_mut().into_iter().zip(made.unit.rows()).zip(&made.inverse) {
            row *= &self.scale;
            let mean = row.sum() / size;
            let along = row.dot(&unit) / size;
            row.zip_mut_with(&unit, |value, unit| *value = inverse * (*value - mean - unit * along));
        }
        slope
    }
}

fn add_product(sum: &mut Array1<f32>, left: ArrayView1<'_, f32>, right: ArrayView1<'_, f32>) {
    for ((sum, left), right) in sum.iter_mut().zip(left).zip(right) {
        *sum += left * right;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_polynomials_are_close_to_the_functions() {
        for step in -8_000..=8_000 {
            let x = step as f32 / 1_000.0;
            let exact = libm::exp(f64::from(x));
            assert!((f64::from(exp(x)) - exact).abs() <= 3e-7 * exact, "exp({x})");
            let cumulative = 0.5 * (1.0 + libm::erf(f64::from(x) / std::f64::consts::SQRT_2));
            assert!((f64::from(gelu(x)) - f64::from(x) * cumulative).abs() < 2e-6, "gelu({x})");
            let density = libm::exp(-0.5 * f64::from(x) * f64::from(x)) / (2.0 * std::f64::consts::PI).sqrt();
            assert!((f64::from(gelu_slope(x)) - cumulative - f64::from(x) * density).abs() < 2e-6, "gelu'({x})");
        }
        assert!(exp(-1e9) < 1e-37 && exp(1e9).is_finite());
    }

    #[test]
    fn a_softmax_sums_to_one_and_does_not_overflow() {
        let mut row = array![1_000.0_f32, 999.0, -1_000.0];
        softmax(row.view_mut());
        assert!((row.sum() - 1.0).abs() < 1e-6);
        assert!((row[0] - 0.731_058_6).abs() < 1e-6 && row[2] >= 0.0);
    }
}
