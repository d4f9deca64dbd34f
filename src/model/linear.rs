//! The linear classifier that every estimator ends in: one weight for each feature and label.

use super::{
    SparseRecords,
    probability::{first_largest, softmax_in_place},
    records::Row,
};
use crate::pairs::Label;
use linfa::{
    dataset::Records,
    traits::{Predict, PredictInplace},
};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows scored by one task.
const BLOCK: usize = 256;

/// Why weights make no classifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifierError {
    /// Fewer than two labels, or labels out of order or named twice.
    #[error("the labels are not two or more in label order")]
    Labels,
    /// A label this version does not know.
    #[error(transparent)]
    UnknownLabel(#[from] crate::pairs::UnknownLabel),
    /// The numbers of weights, intercepts and labels do not agree.
    #[error("{weights} weights and {intercepts} intercepts do not fit {features} features x {labels} labels")]
    Shape {
        /// Weights in all.
        weights: usize,
        /// Intercepts.
        intercepts: usize,
        /// Features.
        features: usize,
        /// Labels.
        labels: usize,
    },
}

/// A linear classifier: the decision value of a label is its intercept plus the sum of weight x value.
///
/// Labels that did not occur in training are not among [`Self::labels`]; they have no decision value and probability 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts", bound = "L: Label")]
pub struct LinearClassifier<L: Label> {
    labels: Vec<L>,
    weights: Array2<f32>,
    intercepts: Vec<f64>,
    /// One bit a feature: whether any label has a weight for it. A head that learned from few rows has none for most,
    /// and the bits stay in the processor's cache where the weights do not.
    weighted: Vec<u64>,
}

/// The classifier as it stands in a file. Labels are written by name, so that a label added later moves none.
#[derive(Serialize, Deserialize)]
struct Parts {
    labels: Vec<String>,
    features: u32,
    #[serde(with = "crate::float_planes")]
    weights: Vec<f32>,
    intercepts: Vec<f64>,
}

impl<L: Label> From<LinearClassifier<L>> for Parts {
    fn from(classifier: LinearClassifier<L>) -> Self {
        Self {
            labels: classifier.labels.iter().map(|label| label.name().to_owned()).collect(),
            // `new` refuses more rows than a feature number can reach.
            features: u32::try_from(classifier.weights.nrows()).unwrap_or(u32::MAX),
            weights: classifier.weights.into_iter().collect(),
            intercepts: classifier.intercepts,
        }
    }
}

impl<L: Label> TryFrom<Parts> for LinearClassifier<L> {
    type Error = ClassifierError;

    fn try_from(parts: Parts) -> Result<Self, ClassifierError> {
        let labels = parts.labels.iter().map(|name| name.parse()).collect::<Result<Vec<L>, _>>()?;
        let shape = (parts.features as usize, labels.len());
        let mismatch = ClassifierError::Shape {
            weights: parts.weights.len(),
            intercepts: parts.intercepts.len(),
            features: shape.0,
            labels: shape.1,
        };
        let weights = Array2::from_shape_vec(shape, parts.weights).map_err(|_| mismatch)?;
        Self::new(labels, weights, parts.intercepts)
    }
}

impl<L: Label> LinearClassifier<L> {
    /// A classifier of `labels` (two or more, in label order) with `weights` of shape (features, labels).
    ///
    /// # Errors
    /// When labels are out of order or shapes do not agree. Weights that are not finite are found by
    /// [`Self::is_finite`].
    pub fn new(labels: Vec<L>, weights: Array2<f32>, intercepts: Vec<f64>) -> Result<Self, ClassifierError> {
        if labels.len() < 2 || labels.windows(2).any(|pair| pair[0].index() >= pair[1].index()) {
            return Err(ClassifierError::Labels);
        }
        let fits = weights.ncols() == labels.len() && intercepts.len() == labels.len();
        if !fits || u32::try_from(weights.nrows()).is_err() {
            return Err(ClassifierError::Shape {
                weights: weights.len(),
                intercepts: intercepts.len(),
                features: weights.nrows(),
                labels: labels.len(),
            });
        }
        // Scoring reads the weights of a feature as one slice.
        let weights = if weights.is_standard_layout() { weights } else { weights.as_standard_layout().into_owned() };
        let mut weighted = vec![0; weights.nrows().div_ceil(64)];
        for (feature, row) in weights.rows().into_iter().enumerate() {
            if row.iter().any(|weight| *weight != 0.0) {
                weighted[feature / 64] |= 1 << (feature % 64);
            }
        }
        Ok(Self { labels, weights, intercepts, weighted })
    }

