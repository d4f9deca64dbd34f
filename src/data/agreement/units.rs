//! The same pairs as several annotators labelled them.
//!
//! In: the pairs of each annotator. Out: units, matched by id, with the labels of all. An id that stands twice in one file
//! counts once, and a unit whose text, holder or target is not the same for all is left out: both are told.

use super::{AgreementError, Field};
use crate::{
    error::RowError,
    label::Label as _,
    pairs::{LabelledPair, PairOptions, read_pairs},
};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// Ids that are told of those that do not match.
const TOLD: usize = 10;

/// Ids that were left out, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// How many.
    pub count: u64,
    /// The first of them, in order.
    pub first: Vec<String>,
}

impl LeftOut {
    fn add(&mut self, id: &str) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(id.to_owned());
        }
    }
}

/// A pair that at least two annotators have.
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) text: Arc<str>,
    pub(super) holder: Option<String>,
    pub(super) target: String,
    pub(super) group: Arc<str>,
    /// Whether it is the first of its row, so that what belongs to the row counts once.
    first_of_row: bool,
    /// For each annotator the code of each field.
    labels: Vec<[Option<u8>; Field::ALL.len()]>,
}

impl Unit {
    /// The labels of a field, by annotator.
    pub(super) fn labels(&self, field: Field) -> Vec<Option<u8>> {
        if field == Field::Tone && !self.first_of_row {
            return vec![None; self.labels.len()];
        }
        self.labels.iter().map(|labels| labels[field as usize]).collect()
    }
}

/// All units, and what is not among them.
pub(super) struct Units {
    pub(super) annotators: Vec<String>,
    pub(super) units: Vec<Unit>,
    pub(super) unmatched: LeftOut,
    pub(super) repeated: LeftOut,
    pub(super) different: LeftOut,
    pub(super) rejected: Vec<RowError>,
}

/// Reads and matches the files: one input for each annotator.
pub(super) fn read(inputs: &[PathBuf]) -> Result<Units, AgreementError> {
    if inputs.len() < 2 {
        return Err(AgreementError::OneAnnotator);
    }
    let (mut repeated, mut rejected) = (LeftOut::default(), Vec::new());
    let mut by_id: BTreeMap<String, Vec<Option<LabelledPair>>> = BTreeMap::new();
    let mut acts = Vec::new();
    for (annotator, input) in inputs.iter().enumerate() {
        let set = read_pairs(std::slice::from_ref(input), &PairOptions::default())?;
        rejected.extend(set.rejected);
        acts.push(set.pairs.iter().any(|pair| pair.act.is_some()));
        for pair in set.pairs {
            let place = &mut by_id.entry(pair.id.clone()).or_insert_with(|| vec![None; inputs.len()])[annotator];
            match place {
                None => *place = Some(pair),
                Some(_) => repeated.add(&pair.id),
            }
        }
    }
    let (mut unmatched, mut different, mut units) = (LeftOut::default(), LeftOut::default(), Vec::new());
    let mut row_before: Option<(Arc<str>, u64)> = None;
    let mut matched: Vec<(String, Vec<Option<LabelledPair>>)> = by_id.into_iter().collect();
    // In the order of the first file that has the pair, so that pairs of a passage stand together.
    matched.sort_by_key(|(_, pairs)| {
        let annotator = pairs.iter().position(Option::is_some);
        (annotator, pairs.iter().flatten().next().map(|pair| (Arc::clone(&pair.file), pair.line)))
    });
    for (id, pairs) in matched {
        let given: Vec<&LabelledPair> = pairs.iter().flatten().collect();
        let [first, others @ ..] = given.as_slice() else { continue };
        if others.is_empty() {
            unmatched.add(&id);
            continue;
        }
        let same = |pair: &&LabelledPair| {
            pair.text == first.text && pair.holder == first.holder && pair.target == first.target
        };
        if !others.iter().all(same) {
            different.add(&id);
            continue;
        }
        let row = (Arc::clone(&first.file), first.line);
        let first_of_row = row_before.as_ref() != Some(&row);
        row_before = Some(row);
        units.push(Unit {
            holder: first.holder.map(|span| span.of(&first.text).to_owned()),
            target: first.target.of(&first.text).to_owned(),
            text: Arc::clone(&first.text),
            group: Arc::clone(&first.group),
            first_of_row,
            labels: pairs
                .iter()
                .zip(&acts)
                .map(|(pair, acts)| pair.as_ref().map_or([None; Field::ALL.len()], |pair| codes(pair, *acts)))
                .collect(),
            id,
        });
    }
    Ok(Units { annotators: names(inputs), units, unmatched, repeated, different, rejected })
}

/// The labels of a pair as numbers. An act that is left out is a label of its own where the annotator gave a stance, and
/// acts anywhere.
fn codes(pair: &LabelledPair, acts: bool) -> [Option<u8>; Field::ALL.len()] {
    let none = (acts && pair.stance.is_some()).then_some(crate::label::Act::ALL.len() as u8);
    [
        pair.stance.map(|stance| stance as u8),
        pair.act.map(|act| act as u8).or(none),
        pair.tone.map(|tone| tone as u8),
        pair.intensity,
    ]
}

/// What annotators are called: the names of their files, with folders where names alone are not different.
fn names(inputs: &[PathBuf]) -> Vec<String> {
    let short = |path: &PathBuf| -> Option<String> {
        let name = path.file_name()?.to_str()?;
        Some(name.split('.').next().filter(|name| !name.is_empty()).unwrap_or(name).to_owned())
    };
    let names: Vec<Option<String>> = inputs.iter().map(short).collect();
    let alone = |name: &Option<String>| name.is_some() && names.iter().filter(|other| *other == name).count() == 1;
    let full = |path: &PathBuf| path.display().to_string();
    if names.iter().all(alone) { names.into_iter().flatten().collect() } else { inputs.iter().map(full).collect() }
}
