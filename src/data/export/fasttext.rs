//! fastText: `__label__critical` and the text a line, with marks around holder and target (see `data/marked.rs`).
//!
//! For `fasttext supervised`. Names stay in the text: a model learns them, too. Pairs without a stance are left out.

use super::{ExportError, ExportSummary, FileExporter};
use crate::{
    data::{import::LABEL, marked::mark},
    pairs::LabelledPair,
};
use std::io::Write;

pub(super) struct FastText;

impl FileExporter for FastText {
    fn write(&self, pairs: &[LabelledPair], out: &mut dyn Write) -> Result<ExportSummary, ExportError> {
        let mut summary = ExportSummary::default();
        for pair in pairs {
            let Some(stance) = pair.stance else {
                summary.leave_out("fastText learns from labelled lines only", 1);
                continue;
            };
            writeln!(out, "{LABEL}{stance} {}", mark(&pair.text, pair.holder, pair.target))?;
            summary.records += 1;
            summary.pairs += 1;
        }
        Ok(summary)
    }
}
