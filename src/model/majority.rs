//! The label that most rows have, whatever a row says: what every other estimator must beat.
//!
//! In: a data set of [`SparseRecords`] and labels, with sample weights where it has them. Out: a [`LinearClassifier`] whose
//! weights are all zero and whose intercepts are the logarithms of the labels' weighted shares, so that its
//! probabilities are those shares.

use super::{ClassWeights, FitError, LinearClassifier, SparseRecords, examples::Examples};
use crate::pairs::Label;
use linfa::{DatasetBase, ParamGuard, dataset::Records, traits::Fit};
use ndarray::{Array1, Array2};

/// Parameters of the majority baseline, not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct MajorityLabel<L: Label>(MajorityLabelValid<L>);

/// Checked parameters of the majority baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct MajorityLabelValid<L: Label> {
    class_weights: ClassWeights<L>,
}

impl<L: Label> Default for MajorityLabel<L> {
    fn default() -> Self {
        Self(MajorityLabelValid { class_weights: ClassWeights::None })
    }
}

impl<L: Label> MajorityLabel<L> {
    /// How much the labels weigh against each other. Balanced, all shares are alike, and the first label in label order
    /// wins.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights<L>) -> Self {
        self.0.class_weights = class_weights;
        self
    }
}

impl<L: Label> ParamGuard for MajorityLabel<L> {
    type Checked = MajorityLabelValid<L>;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, FitError> {
        self.0.class_weights.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, FitError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<L: Label> Fit<SparseRecords, Array1<L>, FitError> for MajorityLabelValid<L> {
    type Object = LinearClassifier<L>;

    /// Counts.
    ///
    /// # Errors
    /// When the data cannot be used (see [`FitError`]).
    fn fit(&self, dataset: &DatasetBase<SparseRecords, Array1<L>>) -> Result<Self::Object, FitError> {
        let examples = Examples::gather(dataset, &self.class_weights)?;
        let weights = Array2::zeros((dataset.records.nfeatures(), examples.labels.len()));
        let intercepts = examples.log_shares();
        LinearClassifier::new(examples.labels, weights, intercepts).map_err(|_| FitError::NotFinite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Neutral, Supportive};
    use linfa::traits::Predict;
    use ndarray::array;

    #[test]
    fn probabilities_are_the_weighted_shares() {
        let records = SparseRecords::from_rows(1, vec![[(0, 1.0)]; 3]).unwrap();
        let data =
            DatasetBase::new(records, array![Critical, Critical, Supportive]).with_weights(array![1.0, 1.0, 6.0]);
        let found: LinearClassifier<Stance> = MajorityLabel::default().fit(&data).unwrap();
        let chances = found.probabilities(&[(0, 5.0)]);
        assert!((chances[0] - 0.25).abs() < 1e-12 && (chances[2] - 0.75).abs() < 1e-12, "{chances:?}");
        assert_eq!(chances[Neutral.index()], 0.0);
        assert_eq!(found.predict(&data.records), array![Supportive, Supportive, Supportive]);
        let balanced = MajorityLabel::default().class_weights(ClassWeights::Balanced).fit(&data).unwrap();
        assert_eq!(balanced.predict(&data.records)[0], Critical);
    }
}
