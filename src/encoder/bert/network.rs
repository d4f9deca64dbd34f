//! The encoder: embeddings and layers, forward and backward.

use super::{
    arithmetic::Norm,
    configuration::EncoderConfiguration,
    dropout::Dropout,
    layer::{Layer, LayerTape},
};
use ndarray::{Array2, ArrayView1};
use std::ops::Range;

/// Embeddings and layers.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// Its shape.
    pub configuration: EncoderConfiguration,
    /// Embeddings of word pieces, places and kinds of segment.
    pub embeddings: Embeddings,
    /// From first to last.
    pub layers: Vec<Layer>,
}

/// What a sequence becomes before the first layer. Never trained here: few texts see few words.
#[derive(Debug, Clone)]
pub struct Embeddings {
    /// Word pieces x hidden.
    pub words: Array2<f32>,
    /// Places x hidden.
    pub positions: Array2<f32>,
    /// Kinds of segment x hidden.
    pub types: Array2<f32>,
    /// Normalises their sum.
    pub norm: Norm,
}

/// Sequences one after another, without padding.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    /// Word pieces of all sequences.
    pub(super) pieces: Vec<u32>,
    /// Kind of segment of each.
    pub(super) types: Vec<u8>,
    /// Where each sequence begins, and the end of the last.
    pub(super) starts: Vec<usize>,
}

impl Encoder {
    /// States of the last layer: word pieces x hidden.
    #[must_use]
    pub fn states(&self, packed: &Packed) -> Array2<f32> {
        let mut states = self.embed(packed);
        let mut dropout = Dropout::none();
        for layer in &self.layers {
            states = layer.forward(&self.configuration, &packed.starts, states, &mut dropout).0;
        }
        states
    }

    /// States of the last layer, with what the way back needs.
    pub(super) fn forward(&self, packed: &Packed, dropout: &mut Dropout) -> (Array2<f32>, Vec<LayerTape>) {
        let mut states = self.embed(packed);
        // Nothing below is trained: this mask has no way back.
        dropout.apply(&mut states);
        let mut tapes = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let (next, tape) = layer.forward(&self.configuration, &packed.starts, states, dropout);
            states = next;
            tapes.push(tape);
        }
        (states, tapes)
    }

    /// Adds the gradients of all layers, given that for the states.
    pub(super) fn backward(&self, packed: &Packed, tapes: &[LayerTape], slope: Array2<f32>, gradients: &mut [Layer]) {
        let mut slope = slope;
        for ((layer, tape), gradient) in self.layers.iter().zip(tapes).zip(gradients).rev() {
            slope = layer.backward(&self.configuration, &packed.starts, tape, slope, gradient);
        }
    }

    fn embed(&self, packed: &Packed) -> Array2<f32> {
        let embeddings = &self.embeddings;
        let mut rows = Array2::zeros((packed.pieces.len(), self.configuration.hidden_size));
        for sequence in packed.starts.windows(2) {
            for (place, at) in (sequence[0]..sequence[1]).enumerate() {
                let mut row = rows.row_mut(at);
                row += &row_of(&embeddings.words, packed.pieces[at] as usize);
                row += &row_of(&embeddings.positions, place);
                row += &row_of(&embeddings.types, packed.types[at].into());
            }
        }
        embeddings.norm.forward(rows, self.configuration.layer_norm_eps as f32).0
    }
}

/// A row, or the last where there are fewer.
fn row_of(table: &Array2<f32>, row: usize) -> ArrayView1<'_, f32> {
    table.row(row.min(table.nrows() - 1))
}

impl Packed {
    /// How many sequences there are.
    #[must_use]
    pub fn sequences(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Places of a sequence among all word pieces; empty where there is no such sequence.
    #[must_use]
    pub fn places(&self, sequence: usize) -> Range<usize> {
        self.starts.get(sequence).copied().unwrap_or_default()
            ..self.starts.get(sequence + 1).copied().unwrap_or_default()
    }

    /// Adds a sequence: a kind of segment for each word piece.
    pub fn push(&mut self, pieces: &[u32], kind: impl Fn(usize) -> u8) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.pieces.extend_from_slice(pieces);
        self.types.extend((0..pieces.len()).map(kind));
        self.starts.push(self.pieces.len());
    }
}
