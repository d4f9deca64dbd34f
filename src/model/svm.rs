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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Calibration,
        pairs::Stance::{self, Critical, Neutral, Supportive},
    };
    use linfa::traits::Predict;
    use ndarray::array;
    use rand::Rng;

    /// Three corners of a triangle, with noise that leaves them apart.
    fn corners() -> DatasetBase<SparseRecords, Array1<Stance>> {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let centres = [(-2.0_f32, 0.0_f32), (0.0, 3.0), (2.0, 0.0)];
        let rows: Vec<Vec<(u32, f32)>> = (0..90)
            .map(|i| {
                let (x, y) = centres[i % 3];
                vec![(0, x + random.gen_range(-0.5..0.5)), (1, y + random.gen_range(-0.5..0.5))]
            })
            .collect();
        let targets = (0..90).map(|i| Stance::ALL[i % 3]).collect();
        DatasetBase::new(SparseRecords::from_rows(2, rows).unwrap(), targets)
    }

    #[test]
    fn separable_labels_are_separated() {
        for loss in [HingeLoss::Hinge, HingeLoss::Squared] {
            let params = LinearSvm::default().loss(loss).cost(10.0).tolerance(1e-4).max_passes(20_000).check().unwrap();
            let (classifier, ends) = params.fit_reporting(&corners()).unwrap();
            assert_eq!(classifier.predict(&corners().records), corners().targets);
            assert!(ends.len() == 3 && ends.iter().all(|end| end.converged), "{ends:?}");
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit_and_the_seed_does() {
        let fit = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| LinearSvm::default().seed(seed).max_passes(3).fit(&corners()).unwrap())
        };
        assert_eq!(fit(1, 7), fit(2, 7));
        assert_ne!(fit(1, 7), fit(1, 8));
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let rows = SparseRecords::from_rows(1, [[(0, 1.0)], [(0, 0.2)], [(0, -0.5)]]).unwrap();
        let targets = array![Supportive, Critical, Critical];
        let twice =
            DatasetBase::new(rows.select(&[0, 1, 1, 2]).unwrap(), array![Supportive, Critical, Critical, Critical]);
        let weighted = DatasetBase::new(rows, targets).with_weights(array![1.0, 2.0, 1.0]);
        let fit = |data| LinearSvm::default().tolerance(1e-9).max_passes(100_000).fit(data).unwrap();
        let (left, right) = (fit(&weighted), fit(&twice));
        for (left, right) in left.weights().iter().zip(right.weights()) {
            assert!((left - right).abs() < 1e-5, "{left} {right}");
        }
    }

    #[test]
    fn class_weights_favour_their_label() {
        let rows = SparseRecords::from_rows(1, vec![[(0, 1.0)]; 4]).unwrap();
        let data = DatasetBase::new(rows, array![Neutral, Neutral, Neutral, Critical]);
        let decide =
            |weights| LinearSvm::default().class_weights(weights).fit(&data).unwrap().predict(&data.records)[0];
        assert_eq!(decide(ClassWeights::None), Neutral);
        assert_eq!(decide(ClassWeights::Given(vec![(Critical, 10.0)])), Critical);
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        let refused = |params: LinearSvm<Stance>| params.check().unwrap_err().to_string();
        assert!(refused(LinearSvm::default().cost(-1.0)).starts_with("cost is -1"));
        assert!(refused(LinearSvm::default().tolerance(0.0)).starts_with("tolerance"));
        assert!(refused(LinearSvm::default().max_passes(0)).starts_with("max_passes"));
        let single = DatasetBase::new(SparseRecords::from_rows(1, [[(0, 1.0)]]).unwrap(), array![Neutral]);
        assert!(matches!(LinearSvm::default().fit(&single), Err(FitError::SingleClass { .. })));
    }

    #[test]
    fn held_out_margins_become_probabilities() {
        // Overlapping corners: half to learn from, half to calibrate on.
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let (mut rows, mut targets) = (Vec::new(), Vec::new());
        for i in 0..1200 {
            let (x, y) = [(-1.0_f32, 0.0_f32), (0.0, 1.5), (1.0, 0.0)][i % 3];
            rows.push([(0, x + random.gen_range(-1.5..1.5)), (1, y + random.gen_range(-1.5..1.5))]);
            targets.push(Stance::ALL[i % 3]);
        }
        let records = |part: &[[(u32, f32); 2]]| SparseRecords::from_rows(2, part).unwrap();
        let learned = DatasetBase::new(records(&rows[..600]), Array1::from_vec(targets[..600].to_vec()));
        let classifier = LinearSvm::default().fit(&learned).unwrap();
        let decisions = classifier.decisions(&records(&rows[600..]), classifier.labels());
        let classes: Vec<usize> = targets[600..].iter().map(|label| label.index()).collect();
        let log_loss = |calibration: &Calibration| -> f64 {
            let terms = decisions.rows().into_iter().zip(&classes);
            terms.map(|(row, class)| -libm::log(calibration.probabilities(&row.to_vec())[*class])).sum::<f64>() / 600.0
        };
        let fitted = Calibration::platt(decisions.view(), &classes).unwrap();
        assert!(log_loss(&fitted) < log_loss(&Calibration::None) - 0.02, "{}", log_loss(&fitted));
        // Better than knowing only the shares of the labels, ln 3.
        assert!(log_loss(&fitted) < 0.9, "{}", log_loss(&fitted));
    }
}
