//! Errors that more than one stage reports.

use std::fmt;

/// A row or file that could not be used: where it stands and what is wrong with it.
///
/// Shown as `FILE:LINE: field `NAME`: PROBLEM`, which editors jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// File name as the user gave it; `-` for standard input.
    pub file: String,
    /// 1-based line; `None` when the whole file is meant.
    pub line: Option<u64>,
    /// Field at fault, where one is.
    pub field: Option<String>,
    /// What is wrong and what was expected.
    pub problem: String,
    /// The row's own id, where it could still be read, so that an answer to it can carry it.
    pub id: Option<String>,
}

impl RowError {
    /// An error about a whole file.
    pub fn file(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, field: None, problem: problem.into(), id: None }
    }

    /// An error about one line.
    pub fn line(file: impl Into<String>, line: u64, problem: impl Into<String>) -> Self {
        Self { file: file.into(), line: Some(line), field: None, problem: problem.into(), id: None }
    }

    /// The same error, with the id of the row.
    #[must_use]
    pub fn of_row(mut self, id: Option<String>) -> Self {
        self.id = id;
        self
    }

    /// The same error, naming the field at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        write!(out, ": ")?;
        if let Some(field) = &self.field {
            write!(out, "field `{field}`: ")?;
        }
        write!(out, "{}", self.problem)
    }
}

impl std::error::Error for RowError {}
