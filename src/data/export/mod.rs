//! From labelled pairs to the files of annotation tools and classifiers, one file per format.
//!
//! In: [`LabelledPair`]s, as [`crate::pairs`] reads them from pair and passage rows. Out: one file, or a folder of
//! files. What a format has no place for:
//!
//! | format | does not carry |
//! |---|---|
//! | `doccano`, `label-studio`, `brat` | fields of rows that the reader does not know |
//! | `huggingface` | the same; passages become pairs |
//! | `fasttext` | everything but text, places and stance |
//!
//! [`super::import`] reads them back (pair readers read `huggingface` as it is) and gives the same pairs.

mod brat;
mod doccano;
mod fasttext;
mod huggingface;
mod label_studio;
mod passage;

use crate::{
    output::{AtomicFolder, FileError},
    pairs::LabelledPair,
};
use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    str::FromStr,
};

/// How pairs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// JSONL with entities and relations, for doccano.
    Doccano,
    /// A JSON array of tasks, for Label Studio.
    LabelStudio,
    /// A folder of stand-off files, for brat.
    Brat,
    /// A label and a text a line, for fastText.
    FastText,
    /// A folder with data files and a dataset card, for the Hugging Face hub.
    HuggingFace,
}

/// Writes one file.
trait FileExporter {
    fn write(&self, pairs: &[LabelledPair], out: &mut dyn Write) -> Result<ExportSummary, ExportError>;
}

/// Writes a folder.
trait FolderExporter {
    fn write(
        &self,
        parts: &[NamedPairs],
        card: &CardFields,
        folder: &AtomicFolder,
    ) -> Result<ExportSummary, ExportError>;
}

impl ExportFormat {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Self; 5] = [Self::Doccano, Self::LabelStudio, Self::Brat, Self::FastText, Self::HuggingFace];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Doccano => "doccano",
            Self::LabelStudio => "label-studio",
            Self::Brat => "brat",
            Self::FastText => "fasttext",
            Self::HuggingFace => "huggingface",
        }
    }

    /// Whether it is a folder and not one file.
    #[must_use]
    pub const fn is_folder(self) -> bool {
        self.folder().is_some()
    }

    const fn file(self) -> Option<&'static dyn FileExporter> {
        match self {
            Self::Doccano => Some(&doccano::Doccano),
            Self::LabelStudio => Some(&label_studio::LabelStudio),
            Self::FastText => Some(&fasttext::FastText),
            Self::Brat | Self::HuggingFace => None,
        }
    }

    const fn folder(self) -> Option<&'static dyn FolderExporter> {
        match self {
            Self::Brat => Some(&brat::Brat),
            Self::HuggingFace => Some(&huggingface::HuggingFace),
            Self::Doccano | Self::LabelStudio | Self::FastText => None,
        }
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A name that is no export format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an export format; expected doccano, label-studio, brat, fasttext or huggingface")]
pub struct UnknownExport(pub String);

impl FromStr for ExportFormat {
    type Err = UnknownExport;

    fn from_str(text: &str) -> Result<Self, UnknownExport> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| UnknownExport(text.to_owned()))
    }
}

/// The pairs of one part of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPairs {
    /// Name of the part, as of a split: `train`, `test`.
    pub name: String,
    /// Its pairs.
    pub pairs: Vec<LabelledPair>,
}

/// What a dataset card says beside what the data say themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFields {
    /// Title of the data set.
    pub title: String,
    /// Licence: an identifier of the hub (`cc-by-4.0`), or words.
    pub licence: Option<String>,
    /// Language of the texts (ISO 639).
    pub language: String,
}

impl Default for CardFields {
    fn default() -> Self {
        Self { title: "Labelled pairs".to_owned(), licence: None, language: "en".to_owned() }
    }
}

/// An export that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// A file of the folder could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A row could not be written as JSON.
    #[error("a row cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The format is a folder, or is a single file.
    #[error("{0} is {1}")]
    Shape(ExportFormat, &'static str),
    /// The name of a part is no name of a split.
    #[error("`{0}` is no name of a part; expected letters, digits and `_`, each name once")]
    Part(String),
}

/// Counts of what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// Texts, tasks, documents or lines.
    pub records: u64,
    /// Pairs in them.
    pub pairs: u64,
    /// Pairs left out, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl ExportSummary {
    fn leave_out(&mut self, reason: &'static str, pairs: usize) {
        *self.left_out.entry(reason).or_default() += pairs as u64;
    }
}

impl fmt::Display for ExportSummary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left_out: u64 = self.left_out.values().sum();
        write!(out, "{} pairs in {} records; {left_out} left out", self.pairs, self.records)?;
        for (reason, count) in &self.left_out {
            write!(out, "\nleft out: {count} because {reason}")?;
        }
        Ok(())
    }
}

/// Writes pairs in a format that is one file.
///
/// # Errors
/// When `out` fails, or the format is a folder.
pub fn export_file(
    format: ExportFormat,
    pairs: &[LabelledPair],
    out: &mut dyn Write,
) -> Result<ExportSummary, ExportError> {
    format.file().ok_or(ExportError::Shape(format, "a folder, not one file"))?.write(pairs, out)
}

/// Writes named parts in a format that is a folder.
///
/// # Errors
/// When a file cannot be written, a part's name does not do, or the format is one file.
pub fn export_folder(
    format: ExportFormat,
    parts: &[NamedPairs],
    card: &CardFields,
    folder: &AtomicFolder,
) -> Result<ExportSummary, ExportError> {
    format.folder().ok_or(ExportError::Shape(format, "one file, not a folder"))?.write(parts, card, folder)
}

#[cfg(test)]
mod tests;
