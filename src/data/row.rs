//! A row of any of the three kinds: a pair, a passage with its pairs, a gold document.
//!
//! In: a line. Out: its object, and the pairs or the document that `pairs` and `evaluate` read from it.

use super::corpus::Line;
use crate::{
    document::Source,
    error::RowError,
    evaluate::{GoldDocument, read_gold_row},
    pairs::{LabelledPair, PairOptions, row_object, row_pairs},
};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
    Pair,
    Passage,
    Gold,
}

/// What a row holds.
#[derive(Debug)]
pub(crate) enum Content {
    Pairs(Vec<LabelledPair>),
    Gold(Box<GoldDocument>),
}

/// Gold documents name actors by id and say how certain they are, on what evidence; passages do neither. `None` for a
/// list without pairs, which only a gold document may have.
pub(crate) fn row_kind(row: &Map<String, Value>) -> Option<RowKind> {
    match row.get("pairs") {
        None => Some(RowKind::Pair),
        Some(Value::Array(pairs)) if pairs.is_empty() => None,
        Some(Value::Array(pairs)) => {
            let gold = |pair: &Value| pair.get("certainty").is_some() || pair.get("evidence").is_some();
            Some(if pairs.iter().any(gold) { RowKind::Gold } else { RowKind::Passage })
        }
        Some(_) => Some(RowKind::Passage),
    }
}

/// Reads a line.
pub(crate) fn read_row(line: &Line, sources: &[Source]) -> Result<(Map<String, Value>, Content), RowError> {
    let text = line.text.as_ref().map_err(Clone::clone)?;
    let number = u64::from(line.number);
    let Some(source) = sources.get(line.file as usize) else {
        return Err(RowError::line("?", number, "is in no file"));
    };
    let row = row_object(text, source.name(), number)?;
    let content = match row_kind(&row) {
        Some(RowKind::Pair | RowKind::Passage) => {
            Content::Pairs(row_pairs(&row, source, number, &PairOptions::default())?)
        }
        Some(RowKind::Gold) | None => Content::Gold(Box::new(read_gold_row(source.name(), number, text)?)),
    };
    Ok((row, content))
}

/// The hash of a name that a row gives itself; 0 for none. A number is what it is written as.
pub(crate) fn named(row: &Map<String, Value>, field: &str) -> u64 {
    match row.get(field) {
        Some(Value::String(name)) if !name.trim().is_empty() => xxh3_64(name.trim().as_bytes()),
        Some(Value::Number(number)) => xxh3_64(number.to_string().as_bytes()),
        _ => 0,
    }
}
