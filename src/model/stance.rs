//! The whole model: identity, vocabulary and heads, in one file.

use super::{FileError, FileIdentity, Head, HeadError, file};
use crate::{
    features::{FEATURES_VERSION, Vectorizer},
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
    /// It was made with other feature definitions or another stemmer.
    #[error("the model was made with {found}, this program has {expected}; train it anew with `demarche train`")]
    Version {
        /// What the model says.
        found: String,
        /// What this program has.
        expected: String,
    },
}

impl StanceModel {
    /// Puts a model together.
    #[must_use]
    pub const fn new(
        identity: ModelIdentity,
        vectorizer: Vectorizer,
        stance: Head<Stance>,
        act: Option<Head<Act>>,
        tone: Option<Head<Tone>>,
    ) -> Self {
        Self { identity, vectorizer, stance, act, tone }
    }

    /// Writes the model, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<FileIdentity, ModelError> {
        Ok(file::write_file(path, self)?)
    }

    /// Reads a model file and checks that its parts fit.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn read(path: &Path) -> Result<(Self, FileIdentity), ModelError> {
        Self::checked(file::read_file(path)?)
    }

    /// Reads a model from memory.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, FileIdentity), ModelError> {
        Self::checked(file::from_bytes(bytes)?)
    }

    fn checked((model, identity): (Self, FileIdentity)) -> Result<(Self, FileIdentity), ModelError> {
        for (found, expected) in [(&model.identity.features, FEATURES_VERSION), (&model.identity.stemmer, STEMMER)] {
            if found != expected {
                return Err(ModelError::Version { found: found.clone(), expected: expected.to_owned() });
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
        Ok((model, identity))
    }
}
