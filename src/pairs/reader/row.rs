//! One row that is one pair, and the fields that pairs and passages share.

use super::{
    PairOptions,
    mention::{mention, whole},
};
use crate::{
    document::{PartialDate, kind},
    label::Root,
    pairs::{Act, LabelledPair, Stance, Tone},
    span::{CodePoints, Span},
};
use serde_json::{Map, Value};
use std::{fmt::Display, str::FromStr, sync::Arc};

/// What is wrong with a field; becomes a `RowError` with its file and line.
#[derive(Debug)]
pub(in super::super) struct Problem {
    pub(in super::super) field: String,
    pub(in super::super) problem: String,
}

impl Problem {
    pub(in super::super) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// The file a row is in.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) stem: Arc<str>,
}

/// Where a row stands.
pub(in super::super) struct RowPlace<'p> {
    pub(super) place: &'p Place,
    pub(super) line: u64,
    pub(super) options: &'p PairOptions,
}

impl RowPlace<'_> {
    /// The id of a row that has none.
    pub(in super::super) fn id(&self) -> String {
        format!("{}:{}", self.place.file, self.line)
    }
}

/// The fields that the pairs of a row have in common.
pub(in super::super) struct Fields {
    pub(in super::super) id: Option<String>,
    pub(in super::super) text: Arc<str>,
    pub(in super::super) tone: Option<Tone>,
    pub(in super::super) date: Option<PartialDate>,
    pub(in super::super) issuer: Option<String>,
    pub(in super::super) group: Option<String>,
    pub(in super::super) weight: f32,
    pub(in super::super) source: Arc<str>,
}

impl Fields {
    pub(in super::super) fn read(row: &Map<String, Value>, place: &RowPlace<'_>) -> Result<Self, Problem> {
        let text = match row.get("text") {
            Some(Value::String(text)) if text.trim().is_empty() => return Err(Problem::new("text", "is empty")),
            Some(Value::String(text)) => Arc::from(text.as_str()),
            None | Some(Value::Null) => return Err(Problem::new("text", "is missing")),
            Some(other) => return Err(Problem::new("text", format!("is {}; expected a string", kind(other)))),
        };
        let source = match string(row, "dataset")? {
            Some(name) => Arc::from(name),
            None => Arc::clone(&place.place.stem),
        };
        Ok(Self {
            id: string_or_number(row, "id")?,
            text,
            tone: parsed(row, "tone", "tone")?,
            date: date(row)?,
            issuer: string(row, "issuer")?,
            group: string_or_number(row, "group")?,
            weight: weight(row)?,
            source,
        })
    }

    /// Reads what one pair has of its own: `object` is the row itself, or one of a passage's pairs at `path`.
    pub(in super::super) fn pair(
        &self,
        object: &Map<String, Value>,
        path: &str,
        points: &CodePoints<'_>,
        id: String,
        group: Arc<str>,
        place: &RowPlace<'_>,
    ) -> Result<LabelledPair, Problem> {
        let (holder_field, target_field) = (format!("{path}holder"), format!("{path}target"));
        let holder = match object.get("holder") {
            None | Some(Value::Null) => None,
            Some(value) => Some(mention(value, &holder_field, &self.text, points)?),
        };
        let target = match object.get("target") {
            None => return Err(Problem::new(target_field, "is missing; a pair needs a target")),
            Some(Value::Null) => return Err(Problem::new(target_field, "is null; a pair needs a target")),
            Some(value) => mention(value, &target_field, &self.text, points)?,
        };
        if let Some(holder) = holder.filter(|holder| holder.overlaps(target)) {
            let shown = |span: Span| {
                let (start, end) = points.range(span);
                format!("{start}..{end}")
            };
            let problem = format!("at {} overlaps the target at {}", shown(holder), shown(target));
            return Err(Problem::new(holder_field, problem));
        }
        let act: Option<Act> = parsed(object, "act", &format!("{path}act"))?;
        let root: Option<Root> = parsed(object, "root", &format!("{path}root"))?;
        if let (Some(act), Some(root)) = (act, root)
            && act.root() != root
        {
            return Err(Problem::new(format!("{path}root"), format!("is `{root}`, but `act` is `{act}`")));
        }
        Ok(LabelledPair {
            id,
            text: Arc::clone(&self.text),
            holder,
            target,
            stance: stance(object, path, place.options.require_stance)?,
            act,
            root: act.map(Act::root).or(root),
            tone: self.tone,
            intensity: intensity(object, path)?,
            date: self.date,
            issuer: self.issuer.clone(),
            group,
            weight: self.weight,
            source: Arc::clone(&self.source),
            file: Arc::clone(&place.place.file),
            line: place.line,
        })
    }
}

