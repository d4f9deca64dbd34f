//! `demarche data words`: how often words occur.

use super::{
    super::common::{Talk, write_text},
    Status,
};
use anyhow::{Result, bail};
use demarche::{
    data::words::word_counts,
    pairs::{PairOptions, read_pairs},
};
use std::{fmt::Write, path::PathBuf};

/// How often words occur in a data set
///
/// A line for each word, in order: the word in lower case, a tab, its occurrences in the different texts. The list that
/// `demarche encoder distill` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data words training_data/train -o words.tsv
  demarche data words training_data/train --minimum 5 | sort -k2 -n -r | head")]
pub(super) struct Words {
    /// Files of labelled pairs (.jsonl, also .gz or .zst), folders of them, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    data: Vec<PathBuf>,
    /// Leave out words that occur fewer times
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    minimum: u64,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

impl Words {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let set = read_pairs(&self.data, &PairOptions::default())?;
        for (index, error) in set.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !set.rejected.is_empty() {
            bail!("{} rows rejected (--strict)", set.rejected.len());
        }
        let mut text = String::new();
        for (word, count) in word_counts(&set.pairs, self.minimum) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{word}\t{count}");
        }
        write_text(self.output.as_deref(), &text)?;
        Ok(if set.rejected.is_empty() { Status::Done } else { Status::Rejected })
    }
}
