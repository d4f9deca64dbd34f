//! From the named fields of a row, whatever format they came from, to a checked [`Document`].

use super::{Document, FieldNames};
use crate::error::RowError;

/// The fields of a row that make a document, as text; `None` where the row has none.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) id: Option<String>,
    pub(super) date: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) text: Option<String>,
}

impl Row {
    /// The document of the row; `found` lists the names the row has, for the error when the text is missing.
    pub(super) fn document(
        self,
        file: &str,
        line: u64,
        names: &FieldNames,
        found: impl FnOnce() -> String,
    ) -> Result<Document, RowError> {
        let error = |field: &str, problem: String| RowError::line(file, line, problem).field(field);
        let Some(text) = self.text else {
            return Err(error(&names.text, format!("is missing; the row has {}", found())));
        };
        if text.trim().is_empty() {
            return Err(error(&names.text, "is empty".to_owned()));
        }
        let date = match filled(self.date) {
            Some(date) => Some(date.parse().map_err(|wrong| error(&names.date, format!("{wrong}")))?),
            None => None,
        };
        Ok(Document {
            id: filled(self.id).unwrap_or_else(|| format!("{file}:{line}")),
            date,
            issuer: filled(self.issuer),
            publisher: filled(self.publisher),
            title: filled(self.title),
            url: filled(self.url),
            text,
        })
    }
}

/// A value without the white space around it; `None` when nothing is left.
fn filled(value: Option<String>) -> Option<String> {
    value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Names as an error shows them: `a`, `b`, ... with a count of those left out.
pub(super) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 20;
    let count = names.len();
    if count == 0 {
        return "no fields".to_owned();
    }
    let shown: Vec<String> =
        names.take(SHOWN).map(|name| format!("`{}`", name.chars().take(60).collect::<String>())).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
