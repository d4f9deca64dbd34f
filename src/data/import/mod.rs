//! From the files of others to pair rows, one file per format.
//!
//! In: files as their owners publish them. Out: [`Imported`] pieces in the order of the files: rows, what was left out
//! with the reason, and records that could not be used with their place. Records are read one at a time. Nothing is guessed:
//! where a source does not say whom a stance is about, or says it in a way that the text does not bear out, no row is made.

mod annotated;
mod brat;
mod cameo;
mod doccano;
mod dse;
mod fasttext;
mod json;
mod label_studio;
mod mpqa;
mod newsmtsc;
mod plover;
mod records;
mod seesaw;
mod semeval;
mod words;

use super::PairRow;
use crate::{
    error::RowError,
    label::{Label, Stance},
};
pub(super) use fasttext::LABEL;
use std::{collections::BTreeMap, fmt, io, path::PathBuf};

/// What an importer reads, and on whose terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// Name on the command line.
    pub name: &'static str,
    /// What it is and which files it reads.
    pub reads: &'static str,
    /// Where its owners publish it.
    pub url: &'static str,
    /// The licence as its owners state it.
    pub licence: &'static str,
    /// Whether it is the format of a tool, in which users name the labels themselves ([`ImportOptions::labels`]).
    pub tool: bool,
}

/// One piece of what an import gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// A pair.
    Row(Box<PairRow>),
    /// A record, or a part of one, that is sound but makes no pair: why.
    LeftOut(String),
    /// A record that is damaged.
    Rejected(RowError),
}

/// Where pieces go; an error ends the import.
pub type Sink<'s> = &'s mut dyn FnMut(Imported) -> io::Result<()>;

/// What users may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Labels of the source and what they stand for, beside the names of the stances themselves (formats of tools only).
    pub labels: BTreeMap<String, Stance>,
    /// Whom lines without a mark are about (fastText only).
    pub target: Option<String>,
    /// Name for the `dataset` field, in place of the format's own.
    pub dataset: Option<String>,
    /// Bytes of the longest record; a longer one is rejected.
    pub max_record_bytes: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { labels: BTreeMap::new(), target: None, dataset: None, max_record_bytes: 16 << 20 }
    }
}

/// An import that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// An input is missing or has no file to read.
    #[error(transparent)]
    Input(#[from] RowError),
    /// What was imported could not be passed on.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Reads one format. Has no state.
pub trait Importer: fmt::Debug + Send + Sync {
    /// What it reads.
    fn about(&self) -> &'static About;

    /// Reads every record of `inputs` (files, folders; `-` where one file is enough).
    ///
    /// # Errors
    /// When an input does not exist, or `sink` fails. Damaged records and files go to `sink`.
    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError>;
}

/// Every importer, data sets first, in the order in which help texts list them.
#[must_use]
pub fn importers() -> &'static [&'static dyn Importer] {
    &[
        &newsmtsc::NewsMtsc,
        &dse::Dse,
        &plover::Plover,
        &cameo::Cameo,
        &semeval::SemEval2016,
        &seesaw::Seesaw,
        &mpqa::Mpqa,
        &doccano::Doccano,
        &label_studio::LabelStudio,
        &brat::Brat,
        &fasttext::FastText,
    ]
}

/// A name that no importer has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` cannot be imported; expected one of {expected}")]
pub struct UnknownImport {
    /// What was asked for.
    pub found: String,
    /// The names there are.
    pub expected: String,
}

/// The importer of this name.
///
/// # Errors
/// When there is none.
pub fn importer(name: &str) -> Result<&'static dyn Importer, UnknownImport> {
    importers().iter().copied().find(|importer| importer.about().name == name).ok_or_else(|| UnknownImport {
        found: name.to_owned(),
        expected: importers().iter().map(|importer| importer.about().name).collect::<Vec<_>>().join(", "),
    })
}

/// Imports `inputs`. Every row that reaches `sink` is one that [`crate::pairs`] reads.
///
/// # Errors
/// As [`Importer::read`].
pub fn import(
    importer: &dyn Importer,
    inputs: &[PathBuf],
    options: &ImportOptions,
    sink: Sink<'_>,
) -> Result<(), ImportError> {
    let own = importer.about().name;
    importer.read(inputs, options, &mut |piece| match piece {
        Imported::Row(mut row) => match row.fault() {
            Some(fault) => sink(Imported::LeftOut(fault.to_owned())),
            None => {
                let dataset = options.dataset.as_deref().or(row.dataset.as_deref()).unwrap_or(own);
                row.dataset = Some(dataset.to_owned());
                sink(Imported::Row(row))
            }
        },
        other => sink(other),
    })
}

/// Counts of what an import gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Rows.
    pub rows: u64,
    /// Rows by label, in the order of [`Stance`]; rows without a label are in none of them.
    pub labels: BTreeMap<Stance, u64>,
    /// What was left out, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Damaged records.
    pub rejected: u64,
}

impl ImportSummary {
    /// Counts one piece.
    pub fn add(&mut self, piece: &Imported) {
        match piece {
            Imported::Row(row) => {
                self.rows += 1;
                if let Some(label) = row.label {
                    *self.labels.entry(label).or_default() += 1;
                }
            }
            Imported::LeftOut(reason) => *self.left_out.entry(reason.clone()).or_default() += 1,
            Imported::Rejected(_) => self.rejected += 1,
        }
    }
}

impl fmt::Display for ImportSummary {
    /// `12 rows: 5 critical, 4 neutral, 3 supportive; 2 left out; 1 rejected`, then a line for each reason.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut labels: Vec<String> = Stance::ALL
            .iter()
            .map(|label| format!("{} {label}", self.labels.get(label).copied().unwrap_or_default()))
            .collect();
        let unlabelled = self.rows - self.labels.values().sum::<u64>();
        if unlabelled > 0 {
            labels.push(format!("{unlabelled} without a label"));
        }
        let left_out: u64 = self.left_out.values().sum();
        write!(out, "{} rows: {}; {left_out} left out; {} rejected", self.rows, labels.join(", "), self.rejected)?;
        for (reason, count) in &self.left_out {
            write!(out, "\nleft out: {count} because {reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
