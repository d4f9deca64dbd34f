//! The linear support vector machine for two classes, by dual coordinate descent.
//!
//! In: sparse rows, a side (+1 or -1) and a cost for each. Out: weights and a bias.
//!
//! Hsieh, Chang, Lin, Keerthi & Sundararajan (2008), *A dual coordinate descent method for large-scale linear SVM*,
//! algorithm 1, with a random permutation in each pass and the stopping rule of section 3.2 (without shrinking).
//! As in LIBLINEAR with `-B 1`, the bias is the weight of a feature that is always 1, and so is penalised.

use super::{SparseRecords, records::Row};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// How a row on the wrong side of the margin is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HingeLoss {
    /// max(0, 1 - y f), the L1-loss.
    Hinge,
    /// max(0, 1 - y f)^2, the L2-loss.
    #[default]
    Squared,
}

/// How the descent for one label ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DualConvergence {
    /// Passes over the rows.
    pub passes: usize,
    /// Difference of the largest and the smallest projected gradient in the last pass.
    pub violation: f64,
    /// Primal objective, ||w||^2 / 2 + sum of costs x losses; never below the minimum.
    pub primal: f64,
    /// Dual objective with its sign turned, never above the minimum: the minimum lies between the two.
    pub dual: f64,
    /// Whether the violation came below the tolerance.
    pub converged: bool,
}

/// One problem of two classes.
pub(super) struct TwoSided<'a> {
    /// Rows of features.
    pub(super) records: &'a SparseRecords,
    /// For each row +1 or -1.
    pub(super) sides: &'a [f64],
    /// For each row what a loss of 1 costs; a row that costs 0 is left out.
    pub(super) costs: &'a [f64],
    /// The loss.
    pub(super) loss: HingeLoss,
}

impl TwoSided<'_> {
    /// Finds the weights, the last of which is the bias.
    pub(super) fn descend(
        &self,
        tolerance: f64,
        max_passes: usize,
        random: &mut ChaCha8Rng,
    ) -> (Vec<f64>, DualConvergence) {
        let mut weights = vec![0.0; self.records.matrix().cols() + 1];
        let mut alphas = vec![0.0; self.sides.len()];
        let curvatures: Vec<f64> = self
            .records
            .rows()
            .zip(self.costs)
            .map(|(row, cost)| {
                1.0 + row.values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>() + self.ridge(*cost)
            })
            .collect();
        // 32-bit numbers, so that the permutation is the same where `usize` is narrower.
        let mut order: Vec<u32> =
            (0_u32..).zip(self.costs).filter(|(_, cost)| **cost > 0.0).map(|(row, _)| row).collect();
        let mut end = DualConvergence { passes: 0, violation: f64::INFINITY, primal: 0.0, dual: 0.0, converged: false };
        while end.passes < max_passes && !end.converged {
            order.shuffle(random);
            let (mut largest, mut smallest) = (f64::NEG_INFINITY, f64::INFINITY);
            for &number in &order {
                let number = number as usize;
                let Some(row) = self.records.row(number) else { continue };
                let (side, cost) = (self.sides[number], self.costs[number]);
                let alpha = alphas[number];
                let gradient = side * decision(&weights, row) - 1.0 + self.ridge(cost) * alpha;
                let bound = self.bound(cost);
                let projected = if alpha <= 0.0 {
                    gradient.min(0.0)
                } else if alpha >= bound {
                    gradient.max(0.0)
                } else {
                    gradient
                };
                largest = largest.max(projected);
                smallest = smallest.min(projected);
                if projected.abs() > 1e-12 {
                    let next = (alpha - gradient / curvatures[number]).max(0.0).min(bound);
                    alphas[number] = next;
                    add_row(&mut weights, row, (next - alpha) * side);
                }
            }
            end.passes += 1;
            end.violation = largest - smallest;
            end.converged = end.violation <= tolerance;
        }
        end.primal = self.primal(&weights);
        end.dual = self.dual(&weights, &alphas);
        (weights, end)
    }

    /// Upper bound of a row's dual variable.
    fn bound(&self, cost: f64) -> f64 {
        match self.loss {
            HingeLoss::Hinge => cost,
            HingeLoss::Squared => f64::INFINITY,
        }
    }

    /// What the squared loss adds to the diagonal of the dual: 1 / (2 C).
    fn ridge(&self, cost: f64) -> f64 {
        match self.loss {
            HingeLoss::Hinge => 0.0,
            HingeLoss::Squared => 0.5 / cost,
        }
    }

    /// The primal objective.
    pub(super) fn primal(&self, weights: &[f64]) -> f64 {
        let penalty: f64 = weights.iter().map(|w| w * w).sum();
        let losses: f64 = self
            .records
            .rows()
            .zip(self.sides.iter().zip(self.costs))
            .map(|(row, (side, cost))| {
                let short = (1.0 - side * decision(weights, row)).max(0.0);
                match self.loss {
                    HingeLoss::Hinge => cost * short,
                    HingeLoss::Squared => cost * short * short,
                }
            })
            .sum();
        0.5 * penalty + losses
    }

    /// The dual objective to be maximised: sum of alpha - ||w||^2 / 2 - sum of alpha^2 / (4 C) for the squared loss.
    fn dual(&self, weights: &[f64], alphas: &[f64]) -> f64 {
        let penalty: f64 = weights.iter().map(|w| w * w).sum();
        let gain: f64 = alphas
            .iter()
            .zip(self.costs)
            .filter(|(alpha, _)| **alpha > 0.0)
            .map(|(alpha, cost)| alpha - 0.5 * self.ridge(*cost) * alpha * alpha)
            .sum();
        gain - 0.5 * penalty
    }
}

