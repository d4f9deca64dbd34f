//! What can be wrong with what is to be scored.

/// Why nothing could be scored.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScoreError {
    /// There are no rows or no documents.
    #[error("nothing to score: there are no rows")]
    NoRows,
    /// More groups than the resampling can number.
    #[error("too many groups: {0}, at most 4294967295 can be resampled")]
    TooManyGroups(usize),
    /// A level outside (0, 1).
    #[error("the level of the intervals must lie between 0 and 1, exclusive; found {0}")]
    Level(f64),
    /// No calibration bins.
    #[error("at least one calibration bin is needed")]
    Bins,
    /// A row whose probabilities are not one for each label.
    #[error("row {row}: {found} probabilities where {expected} are expected{hint}", hint = if *.found == 0 { " (rows without probabilities and rows with them cannot be mixed)" } else { "" })]
    ProbabilityCount {
        /// 0-based position among the outcomes.
        row: usize,
        /// How many the row has.
        found: usize,
        /// How many labels there are; 0 where the first row has no probabilities.
        expected: usize,
    },
    /// A probability outside [0, 1], or not a number.
    #[error("row {row}: {value} is not a probability")]
    Probability {
        /// 0-based position among the outcomes.
        row: usize,
        /// What stood there.
        value: f64,
    },
    /// Probabilities of a row that do not add to 1.
    #[error("row {row}: the probabilities add to {sum}, not to 1")]
    ProbabilitySum {
        /// 0-based position among the outcomes.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// Two sets of predictions that are not about the same rows.
    #[error("`{name}` is not about the same rows as the model: {problem}")]
    OtherRows {
        /// Name of the set at fault.
        name: String,
        /// Where they differ.
        problem: String,
    },
    /// Training counts that fit no label set or are all zero.
    #[error("training counts: {found} numbers with sum {sum}; expected {expected} with a sum above 0")]
    TrainingCounts {
        /// How many counts were given.
        found: usize,
        /// Their sum.
        sum: u64,
        /// How many labels there are.
        expected: usize,
    },
}
