//! Self-attention within each sequence of a batch (Vaswani et al. 2017), forward and backward.

use super::{
    arithmetic::softmax,
    block::{block, block_mut},
};
use ndarray::{Array2, linalg::general_mat_mul};
use std::ops::Range;

/// Where the parts of one head lie in a row of queries, keys and values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    /// How many there are.
    pub count: usize,
    /// Numbers in the state of one.
    pub size: usize,
}

impl Heads {
    const fn width(self) -> usize {
        self.count * self.size
    }

    fn scale(self) -> f32 {
        1.0 / (self.size as f32).sqrt()
    }

    /// Columns of a head's queries, keys and values.
    const fn columns(self, head: usize) -> [Range<usize>; 3] {
        let (first, last, width) = (head * self.size, (head + 1) * self.size, self.width());
        [first..last, width + first..width + last, 2 * width + first..2 * width + last]
    }
}

/// Contexts of all rows, and the attention of each sequence and head, for the way back. `states` has queries, keys and
/// values side by side.
pub(super) fn forward(heads: Heads, starts: &[usize], states: &Array2<f32>) -> (Array2<f32>, Vec<Array2<f32>>) {
    let mut contexts = Array2::zeros((states.nrows(), heads.width()));
    let mut shares = Vec::with_capacity(starts.len() * heads.count);
    for sequence in starts.windows(2) {
        let (first, last) = (sequence[0], sequence[1]);
        for head in 0..heads.count {
            let [query, key, value] = heads.columns(head).map(|columns| block(states, first..last, columns));
            let mut share = Array2::zeros((last - first, last - first));
            general_mat_mul(heads.scale(), &query, &key.t(), 0.0, &mut share);
            share.rows_mut().into_iter().for_each(softmax);
            let mut context = block_mut(&mut contexts, first..last, heads.columns(head)[0].clone());
            general_mat_mul(1.0, &share, &value, 0.0, &mut context);
            shares.push(share);
        }
    }
    (contexts, shares)
}

/// The gradient for `states`, given that for the contexts.
pub(super) fn backward(
    heads: Heads,
    starts: &[usize],
    states: &Array2<f32>,
    shares: &[Array2<f32>],
    slope: &Array2<f32>,
) -> Array2<f32> {
    let mut out = Array2::zeros(states.raw_dim());
    let mut shares = shares.iter();
    for sequence in starts.windows(2) {
        let (first, last) = (sequence[0], sequence[1]);
        for (head, share) in (0..heads.count).zip(&mut shares) {
            let columns = heads.columns(head);
            let [query, key, value] = columns.clone().map(|columns| block(states, first..last, columns));
            let slope = block(slope, first..last, columns[0].clone());
            // For the shares, then through the softmax for the scores.
            let mut scores = Array2::zeros(share.raw_dim());
            general_mat_mul(1.0, &slope, &value.t(), 0.0, &mut scores);
            for (mut row, share) in scores.rows_mut().into_iter().zip(share.rows()) {
                let mean = row.dot(&share);
                row.zip_mut_with(&share, |value, share| *value = share * (*value - mean));
            }
            let [for_query, for_key, for_value] = columns;
            general_mat_mul(heads.scale(), &scores, &key, 0.0, &mut block_mut(&mut out, first..last, for_query));
            general_mat_mul(heads.scale(), &scores.t(), &query, 0.0, &mut block_mut(&mut out, first..last, for_key));
            general_mat_mul(1.0, &share.t(), &slope, 0.0, &mut block_mut(&mut out, first..last, for_value));
        }
    }
    out
}
