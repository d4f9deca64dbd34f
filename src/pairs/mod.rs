//! Candidate pairs, and the pairs that people have labelled.

mod label;
mod labelled;
mod passage;
mod reader;

pub use label::{Act, Label, Stance, Tone, UnknownLabel};
pub use labelled::LabelledPair;
pub use reader::{FileHash, PairOptions, PairReader, PairSet, read_pairs};
