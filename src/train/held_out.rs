//! Held-out decisions: what models of the other folds say of each row, and how sure they may be.
//!
//! In: the pairs of a head with their rows. Out: decisions of a grouped, stratified cross-validation, the calibration found
//! on them, and, for [`cross_validate`], calibrated probabilities of rows that no model has seen.

use super::{
    ClassifierKind, HeadRecipe, Recipe, TrainError,
    classifier::{dataset, fit},
    folds::folds,
    rows::encode_all,
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    label::Label,
    model::{Calibration, FitError, SparseRecords},
    pairs::LabelledPair,
};
use ndarray::Array2;
use std::sync::Arc;

/// Runs a named step, so that its time can be told.
type Step<'a> = &'a mut dyn FnMut(&str, &mut dyn FnMut());

/// The pairs that have a label of one head.
pub(super) struct HeadRows<L> {
    /// Their places among all pairs.
    pub(super) rows: Vec<usize>,
    pub(super) labels: Vec<L>,
    pub(super) weights: Vec<f32>,
    /// Their rows, with only the columns that one of them has.
    pub(super) records: SparseRecords,
    /// Those columns.
    pub(super) present: Vec<u32>,
    pub(super) groups: Vec<Arc<str>>,
}

impl<L: Label> HeadRows<L> {
    /// `None` when no pair has a label.
    pub(super) fn of(
        pairs: &[LabelledPair],
        records: &SparseRecords,
        label: impl Fn(&LabelledPair) -> Option<L>,
    ) -> Result<Option<Self>, TrainError> {
        let labelled: Vec<(usize, L)> =
            pairs.iter().enumerate().filter_map(|(index, pair)| Some((index, label(pair)?))).collect();
        if labelled.is_empty() {
            return Ok(None);
        }
        let (rows, labels): (Vec<usize>, Vec<L>) = labelled.into_iter().unzip();
        let weights = rows.iter().map(|row| pairs[*row].weight).collect();
        let groups = rows.iter().map(|row| pairs[*row].group.clone()).collect();
        // Columns that no row of this head has would keep a weight of 0: leaving them out saves the solver's memory.
        let records = records.select(&rows)?;
        let present: Vec<u32> = (0_u32..)
            .zip(records.document_frequencies())
            .filter(|(_, count)| *count > 0)
            .map(|(column, _)| column)
            .collect();
        let records = records.select_columns(&present)?;
        Ok(Some(Self { rows, labels, weights, records, present, groups }))
    }

    /// How many groups there are.
    pub(super) fn groups_in_all(&self) -> usize {
        let mut groups: Vec<&str> = self.groups.iter().map(|group| &**group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len()
    }

    /// The same rows with only some of their columns, which must ascend.
    pub(super) fn with_columns(&self, places: &[u32]) -> Result<Self, TrainError> {
        Ok(Self {
            rows: self.rows.clone(),
            labels: self.labels.clone(),
            weights: self.weights.clone(),
            records: self.records.select_columns(places)?,
            present: places.iter().map(|place| self.present[*place as usize]).collect(),
            groups: self.groups.clone(),
        })
    }

    /// Rows x labels: what the model of the other folds says of each row.
    pub(super) fn held_out(&self, recipe: &Recipe, step: Step<'_>) -> Result<Array2<f64>, FitError> {
        let settings = recipe.head::<L>();
        let keys: Vec<(Arc<str>, usize)> =
            self.groups.iter().cloned().zip(self.labels.iter().map(|label| label.index())).collect();
        let fold_of = folds(&keys, recipe.folds, recipe.seed);
        let mut held_out = Array2::from_elem((self.rows.len(), L::ALL.len()), f64::NEG_INFINITY);
        for fold in 0..recipe.folds {
            let (outside, inside): (Vec<usize>, Vec<usize>) =
                (0..self.rows.len()).partition(|row| fold_of[*row] == fold);
            let labelled = inside.iter().map(|row| (self.labels[*row], self.weights[*row]));
            let dataset = dataset(&self.records.select(&inside)?, labelled);
            let mut fitted = None;
            step(&format!("{} fold {} of {}", L::HEAD, fold + 1, recipe.folds), &mut || {
                fitted = Some(fit(settings, recipe.seed, &dataset));
            });
            let Some(fitted) = fitted else { continue };
            let decisions = fitted?.0.decisions(&self.records.select(&outside)?, L::ALL);
            for (place, row) in outside.iter().enumerate() {
                held_out.row_mut(*row).assign(&decisions.row(place));
            }
        }
        Ok(held_out)
    }
}

/// The calibration over the labels that the classifier knows, and the same over all labels of the kind (for
/// held-out decisions).
pub(super) fn calibrate<L: Label>(
    settings: &HeadRecipe,
    known: &[L],
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
    let columns: Vec<usize> = known.iter().map(|label| label.index()).collect();
    let own = held_out.select(ndarray::Axis(1), &columns);
    let places: Vec<usize> =
        classes.iter().map(|class| columns.iter().position(|column| column == class).unwrap_or_default()).collect();
    let found = Calibration::platt(own.view(), &places).map_err(fail)?;
    let mut spread = vec![(-1.0, 0.0); L::ALL.len()];
    if let Calibration::Platt(parameters) = &found {
        for (column, parameter) in columns.iter().zip(parameters) {
            spread[*column] = *parameter;
        }
    }
    Ok((found, Calibration::Platt(spread)))
}

/// What a cross-validation says of every pair that has a label.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidated<L> {
    /// Places of the pairs among those given.
    pub rows: Vec<usize>,
    /// The labels they have.
    pub labels: Vec<L>,
    /// Calibrated probabilities in label order, each by a model that did not learn from the pair's group.
    pub probabilities: Vec<Vec<f64>>,
}

