//! What can be wrong with an encoder.

use std::path::{Path, PathBuf};

/// Why an encoder could not be read, written or trained.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the folder is not there or cannot be read.
    #[error("{path}")]
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
    /// The general encoder is none.
    #[error("{} holds an encoder that was taught already; start from a general one", .0.display())]
    Taught(PathBuf),
    /// What an interrupted teaching left is damaged.
    #[error("{path}: {problem}; delete the file to teach from the beginning")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// An interrupted teaching of other rows or settings lies where this one's would.
    #[error(
        "{} is of another teaching (other rows, recipe, seed or general encoder): repeat that one to go on with it, name another folder, or delete the file",
        .0.display()
    )]
    OtherTeaching(PathBuf),
    /// Nothing to learn from.
    #[error("no row for the encoder to learn from")]
    NoRows,
}

impl EncoderError {
    /// The same problem of a file that a copy was made of.
    pub(super) fn moved(self, copy: &Path, original: &Path) -> Self {
        let moved = |path: PathBuf| path.strip_prefix(copy).map_or(path.clone(), |rest| original.join(rest));
        match self {
            Self::Io { path, source } => Self::Io { path: moved(path), source },
            Self::Configuration { path, problem } => Self::Configuration { path: moved(path), problem },
            Self::Weights { path, problem } => Self::Weights { path: moved(path), problem },
            Self::Tokenizer { path, problem } => Self::Tokenizer { path: moved(path), problem },
            Self::Taught(path) => Self::Taught(moved(path)),
            other => other,
        }
    }

    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}
