//! Multinomial logistic regression on sparse records.
//!
//! In: a data set of [`SparseRecords`] and labels, with sample weights where it has them. Out: a [`LinearClassifier`].
//! The objective is that of [`super::MultinomialObjective`], minimised by [`Lbfgs`]; with an L1 penalty beside it (the elastic
//! net of Zou & Hastie 2005), by [`OrthantWise`]. Intercepts are never penalised.
//!
//! `alpha` here is `alpha` of `linfa-logistic` and 1 / C of scikit-learn's `LogisticRegression`: the losses are
//! summed, not averaged, so that twice the rows want twice the alpha. The same goes for `l1`.
//!
//! A feature that no row has keeps a weight of 0 under the penalty; it is left out before the solver starts, which needs
//! 8 bytes x labels x (5 + 2 x memory) for each feature that is left.

use super::{
    ClassWeights, FitError, LinearClassifier, MultinomialObjective, SparseRecords,
    error::{require_positive, require_some},
    examples::Examples,
    optimize::{Convergence, Lbfgs, OrthantWise, StopReason},
};
use crate::pairs::Label;
use linfa::{DatasetBase, ParamGuard, dataset::Records, traits::Fit};
use ndarray::Array1;

/// Parameters of multinomial logistic regression, not yet checked.
///
/// ```
/// use demarche::{model::{MultinomialLogistic, SparseRecords}, pairs::Stance};
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let records = SparseRecords::from_rows(2, [[(0, 1.0)], [(1, 1.0)]])?;
/// let data = DatasetBase::new(records, array![Stance::Critical, Stance::Supportive]);
/// let classifier = MultinomialLogistic::default().alpha(0.1).fit(&data)?;
/// assert_eq!(classifier.predict(&data.records), data.targets);
/// # Ok::<(), demarche::model::FitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultinomialLogistic<L: Label>(MultinomialLogisticValid<L>);

/// Checked parameters of multinomial logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct MultinomialLogisticValid<L: Label> {
    alpha: f64,
    l1: f64,
    class_weights: ClassWeights<L>,
    max_iterations: usize,
    gradient_tolerance: f64,
    memory: usize,
    start: Option<LinearClassifier<L>>,
}

impl<L: Label> Default for MultinomialLogistic<L> {
    fn default() -> Self {
        Self(MultinomialLogisticValid {
            alpha: 1.0,
            l1: 0.0,
            class_weights: ClassWeights::None,
            max_iterations: 300,
            gradient_tolerance: 1e-6,
            memory: 10,
            start: None,
        })
    }
}

impl<L: Label> MultinomialLogistic<L> {
    /// Strength of the L2 penalty, above 0; 1 where not set.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Strength of the L1 penalty, at least 0: `l1` times the sum of the absolute weights; 0 where not set. The stronger,
    /// the more weights are exactly 0.
    #[must_use]
    pub fn l1(mut self, l1: f64) -> Self {
        self.0.l1 = l1;
        self
    }

    /// How much the labels weigh against each other.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights<L>) -> Self {
        self.0.class_weights = class_weights;
        self
    }

    /// Most steps of the solver; 300 where not set.
    #[must_use]
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// The solver ends when no component of the gradient of the *mean* loss (the objective divided by the weight of
    /// all rows) is larger in size; 1e-6 where not set. (`linfa-logistic` compares the norm of the gradient of the
    /// sum, which gets stricter with every row.)
    #[must_use]
    pub fn gradient_tolerance(mut self, gradient_tolerance: f64) -> Self {
        self.0.gradient_tolerance = gradient_tolerance;
        self
    }

    /// Steps that the solver remembers; 10 where not set. Each takes 16 bytes for every feature and label.
    #[must_use]
    pub fn memory(mut self, memory: usize) -> Self {
        self.0.memory = memory;
        self
    }

    /// Starts from an earlier model of the same features; labels that it does not know start from zero.
    #[must_use]
    pub fn start_from(mut self, classifier: LinearClassifier<L>) -> Self {
        self.0.start = Some(classifier);
        self
    }
}

