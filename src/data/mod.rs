//! Labelled data as files: brought in from the formats that others publish, and taken out to those that tools read.
//!
//! In and out are pair rows ([`PairRow`]), the format that `train`, `evaluate` and `predict` read. [`import`] turns
//! published data sets and the files of annotation tools into rows; [`export`] turns rows into the files of annotation tools and of
//! other classifiers.

pub mod export;
pub mod import;
mod marked;
mod notes;
mod row;

pub use row::PairRow;
