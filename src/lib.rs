//! Who takes which stance toward whom, how surely, and on what evidence.
//!
//! `demarche` reads diplomatic statements and news. Data flows one way through the stages, each a module:
//!
//! ```text
//! document -> segment -> actors -> attribution -> pairs -> features -> model -> output
//!                                                             \-> train, evaluate, report
//! ```
//!
//! [`Pipeline::classify`] is the whole of it. The words used are those of the field; they are explained in the
//! README and in `training_data/CODEBOOK.md`. Places inside the library are byte spans ([`span::Span`]); records
//! and data files count Unicode code points. The library returns typed errors, never prints and never panics on input.
//!
//! ```
//! use demarche::{Pipeline, Worker, document::Document};
//!
//! let pipeline = Pipeline::shipped()?;
//! let mut worker = Worker::default();
//! let document = Document { id: "1".into(), text: "France condemned the attack on Mali.".into(), ..Document::default() };
//! let records = pipeline.classify(&mut worker, &document);
//! assert_eq!(records[0].holder.as_ref().unwrap().id.as_deref(), Some("FRA"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![allow(
    rustdoc::private_intra_doc_links,
    reason = "module docs name the files behind them, for readers of the source"
)]
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used))]

pub mod actors;
pub mod attribution;
pub mod container;
pub mod data;
pub mod document;
pub mod encoder;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod features;
mod float_planes;
pub mod label;
pub mod model;
pub mod output;
pub mod pairs;
mod pipeline;
pub mod report;
pub mod segment;
pub mod span;
mod tier;
pub mod train;

use actors::Mention;
use attribution::{Attribution, attribute};
use document::Document;
use output::StanceRecord;
use pairs::{Candidate, candidates};
pub use pipeline::{MODEL_FILE, PairPrediction, Pipeline, PipelineError, Worker};
use segment::Segmentation;
pub use tier::{MODELS_VARIABLE, Tier, find_encoder_model, names_encoder_model};

/// What the stages before the model found in a document.
#[derive(Debug)]
pub struct Reading {
    /// Sentences, tokens, quotations.
    pub segmentation: Segmentation,
    /// Actors named and referred to.
    pub mentions: Vec<Mention>,
    /// Who says or does what.
    pub attribution: Attribution,
    /// Who may take a stance toward whom.
    pub candidates: Vec<Candidate>,
}

/// Pairs whose vectors are held at once.
const PAIRS_AT_ONCE: usize = 512;

impl Pipeline {
    /// Reads a document up to its candidate pairs.
    pub fn read(&self, worker: &mut Worker, document: &Document) -> Reading {
        let text = &document.text;
        let issuer = document.issuer.as_deref().and_then(|issuer| self.gazetteer.issuer(issuer));
        let segmentation = Segmentation::of(text);
        let mut mentions = self.gazetteer.mentions(text, &segmentation, document.date, issuer);
        let attribution = attribute(&self.cues, &mut worker.lexicon, text, &segmentation, &mut mentions, issuer);
        let candidates = candidates(&self.cues, &attribution, &mentions);
        Reading { segmentation, mentions, attribution, candidates }
    }

    /// The stance records of a document, in order of sentence, holder and target. The stances of authors (records
    /// without a holder) are left out unless [`Pipeline::authors`] is set.
    pub fn classify(&self, worker: &mut Worker, document: &Document) -> Vec<StanceRecord> {
        let reading = self.read(worker, document);
        let mut assembler = output::Assembler::new(self.labels(), document, &reading.segmentation, &reading.mentions);
        let wanted = |candidate: &&Candidate| self.authors || candidate.holder.is_some();
        let wanted: Vec<&Candidate> = reading.candidates.iter().filter(wanted).collect();
        // A few hundred vectors at a time: those of a long document with many actors would fill the memory.
        for some in wanted.chunks(PAIRS_AT_ONCE) {
            let rows = self.vectors(worker, &document.text, &reading, some);
            for (candidate, row) in some.iter().zip(rows) {
                let prediction = self.predict_row(&row);
                let claim = &reading.attribution.claims[candidate.claim];
                assembler.add(candidate, claim, &self.cues, &reading.attribution, &prediction);
            }
        }
        worker.lexicon.trim();
        assembler.finish()
    }
}
