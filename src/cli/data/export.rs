//! `demarche data export`: pairs as files for annotation tools, other classifiers and the Hugging Face hub.

use super::super::{
    Status,
    common::{Output, Talk},
};
use anyhow::{Result, bail};
use demarche::{
    data::export::{CardFields, ExportError, ExportFormat, ExportSummary, NamedPairs, export_file, export_folder},
    output::AtomicFolder,
    pairs::{PairOptions, read_pairs},
};
use std::path::{Path, PathBuf};

/// Turn pairs and passages into files for annotation tools and other classifiers
///
/// doccano, label-studio and brat get a text once, with all its pairs that follow each other: mentions are `actor`, relations and the
/// author's targets are named after the stances, and what has no place goes along as a note, so that `data import` gives the same
/// pairs back. fasttext carries text, places and stance only. huggingface is a folder with data files and a dataset card.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data export --to doccano examples/pairs.jsonl > doccano.jsonl
  demarche data export --to label-studio labels.jsonl -o tasks.json
  demarche data export --to brat training_data/test -o brat
  demarche data export --to huggingface train.jsonl test.jsonl --part train --part test --title 'Harbour stances' --licence cc-by-4.0 -o hub

Label Studio needs a labelling interface with <Relations> and <Labels name=\"label\" toName=\"text\"> of the values actor, critical, neutral and
supportive, over <Text name=\"text\" value=\"$text\"/>; doccano a sequence labelling project with overlapping spans and relations.")]
pub(super) struct Export {
    /// doccano, label-studio, brat, fasttext or huggingface
    #[arg(long, value_name = "FORMAT")]
    to: ExportFormat,
    /// Files of pairs or passages (.jsonl, also .gz or .zst), folders, or - for standard input
    #[arg(value_name = "PAIRS", required = true)]
    inputs: Vec<PathBuf>,
    /// Write to a file, or to a folder (brat, huggingface), whole or not at all
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Name of the part that an input is (huggingface): once for each input; without it all are `train`
    #[arg(long, value_name = "NAME")]
    part: Vec<String>,
    /// Title of the dataset card (huggingface)
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Licence of the dataset card (huggingface): an identifier of the hub, such as cc-by-4.0, or words
    #[arg(long, value_name = "LICENCE")]
    licence: Option<String>,
    /// Language of the texts, for the dataset card (huggingface)
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

impl Export {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let hub = self.to == ExportFormat::HuggingFace;
        let given = [
            ("--part", !self.part.is_empty()),
            ("--title", self.title.is_some()),
            ("--licence", self.licence.is_some()),
            ("--language", self.language.is_some()),
        ];
        if let Some((option, _)) = given.iter().find(|(_, given)| *given && !hub) {
            bail!("{option} is for huggingface");
        }
        if !self.part.is_empty() && self.part.len() != self.inputs.len() {
            bail!("{} inputs, but {} parts: name a --part for each input", self.inputs.len(), self.part.len());
        }
        let folder = match (&self.output, self.to.is_folder()) {
            (Some(path), true) if path != Path::new("-") => Some(AtomicFolder::create(path)?),
            (_, true) => bail!("{} is a folder of files: name it with -o", self.to),
            (_, false) => None,
        };
        let (parts, rejected) = self.parts(talk)?;
        let pairs: usize = parts.iter().map(|part| part.pairs.len()).sum();
        if self.strict && rejected > 0 {
            bail!("{rejected} rows rejected (--strict); nothing was written");
        }
        if pairs == 0 {
            bail!("no pair could be read");
        }
        let summary = match folder {
            Some(folder) => {
                let card = self.card();
                let summary = export_folder(self.to, &parts, &card, &folder)?;
                folder.commit()?;
                summary
            }
            None => self.file(&parts)?,
        };
        talk.say(format_args!("{}: {summary}", self.to));
        if hub && self.licence.is_none() {
            talk.say("the dataset card names no licence (--licence)");
        }
        Ok(if rejected > 0 { Status::Rejected } else { Status::Done })
    }

    /// The pairs of the parts, and how many rows were rejected.
    fn parts(&self, talk: Talk) -> Result<(Vec<NamedPairs>, usize)> {
        let groups: Vec<(String, &[PathBuf])> = if self.part.is_empty() {
            vec![("train".to_owned(), &self.inputs)]
        } else {
            self.part.iter().cloned().zip(self.inputs.chunks(1)).collect()
        };
        let (mut parts, mut rejected) = (Vec::new(), 0);
        for (name, inputs) in groups {
            let set = read_pairs(inputs, &PairOptions::default())?;
            for error in &set.rejected {
                rejected += 1;
                talk.rejected(rejected, error);
            }
            parts.push(NamedPairs { name, pairs: set.pairs });
        }
        Ok((parts, rejected))
    }

    fn card(&self) -> CardFields {
        let own = CardFields::default();
        CardFields {
            title: self.title.clone().unwrap_or(own.title),
            licence: self.licence.clone(),
            language: self.language.clone().unwrap_or(own.language),
        }
    }

    fn file(&self, parts: &[NamedPairs]) -> Result<ExportSummary> {
        let mut output = Output::open(self.output.as_deref())?;
        // Formats of one file have one part.
        let pairs = parts.first().map(|part| part.pairs.as_slice()).unwrap_or_default();
        match export_file(self.to, pairs, &mut output) {
            Ok(summary) => {
                output.finish()?;
                Ok(summary)
            }
            // As it is, so that a closed pipe is known for what it is.
            Err(ExportError::Output(error)) => Err(error.into()),
            Err(error) => Err(error.into()),
        }
    }
}
