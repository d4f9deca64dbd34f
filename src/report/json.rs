//! Reports as one JSON object, for other programs.
//!
//! The keys are listed in the documentation of [`report`](super).

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
    pretty(&whole)
}

/// A value, indented, with a line break at its end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Writing to memory cannot fail, and every key in a report is a text.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
