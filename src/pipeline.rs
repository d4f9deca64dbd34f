//! The parts that every document shares, built once, and a worker's own memory.

use crate::{
    MODELS_VARIABLE, Reading, Tier,
    actors::{Gazetteer, TableError},
    attribution::{CueLexicon, SentenceView},
    features::{Block, Extractor, PairPlace, PairScope, Sequence},
    find_encoder_model,
    label::{Act, Label, Stance, Tone},
    model::{ModelError, Prediction, PriorError, PriorShift, StanceModel, StancePrior, first_largest},
    output::RecordLabels,
    pairs::{Candidate, LabelledPair},
    segment::Lexicon,
};
use std::{path::Path, sync::Arc};

/// The models that are compiled in.
const FAST_MODEL: &[u8] = include_bytes!("../models/fast.demarche");
const DEFAULT_MODEL: &[u8] = include_bytes!("../models/default.demarche");

/// Name of the model file in the folder of a model with an encoder.
pub const MODEL_FILE: &str = "model.demarche";

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
    /// What adjusts stance probabilities to shares of the stances that are not those of training.
    prior: Option<PriorShift>,
    #[cfg(feature = "encoder")]
    encoder: Option<Arc<crate::encoder::EncoderFeatures>>,
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
    /// Act, if the model has that head; adjusted to the stance where the model has a table for that (see
    /// [`crate::model::StanceActTable`]), but for its decision values.
    pub act: Option<Prediction<Act>>,
    /// Tone, if the model has that head.
    pub tone: Option<Prediction<Tone>>,
    /// Strength of the language, 0 to 10, if the model has a head for it.
    pub intensity: Option<f64>,
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
    /// The encoder of a model's folder.
    #[cfg(feature = "encoder")]
    #[error(transparent)]
    Encoder(#[from] crate::encoder::EncoderError),
    /// The folder has another encoder than the model was made with.
    #[error(
        "the model was made with an encoder whose files have the hash {expected}; those in its folder have {found}"
    )]
    OtherEncoder {
        /// Hash of the files found.
        found: String,
        /// Hash of the files the model was made with.
        expected: String,
    },
    /// The shipped model with an encoder is in none of the places where it could be.
    #[error(
        "the model with an encoder is not compiled in and was not found; looked in {}. Name the folder that holds it by {MODELS_VARIABLE}, or the model's own by --model",
        .0.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NoEncoderModel(Vec<std::path::PathBuf>),
    /// The vocabulary has no place for what the encoder says.
    #[error("damaged model: its vocabulary lacks features of the encoder")]
    Columns,
    /// A model that needs an encoder was read without its folder.
    #[error("the model needs the encoder that lies beside it: name their folder, not the file")]
    FileAlone,
    /// A model that needs an encoder, in a program without them.
    #[error("the model has an encoder, but this program was built without the feature `encoder`")]
    WithoutEncoder,
}

impl Pipeline {
    /// The pipeline as shipped: the project's actors and the model of [`Tier::Standard`].
    ///
    /// # Errors
    /// Never for a program built from released sources (tested).
    pub fn shipped() -> Result<Self, PipelineError> {
        Self::of_tier(Tier::Standard, None)
    }

    /// The pipeline of a shipped model, with the project's actors or others.
    ///
    /// # Errors
    /// For [`Tier::Encoder`], which is not compiled in, when its folder is not found or cannot be read; else never (tested).
    pub fn of_tier(tier: Tier, gazetteer: Option<Gazetteer>) -> Result<Self, PipelineError> {
        let gazetteer = || gazetteer.map_or_else(Gazetteer::shipped, Ok);
        let (prefix, bytes) = match tier {
            Tier::Fast => ("fast", FAST_MODEL),
            Tier::Standard => ("default", DEFAULT_MODEL),
            Tier::Encoder => {
                let folder = find_encoder_model().map_err(PipelineError::NoEncoderModel)?;
                return Self::open(gazetteer()?, &folder);
            }
        };
        // Model and gazetteer take some forty milliseconds each.
        let (model, (gazetteer, cues)) =
            rayon::join(|| StanceModel::from_bytes(bytes), || rayon::join(gazetteer, CueLexicon::shipped));
        let (model, identity) = model?;
        let name = format!("{prefix}-{}", &identity.hash[..8.min(identity.hash.len())]);
        Ok(Self::of(gazetteer?, cues.map_err(PipelineError::Cues)?, model, &name))
    }

    /// A pipeline of a gazetteer and a model; `model_name` stands in every record.
    ///
    /// # Errors
    /// When the model needs an encoder ([`Pipeline::open`] reads both).
    pub fn new(gazetteer: Gazetteer, model: StanceModel, model_name: &str) -> Result<Self, PipelineError> {
        if model.vectorizer.blocks()[Block::Encoder.index()] {
            return Err(PipelineError::FileAlone);
        }
        let cues = CueLexicon::shipped().map_err(PipelineError::Cues)?;
        Ok(Self::of(gazetteer, cues, model, model_name))
    }