/// Reads a row that is one pair.
pub(super) fn pair(row: &Map<String, Value>, place: &RowPlace<'_>) -> Result<LabelledPair, Problem> {
    let fields = Fields::read(row, place)?;
    let points = CodePoints::of(&fields.text);
    let id = fields.id.clone().unwrap_or_else(|| place.id());
    let group = fields.group.as_deref().map_or_else(|| Arc::clone(&fields.text), Arc::from);
    fields.pair(row, "", &points, id, group, place)
}

/// A string that is not empty; `None` when absent, null or empty.
fn string(row: &Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match row.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(other) => Err(Problem::new(name, format!("is {}; expected a string", kind(other)))),
    }
}

fn string_or_number(row: &Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match row.get(name) {
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(other @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) => {
            Err(Problem::new(name, format!("is {}; expected a string or a number", kind(other))))
        }
        _ => string(row, name),
    }
}

/// A label; `path` is the field's name in errors.
fn parsed<T: FromStr<Err: Display>>(object: &Map<String, Value>, name: &str, path: &str) -> Result<Option<T>, Problem> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            text.parse().map(Some).map_err(|wrong: T::Err| Problem::new(path, wrong.to_string()))
        }
        Some(other) => Err(Problem::new(path, format!("is {}; expected a string", kind(other)))),
    }
}

fn stance(object: &Map<String, Value>, path: &str, required: bool) -> Result<Option<Stance>, Problem> {
    let label: Option<Stance> = parsed(object, "label", &format!("{path}label"))?;
    let stance: Option<Stance> = parsed(object, "stance", &format!("{path}stance"))?;
    match (label, stance) {
        (Some(label), Some(stance)) if label != stance => {
            Err(Problem::new(format!("{path}label"), format!("is `{label}`, but `stance` is `{stance}`")))
        }
        (None, None) if required => {
            Err(Problem::new(format!("{path}label"), "is missing; expected critical, neutral or supportive"))
        }
        (label, stance) => Ok(label.or(stance)),
    }
}

fn intensity(object: &Map<String, Value>, path: &str) -> Result<Option<u8>, Problem> {
    match object.get("intensity") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match whole(value).and_then(|number| u8::try_from(number).ok()).filter(|number| *number <= 10) {
            Some(number) => Ok(Some(number)),
            None => Err(Problem::new(
                format!("{path}intensity"),
                format!("is {value}; expected a whole number from 0 to 10"),
            )),
        },
    }
}

fn date(row: &Map<String, Value>) -> Result<Option<PartialDate>, Problem> {
    match string_or_number(row, "date")? {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|wrong| Problem::new("date", format!("{wrong}"))),
    }
}

fn weight(row: &Map<String, Value>) -> Result<f32, Problem> {
    match row.get("weight") {
        None | Some(Value::Null) => Ok(1.0),
        Some(value) => {
            let weight = value.as_f64().map(|weight| weight as f32);
            weight
                .filter(|weight| weight.is_finite() && *weight >= 0.0)
                .ok_or_else(|| Problem::new("weight", format!("is {value}; expected a number from 0")))
        }
    }
}
