//! Passages: a short text with all the pairs that people found in it.
//!
//! `{"id", "date", "issuer", "genre", "text", "tone", "pairs": [{"holder", "target", "stance", "act", "intensity",
//! "case"}]}`, where a holder or target is `null` (the author), a mention such as `"Poland"` or `"Poland#2"` (its
//! second occurrence), or an object with offsets. In: such a row. Out: its pairs, with ids `<passage>-1`,
//! `<passage>-2`, ..., all in one group and sharing one text. One bad pair rejects its passage: a passage is read for
//! the pairs it has and for those it has not.

use super::{
    LabelledPair,
    reader::{Fields, Problem, RowPlace},
};
use crate::{document::kind, span::CodePoints};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The pairs of a passage row.
pub(super) fn pairs(row: &Map<String, Value>, place: &RowPlace<'_>) -> Result<Vec<LabelledPair>, Problem> {
    let fields = Fields::read(row, place)?;
    let list = match row.get("pairs") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(Value::Array(_)) => return Err(Problem::new("pairs", "is empty; a passage needs a pair")),
        other => {
            let found = other.map_or("missing", kind);
            return Err(Problem::new("pairs", format!("is {found}; expected an array of pairs")));
        }
    };
    let id = fields.id.clone().unwrap_or_else(|| place.id());
    let group: Arc<str> = Arc::from(fields.group.as_deref().unwrap_or(&id));
    let points = CodePoints::of(&fields.text);
    let mut pairs = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let Value::Object(object) = value else {
            return Err(Problem::new(format!("pairs[{index}]"), format!("is {}; expected an object", kind(value))));
        };
        let path = format!("pairs[{index}].");
        let own = format!("{id}-{}", index + 1);
        pairs.push(fields.pair(object, &path, &points, own, Arc::clone(&group), place)?);
    }
    Ok(pairs)
}
