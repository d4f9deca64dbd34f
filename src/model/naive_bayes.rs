//! Complement naive Bayes on sparse records.
//!
//! In: a data set of [`SparseRecords`] with values of at least 0 (tf-idf counts as counts do), with sample weights where it
//! has them. Out: a [`LinearClassifier`].
//!
//! Rennie, Shih, Teevan & Karger (2003), *Tackling the poor assumptions of naive Bayes text classifiers*, section 3.1: what
//! speaks for a label is estimated from the rows of all other labels, of which there are more, so that a rare label has
//! no smaller weights for being rare. The decision value of label c is
//!
//! ln p(c) - sum over features i of x_i ln((s + N_i - N_ci) / (s n + sum over k of (N_k - N_ck)))
//!
//! with N_ci the weighted sum of feature i over the rows of c, N_i that over all rows, n the number of features, s the
//! smoothing, and p(c) the weighted share of c. Two choices of ours:
//!
//! - The weights are not divided by their sum (section 3.2 of the paper, "weight-normalised"): that makes every decision
//!   value so small that no temperature in range would mend the probabilities.
//! - From the weights of a feature their mean over the labels is taken away. No probability changes, but a decision value
//!   then says how much a row speaks for its label and not how long the row is, which calibration of one label
//!   against the rest needs.

use super::{ClassWeights, FitError, LinearClassifier, SparseRecords, error::require_positive, examples::Examples};
use crate::pairs::Label;
use linfa::{DatasetBase, ParamGuard, dataset::Records, traits::Fit};
use ndarray::{Array1, Array2};

/// Parameters of complement naive Bayes, not yet checked.
///
/// ```
/// use demarche::{model::{ComplementNaiveBayes, SparseRecords}, pairs::Stance};
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let records = SparseRecords::from_rows(2, [[(0, 1.0)], [(1, 1.0)]])?;
/// let data = DatasetBase::new(records, array![Stance::Critical, Stance::Supportive]);
/// let classifier = ComplementNaiveBayes::default().smoothing(0.5).fit(&data)?;
/// assert_eq!(classifier.predict(&data.records), data.targets);
/// # Ok::<(), demarche::model::FitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ComplementNaiveBayes<L: Label>(ComplementNaiveBayesValid<L>);

/// Checked parameters of complement naive Bayes.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplementNaiveBayesValid<L: Label> {
    smoothing: f64,
    class_weights: ClassWeights<L>,
}

impl<L: Label> Default for ComplementNaiveBayes<L> {
    fn default() -> Self {
        Self(ComplementNaiveBayesValid { smoothing: 1.0, class_weights: ClassWeights::None })
    }
}

impl<L: Label> ComplementNaiveBayes<L> {
    /// Added to the sum of every feature (Laplace, Lidstone), above 0; 1 where not set.
    #[must_use]
    pub fn smoothing(mut self, smoothing: f64) -> Self {
        self.0.smoothing = smoothing;
        self
    }

    /// How much the labels weigh against each other: in the shares p(c) and in the sums over other labels.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights<L>) -> Self {
        self.0.class_weights = class_weights;
        self
    }
}