    /// A pipeline of a gazetteer and what lies at `path`: a model file, or the folder of a model with an encoder. Records
    /// name the model by the path's last part and the first digits of its hash.
    ///
    /// # Errors
    /// When something is missing, damaged, or does not fit.
    pub fn open(gazetteer: Gazetteer, path: &Path) -> Result<Self, PipelineError> {
        let folder = path.is_dir();
        let file = if folder { path.join(MODEL_FILE) } else { path.to_owned() };
        let (model, identity) = StanceModel::read(&file)?;
        let stem = path.file_stem().map_or_else(|| "model".into(), |stem| stem.to_string_lossy().into_owned());
        let name = format!("{stem}-{}", &identity.hash[..8.min(identity.hash.len())]);
        if folder && model.vectorizer.blocks()[Block::Encoder.index()] {
            return Self::with_encoder(gazetteer, model, &name, path);
        }
        Self::new(gazetteer, model, &name)
    }

    #[cfg(feature = "encoder")]
    fn with_encoder(
        gazetteer: Gazetteer,
        model: StanceModel,
        name: &str,
        folder: &Path,
    ) -> Result<Self, PipelineError> {
        let encoder = crate::encoder::PairEncoder::read(folder)?;
        let weights = |file: &&crate::pairs::FileHash| file.name == crate::train::TAUGHT_ENCODER;
        let expected = model.identity.data.iter().find(weights).map(|file| &file.xxh3);
        if expected.is_none_or(|expected| expected != encoder.hash()) {
            let expected = expected.cloned().unwrap_or_default();
            return Err(PipelineError::OtherEncoder { found: encoder.hash().to_owned(), expected });
        }
        let features = crate::encoder::EncoderFeatures::new(encoder, &model.vectorizer);
        let encoder = Some(Arc::new(features.ok_or(PipelineError::Columns)?));
        let cues = CueLexicon::shipped().map_err(PipelineError::Cues)?;
        Ok(Self { encoder, ..Self::of(gazetteer, cues, model, name) })
    }

    #[cfg(not(feature = "encoder"))]
    fn with_encoder(_: Gazetteer, _: StanceModel, _: &str, _: &Path) -> Result<Self, PipelineError> {
        Err(PipelineError::WithoutEncoder)
    }

    fn of(gazetteer: Gazetteer, cues: CueLexicon, model: StanceModel, model_name: &str) -> Self {
        let gazetteer_name = Arc::from(gazetteer.hash());
        Self {
            gazetteer,
            cues,
            model,
            authors: false,
            prior: None,
            #[cfg(feature = "encoder")]
            encoder: None,
            model_name: model_name.into(),
            gazetteer_name,
        }
    }

    /// The same pipeline, giving the stances of authors, too, or not.
    #[must_use]
    pub fn with_authors(self, authors: bool) -> Self {
        Self { authors, ..self }
    }

    /// The same pipeline for texts in which the stances have the shares `prior`: probabilities, stances and confidences are
    /// those that the model would give had it been trained on such texts (see [`PriorShift`]).
    ///
    /// # Errors
    /// When the model does not hold the shares of its training, or lacks a stance that is to occur.
    pub fn with_prior(self, prior: StancePrior) -> Result<Self, PriorError> {
        let shift = self.model.prior_shift(prior)?;
        Ok(Self { prior: Some(shift), ..self })
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
        self.vectors(worker, text, reading, &[candidate]).pop().unwrap_or_default()
    }

    /// The vectors of candidates of a document: together, since an encoder is quicker so.
    #[must_use]
    pub fn vectors(
        &self,
        worker: &Worker,
        text: &str,
        reading: &Reading,
        candidates: &[&Candidate],
    ) -> Vec<Vec<(u32, f32)>> {
        let views = &reading.attribution.views;
        let mut made = Made::default();
        for candidate in candidates {
            let Ok(view) = views.binary_search_by_key(&candidate.sentence, |view| view.sentence) else {
                made.rows.push(Vec::new());
                continue;
            };
            let place = PairPlace {
                holder: candidate.holder_mention.map(|mention| reading.mentions[mention].span),
                target: reading.mentions[candidate.target_mention].span,
                target_actor: Some(candidate.target),
                holder_actor: candidate.holder,
            };
            let sequence = Sequence::of(
                text,
                &reading.segmentation,
                &worker.lexicon,
                &views[view],
                &reading.mentions,
                &place,
                Some(self.model.vectorizer.common()),
            );
            self.make(&sequence, &views[view], &mut made);
        }
        self.finish(made)
    }

    /// The vector of a pair whose places are given.
    #[must_use]
    pub fn vector_of_pair(&self, worker: &mut Worker, pair: &LabelledPair) -> Vec<(u32, f32)> {
        self.vectors_of_pairs(worker, std::slice::from_ref(pair)).pop().unwrap_or_default()
    }

