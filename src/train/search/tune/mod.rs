//! Choosing a recipe by successive halving.
//!
//! In: pairs, a recipe to begin from, and [`Ranges`]. Out: [`Tuning`]: the chosen recipe and what it scores. Candidates are
//! drawn from the ranges with a seed; all are scored on a small share of the groups, the best third (or whatever
//! `keep_one_in` says) on a larger share, and so on to all rows (Jamieson & Talwalkar 2016, *Non-stochastic best arm
//! identification and hyperparameter optimization*). A score is the mean macro-F1 of grouped, stratified
//! cross-validations. That of the winner is optimistic, being the best of many; with outer folds the whole search runs on
//! the rows of the other folds and the winner is scored on rows that no choice has seen (Varma & Simon 2006). These scores are
//! of the largest raw decision values; those that candidates race by are calibrated, and follow the recipe's `decision`.
//!
//! `candidates.rs` turns candidates into matrices and scores, `halving.rs` races them, `trials.rs` keeps the scores in a
//! file so that a search can go on where it ended.

mod candidates;
mod halving;
mod ranges;
mod trials;

pub use halving::{Nested, Rung, Tuning, tune};
pub use ranges::{FeatureRanges, HeadRanges, Range, Ranges, SourceRanges};
pub use trials::{Trial, TrialLog, TrialsError, TrialsHeader};

use super::super::TrainError;
use crate::evaluate::ScoreError;

/// Why no recipe was chosen.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// A training failed for a reason that all candidates share.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The file of trials.
    #[error(transparent)]
    Trials(#[from] TrialsError),
    /// A rung has too few groups to learn from; its own error says of what.
    #[error("rung {rung} of {rungs} has {share:.3} of the groups; with fewer `rungs` the first has more")]
    Rung {
        /// 1-based rung.
        rung: usize,
        /// Rungs there are.
        rungs: usize,
        /// Share of the groups on it.
        share: f64,
        /// What went wrong.
        source: Box<TuneError>,
    },
    /// No candidate could be trained.
    #[error("none of {candidates} candidates could be trained; the first says: {reason}")]
    AllFailed {
        /// Candidates tried.
        candidates: usize,
        /// What the first failed on.
        reason: String,
    },
}

impl From<ScoreError> for TuneError {
    fn from(error: ScoreError) -> Self {
        Self::Train(error.into())
    }
}
