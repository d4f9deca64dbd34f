//! The objective of multinomial logistic regression with its gradient, on sparse rows.
//!
//! sum over rows i of w_i (ln sum over k of exp(d_ik) - d_iy) + alpha / 2 ||W||^2, where d_ik = b_k + x_i . W_k.
//! The intercepts b are not penalised. It is what `linfa-logistic` 0.8.1 minimises (a sum of losses, not a mean;
//! its `multi_logistic_loss`), with weights of rows added.
//!
//! Two passes, each parallel without a buffer for each thread: decision values and residuals row by row, then the
//! gradient column by column on a copy in compressed columns, where each cell of the gradient is written by one task.
//! (30,000 rows of 150 in 250,000 columns, 3 classes, 2 cores: both passes 22 ms. The second alone by rows, into eight
//! buffers that are then added, took 22 ms and 50 MB.)

use super::{SparseRecords, optimize::vector::dot, probability::softmax_in_place};
use rayon::prelude::*;
use sprs::CsMatI;

/// Rows of one task; the sums of tasks are added in order.
const ROWS: usize = 256;
/// Columns of one task. Few, for the first columns are often the fullest.
const COLUMNS: usize = 512;

/// The objective over one data set. Parameters lie flat: for each feature the weights of all classes, then the
/// intercepts.
pub struct MultinomialObjective<'a> {
    records: &'a SparseRecords,
    columns: CsMatI<f32, u32, usize>,
    classes: &'a [usize],
    weights: &'a [f64],
    count: usize,
    alpha: f64,
    /// w_i (p_ik - y_ik), row by row.
    residuals: Vec<f64>,
}

impl<'a> MultinomialObjective<'a> {
    /// The objective for rows of the given classes (0 to `count` - 1) and weights, with penalty `alpha`.
    ///
    /// Rows beyond the shortest of the three, and classes that do not exist, count for nothing.
    #[must_use]
    pub fn new(records: &'a SparseRecords, classes: &'a [usize], weights: &'a [f64], count: usize, alpha: f64) -> Self {
        let (columns, count) = (records.matrix().to_csc(), count.max(1));
        Self { records, columns, classes, weights, count, alpha, residuals: vec![0.0; records.matrix().rows() * count] }
    }

    /// Number of parameters: (features + 1) x classes.
    #[must_use]
    pub fn parameters(&self) -> usize {
        (self.columns.cols() + 1) * self.count
    }

    /// How many of them are penalised: the weights, which come first.
    #[must_use]
    pub fn penalised(&self) -> usize {
        self.columns.cols() * self.count
    }

    /// The objective at `parameters`, and its gradient written into `gradient`. Both have [`Self::parameters`] cells;
    /// otherwise the result is NaN.
    pub fn evaluate(&mut self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        if parameters.len() != self.parameters() || gradient.len() != self.parameters() {
            return f64::NAN;
        }
        let size = self.columns.cols() * self.count;
        let (weights, intercepts) = parameters.split_at(size);
        let (weight_gradient, intercept_gradient) = gradient.split_at_mut(size);
        let loss = self.score_rows(weights, intercepts, intercept_gradient);
        self.gather_columns(weights, weight_gradient);
        loss + 0.5 * self.alpha * dot(weights, weights)
    }

    /// First pass: residuals of all rows; gives the loss and writes the gradient of the intercepts.
    fn score_rows(&mut self, weights: &[f64], intercepts: &[f64], intercept_gradient: &mut [f64]) -> f64 {
        let count = self.count;
        let (records, classes, row_weights) = (self.records, self.classes, self.weights);
        let sums: Vec<(f64, Vec<f64>)> = self
            .residuals
            .par_chunks_mut(ROWS * count)
            .enumerate()
            .map(|(block, residuals)| {
                let mut loss = 0.0;
                let mut sums = vec![0.0; count];
                for (offset, residuals) in residuals.chunks_exact_mut(count).enumerate() {
                    let number = block * ROWS + offset;
                    residuals.fill(0.0);
                    let (Some(row), Some(&class), Some(&weight)) =
                        (records.row(number), classes.get(number), row_weights.get(number))
                    else {
                        continue;
                    };
                    if weight == 0.0 || class >= count {
                        continue;
                    }
                    residuals.copy_from_slice(intercepts);
                    add_products(residuals, row.features, row.values, weights);
                    let decision = residuals[class];
                    loss += weight * (softmax_in_place(residuals) - decision);
                    residuals[class] -= 1.0;
                    for (residual, sum) in residuals.iter_mut().zip(&mut sums) {
                        *residual *= weight;
                        *sum += *residual;
                    }
                }
                (loss, sums)
            })
            .collect();
        intercept_gradient.fill(0.0);
        let mut loss = 0.0;
        for (block_loss, block_sums) in sums {
            loss += block_loss;
            for (gradient, sum) in intercept_gradient.iter_mut().zip(block_sums) {
                *gradient += sum;
            }
        }
        loss
    }

