//! A pair whose holder and target are given, with whatever labels are known.

use super::{Act, Stance, Tone};
use crate::label::Root;
use crate::{document::PartialDate, span::Span};
use std::sync::Arc;

/// One row of pair data, checked and with offsets in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledPair {
    /// Identifier; `FILE:LINE` when the row has none.
    pub id: String,
    /// The text both spans point into; shared by the pairs of one passage.
    pub text: Arc<str>,
    /// Whose stance it is; `None` means the author or issuer.
    pub holder: Option<Span>,
    /// Whom it is toward.
    pub target: Span,
    /// Stance, where known.
    pub stance: Option<Stance>,
    /// Act, where known and where one fits.
    pub act: Option<Act>,
    /// Root of the act where CONCEDE and RETREAT may be merged: that of `act`, else the row's `root`.
    pub root: Option<Root>,
    /// Tone of the sentence, where known.
    pub tone: Option<Tone>,
    /// Strength of the language, 0 to 10, where known.
    pub intensity: Option<u8>,
    /// Date of the text, where known.
    pub date: Option<PartialDate>,
    /// Whose document it is, where known.
    pub issuer: Option<String>,
    /// Rows of one group never fall on both sides of a split; the text where the row names none.
    pub group: Arc<str>,
    /// Weight of the row in training; 1 where the row names none.
    pub weight: f32,
    /// Data set the row belongs to: its `dataset` field, else the file's name without extensions.
    pub source: Arc<str>,
    /// File as the user gave it.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u64,
}

impl LabelledPair {
    /// The act that the row teaches: its own, else one of its root ([`Root::act`]), for data that name roots alone.
    #[must_use]
    pub fn taught_act(&self) -> Option<Act> {
        self.act.or(self.root.map(Root::act))
    }
}
