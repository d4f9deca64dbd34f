//! Linear support vector machines, one label against the rest.
//!
//! In: a data set of [`SparseRecords`] and labels, with sample weights where it has them. Out: a [`LinearClassifier`].
//! Each label is one problem of [`super::svm_dual`]; the labels are solved in parallel, each with its own stream of the
//! seeded generator, so that the result does not depend on their order.
//!
//! Decision values are margins, not log odds: give held-out ones to [`super::Calibration::platt`] for probabilities.

use super::{
    ClassWeights, DualConvergence, FitError, HingeLoss, LinearClassifier, SparseRecords,
    error::{require_positive, require_some},
    examples::Examples,
    svm_dual::TwoSided,
};
use crate::pairs::Label;
use linfa::{DatasetBase, ParamGuard, dataset::Records, traits::Fit};
use ndarray::Array1;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Parameters of a linear support vector machine, not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvm<L: Label>(LinearSvmValid<L>);

/// Checked parameters of a linear support vector machine.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmValid<L: Label> {
    cost: f64,
    loss: HingeLoss,
    class_weights: ClassWeights<L>,
    tolerance: f64,
    max_passes: usize,
    seed: u64,
}

impl<L: Label> Default for LinearSvm<L> {
    fn default() -> Self {
        Self(LinearSvmValid {
            cost: 1.0,
            loss: HingeLoss::Squared,
            class_weights: ClassWeights::None,
            tolerance: 0.01,
            max_passes: 1000,
            seed: 0,
        })
    }
}

impl<L: Label> LinearSvm<L> {
    /// Cost C of a loss against the penalty ||w||^2 / 2, above 0; 1 where not set.
    #[must_use]
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// The loss; squared hinge where not set.
    #[must_use]
    pub fn loss(mut self, loss: HingeLoss) -> Self {
        self.0.loss = loss;
        self
    }

    /// How much the labels weigh against each other; multiplies the cost of their rows in every problem.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights<L>) -> Self {
        self.0.class_weights = class_weights;
        self
    }

    /// The descent ends when the projected gradients of a pass lie within this; 0.01 where not set.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Most passes over the rows; 1000 where not set.
    #[must_use]
    pub fn max_passes(mut self, max_passes: usize) -> Self {
        self.0.max_passes = max_passes;
        self
    }

    /// Seed of the permutations; 0 where not set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl<L: Label> ParamGuard for LinearSvm<L> {
    type Checked = LinearSvmValid<L>;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, FitError> {
        require_positive("cost", self.0.cost)?;
        require_positive("tolerance", self.0.tolerance)?;
        require_some("max_passes", self.0.max_passes)?;
        self.0.class_weights.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, FitError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<L: Label> LinearSvmValid<L> {
    /// Fits, and says for each label that occurs how its descent ended. Running out of passes is no error.
    ///
    /// # Errors
    /// When the data cannot be used (see [`FitError`]) or the weights found are not finite.
    pub fn fit_reporting(
        &self,
        dataset: &DatasetBase<SparseRecords, Array1<L>>,
    ) -> Result<(LinearClassifier<L>, Vec<DualConvergence>), FitError> {
        let examples = Examples::gather(dataset, &self.class_weights)?;
        let count = examples.labels.len();
        let costs: Vec<f64> = examples.weights.iter().map(|weight| weight * self.cost).collect();
        let solutions: Vec<(Vec<f64>, DualConvergence)> = (0..count)
            .into_par_iter()
            .map(|place| {
                let sides: Vec<f64> =
                    examples.classes.iter().map(|class| if *class == place { 1.0 } else { -1.0 }).collect();
                let mut random = ChaCha8Rng::seed_from_u64(self.seed);
                random.set_stream(examples.labels[place].index() as u64);
                TwoSided { records: &dataset.records, sides: &sides, costs: &costs, loss: self.loss }.descend(
                    self.tolerance,
                    self.max_passes,
                    &mut random,
                )
            })
            .collect();
        let mut parameters = vec![0.0; (dataset.records.nfeatures() + 1) * count];
        for (place, (weights, _)) in solutions.iter().enumerate() {
            for (cells, weight) in parameters.chunks_exact_mut(count).zip(weights) {
                cells[place] = *weight;
            }
        }
        let classifier =
            LinearClassifier::from_parameters(examples.labels, &parameters).map_err(|_| FitError::NotFinite)?;
        if !classifier.is_finite() {
            return Err(FitError::NotFinite);
        }
        Ok((classifier, solutions.into_iter().map(|(_, end)| end).collect()))
    }
}

impl<L: Label> Fit<SparseRecords, Array1<L>, FitError> for LinearSvmValid<L> {
    type Object = LinearClassifier<L>;

    /// As [`LinearSvmValid::fit_reporting`], without the report.
    fn fit(&self, dataset: &DatasetBase<SparseRecords, Array1<L>>) -> Result<Self::Object, FitError> {
        self.fit_reporting(dataset).map(|(classifier, _)| classifier)
    }
}
