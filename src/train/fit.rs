//! Fitting the heads: cross-validation for honest scores and calibration, then all rows.

use super::{ClassWeighting, ClassifierKind, HeadRecipe, Recipe, folds::folds, rows::encode_all, select::select};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    evaluate::{Outcome, ScoreError, ScoreOptions, Scores, score},
    features::FEATURES_VERSION,
    label::{Act, Label, Stance, Tone},
    model::{
        Calibration, CalibrationError, ClassWeights, FitError, Head, LinearClassifier, LinearSvm, ModelIdentity,
        MultinomialLogistic, RecordsError, SelectedLogistic, SparseRecords, StanceModel, StopReason, Trained,
    },
    pairs::{FileHash, LabelledPair},
    segment::STEMMER,
};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2};
use std::{sync::Arc, time::Instant};

/// Why no model was made.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// No row has a stance.
    #[error("no row has a stance label: nothing to learn")]
    NoRows,
    /// Too few rows or groups for the folds.
    #[error("{groups} groups of rows are too few for {folds} folds")]
    TooFewGroups {
        /// Groups there are.
        groups: usize,
        /// Folds wanted.
        folds: usize,
    },
    /// An estimator failed.
    #[error("the {head} head: {source}")]
    Fit {
        /// Name of the head.
        head: &'static str,
        /// What went wrong.
        source: FitError,
    },
    /// Calibration failed.
    #[error("the {head} head: {source}")]
    Calibration {
        /// Name of the head.
        head: &'static str,
        /// What went wrong.
        source: CalibrationError,
    },
    /// The rows do not fit a matrix.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// The held-out rows could not be scored.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

/// How training went.
#[derive(Debug)]
pub struct TrainReport {
    /// Name and seconds of each step.
    pub steps: Vec<(String, f64)>,
    /// Rows used, by data set.
    pub sources: Vec<(Arc<str>, usize)>,
    /// Columns of the vector.
    pub columns: usize,
    /// Cells of the training matrix.
    pub cells: usize,
    /// Held-out scores of the stance head over all rows, and for each data set.
    pub stance: HeadReport<Stance>,
    /// Of the act head, if it was trained.
    pub act: Option<HeadReport<Act>>,
    /// Of the tone head, if it was trained.
    pub tone: Option<HeadReport<Tone>>,
    /// Things the user should know: solvers that did not converge, heads that could not be trained.
    pub warnings: Vec<String>,
}

/// Held-out scores of one head.
#[derive(Debug)]
pub struct HeadReport<L: Label> {
    /// Over all rows of the head, each scored by the model of the folds it is not in.
    pub scores: Scores<L>,
    /// By data set, where there are several.
    pub by_source: Vec<(Arc<str>, Scores<L>)>,
    /// The calibration found.
    pub calibration: Calibration,
}

/// What training starts from.
pub struct Training<'a> {
    /// The actors.
    pub gazetteer: &'a Gazetteer,
    /// The cues.
    pub cues: &'a CueLexicon,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The files the pairs were read from, for the model's identity.
    pub files: Vec<FileHash>,
    /// Told the name of each step as it begins.
    pub progress: &'a dyn Fn(&str),
}

/// Trains all heads that the data allow.
///
/// # Errors
/// See [`TrainError`].
pub fn train(training: Training<'_>, pairs: Vec<LabelledPair>) -> Result<(StanceModel, TrainReport), TrainError> {
    let Training { gazetteer, cues, recipe, files, progress } = training;
    let mut steps = Vec::new();
    let mut warnings = Vec::new();
    let pairs = select(pairs, recipe);
    if !pairs.iter().any(|pair| pair.stance.is_some()) {
        return Err(TrainError::NoRows);
    }
    let encoded = timed("features", progress, &mut steps, || encode_all(gazetteer, cues, &recipe.features, &pairs))?;
    let mut context = Context {
        recipe,
        pairs: &pairs,
        records: &encoded.records,
        progress,
        steps: &mut steps,
        warnings: &mut warnings,
    };
    let (stance, stance_report) = context.head(|pair| pair.stance)?.ok_or(TrainError::NoRows)?;
    let (act, act_report) = context.head(|pair| pair.act)?.unzip();
    let (tone, tone_report) = context.head(|pair| pair.tone)?.unzip();
    let mut sources: Vec<(Arc<str>, usize)> = Vec::new();
    for pair in &pairs {
        match sources.iter_mut().find(|(name, _)| *name == pair.source) {
            Some((_, count)) => *count += 1,
            None => sources.push((pair.source.clone(), 1)),
        }
    }
    let report = TrainReport {
        steps,
        sources,
        columns: encoded.vectorizer.columns(),
        cells: encoded.records.matrix().nnz(),
        stance: stance_report,
        act: act_report,
        tone: tone_report,
        warnings,
    };
    let identity = ModelIdentity {
        program: concat!("demarche ", env!("CARGO_PKG_VERSION")).to_owned(),
        features: FEATURES_VERSION.to_owned(),
        stemmer: STEMMER.to_owned(),
        gazetteer: gazetteer.hash().to_owned(),
        recipe: recipe.to_toml(),
        data: files,
        rows: pairs.len() as u64,
    };
    Ok((StanceModel::new(identity, encoded.vectorizer, stance, act, tone), report))
}

