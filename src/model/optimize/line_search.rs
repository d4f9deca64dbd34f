//! A step length that satisfies the strong Wolfe conditions.
//!
//! In: the objective along a line, as value and slope at a step. Out: an accepted step, which is always the last one
//! evaluated, so that the caller keeps the point and gradient it has.
//!
//! Nocedal & Wright, *Numerical Optimization* (2006), algorithms 3.5 and 3.6 with cubic interpolation (equation 3.59);
//! near the minimum, where differences of the objective drown in rounding, the approximate Wolfe condition of
//! Hager & Zhang (2005, section 4.1), which looks at slopes alone.

/// Fraction of the decrease promised by the slope that must be had.
const DECREASE: f64 = 1e-4;
/// Fraction of the first slope below which the slope must come.
const CURVATURE: f64 = 0.9;
/// Relative rise of the objective that counts as rounding.
const ROUNDING: f64 = 1e-13;
/// Evaluations in one search.
const MAX_EVALUATIONS: usize = 40;

/// The objective at one step along the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trial {
    /// Step length.
    pub(super) step: f64,
    /// Objective.
    pub(super) value: f64,
    /// Derivative by the step.
    pub(super) slope: f64,
}

impl Trial {
    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.slope.is_finite()
    }
}

/// Searches from `start` (step 0, slope below 0), trying `first_step` first; `None` when no step lowers the objective.
pub(super) fn strong_wolfe(mut evaluate: impl FnMut(f64) -> Trial, start: Trial, first_step: f64) -> Option<Trial> {
    let decreases = |trial: &Trial| trial.value <= start.value + DECREASE * trial.step * start.slope;
    let acceptable = |trial: &Trial| {
        let flat = trial.slope.abs() <= -CURVATURE * start.slope;
        let nearly = trial.value <= start.value + ROUNDING * start.value.abs()
            && trial.slope <= (2.0 * DECREASE - 1.0) * start.slope;
        trial.is_finite() && flat && (decreases(trial) || nearly)
    };
    let (mut low, mut high) = (start, None);
    let mut step = first_step;
    let mut last = start;
    for _ in 0..MAX_EVALUATIONS {
        let trial = evaluate(step);
        last = trial;
        if acceptable(&trial) {
            return Some(trial);
        }
        // `low` is the lowest point so far that decreases enough; the minimum lies between it and `high`.
        if !trial.is_finite() || !decreases(&trial) || trial.value >= low.value {
            high = Some(trial);
        } else {
            let toward = high.map_or(1.0, |high| high.step - trial.step);
            let beyond = trial.slope * toward >= 0.0;
            if beyond {
                high = Some(low);
            }
            low = trial;
        }
        step = match high {
            None => low.step * 2.0,
            Some(high) => between(low, high),
        };
        if !step.is_finite() || step == low.step {
            break;
        }
    }
    if low.step == 0.0 {
        return None;
    }
    // Out of evaluations, but with a decrease in hand: take it.
    Some(if last == low { low } else { evaluate(low.step) })
}

/// A step between two trials: the minimum of the cubic through both, kept away from the ends.
fn between(low: Trial, high: Trial) -> f64 {
    let width = high.step - low.step;
    let middle = low.step + 0.5 * width;
    if !high.is_finite() {
        return low.step + 0.1 * width;
    }
    let first = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.step - high.step);
    let square = first * first - low.slope * high.slope;
    if square.is_nan() || square < 0.0 {
        return middle;
    }
    let second = square.sqrt().copysign(width);
    let cubic = high.step - width * (high.slope + second - first) / (high.slope - low.slope + 2.0 * second);
    if !cubic.is_finite() {
        return middle;
    }
    let (near, far) = (low.step + 0.1 * width, low.step + 0.9 * width);
    cubic.clamp(near.min(far), near.max(far))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(function: impl Fn(f64) -> (f64, f64), first_step: f64) -> (Option<Trial>, usize, f64) {
        let mut evaluations = 0;
        let mut last_step = 0.0;
        let (value, slope) = function(0.0);
        let found = strong_wolfe(
            |step| {
                evaluations += 1;
                last_step = step;
                let (value, slope) = function(step);
                Trial { step, value, slope }
            },
            Trial { step: 0.0, value, slope },
            first_step,
        );
        (found, evaluations, last_step)
    }

    #[test]
    fn a_good_first_step_is_taken_at_once() {
        let (found, evaluations, _) = search(|s| ((s - 1.0) * (s - 1.0), 2.0 * (s - 1.0)), 1.0);
        assert_eq!((found.unwrap().step, evaluations), (1.0, 1));
    }

    #[test]
    fn a_step_too_short_or_too_long_is_mended() {
        for first_step in [1e-6, 1e-3, 1e3, 1e6] {
            let (found, evaluations, last) = search(|s| ((s - 1.0) * (s - 1.0), 2.0 * (s - 1.0)), first_step);
            let found = found.unwrap();
            // |2(s - 1)| <= 0.9 x 2 and a decrease: 0.1 <= s <= 1.9.
            assert!((0.1..=1.9).contains(&found.step), "{first_step}: {}", found.step);
            assert_eq!(found.step, last);
            assert!(evaluations < 30);
        }
    }

    #[test]
    fn a_wall_of_infinity_is_stepped_back_from() {
        let barrier = |s: f64| {
            if s < 1.0 { (-s - libm::log(1.0 - s) * 0.1, -1.0 + 0.1 / (1.0 - s)) } else { (f64::INFINITY, f64::NAN) }
        };
        let found = search(barrier, 100.0).0.unwrap();
        assert!(found.step < 1.0 && found.value < 0.0);
    }

    #[test]
    fn a_direction_that_only_rises_is_refused() {
        // The slope claimed at 0 is wrong.
        let found = search(|s| (s, if s == 0.0 { -1.0 } else { 1.0 }), 1.0).0;
        assert_eq!(found, None);
    }
}
