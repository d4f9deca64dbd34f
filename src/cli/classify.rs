//! `demarche classify`: documents to stance records.

use super::{
    Status,
    common::{ModelOptions, Output, Talk, risk},
};
use anyhow::{Result, bail};
use demarche::{
    Pipeline, Worker,
    document::{Document, Documents, FieldNames, Format, ReadOptions, sources},
    error::RowError,
    label::Stance,
    model::StancePrior,
    output::{RecordFormat, StanceRecord, aggregate, header, write_records},
};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::{
    io::Write,
    path::PathBuf,
    sync::{Mutex, mpsc::sync_channel},
    time::Duration,
};

/// Documents to stance records
///
/// Reads .txt, .jsonl, .csv and .tsv (each also .gz or .zst), folders of them, and `-` for standard input; writes
/// one record for each sentence, holder and target, or with --level document one for each document, holder and target.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche classify statements/
  demarche classify archive.jsonl.gz -o stances.csv --level document --min-confidence 0.6
  demarche classify statements/ --abstain 0.1
  demarche classify news.csv --text-field body --date-field published -o stances.jsonl.zst
  echo 'France condemned the strike on Mali.' | demarche classify -")]
pub(super) struct Classify {
    /// Files, folders, or - for standard input
    #[arg(value_name = "INPUT", default_value = "-")]
    inputs: Vec<PathBuf>,
    /// Write to a file, whole or not at all; .gz and .zst compress
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// jsonl or csv; without it by the output's name, else jsonl
    #[arg(long, value_name = "FORMAT")]
    format: Option<RecordFormat>,
    /// One record a sentence or a document
    #[arg(long, value_enum, default_value_t = Level::Sentence)]
    level: Level,
    #[command(flatten)]
    model: ModelOptions,
    /// Leave out records less sure than this, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    min_confidence: f64,
    /// Leave out records that the model cannot be sure of: at most this share of the rest is wrong, as far as the rows held
    /// out at training tell (their error, with 95% certainty). Applies to sentences, also with --level document
    #[arg(long, value_name = "RISK", value_parser = risk, conflicts_with = "prior")]
    abstain: Option<f64>,
    /// Shares of the stances in these texts, where they are not those of the training data: adjusts the probabilities
    /// (Saerens et al. 2002)
    #[arg(long, value_name = "critical=P,neutral=P,supportive=P")]
    prior: Option<StancePrior>,
    /// Leave out neutral records
    #[arg(long)]
    polar: bool,
    /// Also the stances of authors: how a text without an issuer speaks of an actor where nobody else does (records
    /// without a holder)
    #[arg(long)]
    authors: bool,
    /// How inputs are read when their names do not tell: text, jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<Format>,
    #[command(flatten)]
    fields: FieldOptions,
    /// Largest document, in bytes; longer rows are rejected without being held in memory
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    max_document_bytes: usize,
    /// Stop at the first rejected row
    #[arg(long)]
    strict: bool,
}

