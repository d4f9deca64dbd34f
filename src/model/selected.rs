//! Logistic regression by the crate `linfa-logistic` on the columns that depend most on the label.
//!
//! In: a data set of [`SparseRecords`] with values of at least 0. Out: a [`LinearClassifier`] over all features, whose
//! weights are zero outside the columns selected (by [`super::chi_squared()`]).
//!
//! `linfa-logistic` works on dense `f64`, so columns are few and a limit guards the memory. Its log-sum-exp clamps at
//! 1e-15 and misleads its line search at small `alpha` without a word; `alpha` below 0.01 is therefore refused, and the
//! solution is measured again by our own objective: the report tells its gradient, and a solution worse than no
//! weights at all is an error. It takes no weights of rows.

use super::{
    ClassWeights, Convergence, FitError, LinearClassifier, MultinomialObjective, SparseRecords, StopReason,
    chi_squared::{chi_squared, strongest_columns},
    error::{require_positive, require_some},
    examples::Examples,
    optimize::vector::max_norm,
};
use crate::pairs::Label;
use linfa::{DatasetBase, ParamGuard, dataset::Records, traits::Fit};
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

/// Smallest penalty at which `linfa-logistic` 0.8 is sound.
const SMALLEST_ALPHA: f64 = 0.01;
/// Most cells of the dense copy: 512 MiB.
const MOST_CELLS: usize = 1 << 26;

/// Parameters of `linfa-logistic` on selected columns, not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectedLogistic(SelectedLogisticValid);

/// Checked parameters of `linfa-logistic` on selected columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectedLogisticValid {
    columns: usize,
    alpha: f64,
    max_iterations: usize,
    gradient_tolerance: f64,
}

impl Default for SelectedLogistic {
    fn default() -> Self {
        Self(SelectedLogisticValid { columns: 1000, alpha: 1.0, max_iterations: 100, gradient_tolerance: 1e-4 })
    }
}

impl SelectedLogistic {
    /// How many columns to select; 1000 where not set.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.0.columns = columns;
        self
    }

    /// Strength of the L2 penalty, at least 0.01; 1 where not set.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Most steps of the solver; 100 where not set.
    #[must_use]
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// The solver ends when the norm of the gradient of the summed loss is below; 1e-4 where not set.
    #[must_use]
    pub fn gradient_tolerance(mut self, gradient_tolerance: f64) -> Self {
        self.0.gradient_tolerance = gradient_tolerance;
        self
    }
}

