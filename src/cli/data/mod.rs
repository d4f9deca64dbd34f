//! `demarche data`: checks, counts, splits and compares data sets of labelled pairs.

mod agree;
mod check;
mod split;
mod stats;

use super::{Status, common::Talk};
use anyhow::Result;

/// Data sets of labelled pairs: check, count, split, compare annotators
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data check training_data
  demarche data stats training_data/train --format markdown
  demarche data split labels.jsonl --parts train=0.8,dev=0.1,test=0.1 -o parts
  demarche data agree anna.jsonl boris.jsonl")]
pub(super) struct Data {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Check(check::Check),
    Stats(stats::Stats),
    Split(split::Split),
    Agree(agree::Agree),
}

impl Data {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        match self.what {
            What::Check(verb) => verb.run(talk),
            What::Stats(verb) => verb.run(talk),
            What::Split(verb) => verb.run(talk),
            What::Agree(verb) => verb.run(talk),
        }
    }
}

/// The form of a report.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
}

impl From<Format> for demarche::report::ReportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
        }
    }
}
