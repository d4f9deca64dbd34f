//! Files of rows that can be read more than once.
//!
//! In: files, folders, `-`. Out: their lines, in batches that threads can share. Standard input is put into a temporary
//! file first. Holds one batch of lines at a time.

use crate::{
    document::{Format, Lines, ReadOptions, Source, sources_of},
    error::RowError,
};
use std::{io, path::PathBuf};
use tempfile::NamedTempFile;

/// Lines of a batch, at most.
const BATCH_LINES: usize = 8_192;
/// Bytes after which a batch is full.
const BATCH_BYTES: usize = 4 << 20;
/// Bytes of the longest row; a longer one is rejected.
const LONGEST_LINE: usize = 16 << 20;

/// Why no rows can be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// An input does not exist, or a folder holds no JSONL file.
    #[error(transparent)]
    Input(#[from] RowError),
    /// Standard input cannot be kept for a second reading.
    #[error("standard input cannot be put into a temporary file: {0}")]
    Spool(#[source] io::Error),
    /// More rows than can be numbered.
    #[error("there are more than {0} rows")]
    TooManyRows(u32),
    /// There is nothing to work on.
    #[error("no row could be read")]
    NoRows,
}

/// JSONL files, in a fixed order.
#[derive(Debug)]
pub struct Corpus {
    sources: Vec<Source>,
    /// Standard input as it was read; removed with the value.
    _spool: Option<NamedTempFile>,
}

/// One line that is not blank, or what is wrong with it or its file.
#[derive(Debug)]
pub(crate) struct Line {
    /// Index of the file.
    pub(crate) file: u32,
    /// 1-based; 0 where the whole file is meant.
    pub(crate) number: u32,
    /// The line without its end.
    pub(crate) text: Result<String, RowError>,
}

impl Corpus {
    /// The JSONL files (`.gz`, `.zst` too) that `inputs` name: files, folders, `-`.
    ///
    /// # Errors
    /// When an input does not exist or is no JSONL file, or standard input cannot be kept.
    pub fn new(inputs: &[PathBuf]) -> Result<Self, CorpusError> {
        let options = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
        let mut sources = sources_of(inputs, &options, &[Format::Jsonl])?;
        if let Some(other) = sources.iter().find(|source| source.format() != Some(Format::Jsonl)) {
            return Err(RowError::file(&**other.name(), "is no JSONL file; pairs are read from `.jsonl`").into());
        }
        let mut spool = None;
        for source in sources.iter_mut().filter(|source| source.is_standard_input()) {
            let mut file = NamedTempFile::new().map_err(CorpusError::Spool)?;
            io::copy(&mut io::stdin().lock(), file.as_file_mut()).map_err(CorpusError::Spool)?;
            *source = Source::spooled(file.path(), Some(Format::Jsonl));
            spool = Some(file);
        }
        Ok(Self { sources, _spool: spool })
    }

    /// The files.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Gives all lines that are not blank to `take`, in order, some thousands at a time.
    pub(crate) fn read<E>(&self, mut take: impl FnMut(Vec<Line>) -> Result<(), E>) -> Result<(), E> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for (file, source) in self.sources.iter().enumerate() {
            let file = u32::try_from(file).unwrap_or(u32::MAX);
            let opened = match source.open() {
                Ok(opened) => opened,
                Err(error) => {
                    batch.push(Line { file, number: 0, text: Err(error) });
                    continue;
                }
            };
            for (number, text) in Lines::of(opened, source.name(), LONGEST_LINE) {
                if text.as_ref().is_ok_and(|text| text.trim_ascii().is_empty()) {
                    continue;
                }
                bytes += text.as_ref().map_or(0, String::len);
                batch.push(Line { file, number: u32::try_from(number).unwrap_or(u32::MAX), text });
                if batch.len() == BATCH_LINES || bytes >= BATCH_BYTES {
                    take(std::mem::take(&mut batch))?;
                    bytes = 0;
                }
            }
        }
        if batch.is_empty() { Ok(()) } else { take(batch) }
    }
}
