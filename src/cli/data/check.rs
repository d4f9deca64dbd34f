//! `demarche data check`: what is wrong with a data set.

use super::{
    super::common::{Output, Talk},
    Status,
};
use anyhow::{Result, bail};
use demarche::data::check::{CheckReport, Kind, Severity, check};
use std::{collections::BTreeMap, io::Write, path::PathBuf};

/// What is wrong with a data set
///
/// Reads rows of pairs, passages and gold documents and names, with file and line: rows that cannot be used; ids, rows and
/// labels that repeat or contradict each other; texts and groups that are in two parts, and texts that share twelve words
/// in a row or a third of the five-word shingles of the shorter one; mentions that look wrong. Parts are told by the names
/// of files and folders (train, dev, test, else the folder).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data check training_data
  demarche data check train.jsonl test.jsonl --most 50
  demarche data check labels/ --format jsonl -o findings.jsonl

Errors: unreadable, schema, wrong-span, unknown-label, missing-evidence, duplicate-id, duplicate-row, contradictory-labels,
text-across-parts, near-duplicate-across-parts, group-across-parts. Warnings: repeated-pair, near-duplicate, same-actor,
border-space, cut-word.
Exit codes: 0 no error; 1 errors, or with --strict warnings; 2 wrong usage, no row, or with --strict a row that cannot be used.")]
pub(super) struct Check {
    /// Files of rows (.jsonl, also .gz or .zst), folders of them, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// text or jsonl
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Findings of each kind that are shown as text
    #[arg(long, value_name = "N", default_value_t = 20)]
    most: usize,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Count warnings as wrong, and fail if a row cannot be used
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Jsonl,
}

impl Check {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let most = if self.format == Format::Jsonl { usize::MAX } else { self.most };
        let report = check(&self.inputs, most)?;
        let mut output = Output::open(self.output.as_deref())?;
        match self.format {
            Format::Text => {
                for finding in &report.findings {
                    writeln!(output, "{}", shown(&finding.to_string()))?;
                }
                summary(&report, &mut output)?;
            }
            Format::Jsonl => {
                for finding in &report.findings {
                    writeln!(output, "{}", serde_json::to_string(finding)?)?;
                }
            }
        }
        output.finish()?;
        let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
        talk.say(format_args!(
            "{} files: {} rows ({} pairs, {} passages, {} gold documents), {} damaged; {errors} errors, {warnings} warnings",
            report.files, report.rows, report.pairs, report.passages, report.documents, report.damaged
        ));
        if self.strict && report.damaged > 0 {
            bail!("{} rows rejected (--strict)", report.damaged);
        }
        let wrong = errors > 0 || self.strict && warnings > 0;
        Ok(if wrong { Status::Rejected } else { Status::Done })
    }
}

/// A table of the kinds, with how many are not shown.
fn summary(report: &CheckReport, out: &mut impl Write) -> Result<()> {
    let mut shown: BTreeMap<Kind, u64> = BTreeMap::new();
    for finding in &report.findings {
        *shown.entry(finding.kind).or_default() += 1;
    }
    if !report.findings.is_empty() {
        writeln!(out)?;
    }
    for count in &report.counts {
        let left = count.count - shown.get(&count.kind).copied().unwrap_or(0);
        let hidden = if left > 0 { format!("  ({left} not shown; see --most)") } else { String::new() };
        writeln!(out, "{:<7}  {:<28}  {:>7}{hidden}", count.severity.name(), count.kind.name(), count.count)?;
    }
    Ok(())
}

/// Text from a file, as a terminal may show it.
fn shown(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character }).collect()
}
