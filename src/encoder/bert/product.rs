//! Products of matrices.
//!
//! Those of whole layers are `faer`'s, which uses the widest registers that the processor has: on one with AVX-512 they take half
//! the time of ndarray's. Small ones, and parts of matrices, are ndarray's.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use ndarray::{Array2, ArrayView2, linalg::general_mat_mul};

/// Fewest columns of a product that is worth handing over. Which way is taken must not depend on the number of rows: a row's
/// result is to be the same among others and alone.
const LARGE: usize = 64;

/// Adds `left * right` to `out`.
pub(super) fn add_product(left: ArrayView2<'_, f32>, right: ArrayView2<'_, f32>, out: &mut Array2<f32>) {
    let (rows, columns) = out.dim();
    if columns >= LARGE && rows > 1 {
        let shape = (rows, columns);
        if let (Some(left), Some(right), Some(out)) = (matrix(&left), matrix(&right), out.as_slice_mut()) {
            let out = MatMut::from_row_major_slice_mut(out, shape.0, shape.1);
            matmul(out, Accum::Add, left, right, 1.0, Par::Seq);
            return;
        }
    }
    general_mat_mul(1.0, &left, &right, 1.0, out);
}

/// A view of a whole matrix, as it is or transposed; nothing for a part of one.
fn matrix<'v>(view: &'v ArrayView2<'_, f32>) -> Option<MatRef<'v, f32>> {
    let (rows, columns) = view.dim();
    if let Some(numbers) = view.as_slice() {
        return Some(MatRef::from_row_major_slice(numbers, rows, columns));
    }
    let numbers = view.as_slice_memory_order()?;
    let transposed = view.strides()[0] == 1 && usize::try_from(view.strides()[1]) == Ok(rows);
    transposed.then(|| MatRef::from_column_major_slice(numbers, rows, columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Axis;

    fn numbers(rows: usize, columns: usize, seed: usize) -> Array2<f32> {
        Array2::from_shape_fn((rows, columns), |(row, column)| ((row * 31 + column * 17 + seed) as f32).sin())
    }

    #[test]
    fn products_are_right_whatever_way_they_take() {
        for (rows, inner, columns) in [(5, 70, 96), (1, 70, 96), (5, 7, 3)] {
            let (left, right) = (numbers(rows, inner, 1), numbers(inner, columns, 2));
            let expected = left.dot(&right) + 1.0;
            let near = |out: Array2<f32>| (out - &expected).iter().all(|off| off.abs() < 1e-4);
            let mut out = Array2::ones((rows, columns));
            add_product(left.view(), right.view(), &mut out);
            assert!(near(out));
            let turned = right.t().as_standard_layout().into_owned();
            let mut out = Array2::ones((rows, columns));
            add_product(left.view(), turned.t(), &mut out);
            assert!(near(out));
        }
    }

    #[test]
    fn a_row_is_the_same_among_others_and_among_few() {
        for (inner, columns) in [(384, 1536), (1536, 384), (64, 64)] {
            let (left, right) = (numbers(130, inner, 3), numbers(inner, columns, 4));
            let mut whole = Array2::zeros((130, columns));
            add_product(left.view(), right.view(), &mut whole);
            for rows in [2, 3, 7, 31, 64] {
                let few: Vec<usize> = (9..9 + rows).collect();
                let mut out = Array2::zeros((rows, columns));
                add_product(left.select(Axis(0), &few).view(), right.view(), &mut out);
                assert_eq!(out, whole.select(Axis(0), &few), "{rows} x {inner} x {columns}");
            }
        }
    }
}
