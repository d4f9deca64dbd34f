//! `demarche data`: data sets of labelled pairs, from import to export.

mod agree;
mod check;
mod export;
mod import;
mod split;
mod stats;
mod suspects;
mod words;

use super::{
    Status,
    common::{Format, Talk},
};
use anyhow::Result;

/// Data sets of labelled pairs: import, check, describe, split, compare annotators, find doubtful labels, export
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data import newsmtsc NewsMTSC-dataset/train.jsonl -o newsmtsc.jsonl
  demarche data check training_data
  demarche data stats training_data/train --format markdown
  demarche data split labels.jsonl --parts train=0.8,dev=0.1,test=0.1 -o parts
  demarche data agree anna.jsonl boris.jsonl
  demarche data suspects labels.jsonl --most 50
  demarche data export --to doccano labels.jsonl -o doccano.jsonl")]
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
    Suspects(suspects::Suspects),
    Words(words::Words),
    Import(import::Import),
    Export(export::Export),
}

impl Data {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        match self.what {
            What::Check(verb) => verb.run(talk),
            What::Stats(verb) => verb.run(talk),
            What::Split(verb) => verb.run(talk),
            What::Agree(verb) => verb.run(talk),
            What::Suspects(verb) => verb.run(talk),
            What::Words(verb) => verb.run(talk),
            What::Import(verb) => verb.run(talk),
            What::Export(verb) => verb.run(talk),
        }
    }
}
