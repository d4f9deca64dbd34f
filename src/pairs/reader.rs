//! Reading labelled pairs: JSONL files whose rows are pairs, or passages with several pairs.
//!
//! In: `.jsonl` files (`.gz`, `.zst` too), folders of them, `-`. Out: checked [`LabelledPair`]s with byte spans, and a
//! [`RowError`] that names the field for each row that cannot be used. Offsets in files are Unicode code points.
//! A row with `pairs` is a passage (see `passage`), any other row is one pair (see `row`).

mod mention;
mod row;

use super::{LabelledPair, passage};
use crate::{
    document::{Format, Lines, ReadOptions, Source, json_problem, sources_of},
    error::RowError,
};
use row::Place;
use serde_json::{Map, Value};
use std::{
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    sync::Arc,
};
use xxhash_rust::xxh3::Xxh3;

pub(super) use row::{Fields, Problem, RowPlace};

/// How to read pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairOptions {
    /// Whether a pair without a stance is rejected, as training and evaluation need.
    pub require_stance: bool,
    /// Bytes of the longest row; a longer one is rejected. 16 MiB unless told otherwise.
    pub max_line_bytes: usize,
}

impl Default for PairOptions {
    fn default() -> Self {
        Self { require_stance: false, max_line_bytes: 16 << 20 }
    }
}

/// What a file was when it was read, so that a model can say what it was trained on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct FileHash {
    /// The file name; inside the folder given, with the folders between. The same on every machine.
    pub name: String,
    /// XXH3 (64 bits) of the decompressed bytes after a byte order mark, as 16 hexadecimal digits.
    pub xxh3: String,
    /// Rows that are not blank, rejected ones among them.
    pub rows: u64,
}

/// All pairs of the files given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairSet {
    /// The pairs, in the order of the files and their lines.
    pub pairs: Vec<LabelledPair>,
    /// The rows that could not be used, in the same order.
    pub rejected: Vec<RowError>,
    /// The files, in the order read.
    pub files: Vec<FileHash>,
}

/// Reads every pair of `inputs` (files, folders, `-`).
///
/// # Errors
/// When an input does not exist or a folder holds no pair file. Rows that cannot be used, and files that cannot be
/// opened or are damaged, are in [`PairSet::rejected`].
pub fn read_pairs(inputs: &[PathBuf], options: &PairOptions) -> Result<PairSet, RowError> {
    let mut reader = PairReader::new(inputs, options)?;
    let mut set = PairSet::default();
    for row in reader.by_ref() {
        match row {
            Ok(pairs) => set.pairs.extend(pairs),
            Err(error) => set.rejected.push(error),
        }
    }
    set.files = reader.files;
    Ok(set)
}

/// The rows of pair files, one after another; a row that is a passage gives several pairs.
///
/// Holds one row at a time. After an error the next row goes on.
pub struct PairReader {
    sources: std::vec::IntoIter<Source>,
    current: Option<PairFile>,
    files: Vec<FileHash>,
    options: PairOptions,
}

impl PairReader {
    /// The rows of `inputs`: files, folders (their `.jsonl` and `.ndjson`, sorted), `-`.
    ///
    /// # Errors
    /// When an input does not exist or a folder holds no pair file.
    pub fn new(inputs: &[PathBuf], options: &PairOptions) -> Result<Self, RowError> {
        let read = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
        let sources = sources_of(inputs, &read, &[Format::Jsonl])?;
        if let Some(other) = sources.iter().find(|source| source.format() != Some(Format::Jsonl)) {
            return Err(RowError::file(&**other.name(), "is no JSONL file; pairs are read from `.jsonl`"));
        }
        Ok(Self { sources: sources.into_iter(), current: None, files: Vec::new(), options: options.clone() })
    }

    /// The files read to their end so far.
    #[must_use]
    pub fn files(&self) -> &[FileHash] {
        &self.files
    }
}

impl Iterator for PairReader {
    type Item = Result<Vec<LabelledPair>, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(file) = &mut self.current {
                if let Some(row) = file.next(&self.options) {
                    return Some(row);
                }
                self.files.extend(self.current.take().map(PairFile::hash));
            }
            let source = self.sources.next()?;
            match PairFile::open(&source, &self.options) {
                Ok(file) => self.current = Some(file),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// One file that is being read.
struct PairFile {
    lines: Lines<BufReader<Hashing<Box<dyn BufRead + Send>>>>,
    place: Place,
    name: Arc<str>,
    rows: u64,
}

impl PairFile {
    fn open(source: &Source, options: &PairOptions) -> Result<Self, RowError> {
        let reader = BufReader::with_capacity(1 << 16, Hashing { inner: source.open()?.reader, hash: Xxh3::new() });
        Ok(Self {
            lines: Lines::new(reader, source.name(), options.max_line_bytes),
            place: Place { file: Arc::clone(source.name()), stem: Arc::clone(source.stem()) },
            name: Arc::clone(source.relative()),
            rows: 0,
        })
    }

    fn next(&mut self, options: &PairOptions) -> Option<Result<Vec<LabelledPair>, RowError>> {
        loop {
            let (line, text) = self.lines.next()?;
            let text = match text {
                Ok(text) if text.trim().is_empty() => continue,
                other => other,
            };
            self.rows += 1;
            return Some(text.and_then(|text| parse(&text, &RowPlace { place: &self.place, line, options })));
        }
    }

    fn hash(self) -> FileHash {
        let hash = self.lines.reader().get_ref().hash.digest();
        FileHash { name: self.name.to_string(), xxh3: format!("{hash:016x}"), rows: self.rows }
    }
}

fn parse(text: &str, place: &RowPlace<'_>) -> Result<Vec<LabelledPair>, RowError> {
    pairs_of(&row_object(text, &place.place.file, place.line)?, place)
}

/// The object that a line holds.
pub(crate) fn row_object(text: &str, file: &str, line: u64) -> Result<Map<String, Value>, RowError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(_) => Err(RowError::line(file, line, "expected one JSON object a line")),
        Err(wrong) => Err(RowError::line(file, line, json_problem(&wrong))),
    }
}

/// The pairs of a row of `source` that is parsed already.
pub(crate) fn row_pairs(
    row: &Map<String, Value>,
    source: &Source,
    line: u64,
    options: &PairOptions,
) -> Result<Vec<LabelledPair>, RowError> {
    let place = Place { file: Arc::clone(source.name()), stem: Arc::clone(source.stem()) };
    pairs_of(row, &RowPlace { place: &place, line, options })
}

fn pairs_of(row: &Map<String, Value>, place: &RowPlace<'_>) -> Result<Vec<LabelledPair>, RowError> {
    let error = |problem: String| RowError::line(&*place.place.file, place.line, problem);
    let found = if row.contains_key("pairs") {
        passage::pairs(row, place)
    } else {
        row::pair(row, place).map(|pair| vec![pair])
    };
    let id =
        row.get("id").and_then(|id| id.as_str().map(str::to_owned).or_else(|| id.as_number().map(ToString::to_string)));
    found.map_err(|wrong| error(wrong.problem).field(wrong.field).of_row(id))
}

/// Hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Xxh3,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
