//! `demarche data`: labelled data sets, brought in from other formats and taken out to them.

mod export;
mod import;

use super::{Status, common::Talk};
use anyhow::Result;

/// Data sets of labelled pairs: import, export
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data import --list
  demarche data import newsmtsc NewsMTSC-dataset/train.jsonl -o newsmtsc.jsonl
  demarche data export --to doccano labels.jsonl -o doccano.jsonl")]
pub(super) struct Data {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Import(import::Import),
    Export(export::Export),
}

impl Data {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        match self.what {
            What::Import(verb) => verb.run(talk),
            What::Export(verb) => verb.run(talk),
        }
    }
}