fn timed<T>(name: &str, progress: &dyn Fn(&str), steps: &mut Vec<(String, f64)>, work: impl FnOnce() -> T) -> T {
    progress(name);
    let start = Instant::now();
    let result = work();
    steps.push((name.to_owned(), start.elapsed().as_secs_f64()));
    result
}

/// A head and its held-out scores.
type TrainedHead<L> = (Head<L>, HeadReport<L>);

struct Context<'a> {
    recipe: &'a Recipe,
    pairs: &'a [LabelledPair],
    records: &'a SparseRecords,
    progress: &'a dyn Fn(&str),
    steps: &'a mut Vec<(String, f64)>,
    warnings: &'a mut Vec<String>,
}

impl Context<'_> {
    fn head<L: Label>(
        &mut self,
        label: impl Fn(&LabelledPair) -> Option<L>,
    ) -> Result<Option<TrainedHead<L>>, TrainError> {
        let settings = self.recipe.head::<L>();
        let labelled: Vec<(usize, L)> =
            self.pairs.iter().enumerate().filter_map(|(index, pair)| Some((index, label(pair)?))).collect();
        if !settings.train || labelled.is_empty() {
            return Ok(None);
        }
        let fail = |source| TrainError::Fit { head: L::HEAD, source };
        let rows: Vec<usize> = labelled.iter().map(|(index, _)| *index).collect();
        let labels: Vec<L> = labelled.iter().map(|(_, label)| *label).collect();
        let weights: Vec<f32> = rows.iter().map(|row| self.pairs[*row].weight).collect();
        // Columns that no row of this head has would keep a weight of 0: leaving them out saves the solver's memory.
        let records = self.records.select(&rows)?;
        let present: Vec<u32> = (0_u32..)
            .zip(records.document_frequencies())
            .filter(|(_, count)| *count > 0)
            .map(|(column, _)| column)
            .collect();
        let records = records.select_columns(&present)?;
        let keys: Vec<(Arc<str>, usize)> =
            rows.iter().zip(&labels).map(|(row, label)| (self.pairs[*row].group.clone(), label.index())).collect();
        let mut groups: Vec<&str> = keys.iter().map(|(group, _)| &**group).collect();
        groups.sort_unstable();
        groups.dedup();
        if groups.len() < self.recipe.folds {
            if L::HEAD == Stance::HEAD {
                return Err(TrainError::TooFewGroups { groups: groups.len(), folds: self.recipe.folds });
            }
            self.warnings.push(format!("the {} head was not trained: {} groups are too few", L::HEAD, groups.len()));
            return Ok(None);
        }
        let fold_of = folds(&keys, self.recipe.folds, self.recipe.seed);
        let mut held_out = Array2::from_elem((rows.len(), L::ALL.len()), f64::NEG_INFINITY);
        for fold in 0..self.recipe.folds {
            let inside: Vec<usize> = (0..rows.len()).filter(|row| fold_of[*row] != fold).collect();
            let outside: Vec<usize> = (0..rows.len()).filter(|row| fold_of[*row] == fold).collect();
            let name = format!("{} fold {} of {}", L::HEAD, fold + 1, self.recipe.folds);
            let dataset = dataset(&records.select(&inside)?, inside.iter().map(|row| (labels[*row], weights[*row])));
            let (classifier, _) =
                timed(&name, self.progress, self.steps, || fit(settings, self.recipe.seed, &dataset)).map_err(fail)?;
            let decisions = classifier.decisions(&records.select(&outside)?, L::ALL);
            for (place, row) in outside.iter().enumerate() {
                held_out.row_mut(*row).assign(&decisions.row(place));
            }
        }
        let classes: Vec<usize> = labels.iter().map(|label| label.index()).collect();
        let everything = dataset(&records, labels.iter().copied().zip(weights.iter().copied()));
        let name = format!("{} on all rows", L::HEAD);
        let (classifier, warning) =
            timed(&name, self.progress, self.steps, || fit(settings, self.recipe.seed, &everything)).map_err(fail)?;
        self.warnings.extend(warning.map(|text| format!("the {} head: {text}", L::HEAD)));
        let classifier = widened(&classifier, &present, self.records.matrix().cols())
            .ok_or(TrainError::Fit { head: L::HEAD, source: FitError::NotFinite })?;
        let (calibration, whole) = self.calibrate(settings, &classifier, &held_out, &classes, &weights)?;
        let head = Head {
            classifier,
            calibration: calibration.clone(),
            trained: Trained {
                classifier: settings.classifier.name().to_owned(),
                l2: settings.l2,
                rows: rows.len() as u64,
            },
        };
        let outcomes: Vec<Outcome<L>> = (0..rows.len())
            .map(|row| {
                let decisions: Vec<f64> = held_out.row(row).to_vec();
                let probabilities = whole.probabilities(&decisions);
                let best = (0..probabilities.len())
                    .fold(0, |held, at| if probabilities[at] > probabilities[held] { at } else { held });
                Outcome { gold: labels[row], predicted: L::ALL[best], probabilities, group: keys[row].0.clone() }
            })
            .collect();
        let options = ScoreOptions { seed: self.recipe.seed, ..ScoreOptions::default() };
        let mut names: Vec<Arc<str>> = rows.iter().map(|row| self.pairs[*row].source.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let mut by_source = Vec::new();
        if names.len() > 1 {
            for name in names {
                let own: Vec<Outcome<L>> = outcomes
                    .iter()
                    .zip(&rows)
                    .filter(|(_, row)| self.pairs[**row].source == name)
                    .map(|(outcome, _)| outcome.clone())
                    .collect();
                by_source.push((name, score(&own, &options)?));
            }
        }
        Ok(Some((head, HeadReport { scores: score(&outcomes, &options)?, by_source, calibration })))
    }

    /// The calibration over the labels the classifier knows, and the same over all labels of the kind (for
    /// held-out decisions).
    fn calibrate<L: Label>(
        &self,
        settings: &HeadRecipe,
        classifier: &LinearClassifier<L>,
        held_out: &Array2<f64>,
        classes: &[usize],
        weights: &[f32],
    ) -> Result<(Calibration, Calibration), TrainError> {
        let fail = |source| TrainError::Calibration { head: L::HEAD, source };
        if settings.classifier != ClassifierKind::Svm {
            let found = Calibration::temperature(held_out.view(), classes, Some(weights)).map_err(fail)?;
            return Ok((found.clone(), found));
        }
        // Platt's parameters stand for the classifier's labels one by one.
        let columns: Vec<usize> = classifier.labels().iter().map(|label| label.index()).collect();
        let known = held_out.select(ndarray::Axis(1), &columns);
        let places: Vec<usize> =
            classes.iter().map(|class| columns.iter().position(|column| column == class).unwrap_or_default()).collect();
        let found = Calibration::platt(known.view(), &places).map_err(fail)?;
        let mut spread = vec![(-1.0, 0.0); L::ALL.len()];
        if let Calibration::Platt(parameters) = &found {
            for (column, parameter) in columns.iter().zip(parameters) {
                spread[*column] = *parameter;
            }
        }
        Ok((found, Calibration::Platt(spread)))
    }
}

/// The same classifier over all columns, of which it knew those `present`.
fn widened<L: Label>(narrow: &LinearClassifier<L>, present: &[u32], columns: usize) -> Option<LinearClassifier<L>> {
    let mut weights = Array2::zeros((columns, narrow.labels().len()));
    for (row, column) in present.iter().enumerate() {
        weights.row_mut(*column as usize).assign(&narrow.weights().row(row));
    }
    LinearClassifier::new(narrow.labels().to_vec(), weights, narrow.intercepts().to_vec()).ok()
}

fn dataset<L: Label>(
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
fn fit<L: Label>(
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
