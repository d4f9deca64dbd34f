//! `demarche data agree`: how far annotators agree.

use super::{
    super::common::{Output, Talk, write_text},
    Format, Status,
};
use anyhow::{Result, bail};
use demarche::{data::agreement::agree, evaluate::ScoreOptions};
use std::{io::Write, path::PathBuf};

/// How far annotators agree
///
/// One file for each annotator; pairs are matched by id (those of passages by PASSAGE-1, PASSAGE-2, ...). For stance, act,
/// tone and intensity: share of agreement, Krippendorff's alpha (nominal; ordinal for intensity), Fleiss' kappa over the
/// units that all labelled, Cohen's kappa for every two annotators, and for each label specific agreement and alpha against
/// the rest, with bootstrap intervals over groups. A missing act counts as the label `none` where the row has a stance and
/// the annotator labelled acts at all.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data agree anna.jsonl boris.jsonl
  demarche data agree anna.jsonl boris.jsonl clara.jsonl --disagreements differing.jsonl
  demarche data agree first/ second/ --format markdown -o agreement.md")]
pub(super) struct Agree {
    /// Files (or folders) of rows, one for each annotator
    #[arg(value_name = "FILE", required = true, num_args = 2..)]
    inputs: Vec<PathBuf>,
    /// Write the units on which labels differ, one JSON object a line
    #[arg(long, value_name = "FILE")]
    disagreements: Option<PathBuf>,
    /// text, json or markdown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Bootstrap resamples; 0 for no intervals
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    resamples: usize,
    /// Seed of the resampling
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

impl Agree {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let options = ScoreOptions { resamples: self.resamples, seed: self.seed, ..ScoreOptions::default() };
        let report = agree(&self.inputs, &options)?;
        for (index, error) in report.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !report.rejected.is_empty() {
            bail!("{} rows rejected (--strict)", report.rejected.len());
        }
        if let Some(path) = &self.disagreements {
            let mut out = Output::open(Some(path))?;
            for disagreement in &report.disagreements {
                writeln!(out, "{}", serde_json::to_string(disagreement)?)?;
            }
            out.finish()?;
        }
        write_text(self.output.as_deref(), &report.render(self.format.into()))?;
        let wrong = report.rejected.len() as u64 + report.repeated.count + report.different.count;
        Ok(if wrong > 0 { Status::Rejected } else { Status::Done })
    }
}
