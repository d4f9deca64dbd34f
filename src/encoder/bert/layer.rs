//! One layer of a BERT encoder (Devlin et al. 2019), forward and backward.
//!
//! Written out here because `candle`'s BERT gives no gradient to any of its tensors and reads half as many sentences a
//! second; the products are ndarray's.

use super::{
    arithmetic::{Norm, Normalised, gelu, gelu_slope},
    attention::{self, Heads},
    configuration::EncoderConfiguration,
    dropout::{Dropout, Mask},
    linear::Linear,
};
use ndarray::Array2;

/// Weights of a layer, or gradients for them.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Queries, keys and values side by side.
    pub attention_in: Linear,
    /// From the heads' contexts to a state.
    pub attention_out: Linear,
    /// After attention.
    pub attention_norm: Norm,
    /// Into the feed-forward part.
    pub inner: Linear,
    /// Out of it.
    pub outer: Linear,
    /// After the feed-forward part.
    pub outer_norm: Norm,
}

/// What the way back needs.
#[derive(Debug)]
pub(super) struct LayerTape {
    input: Array2<f32>,
    states: Array2<f32>,
    shares: Vec<Array2<f32>>,
    contexts: Array2<f32>,
    attention_mask: Mask,
    attention_norm: Normalised,
    middle: Array2<f32>,
    before_gelu: Array2<f32>,
    after_gelu: Array2<f32>,
    outer_mask: Mask,
    outer_norm: Normalised,
}

impl Layer {
    pub(super) fn zeros(configuration: &EncoderConfiguration) -> Self {
        let (hidden, inner) = (configuration.hidden_size, configuration.intermediate_size);
        Self {
            attention_in: Linear::zeros(hidden, 3 * hidden),
            attention_out: Linear::zeros(hidden, hidden),
            attention_norm: Norm::zeros(hidden),
            inner: Linear::zeros(hidden, inner),
            outer: Linear::zeros(inner, hidden),
            outer_norm: Norm::zeros(hidden),
        }
    }

    /// States of the packed sequences that begin at `starts` (the last is the end).
    pub(super) fn forward(
        &self,
        configuration: &EncoderConfiguration,
        starts: &[usize],
        input: Array2<f32>,
        dropout: &mut Dropout,
    ) -> (Array2<f32>, LayerTape) {
        let heads = Heads { count: configuration.num_attention_heads, size: configuration.head_size() };
        let epsilon = configuration.layer_norm_eps as f32;
        let states = self.attention_in.forward(input.view());
        let (contexts, shares) = attention::forward(heads, starts, &states);
        let mut sum = self.attention_out.forward(contexts.view());
        let attention_mask = dropout.apply(&mut sum);
        sum += &input;
        let (middle, attention_norm) = self.attention_norm.forward(sum, epsilon);
        let before_gelu = self.inner.forward(middle.view());
        let after_gelu = before_gelu.mapv(gelu);
        let mut sum = self.outer.forward(after_gelu.view());
        let outer_mask = dropout.apply(&mut sum);
        sum += &middle;
        let (output, outer_norm) = self.outer_norm.forward(sum, epsilon);
        let tape = LayerTape {
            input,
            states,
            shares,
            contexts,
            attention_mask,
            attention_norm,
            middle,
            before_gelu,
            after_gelu,
            outer_mask,
            outer_norm,
        };
        (output, tape)
    }

    /// The gradient for the input, given that for the output; those for the weights are added to `gradient`.
    pub(super) fn backward(
        &self,
        configuration: &EncoderConfiguration,
        starts: &[usize],
        tape: &LayerTape,
        slope: Array2<f32>,
        gradient: &mut Self,
    ) -> Array2<f32> {
        let heads = Heads { count: configuration.num_attention_heads, size: configuration.head_size() };
        let mut middle = self.outer_norm.backward(&tape.outer_norm, slope, &mut gradient.outer_norm);
        let outer = tape.outer_mask.masked(&middle);
        let mut inner = Array2::zeros(tape.after_gelu.raw_dim());
        self.outer.backward(tape.after_gelu.view(), outer.view(), &mut gradient.outer, &mut inner);
        inner.zip_mut_with(&tape.before_gelu, |slope, value| *slope *= gelu_slope(*value));
        self.inner.backward(tape.middle.view(), inner.view(), &mut gradient.inner, &mut middle);
        let mut input = self.attention_norm.backward(&tape.attention_norm, middle, &mut gradient.attention_norm);
        let attended = tape.attention_mask.masked(&input);
        let mut contexts = Array2::zeros(tape.contexts.raw_dim());
        self.attention_out.backward(tape.contexts.view(), attended.view(), &mut gradient.attention_out, &mut contexts);
        let states = attention::backward(heads, starts, &tape.states, &tape.shares, &contexts);
        self.attention_in.backward(tape.input.view(), states.view(), &mut gradient.attention_in, &mut input);
        input
    }

    /// All tensors, in a fixed order.
    pub(super) fn tensors(&self) -> [&[f32]; 12] {
        let parts = [
            self.attention_in.weight.as_slice(),
            self.attention_in.bias.as_slice(),
            self.attention_out.weight.as_slice(),
            self.attention_out.bias.as_slice(),
            self.attention_norm.scale.as_slice(),
            self.attention_norm.shift.as_slice(),
            self.inner.weight.as_slice(),
            self.inner.bias.as_slice(),
            self.outer.weight.as_slice(),
            self.outer.bias.as_slice(),
            self.outer_norm.scale.as_slice(),
            self.outer_norm.shift.as_slice(),
        ];
        // Every array is made in standard layout, so that each is a slice.
        parts.map(Option::unwrap_or_default)
    }

    /// The same tensors, to be changed.
    pub(super) fn tensors_mut(&mut self) -> [&mut [f32]; 12] {
        let parts = [
            self.attention_in.weight.as_slice_mut(),
            self.attention_in.bias.as_slice_mut(),
            self.attention_out.weight.as_slice_mut(),
            self.attention_out.bias.as_slice_mut(),
            self.attention_norm.scale.as_slice_mut(),
            self.attention_norm.shift.as_slice_mut(),
            self.inner.weight.as_slice_mut(),
            self.inner.bias.as_slice_mut(),
            self.outer.weight.as_slice_mut(),
            self.outer.bias.as_slice_mut(),
            self.outer_norm.scale.as_slice_mut(),
            self.outer_norm.shift.as_slice_mut(),
        ];
        parts.map(Option::unwrap_or_default)
    }
}
