//! What a reader may be told: the format, the names of the fields, the largest document.

use std::{fmt, str::FromStr};

/// How a file holds its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Plain text, one document a file.
    Text,
    /// One JSON object a line (<https://jsonlines.org>).
    Jsonl,
    /// Comma-separated values with a header (RFC 4180).
    Csv,
    /// Tab-separated values with a header, quoted as in CSV.
    Tsv,
}

impl Format {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Self; 4] = [Self::Text, Self::Jsonl, Self::Csv, Self::Tsv];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        }
    }

    /// The format a file name's extension (without the dot, any case) stands for.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A name that is no document format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a document format; expected text, jsonl, csv or tsv")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

/// The names of the fields (JSONL) or columns (CSV, TSV) a document is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    /// Identifier: a string or a number.
    pub id: String,
    /// Date, possibly partial.
    pub date: String,
    /// Whose document it is.
    pub issuer: String,
    /// Who printed it.
    pub publisher: String,
    /// Headline.
    pub title: String,
    /// Where it was found.
    pub url: String,
    /// The text; the only field that must be there.
    pub text: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            id: own("id"),
            date: own("date"),
            issuer: own("issuer"),
            publisher: own("publisher"),
            title: own("title"),
            url: own("url"),
            text: own("text"),
        }
    }
}

impl FieldNames {
    /// The seven names.
    #[must_use]
    pub fn all(&self) -> [&str; 7] {
        [&self.id, &self.date, &self.issuer, &self.publisher, &self.title, &self.url, &self.text]
    }
}

/// Bytes of the largest document that is read unless told otherwise: 64 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 64 << 20;

/// How to read documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Format of standard input and of files whose name does not tell; `None` looks at the first byte.
    pub format: Option<Format>,
    /// Names of the fields.
    pub fields: FieldNames,
    /// Bytes a document (a text file, a line of JSONL, a record of CSV) may have; a longer one is rejected.
    pub max_document_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { format: None, fields: FieldNames::default(), max_document_bytes: MAX_DOCUMENT_BYTES }
    }
}

/// "is longer than the limit of 67108864 bytes (64 MiB)".
pub(crate) fn too_long(limit: usize) -> String {
    let mebibyte = 1 << 20;
    if limit >= mebibyte && limit.is_multiple_of(mebibyte) {
        format!("is longer than the limit of {limit} bytes ({} MiB)", limit / mebibyte)
    } else {
        format!("is longer than the limit of {limit} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_names_parse_back() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>(), Ok(format));
        }
        assert_eq!(Format::of_extension("NDJSON"), Some(Format::Jsonl));
        assert_eq!(Format::of_extension("docx"), None);
        let error = "docx".parse::<Format>().unwrap_err();
        assert_eq!(error.to_string(), "`docx` is not a document format; expected text, jsonl, csv or tsv");
    }
}
