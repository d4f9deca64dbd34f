//! The encoder's logits as cells of a pair's vector.

use super::{PairEncoder, PairInput};
use crate::features::{Vectorizer, encoder_features};

/// An encoder with the columns that its logits have in a vectorizer.
#[derive(Debug)]
pub struct EncoderFeatures {
    encoder: PairEncoder,
    columns: Vec<u32>,
}

impl EncoderFeatures {
    /// `None` when the vectorizer has no column for a logit.
    #[must_use]
    pub fn new(encoder: PairEncoder, vectorizer: &Vectorizer) -> Option<Self> {
        let columns = encoder_features().map(|name| vectorizer.column(&name)).collect::<Option<_>>()?;
        Some(Self { encoder, columns })
    }

    /// The encoder.
    #[must_use]
    pub const fn encoder(&self) -> &PairEncoder {
        &self.encoder
    }

    /// Adds each pair's cells to its row; rows stay in order of their columns.
    pub fn add(&self, inputs: &[PairInput], rows: &mut [Vec<(u32, f32)>]) {
        for (row, logits) in rows.iter_mut().zip(self.encoder.logits(inputs).rows()) {
            row.extend(self.columns.iter().copied().zip(logits.iter().copied()));
            row.sort_unstable_by_key(|(column, _)| *column);
        }
    }
}
