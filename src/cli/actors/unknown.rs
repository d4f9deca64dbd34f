//! `demarche actors unknown`: names and roles in documents that the tables do not know.

use super::super::{
    Status,
    common::{ActorOptions, Output, Talk},
};
use anyhow::{Result, bail};
use demarche::{
    actors::UnknownCounts,
    document::{Documents, ReadOptions, sources},
};
use rayon::prelude::*;
use std::{io::Write, path::PathBuf};

/// Names and role phrases in documents that were not resolved, the most frequent first
///
/// One line each: how often, in how many documents, name or role, the phrase, and examples with the document's id. What
/// matters of it can be added to a table for --actors.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors unknown statements/ --most 50
  demarche actors unknown archive.jsonl.gz --actors mine.tsv -o unknown.tsv")]
pub(super) struct UnknownNames {
    /// Documents: .txt, .jsonl, .csv, .tsv (also .gz or .zst), folders, or - for standard input
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// At most so many lines
    #[arg(long, value_name = "N", default_value_t = 100)]
    most: usize,
    /// Examples on a line
    #[arg(long, value_name = "N", default_value_t = 2)]
    examples: usize,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    actors: ActorOptions,
}

const BATCH: usize = 512;

impl UnknownNames {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let gazetteer = self.actors.gazetteer()?;
        let options = ReadOptions::default();
        let mut documents = Documents::new(sources(&self.inputs, &options)?, options);
        let mut counts = UnknownCounts::default();
        let mut rejected = 0;
        loop {
            let batch: Vec<_> = documents.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let mut read = Vec::with_capacity(batch.len());
            for row in batch {
                match row {
                    Ok(document) => read.push(document),
                    Err(error) => {
                        rejected += 1;
                        talk.rejected(rejected, &error);
                    }
                }
            }
            let phrases: Vec<_> = read.par_iter().map(|document| gazetteer.unknown_phrases(document)).collect();
            for phrases in phrases {
                counts.add(phrases, self.examples);
            }
        }
        if counts.documents() == 0 {
            bail!("no document could be read ({rejected} rows rejected)");
        }
        let mut output = Output::open(self.output.as_deref())?;
        writeln!(output, "count\tdocuments\tkind\tphrase\texamples")?;
        for unknown in counts.ranked().into_iter().take(self.most) {
            let examples: Vec<String> =
                unknown.examples.iter().map(|example| example.replace(['\t', '|'], " ")).collect();
            writeln!(
                output,
                "{}\t{}\t{}\t{}\t{}",
                unknown.count,
                unknown.documents,
                unknown.kind.name(),
                unknown.text,
                examples.join(" | ")
            )?;
        }
        output.finish()?;
        Ok(if rejected > 0 { Status::Rejected } else { Status::Done })
    }
}
