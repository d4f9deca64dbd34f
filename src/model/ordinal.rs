//! An ordinal head: how strong the language is, on a scale whose steps are ordered but need not be equally wide.
//!
//! In: sparse rows with a level each, 0 to 10. Out: an [`IntensityHead`]. The model is that of proportional odds
//! (McCullagh 1980): ln(P(y <= k) / P(y > k)) = c_k - x . w, with one weight a feature and a rising cutpoint c_k between each
//! two levels. Minimised is the sum over rows of w_i times the negative log likelihood plus l2 / 2 ||w||^2, by L-BFGS; that
//! cutpoints rise is ensured by looking for the logarithms of their distances.

use super::{
    FitError, SparseRecords,
    optimize::{Convergence, Lbfgs, vector::dot},
    probability::log_sigmoid,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sprs::CsMatI;

/// The highest level; the lowest is 0.
pub const HIGHEST_INTENSITY: u8 = 10;

const CUTPOINTS: usize = HIGHEST_INTENSITY as usize;
/// Rows of one task; the sums of tasks are added in order.
const ROWS: usize = 256;
/// Columns of one task.
const COLUMNS: usize = 512;
/// Steps that the solver remembers.
const MEMORY: usize = 10;
/// The solver stops when no component of the mean loss' gradient is larger.
const TOLERANCE: f64 = 3e-5;

/// The strength of language from a row of features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntensityHead {
    #[serde(with = "crate::float_planes")]
    weights: Vec<f32>,
    cutpoints: Vec<f64>,
    rows: u64,
}

/// What the ordinal head is fitted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrdinalLogistic {
    /// Strength of the L2 penalty.
    pub l2: f64,
    /// Most iterations of the solver.
    pub iterations: usize,
}

impl OrdinalLogistic {
    /// Fits the head to rows with a level and a weight each.
    ///
    /// # Errors
    /// When there is no row with a weight above 0, when the three differ in length, a level is above
    /// [`HIGHEST_INTENSITY`], or the weights found are not finite.
    pub fn fit(
        &self,
        records: &SparseRecords,
        levels: &[u8],
        weights: &[f32],
    ) -> Result<(IntensityHead, Convergence), FitError> {
        let rows = records.matrix().rows();
        for (what, found) in [("intensities", levels.len()), ("weights", weights.len())] {
            if found != rows {
                return Err(FitError::Length { records: rows, what, found });
            }
        }
        if let Some(level) = levels.iter().find(|level| **level > HIGHEST_INTENSITY) {
            return Err(FitError::Parameter { name: "intensity", value: level.to_string(), expected: "0 to 10" });
        }
        let total: f64 = weights.iter().copied().map(f64::from).sum();
        if total.is_nan() || total <= 0.0 {
            return Err(FitError::NoRows);
        }
        let mut objective = Objective::new(records, levels, weights, self.l2);
        let features = records.matrix().cols();
        let mut point = vec![0.0; features];
        point.extend(first_cutpoints(levels, weights));
        let solver = Lbfgs { memory: MEMORY, max_iterations: self.iterations, gradient_tolerance: TOLERANCE * total };
        let end = solver.minimize(|point, gradient| objective.evaluate(point, gradient), &mut point);
        let cutpoints = cutpoints(&point[features..]);
        let head = IntensityHead {
            weights: point[..features].iter().map(|weight| *weight as f32).collect(),
            cutpoints,
            rows: rows as u64,
        };
        if head.is_finite() { Ok((head, end)) } else { Err(FitError::NotFinite) }
    }
}

impl IntensityHead {
    /// The expected level, 0 to 10, of a row of (feature, value) pairs. Features the model does not know count for nothing.
    #[must_use]
    pub fn predict(&self, row: &[(u32, f32)]) -> f64 {
        self.level(row.iter().copied())
    }

    /// The expected level of every row of a matrix.
    #[must_use]
    pub fn predict_all(&self, records: &SparseRecords) -> Vec<f64> {
        records.rows().map(|row| self.level(row.iter())).collect()
    }

    /// E(y) is the sum over k of P(y > k).
    fn level(&self, cells: impl Iterator<Item = (u32, f32)>) -> f64 {
        let decision = cells.fold(0.0, |sum, (feature, value)| {
            let weight = self.weights.get(feature as usize).copied().unwrap_or(0.0);
            sum + f64::from(weight) * f64::from(value)
        });
        self.cutpoints.iter().map(|cutpoint| sigmoid(decision - cutpoint)).sum()
    }

