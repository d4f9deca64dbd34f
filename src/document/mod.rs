//! Documents.

mod date;

pub use date::{DateError, PartialDate};

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
