//! Documents and their readers, one file per format.
//!
//! In: files, folders and standard input, as the user names them: plain text, JSONL, CSV and TSV, each also as
//! `.gz` and `.zst`. Out: a stream of [`Document`]s in a fixed order, and a [`RowError`](crate::error::RowError)
//! for each row or file that is none. Memory is bounded by one document.
//!
//! ```no_run
//! # use demarche::document::{Documents, ReadOptions, sources};
//! let options = ReadOptions::default();
//! for document in Documents::new(sources(&["corpus".into()], &options)?, options) {
//!     let document = document?;
//! }
//! # Ok::<(), demarche::error::RowError>(())
//! ```

mod date;
mod delimited;
mod jsonl;
mod lines;
mod options;
mod reader;
mod row;
mod source;
mod stream;
mod text;

pub use date::{DateError, PartialDate};
pub(crate) use delimited::{Outcome, Records};
pub(crate) use jsonl::{json_problem, kind};
pub use lines::Lines;
pub(crate) use options::too_long;
pub use options::{FieldNames, Format, MAX_DOCUMENT_BYTES, ReadOptions, UnknownFormat};
pub use reader::Documents;
pub use source::{Source, sources};
pub(crate) use source::{sources_by_extension, sources_of};
pub use stream::Opened;

/// One statement or news item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Identifier: the row's `id`, else the file's name, else `FILE:LINE`.
    pub id: String,
    /// Date, possibly partial.
    pub date: Option<PartialDate>,
    /// Whose document it is: an actor id or a name.
    pub issuer: Option<String>,
    /// Who printed it.
    pub publisher: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// The text that offsets count in.
    pub text: String,
}