    /// Rows it learned from.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    fn is_finite(&self) -> bool {
        self.weights.iter().all(|weight| weight.is_finite()) && self.cutpoints.iter().all(|cut| cut.is_finite())
    }

    /// Whether it can be used with a vocabulary of `features`: for one that was read from a file.
    pub(super) fn fits(&self, features: usize) -> bool {
        self.weights.len() == features
            && self.cutpoints.len() == CUTPOINTS
            && self.is_finite()
            && self.cutpoints.windows(2).all(|two| two[0] <= two[1])
    }
}

fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let power = libm::exp(x);
        power / (1.0 + power)
    }
}

/// Where the search begins: the cutpoints that fit the levels without any feature, each level counted once more than it
/// occurs, so that all distances are above 0. In the form of the search: the first, then logarithms of distances.
fn first_cutpoints(levels: &[u8], weights: &[f32]) -> Vec<f64> {
    let mut counts = [1.0; CUTPOINTS + 1];
    for (level, weight) in levels.iter().zip(weights) {
        counts[usize::from(*level)] += f64::from(*weight);
    }
    let total: f64 = counts.iter().sum();
    let mut below = 0.0;
    let mut cuts = Vec::with_capacity(CUTPOINTS);
    for count in &counts[..CUTPOINTS] {
        below += count;
        cuts.push(libm::log(below / (total - below)));
    }
    let mut point = vec![cuts[0]];
    point.extend(cuts.windows(2).map(|two| libm::log(two[1] - two[0])));
    point
}

/// The cutpoints from the first and the logarithms of the distances.
fn cutpoints(point: &[f64]) -> Vec<f64> {
    let mut cut = 0.0;
    let step = |(index, value): (usize, &f64)| {
        cut += if index == 0 { *value } else { libm::exp(*value) };
        cut
    };
    point.iter().enumerate().map(step).collect()
}

/// The objective over one data set; parameters are the weights, then the cutpoints in the form of the search.
struct Objective<'a> {
    records: &'a SparseRecords,
    columns: CsMatI<f32, u32, usize>,
    levels: &'a [u8],
    weights: &'a [f32],
    l2: f64,
    /// The derivative of each row's loss by x . w.
    residuals: Vec<f64>,
}

impl<'a> Objective<'a> {
    fn new(records: &'a SparseRecords, levels: &'a [u8], weights: &'a [f32], l2: f64) -> Self {
        let columns = records.matrix().to_csc();
        Self { records, columns, levels, weights, l2, residuals: vec![0.0; levels.len()] }
    }

    fn evaluate(&mut self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        let (weights, point) = parameters.split_at(self.columns.cols());
        let (weight_gradient, point_gradient) = gradient.split_at_mut(self.columns.cols());
        let (loss, by_cutpoint) = self.score_rows(weights, &cutpoints(point));
        // A cutpoint moves with the first and with every distance before it.
        let mut after = 0.0;
        for index in (0..point.len()).rev() {
            after += by_cutpoint[index];
            point_gradient[index] = if index == 0 { after } else { after * libm::exp(point[index]) };
        }
        self.gather_columns(weights, weight_gradient);
        loss + 0.5 * self.l2 * dot(weights, weights)
    }

    /// The loss, its derivatives by the cutpoints, and the residuals.
    ///
    /// For a row of level y with a = c_y - x . w and b = c_(y-1) - x . w, P(y) = s(a) - s(b) = s(a) s(-b) (1 - exp(b - a))
    /// with s the sigmoid: a product, which does not cancel. At the lowest level b is minus infinity, at the highest a is
    /// infinity, and the factors that have them are 1.
    fn score_rows(&mut self, weights: &[f64], cuts: &[f64]) -> (f64, [f64; CUTPOINTS]) {
        let (records, levels, row_weights) = (self.records, self.levels, self.weights);
        let blocks: Vec<(f64, [f64; CUTPOINTS])> = self
            .residuals
            .par_chunks_mut(ROWS)
            .enumerate()
            .map(|(block, residuals)| {
                let mut loss = 0.0;
                let mut by_cutpoint = [0.0; CUTPOINTS];
                for (offset, residual) in residuals.iter_mut().enumerate() {
                    let number = block * ROWS + offset;
                    *residual = 0.0;
                    let Some(row) = records.row(number) else { continue };
                    let (level, weight) = (usize::from(levels[number]), f64::from(row_weights[number]));
                    let decision = row
                        .iter()
                        .fold(0.0, |sum, (feature, value)| sum + weights[feature as usize] * f64::from(value));
                    let above = cuts.get(level).map(|cut| cut - decision);
                    let below = level.checked_sub(1).map(|under| cuts[under] - decision);
                    if let Some(a) = above {
                        loss -= weight * log_sigmoid(a);
                        *residual += weight * sigmoid(-a);
                        by_cutpoint[level] -= weight * sigmoid(-a);
                    }
                    if let Some(b) = below {
                        loss -= weight * log_sigmoid(-b);
                        *residual -= weight * sigmoid(b);
                        by_cutpoint[level - 1] += weight * sigmoid(b);
                    }
                    if let (Some(a), Some(b)) = (above, below) {
                        let distance = a - b;
                        loss -= weight * libm::log(-libm::expm1(-distance));
                        let slope = weight / libm::expm1(distance);
                        by_cutpoint[level] -= slope;
                        by_cutpoint[level - 1] += slope;
                    }
                }
                (loss, by_cutpoint)
            })
            .collect();
        blocks.into_iter().fold((0.0, [0.0; CUTPOINTS]), |(sum, mut sums), (loss, by_cutpoint)| {
            sums.iter_mut().zip(by_cutpoint).for_each(|(total, own)| *total += own);
            (sum + loss, sums)
        })
    }

