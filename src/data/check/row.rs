//! What can be seen of a row alone.
//!
//! In: one line. Out: what is wrong with it, and hashes of what other rows are compared with: its text, id, group, and
//! (text, holder, target) of each pair. Threads do this for many lines at once.

use super::finding::{Kind, Raw};
use crate::{
    data::{
        corpus::Line,
        row::{RowKind, named, row_kind},
    },
    document::Source,
    error::RowError,
    evaluate::{GoldDocument, read_gold_row},
    pairs::{LabelledPair, PairOptions, row_object, row_pairs},
    span::Span,
};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What is kept of a row. A hash of 0 stands for none.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) kind: RowKind,
    pub(super) text: u64,
    /// Bytes of the text.
    pub(super) bytes: u32,
    pub(super) id: u64,
    pub(super) group: u64,
    pub(super) pairs: Vec<PairKey>,
    /// Set for a row with an empty list of pairs: what is wrong with it unless its file holds gold documents.
    pub(super) only_as_gold: Option<RowError>,
}

/// A pair, as far as it is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairKey {
    /// Hash of text, holder and target.
    pub(super) key: u64,
    /// Position of the stance and act, each from 1; 0 for none.
    pub(super) labels: [u8; 2],
}

/// Looks at a line; `None` for a row that cannot be used, which is among the findings.
pub(super) fn examine(line: &Line, sources: &[Source], options: &PairOptions) -> (Option<Examined>, Vec<Raw>) {
    let mut findings = Vec::new();
    let place = (line.file, line.number);
    let mut reject = |kind: Kind, error: RowError| {
        findings.push(Raw { kind, place, field: error.field, problem: error.problem, others: Vec::new() });
    };
    let Some(source) = sources.get(line.file as usize) else { return (None, findings) };
    let text = match &line.text {
        Ok(text) => text,
        Err(error) => {
            reject(Kind::Unreadable, error.clone());
            return (None, findings);
        }
    };
    let row = match row_object(text, source.name(), u64::from(line.number)) {
        Ok(row) => row,
        Err(error) => {
            reject(Kind::Schema, error);
            return (None, findings);
        }
    };
    let (kind, only_as_gold) = match row_kind(&row) {
        // Whether a list without pairs is right depends on the file.
        None => (RowKind::Gold, row_pairs(&row, source, u64::from(line.number), options).err()),
        Some(kind) => (kind, None),
    };
    let examined = if kind == RowKind::Gold {
        match read_gold_row(source.name(), u64::from(line.number), text) {
            Ok(gold) => {
                repeated_pairs(&gold, place, &mut findings);
                Examined {
                    kind,
                    text: hash(&gold.document.text),
                    bytes: length(&gold.document.text),
                    id: named(&row, "id"),
                    group: named(&row, "group"),
                    pairs: Vec::new(),
                    only_as_gold,
                }
            }
            Err(error) => {
                reject(kind_of(&error, true), error);
                return (None, findings);
            }
        }
    } else {
        match row_pairs(&row, source, u64::from(line.number), options) {
            Ok(pairs) => {
                let text = pairs.first().map_or("", |pair| &*pair.text);
                for (number, pair) in pairs.iter().enumerate() {
                    mentions(pair, (kind == RowKind::Passage).then_some(number), place, &mut findings);
                }
                let hashed = hash(text);
                Examined {
                    kind,
                    text: hashed,
                    bytes: length(text),
                    id: named(&row, "id"),
                    group: named(&row, "group"),
                    pairs: pairs.iter().map(|pair| key(hashed, pair)).collect(),
                    only_as_gold,
                }
            }
            Err(error) => {
                reject(kind_of(&error, false), error);
                return (None, findings);
            }
        }
    };
    (Some(examined), findings)
}

/// The kind of what a reader rejects, by the field at fault.
fn kind_of(error: &RowError, gold: bool) -> Kind {
    let Some(field) = error.field.as_deref() else { return Kind::Schema };
    let last = field.rsplit('.').next().unwrap_or_default();
    // Readers quote a value that they know no meaning of; what is missing or no text is told otherwise.
    if ["label", "stance", "act", "tone", "certainty"].contains(&last) && error.problem.starts_with('`') {
        return Kind::UnknownLabel;
    }
    let place = field.split('.').any(|part| part == "holder" || part == "target");
    match last {
        "evidence" => Kind::MissingEvidence,
        _ if place && !gold => Kind::WrongSpan,
        _ => Kind::Schema,
    }
}

fn repeated_pairs(gold: &GoldDocument, place: (u32, u32), findings: &mut Vec<Raw>) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (number, pair) in gold.pairs.iter().enumerate() {
        if let Some(first) = first.get(&(pair.holder.as_str(), pair.target.as_str())) {
            findings.push(Raw {
                kind: Kind::RepeatedPair,
                place,
                field: Some(format!("pairs[{number}]")),
                problem: format!("{} toward {} is pairs[{first}] already", pair.holder, pair.target),
                others: Vec::new(),
            });
        } else {
            first.insert((&pair.holder, &pair.target), number);
        }
    }
}

/// What is odd about the mentions of a pair; `number` is its place in a passage.
fn mentions(pair: &LabelledPair, number: Option<usize>, place: (u32, u32), findings: &mut Vec<Raw>) {
    let path = number.map(|number| format!("pairs[{number}].")).unwrap_or_default();
    let mut odd = |kind: Kind, name: &str, problem: String| {
        findings.push(Raw { kind, place, field: Some(format!("{path}{name}")), problem, others: Vec::new() });
    };
    let text = &*pair.text;
    for (name, span) in [("holder", pair.holder), ("target", Some(pair.target))] {
        let Some(span) = span else { continue };
        let words = span.of(text);
        if words.trim().len() != words.len() {
            odd(Kind::BorderSpace, name, format!("`{}` begins or ends with white space", shown(words)));
        }
        if cuts_word(text, span) {
            odd(Kind::CutWord, name, format!("`{}` begins or ends inside a word", shown(words)));
        }
    }
    let target = pair.target.of(text).trim();
    if let Some(holder) = pair.holder
        && holder.of(text).trim().to_lowercase() == target.to_lowercase()
    {
        odd(Kind::SameActor, "target", format!("`{}` is the holder, too", shown(target)));
    }
}

/// Whether an end of the span has a letter or digit on both sides.
fn cuts_word(text: &str, span: Span) -> bool {
    let joined = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at..).and_then(|text| text.chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    };
    joined(span.start) || joined(span.end)
}

fn shown(words: &str) -> String {
    match words.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &words[..end]),
        None => words.to_owned(),
    }
}

fn key(text: u64, pair: &LabelledPair) -> PairKey {
    let mut hash = Xxh3::new();
    hash.update(&text.to_le_bytes());
    for span in [pair.holder, Some(pair.target)] {
        // No span begins at the last place.
        let (start, end) = span.map_or((u64::MAX, u64::MAX), |span| (span.start as u64, span.end as u64));
        hash.update(&start.to_le_bytes());
        hash.update(&end.to_le_bytes());
    }
    let labels = [pair.stance.map_or(0, |stance| stance as u8 + 1), pair.act.map_or(0, |act| act as u8 + 1)];
    PairKey { key: hash.digest(), labels }
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