/// Names of the fields of jsonl, csv and tsv input.
#[derive(Debug, clap::Args)]
struct FieldOptions {
    /// Field that has the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: String,
    /// Field that has the id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Field that has the date (YYYY, YYYY-MM or YYYY-MM-DD)
    #[arg(long, value_name = "NAME", default_value = "date")]
    date_field: String,
    /// Field that has the issuer (an actor id or name)
    #[arg(long, value_name = "NAME", default_value = "issuer")]
    issuer_field: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Level {
    Sentence,
    Document,
}

/// Documents that one batch holds at most, and bytes after which it is closed.
const BATCH_DOCUMENTS: usize = 512;
const BATCH_BYTES: usize = 4 << 20;

/// What one document gives.
struct Classified {
    /// Its records, as they are written.
    bytes: Vec<u8>,
    records: usize,
    /// Stances of sentences left out for --abstain.
    abstained: usize,
}

#[derive(Default)]
struct Counts {
    documents: usize,
    with_records: usize,
    records: usize,
    abstained: usize,
    rejected: usize,
}

impl Classify {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        if !(0.0..=1.0).contains(&self.min_confidence) {
            bail!("--min-confidence is {}, but must be between 0 and 1", self.min_confidence);
        }
        let fields = FieldNames {
            text: self.fields.text_field.clone(),
            id: self.fields.id_field.clone(),
            date: self.fields.date_field.clone(),
            issuer: self.fields.issuer_field.clone(),
            ..FieldNames::default()
        };
        let options = ReadOptions { format: self.input_format, fields, max_document_bytes: self.max_document_bytes };
        let found = sources(&self.inputs, &options)?;
        let mut pipeline = self.model.pipeline()?.with_authors(self.authors);
        if let Some(prior) = self.prior {
            pipeline = pipeline.with_prior(prior)?;
        }
        // The program ends when its work does: giving a hundred thousand names back one by one would take 10 ms.
        let pipeline = std::mem::ManuallyDrop::new(pipeline);
        let least = self.abstain.map(|risk| pipeline.model.abstention(risk)).transpose()?.map(|point| point.threshold);
        let format = self.format.or_else(|| self.output.as_deref().and_then(RecordFormat::of_path)).unwrap_or_default();
        let mut output = Output::open(self.output.as_deref())?;
        if let Some(header) = header(format) {
            output.write_all(&header)?;
        }
        let progress = if talk.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        progress.set_style(
            ProgressStyle::with_template("{spinner} {pos} documents, {elapsed}, {per_sec}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        progress.enable_steady_tick(Duration::from_millis(200));
        let workers: Vec<Mutex<Worker>> = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        let mut counts = Counts::default();
        // A thread of its own reads ahead, two batches at most: memory does not grow with the corpus.
        let (send, receive) = sync_channel::<Vec<Result<Document, RowError>>>(2);
        let result: Result<()> = std::thread::scope(|scope| {
            scope.spawn(move || {
                let (mut batch, mut bytes) = (Vec::new(), 0);
                for item in Documents::new(found, options) {
                    bytes += item.as_ref().map_or(0, |document| document.text.len());
                    batch.push(item);
                    if batch.len() >= BATCH_DOCUMENTS || bytes >= BATCH_BYTES {
                        bytes = 0;
                        // The other side is gone when writing failed: then there is nobody to read for.
                        if send.send(std::mem::take(&mut batch)).is_err() {
                            return;
                        }
                    }
                }
                let _ = send.send(batch);
            });
            for batch in receive {
                self.batch(&pipeline, &workers, (format, least), batch, &mut output, &mut counts, talk)?;
                progress.set_position(counts.documents as u64);
            }
            Ok(())
        });
        progress.finish_and_clear();
        result?;
        if counts.documents == 0 && counts.rejected > 0 {
            bail!("no document could be read ({} rejected); nothing was written", counts.rejected);
        }
        output.finish()?;
        talk.say(format_args!(
            "{} documents: {} with stances, {} without; {} records; {} rejected",
            counts.documents + counts.rejected,
            counts.with_records,
            counts.documents - counts.with_records,
            counts.records,
            counts.rejected
        ));
        if let Some(least) = least {
            talk.say(format_args!("{} stances left out, less sure than {least} (--abstain)", counts.abstained));
        }
        Ok(if counts.rejected > 0 { Status::Rejected } else { Status::Done })
    }

    #[allow(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn batch(
        &self,
        pipeline: &Pipeline,
        workers: &[Mutex<Worker>],
        (format, least): (RecordFormat, Option<f64>),
        batch: Vec<Result<Document, RowError>>,
        output: &mut Output,
        counts: &mut Counts,
        talk: Talk,
    ) -> Result<()> {
        let results: Vec<Result<Classified, RowError>> = batch
            .into_par_iter()
            .map(|item| {
                let document = item?;
                let worker = &workers[rayon::current_thread_index().unwrap_or(0) % workers.len()];
                // A poisoned worker only holds remembered words: they are as good as before.
                let mut worker = worker.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let mut records = pipeline.classify(&mut worker, &document);
                drop(worker);
                let found = records.len();
                // Before sentences are joined: the threshold was found on single pairs.
                records.retain(|record| least.is_none_or(|least| record.confidence >= least));
                let abstained = found - records.len();
                if self.level == Level::Document {
                    records = aggregate(&records);
                }
                records.retain(|record| self.wants(record));
                let mut bytes = Vec::new();
                write_records(format, &records, &mut bytes);
                Ok(Classified { bytes, records: records.len(), abstained })
            })
            .collect();
        for result in results {
            match result {
                Ok(Classified { bytes, records, abstained }) => {
                    counts.documents += 1;
                    counts.abstained += abstained;
                    counts.records += records;
                    counts.with_records += usize::from(records > 0);
                    output.write_all(&bytes)?;
                }
                Err(error) => {
                    if self.strict {
                        bail!("{error} (--strict; nothing was written)");
                    }
                    counts.rejected += 1;
                    talk.rejected(counts.rejected, &error);
                }
            }
        }
        Ok(())
    }

    fn wants(&self, record: &StanceRecord) -> bool {
        record.confidence >= self.min_confidence && !(self.polar && record.stance == Stance::Neutral)
    }
}