/// Weights times a row, plus the bias.
fn decision(weights: &[f64], row: Row<'_>) -> f64 {
    let bias = weights.last().copied().unwrap_or_default();
    bias + row.iter().map(|(feature, value)| f64::from(value) * weights[feature as usize]).sum::<f64>()
}

/// Adds a row, and its constant 1, `factor` times to the weights.
fn add_row(weights: &mut [f64], row: Row<'_>, factor: f64) {
    for (feature, value) in row.iter() {
        weights[feature as usize] += factor * f64::from(value);
    }
    if let Some(bias) = weights.last_mut() {
        *bias += factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};

    fn noisy() -> (SparseRecords, Vec<f64>, Vec<f64>) {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mut sides = Vec::new();
        let rows: Vec<Vec<(u32, f32)>> = (0..120)
            .map(|_| {
                let (x, y): (f32, f32) = (random.gen_range(-1.0..1.0), random.gen_range(-1.0..1.0));
                let noise: f32 = random.gen_range(-0.4..0.4);
                sides.push(if x + 0.5 * y + noise + 0.2 > 0.0 { 1.0 } else { -1.0 });
                vec![(0, x), (1, y)]
            })
            .collect();
        let costs = (0..120).map(|i| if i % 10 == 0 { 0.0 } else { 0.5 + f64::from(i % 3) }).collect();
        (SparseRecords::from_rows(2, rows).unwrap(), sides, costs)
    }

    #[test]
    fn the_gap_closes_and_no_neighbour_is_better() {
        let (records, sides, costs) = noisy();
        for loss in [HingeLoss::Hinge, HingeLoss::Squared] {
            let problem = TwoSided { records: &records, sides: &sides, costs: &costs, loss };
            let (weights, end) = problem.descend(1e-8, 20_000, &mut ChaCha8Rng::seed_from_u64(1));
            assert!(end.converged, "{end:?}");
            assert!(end.primal - end.dual >= -1e-9 && end.primal - end.dual < 1e-5 * end.primal, "{end:?}");
            for place in 0..weights.len() {
                for shift in [-0.1, -0.01, 0.01, 0.1] {
                    let mut moved = weights.clone();
                    moved[place] += shift;
                    assert!(problem.primal(&moved) > end.primal, "{loss:?} {place} {shift}");
                }
            }
        }
    }

    #[test]
    fn two_points_have_the_solution_computed_by_hand() {
        // x = 1 on the right, x = -1 on the left, costly: w = 1, b = 0 puts both on the margin; ||w||^2 / 2 = 1/2.
        let records = SparseRecords::from_rows(1, [[(0, 1.0)], [(0, -1.0)]]).unwrap();
        let problem =
            TwoSided { records: &records, sides: &[1.0, -1.0], costs: &[100.0, 100.0], loss: HingeLoss::Hinge };
        let (weights, end) = problem.descend(1e-10, 1000, &mut ChaCha8Rng::seed_from_u64(1));
        assert!((weights[0] - 1.0).abs() < 1e-8 && weights[1].abs() < 1e-8, "{weights:?}");
        assert!((end.primal - 0.5).abs() < 1e-8 && (end.dual - 0.5).abs() < 1e-8, "{end:?}");
    }

    #[test]
    fn too_few_passes_are_said_to_be() {
        let (records, sides, costs) = noisy();
        let problem = TwoSided { records: &records, sides: &sides, costs: &costs, loss: HingeLoss::Hinge };
        let (_, end) = problem.descend(1e-8, 1, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!((end.passes, end.converged), (1, false));
        assert!(end.dual <= end.primal);
    }
}
