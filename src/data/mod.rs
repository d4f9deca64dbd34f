//! Data sets of labelled pairs, a user's own as much as ours: brought in, checked, described, divided, compared, taken out.
//!
//! In: rows of pairs, passages and gold documents, as `pairs` and `evaluate` read them, or the files of others. Out: pair
//! rows ([`PairRow`]) from published data sets and annotation tools ([`import`]), and files for tools from rows
//! ([`export`]); findings ([`check`]), counts ([`stats`]), parts that share no text ([`split`]), coefficients of
//! agreement ([`agreement`]), rows whose label a cross-validated model doubts ([`suspects`]).

pub mod agreement;
pub mod check;
mod corpus;
pub mod export;
pub mod import;
mod marked;
mod near;
mod notes;
mod pair_row;
mod part;
mod row;
pub mod split;
pub mod stats;
pub mod suspects;
pub mod words;

pub use corpus::{Corpus, CorpusError};
pub use pair_row::PairRow;
pub use part::Part;