    /// X' r + l2 w.
    fn gather_columns(&self, weights: &[f64], gradient: &mut [f64]) {
        let (starts, rows, values) = (self.columns.indptr(), self.columns.indices(), self.columns.data());
        gradient.par_chunks_mut(COLUMNS).zip(weights.par_chunks(COLUMNS)).enumerate().for_each(
            |(block, (gradient, weights))| {
                for (offset, (cell, weight)) in gradient.iter_mut().zip(weights).enumerate() {
                    let column = starts.outer_inds_sz(block * COLUMNS + offset);
                    let products = rows[column.clone()].iter().zip(&values[column]);
                    *cell = products.fold(self.l2 * weight, |sum, (row, value)| {
                        sum + f64::from(*value) * self.residuals[*row as usize]
                    });
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose level rises with one feature, with a second one that says nothing.
    fn rows() -> (SparseRecords, Vec<u8>, Vec<f32>) {
        let mut state = 3_u64;
        let mut next = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut cells = Vec::new();
        let mut levels = Vec::new();
        for _ in 0..400 {
            let level = next(11);
            let value = level as f32 / 10.0 + next(20) as f32 / 50.0;
            cells.push(vec![(0, value), (1, next(2) as f32 + 1.0)]);
            levels.push(level as u8);
        }
        let count = cells.len();
        (SparseRecords::from_rows(2, &cells).unwrap(), levels, vec![1.0; count])
    }

    #[test]
    fn the_gradient_is_that_of_the_objective() {
        let (records, levels, mut weights) = rows();
        weights[3] = 2.5;
        let mut objective = Objective::new(&records, &levels, &weights, 0.7);
        let mut point = vec![1.3, -0.4];
        point.extend(first_cutpoints(&levels, &weights));
        let mut gradient = vec![0.0; point.len()];
        objective.evaluate(&point, &mut gradient);
        for index in 0..point.len() {
            let mut scratch = vec![0.0; point.len()];
            let mut at = |shift: f64| {
                let mut moved = point.clone();
                moved[index] += shift;
                objective.evaluate(&moved, &mut scratch)
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!(
                (slope - gradient[index]).abs() < 1e-3 * (1.0 + slope.abs()),
                "{index}: {slope} {}",
                gradient[index]
            );
        }
    }

    #[test]
    fn levels_are_found_again() {
        let (records, levels, weights) = rows();
        let (head, end) = OrdinalLogistic { l2: 0.01, iterations: 200 }.fit(&records, &levels, &weights).unwrap();
        assert!(end.converged() && head.fits(2));
        let found = head.predict_all(&records);
        assert!(found.iter().all(|level| (0.0..=10.0).contains(level)));
        let error = found.iter().zip(&levels).map(|(found, level)| (found - f64::from(*level)).abs()).sum::<f64>();
        assert!(error / (levels.len() as f64) < 1.2, "{}", error / levels.len() as f64);
        assert_eq!(head.predict(&[(0, 0.5), (99, 1.0)]), head.predict(&[(0, 0.5)]));
        assert!(head.predict(&[(0, 0.1)]) < head.predict(&[(0, 1.1)]));
    }

    #[test]
    fn the_same_bits_at_any_number_of_threads() {
        let (records, levels, weights) = rows();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| OrdinalLogistic { l2: 0.1, iterations: 50 }.fit(&records, &levels, &weights).unwrap().0)
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn rows_that_cannot_be_learned_from_are_refused() {
        let (records, levels, weights) = rows();
        let fit = |levels: &[u8], weights: &[f32]| {
            OrdinalLogistic { l2: 1.0, iterations: 10 }.fit(&records, levels, weights).unwrap_err().to_string()
        };
        assert!(fit(&levels[1..], &weights).contains("399 intensities"));
        assert!(fit(&vec![11; 400], &weights).contains("intensity is 11"));
        assert!(fit(&levels, &vec![0.0; 400]).contains("no row"));
    }
}
