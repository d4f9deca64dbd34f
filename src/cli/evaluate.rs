//! `demarche evaluate`: scores with intervals, on pairs or on whole documents.

mod cross_validation;
mod heads;

use super::{
    Status,
    common::{Format, ModelOptions, Talk, risk, write_text},
    prior_choice::{PriorChoice, shares},
};
use anyhow::{Result, anyhow, bail};
use cross_validation::{CrossValidation, CrossValidator, Runs};
use demarche::{
    PairPrediction, Pipeline, Worker,
    actors::Gazetteer,
    attribution::CueLexicon,
    evaluate::{
        AUTHOR, FoundPair, GoldDocument, ScoreOptions, cue_lexicon_intensity, cue_lexicon_stance, read_gold,
        score_documents,
    },
    model::{Decision, PriorShift, estimate_prior},
    output::aggregate,
    pairs::{LabelledPair, PairOptions, PairSet, read_pairs},
    report::{DataFile, ModelIdentity, Report, Section, render},
};
use heads::{ByCues, Decisions, HeadProbabilities, Judged, Sections};
use rayon::prelude::*;
use std::{path::PathBuf, sync::Mutex};

/// Scores of a model, with intervals
///
/// On pairs: for each class precision, recall, F1 and support; accuracy, macro-F1, micro-F1, MCC, log loss, Brier score,
/// ECE, the confusion matrix, and what the majority class and a cue lexicon get on the same rows; acts also by quad class and by
/// cooperation or conflict, and by root where rows have `root` and no `act`. Where a text's rows come in both directions
/// between two entities, also as the five classes of Park, Pan and Joo (2021): neutral, or one of the two positive or
/// negative toward the other. With --cross-validate the same of a recipe, without a model. With --documents: how many of the
/// pairs in gold documents the whole pipeline finds, and with which stance. Intervals are bootstrap intervals over groups (or
/// documents).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche evaluate training_data/test
  demarche evaluate labels.jsonl --model mine.demarche --format markdown -o scores.md
  demarche evaluate labels.jsonl --abstain 0.1
  demarche evaluate labels.jsonl --prior critical=0.2,neutral=0.6,supportive=0.2
  demarche evaluate --documents gold.jsonl
  demarche evaluate labels.jsonl --cross-validate 5 --repeat 3 --recipe recipe.toml")]
