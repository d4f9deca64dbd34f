//! The whole model: identity, vocabulary and heads, in one file.

use super::{FileError, FileIdentity, Head, HeadError, PriorError, PriorShift, RiskPoint, StancePrior, Supplement};
use crate::{
    container,
    features::{Block, FEATURES_VERSION, Vectorizer, WORD_VECTORS, WordVectors},
    label::{Act, Stance, Tone},
    pairs::FileHash,
    segment::STEMMER,
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a model was made with and from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// Program and version.
    pub program: String,
    /// Version of the feature definitions.
    pub features: String,
    /// Stemmer and version.
    pub stemmer: String,
    /// Hash of the gazetteer at training.
    pub gazetteer: String,
    /// The recipe, as TOML.
    pub recipe: String,
    /// Data files with hashes and rows.
    pub data: Vec<FileHash>,
    /// Rows used.
    pub rows: u64,
}

/// A trained model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StanceModel {
    /// What it was made with and from.
    pub identity: ModelIdentity,
    /// From pairs to columns.
    pub vectorizer: Vectorizer,
    /// Stance.
    pub stance: Head<Stance>,
    /// Act, where it was trained.
    pub act: Option<Head<Act>>,
    /// Tone, where it was trained.
    pub tone: Option<Head<Tone>>,
    /// Parts that may be missing. Must stay last: a file may end before them.
    pub supplement: Supplement,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is missing, damaged or of another kind.
    #[error(transparent)]
    File(#[from] FileError),
    /// The heads do not fit the vocabulary.
    #[error("damaged model: {0}")]
    Head(#[from] HeadError),
    /// A part beside the heads cannot be used.
    #[error("the model cannot be used: {0}")]
    Supplement(String),
    /// It was made with other feature definitions or another stemmer.
    #[error("the model was made with {found}, this program has {expected}; train it anew with `demarche train`")]
    Version {
        /// What the model says.
        found: String,
        /// What this program has.
        expected: String,
    },
}

/// Why there is no threshold for a risk.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AbstentionError {
    /// The model has no held-out errors.
    #[error(
        "the model does not hold its errors on held-out rows (it was made by an older version); train it anew, or find a threshold on labelled rows with `demarche evaluate --abstain` and pass it as --min-confidence"
    )]
    Unknown,
    /// Even the surest answers err too often, or there are too few of them to tell.
    #[error(
        "no threshold keeps the share of wrong stances under {risk} on the {rows} rows held out at training; allow a higher risk"
    )]
    Risk {
        /// The risk wanted.
        risk: f64,
        /// Rows that were held out.
        rows: u64,
    },
}

impl StanceModel {
    /// Puts a model together.
    #[must_use]
    pub fn new(
        identity: ModelIdentity,
        vectorizer: Vectorizer,
        stance: Head<Stance>,
        act: Option<Head<Act>>,
        tone: Option<Head<Tone>>,
    ) -> Self {
        Self { identity, vectorizer, stance, act, tone, supplement: Supplement::default() }
    }

    /// The same model with other parts beside the heads.
    #[must_use]
    pub fn with_supplement(self, supplement: Supplement) -> Self {
        Self { supplement, ..self }
    }

    /// Shares of the stances among the rows that the stance head learned from.
    ///
    /// # Errors
    /// [`PriorError::Unknown`] for a model that was made without them.
    pub fn training_prior(&self) -> Result<StancePrior, PriorError> {
        StancePrior::new(self.supplement.stance_shares.ok_or(PriorError::Unknown)?)
    }

    /// What turns the stance head's probabilities into those for texts with other shares of the stances.
    ///
    /// # Errors
    /// As [`Self::training_prior`] and [`PriorShift::new`].
    pub fn prior_shift(&self, target: StancePrior) -> Result<PriorShift, PriorError> {
        PriorShift::new(self.training_prior()?, target)
    }

    /// The threshold of confidence above which the stance head erred at most with this risk on rows held out of training.
    ///
    /// # Errors
    /// When the model holds no such rows, or no threshold keeps the risk on them.
    pub fn abstention(&self, risk: f64) -> Result<RiskPoint, AbstentionError> {
        let table = self.supplement.stance_risk.as_ref().ok_or(AbstentionError::Unknown)?;
        table.threshold(risk).ok_or_else(|| AbstentionError::Risk { risk, rows: table.rows() })
    }

    /// Writes the model, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<FileIdentity, ModelError> {
        Ok(container::write_file(path, self)?)
    }

    /// Reads a model file and checks that its parts fit.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn read(path: &Path) -> Result<(Self, FileIdentity), ModelError> {
        Self::checked(container::read_file(path)?)
    }

    /// Reads a model from memory.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, FileIdentity), ModelError> {
        Self::checked(container::from_bytes(bytes)?)
    }

    fn checked((model, identity): (Self, FileIdentity)) -> Result<(Self, FileIdentity), ModelError> {
        for (found, expected) in [(&model.identity.features, FEATURES_VERSION), (&model.identity.stemmer, STEMMER)] {
            if found != expected {
                return Err(ModelError::Version { found: found.clone(), expected: expected.to_owned() });
            }
        }
        if model.vectorizer.blocks()[Block::Embedding.index()] {
            let held = model.identity.data.iter().find(|file| file.name == WORD_VECTORS);
            let (found, expected) = (held.map_or("none", |file| &*file.xxh3), WordVectors::shipped().hash());
            if found != expected {
                let named = |hash: &str| format!("word vectors {hash}");
                return Err(ModelError::Version { found: named(found), expected: named(expected) });
            }
        }
        let columns = model.vectorizer.columns();
        model.stance.validate(columns)?;
        if let Some(head) = &model.act {
            head.validate(columns)?;
        }
        if let Some(head) = &model.tone {
            head.validate(columns)?;
        }
        if let Some(problem) = model.supplement.problem(columns) {
            return Err(ModelError::Supplement(problem));
        }
        Ok((model, identity))
    }
}
