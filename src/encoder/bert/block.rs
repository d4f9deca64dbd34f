//! Rectangular parts of matrices.
//!
//! In place of ndarray's `s!`, whose expansion allows unsafe code, which this crate forbids throughout.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};
use std::ops::Range;

/// The given rows and columns.
pub(super) fn block(matrix: &Array2<f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayView2<'_, f32> {
    let mut view = matrix.view();
    view.slice_axis_inplace(Axis(0), Slice::from(rows));
    view.slice_axis_inplace(Axis(1), Slice::from(columns));
    view
}

/// The given rows and columns, to be changed.
pub(super) fn block_mut(matrix: &mut Array2<f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayViewMut2<'_, f32> {
    let mut view = matrix.view_mut();
    view.slice_axis_inplace(Axis(0), Slice::from(rows));
    view.slice_axis_inplace(Axis(1), Slice::from(columns));
    view
}