impl ParamGuard for SelectedLogistic {
    type Checked = SelectedLogisticValid;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, FitError> {
        require_some("columns", self.0.columns)?;
        require_some("max_iterations", self.0.max_iterations)?;
        require_positive("gradient_tolerance", self.0.gradient_tolerance)?;
        if !self.0.alpha.is_finite() || self.0.alpha < SMALLEST_ALPHA {
            let (value, expected) = (self.0.alpha.to_string(), "at least 0.01 for linfa-logistic");
            return Err(FitError::Parameter { name: "alpha", value, expected });
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, FitError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl SelectedLogisticValid {
    /// Fits, and says how near to the minimum the solution is by our own objective. `linfa-logistic` does not tell its
    /// iterations; they are given as 0.
    ///
    /// # Errors
    /// When the data cannot be used (see [`FitError`]), a value is negative, a row weighs other than 1, the dense copy
    /// would be too large, or the solver fails.
    pub fn fit_reporting<L: Label>(
        &self,
        dataset: &DatasetBase<SparseRecords, Array1<L>>,
    ) -> Result<(LinearClassifier<L>, Convergence), FitError> {
        if let Some((row, weight)) = dataset.weights.iter().copied().enumerate().find(|(_, weight)| *weight != 1.0) {
            return Err(FitError::WeightsUnsupported { row, weight });
        }
        let examples = Examples::gather(dataset, &ClassWeights::None)?;
        let (count, features) = (examples.labels.len(), dataset.records.nfeatures());
        let selected = strongest_columns(&chi_squared(&dataset.records, &examples.classes, count)?, self.columns);
        let rows = dataset.records.nsamples();
        if rows.saturating_mul(selected.len()) > MOST_CELLS {
            return Err(FitError::TooLarge { rows, columns: selected.len(), limit: MOST_CELLS });
        }
        let dense = DatasetBase::new(
            dataset.records.dense_columns(&selected)?,
            examples.classes.iter().copied().collect::<Array1<usize>>(),
        );
        let fitted = MultiLogisticRegression::default()
            .alpha(self.alpha)
            .max_iterations(self.max_iterations as u64)
            .gradient_tolerance(self.gradient_tolerance)
            .fit(&dense)?;
        let small: Vec<f64> = fitted.params().iter().chain(fitted.intercept()).copied().collect();
        let report = self.measure(&dataset.records.select_columns(&selected)?, &examples, &small)?;
        let mut weights = Array2::zeros((features, count));
        for (&column, from) in selected.iter().zip(fitted.params().rows()) {
            weights.row_mut(column as usize).assign(&from.mapv(|weight| weight as f32));
        }
        let classifier = LinearClassifier::new(examples.labels, weights, fitted.intercept().to_vec())
            .map_err(|_| FitError::NotFinite)?;
        if classifier.is_finite() { Ok((classifier, report)) } else { Err(FitError::NotFinite) }
    }

    /// Objective and gradient of the solution, by our own objective.
    fn measure<L: Label>(
        &self,
        records: &SparseRecords,
        examples: &Examples<L>,
        parameters: &[f64],
    ) -> Result<Convergence, FitError> {
        let count = examples.labels.len();
        let mut objective = MultinomialObjective::new(records, &examples.classes, &examples.weights, count, self.alpha);
        let mut gradient = vec![0.0; parameters.len()];
        let start = objective.evaluate(&vec![0.0; parameters.len()], &mut gradient);
        let found = objective.evaluate(parameters, &mut gradient);
        if !found.is_finite() {
            return Err(FitError::NotFinite);
        }
        if found > start {
            return Err(FitError::Diverged { found, start });
        }
        let gradient_norm = max_norm(&gradient);
        let reason = if gradient_norm <= self.gradient_tolerance {
            StopReason::GradientTolerance
        } else {
            StopReason::MaxIterations
        };
        Ok(Convergence { iterations: 0, evaluations: 0, objective: found, gradient_norm, reason })
    }
}

impl<L: Label> Fit<SparseRecords, Array1<L>, FitError> for SelectedLogisticValid {
    type Object = LinearClassifier<L>;

    /// As [`SelectedLogisticValid::fit_reporting`], without the report.
    fn fit(&self, dataset: &DatasetBase<SparseRecords, Array1<L>>) -> Result<Self::Object, FitError> {
        self.fit_reporting(dataset).map(|(classifier, _)| classifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Supportive};
    use linfa::traits::Predict;
    use ndarray::array;

    fn dataset() -> DatasetBase<SparseRecords, Array1<Stance>> {
        let rows = [vec![(1, 1.0), (3, 1.0)], vec![(1, 2.0)], vec![(2, 1.0), (3, 1.0)], vec![(2, 3.0)]];
        let records = SparseRecords::from_rows(5, rows).unwrap();
        DatasetBase::new(records, array![Critical, Critical, Supportive, Supportive])
    }

    #[test]
    fn weights_are_zero_outside_the_columns_selected() {
        let checked = SelectedLogistic::default().columns(2).check().unwrap();
        let (classifier, report) = checked.fit_reporting(&dataset()).unwrap();
        assert_eq!((classifier.features(), classifier.labels()), (5, &[Critical, Supportive][..]));
        for column in [0, 3, 4] {
            assert_eq!(classifier.weights().row(column), array![0.0, 0.0]);
        }
        assert!(classifier.weights()[(1, 0)] > 0.1 && classifier.weights()[(2, 1)] > 0.1);
        assert_eq!(classifier.predict(&dataset().records), dataset().targets);
        assert!(report.gradient_norm < 1e-3, "{report:?}");
    }

    #[test]
    fn what_linfa_logistic_cannot_do_is_refused() {
        let error = SelectedLogistic::default().alpha(0.001).fit(&dataset()).map(|_: LinearClassifier<Stance>| ());
        assert_eq!(error.unwrap_err().to_string(), "alpha is 0.001, but must be at least 0.01 for linfa-logistic");
        let weighted = dataset().with_weights(array![1.0, 1.0, 2.0, 1.0]);
        assert!(matches!(
            SelectedLogistic::default().fit(&weighted),
            Err(FitError::WeightsUnsupported { row: 2, weight: 2.0 })
        ));
        let negative = SparseRecords::from_rows(5, vec![vec![(0, -1.0)]; 4]).unwrap();
        let negative = DatasetBase::new(negative, dataset().targets);
        assert!(matches!(SelectedLogistic::default().fit(&negative), Err(FitError::NegativeValue { .. })));
    }
    #[test]
    fn without_a_column_that_tells_anything_the_shares_remain() {
        let records = SparseRecords::from_rows(2, vec![vec![(0, 1.0)]; 4]).unwrap();
        let data = DatasetBase::new(records, array![Critical, Critical, Critical, Supportive]);
        let classifier: LinearClassifier<Stance> = SelectedLogistic::default().fit(&data).unwrap();
        let found = classifier.probabilities(&[(0, 1.0)]);
        assert!((found[0] - 0.75).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn a_dense_copy_too_large_is_refused_before_it_is_made() {
        // 70,000 rows x 1,000 columns are more than 2^26 cells.
        let rows = (0..70_000_u32).map(|i| [(i % 2000, 1.0)]);
        let targets = (0..70_000).map(|i| if i % 2000 < 1000 { Critical } else { Supportive }).collect();
        let data = DatasetBase::new(SparseRecords::from_rows(2000, rows).unwrap(), targets);
        let refused = SelectedLogistic::default().columns(1000).fit(&data).map(|_: LinearClassifier<Stance>| ());
        assert!(matches!(refused, Err(FitError::TooLarge { rows: 70_000, columns: 1000, .. })));
    }
}
