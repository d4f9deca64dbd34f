//! Records of the files to import: lines, delimited records, small whole files; and what is wrong with them.

use super::{ImportError, ImportOptions, Imported, PairRow, Sink};
use crate::{
    document::{Lines, Opened, Outcome, ReadOptions, Records, Source, sources_by_extension, too_long},
    error::RowError,
    span::{CodePoints, Span},
};
use std::{io::Read, path::PathBuf};

/// What is wrong with a record; becomes a [`RowError`] with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) field: Option<String>,
    pub(super) problem: String,
}

impl Damage {
    /// Something about the whole record.
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { field: None, problem: problem.into() }
    }

    /// Something about a field.
    pub(super) fn of(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: Some(field.into()), problem: problem.into() }
    }
}

/// What a record gives.
pub(super) type Pieces = Result<Vec<Imported>, Damage>;

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// File as the user gave it.
    pub(super) file: &'p str,
    /// The file's name without folders and extensions.
    pub(super) stem: &'p str,
    /// 1-based line; `None` where records are not lines.
    pub(super) line: Option<u64>,
    /// Number of the record in its file, from 0; blank lines and headers do not count.
    pub(super) index: usize,
}

impl Place<'_> {
    /// The error of a damaged record.
    pub(super) fn error(&self, damage: Damage) -> RowError {
        let error = match self.line {
            Some(line) => RowError::line(self.file, line, damage.problem),
            None => RowError::file(self.file, damage.problem),
        };
        match damage.field {
            Some(field) => error.field(field),
            None => error,
        }
    }

    /// A damaged record as a piece.
    pub(super) fn rejected(&self, damage: Damage) -> Imported {
        Imported::Rejected(self.error(damage))
    }

    /// Passes the pieces of a record on.
    pub(super) fn pass(&self, pieces: Pieces, sink: Sink<'_>) -> std::io::Result<()> {
        match pieces {
            Ok(pieces) => pieces.into_iter().try_for_each(sink),
            Err(damage) => sink(self.rejected(damage)),
        }
    }
}

/// A row as a piece.
pub(super) fn row(row: PairRow) -> Imported {
    Imported::Row(Box::new(row))
}

/// A piece that says why a sound record makes no pair.
pub(super) fn left_out(reason: impl Into<String>) -> Imported {
    Imported::LeftOut(reason.into())
}

/// The files that `inputs` name; from folders those whose names end in one of `extensions` (before `.gz` or `.zst`).
pub(super) fn sources(inputs: &[PathBuf], extensions: &[&str]) -> Result<Vec<Source>, RowError> {
    sources_by_extension(inputs, &ReadOptions::default(), extensions)
}

/// Calls `read` with every line that is not blank and passes on what it gives.
pub(super) fn each_line(
    sources: &[Source],
    options: &ImportOptions,
    sink: Sink<'_>,
    read: &mut dyn FnMut(&Place<'_>, &str) -> Pieces,
) -> Result<(), ImportError> {
    for source in sources {
        match source.open() {
            Ok(opened) => lines_of(opened, source, options, sink, read)?,
            Err(error) => sink(Imported::Rejected(error))?,
        }
    }
    Ok(())
}

/// [`each_line`] of one opened file.
pub(super) fn lines_of(
    opened: Opened,
    source: &Source,
    options: &ImportOptions,
    sink: Sink<'_>,
    read: &mut dyn FnMut(&Place<'_>, &str) -> Pieces,
) -> Result<(), ImportError> {
    let mut index = 0;
    for (line, text) in Lines::of(opened, source.name(), options.max_record_bytes) {
        let place = Place { file: source.name(), stem: source.stem(), line: Some(line), index };
        match text {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => place.pass(read(&place, &text), sink)?,
            Err(error) => sink(Imported::Rejected(error))?,
        }
        index += 1;
    }
    Ok(())
}

/// Calls `read` with the fields of every record of delimited files and passes on what it gives.
///
/// `read` gets the first record of a file too, with the index 0, and whether it is to be counted is for it to say.
pub(super) fn each_record(
    sources: &[Source],
    options: &ImportOptions,
    sink: Sink<'_>,
    read: &mut dyn FnMut(&Place<'_>, &[&str]) -> Pieces,
) -> Result<(), ImportError> {
    for source in sources {
        let opened = match source.open() {
            Ok(opened) => opened,
            Err(error) => {
                sink(Imported::Rejected(error))?;
                continue;
            }
        };
        let mut records = Records::new(opened.reader, b'\t', options.max_record_bytes);
        let mut index = 0;
        loop {
            let outcome = records.read();
            let place = Place { file: source.name(), stem: source.stem(), line: Some(records.start), index };
            index += 1;
            let damage = match outcome {
                Ok(Outcome::End) => break,
                Ok(Outcome::Record) => {
                    let fields: Result<Vec<&str>, _> = records.fields().map(std::str::from_utf8).collect();
                    let pieces = match fields {
                        Ok(fields) => read(&place, &fields),
                        Err(_) => Err(Damage::new("invalid UTF-8")),
                    };
                    place.pass(pieces, sink)?;
                    continue;
                }
                Ok(Outcome::TooLong) => Damage::new(format!("record {}", too_long(options.max_record_bytes))),
                Ok(Outcome::Unclosed(line)) => {
                    Damage::new(format!("the quote that opens a field on line {line} is never closed"))
                }
                Err(error) => {
                    sink(place.rejected(Damage::new(format!("{error}; nothing is read from here on"))))?;
                    break;
                }
            };
            sink(place.rejected(damage))?;
        }
    }
    Ok(())
}

/// The whole text of a small file, decompressed.
pub(super) fn whole_text(source: &Source, limit: usize) -> Result<String, RowError> {
    let error = |problem: String| RowError::file(&**source.name(), problem);
    let mut bytes = Vec::new();
    let most = (limit as u64).saturating_add(1);
    source.open()?.reader.take(most).read_to_end(&mut bytes).map_err(|wrong| error(wrong.to_string()))?;
    if bytes.len() > limit {
        return Err(error(too_long(limit)));
    }
    String::from_utf8(bytes)
        .map_err(|wrong| error(format!("invalid UTF-8 at byte {}; save it as UTF-8", wrong.utf8_error().valid_up_to())))
}

/// The byte span of code point offsets; `words`, where given, must stand there.
pub(super) fn span(
    points: &CodePoints<'_>,
    text: &str,
    field: &str,
    (start, end): (u64, u64),
    words: Option<&str>,
) -> Result<Span, Damage> {
    let offset = |number: u64| usize::try_from(number).ok().filter(|number| *number <= points.total());
    let total = points.total();
    let place = offset(start).zip(offset(end)).and_then(|(start, end)| points.span(start, end));
    let Some(span) = place.filter(|span| !span.is_empty()) else {
        return Err(Damage::of(
            field,
            format!("{start}..{end} is no place in the text, which has {total} code points"),
        ));
    };
    match words {
        Some(words) if words != span.of(text) => {
            let found = span.of(text);
            Err(Damage::of(field, format!("text[{start}:{end}] is `{}`, not `{}`", shown(found), shown(words))))
        }
        _ => Ok(span),
    }
}

/// Text as an error quotes it: its first 60 characters.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
