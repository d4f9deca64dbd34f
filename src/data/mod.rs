//! Data sets of labelled pairs: what is wrong with them, what is in them, how to divide them, how far annotators agree.
//!
//! In: rows of pairs, passages and gold documents, as `pairs` and `evaluate` read them. Out: findings ([`check`]),
//! counts ([`stats`]), parts that share no text ([`split`]), coefficients of agreement ([`agreement`]).

pub mod agreement;
pub mod check;
mod corpus;
mod near;
mod part;
mod row;
pub mod split;
pub mod stats;

pub use corpus::{Corpus, CorpusError};
pub use part::Part;