    /// From the flat parameters that training works on: for each feature the weights of all labels, then intercepts.
    pub(super) fn from_parameters(labels: Vec<L>, parameters: &[f64]) -> Result<Self, ClassifierError> {
        let split = parameters.len().saturating_sub(labels.len());
        let (weights, intercepts) = parameters.split_at(split);
        let shape = (split / labels.len().max(1), labels.len());
        let mismatch = ClassifierError::Shape {
            weights: weights.len(),
            intercepts: intercepts.len(),
            features: shape.0,
            labels: shape.1,
        };
        let weights = Array2::from_shape_vec(shape, weights.iter().map(|weight| *weight as f32).collect())
            .map_err(|_| mismatch)?;
        Self::new(labels, weights, intercepts.to_vec())
    }

    /// The same classifier over `features` features, of which it knew those named, ascending: the others get weights of 0.
    ///
    /// # Errors
    /// [`ClassifierError::Shape`] when not as many are named as it has, or one is past the last.
    pub fn widened(self, named: &[u32], features: usize) -> Result<Self, ClassifierError> {
        if named.len() != self.features() || named.last().is_some_and(|last| *last as usize >= features) {
            let (weights, intercepts, labels) = (self.weights.len(), self.intercepts.len(), self.labels.len());
            return Err(ClassifierError::Shape { weights, intercepts, features, labels });
        }
        let mut weights = Array2::zeros((features, self.labels.len()));
        for (feature, from) in named.iter().zip(self.weights.rows()) {
            weights.row_mut(*feature as usize).assign(&from);
        }
        Self::new(self.labels, weights, self.intercepts)
    }

    /// The same classifier with weights of so many significant bits (2 to 24; an `f32` has 24), rounded to the nearest.
    ///
    /// What is cut off is zeros, which a model file need not store. The errors of the features of a row are as often up as down
    /// and nearly cancel.
    #[must_use]
    pub fn rounded(mut self, bits: u32) -> Self {
        let cut = 24 - bits.clamp(2, 24);
        if cut > 0 {
            let half = 1_u32 << (cut - 1);
            self.weights.mapv_inplace(|weight| {
                let rounded = f32::from_bits(weight.to_bits().saturating_add(half) & !((1 << cut) - 1));
                if rounded.is_finite() { rounded } else { weight }
            });
        }
        self
    }

    /// How many weights are exactly 0.
    #[must_use]
    pub fn zero_weights(&self) -> usize {
        self.weights.iter().filter(|weight| **weight == 0.0).count()
    }

    /// The labels that occurred in training, in label order.
    #[must_use]
    pub fn labels(&self) -> &[L] {
        &self.labels
    }

    /// Weights, of shape (features, labels).
    #[must_use]
    pub fn weights(&self) -> &Array2<f32> {
        &self.weights
    }

    /// Intercepts, one for each label.
    #[must_use]
    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// Number of features.
    #[must_use]
    pub fn features(&self) -> usize {
        self.weights.nrows()
    }