    /// The vectors of pairs whose places are given.
    #[must_use]
    pub fn vectors_of_pairs(&self, worker: &mut Worker, pairs: &[LabelledPair]) -> Vec<Vec<(u32, f32)>> {
        let mut made = Made::default();
        for pair in pairs {
            let scope = PairScope::of(&self.gazetteer, &self.cues, &mut worker.lexicon, pair);
            let sequence = scope.sequence(&pair.text, &worker.lexicon, Some(self.model.vectorizer.common()));
            self.make(&sequence, &scope.view, &mut made);
        }
        self.finish(made)
    }

    /// Adds the row of one pair, as far as the words go.
    fn make(&self, sequence: &Sequence<'_>, view: &SentenceView, made: &mut Made) {
        let model = &self.model.vectorizer;
        let mut row = model.row();
        Extractor { sequence, view, cues: &self.cues, blocks: model.blocks() }.fill(&mut row);
        #[cfg(feature = "encoder")]
        if let Some(encoder) = &self.encoder {
            made.inputs.push(encoder.encoder().input(sequence));
            made.read.push(made.rows.len());
        }
        made.rows.push(row.finish());
    }

    /// The rows, with what the encoder says.
    #[cfg_attr(not(feature = "encoder"), allow(clippy::unused_self, reason = "as with the feature"))]
    fn finish(&self, made: Made) -> Vec<Vec<(u32, f32)>> {
        #[cfg(feature = "encoder")]
        if let Some(encoder) = &self.encoder {
            let mut rows = made.rows;
            let mut read: Vec<Vec<(u32, f32)>> = made.read.iter().map(|row| std::mem::take(&mut rows[*row])).collect();
            encoder.add(&made.inputs, &mut read);
            for (row, cells) in made.read.into_iter().zip(read) {
                rows[row] = cells;
            }
            return rows;
        }
        made.rows
    }

    /// What the heads say of a vector.
    #[must_use]
    pub fn predict_row(&self, row: &[(u32, f32)]) -> PairPrediction {
        let mut stance = self.model.stance.predict(row);
        let supplement = &self.model.supplement;
        if let Some(prior) = &self.prior {
            prior.apply(&mut stance.probabilities);
            stance.label = Stance::ALL[self.model.stance.decision.choose(&stance.probabilities)];
        }
        let mut act = self.model.act.as_ref().map(|head| head.predict(row));
        if let (Some(act), Some(table)) = (&mut act, &supplement.joint) {
            table.adjust(&stance.probabilities, &mut act.probabilities);
            act.label = Act::ALL[first_largest(&act.probabilities)];
        }
        PairPrediction {
            stance,
            act,
            tone: self.model.tone.as_ref().map(|head| head.predict(row)),
            intensity: supplement.intensity.as_ref().map(|head| head.predict(row)),
        }
    }

    /// What the heads say of a pair whose holder and target are given.
    #[must_use]
    pub fn predict(&self, worker: &mut Worker, pair: &LabelledPair) -> PairPrediction {
        let row = self.vector_of_pair(worker, pair);
        worker.lexicon.trim();
        self.predict_row(&row)
    }

    /// What the heads say of pairs whose holders and targets are given.
    #[must_use]
    pub fn predict_all(&self, worker: &mut Worker, pairs: &[LabelledPair]) -> Vec<PairPrediction> {
        let rows = self.vectors_of_pairs(worker, pairs);
        worker.lexicon.trim();
        rows.iter().map(|row| self.predict_row(row)).collect()
    }
}

/// Rows in the making.
#[derive(Default)]
struct Made {
    rows: Vec<Vec<(u32, f32)>>,
    /// What the encoder sees, and of which rows.
    #[cfg(feature = "encoder")]
    inputs: Vec<crate::encoder::PairInput>,
    #[cfg(feature = "encoder")]
    read: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Decision;

    #[test]
    fn other_shares_of_the_stances_leave_the_decision_as_it_is() {
        let mut pipeline = Pipeline::shipped().unwrap();
        // The shares under which the row without features comes out at 0.42, 0.2 and 0.38.
        let training = [0.3, 0.4, 0.3];
        pipeline.model.supplement.stance_shares = Some(training);
        let plain = pipeline.predict_row(&[]).stance.probabilities;
        let odds = [0.42, 0.2, 0.38].iter().zip(training).zip(&plain).map(|((want, share), own)| want * share / own);
        let odds: Vec<f64> = odds.collect();
        let sum: f64 = odds.iter().sum();
        let prior = StancePrior::new([odds[0] / sum, odds[1] / sum, odds[2] / sum]).unwrap();
        pipeline = pipeline.with_prior(prior).unwrap();
        for (decision, expected) in [(Decision::Label, Stance::Critical), (Decision::Ordinal, Stance::Neutral)] {
            pipeline.model.stance.decision = decision;
            let found = pipeline.predict_row(&[]).stance;
            assert!((found.probabilities[0] - 0.42).abs() < 1e-9, "{:?}", found.probabilities);
            assert_eq!(found.label, expected);
        }
    }
}
