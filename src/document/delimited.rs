//! CSV and TSV: a header, then one document a record (RFC 4180; quoted fields may hold line breaks).
//!
//! The `csv` crate would hold a record of any length, and one quote too many makes the rest of a file one record.
//! [`Records`] therefore splits records itself, holds at most the limit, skips what is longer and goes on. It reads
//! what the crate reads: a quote opens a field only at its start, and `\r`, `\n` and `\r\n` end a record.

use super::{
    Document, ReadOptions,
    options::too_long,
    row::{Row, listed},
    stream::{Opened, fill},
};
use crate::error::RowError;
use std::{
    io::{self, BufRead},
    sync::Arc,
};

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

/// What [`Records::read`] found.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// A record; its fields are held.
    Record,
    /// A record over the limit, skipped.
    TooLong,
    /// The file ended inside the quoted field that began on this line.
    Unclosed(u64),
    /// No more records.
    End,
}

/// Where in a record the reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a field.
    Start,
    /// In a field without quotes, or after the closing quote of one.
    Bare,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: the end of the field, or the first half of a doubled quote.
    QuoteSeen,
}

/// Splits bytes into records and fields, and holds one record of at most `limit` bytes.
struct Records<R> {
    reader: R,
    delimiter: u8,
    limit: usize,
    /// 1-based line of the next byte.
    line: u64,
    /// Line on which the record held begins.
    start: u64,
    /// The fields of the record, unquoted, one after another.
    bytes: Vec<u8>,
    /// Where each field ends in `bytes`.
    ends: Vec<usize>,
    long: bool,
}

impl<R: BufRead> Records<R> {
    const fn new(reader: R, delimiter: u8, limit: usize) -> Self {
        Self { reader, delimiter, limit, line: 1, start: 1, bytes: Vec::new(), ends: Vec::new(), long: false }
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.bytes[begin..*end])
    }

    /// Reads the next record that is not blank.
    fn read(&mut self) -> io::Result<Outcome> {
        self.bytes.clear();
        self.ends.clear();
        self.long = false;
        let mut state = State::Start;
        let mut begun = false;
        let mut opened = self.line;
        loop {
            let available = fill(&mut self.reader)?;
            if available.is_empty() {
                if !begun {
                    return Ok(Outcome::End);
                }
                if state == State::Quoted {
                    return Ok(Outcome::Unclosed(opened));
                }
                self.held().end_field();
                return Ok(self.outcome());
            }
            let mut held =
                Held { bytes: &mut self.bytes, ends: &mut self.ends, long: &mut self.long, limit: self.limit };
            let mut at = 0;
            let mut complete = false;
            while at < available.len() && !complete {
                let byte = available[at];
                let line_end = byte == b'\n' || byte == b'\r';
                if !begun {
                    if line_end {
                        self.line += u64::from(byte == b'\n');
                        at += 1;
                        continue;
                    }
                    begun = true;
                    self.start = self.line;
                }
                match state {
                    State::Quoted => {
                        let rest = &available[at..];
                        let length = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                        self.line += memchr::memchr_iter(b'\n', &rest[..length]).count() as u64;
                        held.push(&rest[..length]);
                        at += length;
                        if length < rest.len() {
                            state = State::QuoteSeen;
                            at += 1;
                        }
                    }
                    State::QuoteSeen if byte == b'"' => {
                        held.push(b"\"");
                        state = State::Quoted;
                        at += 1;
                    }
                    State::Start if byte == b'"' => {
                        opened = self.line;
                        state = State::Quoted;
                        at += 1;
                    }
                    _ if byte == self.delimiter => {
                        held.end_field();
                        state = State::Start;
                        at += 1;
                    }
                    _ if line_end => {
                        held.end_field();
                        self.line += u64::from(byte == b'\n');
                        complete = true;
                        at += 1;
                    }
                    _ => {
                        let rest = &available[at..];
                        let length = memchr::memchr3(self.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
                        held.push(&rest[..length]);
                        state = State::Bare;
                        at += length;
                    }
                }
            }
            self.reader.consume(at);
            if complete {
                return Ok(self.outcome());
            }
        }
    }

    fn held(&mut self) -> Held<'_> {
        Held { bytes: &mut self.bytes, ends: &mut self.ends, long: &mut self.long, limit: self.limit }
    }

    const fn outcome(&self) -> Outcome {
        if self.long { Outcome::TooLong } else { Outcome::Record }
    }
}

/// The part of [`Records`] that grows, kept within the limit.
struct Held<'r> {
    bytes: &'r mut Vec<u8>,
    ends: &'r mut Vec<usize>,
    long: &'r mut bool,
    limit: usize,
}

impl Held<'_> {
    fn push(&mut self, part: &[u8]) {
        if self.fits(part.len()) {
            self.bytes.extend_from_slice(part);
        }
    }

    fn end_field(&mut self) {
        if self.fits(0) {
            self.ends.push(self.bytes.len());
        }
    }

    /// Whether `more` bytes fit; what is held is let go when they do not. Fields count too, so that a line of
    /// nothing but delimiters stays within the limit.
    fn fits(&mut self, more: usize) -> bool {
        if !*self.long && self.bytes.len().saturating_add(self.ends.len()).saturating_add(more) > self.limit {
            *self.long = true;
            *self.bytes = Vec::new();
            *self.ends = Vec::new();
        }
        !*self.long
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Documents, Format};
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor};

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
        let problems: Vec<&str> = found.iter().map(|d| d.as_ref().map_or_else(|e| e.as_str(), |d| &d.id)).collect();
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

    proptest! {
        /// The reference is the `csv` crate, on anything at all.
        #[test]
        fn records_agree_with_the_csv_crate(text in "[a\",\\n\\r é]{0,60}", buffer in 1_usize..9) {
            // The crate takes an unclosed quote for closed at the end; here it is an error.
            let mut records = Records::new(BufReader::with_capacity(buffer, Cursor::new(text.clone())), b',', 1000);
            let mut found: Vec<Vec<Vec<u8>>> = Vec::new();
            let mut unclosed = false;
            loop {
                match records.read().unwrap() {
                    Outcome::Record => found.push(records.fields().map(<[u8]>::to_vec).collect()),
                    Outcome::End => break,
                    Outcome::Unclosed(_) => unclosed = true,
                    Outcome::TooLong => prop_assert!(false, "nothing is that long"),
                }
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let mut expected: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            if unclosed {
                expected.pop();
            }
            prop_assert_eq!(found, expected);
        }
    }
}