pub(super) struct Evaluate {
    /// Files of labelled pairs (.jsonl, also .gz or .zst), or folders of them
    #[arg(value_name = "DATA", required_unless_present = "documents")]
    data: Vec<PathBuf>,
    /// Gold documents (.jsonl) for the whole pipeline
    #[arg(long, value_name = "GOLD.jsonl", conflicts_with = "data")]
    documents: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    cross_validation: CrossValidation,
    /// Also tell how sure of a stance one must be for at most this share of the answers to be wrong (with 95% certainty), and
    /// how many answers are left then; `classify --min-confidence` takes the threshold
    #[arg(long, value_name = "RISK", value_parser = risk, conflicts_with = "documents")]
    abstain: Option<f64>,
    /// Shares of the stances in these texts, where they are not those of the training data, or `estimate` to find them from the
    /// model's own answers: adjusts the probabilities (Saerens et al. 2002)
    #[arg(long, value_name = "critical=P,neutral=P,supportive=P|estimate", conflicts_with_all = ["cross_validate", "documents"])]
    prior: Option<PriorChoice>,
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
        let options = ScoreOptions { resamples: self.resamples, seed: self.seed, ..ScoreOptions::default() };
        let (report, rejected) = match (&self.documents, self.cross_validation.validator()?) {
            (Some(path), _) => self.documents(&self.model.pipeline()?, path, &options, talk)?,
            (None, Some(validator)) => self.cross_validated(&validator, &options, talk)?,
            (None, None) => self.pairs(&self.model.pipeline()?, &options, talk)?,
        };
        write_text(self.output.as_deref(), &render(&report, self.format.into()))?;
        Ok(if rejected { Status::Rejected } else { Status::Done })
    }

    fn report(pipeline: &Pipeline, title: &str, data: Vec<DataFile>) -> Report {
        let (name, hash) = pipeline.model_name().rsplit_once('-').unwrap_or((pipeline.model_name(), ""));
        let model = Some(ModelIdentity { name: name.to_owned(), hash: hash.to_owned() });
        let notes = vec![format!("gazetteer {}", pipeline.gazetteer.hash())];
        Report { title: title.to_owned(), model, data, notes, sections: Vec::new() }
    }

    /// The labelled pairs, and whether a row was rejected.
    fn read(&self, talk: Talk) -> Result<(Vec<LabelledPair>, Vec<DataFile>, bool)> {
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
        let data =
            files.into_iter().map(|file| DataFile { name: file.name, hash: file.xxh3, rows: file.rows }).collect();
        Ok((pairs, data, !rejected.is_empty()))
    }

    /// A model's scores on labelled pairs.
    fn pairs(&self, pipeline: &Pipeline, options: &ScoreOptions, talk: Talk) -> Result<(Report, bool)> {
        let (pairs, data, rejected) = self.read(talk)?;
        let run = by_chunk(&pairs, |worker, pairs| pipeline.predict_all(worker, pairs));
        let mut run: Vec<HeadProbabilities> = run.into_iter().map(said).collect();
        let mut report = Self::report(pipeline, "Scores on labelled pairs", data);
        report.notes.extend(self.adjust(pipeline, &mut run)?);
        let decisions = Decisions {
            stance: pipeline.model.stance.decision,
            tone: pipeline.model.tone.as_ref().map_or(Decision::Label, |head| head.decision),
        };
        let cues = by_cues(&pairs, &pipeline.gazetteer, &pipeline.cues);
        self.score(&mut report, &Judged { pairs: &pairs, cues: &cues, runs: &[run], decisions }, options)?;
        Ok((report, rejected))
    }

    /// A recipe's scores on labelled pairs.
    fn cross_validated(
        &self,
        validator: &CrossValidator,
        options: &ScoreOptions,
        talk: Talk,
    ) -> Result<(Report, bool)> {
        let gazetteer = self.model.actors.gazetteer()?;
        let cues = CueLexicon::shipped().map_err(|problem| anyhow!(problem))?;
        let (pairs, data, rejected) = self.read(talk)?;
        let Runs { runs, notes: told } = validator.runs(&gazetteer, &cues, &pairs, talk)?;
        let mut notes = vec![format!("gazetteer {}", gazetteer.hash())];
        notes.extend(validator.notes(&pairs));
        notes.extend(told);
        let title = "Cross-validated scores on labelled pairs".to_owned();
        let mut report = Report { title, model: None, data, notes, sections: Vec::new() };
        let cues = by_cues(&pairs, &gazetteer, &cues);
        let judged = Judged { pairs: &pairs, cues: &cues, runs: &runs, decisions: validator.decisions() };
        self.score(&mut report, &judged, options)?;
        Ok((report, rejected))
    }

    /// Adjusts the stance probabilities to the shares of the stances that were asked for; gives the remark on that.
    fn adjust(&self, pipeline: &Pipeline, run: &mut [HeadProbabilities]) -> Result<Option<String>> {
        let Some(choice) = self.prior else { return Ok(None) };
        let training = pipeline.model.training_prior()?;
        let (target, how) = match choice {
            PriorChoice::Given(prior) => (prior, "given"),
            PriorChoice::Estimate => {
                let rows: Vec<&[f64]> = run.iter().filter_map(|found| found.stance.as_deref()).collect();
                (estimate_prior(training, &rows)?, "estimated from the model's probabilities on all rows")
            }
        };
        let shift = PriorShift::new(training, target)?;
        run.iter_mut().filter_map(|found| found.stance.as_mut()).for_each(|stance| shift.apply(stance));
        Ok(Some(format!(
            "stance probabilities adjusted from the shares of training, {}, to {}, {how}",
            shares(training),
            shares(target)
        )))
    }

    /// Adds the sections of the report.
    fn score(&self, report: &mut Report, judged: &Judged<'_>, options: &ScoreOptions) -> Result<()> {
        let Sections { sections, notes } = judged.sections(options)?;
        report.notes.extend(notes);
        report.sections.extend(sections);
        report.sections.extend(self.abstain.map(|risk| judged.abstention(risk)));
        report.sections.extend(judged.spread(options)?);
        Ok(())
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
        let mut report = Self::report(pipeline, "The whole pipeline on gold documents", data);
        report.sections.push(Section::Documents(score_documents(&scored, options)?));
        Ok((report, !rejected.is_empty()))
    }
}

/// What `work` gives for each pair, in their order; a thread takes a few pairs at a time.
fn by_chunk<T: Send>(
    pairs: &[LabelledPair],
    work: impl Fn(&mut Worker, &[LabelledPair]) -> Vec<T> + Sync + Send,
) -> Vec<T> {
    let workers: Vec<Mutex<Worker>> = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    pairs
        .par_chunks(CHUNK)
        .flat_map_iter(|pairs| {
            let worker = &workers[rayon::current_thread_index().unwrap_or(0) % workers.len()];
            // A poisoned worker only holds remembered words: they are as good as before.
            let mut worker = worker.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            work(&mut worker, pairs)
        })
        .collect()
}

/// What the table of cues says of each pair.
fn by_cues(pairs: &[LabelledPair], gazetteer: &Gazetteer, lexicon: &CueLexicon) -> Vec<ByCues> {
    by_chunk(pairs, |worker, pairs| {
        let by_cues = |pair| ByCues {
            stance: cue_lexicon_stance(gazetteer, lexicon, &mut worker.lexicon, pair),
            intensity: cue_lexicon_intensity(gazetteer, lexicon, &mut worker.lexicon, pair),
        };
        pairs.iter().map(by_cues).collect()
    })
}

fn said(prediction: PairPrediction) -> HeadProbabilities {
    HeadProbabilities {
        stance: Some(prediction.stance.probabilities),
        act: prediction.act.map(|act| act.probabilities),
        tone: prediction.tone.map(|tone| tone.probabilities),
        intensity: prediction.intensity,
    }
}
