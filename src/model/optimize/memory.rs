//! The latest steps of a quasi-Newton method, as an inverse Hessian.
//!
//! In: steps with their changes of gradient. Out: directions -H g, by the two-loop recursion of Nocedal & Wright, *Numerical
//! Optimization* (2006), algorithm 7.4, scaled at first by equation 7.20.

use super::vector::{add_scaled, dot, scale, set_sum};
use std::collections::VecDeque;

/// One step remembered.
struct Correction {
    /// Difference of points.
    step: Vec<f64>,
    /// Difference of gradients.
    change: Vec<f64>,
    /// 1 / (step . change).
    rho: f64,
}

/// The latest steps.
pub(super) struct Memory {
    most: usize,
    corrections: VecDeque<Correction>,
}

impl Memory {
    /// Of at most so many steps; each takes two vectors of the length of the point.
    pub(super) fn new(most: usize) -> Self {
        Self { most, corrections: VecDeque::with_capacity(most) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.corrections.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.corrections.clear();
    }

    /// Adds the latest step, unless its curvature is not positive, and forgets the oldest.
    pub(super) fn remember(&mut self, points: [&[f64]; 2], gradients: [&[f64]; 2]) {
        if self.most == 0 {
            return;
        }
        // The vectors of the step forgotten are used again.
        let oldest = if self.corrections.len() == self.most { self.corrections.pop_front() } else { None };
        let (mut step, mut change) = oldest
            .map_or_else(|| (vec![0.0; points[0].len()], vec![0.0; points[0].len()]), |old| (old.step, old.change));
        set_sum(&mut step, points[1], -1.0, points[0]);
        set_sum(&mut change, gradients[1], -1.0, gradients[0]);
        let curvature = dot(&step, &change);
        if curvature > f64::EPSILON * dot(&change, &change) {
            self.corrections.push_back(Correction { step, change, rho: 1.0 / curvature });
        }
    }

    /// Writes -H g into `direction`, H being the inverse Hessian that the steps approximate.
    pub(super) fn descent_direction(&self, direction: &mut [f64], gradient: &[f64]) {
        direction.copy_from_slice(gradient);
        let mut alphas = Vec::with_capacity(self.corrections.len());
        for correction in self.corrections.iter().rev() {
            let alpha = correction.rho * dot(&correction.step, direction);
            add_scaled(direction, -alpha, &correction.change);
            alphas.push(alpha);
        }
        let latest = self.corrections.back();
        let gamma = latest.map_or(1.0, |latest| 1.0 / (latest.rho * dot(&latest.change, &latest.change)));
        scale(direction, -gamma);
        for (correction, alpha) in self.corrections.iter().zip(alphas.iter().rev()) {
            // The direction has its sign turned already: r <- r + (alpha - beta) s becomes d <- d - (alpha + beta') s.
            let beta = correction.rho * dot(&correction.change, direction);
            add_scaled(direction, -(alpha + beta), &correction.step);
        }
    }
}
