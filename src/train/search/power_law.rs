//! The power law that learning curves follow: error(n) = a n^-b + c.
//!
//! In: numbers of rows with the error at each. Out: the curve of least squares. The inverse power law is the form that
//! Figueroa et al. (2012, *Predicting sample size required for classification performance*) fit to classifiers of text
//! and that Hestness et al. (2017, *Deep learning scaling is predictable, empirically*) find over five orders of
//! magnitude. c is the error that no data of the same kind removes; a handful of points hardly tell it from 0, which is
//! why [`fit`] makes both forms and an honest range covers both.

use serde::Serialize;

/// error(n) = a (n / scale)^-b + c.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PowerLaw {
    /// What of the error at `scale` more data can remove.
    pub a: f64,
    /// How fast it goes: doubling the rows divides it by 2^b.
    pub b: f64,
    /// What stays.
    pub c: f64,
    /// Rows at which the error is a + c.
    pub scale: f64,
}

/// Steps of b that are tried, and how many.
const STEP: f64 = 0.01;
const STEPS: u32 = 200;

/// Whether c is fitted or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// a and b.
    TwoParameters,
    /// a, b and c of at least 0.
    ThreeParameters,
}

impl PowerLaw {
    /// The error with `rows` rows.
    #[must_use]
    pub fn error(&self, rows: f64) -> f64 {
        self.a * libm::pow(rows / self.scale, -self.b) + self.c
    }
}

/// The curve of least squares through points of (rows, error); `None` with fewer points than parameters, or where the
/// error does not fall.
///
/// For each b of a fixed grid (0.01 to 2) the best a and c are solved for, so that there is no search to go astray and the
/// result is the same bits everywhere.
pub(super) fn fit(points: &[(f64, f64)], form: Form) -> Option<PowerLaw> {
    let fewest = if form == Form::ThreeParameters { 3 } else { 2 };
    if points.len() < fewest || points.iter().any(|(rows, error)| !(*rows > 0.0 && error.is_finite())) {
        return None;
    }
    let scale = points.iter().map(|(rows, _)| *rows).fold(0.0, f64::max);
    let mut best: Option<(f64, PowerLaw)> = None;
    for step in 1..=STEPS {
        let b = f64::from(step) * STEP;
        let Some((a, c)) = line(points, scale, b, form) else { continue };
        let law = PowerLaw { a, b, c, scale };
        let misfit: f64 = points.iter().map(|(rows, error)| (law.error(*rows) - error).powi(2)).sum();
        if best.as_ref().is_none_or(|(least, _)| misfit < *least) {
            best = Some((misfit, law));
        }
    }
    best.map(|(_, law)| law)
}

/// The a and c of least squares for one b; `None` where the error does not fall.
///
/// Whether it falls is asked of the slope with c free: through 0 every slope is above 0, however the errors rise.
fn line(points: &[(f64, f64)], scale: f64, b: f64, form: Form) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let (mut x_sum, mut y_sum, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0);
    for (rows, error) in points {
        let x = libm::pow(rows / scale, -b);
        x_sum += x;
        y_sum += error;
        xx += x * x;
        xy += x * error;
    }
    let determinant = count * xx - x_sum * x_sum;
    let slope = (count * xy - x_sum * y_sum) / determinant;
    if determinant <= f64::EPSILON * count * xx || slope <= 0.0 {
        return None;
    }
    let floor = (y_sum - slope * x_sum) / count;
    if form == Form::ThreeParameters && floor >= 0.0 {
        return Some((slope, floor));
    }
    // Where c would be below 0, 0 is the best of those allowed.
    let a = xy / xx;
    (a > 0.0 && a.is_finite()).then_some((a, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn points(a: f64, b: f64, c: f64) -> Vec<(f64, f64)> {
        [1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0]
            .map(|rows: f64| (rows, a * (rows / 16_000.0).powf(-b) + c))
            .to_vec()
    }

    #[test]
    fn the_numbers_that_made_the_points_are_found() {
        let law = fit(&points(0.1, 0.4, 0.2), Form::ThreeParameters).unwrap();
        assert_abs_diff_eq!(law.a, 0.1, epsilon = 1e-9);
        assert_abs_diff_eq!(law.b, 0.4, epsilon = 1e-9);
        assert_abs_diff_eq!(law.c, 0.2, epsilon = 1e-9);
        // A tenth of the rest remains after 10^(1/0.4) as many rows.
        assert_abs_diff_eq!(law.error(160_000.0), 0.1 * 10_f64.powf(-0.4) + 0.2, epsilon = 1e-9);
        let two = fit(&points(0.3, 0.25, 0.0), Form::TwoParameters).unwrap();
        assert_abs_diff_eq!(two.a, 0.3, epsilon = 1e-9);
        assert_eq!((two.b, two.c), (0.25, 0.0));
    }

    #[test]
    fn without_a_floor_the_curve_promises_more() {
        let points = points(0.1, 0.4, 0.2);
        let (two, three) = (fit(&points, Form::TwoParameters).unwrap(), fit(&points, Form::ThreeParameters).unwrap());
        assert!(two.error(160_000.0) < three.error(160_000.0));
    }

    #[test]
    fn what_does_not_fall_or_is_too_little_has_no_curve() {
        assert_eq!(fit(&[(1.0, 0.5)], Form::TwoParameters), None);
        assert_eq!(fit(&[(1.0, 0.5), (2.0, 0.4)], Form::ThreeParameters), None);
        assert_eq!(fit(&[(1.0, f64::NAN), (2.0, 0.4)], Form::TwoParameters), None);
        assert_eq!(fit(&[(0.0, 0.5), (2.0, 0.4)], Form::TwoParameters), None);
        // To a rising or level error more data promise nothing.
        for form in [Form::TwoParameters, Form::ThreeParameters] {
            assert_eq!(fit(&[(1.0, 0.3), (2.0, 0.4), (4.0, 0.5)], form), None);
            assert_eq!(fit(&[(1.0, 0.3), (2.0, 0.4), (4.0, 0.3), (8.0, 0.5)], form), None);
            assert_eq!(fit(&[(1.0, 0.25), (2.0, 0.25), (4.0, 0.25)], form), None);
            assert_eq!(fit(&[(2.0, 0.3), (2.0, 0.4), (2.0, 0.5)], form), None);
        }
    }
}
