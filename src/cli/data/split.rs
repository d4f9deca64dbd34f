//! `demarche data split`: rows divided into parts that share no text.

use super::{
    super::common::{Talk, write_text},
    Format, Status,
};
use anyhow::{Result, bail};
use demarche::data::split::{Shares, Split as Parts, SplitBy, render};
use std::path::PathBuf;

/// Divide rows into parts that share no text
///
/// Rows of one group (the field `group`, else the text), rows with the same text and near-duplicates are never divided.
/// Stances and acts are spread alike as well as that allows. The same rows and seed give the same parts, whatever the order
/// of the rows. Rows are written as they stood, all parts or none.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data split labels.jsonl -o parts
  demarche data split labels/ --parts train=0.7,test=0.3 --by date -o parts
  demarche data split labels/ --by source --seed 7 -o parts

--by group spreads labels alike; --by source keeps each source (field publisher, else dataset, else the file) in one part;
--by date puts the oldest rows into the first part, and every row needs a date.")]
pub(super) struct Split {
    /// Files of rows (.jsonl, also .gz or .zst), folders of them, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// What is kept together or in order: group, date or source
    #[arg(long, value_enum, default_value_t = By::Group)]
    by: By,
    /// The parts and their shares of the rows
    #[arg(long, value_name = "NAME=SHARE,...", default_value = "train=0.8,dev=0.1,test=0.1")]
    parts: Shares,
    /// Seed of the draw
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Folder for NAME.jsonl of each part
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Form of the summary: text, json or markdown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum By {
    Group,
    Date,
    Source,
}

impl Split {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let by = match self.by {
            By::Group => SplitBy::Group,
            By::Date => SplitBy::Date,
            By::Source => SplitBy::Source,
        };
        let split = Parts::new(&self.inputs, &self.parts, by, self.seed)?;
        for (index, error) in split.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !split.rejected.is_empty() {
            bail!("{} rows rejected (--strict); nothing was written", split.rejected.len());
        }
        split.write(&self.output)?;
        write_text(None, &render(&split.counts(), self.format.into()))?;
        talk.say(format_args!("{} bundles of rows that stay together", split.bundles));
        Ok(if split.rejected.is_empty() { Status::Done } else { Status::Rejected })
    }
}
