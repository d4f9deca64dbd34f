//! An affine map of rows, forward and backward.

use super::product::add_product;
use ndarray::{Array1, Array2, ArrayView2, Axis};

/// `rows * weight + bias`.
#[derive(Debug, Clone)]
pub struct Linear {
    /// Inputs x outputs.
    pub weight: Array2<f32>,
    /// One number for each output.
    pub bias: Array1<f32>,
}

impl Linear {
    pub(super) fn zeros(inputs: usize, outputs: usize) -> Self {
        Self { weight: Array2::zeros((inputs, outputs)), bias: Array1::zeros(outputs) }
    }

    pub(super) fn forward(&self, rows: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut out = Array2::zeros((rows.nrows(), self.bias.len()));
        for mut row in out.rows_mut() {
            row.assign(&self.bias);
        }
        add_product(rows, self.weight.view(), &mut out);
        out
    }

    /// Adds the gradient for the rows to `into`, and those for weight and bias to `gradient`.
    pub(super) fn backward(
        &self,
        rows: ArrayView2<'_, f32>,
        slope: ArrayView2<'_, f32>,
        gradient: &mut Self,
        into: &mut Array2<f32>,
    ) {
        add_product(rows.t(), slope, &mut gradient.weight);
        gradient.bias += &slope.sum_axis(Axis(0));
        add_product(slope, self.weight.t(), into);
    }
}