/// Cross-validates one head over all pairs, with a recipe's features, estimator, folds and seed. Its data set settings
/// (weights, limits on neutral rows) are left out: every pair is wanted.
///
/// # Errors
/// [`TrainError::NoRows`] when no pair has a label of the head, [`TrainError::TooFewGroups`], or when an estimator fails.
pub fn cross_validate<L: Label>(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    recipe: &Recipe,
    pairs: &[LabelledPair],
    label: impl Fn(&LabelledPair) -> Option<L>,
    progress: &dyn Fn(&str),
) -> Result<CrossValidated<L>, TrainError> {
    progress("features");
    let encoded = encode_all(gazetteer, cues, &recipe.features, pairs)?;
    cross_validate_encoded(&encoded.records, recipe, pairs, label, progress)
}

/// As [`cross_validate`], on rows that [`encode_all`] made of the pairs: for several heads or seeds over the same rows.
///
/// The vocabulary, the document frequencies and the lists of common words are counted over all pairs, those held out among
/// them. No label goes into them, so a held-out label is never seen; a held-out text's words may decide whether a rare
/// feature is kept. The calibration (one number for a temperature) is found on all held-out decisions together.
///
/// # Errors
/// As [`cross_validate`].
pub fn cross_validate_encoded<L: Label>(
    records: &SparseRecords,
    recipe: &Recipe,
    pairs: &[LabelledPair],
    label: impl Fn(&LabelledPair) -> Option<L>,
    progress: &dyn Fn(&str),
) -> Result<CrossValidated<L>, TrainError> {
    let head = HeadRows::of(pairs, records, label)?.ok_or(TrainError::NoLabel { head: L::HEAD })?;
    let groups = head.groups_in_all();
    if groups < recipe.folds {
        return Err(TrainError::TooFewGroups { groups, folds: recipe.folds });
    }
    let fail = |source| TrainError::Fit { head: L::HEAD, source };
    let held_out = head
        .held_out(recipe, &mut |name, work| {
            progress(name);
            work();
        })
        .map_err(fail)?;
    let classes: Vec<usize> = head.labels.iter().map(|label| label.index()).collect();
    let known: Vec<L> = L::ALL.iter().copied().filter(|label| head.labels.contains(label)).collect();
    let (_, whole) = calibrate(recipe.head::<L>(), &known, &held_out, &classes, &head.weights)?;
    let probabilities = held_out.rows().into_iter().map(|row| whole.probabilities(&row.to_vec())).collect();
    Ok(CrossValidated { rows: head.rows, labels: head.labels, probabilities })
}
