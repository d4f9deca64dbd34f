//! One classifier of one head: the estimator that a recipe names, with its settings.
//!
//! In: sparse rows with labels and weights, the head's part of the recipe. Out: a linear classifier, and a warning when its
//! solver did not converge.

use super::{ClassWeighting, ClassifierKind, HeadRecipe};
use crate::{
    label::Label,
    model::{
        ClassWeights, FitError, LinearClassifier, LinearSvm, MultinomialLogistic, SelectedLogistic, SparseRecords,
        StopReason,
    },
};
use linfa::{DatasetBase, ParamGuard};
use ndarray::Array1;

/// Rows with their labels and weights, as linfa has them.
pub(super) fn dataset<L: Label>(
    records: &SparseRecords,
    rows: impl Iterator<Item = (L, f32)>,
) -> DatasetBase<SparseRecords, Array1<L>> {
    let (labels, weights): (Vec<L>, Vec<f32>) = rows.unzip();
    DatasetBase::new(records.clone(), Array1::from(labels)).with_weights(Array1::from(weights))
}

/// Steps that the solver remembers: each costs two vectors of features x labels numbers.
const MEMORY: usize = 5;

/// The solver stops when no component of the mean loss' gradient is larger: held-out scores no longer move by then, and a
/// hundredfold smaller value takes three times as long.
const TOLERANCE: f64 = 3e-5;

/// Fits one classifier; the second value warns when the solver did not converge.
pub(super) fn fit<L: Label>(
    settings: &HeadRecipe,
    seed: u64,
    dataset: &DatasetBase<SparseRecords, Array1<L>>,
) -> Result<(LinearClassifier<L>, Option<String>), FitError> {
    let class_weights = match settings.class_weights {
        ClassWeighting::None => ClassWeights::None,
        ClassWeighting::Balanced => ClassWeights::Balanced,
    };
    match settings.classifier {
        ClassifierKind::Logistic => {
            let parameters = MultinomialLogistic::default()
                .alpha(settings.l2)
                .class_weights(class_weights)
                .max_iterations(settings.iterations)
                .memory(MEMORY)
                .gradient_tolerance(TOLERANCE);
            let (classifier, end) = parameters.check()?.fit_reporting(dataset)?;
            let warning = (end.reason == StopReason::MaxIterations).then(|| {
                format!(
                    "not converged after {} iterations (gradient {:.2e}); raise `iterations` or `l2`",
                    end.iterations, end.gradient_norm
                )
            });
            Ok((classifier, warning))
        }
        ClassifierKind::Svm => {
            let parameters = LinearSvm::default()
                .cost(1.0 / settings.l2)
                .class_weights(class_weights)
                .max_passes(settings.iterations)
                .seed(seed);
            let (classifier, ends) = parameters.check()?.fit_reporting(dataset)?;
            let open = ends.iter().filter(|end| !end.converged).count();
            let warning = (open > 0)
                .then(|| format!("{open} of {} classes not converged; raise `iterations` or `l2`", ends.len()));
            Ok((classifier, warning))
        }
        ClassifierKind::LinfaLogistic => {
            let parameters = SelectedLogistic::default()
                .alpha(settings.l2)
                .columns(settings.columns)
                .max_iterations(settings.iterations);
            let (classifier, _) = parameters.check()?.fit_reporting(dataset)?;
            Ok((classifier, None))
        }
    }
}
