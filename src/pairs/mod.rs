//! Candidate pairs, and the pairs that people have labelled.

mod candidate;
mod labelled;
mod passage;
mod reader;

pub use crate::label::{Act, Label, Stance, Tone, UnknownLabel};
pub use candidate::{Candidate, candidates};
pub use labelled::LabelledPair;
pub use reader::{FileHash, PairOptions, PairReader, PairSet, read_pairs};
pub(crate) use reader::{row_object, row_pairs};
