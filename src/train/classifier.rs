//! One classifier of one head: the estimator that a recipe names, with its settings.
//!
//! In: sparse rows with labels and weights, the head's part of the recipe. Out: a linear classifier, and a warning when its
//! solver did not converge.

use super::{ClassWeighting, ClassifierKind, HeadRecipe};
use crate::{
    label::Label,
    model::{
        ClassWeights, ComplementNaiveBayes, Convergence, FitError, LinearClassifier, LinearSvm, MajorityLabel,
        MultinomialLogistic, SelectedLogistic, SparseRecords, StopReason,
    },
};
use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::Array1;

/// Rows with their labels and weights, as linfa has them.
pub(super) fn dataset<L: Label>(
    records: SparseRecords,
    rows: impl Iterator<Item = (L, f32)>,
) -> DatasetBase<SparseRecords, Array1<L>> {
    let (labels, weights): (Vec<L>, Vec<f32>) = rows.unzip();
    DatasetBase::new(records, Array1::from(labels)).with_weights(Array1::from(weights))
}

/// Steps that the solver remembers: each costs two vectors of features x labels numbers.
const MEMORY: usize = 5;

/// The solver stops when no component of the mean loss' gradient is larger: held-out scores no longer move by then, and a
/// hundredfold smaller value takes three times as long.
const TOLERANCE: f64 = 3e-5;

/// A classifier and how it was found.
#[derive(Debug)]
pub(super) struct Fitted<L: Label> {
    pub(super) classifier: LinearClassifier<L>,
    /// Iterations of the solver; 0 where there is none, or it does not tell.
    pub(super) iterations: usize,
    /// What to do where the solver did not converge.
    pub(super) warning: Option<String>,
}

/// Fits one classifier. Logistic regression may start from an earlier one of the same columns.
pub(super) fn fit<L: Label>(
    settings: &HeadRecipe,
    seed: u64,
    dataset: &DatasetBase<SparseRecords, Array1<L>>,
    start: Option<LinearClassifier<L>>,
) -> Result<Fitted<L>, FitError> {
    let class_weights = match settings.class_weights {
        ClassWeighting::None => ClassWeights::None,
        ClassWeighting::Balanced => ClassWeights::Balanced,
    };
    let counted = |classifier| Ok(Fitted { classifier, iterations: 0, warning: None });
    match settings.classifier {
        ClassifierKind::Logistic | ClassifierKind::CueScore => {
            let mut parameters = MultinomialLogistic::default()
                .alpha(settings.l2)
                .l1(settings.l1)
                .class_weights(class_weights)
                .max_iterations(settings.iterations)
                .memory(MEMORY)
                .gradient_tolerance(TOLERANCE);
            if let Some(start) = start {
                parameters = parameters.start_from(start);
            }
            let (classifier, end) = parameters.check()?.fit_reporting(dataset)?;
            let weight = f64::from(dataset.weights.sum());
            Ok(Fitted { classifier, iterations: end.iterations, warning: advice(&end, weight) })
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
                .then(|| format!("not converged for {open} of {} labels; raise `iterations` or `l2`", ends.len()));
            let iterations = ends.iter().map(|end| end.passes).max().unwrap_or(0);
            Ok(Fitted { classifier, iterations, warning })
        }
        ClassifierKind::LinfaLogistic => {
            let parameters = SelectedLogistic::default()
                .alpha(settings.l2)
                .columns(settings.columns)
                .max_iterations(settings.iterations);
            let (classifier, end) = parameters.check()?.fit_reporting(dataset)?;
            let weight = f64::from(dataset.weights.sum());
            // Its own tolerance is for the sum over rows, and stricter with every row.
            let far = end.gradient_norm > TOLERANCE * weight;
            Ok(Fitted { classifier, iterations: 0, warning: far.then(|| advice(&end, weight)).flatten() })
        }
        ClassifierKind::NaiveBayes => {
            let parameters = ComplementNaiveBayes::default().smoothing(settings.smoothing).class_weights(class_weights);
            counted(parameters.check()?.fit(dataset)?)
        }
        ClassifierKind::Majority => {
            counted(MajorityLabel::default().class_weights(class_weights).check()?.fit(dataset)?)
        }
    }
}

/// What to do about a solver that ended before its tolerance, on rows of so much weight.
fn advice(end: &Convergence, weight: f64) -> Option<String> {
    let gradient = end.gradient_norm / weight;
    match end.reason {
        StopReason::GradientTolerance => None,
        StopReason::MaxIterations => Some(format!(
            "not converged: gradient {gradient:.1e} when {} were used up, {TOLERANCE:.0e} wanted; raise `iterations` or `l2`",
            if end.iterations > 0 { format!("{} iterations", end.iterations) } else { "all iterations".to_owned() },
        )),
        StopReason::NoProgress | StopReason::NotFinite => Some(format!(
            "not converged: no step leads further down from gradient {gradient:.1e}, {TOLERANCE:.0e} wanted; raise `l2`, or \
             look for rows of very great weight"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Stance::{self, Critical, Neutral, Supportive};

    fn rows() -> DatasetBase<SparseRecords, Array1<Stance>> {
        let cells = (0..60_u32).map(|i| [(i % 7, 1.0), (7 + i % 11, 2.0)]);
        let labels = (0..60).map(|i| ([Critical, Neutral, Supportive][(i % 7) % 3], 1.0));
        dataset(SparseRecords::from_rows(18, cells).unwrap(), labels)
    }

    #[test]
    fn every_solver_that_stops_early_says_so_and_what_to_do() {
        use ClassifierKind::{CueScore, LinfaLogistic, Logistic, Majority, NaiveBayes, Svm};
        for (classifier, l1) in [(Logistic, 0.0), (Logistic, 0.1), (CueScore, 0.0), (Svm, 0.0), (LinfaLogistic, 0.0)] {
            let settings = HeadRecipe { classifier, l1, l2: 0.01, iterations: 1, ..HeadRecipe::default() };
            let warning = fit(&settings, 1, &rows(), None).unwrap().warning.unwrap_or_default();
            assert!(warning.starts_with("not converged") && warning.contains("raise"), "{classifier}: {warning}");
            let settings = HeadRecipe { iterations: 5000, l2: 1.0, ..settings };
            assert_eq!(fit(&settings, 1, &rows(), None).unwrap().warning, None, "{classifier}");
        }
        for classifier in [NaiveBayes, Majority] {
            let settings = HeadRecipe { classifier, iterations: 1, ..HeadRecipe::default() };
            assert_eq!(fit(&settings, 1, &rows(), None).unwrap().warning, None);
        }
    }
}
