//! An encoder that reads pairs: slower than counting words, and better.
//!
//! In: a pair's scope with its actors replaced by placeholders ([`crate::features::Sequence`]) and a folder with an
//! encoder. Out: logits of stance, act and tone for each pair, which the linear heads take as dense features
//! ([`crate::features::Block::Encoder`]). The encoder itself is behind the cargo feature `encoder`; what recipes say of it
//! is not, so that every build reads every recipe.

#[cfg(feature = "encoder")]
mod bert;
mod settings;

#[cfg(feature = "encoder")]
pub use bert::*;
pub use settings::{FineTuning, Pass};
