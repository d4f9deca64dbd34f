//! One classified row beside its gold label, and how rows are scored.

use super::ScoreError;
use std::sync::Arc;

/// One row of one head: what it is and what was predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<L> {
    /// The label that people gave.
    pub gold: L,
    /// The label that was predicted. It need not be the most probable one.
    pub predicted: L,
    /// One probability for each label, in the order of [`Label::ALL`](crate::pairs::Label::ALL);
    /// empty, in every row, where the predictions come without probabilities.
    pub probabilities: Vec<f64>,
    /// Rows of one group are resampled together.
    pub group: Arc<str>,
}

/// How figures and their intervals are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreOptions {
    /// Bootstrap resamples; 0 for no intervals.
    pub resamples: usize,
    /// Seed of the resampling (ChaCha8; resample *i* is stream *i*).
    pub seed: u64,
    /// Coverage of the intervals, in (0, 1).
    pub level: f64,
    /// Equal-mass bins of the expected calibration error, at least 1.
    pub bins: usize,
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { resamples: 1000, seed: 1, level: 0.95, bins: 15 }
    }
}

impl ScoreOptions {
    pub(crate) fn check(&self) -> Result<(), ScoreError> {
        // A NaN is refused here too.
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(ScoreError::Level(self.level));
        }
        if self.bins == 0 {
            return Err(ScoreError::Bins);
        }
        Ok(())
    }
}
