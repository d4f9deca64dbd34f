//! A BERT encoder on ndarray, forward and backward.
//!
//! In: a folder with `config.json`, `tokenizer.json` and `model.safetensors`. Out: [`PairEncoder`], which gives logits for
//! pairs; [`fine_tune()`] teaches a general encoder to.
//!
//! Results do not depend on which pairs are computed together, nor on threads; on another kind of processor sums may run in
//! another order, and logits differ by about 1e-5.

mod adam;
mod arithmetic;
mod attention;
mod block;
mod checkpoint;
mod configuration;
mod distill;
mod dropout;
mod encoder_features;
mod error;
mod fine_tune;
mod layer;
mod linear;
mod network;
mod pair_encoder;
mod product;
mod source;
mod tensors;
#[cfg(test)]
mod tests;
mod word_pieces;

pub use arithmetic::Norm;
pub use checkpoint::{Teaching, read_record, write_record};
pub use configuration::EncoderConfiguration;
pub use distill::distill;
pub use encoder_features::EncoderFeatures;
pub use error::EncoderError;
pub use fine_tune::{Checkpoints, Example, fine_tune, fingerprint};
pub use layer::Layer;
pub use linear::Linear;
pub use network::{Embeddings, Encoder, Packed};
pub use pair_encoder::{BATCH, LABELS, PairEncoder};
pub use source::{ENCODER_VARIABLE, copy_encoder, find_encoder, install_encoder, installed_encoder};
pub use tensors::Precision;
pub use word_pieces::{MOST_PIECES, PairInput, WordPieces};
