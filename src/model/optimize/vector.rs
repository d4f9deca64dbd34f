//! Vector arithmetic in parallel with the same bits at any number of threads.
//!
//! Sums run over blocks of a fixed length; the sums of blocks are added in order.

use rayon::prelude::*;

/// Length of a block; 32 KiB of `f64`.
const BLOCK: usize = 4096;
/// Sums kept side by side within a block, so that the processor need not wait for one addition before the next.
const LANES: usize = 8;

/// Sum of products. The longer vector is cut to the shorter.
pub(in crate::model) fn dot(left: &[f64], right: &[f64]) -> f64 {
    if left.len() <= BLOCK {
        return dot_block(left, right);
    }
    let sums: Vec<f64> = left.par_chunks(BLOCK).zip(right.par_chunks(BLOCK)).map(|(l, r)| dot_block(l, r)).collect();
    sums.iter().sum()
}

fn dot_block(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (left, right) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let rest: f64 = left.remainder().iter().zip(right.remainder()).map(|(l, r)| l * r).sum();
    for (l, r) in left.zip(right) {
        for lane in 0..LANES {
            lanes[lane] += l[lane] * r[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// Sum of absolute values.
pub(in crate::model) fn sum_norm(vector: &[f64]) -> f64 {
    let sums: Vec<f64> = vector.par_chunks(BLOCK).map(|block| block.iter().map(|value| value.abs()).sum()).collect();
    sums.iter().sum()
}

/// `left . (right - minus)`.
pub(super) fn dot_difference(left: &[f64], right: &[f64], minus: &[f64]) -> f64 {
    let blocks = left.par_chunks(BLOCK).zip(right.par_chunks(BLOCK)).zip(minus.par_chunks(BLOCK));
    let sums: Vec<f64> = blocks
        .map(|((left, right), minus)| {
            left.iter().zip(right).zip(minus).map(|((left, right), minus)| left * (right - minus)).sum()
        })
        .collect();
    sums.iter().sum()
}

/// Calls `change` for each cell of `to` with the cells of `left` and `right` beside it.
pub(super) fn for_each_cell(
    to: &mut [f64],
    left: &[f64],
    right: &[f64],
    change: impl Fn(&mut f64, f64, f64) + Send + Sync,
) {
    let blocks = to.par_chunks_mut(BLOCK).zip(left.par_chunks(BLOCK)).zip(right.par_chunks(BLOCK));
    blocks.for_each(|((to, left), right)| {
        for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
            change(to, *left, *right);
        }
    });
}

/// `to += factor * from`.
pub(in crate::model) fn add_scaled(to: &mut [f64], factor: f64, from: &[f64]) {
    to.par_chunks_mut(BLOCK).zip(from.par_chunks(BLOCK)).for_each(|(to, from)| {
        for (to, from) in to.iter_mut().zip(from) {
            *to += factor * from;
        }
    });
}

/// `to = base + factor * from`.
pub(in crate::model) fn set_sum(to: &mut [f64], base: &[f64], factor: f64, from: &[f64]) {
    to.par_chunks_mut(BLOCK).zip(base.par_chunks(BLOCK)).zip(from.par_chunks(BLOCK)).for_each(|((to, base), from)| {
        for ((to, base), from) in to.iter_mut().zip(base).zip(from) {
            *to = base + factor * from;
        }
    });
}

/// `vector *= factor`.
pub(in crate::model) fn scale(vector: &mut [f64], factor: f64) {
    vector.par_chunks_mut(BLOCK).for_each(|block| block.iter_mut().for_each(|value| *value *= factor));
}

/// Largest absolute component; NaN when there is one.
pub(in crate::model) fn max_norm(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |largest: f64, value| {
        let size = value.abs();
        if size > largest || size.is_nan() { size } else { largest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(length: usize) -> Vec<f64> {
        (0..length).map(|i| (i % 17) as f64 - 8.0).collect()
    }

    #[test]
    fn the_dot_product_covers_blocks_lanes_and_rests() {
        for length in [0, 1, 7, 8, 9, 4096, 4097, 20_001] {
            let expected: f64 = ramp(length).iter().map(|v| v * v).sum();
            assert_eq!(dot(&ramp(length), &ramp(length)), expected, "{length}");
        }
    }

    #[test]
    fn sums_and_scales() {
        let mut to = vec![1.0, 2.0];
        add_scaled(&mut to, 2.0, &[10.0, 20.0]);
        assert_eq!(to, [21.0, 42.0]);
        set_sum(&mut to, &[1.0, 1.0], -1.0, &[5.0, 6.0]);
        assert_eq!(to, [-4.0, -5.0]);
        scale(&mut to, 0.5);
        assert_eq!((max_norm(&to), sum_norm(&to)), (2.5, 4.5));
        assert_eq!(dot_difference(&[1.0, 2.0], &[3.0, 5.0], &[1.0, 1.0]), 10.0);
        assert!(max_norm(&[1.0, f64::NAN, 3.0]).is_nan());
    }
}
