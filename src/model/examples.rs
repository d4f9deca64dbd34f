//! What every estimator needs to know of a data set before it learns: which labels occur and what each row weighs.

use super::{FitError, SparseRecords, error::require_positive};
use crate::pairs::Label;
use linfa::{DatasetBase, dataset::Records};
use ndarray::Array1;

/// How much the labels weigh against each other; multiplies the weights of rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights<L> {
    /// Every label weighs 1.
    #[default]
    None,
    /// Every label weighs the same in sum: W / (K W_k), where W is the weight of all rows, W_k that of the rows
    /// with label k, and K the number of labels that occur (King & Zeng 2001; as in scikit-learn).
    Balanced,
    /// The weights given; a label not named weighs 1.
    Given(Vec<(L, f64)>),
}

impl<L: Label> ClassWeights<L> {
    /// Fails unless every given weight is finite and above 0 and no label is named twice.
    pub(super) fn check(&self) -> Result<(), FitError> {
        let Self::Given(given) = self else { return Ok(()) };
        for (place, &(label, weight)) in given.iter().enumerate() {
            require_positive("class weight", weight)?;
            if given[..place].iter().any(|(earlier, _)| *earlier == label) {
                let value = format!("named twice for `{label}`");
                return Err(FitError::Parameter { name: "class weight", value, expected: "named once for a label" });
            }
        }
        Ok(())
    }
}

/// The labels of a data set and the weights of its rows.
#[derive(Debug, Clone)]
pub(super) struct Examples<L> {
    /// Labels that occur in a row of positive weight, in label order; at least two.
    pub(super) labels: Vec<L>,
    /// For each row, the place of its label in `labels`. A row of weight 0 may have a label that does not occur;
    /// it stands as 0, which its weight cancels.
    pub(super) classes: Vec<usize>,
    /// For each row, sample weight x class weight.
    pub(super) weights: Vec<f64>,
}

impl<L: Label> Examples<L> {
    /// Checks and gathers.
    pub(super) fn gather(
        dataset: &DatasetBase<SparseRecords, Array1<L>>,
        class_weights: &ClassWeights<L>,
    ) -> Result<Self, FitError> {
        let rows = dataset.records.nsamples();
        if dataset.targets.len() != rows {
            return Err(FitError::Length { records: rows, what: "labels", found: dataset.targets.len() });
        }
        if !dataset.weights.is_empty() && dataset.weights.len() != rows {
            return Err(FitError::Length { records: rows, what: "weights", found: dataset.weights.len() });
        }
        let mut sums = vec![0.0; L::ALL.len()];
        let mut weights = Vec::with_capacity(rows);
        for (row, label) in dataset.targets.iter().enumerate() {
            let weight = dataset.weight_for(row);
            if !weight.is_finite() || weight < 0.0 {
                return Err(FitError::Weight { row, weight });
            }
            sums[label.index()] += f64::from(weight);
            weights.push(f64::from(weight));
        }
        let labels: Vec<L> = L::ALL.iter().copied().filter(|label| sums[label.index()] > 0.0).collect();
        match labels[..] {
            [] => return Err(FitError::NoRows),
            [label] => return Err(FitError::SingleClass { label: label.to_string() }),
            _ => {}
        }
        let total: f64 = sums.iter().sum();
        for (weight, label) in weights.iter_mut().zip(&dataset.targets) {
            *weight *= match class_weights {
                ClassWeights::None => 1.0,
                // A label of no weight does not occur, and all its rows weigh 0 already.
                ClassWeights::Balanced if sums[label.index()] == 0.0 => 1.0,
                ClassWeights::Balanced => total / (labels.len() as f64 * sums[label.index()]),
                ClassWeights::Given(given) => given.iter().find(|(named, _)| named == label).map_or(1.0, |pair| pair.1),
            };
        }
        let classes = dataset
            .targets
            .iter()
            .map(|label| labels.iter().position(|present| present == label).unwrap_or(0))
            .collect();
        Ok(Self { labels, classes, weights })
    }