    /// Second pass: X' R + alpha W.
    fn gather_columns(&self, weights: &[f64], gradient: &mut [f64]) {
        let count = self.count;
        let (starts, rows, values) = (self.columns.indptr(), self.columns.indices(), self.columns.data());
        let task = COLUMNS * count;
        gradient.par_chunks_mut(task).zip(weights.par_chunks(task)).enumerate().for_each(
            |(block, (gradient, weights))| {
                let cells = gradient.chunks_exact_mut(count).zip(weights.chunks_exact(count));
                for (offset, (gradient, weights)) in cells.enumerate() {
                    for (cell, weight) in gradient.iter_mut().zip(weights) {
                        *cell = self.alpha * weight;
                    }
                    let column = starts.outer_inds_sz(block * COLUMNS + offset);
                    add_products(gradient, &rows[column.clone()], &values[column], &self.residuals);
                }
            },
        );
    }
}

/// Adds to `sums`, for each place in turn, its value times its line of `table`, which is as wide as `sums`.
///
/// The heads with few labels get loops of a fixed length, which the compiler unrolls; the bits are the same.
fn add_products(sums: &mut [f64], places: &[u32], values: &[f32], table: &[f64]) {
    match sums.len() {
        2 => add_products_of::<2>(sums, places, values, table),
        3 => add_products_of::<3>(sums, places, values, table),
        count => {
            for (&place, &value) in places.iter().zip(values) {
                let start = place as usize * count;
                for (sum, cell) in sums.iter_mut().zip(&table[start..start + count]) {
                    *sum += f64::from(value) * cell;
                }
            }
        }
    }
}

fn add_products_of<const COUNT: usize>(sums: &mut [f64], places: &[u32], values: &[f32], table: &[f64]) {
    let (table, _) = table.as_chunks::<COUNT>();
    let Some(sums) = sums.first_chunk_mut::<COUNT>() else { return };
    let mut local = *sums;
    for (&place, &value) in places.iter().zip(values) {
        let line = &table[place as usize];
        for (sum, cell) in local.iter_mut().zip(line) {
            *sum += f64::from(value) * cell;
        }
    }
    *sums = local;
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_value_at_zero_is_the_weight_times_ln_of_the_classes() {
        let records = SparseRecords::from_rows(2, [vec![(0, 1.0)], vec![(1, 2.0)], vec![]]).unwrap();
        let mut objective = MultinomialObjective::new(&records, &[0, 1, 2], &[1.0, 2.0, 0.5], 3, 1.0);
        let mut gradient = vec![f64::NAN; 9];
        let value = objective.evaluate(&[0.0; 9], &mut gradient);
        assert!((value - 3.5 * libm::log(3.0)).abs() < 1e-12);
        // Row 0: 1/3 - y, weighted 1; row 1: value 2, weight 2; intercepts: the sum over rows.
        let third = 1.0 / 3.0;
        let expected = [
            third - 1.0,
            third,
            third,
            4.0 * third,
            4.0 * (third - 1.0),
            4.0 * third,
            3.5 * third - 1.0,
            3.5 * third - 2.0,
            3.5 * third - 0.5,
        ];
        for (found, expected) in gradient.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{gradient:?}");
        }
    }

    #[test]
    fn the_gradient_agrees_with_central_differences() {
        // Two and three classes have loops of their own.
        for count in 2..=5 {
            compare_with_differences(count);
        }
    }

    fn compare_with_differences(count: usize) {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let (rows, features) = (700, 12);
        let cells: Vec<Vec<(u32, f32)>> = (0..rows)
            .map(|_| {
                (0..features)
                    .map(|j| (j, if random.gen_bool(0.4) { random.gen_range(-2.0..2.0) } else { 0.0 }))
                    .collect()
            })
            .collect();
        let records = SparseRecords::from_rows(features as usize, cells).unwrap();
        let classes: Vec<usize> = (0..rows).map(|_| random.gen_range(0..count)).collect();
        let weights: Vec<f64> = (0..rows).map(|i| if i % 7 == 0 { 0.0 } else { random.gen_range(0.1..3.0) }).collect();
        let mut objective = MultinomialObjective::new(&records, &classes, &weights, count, 0.7);
        let mut point: Vec<f64> = (0..objective.parameters()).map(|_| random.gen_range(-1.0..1.0)).collect();
        let mut gradient = vec![0.0; point.len()];
        objective.evaluate(&point, &mut gradient);
        let mut unused = vec![0.0; point.len()];
        for place in 0..point.len() {
            let (middle, width) = (point[place], 1e-5);
            point[place] = middle + width;
            let above = objective.evaluate(&point, &mut unused);
            point[place] = middle - width;
            let below = objective.evaluate(&point, &mut unused);
            point[place] = middle;
            let difference = (above - below) / (2.0 * width);
            assert!((difference - gradient[place]).abs() < 1e-5, "{place}: {difference} {}", gradient[place]);
        }
    }
}
