//! All documents of all sources, one after another, each with its status.

use super::{
    Document, Format, ReadOptions, Source, delimited::DelimitedDocuments, jsonl::JsonlDocuments, stream::Opened, text,
};
use crate::error::RowError;
use std::{io::Read, sync::Arc};

type Current = Box<dyn Iterator<Item = Result<Document, RowError>> + Send>;

/// The documents of a list of sources, in order. Holds one document and a buffer, whatever the size of the corpus.
///
/// Every document and every row that is none gives one item. After an error the rest of the file, or the next
/// file, goes on.
pub struct Documents {
    sources: std::vec::IntoIter<Source>,
    current: Option<Current>,
    options: Arc<ReadOptions>,
}

impl Documents {
    /// The documents of `sources`, as [`super::sources`] lists them.
    #[must_use]
    pub fn new(sources: Vec<Source>, options: ReadOptions) -> Self {
        Self { sources: sources.into_iter(), current: None, options: Arc::new(options) }
    }

    /// The documents of one stream of bytes, compressed or not; `name` stands for the file in ids and errors.
    #[must_use]
    pub fn of_reader(name: &str, reader: impl Read + Send + 'static, options: ReadOptions) -> Self {
        let options = Arc::new(options);
        let name: Arc<str> = Arc::from(name);
        let current = Opened::new(Box::new(reader), None)
            .map_err(|error| RowError::file(&*name, error.to_string()))
            .and_then(|opened| documents(opened, &name, &name, options.format, &options))
            .unwrap_or_else(|error| Box::new(std::iter::once(Err(error))));
        Self { sources: Vec::new().into_iter(), current: Some(current), options }
    }
}

impl Iterator for Documents {
    type Item = Result<Document, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.current = None;
            let source = self.sources.next()?;
            let opened = source
                .open()
                .and_then(|opened| documents(opened, source.name(), source.stem(), source.format(), &self.options));
            match opened {
                Ok(current) => self.current = Some(current),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn documents(
    opened: Opened,
    name: &Arc<str>,
    stem: &Arc<str>,
    format: Option<Format>,
    options: &Arc<ReadOptions>,
) -> Result<Current, RowError> {
    let (format, opened) = match format {
        Some(format) => (format, opened),
        None => {
            let (first, opened) = opened.first_byte().map_err(|error| RowError::file(&**name, error.to_string()))?;
            (if first == Some(b'{') { Format::Jsonl } else { Format::Text }, opened)
        }
    };
    let options = Arc::clone(options);
    Ok(match format {
        Format::Text => Box::new(std::iter::once(text::read(opened, name, stem, options.max_document_bytes))),
        Format::Jsonl => Box::new(JsonlDocuments::new(opened, name, options)),
        Format::Csv => Box::new(DelimitedDocuments::new(opened, b',', name, options)),
        Format::Tsv => Box::new(DelimitedDocuments::new(opened, b'\t', name, options)),
    })
}