    /// Whether every weight and intercept is finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.weights.iter().all(|weight| weight.is_finite()) && self.intercepts.iter().all(|value| value.is_finite())
    }

    /// The place of `label` among [`Self::labels`].
    #[must_use]
    pub fn place_of(&self, label: L) -> Option<usize> {
        self.labels.iter().position(|present| *present == label)
    }

    /// Decision values of a row in the order of [`Self::labels`], summed in `f64` in the order of the row.
    /// A feature past the last is unknown to the model and counts for nothing.
    pub fn decision(&self, row: &[(u32, f32)], out: &mut Vec<f64>) {
        self.accumulate(row.iter().copied(), out);
    }

    /// [`Self::decision`] for a row of a matrix.
    pub fn decision_of_row(&self, row: Row<'_>, out: &mut Vec<f64>) {
        self.accumulate(row.iter(), out);
    }

    fn accumulate(&self, row: impl Iterator<Item = (u32, f32)>, out: &mut Vec<f64>) {
        out.clear();
        // The numbers of labels of our heads get code of their own, with the sums in registers.
        match self.labels.len() {
            2 => out.extend(self.sums::<2>(row)),
            3 => out.extend(self.sums::<3>(row)),
            16 => out.extend(self.sums::<16>(row)),
            count => {
                out.extend_from_slice(&self.intercepts);
                let weights = self.weights.as_slice().unwrap_or_default();
                for (feature, value) in row.filter(|(feature, _)| self.counts(*feature)) {
                    let start = feature as usize * count;
                    for (sum, weight) in out.iter_mut().zip(&weights[start..start + count]) {
                        *sum += f64::from(value) * f64::from(*weight);
                    }
                }
            }
        }
    }

    fn sums<const N: usize>(&self, row: impl Iterator<Item = (u32, f32)>) -> [f64; N] {
        let mut sums = [0.0; N];
        sums.copy_from_slice(&self.intercepts);
        let (weights, _) = self.weights.as_slice().unwrap_or_default().as_chunks::<N>();
        for (feature, value) in row.filter(|(feature, _)| self.counts(*feature)) {
            for (sum, weight) in sums.iter_mut().zip(weights[feature as usize]) {
                *sum += f64::from(value) * f64::from(weight);
            }
        }
        sums
    }

    /// Whether the model knows a feature and any label has a weight for it.
    fn counts(&self, feature: u32) -> bool {
        let bits = self.weighted.get(feature as usize / 64).copied().unwrap_or_default();
        bits >> (feature % 64) & 1 == 1
    }

    /// Decision values of all rows, one column for each of `labels` in the order given; negative infinity for a label
    /// that did not occur in training. With `L::ALL`, folds that saw different labels line up.
    #[must_use]
    pub fn decisions(&self, records: &SparseRecords, labels: &[L]) -> Array2<f64> {
        let mut decisions = Array2::from_elem((records.nsamples(), labels.len()), f64::NEG_INFINITY);
        let places: Vec<Option<usize>> = labels.iter().map(|label| self.place_of(*label)).collect();
        let columns = labels.len().max(1);
        // A new array is contiguous, so the slice is there.
        let cells = decisions.as_slice_mut().unwrap_or_default();
        cells.par_chunks_mut(BLOCK * columns).enumerate().for_each(|(block, chunk)| {
            let mut values = Vec::with_capacity(self.labels.len());
            for (offset, cells) in chunk.chunks_exact_mut(columns).enumerate() {
                let Some(row) = records.row(block * BLOCK + offset) else { continue };
                self.decision_of_row(row, &mut values);
                for (cell, place) in cells.iter_mut().zip(&places) {
                    *cell = place.map_or(f64::NEG_INFINITY, |place| values[place]);
                }
            }
        });
        decisions
    }

    /// Uncalibrated probabilities of a row, in the order of `L::ALL`: the softmax of the decision values, 0 for labels
    /// that did not occur in training.
    #[must_use]
    pub fn probabilities(&self, row: &[(u32, f32)]) -> Vec<f64> {
        let mut values = Vec::new();
        self.decision(row, &mut values);
        softmax_in_place(&mut values);
        self.spread(&values, 0.0)
    }

    /// Values in the order of [`Self::labels`] put in the order of `L::ALL`, with `absent` in the gaps.
    pub(super) fn spread(&self, values: &[f64], absent: f64) -> Vec<f64> {
        let mut all = vec![absent; L::ALL.len()];
        for (label, value) in self.labels.iter().zip(values) {
            all[label.index()] = *value;
        }
        all
    }
}

impl<L: Label> PredictInplace<SparseRecords, Array1<L>> for LinearClassifier<L> {
    /// Writes for each row the label of the largest decision value; of equals, the first in label order.
    /// Where the lengths differ, only the rows that both have are written.
    fn predict_inplace<'a>(&'a self, records: &'a SparseRecords, targets: &mut Array1<L>) {
        let predict = |values: &mut Vec<f64>, row| {
            self.decision_of_row(row, values);
            self.labels[first_largest(values)]
        };
        let predicted: Vec<Option<L>> = (0..targets.len().min(records.nsamples()))
            .into_par_iter()
            .with_min_len(BLOCK)
            .map_init(Vec::new, |values, row| records.row(row).map(|row| predict(values, row)))
            .collect();
        for (target, label) in targets.iter_mut().zip(predicted.into_iter().flatten()) {
            *target = label;
        }
    }

    fn default_target(&self, records: &SparseRecords) -> Array1<L> {
        Array1::default(records.nsamples())
    }
}

