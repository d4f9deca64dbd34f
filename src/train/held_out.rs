//! Held-out decisions: what models of the other folds say of each row, and how sure they may be.
//!
//! In: the pairs of a head with their rows. Out: decisions of a grouped, stratified cross-validation and, for
//! [`cross_validate`], calibrated probabilities of rows that neither a model nor a calibration has seen.

use super::{
    ClassifierKind, Encoded, Recipe, TrainError,
    adaptation::Copies,
    calibrate::calibrate,
    classifier::{Fitted, dataset, fit},
    folds::folds,
    rows::encode_all,
    select::check_source,
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    features::{Block, Vectorizer},
    label::Label,
    model::{FitError, LinearClassifier, SparseRecords},
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
    /// Their rows, with only the columns that one of them has and the classifier is to see.
    pub(super) records: SparseRecords,
    /// Those columns.
    pub(super) present: Vec<u32>,
    pub(super) groups: Vec<Arc<str>>,
    /// How columns are copied by data set, where the recipe wants it and the rows allow it.
    pub(super) copies: Option<Copies>,
}

/// What models of the other folds say.
pub(super) struct HeldOut {
    /// Rows x labels; negative infinity for a label that the model does not know.
    pub(super) decisions: Array2<f64>,
    /// The fold of each row.
    pub(super) fold_of: Vec<usize>,
    /// Folds whose solver did not converge.
    pub(super) open: usize,
}

impl<L: Label> HeadRows<L> {
    /// `None` when no pair has a label.
    pub(super) fn of(
        pairs: &[LabelledPair],
        (vectorizer, records): (&Vectorizer, &SparseRecords),
        recipe: &Recipe,
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
        let mut present = records.occurring();
        if recipe.head::<L>().classifier == ClassifierKind::CueScore {
            present.retain(|column| vectorizer.block(*column) == Some(Block::CueScore));
        }
        let records = records.select_columns(&present)?;
        let adaptation = &recipe.adaptation;
        let copies = adaptation.copies.then(|| {
            let sources: Vec<Arc<str>> = rows.iter().map(|row| pairs[*row].source.clone()).collect();
            Copies::new(present.len(), &sources, adaptation.strength, &adaptation.predict_as)
        });
        Ok(Some(Self { rows, labels, weights, records, present, groups, copies: copies.flatten() }))
    }

    /// How many groups there are.
    pub(super) fn groups_in_all(&self) -> usize {
        let mut groups: Vec<&str> = self.groups.iter().map(|group| &**group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len()
    }

    /// How many groups have a row of a label.
    pub(super) fn groups_of(&self, label: L) -> usize {
        let own = self.labels.iter().zip(&self.groups).filter(|(other, _)| **other == label);
        let mut groups: Vec<&str> = own.map(|(_, group)| &**group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len()
    }

    /// The labels that occur, in label order.
    pub(super) fn known(&self) -> Vec<L> {
        L::ALL.iter().copied().filter(|label| self.labels.contains(label)).collect()
    }

    /// Whether a calibration is for this row: where weights are added for one data set, only its rows tell how sure the sum
    /// may be.
    pub(super) fn calibrates(&self, row: usize) -> bool {
        self.copies.as_ref().is_none_or(|copies| copies.is_chosen(row))
    }

    /// What to tell where data sets were to have weights of their own and have none.
    pub(super) fn copies_warning(&self, recipe: &Recipe) -> Option<String> {
        let name = &recipe.adaptation.predict_as;
        (recipe.adaptation.copies && self.copies.is_none()).then(|| {
            format!(
                "its rows are all of one data set, or none is of `{name}`: data sets get no weights of their own here"
            )
        })
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
            copies: self.copies.as_ref().map(|copies| copies.with_columns(places.len())),
        })
    }

    /// The fold of each row.
    pub(super) fn fold_of(&self, recipe: &Recipe) -> Vec<usize> {
        let keys: Vec<(Arc<str>, usize)> =
            self.groups.iter().cloned().zip(self.labels.iter().map(|label| label.index())).collect();
        folds(&keys, recipe.folds, recipe.seed)
    }

    /// The classifier of the rows named, over the columns present. Where columns are copied, there is no start.
    pub(super) fn fit(
        &self,
        recipe: &Recipe,
        rows: &[usize],
        start: Option<LinearClassifier<L>>,
    ) -> Result<Fitted<L>, FitError> {
        let settings = recipe.head::<L>();
        let labelled = rows.iter().map(|row| (self.labels[*row], self.weights[*row]));
        let Some(copies) = &self.copies else {
            return fit(settings, recipe.seed, &dataset(self.records.select(rows)?, labelled), start);
        };
        let dataset = dataset(copies.copied(&self.records, rows)?, labelled);
        let fitted = fit(settings, recipe.seed, &dataset, None)?;
        Ok(Fitted { classifier: copies.joined(&fitted.classifier)?, ..fitted })
    }

