//! `demarche data suspects`: rows whose label a cross-validated model doubts.

use super::{
    super::common::{ModelOptions, Output, Talk},
    Status,
};
use anyhow::{Context, Result, bail};
use demarche::{
    Pipeline,
    data::suspects::suspects,
    label::{Act, Label, Stance, Tone},
    output::rounded,
    pairs::{LabelledPair, PairOptions, read_pairs},
    span::CodePoints,
    train::{Recipe, cross_validate},
};
use serde_json::json;
use std::{io::Write, path::PathBuf};

/// Rows whose label a cross-validated model doubts most
///
/// Cross-validates the rows with the recipe of a model (its features, estimator and seed), so that each row is judged by
/// models that did not learn from its group, and lists those whose label the models confidently contradict (confident
/// learning, Northcutt et al. 2021), the most doubtful first. A suspect is a row to look at: it may be mislabelled, or right
/// and hard. Takes as long as training the head twice or so.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche data suspects labels.jsonl --most 50
  demarche data suspects training_data/train --head act --format jsonl -o suspects.jsonl
  demarche data suspects labels.jsonl --model mine.demarche --folds 10")]
pub(super) struct Suspects {
    /// Files of labelled pairs or passages (.jsonl, also .gz or .zst), or folders of them
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
    /// The labels to judge
    #[arg(long, value_enum, default_value_t = Head::Stance)]
    head: Head,
    /// Folds of the cross-validation (2 to 20); those of the recipe unless told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20))]
    folds: Option<u8>,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    most: usize,
    /// text or jsonl
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Fail if a row is rejected
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Head {
    Stance,
    Act,
    Tone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Jsonl,
}

impl Suspects {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let pipeline = self.model.pipeline()?;
        let set = read_pairs(&self.inputs, &PairOptions::default())?;
        for (index, error) in set.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !set.rejected.is_empty() {
            bail!("{} rows rejected (--strict)", set.rejected.len());
        }
        match self.head {
            Head::Stance => self.judge::<Stance>(&pipeline, &set.pairs, |pair| pair.stance, talk)?,
            Head::Act => self.judge::<Act>(&pipeline, &set.pairs, |pair| pair.act, talk)?,
            Head::Tone => self.judge::<Tone>(&pipeline, &set.pairs, |pair| pair.tone, talk)?,
        }
        Ok(if set.rejected.is_empty() { Status::Done } else { Status::Rejected })
    }

    fn judge<L: Label>(
        &self,
        pipeline: &Pipeline,
        pairs: &[LabelledPair],
        label: impl Fn(&LabelledPair) -> Option<L>,
        talk: Talk,
    ) -> Result<()> {
        let mut recipe = Recipe::parse(&pipeline.model.identity.recipe).context("the recipe in the model")?;
        recipe.folds = self.folds.map_or(recipe.folds, usize::from);
        let adaptation = &mut recipe.adaptation;
        if adaptation.copies && pairs.iter().all(|pair| *pair.source != *adaptation.predict_as) {
            // The recipe is the model's, and the rows need not be of the data sets that the model learned from.
            adaptation.copies = false;
            talk.say(format_args!(
                "no row is of `{}`, for which the model speaks: data sets get no weights of their own here",
                adaptation.predict_as
            ));
        }
        let bar = if talk.quiet { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new_spinner() };
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        let progress = |step: &str| bar.set_message(step.to_owned());
        let found = cross_validate(&pipeline.gazetteer, &pipeline.cues, &recipe, pairs, label, &progress)?;
        bar.finish_and_clear();
        found.warnings.iter().for_each(|warning| talk.say(warning));
        let suspects = suspects(&found);
        let mut output = Output::open(self.output.as_deref())?;
        for (rank, suspect) in suspects.ranked.iter().take(self.most).enumerate() {
            let pair = &pairs[suspect.row];
            let holder = pair.holder.map(|span| span.of(&pair.text));
            let target = pair.target.of(&pair.text);
            match self.format {
                Format::Text => writeln!(
                    output,
                    "{}:{}: {}: {} ({:.3}), rather {} ({:.3}): {} -> {target}: {}",
                    pair.file,
                    pair.line,
                    pair.id,
                    suspect.given,
                    suspect.given_probability,
                    suspect.suggested,
                    suspect.suggested_probability,
                    holder.unwrap_or("(author)"),
                    pair.text.replace(['\n', '\r'], " ")
                )?,
                Format::Jsonl => {
                    let points = CodePoints::of(&pair.text);
                    let place = |span| {
                        let (start, end) = points.range(span);
                        json!({"start": start, "end": end, "text": span.of(&pair.text)})
                    };
                    let row = json!({
                        "rank": rank + 1, "id": pair.id, "file": &*pair.file, "line": pair.line, "head": L::HEAD,
                        "given": suspect.given.name(), "suggested": suspect.suggested.name(),
                        "p_given": rounded(suspect.given_probability),
                        "p_suggested": rounded(suspect.suggested_probability),
                        "margin": rounded(suspect.margin),
                        "text": &*pair.text, "holder": pair.holder.map(place), "target": place(pair.target),
                    });
                    writeln!(output, "{row}")?;
                }
            }
        }
        output.finish()?;
        let noise = suspects.noise(&found.labels).map_or_else(String::new, |share| {
            format!("; the confident joint puts the share of wrong labels at {:.1} %", share * 100.0)
        });
        talk.say(format_args!(
            "{}: {} suspects among {} rows, {} shown{noise}",
            L::HEAD,
            suspects.ranked.len(),
            suspects.rows,
            suspects.ranked.len().min(self.most)
        ));
        Ok(())
    }
}
