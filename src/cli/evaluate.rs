//! `demarche evaluate`: scores with intervals, on pairs or on whole documents.

use super::{
    Status,
    common::{Format, ModelOptions, Talk, write_text},
};
use anyhow::{Result, bail};
use demarche::{
    PairPrediction, Pipeline, Worker,
    evaluate::{
        AUTHOR, FoundPair, GoldDocument, Outcome, Predictions, ScoreOptions, compare, cue_lexicon_stance, majority,
        read_gold, score_documents,
    },
    label::{Act, Label, Quad, Root, Side, Stance, Tone},
    output::aggregate,
    pairs::{LabelledPair, PairOptions, PairSet, read_pairs},
    report::{DataFile, ModelIdentity, Report, Section, render},
};
use rayon::prelude::*;
use std::{path::PathBuf, sync::Mutex};

/// Scores of a model, with intervals
///
/// On pairs: for each class precision, recall, F1 and support; accuracy, macro-F1, micro-F1, MCC, log loss, Brier score,
/// ECE, the confusion matrix, and what the majority class and a cue lexicon get on the same rows; acts also by quad class and by
/// cooperation or conflict, and by root where rows have `root` and no `act`. With --documents: how many
/// of the pairs in gold documents the whole pipeline finds, and with which stance. Intervals are bootstrap intervals over groups
/// (or documents).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche evaluate training_data/test
  demarche evaluate labels.jsonl --model mine.demarche --format markdown -o scores.md
  demarche evaluate --documents gold.jsonl")]
pub(super) struct Evaluate {
    /// Files of labelled pairs (.jsonl, also .gz or .zst), or folders of them
    #[arg(value_name = "DATA", required_unless_present = "documents")]
    data: Vec<PathBuf>,
    /// Gold documents (.jsonl) for the whole pipeline
    #[arg(long, value_name = "GOLD.jsonl", conflicts_with = "data")]
    documents: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
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

/// Pairs that one thread takes at a time.
const CHUNK: usize = 16;

impl Evaluate {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let pipeline = self.model.pipeline()?;
        let options = ScoreOptions { resamples: self.resamples, seed: self.seed, ..ScoreOptions::default() };
        let (report, rejected) = match &self.documents {
            Some(path) => self.documents(&pipeline, path, &options, talk)?,
            None => self.pairs(&pipeline, &options, talk)?,
        };
        write_text(self.output.as_deref(), &render(&report, self.format.into()))?;
        Ok(if rejected { Status::Rejected } else { Status::Done })
    }

    fn report(&self, pipeline: &Pipeline, title: &str, data: Vec<DataFile>) -> Report {
        let (name, hash) = pipeline.model_name().rsplit_once('-').unwrap_or((pipeline.model_name(), ""));
        let model = Some(ModelIdentity { name: name.to_owned(), hash: hash.to_owned() });
        let notes = vec![format!("gazetteer {}", pipeline.gazetteer.hash())];
        Report { title: title.to_owned(), model, data, notes, sections: Vec::new() }
    }

    fn pairs(&self, pipeline: &Pipeline, options: &ScoreOptions, talk: Talk) -> Result<(Report, bool)> {
        let set = read_pairs(&self.data, &PairOptions { require_stance: true, ..PairOptions::default() })?;
        for (index, error) in set.rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !set.rejected.is_empty() {
            bail!("{} rows rejected (--strict)", set.rejected.len());
        }
        if set.pairs.is_empty() {
            bail!("no labelled pair could be read");
        }
        let PairSet { pairs, rejected, files } = set;
        let workers: Vec<Mutex<Worker>> = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        let results: Vec<(PairPrediction, Stance)> = pairs
            .par_chunks(CHUNK)
            .flat_map_iter(|pairs| {
                let worker = &workers[rayon::current_thread_index().unwrap_or(0) % workers.len()];
                let mut worker = worker.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let cue = |worker: &mut Worker, pair| {
                    cue_lexicon_stance(&pipeline.gazetteer, &pipeline.cues, &mut worker.lexicon, pair)
                };
                let cues: Vec<Stance> = pairs.iter().map(|pair| cue(&mut worker, pair)).collect();
                pipeline.predict_all(&mut worker, pairs).into_iter().zip(cues)
            })
            .collect();
        let data =
            files.into_iter().map(|file| DataFile { name: file.name, hash: file.xxh3, rows: file.rows }).collect();
        let mut report = self.report(pipeline, "Scores on labelled pairs", data);
        let stance = outcomes(
            &pairs,
            &results,
            |pair| pair.stance,
            |(prediction, _)| Some((prediction.stance.label, &prediction.stance.probabilities)),
        );
        let cue: Vec<Outcome<Stance>> = pairs
            .iter()
            .zip(&results)
            .filter_map(|(pair, (_, cue))| {
                Some(Outcome {
                    gold: pair.stance?,
                    predicted: *cue,
                    probabilities: Vec::new(),
                    group: pair.group.clone(),
                })
            })
            .collect();
        section(&mut report, &stance, vec![Predictions { name: "cue lexicon".to_owned(), outcomes: cue }], options)?;
        let act =
            |(prediction, _): &(PairPrediction, Stance)| prediction.act.as_ref().map(|act| act.probabilities.clone());
        section::<Act>(&mut report, &merged(&pairs, &results, |pair| pair.act, act, |act| act), Vec::new(), options)?;
        // The root only where it says something that the act does not: data with YIELD.
        if pairs.iter().any(|pair| pair.act.is_none() && pair.root.is_some()) {
            let roots = merged(&pairs, &results, |pair| pair.root, act, Act::root);
            section::<Root>(&mut report, &roots, Vec::new(), options)?;
        }
        let quads = merged(&pairs, &results, |pair| pair.root.map(Root::quad), act, |act| act.root().quad());
        section::<Quad>(&mut report, &quads, Vec::new(), options)?;
        let side = |root: Root| root.quad().side();
        let sides = merged(&pairs, &results, |pair| pair.root.map(side), act, |act| side(act.root()));
        section::<Side>(&mut report, &sides, Vec::new(), options)?;
        let tone = outcomes(
            &pairs,
            &results,
            |pair| pair.tone,
            |(prediction, _)| prediction.tone.as_ref().map(|tone| (tone.label, &tone.probabilities)),
        );
        section::<Tone>(&mut report, &tone, Vec::new(), options)?;
        Ok((report, !rejected.is_empty()))
    }

