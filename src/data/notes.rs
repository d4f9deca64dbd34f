//! What annotation formats have no place for: labels beyond the stance, ids, dates, groups.
//!
//! Exports put these notes beside the text, where the tool keeps what it does not know; imports read them back. Spans and
//! labels are always those of the annotation itself, so that what annotators change holds.

use crate::{
    document::PartialDate,
    label::{Act, Stance, Tone},
};
use serde::{Deserialize, Serialize};

/// Name of the field that holds the notes of a text.
pub(super) const FIELD: &str = "demarche";

/// The label of a pair that waits for one.
pub(super) const UNLABELLED: &str = "unlabelled";

/// The label of a mention that takes part in a relation.
pub(super) const ACTOR: &str = "actor";

/// Notes on a text and its pairs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct PassageNotes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<PartialDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tone: Option<Tone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dataset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) weight: Option<f32>,
    #[serde(default)]
    pub(super) pairs: Vec<PairNotes>,
}

/// Notes on a pair, which is known by its places (code points).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PairNotes {
    pub(super) id: String,
    pub(super) holder: Option<(usize, usize)>,
    pub(super) target: (usize, usize),
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Stance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) act: Option<Act>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) intensity: Option<u8>,
}
