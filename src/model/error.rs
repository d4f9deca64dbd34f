//! Why an estimator could not be fitted.

use super::RecordsError;

/// Why an estimator could not be fitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// A parameter is outside its range.
    #[error("{name} is {value}, but must be {expected}")]
    Parameter {
        /// The parameter, as the builder method names it.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// There is no row to learn from.
    #[error("no row with a positive weight to learn from")]
    NoRows,
    /// Records, targets and weights do not go together.
    #[error("{records} rows of features, but {found} {what}")]
    Length {
        /// Rows of features.
        records: usize,
        /// What else was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A sample weight is negative or not finite.
    #[error("row {row}: the weight {weight} is not a finite number of at least 0")]
    Weight {
        /// 0-based row.
        row: usize,
        /// The weight.
        weight: f32,
    },
    /// All rows have one label.
    #[error("every row is `{label}`; a classifier needs at least two labels")]
    SingleClass {
        /// The only label.
        label: String,
    },
    /// A warm start has another number of features.
    #[error("the model to start from has {model} features, the records have {records}")]
    WarmStart {
        /// Features of the model.
        model: usize,
        /// Features of the records.
        records: usize,
    },
    /// What counts, takes counts and other values of at least 0.
    #[error("row {row}: feature {feature} is {value}; {method} takes values of at least 0")]
    NegativeValue {
        /// What counts.
        method: &'static str,
        /// 0-based row.
        row: usize,
        /// The feature.
        feature: u32,
        /// Its value.
        value: f32,
    },
    /// `linfa-logistic` takes no weights.
    #[error(
        "linfa-logistic takes no sample weights, but row {row} weighs {weight}; use another estimator, or give every row a \
         weight of 1"
    )]
    WeightsUnsupported {
        /// First row whose weight is not 1.
        row: usize,
        /// Its weight.
        weight: f32,
    },
    /// A dense copy of the selected columns would not fit.
    #[error("{rows} rows x {columns} columns are too many for a dense copy; at most {limit} cells are allowed")]
    TooLarge {
        /// Rows.
        rows: usize,
        /// Columns selected.
        columns: usize,
        /// Most cells.
        limit: usize,
    },
    /// The solution overflowed.
    #[error("the weights found are not finite; scale the features or raise the regularisation")]
    NotFinite,
    /// The solver ended at a point worse than where it began.
    #[error("the solver ended at objective {found}, above the {start} it began with")]
    Diverged {
        /// Objective at the end.
        found: f64,
        /// Objective of zero weights.
        start: f64,
    },
    /// The feature matrix is at fault.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// linfa refused.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// `linfa-logistic` refused.
    #[error(transparent)]
    LinfaLogistic(#[from] linfa_logistic::error::Error),
}

/// Fails unless `value` is finite and above zero.
pub(super) fn require_positive(name: &'static str, value: f64) -> Result<(), FitError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(FitError::Parameter { name, value: value.to_string(), expected: "a finite number above 0" })
    }
}

/// Fails unless `value` is at least 1.
pub(super) fn require_some(name: &'static str, value: usize) -> Result<(), FitError> {
    if value > 0 { Ok(()) } else { Err(FitError::Parameter { name, value: "0".to_owned(), expected: "at least 1" }) }
}