impl<L: Label> ParamGuard for ComplementNaiveBayes<L> {
    type Checked = ComplementNaiveBayesValid<L>;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, FitError> {
        require_positive("smoothing", self.0.smoothing)?;
        self.0.class_weights.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, FitError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<L: Label> Fit<SparseRecords, Array1<L>, FitError> for ComplementNaiveBayesValid<L> {
    type Object = LinearClassifier<L>;

    /// One pass over the cells, one over the features.
    ///
    /// # Errors
    /// When the data cannot be used (see [`FitError`]), a value is negative, or the sums overflow.
    fn fit(&self, dataset: &DatasetBase<SparseRecords, Array1<L>>) -> Result<Self::Object, FitError> {
        let examples = Examples::gather(dataset, &self.class_weights)?;
        let (count, features) = (examples.labels.len(), dataset.records.nfeatures());
        let mut sums = vec![0.0; features * count];
        for ((number, row), (&class, &weight)) in
            dataset.records.rows().enumerate().zip(examples.classes.iter().zip(&examples.weights))
        {
            for (feature, value) in row.iter() {
                if value < 0.0 {
                    return Err(FitError::NegativeValue { method: "naive Bayes", row: number, feature, value });
                }
                sums[feature as usize * count + class] += weight * f64::from(value);
            }
        }
        // Of each label, the sum over all features of the rows of the others.
        let mut others = vec![0.0; count];
        for cells in sums.chunks_exact_mut(count) {
            let all: f64 = cells.iter().sum();
            for (cell, other) in cells.iter_mut().zip(&mut others) {
                // Rounding may take a difference below 0.
                *cell = (all - *cell).max(0.0);
                *other += *cell;
            }
        }
        let totals: Vec<f64> = others.iter().map(|other| libm::log(self.smoothing * features as f64 + other)).collect();
        let mut weights = Array2::zeros((features, count));
        for (mut to, cells) in weights.rows_mut().into_iter().zip(sums.chunks_exact_mut(count)) {
            for (cell, total) in cells.iter_mut().zip(&totals) {
                *cell = total - libm::log(self.smoothing + *cell);
            }
            let mean = cells.iter().sum::<f64>() / count as f64;
            for (to, cell) in to.iter_mut().zip(cells) {
                *to = (*cell - mean) as f32;
            }
        }
        let intercepts = examples.log_shares();
        let classifier =
            LinearClassifier::new(examples.labels, weights, intercepts).map_err(|_| FitError::NotFinite)?;
        if classifier.is_finite() { Ok(classifier) } else { Err(FitError::NotFinite) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Neutral, Supportive};
    use linfa::traits::Predict;
    use ndarray::array;

    fn dataset() -> DatasetBase<SparseRecords, Array1<Stance>> {
        let rows = [vec![(0, 2.0), (1, 1.0)], vec![(0, 1.0)], vec![(1, 3.0)], vec![(1, 1.0), (2, 2.0)]];
        DatasetBase::new(SparseRecords::from_rows(3, rows).unwrap(), array![Critical, Critical, Neutral, Supportive])
    }

    fn fit(data: &DatasetBase<SparseRecords, Array1<Stance>>) -> LinearClassifier<Stance> {
        ComplementNaiveBayes::default().fit(data).unwrap()
    }

    #[test]
    fn three_labels_have_the_weights_computed_by_hand() {
        // Sums of the other labels: critical 0, 4, 2 of 6; neutral 3, 2, 2 of 7; supportive 3, 4, 0 of 7. Smoothed by 1.
        let others = [[1.0 / 9.0, 5.0 / 9.0, 3.0 / 9.0], [0.4, 0.3, 0.3], [0.4, 0.5, 0.1]];
        let found = fit(&dataset());
        for feature in 0..3 {
            let mean = others.iter().map(|label| -libm::log(label[feature])).sum::<f64>() / 3.0;
            for (label, other) in others.iter().enumerate() {
                let expected = -libm::log(other[feature]) - mean;
                let weight = f64::from(found.weights()[(feature, label)]);
                assert!((weight - expected).abs() < 1e-6, "{feature} {label}: {weight} {expected}");
            }
        }
        for (intercept, share) in found.intercepts().iter().zip([0.5, 0.25, 0.25]) {
            assert!((intercept - libm::log(share)).abs() < 1e-12);
        }
        assert_eq!(found.predict(&dataset().records), dataset().targets);
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let weighted = dataset().with_weights(array![1.0, 2.0, 0.0, 1.0]);
        let repeated = DatasetBase::new(
            dataset().records.select(&[0, 1, 1, 3]).unwrap(),
            array![Critical, Critical, Critical, Supportive],
        );
        assert_eq!(fit(&weighted), fit(&repeated));
    }

    #[test]
    fn class_weights_move_the_shares() {
        let found = ComplementNaiveBayes::default().class_weights(ClassWeights::Balanced).fit(&dataset()).unwrap();
        assert!(found.intercepts().iter().all(|intercept| (intercept - libm::log(1.0 / 3.0)).abs() < 1e-12));
    }

    #[test]
    fn rows_without_features_get_the_shares() {
        let records = SparseRecords::from_rows(2, vec![vec![]; 4]).unwrap();
        let found = fit(&DatasetBase::new(records, array![Critical, Critical, Critical, Neutral]));
        let chances = found.probabilities(&[]);
        assert!((chances[0] - 0.75).abs() < 1e-12 && chances[2] == 0.0, "{chances:?}");
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let negative = SparseRecords::from_rows(1, [[(0, 1.0)], [(0, -1.0)]]).unwrap();
        let data = DatasetBase::new(negative, array![Critical, Neutral]);
        let error = ComplementNaiveBayes::default().fit(&data).map(|_: LinearClassifier<Stance>| ()).unwrap_err();
        assert_eq!(error.to_string(), "row 1: feature 0 is -1; naive Bayes takes values of at least 0");
        let error = ComplementNaiveBayes::<Stance>::default().smoothing(0.0).check().unwrap_err();
        assert!(error.to_string().starts_with("smoothing is 0"));
    }
}