    /// For each label, the logarithm of its share of the weight. Finite: every label here has a row of positive weight.
    pub(super) fn log_shares(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.labels.len()];
        for (class, weight) in self.classes.iter().zip(&self.weights) {
            sums[*class] += weight;
        }
        let total: f64 = sums.iter().sum();
        sums.iter().map(|sum| libm::log(sum / total)).collect()
    }

    /// The sum of all weights.
    pub(super) fn total_weight(&self) -> f64 {
        self.weights.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Neutral, Supportive};
    use ndarray::array;

    fn dataset(targets: Array1<Stance>) -> DatasetBase<SparseRecords, Array1<Stance>> {
        let records = SparseRecords::from_rows(1, vec![[(0, 1.0)]; targets.len()]).unwrap();
        DatasetBase::new(records, targets)
    }

    #[test]
    fn balanced_weights_follow_the_weighted_counts() {
        let data = dataset(array![Supportive, Critical, Critical]).with_weights(array![1.0, 1.0, 2.0]);
        let examples = Examples::gather(&data, &ClassWeights::Balanced).unwrap();
        assert_eq!(examples.labels, [Critical, Supportive]);
        assert_eq!(examples.classes, [1, 0, 0]);
        // W = 4, K = 2: supportive 4 / (2 x 1) = 2, critical 4 / (2 x 3) = 2/3, times the weights of the rows.
        assert_eq!(examples.weights, [2.0, 4.0 / 6.0, 8.0 / 6.0]);
        assert!((examples.total_weight() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn given_weights_leave_other_labels_at_one() {
        let weights = ClassWeights::Given(vec![(Critical, 3.0)]);
        let examples = Examples::gather(&dataset(array![Critical, Neutral]), &weights).unwrap();
        assert_eq!(examples.weights, [3.0, 1.0]);
    }

    #[test]
    fn a_label_of_no_weight_does_not_occur() {
        let data = dataset(array![Critical, Neutral, Supportive]).with_weights(array![1.0, 0.0, 1.0]);
        for weights in [ClassWeights::None, ClassWeights::Balanced] {
            let examples = Examples::gather(&data, &weights).unwrap();
            assert_eq!((examples.labels, examples.weights[1]), (vec![Critical, Supportive], 0.0));
        }
    }

    #[test]
    fn unusable_data_are_refused() {
        let gather = |data| Examples::gather(&data, &ClassWeights::None).map(|_| ());
        assert!(matches!(gather(dataset(array![])), Err(FitError::NoRows)));
        let single = gather(dataset(array![Neutral, Neutral])).unwrap_err();
        assert_eq!(single.to_string(), "every row is `neutral`; a classifier needs at least two labels");
        let two = || dataset(array![Neutral, Critical]);
        assert!(matches!(gather(two().with_weights(array![0.0, 0.0])), Err(FitError::NoRows)));
        assert!(matches!(gather(two().with_weights(array![1.0])), Err(FitError::Length { .. })));
        for weight in [-1.0, f32::NAN, f32::INFINITY] {
            assert!(matches!(gather(two().with_weights(array![1.0, weight])), Err(FitError::Weight { row: 1, .. })));
        }
        let short = DatasetBase::new(two().records, array![Neutral]);
        assert!(matches!(gather(short), Err(FitError::Length { records: 2, found: 1, .. })));
    }

    #[test]
    fn class_weights_are_positive_and_named_once() {
        assert!(ClassWeights::Given(vec![(Critical, 0.0)]).check().is_err());
        assert!(ClassWeights::Given(vec![(Critical, 1.0), (Critical, 2.0)]).check().is_err());
        assert!(ClassWeights::Given(vec![(Critical, 1.0), (Neutral, 2.0)]).check().is_ok());
    }
}