impl<L: Label> ParamGuard for MultinomialLogistic<L> {
    type Checked = MultinomialLogisticValid<L>;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, FitError> {
        require_positive("alpha", self.0.alpha)?;
        if !self.0.l1.is_finite() || self.0.l1 < 0.0 {
            let (value, expected) = (self.0.l1.to_string(), "a finite number of at least 0");
            return Err(FitError::Parameter { name: "l1", value, expected });
        }
        require_positive("gradient_tolerance", self.0.gradient_tolerance)?;
        require_some("max_iterations", self.0.max_iterations)?;
        require_some("memory", self.0.memory)?;
        self.0.class_weights.check()?;
        if self.0.start.as_ref().is_some_and(|start| !start.is_finite()) {
            return Err(FitError::NotFinite);
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, FitError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<L: Label> MultinomialLogisticValid<L> {
    /// Fits, and says how the solver ended. A solver that ran out of iterations is no error: ask the report.
    ///
    /// # Errors
    /// When the data cannot be used (see [`FitError`]) or the weights found are not finite.
    pub fn fit_reporting(
        &self,
        dataset: &DatasetBase<SparseRecords, Array1<L>>,
    ) -> Result<(LinearClassifier<L>, Convergence), FitError> {
        let examples = Examples::gather(dataset, &self.class_weights)?;
        let count = examples.labels.len();
        let features = dataset.records.nfeatures();
        let kept = dataset.records.occurring();
        let narrow = if kept.len() < features { Some(dataset.records.select_columns(&kept)?) } else { None };
        let records = narrow.as_ref().unwrap_or(&dataset.records);
        let mut objective = MultinomialObjective::new(records, &examples.classes, &examples.weights, count, self.alpha);
        let mut point = self.first_point(&examples.labels, &kept, features)?;
        let report = self.minimize(&mut objective, &mut point, examples.total_weight());
        if report.reason == StopReason::NotFinite {
            return Err(FitError::NotFinite);
        }
        let classifier = LinearClassifier::from_parameters(examples.labels, &point).map_err(|_| FitError::NotFinite)?;
        drop(point);
        if !classifier.is_finite() {
            return Err(FitError::NotFinite);
        }
        let wide = if narrow.is_some() { classifier.widened(&kept, features) } else { Ok(classifier) };
        Ok((wide.map_err(|_| FitError::NotFinite)?, report))
    }

    fn minimize(&self, objective: &mut MultinomialObjective<'_>, point: &mut Vec<f64>, weight: f64) -> Convergence {
        let Self { memory, max_iterations, l1, .. } = *self;
        let gradient_tolerance = self.gradient_tolerance * weight;
        if l1 > 0.0 {
            let penalised = objective.penalised();
            let solver = OrthantWise { memory, max_iterations, gradient_tolerance, l1, penalised };
            return solver.minimize(|point, gradient| objective.evaluate(point, gradient), point);
        }
        let solver = Lbfgs { memory, max_iterations, gradient_tolerance };
        solver.minimize(|point, gradient| objective.evaluate(point, gradient), point)
    }

    /// For the features `kept`, zeros, or the weights of the model to start from.
    fn first_point(&self, labels: &[L], kept: &[u32], features: usize) -> Result<Vec<f64>, FitError> {
        let count = labels.len();
        let mut point = vec![0.0; (kept.len() + 1) * count];
        let Some(start) = &self.start else { return Ok(point) };
        if start.features() != features {
            return Err(FitError::WarmStart { model: start.features(), records: features });
        }
        for (place, from) in labels.iter().enumerate().filter_map(|(to, label)| Some((to, start.place_of(*label)?))) {
            for (cells, feature) in point.chunks_exact_mut(count).zip(kept) {
                cells[place] = f64::from(start.weights()[(*feature as usize, from)]);
            }
            point[kept.len() * count + place] = start.intercepts()[from];
        }
        Ok(point)
    }
}

impl<L: Label> Fit<SparseRecords, Array1<L>, FitError> for MultinomialLogisticValid<L> {
    type Object = LinearClassifier<L>;

    /// As [`MultinomialLogisticValid::fit_reporting`], without the report.
    fn fit(&self, dataset: &DatasetBase<SparseRecords, Array1<L>>) -> Result<Self::Object, FitError> {
        self.fit_reporting(dataset).map(|(classifier, _)| classifier)
    }
}

#[cfg(test)]
mod tests;
