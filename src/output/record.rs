//! The stance record: one answer to "who takes which stance toward whom, how surely, on what evidence".
//!
//! Offsets in a record are Unicode code points of the document's text, because records are what Python and R read;
//! [`StanceRecord::place`] and [`ActorField::place`] convert from the byte spans used everywhere else.

use super::number::{six, six_or_null};
use crate::{
    document::PartialDate,
    pairs::{Act, Stance, Tone},
    span::{CodePoints, Span},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One (document, sentence, holder, target), or one (document, holder, target) at document level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StanceRecord {
    /// Id of the document.
    pub doc_id: Arc<str>,
    /// Date of the document, possibly partial.
    pub doc_date: Option<PartialDate>,
    /// Whose document it is.
    pub issuer: Option<Arc<str>>,
    /// Who printed it.
    pub publisher: Option<Arc<str>>,
    /// 0-based sentence of the document; `None` at document level.
    pub sentence: Option<usize>,
    /// First code point of the sentence in the document's text; `None` at document level.
    pub start: Option<usize>,
    /// One past its last code point; `None` at document level.
    pub end: Option<usize>,
    /// The sentence; `None` at document level.
    pub text: Option<String>,
    /// Whose stance it is; `None` when the author is not known.
    pub holder: Option<ActorField>,
    /// Who says it, where somebody is reported to.
    pub speaker: Option<ActorField>,
    /// Whom the stance is toward.
    pub target: ActorField,
    /// The stance.
    pub stance: Stance,
    /// Calibrated probability of `stance`, 0 to 1.
    #[serde(serialize_with = "six")]
    pub confidence: f64,
    /// Calibrated probability of each stance.
    pub probabilities: Probabilities,
    /// p(supportive) - p(critical), -1 to 1.
    #[serde(serialize_with = "six")]
    pub score: f64,
    /// The diplomatic act, where one fits.
    pub act: Option<Act>,
    /// Calibrated probability of `act`, 0 to 1.
    #[serde(serialize_with = "six_or_null")]
    pub act_confidence: Option<f64>,
    /// Strength of the language, 0 to 10: what the model's intensity head expects, where it has one (a number between the
    /// levels of the codebook, for every record); else the level of the cue that carries the stance, `None` without a cue.
    #[serde(serialize_with = "six_or_null")]
    pub intensity: Option<f64>,
    /// Sentiment of the sentence, whoever it is about.
    pub tone: Option<Tone>,
    /// Sentiment as a number, -1 to 1.
    #[serde(serialize_with = "six_or_null")]
    pub tone_score: Option<f64>,
    /// Whether it is a claim about another's stance.
    pub reported: bool,
    /// Whether the words that carry it are negated.
    pub negated: bool,
    /// Whether it is conditional or only possible.
    pub hypothetical: bool,
    /// The words that carry the stance.
    pub evidence: String,
    /// Name and version of the model.
    pub model: Arc<str>,
    /// Version of the gazetteer.
    pub gazetteer: Arc<str>,
    /// At document level, the sentence records behind this one; else `None`, and the field is left out of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
}

impl StanceRecord {
    /// Sets `start`, `end` and `text` from the span of the sentence in the document's `text`.
    pub fn place(&mut self, span: Span, text: &str, points: &CodePoints<'_>) {
        let (start, end) = points.range(span);
        (self.start, self.end, self.text) = (Some(start), Some(end), Some(span.of(text).to_owned()));
    }
}

/// An actor in a role of a record: who it is, and the words that name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorField {
    /// Canonical id (`RUS`, `IGO:UN`, `ORG:HAMAS`); `None` when the words could not be resolved.
    pub id: Option<Arc<str>>,
    /// Canonical name.
    pub name: Option<Arc<str>>,
    /// Kind of actor: state, organisation, ...
    pub kind: Option<Arc<str>>,
    /// Office or institution that stands for the actor ("foreign ministry").
    pub role: Option<Arc<str>>,
    /// Person that stands for the actor.
    pub person: Option<Arc<str>>,
    /// The words of the text; `None` for an issuer that the text does not name.
    pub mention: Option<String>,
    /// First code point of the mention in the document's text.
    pub start: Option<usize>,
    /// One past its last code point.
    pub end: Option<usize>,
}

impl ActorField {
    /// The same actor with `mention`, `start` and `end` from the span of the mention in the document's `text`.
    #[must_use]
    pub fn place(mut self, span: Span, text: &str, points: &CodePoints<'_>) -> Self {
        let (start, end) = points.range(span);
        (self.start, self.end, self.mention) = (Some(start), Some(end), Some(span.of(text).to_owned()));
        self
    }
}

/// Probabilities of the stances, in the order of [`Stance`]; they sum to 1 before rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Probabilities {
    /// p(critical).
    #[serde(serialize_with = "six")]
    pub critical: f64,
    /// p(neutral).
    #[serde(serialize_with = "six")]
    pub neutral: f64,
    /// p(supportive).
    #[serde(serialize_with = "six")]
    pub supportive: f64,
}

impl Probabilities {
    /// p(supportive) - p(critical), -1 to 1.
    #[must_use]
    pub fn score(self) -> f64 {
        self.supportive - self.critical
    }
}

impl From<[f64; 3]> for Probabilities {
    /// From probabilities in the order of `Stance::ALL`.
    fn from([critical, neutral, supportive]: [f64; 3]) -> Self {
        Self { critical, neutral, supportive }
    }
}
