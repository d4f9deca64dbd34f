//! `demarche predict`: stance, act and tone for pairs whose holder and target are given.

use super::{
    Status,
    common::{ModelOptions, Output, Talk, risk},
    prior_choice::{PriorChoice, shares},
};
use anyhow::{Result, bail};
use demarche::{
    PairPrediction, Pipeline, Worker,
    label::{Label, Stance, Tone},
    model::{StancePrior, estimate_prior},
    output::rounded,
    pairs::{LabelledPair, PairOptions, PairReader},
};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::{io::Write, path::PathBuf, sync::Mutex};

/// Stance, act and tone for pairs whose holder and target are given
///
/// One output line for each input pair, in the same order, with the same id: label, probabilities, act, tone, intensity. A row
/// that cannot be used gives a line with `error`, so that lines stay in step.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche predict pairs.jsonl > predictions.jsonl
  demarche predict pairs.jsonl --model mine.demarche -o predictions.jsonl

A row: {\"id\": \"1\", \"text\": \"Paris thanked Oslo.\", \"holder\": {\"start\": 0, \"end\": 5}, \"target\": {\"start\": 14, \"end\": 18}}
Offsets are Unicode code points; a holder of null is the author.")]
pub(super) struct Predict {
    /// Files of pairs (.jsonl, also .gz or .zst), folders, or - for standard input
    #[arg(value_name = "PAIRS", required = true)]
    inputs: Vec<PathBuf>,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
    /// Give no label (null) where the model cannot be sure of it: at most this share of the labels is wrong, as far as the
    /// rows held out at training tell (their error, with 95% certainty)
    #[arg(long, value_name = "RISK", value_parser = risk, conflicts_with = "prior")]
    abstain: Option<f64>,
    /// Shares of the stances among these pairs, where they are not those of the training data: adjusts the probabilities
    /// (Saerens et al. 2002). `estimate` finds the shares that agree with the probabilities of all pairs, which are read
    /// twice then and must be in files
    #[arg(long, value_name = "critical=P,neutral=P,supportive=P|estimate")]
    prior: Option<PriorChoice>,
}

const BATCH: usize = 2_048;
/// Pairs that one thread takes at a time.
const CHUNK: usize = 16;

impl Predict {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let mut pipeline = self.model.pipeline()?;
        let prior = match self.prior {
            Some(PriorChoice::Given(prior)) => Some(prior),
            Some(PriorChoice::Estimate) => Some(self.estimated(&pipeline, talk)?),
            None => None,
        };
        if let Some(prior) = prior {
            pipeline = pipeline.with_prior(prior)?;
        }
        // The program ends when its work does: giving a hundred thousand names back one by one would take 10 ms.
        let pipeline = std::mem::ManuallyDrop::new(pipeline);
        let least = self.abstain.map(|risk| pipeline.model.abstention(risk)).transpose()?;
        let least = least.map_or(0.0, |point| point.threshold);
        let mut reader = PairReader::new(&self.inputs, &PairOptions::default())?;
        let mut output = Output::open(self.output.as_deref())?;
        let workers: Vec<Mutex<Worker>> = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        let (mut rows, mut rejected) = (0, 0);
        loop {
            let batch: Vec<_> = reader.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            for error in batch.iter().filter_map(|row| row.as_ref().err()) {
                rejected += 1;
                talk.rejected(rejected, error);
            }
            let lines: Vec<String> = batch
                .into_par_iter()
                .map(|row| {
                    let pairs = match row {
                        Ok(pairs) => pairs,
                        Err(error) => return format!("{}\n", json!({"id": error.id, "error": error.to_string()})),
                    };
                    let worker = &workers[rayon::current_thread_index().unwrap_or(0) % workers.len()];
                    let mut worker = worker.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    let found = pipeline.predict_all(&mut worker, &pairs);
                    pairs.iter().zip(&found).map(|(pair, found)| line(pair, found, least)).collect()
                })
                .collect();
            rows += lines.len();
            for line in lines {
                output.write_all(line.as_bytes())?;
            }
        }
        if rows == rejected {
            bail!("no pair could be read ({rejected} rows rejected)");
        }
        output.finish()?;
        Ok(if rejected > 0 { Status::Rejected } else { Status::Done })
    }
}

impl Predict {
    /// The shares of the stances among all pairs, by a first reading.
    fn estimated(&self, pipeline: &Pipeline, talk: Talk) -> Result<StancePrior> {
        if self.inputs.iter().any(|input| input.as_os_str() == "-") {
            bail!("--prior estimate reads all pairs before it answers any: put those of standard input into a file");
        }
        let training = pipeline.model.training_prior()?;
        let mut reader = PairReader::new(&self.inputs, &PairOptions::default())?;
        let mut found: Vec<Vec<f64>> = Vec::new();
        loop {
            let batch: Vec<_> = reader.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            // Rows that cannot be used are told of when they are answered.
            let pairs: Vec<LabelledPair> = batch.into_iter().flatten().flatten().collect();
            let parts = pairs.par_chunks(CHUNK).map_init(Worker::default, |worker, pairs| {
                let found = pipeline.predict_all(worker, pairs);
                found.into_iter().map(|found| found.stance.probabilities).collect::<Vec<_>>()
            });
            found.extend(parts.collect::<Vec<_>>().into_iter().flatten());
        }
        let rows: Vec<&[f64]> = found.iter().map(Vec::as_slice).collect();
        let prior = estimate_prior(training, &rows)?;
        talk.say(format_args!("shares of the stances, estimated on {} pairs: {}", rows.len(), shares(prior)));
        Ok(prior)
    }
}

/// The output for one pair; its label is null where its probability is below `least`.
fn line(pair: &LabelledPair, prediction: &PairPrediction, least: f64) -> String {
    let mut object = Map::new();
    object.insert("id".into(), pair.id.as_str().into());
    let stance = &prediction.stance;
    let sure = stance.probabilities[stance.label.index()] >= least;
    object.insert("label".into(), sure.then(|| stance.label.name()).into());
    object.insert("probabilities".into(), probabilities::<Stance>(&prediction.stance.probabilities));
    let act = prediction.act.as_ref();
    object.insert("act".into(), act.map(|act| act.label.name()).into());
    object.insert("act_confidence".into(), act.map(|act| rounded(act.probabilities[act.label.index()])).into());
    let tone = prediction.tone.as_ref();
    object.insert("tone".into(), tone.map(|tone| tone.label.name()).into());
    object.insert(
        "tone_probabilities".into(),
        tone.map_or(Value::Null, |tone| probabilities::<Tone>(&tone.probabilities)),
    );
    object.insert("intensity".into(), prediction.intensity.map(rounded).into());
    format!("{}\n", Value::Object(object))
}

fn probabilities<L: Label>(values: &[f64]) -> Value {
    L::ALL
        .iter()
        .map(|label| (label.name().to_owned(), json!(rounded(values[label.index()]))))
        .collect::<Map<_, _>>()
        .into()
}
