//! Stance records and their writers, one file per format.
//!
//! In: batches of [`StanceRecord`]s. Out: bytes in a [`RecordFormat`], which depend on the records alone, so that
//! workers may serialise batches side by side and one thread writes them in order; and [`AtomicFile`] and
//! [`AtomicFolder`], which leave a whole file or folder or none.

mod aggregate;
mod assemble;
mod csv;
mod file;
mod folder;
mod jsonl;
mod number;
mod record;

pub use aggregate::aggregate;
pub use assemble::{Assembler, RecordLabels};
pub use file::{AtomicFile, FileError};
pub use folder::AtomicFolder;
pub use number::rounded;
pub use record::{ActorField, Probabilities, StanceRecord};
use std::{fmt, str::FromStr};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RecordFormat {
    /// One JSON object a line, actors nested.
    #[default]
    Jsonl,
    /// Comma-separated values with a header, actors flattened.
    Csv,
}

impl RecordFormat {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Self; 2] = [Self::Jsonl, Self::Csv];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The format that an output file's name asks for (`out.csv.gz`: CSV), if it does.
    #[must_use]
    pub fn of_path(path: &std::path::Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// Its writer.
    #[must_use]
    pub fn writer(self) -> &'static dyn RecordWriter {
        match self {
            Self::Jsonl => &jsonl::JsonlWriter,
            Self::Csv => &csv::CsvWriter,
        }
    }
}

impl fmt::Display for RecordFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A name that is no record format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an output format; expected jsonl or csv")]
pub struct UnknownRecordFormat(pub String);

impl FromStr for RecordFormat {
    type Err = UnknownRecordFormat;

    fn from_str(text: &str) -> Result<Self, UnknownRecordFormat> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| UnknownRecordFormat(text.to_owned()))
    }
}

/// Turns records into bytes. Has no state, so that batches can be written side by side and joined.
pub trait RecordWriter: fmt::Debug + Send + Sync {
    /// What stands once at the top of a file, where the format has such a thing.
    fn header(&self) -> Option<Vec<u8>>;
    /// Appends the records to `out`, each ended by `\n`.
    fn write(&self, records: &[StanceRecord], out: &mut Vec<u8>);
}

/// What stands once at the top of a file of this format, if anything.
#[must_use]
pub fn header(format: RecordFormat) -> Option<Vec<u8>> {
    format.writer().header()
}

/// Appends records in this format to `out`. Numbers have at most six decimals.
pub fn write_records(format: RecordFormat, records: &[StanceRecord], out: &mut Vec<u8>) {
    format.writer().write(records, out);
}

#[cfg(test)]
mod tests;
