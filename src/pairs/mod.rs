//! Candidate pairs, and the pairs that people have labelled.

mod label;
mod labelled;

pub use label::{Act, Label, Stance, Tone, UnknownLabel};
pub use labelled::LabelledPair;
