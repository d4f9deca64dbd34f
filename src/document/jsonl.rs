//! JSON lines: one object a line, one document an object.
//!
//! Fields are found by [`FieldNames`]; unknown ones are passed over without being built; `null` is the same as absent.

use super::{
    Document, FieldNames, ReadOptions,
    lines::Lines,
    row::{Row, listed},
    stream::Opened,
};
use crate::error::RowError;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, io::BufRead, sync::Arc};

/// The documents of one JSONL file.
pub(super) struct JsonlDocuments {
    lines: Lines<Box<dyn BufRead + Send>>,
    file: Arc<str>,
    options: Arc<ReadOptions>,
}

impl JsonlDocuments {
    pub(super) fn new(opened: Opened, file: &Arc<str>, options: Arc<ReadOptions>) -> Self {
        Self { lines: Lines::of(opened, file, options.max_document_bytes), file: Arc::clone(file), options }
    }
}

impl Iterator for JsonlDocuments {
    type Item = Result<Document, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.lines.next()? {
                (_, Err(error)) => return Some(Err(error)),
                (_, Ok(text)) if text.trim().is_empty() => {}
                (line, Ok(text)) => return Some(parse(&text, &self.file, line, &self.options.fields)),
            }
        }
    }
}

fn parse(line_text: &str, file: &str, line: u64, names: &FieldNames) -> Result<Document, RowError> {
    let error = |problem: String| RowError::line(file, line, problem);
    let mut parser = serde_json::Deserializer::from_str(line_text);
    let mut wanted = Wanted(names)
        .deserialize(&mut parser)
        .and_then(|wanted| parser.end().map(|()| wanted))
        .map_err(|wrong| error(json_problem(&wrong)))?;
    // Names may coincide (a title that is also the id), so values are copied unless it is the text.
    let mut string = |name: &str, numbers: bool, last: bool| -> Result<Option<String>, RowError> {
        let value = if last { wanted.remove(name) } else { wanted.get(name).cloned() };
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) if numbers => Ok(Some(number.to_string())),
            Some(other) => {
                let expected = if numbers { "a string or a number" } else { "a string" };
                Err(error(format!("is {}; expected {expected}", kind(&other))).field(name))
            }
        }
    };
    let row = Row {
        id: string(&names.id, true, false)?,
        date: string(&names.date, true, false)?,
        issuer: string(&names.issuer, false, false)?,
        publisher: string(&names.publisher, false, false)?,
        title: string(&names.title, false, false)?,
        url: string(&names.url, false, false)?,
        text: string(&names.text, false, true)?,
    };
    row.document(file, line, names, || {
        let found: BTreeMap<String, IgnoredAny> = serde_json::from_str(line_text).unwrap_or_default();
        listed(found.keys().map(String::as_str))
    })
}

/// Builds only the values of the named fields.
struct Wanted<'n>(&'n FieldNames);

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = BTreeMap<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("one JSON object a line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let names = self.0.all();
        let mut found = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if names.contains(&key.as_str()) {
                let value: Value = map.next_value()?;
                if found.insert(key.clone(), value).is_some() {
                    return Err(A::Error::custom(format_args!("field `{key}` stands twice in the row")));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// What kind of JSON value it is, with its article.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A parser's error without its line, which is that of the row and always 1.
pub(crate) fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    format!("wrong JSON at column {}: {problem}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Documents;

    fn read(text: &str) -> Vec<Result<Document, String>> {
        let options = ReadOptions { format: Some(super::super::Format::Jsonl), ..ReadOptions::default() };
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        Documents::of_reader("f.jsonl", bytes, options).map(|d| d.map_err(|error| error.to_string())).collect()
    }

    fn problem(line: &str) -> String {
        let found = read(line);
        assert_eq!(found.len(), 1, "{line}");
        found.into_iter().next().unwrap().unwrap_err()
    }

    #[test]
    fn fields_are_read_and_unknown_ones_ignored() {
        let found = read(concat!(
            "\u{FEFF}{\"id\":7,\"date\":\"1987-03\",\"issuer\":\"RUS\",\"publisher\":null,\"title\":\" T \",\"text\":\" a\\u00e9\",",
            "\"other\":{\"deep\":[1,2,{}]}}\r\n\n   \n{\"text\":\"b\",\"id\":\"\",\"date\":2023}\n"
        ));
        assert_eq!(found.len(), 2);
        let first = found[0].as_ref().unwrap();
        assert_eq!((first.id.as_str(), first.text.as_str()), ("7", " aé"));
        assert_eq!((first.issuer.as_deref(), first.publisher.as_deref()), (Some("RUS"), None));
        assert_eq!(first.title.as_deref(), Some("T"));
        assert_eq!(first.date.unwrap().to_string(), "1987-03");
        let second = found[1].as_ref().unwrap();
        assert_eq!(second.id, "f.jsonl:4");
        assert_eq!(second.date.unwrap().to_string(), "2023");
    }

    #[test]
    fn bad_rows_name_the_field_and_what_was_found() {
        assert_eq!(problem(r#"{"b":1,"a":2}"#), "f.jsonl:1: field `text`: is missing; the row has `a`, `b`");
        assert_eq!(problem("{}"), "f.jsonl:1: field `text`: is missing; the row has no fields");
        assert_eq!(problem(r#"{"text":null}"#), "f.jsonl:1: field `text`: is missing; the row has `text`");
        assert_eq!(problem(r#"{"text":" \n"}"#), "f.jsonl:1: field `text`: is empty");
        assert_eq!(problem(r#"{"text":["a"]}"#), "f.jsonl:1: field `text`: is an array; expected a string");
        assert_eq!(problem(r#"{"text":5}"#), "f.jsonl:1: field `text`: is a number; expected a string");
        assert_eq!(
            problem(r#"{"text":"a","id":true}"#),
            "f.jsonl:1: field `id`: is true or false; expected a string or a number"
        );
        assert_eq!(
            problem(r#"{"text":"a","date":"6 Jan"}"#),
            "f.jsonl:1: field `date`: `6 Jan` is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD"
        );
        assert!(problem(r#"{"text":"a","text":"b"}"#).contains("field `text` stands twice"));
    }

    #[test]
    fn wrong_json_rejects_its_own_line_only() {
        let found = read("{\"text\":\"a\"}\n{\"text\":\"b\n[1]\n{\"text\":\"c\"} x\n{\"text\":\"d\"}\n");
        assert_eq!(found.len(), 5);
        assert!(found[0].is_ok() && found[4].is_ok());
        assert!(found[1].as_ref().unwrap_err().starts_with("f.jsonl:2: wrong JSON at column"), "{found:?}");
        assert!(found[2].as_ref().unwrap_err().contains("expected one JSON object a line"), "{found:?}");
        assert!(found[3].as_ref().unwrap_err().contains("trailing characters"), "{found:?}");
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        assert!(problem(&format!("{{\"title\":{open}{close},\"text\":\"a\"}}")).contains("recursion limit"));
        // What is not wanted is passed over without being built.
        assert!(read(&format!("{{\"x\":{open}{close},\"text\":\"a\"}}"))[0].is_ok());
    }
}
