//! The parts that every document shares, built once, and a worker's own memory.

use crate::{
    Reading,
    actors::{Gazetteer, TableError},
    attribution::CueLexicon,
    features::{Extractor, PairPlace, PairScope, Sequence},
    label::{Act, Stance, Tone},
    model::{ModelError, Prediction, StanceModel},
    output::RecordLabels,
    pairs::{Candidate, LabelledPair},
    segment::Lexicon,
};
use std::sync::Arc;

/// The model that is compiled in.
const DEFAULT_MODEL: &[u8] = include_bytes!("../models/default.demarche");

/// Gazetteer, cues and model.
#[derive(Debug)]
pub struct Pipeline {
    /// The actors.
    pub gazetteer: Gazetteer,
    /// The cues.
    pub cues: CueLexicon,
    /// The model.
    pub model: StanceModel,
    /// Whether the stances of authors are given, too: how a text without an issuer itself speaks of the actors in
    /// sentences that nobody else is quoted or acts in.
    pub authors: bool,
    model_name: Arc<str>,
    gazetteer_name: Arc<str>,
}

/// What one thread remembers from document to document: it only saves time, never changes a result.
#[derive(Default)]
pub struct Worker {
    /// Words met so far.
    pub lexicon: Lexicon,
}

/// What the heads say of one pair.
#[derive(Debug, Clone)]
pub struct PairPrediction {
    /// Stance with probabilities in label order.
    pub stance: Prediction<Stance>,
    /// Act, if the model has that head.
    pub act: Option<Prediction<Act>>,
    /// Tone, if the model has that head.
    pub tone: Option<Prediction<Tone>>,
}

/// Why a pipeline could not be built.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A table of actors.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The table of cues.
    #[error("{0}")]
    Cues(String),
}

impl Pipeline {
    /// The pipeline as shipped.
    ///
    /// # Errors
    /// Never for a program built from released sources (tested).
    pub fn shipped() -> Result<Self, PipelineError> {
        // Each takes a good part of a tenth of a second.
        let (model, gazetteer) = rayon::join(|| StanceModel::from_bytes(DEFAULT_MODEL), Gazetteer::shipped);
        let (model, identity) = model?;
        Self::new(gazetteer?, model, &format!("default-{}", &identity.hash[..8.min(identity.hash.len())]))
    }

    /// A pipeline of a gazetteer and a model; `model_name` stands in every record.
    ///
    /// # Errors
    /// Never for the cue table as shipped (tested).
    pub fn new(gazetteer: Gazetteer, model: StanceModel, model_name: &str) -> Result<Self, PipelineError> {
        let cues = CueLexicon::shipped().map_err(PipelineError::Cues)?;
        let gazetteer_name = Arc::from(gazetteer.hash());
        Ok(Self { gazetteer, cues, model, authors: false, model_name: model_name.into(), gazetteer_name })
    }

    /// The same pipeline with other actors.
    #[must_use]
    pub fn with_gazetteer(self, gazetteer: Gazetteer) -> Self {
        Self { gazetteer_name: Arc::from(gazetteer.hash()), gazetteer, ..self }
    }

    /// The same pipeline, giving the stances of authors, too, or not.
    #[must_use]
    pub fn with_authors(self, authors: bool) -> Self {
        Self { authors, ..self }
    }

    /// Name of the model as records have it.
    #[must_use]
    pub fn model_name(&self) -> &str {
        &self.model_name
    }

    pub(crate) fn labels(&self) -> RecordLabels<'_> {
        RecordLabels {
            gazetteer: &self.gazetteer,
            model: self.model_name.clone(),
            gazetteer_name: self.gazetteer_name.clone(),
        }
    }

    /// The vector of a candidate of a document.
    #[must_use]
    pub fn vector(&self, worker: &Worker, text: &str, reading: &Reading, candidate: &Candidate) -> Vec<(u32, f32)> {
        let views = &reading.attribution.views;
        let Ok(view) = views.binary_search_by_key(&candidate.sentence, |view| view.sentence) else { return Vec::new() };
        let place = PairPlace {
            holder: candidate.holder_mention.map(|mention| reading.mentions[mention].span),
            target: reading.mentions[candidate.target_mention].span,
            target_actor: Some(candidate.target),
            holder_actor: candidate.holder,
        };
        let model = &self.model.vectorizer;
        let sequence = Sequence::of(
            text,
            &reading.segmentation,
            &worker.lexicon,
            &views[view],
            &reading.mentions,
            &place,
            Some(model.common()),
        );
        let mut row = model.row();
        Extractor { sequence: &sequence, view: &views[view], cues: &self.cues, blocks: model.blocks() }
            .features(&mut |feature| row.add(&feature));
        row.finish()
    }

    /// The vector of a pair whose places are given.
    #[must_use]
    pub fn vector_of_pair(&self, worker: &mut Worker, pair: &LabelledPair) -> Vec<(u32, f32)> {
        let scope = PairScope::of(&self.gazetteer, &self.cues, &mut worker.lexicon, pair);
        let model = &self.model.vectorizer;
        let sequence = Sequence::of(
            &pair.text,
            &scope.segmentation,
            &worker.lexicon,
            &scope.view,
            &scope.mentions,
            &scope.place,
            Some(model.common()),
        );
        let mut row = model.row();
        Extractor { sequence: &sequence, view: &scope.view, cues: &self.cues, blocks: model.blocks() }
            .features(&mut |feature| row.add(&feature));
        row.finish()
    }

    /// What the heads say of a vector.
    #[must_use]
    pub fn predict_row(&self, row: &[(u32, f32)]) -> PairPrediction {
        PairPrediction {
            stance: self.model.stance.predict(row),
            act: self.model.act.as_ref().map(|head| head.predict(row)),
            tone: self.model.tone.as_ref().map(|head| head.predict(row)),
        }
    }

    /// What the heads say of a pair whose holder and target are given.
    #[must_use]
    pub fn predict(&self, worker: &mut Worker, pair: &LabelledPair) -> PairPrediction {
        let row = self.vector_of_pair(worker, pair);
        worker.lexicon.trim();
        self.predict_row(&row)
    }
}
