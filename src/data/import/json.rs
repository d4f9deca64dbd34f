//! JSON records: lines, or the elements of one array, and their fields.

use super::{
    ImportError, ImportOptions, Imported, Sink,
    records::{Damage, Pieces, Place, lines_of, shown},
};
use crate::{
    document::{Source, json_problem, kind, too_long},
    error::RowError,
};
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// Calls `read` with every object of the files (one a line, or all in one array) and passes on what it gives.
pub(super) fn each_object(
    sources: &[Source],
    options: &ImportOptions,
    sink: Sink<'_>,
    read: &mut dyn FnMut(&Place<'_>, &Object) -> Pieces,
) -> Result<(), ImportError> {
    for source in sources {
        let opened = source.open().and_then(|opened| {
            opened.first_byte().map_err(|error| RowError::file(&**source.name(), error.to_string()))
        });
        match opened {
            Ok((Some(b'['), opened)) => array(opened.reader, source, options, sink, read)?,
            Ok((_, opened)) => lines_of(opened, source, options, sink, &mut |place, line| {
                object_of(line).and_then(|object| read(place, &object))
            })?,
            Err(error) => sink(Imported::Rejected(error))?,
        }
    }
    Ok(())
}

/// The object that a line is.
pub(super) fn object_of(line: &str) -> Result<Object, Damage> {
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Damage::new("expected one JSON object a line")),
        Err(error) => Err(Damage::new(json_problem(&error))),
    }
}

/// Reads the elements of an array one at a time.
fn array(
    reader: impl Read,
    source: &Source,
    options: &ImportOptions,
    sink: Sink<'_>,
    read: &mut dyn FnMut(&Place<'_>, &Object) -> Pieces,
) -> Result<(), ImportError> {
    let mut failed = None;
    let mut index = 0;
    let since = Cell::new(0);
    let mut take = |value: Value| {
        since.set(0);
        let place = Place { file: source.name(), stem: source.stem(), line: None, index };
        let pieces = match &value {
            Value::Object(object) => read(&place, object),
            other => Err(Damage::new(format!("is {}; expected an object", kind(other)))),
        };
        // There are no lines to name, so an element is named by its number.
        let pieces = pieces.map_err(|damage| numbered(index, damage)).map(|pieces| {
            pieces
                .into_iter()
                .map(|piece| match piece {
                    Imported::Rejected(RowError { line: None, field, problem, .. }) => {
                        place.rejected(numbered(index, Damage { field, problem }))
                    }
                    other => other,
                })
                .collect()
        });
        index += 1;
        place.pass(pieces, sink).inspect_err(|error| failed = Some(io::Error::new(error.kind(), error.to_string())))
    };
    let reader = Bounded { reader, since: &since, limit: options.max_record_bytes };
    let mut parser = serde_json::Deserializer::from_reader(reader);
    let parsed = Elements(&mut take).deserialize(&mut parser).and_then(|()| parser.end());
    if let Some(error) = failed {
        return Err(error.into());
    }
    if let Err(error) = parsed {
        let text = error.to_string();
        let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
        let wrong = if error.is_io() { String::new() } else { format!("wrong JSON at column {}: ", error.column()) };
        let line = u64::try_from(error.line()).unwrap_or(u64::MAX).max(1);
        let problem = format!("{wrong}{problem}; nothing is read from here on");
        sink(Imported::Rejected(RowError::line(&**source.name(), line, problem)))?;
    }
    Ok(())
}

/// Ends with an error when more than `limit` bytes are read for one element.
struct Bounded<'c, R> {
    reader: R,
    /// Bytes read since the last element.
    since: &'c Cell<usize>,
    limit: usize,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.since.set(self.since.get().saturating_add(count));
        if self.since.get() > self.limit {
            return Err(io::Error::other(format!("an element {}", too_long(self.limit))));
        }
        Ok(count)
    }
}

fn numbered(index: usize, damage: Damage) -> Damage {
    let field = damage.field.map_or_else(|| format!("[{index}]"), |field| format!("[{index}].{field}"));
    Damage::of(field, damage.problem)
}

/// Hands on every element of an array.
struct Elements<'f>(&'f mut dyn FnMut(Value) -> io::Result<()>);

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Value>()? {
            (self.0)(element).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// A string that must be there.
pub(super) fn string<'o>(object: &'o Object, path: &str, name: &str) -> Result<&'o str, Damage> {
    let field = || format!("{path}{name}");
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(Damage::of(field(), "is missing")),
        Some(other) => Err(Damage::of(field(), format!("is {}; expected a string", kind(other)))),
    }
}

/// A string that may be missing or null.
pub(super) fn string_or_none<'o>(object: &'o Object, path: &str, name: &str) -> Result<Option<&'o str>, Damage> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => string(object, path, name).map(Some),
    }
}

/// A string or a number, as text.
pub(super) fn key(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number from 0.
pub(super) fn offset(object: &Object, path: &str, name: &str) -> Result<u64, Damage> {
    let field = || format!("{path}{name}");
    let value = object.get(name).filter(|value| !value.is_null()).ok_or_else(|| Damage::of(field(), "is missing"))?;
    // `4.0` counts, as tables with gaps write it; up to 2^53 every whole f64 is exact.
    let float = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..9e15).contains(number));
    value
        .as_u64()
        .or(float.map(|number| number as u64))
        .ok_or_else(|| Damage::of(field(), format!("is {}; expected a whole number from 0", shown(&value.to_string()))))
}

/// The objects of an array; none where it is missing or null.
pub(super) fn objects<'o>(object: &'o Object, path: &str, name: &str) -> Result<Vec<&'o Object>, Damage> {
    let list = match object.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(other) => {
            return Err(Damage::of(format!("{path}{name}"), format!("is {}; expected an array", kind(other))));
        }
    };
    let object = |(index, value): (usize, &'o Value)| match value {
        Value::Object(object) => Ok(object),
        other => Err(Damage::of(format!("{path}{name}[{index}]"), format!("is {}; expected an object", kind(other)))),
    };
    list.iter().enumerate().map(object).collect()
}
