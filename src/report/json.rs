//! Reports as one JSON object, for other programs.
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
//! ```

use super::Report;
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    report: &'a Report,
}

/// The report, indented, with a line break at its end.
pub(super) fn render(report: &Report) -> String {
    let whole = Whole { format: "demarche-report", version: 1, report };
    // Writing to memory cannot fail, and every key in a report is a text.
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}
