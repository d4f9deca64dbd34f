//! CSV and TSV: a header, then one document a record (RFC 4180; quoted fields may hold line breaks).

mod records;

use super::{
    Document, ReadOptions,
    options::too_long,
    row::{Row, listed},
    stream::Opened,
};
use crate::error::RowError;
pub(crate) use records::{Outcome, Records};
use std::{io::BufRead, sync::Arc};

/// The documents of one CSV or TSV file.
pub(super) struct DelimitedDocuments {
    records: Records<Box<dyn BufRead + Send>>,
    file: Arc<str>,
    options: Arc<ReadOptions>,
    columns: Option<Columns>,
    ended: bool,
}

/// Where the fields stand.
struct Columns {
    count: usize,
    id: Option<usize>,
    date: Option<usize>,
    issuer: Option<usize>,
    publisher: Option<usize>,
    title: Option<usize>,
    url: Option<usize>,
    text: usize,
}

impl DelimitedDocuments {
    pub(super) fn new(opened: Opened, delimiter: u8, file: &Arc<str>, options: Arc<ReadOptions>) -> Self {
        let records = Records::new(opened.reader, delimiter, options.max_document_bytes);
        Self { records, file: Arc::clone(file), options, columns: None, ended: false }
    }

    fn error(&self, problem: impl Into<String>) -> RowError {
        RowError::line(&*self.file, self.records.start, problem)
    }

    /// Reads the next record; `None` at the end of the file.
    fn record(&mut self) -> Option<Result<(), RowError>> {
        match self.records.read() {
            Ok(Outcome::End) => None,
            Ok(Outcome::Record) => Some(Ok(())),
            Ok(Outcome::TooLong) => {
                Some(Err(self.error(format!("record {}", too_long(self.options.max_document_bytes)))))
            }
            Ok(Outcome::Unclosed(line)) => Some(Err(self.error(format!(
                "the quote that opens a field on line {line} is never closed; nothing is read from here on"
            )))),
            Err(wrong) => {
                self.ended = true;
                Some(Err(RowError::line(
                    &*self.file,
                    self.records.line,
                    format!("{wrong}; nothing is read from here on"),
                )))
            }
        }
    }

    fn header(&self) -> Result<Columns, RowError> {
        let mut names = Vec::new();
        for field in self.records.fields() {
            let name = std::str::from_utf8(field).map_err(|_| self.error("the header is not UTF-8"))?;
            names.push(name.trim());
        }
        let fields = &self.options.fields;
        let place = |wanted: &str| -> Result<Option<usize>, RowError> {
            let mut places = names.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(place, _)| place);
            let first = places.next();
            if places.next().is_some() {
                return Err(self.error("stands twice in the header").field(wanted));
            }
            Ok(first)
        };
        let Some(text) = place(&fields.text)? else {
            let hint = match names.as_slice() {
                [only] if only.contains([';', '\t', '|', ',']) => " (is the file separated by another character?)",
                _ => "",
            };
            let found = listed(names.iter().copied());
            return Err(self
                .error(format!("the header has no such column; its columns are {found}{hint}"))
                .field(&fields.text));
        };
        Ok(Columns {
            count: names.len(),
            id: place(&fields.id)?,
            date: place(&fields.date)?,
            issuer: place(&fields.issuer)?,
            publisher: place(&fields.publisher)?,
            title: place(&fields.title)?,
            url: place(&fields.url)?,
            text,
        })
    }

    fn document(&self, columns: &Columns) -> Result<Document, RowError> {
        let count = self.records.ends.len();
        if count != columns.count {
            return Err(self.error(format!("has {count} fields where the header has {}", columns.count)));
        }
        let mut fields = Vec::with_capacity(count);
        for (place, field) in self.records.fields().enumerate() {
            let field = std::str::from_utf8(field).map_err(|wrong| {
                self.error(format!("invalid UTF-8 at byte {} of column {}", wrong.valid_up_to(), place + 1))
            })?;
            fields.push(field);
        }
        let get = |place: Option<usize>| place.and_then(|place| fields.get(place)).map(|field| (*field).to_owned());
        let row = Row {
            id: get(columns.id),
            date: get(columns.date),
            issuer: get(columns.issuer),
            publisher: get(columns.publisher),
            title: get(columns.title),
            url: get(columns.url),
            text: get(Some(columns.text)),
        };
        row.document(&self.file, self.records.start, &self.options.fields, String::new)
    }
}

