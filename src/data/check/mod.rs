//! What is wrong with a data set.
//!
//! In: files of pairs, passages and gold documents. Out: [`Finding`]s, each with its file and line and those of the
//! other rows concerned, in the order of files and lines, and how many there are of each [`Kind`].
//!
//! Different rows may share a text: a passage has all its pairs in one row, and public sets have a row for each target
//! of a sentence. So a text that comes again is a finding across parts only; inside a part it is the whole row (text,
//! holder, target) that should not. Parts are told by the names of files and folders ([`Part`](super::Part)).
//!
//! Memory: some 60 bytes for each row, and the tables of [`near`](super::near), which are bounded. Nothing depends on
//! the number of threads.

mod finding;
mod repeats;
mod row;
mod scan;
mod stars;

use super::corpus::{Corpus, CorpusError};
use finding::Findings;
pub use finding::{Finding, Kind, KindCount, Place, Severity};
use scan::Scan;
use std::{path::PathBuf, sync::Arc};

/// What was found, and in what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The findings, by file and line.
    pub findings: Vec<Finding>,
    /// How many there are of each kind that occurs, also of those that are not kept.
    pub counts: Vec<KindCount>,
    /// Files read.
    pub files: u64,
    /// Rows that can be used: pairs, passages, gold documents.
    pub rows: u64,
    /// Pairs in rows and passages.
    pub pairs: u64,
    /// Rows that are passages.
    pub passages: u64,
    /// Rows that are gold documents.
    pub documents: u64,
    /// Rows and files that cannot be used.
    pub damaged: u64,
    /// Names of the parts; empty for files that are in no folder and name none.
    pub parts: Vec<String>,
}

impl CheckReport {
    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        self.counts.iter().filter(|count| count.severity == severity).map(|count| count.count).sum()
    }
}

/// Checks the rows of `inputs` (files, folders, `-`). Of each kind the first `most` findings are kept; all are counted.
///
/// # Errors
/// When an input does not exist, is no JSONL file, or no row is in any. Rows that cannot be used are findings.
pub fn check(inputs: &[PathBuf], most: usize) -> Result<CheckReport, CorpusError> {
    let corpus = Corpus::new(inputs)?;
    let mut findings = Findings::new(most);
    let mut scan = Scan::of(&corpus, &mut findings)?;
    repeats::find(&mut scan, &mut findings);
    stars::find(&corpus, &scan, &mut findings);
    let names: Vec<Arc<str>> = corpus.sources().iter().map(|source| Arc::clone(source.name())).collect();
    let (counts, findings) = findings.finish(&names);
    Ok(CheckReport {
        findings,
        counts,
        files: names.len() as u64,
        rows: scan.rows.len() as u64,
        pairs: scan.pair_count,
        passages: scan.passages,
        documents: scan.documents,
        damaged: scan.damaged,
        parts: scan.parts.into_iter().map(|part| part.name).collect(),
    })
}

#[cfg(test)]
mod tests;
