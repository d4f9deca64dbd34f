//! L-BFGS: a quasi-Newton method that remembers a few steps instead of a matrix.
//!
//! In: a function that gives the objective and writes the gradient at a point (both in one pass over the data), and a
//! point to start from. Out: the minimum and how it was reached.
//!
//! Nocedal & Wright, *Numerical Optimization* (2006), algorithm 7.5.

use super::{
    Convergence, StopReason,
    line_search::{Trial, strong_wolfe},
    memory::Memory,
    vector::{dot, max_norm, set_sum},
};

/// Settings of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbfgs {
    /// Steps remembered; each takes two vectors of the length of the point.
    pub memory: usize,
    /// Most steps.
    pub max_iterations: usize,
    /// The search ends when no component of the gradient is larger in size.
    pub gradient_tolerance: f64,
}

impl Lbfgs {
    /// Moves `point` to a minimum of the objective. `evaluate` returns the objective at its first argument and writes
    /// the gradient there into its second.
    pub fn minimize(&self, mut evaluate: impl FnMut(&[f64], &mut [f64]) -> f64, point: &mut Vec<f64>) -> Convergence {
        let size = point.len();
        let mut gradient = vec![0.0; size];
        let mut value = evaluate(point, &mut gradient);
        let mut evaluations = 1;
        let mut next_point = vec![0.0; size];
        let mut next_gradient = vec![0.0; size];
        let mut direction = vec![0.0; size];
        let mut history = Memory::new(self.memory);
        let mut iterations = 0;
        let reason = loop {
            let norm = max_norm(&gradient);
            if !norm.is_finite() || !value.is_finite() {
                break StopReason::NotFinite;
            }
            if norm <= self.gradient_tolerance {
                break StopReason::GradientTolerance;
            }
            if iterations == self.max_iterations {
                break StopReason::MaxIterations;
            }
            history.descent_direction(&mut direction, &gradient);
            let mut slope = dot(&direction, &gradient);
            if slope >= 0.0 || !slope.is_finite() {
                // Rounding has spoiled the memory; begin again with steepest descent.
                history.clear();
                history.descent_direction(&mut direction, &gradient);
                slope = dot(&direction, &gradient);
            }
            let first_step = if history.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt() } else { 1.0 };
            let start = Trial { step: 0.0, value, slope };
            let trial = strong_wolfe(
                |step| {
                    evaluations += 1;
                    set_sum(&mut next_point, point, step, &direction);
                    let value = evaluate(&next_point, &mut next_gradient);
                    Trial { step, value, slope: dot(&next_gradient, &direction) }
                },
                start,
                first_step,
            );
            let Some(trial) = trial else {
                if history.is_empty() {
                    break StopReason::NoProgress;
                }
                history.clear();
                continue;
            };
            history.remember([&*point, &next_point], [&gradient, &next_gradient]);
            std::mem::swap(point, &mut next_point);
            std::mem::swap(&mut gradient, &mut next_gradient);
            value = trial.value;
            iterations += 1;
        };
        Convergence { iterations, evaluations, objective: value, gradient_norm: max_norm(&gradient), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Lbfgs = Lbfgs { memory: 10, max_iterations: 1000, gradient_tolerance: 1e-8 };

    /// Rosenbrock's function (1960) in pairs of variables; its minimum is 0 at all ones.
    fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for i in (0..x.len()).step_by(2) {
            let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
            value += a * a + 100.0 * b * b;
            gradient[i] = -2.0 * a - 400.0 * x[i] * b;
            gradient[i + 1] = 200.0 * b;
        }
        value
    }

    #[test]
    fn the_bottom_of_a_curved_valley_is_found() {
        let mut point = vec![-1.2, 1.0, -0.5, 2.0];
        let end = EXACT.minimize(rosenbrock, &mut point);
        assert!(end.converged(), "{end:?}");
        assert!(point.iter().all(|x| (x - 1.0).abs() < 1e-7), "{point:?}");
        assert!(end.evaluations < 120, "{end:?}");
    }

    #[test]
    fn a_badly_scaled_quadratic_is_solved() {
        // sum of c_i (x_i - i)^2 / 2 with c from 1 to 10^4.
        let scales: Vec<f64> = (0..9).map(|i| [1.0, 10.0, 100.0, 1e3, 1e4][i % 5]).collect();
        let mut point = vec![0.0; 9];
        let end = EXACT.minimize(
            |x, gradient| {
                let mut value = 0.0;
                for i in 0..x.len() {
                    let off = x[i] - i as f64;
                    value += 0.5 * scales[i] * off * off;
                    gradient[i] = scales[i] * off;
                }
                value
            },
            &mut point,
        );
        assert!(end.converged(), "{end:?}");
        assert!(point.iter().enumerate().all(|(i, x)| (x - i as f64).abs() < 1e-7), "{point:?}");
    }

    #[test]
    fn the_end_says_why() {
        let mut point = vec![-1.2, 1.0];
        let few = Lbfgs { max_iterations: 3, ..EXACT }.minimize(rosenbrock, &mut point);
        assert_eq!((few.reason, few.iterations, few.converged()), (StopReason::MaxIterations, 3, false));
        let mut gradient = [0.0; 2];
        assert_eq!(few.objective, rosenbrock(&point, &mut gradient));
        assert_eq!(few.gradient_norm, max_norm(&gradient));

        let at_minimum = EXACT.minimize(rosenbrock, &mut vec![1.0, 1.0]);
        assert_eq!((at_minimum.reason, at_minimum.iterations), (StopReason::GradientTolerance, 0));

        let broken = EXACT.minimize(|_, _| f64::NAN, &mut vec![1.0]);
        assert_eq!(broken.reason, StopReason::NotFinite);

        // A gradient of the wrong sign: no step goes down.
        let wrong = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = -2.0 * x[0];
            x[0] * x[0]
        };
        assert_eq!(EXACT.minimize(wrong, &mut vec![1.0]).reason, StopReason::NoProgress);
    }

    #[test]
    fn steepest_descent_without_memory_still_goes_down() {
        let mut point = vec![-1.2, 1.0];
        let end = Lbfgs { memory: 0, max_iterations: 50, gradient_tolerance: 1e-8 }.minimize(rosenbrock, &mut point);
        assert!(end.objective < 4.2, "{end:?}");
    }
}