impl<L: Label> Predict<&SparseRecords, Array1<L>> for LinearClassifier<L> {
    /// As [`PredictInplace`], into a new array; linfa gives the same for a whole data set, but not for foreign records.
    fn predict(&self, records: &SparseRecords) -> Array1<L> {
        let mut targets = self.default_target(records);
        self.predict_inplace(records, &mut targets);
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance::{self, Critical, Neutral, Supportive};
    use ndarray::array;

    fn classifier() -> LinearClassifier<Stance> {
        LinearClassifier::new(vec![Critical, Supportive], array![[1.0, -1.0], [0.5, 2.0]], vec![0.25, -0.25]).unwrap()
    }

    #[test]
    fn decisions_are_intercept_plus_weights_times_values() {
        let mut out = vec![9.0; 7];
        classifier().decision(&[(0, 2.0), (1, 1.0), (2, 100.0), (u32::MAX, 1.0)], &mut out);
        assert_eq!(out, [0.25 + 2.0 + 0.5, -0.25 - 2.0 + 2.0]);
    }

    #[test]
    fn a_label_never_seen_has_probability_zero() {
        let found = classifier().probabilities(&[]);
        assert_eq!(found[1], 0.0);
        // softmax(0.25, -0.25) = 1 / (1 + exp(-0.5))
        assert!((found[0] - 0.622_459_331_201_854_6).abs() < 1e-12, "{found:?}");
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn linfa_predicts_with_it() {
        let records = SparseRecords::from_rows(2, [vec![(0, 1.0)], vec![(1, 1.0)], vec![]]).unwrap();
        assert_eq!(classifier().predict(&records), array![Critical, Supportive, Critical]);
        let tie = LinearClassifier::new(vec![Neutral, Supportive], array![[1.0, 1.0]], vec![0.0, 0.0]).unwrap();
        assert_eq!(tie.predict(&SparseRecords::from_rows(1, [[(0, 3.0)]]).unwrap()), array![Neutral]);
    }

    #[test]
    fn decisions_line_up_with_the_labels_asked_for() {
        let records = SparseRecords::from_rows(2, [[(0, 1.0)]]).unwrap();
        let found = classifier().decisions(&records, Stance::ALL);
        assert_eq!(found, array![[1.25, f64::NEG_INFINITY, -1.25]]);
    }

    #[test]
    fn a_wider_classifier_says_the_same() {
        let wide = classifier().widened(&[1, 4], 6).unwrap();
        assert_eq!((wide.features(), wide.zero_weights()), (6, 8));
        let (mut narrow, mut found) = (Vec::new(), Vec::new());
        classifier().decision(&[(0, 2.0), (1, 1.0)], &mut narrow);
        wide.decision(&[(0, 9.0), (1, 2.0), (4, 1.0)], &mut found);
        assert_eq!(narrow, found);
        assert!(classifier().widened(&[1], 6).is_err() && classifier().widened(&[1, 6], 6).is_err());
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let refuse =
            |labels, weights, intercepts| LinearClassifier::<Stance>::new(labels, weights, intercepts).is_err();
        assert!(refuse(vec![Critical], array![[1.0]], vec![0.0]));
        assert!(refuse(vec![Neutral, Critical], array![[1.0, 1.0]], vec![0.0; 2]));
        assert!(refuse(vec![Critical, Critical], array![[1.0, 1.0]], vec![0.0; 2]));
        assert!(refuse(vec![Critical, Neutral], array![[1.0]], vec![0.0; 2]));
        assert!(refuse(vec![Critical, Neutral], array![[1.0, 1.0]], vec![0.0]));
    }

    #[test]
    fn it_survives_a_file_and_bad_shapes_do_not() {
        let bytes = postcard::to_stdvec(&classifier()).unwrap();
        assert_eq!(postcard::from_bytes::<LinearClassifier<Stance>>(&bytes).unwrap(), classifier());
        let parts = |labels: &[&str], features| Parts {
            labels: labels.iter().map(|&name| name.to_owned()).collect(),
            features,
            weights: vec![0.0; 4],
            intercepts: vec![0.0; 2],
        };
        assert!(LinearClassifier::<Stance>::try_from(parts(&["critical", "neutral"], 2)).is_ok());
        for wrong in [parts(&["critical", "neutral"], 3), parts(&["critical", "hostile"], 2), parts(&[], u32::MAX)] {
            assert!(LinearClassifier::<Stance>::try_from(wrong).is_err());
        }
    }

    #[test]
    fn transposed_weights_are_read_right() {
        let transposed = array![[1.0, 0.5], [-1.0, 2.0]].reversed_axes();
        let other = LinearClassifier::new(vec![Critical, Supportive], transposed, vec![0.25, -0.25]).unwrap();
        assert_eq!(other, classifier());
        let mut out = Vec::new();
        other.decision(&[(1, 1.0)], &mut out);
        assert_eq!(out, [0.75, 1.75]);
    }

    #[test]
    fn rounded_weights_are_near_and_have_few_bits() {
        let weights = array![[0.3, -1.7], [1e-7, f32::MAX], [0.0, -0.0]];
        let classifier = LinearClassifier::new(vec![Critical, Supportive], weights.clone(), vec![0.25, -0.5]).unwrap();
        let rounded = classifier.clone().rounded(6);
        for (before, after) in weights.iter().zip(rounded.weights()) {
            assert!((before - after).abs() <= before.abs() / 64.0, "{before} {after}");
            assert!(after.to_bits().trailing_zeros() >= 18 || *after == f32::MAX);
        }
        assert!(rounded.is_finite() && rounded.intercepts() == classifier.intercepts());
        assert_eq!(rounded.clone().rounded(6), rounded);
        assert_eq!(classifier.clone().rounded(24), classifier);
    }
}
