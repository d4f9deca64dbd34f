//! `demarche data stats`: what is in a data set.

use super::{
    super::common::{ActorOptions, Talk, write_text},
    Format, Status,
};
use anyhow::{Result, bail};
use demarche::data::stats::stats;
use std::path::PathBuf;

/// What is in a data set
///
/// Stances by part, data set, file, genre, decade and hard case; acts, tones and intensities; world regions of holders and
/// targets; words in a row; dates; how often the holder is the author. Reads rows of pairs, passages and gold documents.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data stats training_data/train
  demarche data stats labels.jsonl --format markdown -o datasheet.md
  demarche data stats training_data --format json")]
pub(super) struct Stats {
    /// Files of rows (.jsonl, also .gz or .zst), folders of them, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// text, json or markdown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    actors: ActorOptions,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

impl Stats {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let found = stats(&self.inputs, &self.actors.gazetteer()?)?;
        for (index, error) in found.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !found.rejected.is_empty() {
            bail!("{} rows rejected (--strict)", found.rejected.len());
        }
        write_text(self.output.as_deref(), &found.render(self.format.into()))?;
        Ok(if found.rejected.is_empty() { Status::Done } else { Status::Rejected })
    }
}