    fn documents(
        &self,
        pipeline: &Pipeline,
        path: &std::path::Path,
        options: &ScoreOptions,
        talk: Talk,
    ) -> Result<(Report, bool)> {
        let (gold, rejected) = read_gold(path)?;
        for (index, error) in rejected.iter().enumerate() {
            talk.rejected(index + 1, error);
        }
        if self.strict && !rejected.is_empty() {
            bail!("{} rows rejected (--strict)", rejected.len());
        }
        if gold.is_empty() {
            bail!("{}: no gold document could be read", path.display());
        }
        let scored: Vec<(GoldDocument, Vec<FoundPair>)> = gold
            .into_par_iter()
            .map(|gold| {
                let records = aggregate(&pipeline.classify(&mut Worker::default(), &gold.document));
                let found = records
                    .into_iter()
                    .filter_map(|record| {
                        let holder = match record.holder {
                            Some(holder) => holder.id?.to_string(),
                            None => AUTHOR.to_owned(),
                        };
                        Some(FoundPair {
                            holder,
                            target: record.target.id?.to_string(),
                            stance: record.stance,
                            score: record.score,
                        })
                    })
                    .collect();
                (gold, found)
            })
            .collect();
        let data = vec![DataFile {
            name: path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            hash: format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&std::fs::read(path)?)),
            rows: scored.len() as u64,
        }];
        let mut report = self.report(pipeline, "The whole pipeline on gold documents", data);
        report.sections.push(Section::Documents(score_documents(&scored, options)?));
        Ok((report, !rejected.is_empty()))
    }
}

fn outcomes<L: Label>(
    pairs: &[LabelledPair],
    results: &[(PairPrediction, Stance)],
    gold: impl Fn(&LabelledPair) -> Option<L>,
    predicted: impl for<'p> Fn(&'p (PairPrediction, Stance)) -> Option<(L, &'p Vec<f64>)>,
) -> Vec<Outcome<L>> {
    pairs
        .iter()
        .zip(results)
        .filter_map(|(pair, result)| {
            let (label, probabilities) = predicted(result)?;
            Some(Outcome {
                gold: gold(pair)?,
                predicted: label,
                probabilities: probabilities.clone(),
                group: pair.group.clone(),
            })
        })
        .collect()
}

/// Outcomes of acts that are merged into fewer labels: the probability of a label is the sum of its acts'.
fn merged<L: Label>(
    pairs: &[LabelledPair],
    results: &[(PairPrediction, Stance)],
    gold: impl Fn(&LabelledPair) -> Option<L>,
    acts: impl Fn(&(PairPrediction, Stance)) -> Option<Vec<f64>>,
    label: impl Fn(Act) -> L,
) -> Vec<Outcome<L>> {
    pairs
        .iter()
        .zip(results)
        .filter_map(|(pair, result)| {
            let gold = gold(pair)?;
            let mut probabilities = vec![0.0; L::ALL.len()];
            for (act, probability) in Act::ALL.iter().zip(acts(result)?) {
                probabilities[label(*act).index()] += probability;
            }
            let best = (0..probabilities.len())
                .fold(0, |held, at| if probabilities[at] > probabilities[held] { at } else { held });
            Some(Outcome { gold, predicted: L::ALL[best], probabilities, group: pair.group.clone() })
        })
        .collect()
}

fn section<L: Label>(
    report: &mut Report,
    outcomes: &[Outcome<L>],
    mut others: Vec<Predictions<L>>,
    options: &ScoreOptions,
) -> Result<()> {
    if outcomes.is_empty() {
        return Ok(());
    }
    others.insert(0, majority(outcomes, None)?);
    let (scores, comparisons) = compare(outcomes, &others, options)?;
    report.sections.push(Section::head(&scores, &comparisons));
    Ok(())
}
