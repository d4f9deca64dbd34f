//! Minimising functions of many variables: smooth ones, and smooth ones with an L1 penalty.

mod lbfgs;
mod line_search;
mod memory;
mod orthant_wise;
pub(super) mod vector;

pub use lbfgs::Lbfgs;
pub use orthant_wise::OrthantWise;

/// How a minimisation ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convergence {
    /// Steps taken.
    pub iterations: usize,
    /// Evaluations of the objective with its gradient.
    pub evaluations: usize,
    /// Objective at the point found.
    pub objective: f64,
    /// Largest absolute component of the gradient at the point found.
    pub gradient_norm: f64,
    /// Why it ended.
    pub reason: StopReason,
}

impl Convergence {
    /// Whether the gradient came below the tolerance.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.reason == StopReason::GradientTolerance
    }
}

/// Why a minimisation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The gradient is below the tolerance: a minimum.
    GradientTolerance,
    /// The iterations allowed are used up.
    MaxIterations,
    /// No step lowers the objective: the precision of the arithmetic is reached, or the gradient is wrong.
    NoProgress,
    /// The objective or its gradient is not finite at the start.
    NotFinite,
}
