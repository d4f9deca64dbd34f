//! What can be wrong with an encoder.

use std::path::{Path, PathBuf};

/// Why an encoder could not be read, written or trained.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the folder is not there or cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// No folder with an encoder was named or found.
    #[error("no encoder found: {0}")]
    Missing(String),
    /// `config.json` is not that of an encoder this program can run.
    #[error("{path}: {problem}")]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// `model.safetensors` is damaged or does not fit `config.json`.
    #[error("{path}: {problem}")]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// `tokenizer.json` is damaged or of another vocabulary.
    #[error("{path}: {problem}")]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// Training ran into numbers that are not finite.
    #[error("the encoder diverged in step {step}: its loss is not finite; lower `encoder.learning_rate`")]
    Diverged {
        /// The step, from 1.
        step: usize,
    },
    /// Nothing to learn from.
    #[error("no row for the encoder to learn from")]
    NoRows,
}

impl EncoderError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}