impl Iterator for DelimitedDocuments {
    type Item = Result<Document, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let columns = if let Some(columns) = self.columns.take() {
            columns
        } else {
            // Without a header nothing in the file can be understood: one error, and the end.
            let header = match self.record() {
                None => Err(RowError::file(&*self.file, "is empty; expected a header with the names of the columns")),
                Some(read) => read.and_then(|()| self.header()),
            };
            match header {
                Ok(columns) => columns,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        };
        let item = self.record().map(|read| read.and_then(|()| self.document(&columns)));
        self.columns = Some(columns);
        if item.is_none() {
            self.ended = true;
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Documents, Format};
    use std::io::Cursor;

    fn read_as(format: Format, bytes: &[u8], limit: usize) -> Vec<Result<Document, String>> {
        let options = ReadOptions { format: Some(format), max_document_bytes: limit, ..ReadOptions::default() };
        let bytes = Cursor::new(bytes.to_vec());
        Documents::of_reader("f.csv", bytes, options).map(|d| d.map_err(|error| error.to_string())).collect()
    }

    fn read(bytes: &[u8]) -> Vec<Result<Document, String>> {
        read_as(Format::Csv, bytes, 1000)
    }

    #[test]
    fn quoted_fields_may_hold_delimiters_quotes_and_line_breaks() {
        let found = read(b"\xEF\xBB\xBF\"id\", text ,date\r\n7,\"a, \"\"b\"\"\r\nc\",2023\r\n\r\n,5\" pipe,\n");
        assert_eq!(found.len(), 2);
        let first = found[0].as_ref().unwrap();
        assert_eq!((first.id.as_str(), first.text.as_str()), ("7", "a, \"b\"\r\nc"));
        assert_eq!(first.date.unwrap().to_string(), "2023");
        let second = found[1].as_ref().unwrap();
        assert_eq!((second.id.as_str(), second.text.as_str()), ("f.csv:5", "5\" pipe"));
        let tabs = read_as(Format::Tsv, b"text\tissuer\na, b\tRUS\n", 100);
        assert_eq!(tabs[0].as_ref().unwrap().text, "a, b");
        assert_eq!(tabs[0].as_ref().unwrap().issuer.as_deref(), Some("RUS"));
    }

    #[test]
    fn a_bad_record_is_rejected_with_its_line_and_the_rest_goes_on() {
        let found = read(b"id,text\n1,a\n2\n3,b,c\n4,\xFF\n5,\n6,\"x\ny\"\n7,z\n");
        let problems: Vec<&str> = found.iter().map(|d| d.as_ref().map_or_else(String::as_str, |d| &d.id)).collect();
        assert_eq!(
            problems,
            [
                "1",
                "f.csv:3: has 1 fields where the header has 2",
                "f.csv:4: has 3 fields where the header has 2",
                "f.csv:5: invalid UTF-8 at byte 0 of column 2",
                "f.csv:6: field `text`: is empty",
                "6",
                "7"
            ]
        );
    }

    #[test]
    fn a_header_without_the_text_gives_one_error() {
        let only = |bytes: &[u8]| {
            let found = read(bytes);
            assert_eq!(found.len(), 1);
            found.into_iter().next().unwrap().unwrap_err()
        };
        assert_eq!(
            only(b"id,body\n1,a\n2,b\n"),
            "f.csv:1: field `text`: the header has no such column; its columns are `id`, `body`"
        );
        assert!(only(b"id;text\n1;a\n").ends_with("(is the file separated by another character?)"));
        assert_eq!(only(b""), "f.csv: is empty; expected a header with the names of the columns");
        assert_eq!(only(b"text,text\n1,a\n"), "f.csv:1: field `text`: stands twice in the header");
        assert_eq!(only(b"t\xFFxt\na\n"), "f.csv:1: the header is not UTF-8");
        assert!(read(b"id,text\n").is_empty());
    }

    #[test]
    fn a_record_over_the_limit_is_skipped_and_an_open_quote_is_named() {
        let found = read_as(Format::Csv, b"id,text\n1,0123456789012345678901234567890\n2,b\n3,\"c\nd\n4,e\n", 30);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], Err("f.csv:2: record is longer than the limit of 30 bytes".into()));
        assert_eq!(found[1].as_ref().unwrap().id, "2");
        let error = found[2].as_ref().unwrap_err();
        assert!(error.starts_with("f.csv:4: the quote that opens a field on line 4 is never closed"), "{error}");
        let commas = [b"id,text\n".to_vec(), vec![b','; 200], b"\n2,b\n".to_vec()].concat();
        let found = read_as(Format::Csv, &commas, 30);
        assert_eq!(found[0], Err("f.csv:2: record is longer than the limit of 30 bytes".into()));
        assert!(found[1].is_ok());
    }
}
