//! Evaluation reports: for a terminal, as JSON, as Markdown.
//!
//! In: scores from [`evaluate`](crate::evaluate) and what they were computed on (data files, model,
//! each with its hash). Out: one text. Text and Markdown show the same tables, laid out once;
//! JSON holds everything at full precision. The same report gives the same bytes.
//!
//! # Keys of the JSON report
//!
//! Keys are stable: new ones may be added under the same `version`, none is renamed or removed.
//! Figures are numbers at full precision, or null where they are undefined. Every figure is
//! `{"value", "low", "high"}`, the ends null where there is no interval.
//!
//! ```text
//! format       "demarche-report"        version   1
//! title        text                     model     {name, hash} or null
//! data         [{name, hash, rows}]     notes     [text]
//! sections     list of
//!   kind "head": head, scores, comparisons [{name, scores, differences}]
//!     scores: rows, groups, bootstrap {resamples, level, seed},
//!       accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece: figures,
//!       classes [{label, support, predicted, precision, recall, f1}],
//!       confusion [[count]] (rows gold, columns predicted, in the order of classes),
//!       calibration [{rows, lowest, highest, confidence, accuracy}]
//!     differences (the model less the other): the seven figures of scores
//!   kind "documents": documents, bootstrap,
//!     views [{view "all" | "clear" | "polar",
//!       pairs, triples: {gold, predicted, right, precision, recall, f1},
//!       by_stance [{stance, detection as pairs}], stance_accuracy, stance_macro_f1: figures,
//!       stance_table [[count]] (rows critical, neutral, supportive, mixed; columns the first three),
//!       target_right count, holder_right figure}],
//!     errors [{id, missed [{holder, target, stance, certainty, evidence}],
//!       spurious [{holder, target, stance, score}],
//!       wrong_stance [{found as spurious, gold, certainty, evidence}]}]
//!   kind "intensity": groups, bootstrap,
//!     model, model_with_cue, cue: {rows, mean_absolute_error, rank_correlation}
//!   kind "consistency": rows, rows_with_act, groups, bootstrap, contradictions, contradictions_with_act: figures,
//!     gold number or null, kinds [{stance, act, rows}]
//!   kind "abstention": risk, level, rows, found: point or null,
//!     curve [point]: {threshold, coverage, error, bound}
//!   kind "repeats": heads [{head, repeats, figures [{figure, mean, deviation, lowest, highest}]}]
//! ```

mod json;
mod layout;
mod markdown;
pub(crate) mod table;
mod text;

use crate::{
    evaluate::{Comparison, Consistency, DocumentScores, IntensityScores, RepeatSpread, Scores},
    model::RiskPoint,
    pairs::Label,
};
use serde::Serialize;

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Title, one line.
    pub title: String,
    /// The model that was scored.
    pub model: Option<ModelIdentity>,
    /// The files it was scored on.
    pub data: Vec<DataFile>,
    /// Remarks a reader needs, one line each: rows left out, how the split was made.
    pub notes: Vec<String>,
    /// The scores, in order.
    pub sections: Vec<Section>,
}

/// A model, as a referee can check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelIdentity {
    /// Name or file.
    pub name: String,
    /// Hash of its bytes.
    pub hash: String,
}

/// A data file, as a referee can check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataFile {
    /// Name as the user gave it.
    pub name: String,
    /// Hash of its bytes.
    pub hash: String,
    /// Rows or documents that were used.
    pub rows: u64,
}

/// One part of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Section {
    /// Scores of one head.
    Head(Box<HeadSection>),
    /// End-to-end scores.
    Documents(DocumentScores),
    /// Scores of intensities.
    Intensity(IntensityScores),
    /// When to abstain.
    Abstention(AbstentionSection),
    /// Whether stance and act agree.
    Consistency(Consistency),
    /// How much figures move over the repeats of a cross-validation.
    Repeats {
        /// One entry for each head, in the order of their sections.
        heads: Vec<RepeatSpread>,
    },
}

/// What it costs to keep the error of stances under a risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AbstentionSection {
    /// Share of the answers that may be wrong.
    pub risk: f64,
    /// Probability with which the bound holds.
    pub level: f64,
    /// Rows that the thresholds were tried on.
    pub rows: u64,
    /// The lowest threshold found that keeps the risk, if there is one.
    pub found: Option<RiskPoint>,
    /// Error and bound by coverage, the fullest first; each bound for its threshold alone.
    pub curve: Vec<RiskPoint>,
}

/// Scores of one head, with what it is compared to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadSection {
    /// The head: `stance`, `act`, `tone`; or what acts are merged into: `root`, `quad`, `binary`;
    /// or stances: `both directions, five classes`.
    pub head: &'static str,
    /// The model's scores.
    pub scores: Scores<&'static str>,
    /// Other predictions on the same rows.
    pub comparisons: Vec<Comparison<&'static str>>,
}

impl Section {
    /// The section of one head.
    #[must_use]
    pub fn head<L: Label>(scores: &Scores<L>, comparisons: &[Comparison<L>]) -> Self {
        Self::Head(Box::new(HeadSection {
            head: L::HEAD,
            scores: scores.named(),
            comparisons: comparisons.iter().map(Comparison::named).collect(),
        }))
    }
}

/// The form a report takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReportFormat {
    /// Aligned tables for a terminal, without colour.
    #[default]
    Text,
    /// One JSON object; its keys are listed in the [module's documentation](self).
    Json,
    /// GitHub-flavoured Markdown.
    Markdown,
}

/// Writes a report; it ends with a line break.
#[must_use]
pub fn render(report: &Report, format: ReportFormat) -> String {
    match format {
        ReportFormat::Text => text::render(&layout::blocks(report)),
        ReportFormat::Json => json::render(report),
        ReportFormat::Markdown => markdown::render(&layout::blocks(report)),
    }
}

/// Tables of other kinds, as text or Markdown; JSON is what `json` gives.
pub(crate) fn render_blocks(blocks: &[table::Block], format: ReportFormat, json: &impl Serialize) -> String {
    match format {
        ReportFormat::Text => text::render(blocks),
        ReportFormat::Json => json::pretty(json),
        ReportFormat::Markdown => markdown::render(blocks),
    }
}

#[cfg(test)]
mod tests;