    /// What the models of the other folds say of each row.
    pub(super) fn held_out(&self, recipe: &Recipe, step: Step<'_>) -> Result<HeldOut, TrainError> {
        let fold_of = self.fold_of(recipe);
        let mut held_out = HeldOut {
            decisions: Array2::from_elem((self.rows.len(), L::ALL.len()), f64::NEG_INFINITY),
            fold_of,
            open: 0,
        };
        for fold in 0..recipe.folds {
            let inside = held_out.outside_fold(fold);
            let mut fitted = None;
            step(&format!("{} fold {} of {}", L::HEAD, fold + 1, recipe.folds), &mut || {
                fitted = Some(self.fit(recipe, &inside, None));
            });
            let Some(fitted) = fitted else { continue };
            let fitted = fitted.map_err(|source| fold_error::<L>(source, recipe.folds))?;
            held_out.open += usize::from(fitted.warning.is_some());
            self.decide(&fitted.classifier, fold, &mut held_out)?;
        }
        Ok(held_out)
    }

    /// Writes what a classifier says of the rows of a fold.
    pub(super) fn decide(
        &self,
        classifier: &LinearClassifier<L>,
        fold: usize,
        held_out: &mut HeldOut,
    ) -> Result<(), TrainError> {
        let rows: Vec<usize> = (0..self.rows.len()).filter(|row| held_out.fold_of[*row] == fold).collect();
        let decisions = classifier.decisions(&self.records.select(&rows)?, L::ALL);
        for (place, row) in rows.iter().enumerate() {
            held_out.decisions.row_mut(*row).assign(&decisions.row(place));
        }
        Ok(())
    }
}

impl HeldOut {
    /// What to tell where the solvers of some folds did not converge.
    pub(super) fn open_warning(&self, folds: usize) -> Option<String> {
        let open = self.open;
        (open > 0).then(|| format!("not converged in {open} of {folds} folds: its held-out scores may be too low"))
    }

    /// The rows that a fold's model learns from.
    pub(super) fn outside_fold(&self, fold: usize) -> Vec<usize> {
        (0..self.fold_of.len()).filter(|row| self.fold_of[*row] != fold).collect()
    }
}

/// Why the model of a fold could not be fitted, where all rows together may well have several labels.
pub(super) fn fold_error<L: Label>(source: FitError, folds: usize) -> TrainError {
    match source {
        FitError::SingleClass { label } => TrainError::FoldSingleClass { head: L::HEAD, label, folds },
        source => TrainError::Fit { head: L::HEAD, source },
    }
}

/// What a cross-validation says of every pair that has a label.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidated<L> {
    /// Places of the pairs among those given.
    pub rows: Vec<usize>,
    /// The labels they have.
    pub labels: Vec<L>,
    /// Calibrated probabilities in label order, each by a model and, unless `warnings` say otherwise, a calibration that did
    /// not learn from the pair's group.
    pub probabilities: Vec<Vec<f64>>,
    /// Things the user should know: solvers that did not converge, a calibration that has seen the rows it is for, data sets
    /// without weights of their own.
    pub warnings: Vec<String>,
}

/// Cross-validates one head over all pairs, with a recipe's features, estimator, folds and seed. Its data set settings
/// (weights, limits on neutral rows) are left out: every pair is wanted.
///
/// # Errors
/// [`TrainError::NoLabel`] when no pair has a label of the head, [`TrainError::NoSource`] when data sets are to have weights of
/// their own and no pair is of the one that the recipe chooses, [`TrainError::TooFewGroups`], or when an estimator fails.
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
    cross_validate_encoded(&encoded, recipe, pairs, label, progress)
}

/// As [`cross_validate`], on rows that [`encode_all`] made of the pairs: for several heads or seeds over the same rows.
///
/// The vocabulary, the document frequencies and the lists of common words are counted over all pairs, those held out among
/// them. No label goes into them, so a held-out label is never seen; a held-out text's words may decide whether a rare
/// feature is kept. The calibration of a row is found on other folds than its own.
///
/// # Errors
/// As [`cross_validate`].
pub fn cross_validate_encoded<L: Label>(
    encoded: &Encoded,
    recipe: &Recipe,
    pairs: &[LabelledPair],
    label: impl Fn(&LabelledPair) -> Option<L>,
    progress: &dyn Fn(&str),
) -> Result<CrossValidated<L>, TrainError> {
    check_source(pairs, recipe)?;
    let head = HeadRows::of(pairs, (&encoded.vectorizer, &encoded.records), recipe, label)?
        .ok_or(TrainError::NoLabel { head: L::HEAD })?;
    let groups = head.groups_in_all();
    if groups < recipe.folds {
        return Err(TrainError::TooFewGroups { groups, folds: recipe.folds });
    }
    let held_out = head.held_out(recipe, &mut |name, work| {
        progress(name);
        work();
    })?;
    let calibration = recipe.head::<L>().calibration;
    let found = calibrate(calibration, &head.known(), &head, &held_out, |row| head.calibrates(row))?;
    let warnings = [head.copies_warning(recipe), held_out.open_warning(recipe.folds), found.warning];
    let warnings = warnings.into_iter().flatten().map(|warning| format!("the {} head: {warning}", L::HEAD)).collect();
    Ok(CrossValidated { rows: head.rows, labels: head.labels, probabilities: found.probabilities, warnings })
}
