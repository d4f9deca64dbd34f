//! What counts in one document, by view.
//!
//! In: the marks of a document, gold and found. Out: a fixed list of counts from which every
//! figure of a [`View`] follows, so that documents can be added up and resampled.

use super::{
    confusion::{f1, mean, share},
    gold::{Certainty, GoldStance},
    marks::{FoundPair, GoldMark, Key},
};
use crate::pairs::{Label, Stance};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Which pairs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// All gold pairs and all predictions.
    All,
    /// Clear gold pairs only. An arguable pair is not required, and a prediction of it is left out.
    Clear,
    /// Neutral gold pairs and neutral predictions are left out: a polar pair that is predicted as
    /// neutral is missed, and a neutral pair that is predicted as polar is spurious.
    Polar,
}

impl View {
    /// Every view, in the order of reports.
    pub const ALL: [Self; 3] = [Self::All, Self::Clear, Self::Polar];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Clear => "clear",
            Self::Polar => "polar",
        }
    }
}

/// Row of mixed pairs in the stance table.
const MIXED: usize = 3;
/// Numbers that [`ViewCounts`] holds.
pub(super) const SLOTS: usize = 4 + 3 + 12 + 1;

/// What one document adds to the scores of a view; everything else follows from these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ViewCounts {
    /// Gold pairs by stance, mixed last.
    gold: [u64; 4],
    /// Predicted pairs by stance.
    predicted: [u64; 3],
    /// Pairs in both, gold stance by predicted stance.
    pub(super) table: [[u64; 3]; 4],
    /// Predicted pairs whose target is a target in gold.
    pub(super) target_right: u64,
}

impl ViewCounts {
    pub(super) fn of(
        view: View,
        gold: &BTreeMap<Key<'_>, GoldMark<'_>>,
        found: &BTreeMap<Key<'_>, &FoundPair>,
    ) -> Self {
        let counts = |mark: &GoldMark<'_>| match view {
            View::All => true,
            View::Clear => mark.certainty == Certainty::Clear,
            View::Polar => mark.stance != GoldStance::Neutral,
        };
        let mut view_counts = Self::default();
        let mut targets = BTreeSet::new();
        for (key, mark) in gold.iter().filter(|(_, mark)| counts(mark)) {
            view_counts.gold[mark.stance as usize] += 1;
            targets.insert(key.1);
        }
        for (key, pair) in found {
            let mark = gold.get(key);
            let left_out = match view {
                View::All => false,
                View::Clear => mark.is_some_and(|mark| !counts(mark)),
                View::Polar => pair.stance == Stance::Neutral,
            };
            if left_out {
                continue;
            }
            view_counts.predicted[pair.stance.index()] += 1;
            view_counts.target_right += u64::from(targets.contains(key.1));
            if let Some(mark) = mark.filter(|mark| counts(mark)) {
                view_counts.table[mark.stance as usize][pair.stance.index()] += 1;
            }
        }
        view_counts
    }

    pub(super) fn slots(self) -> Vec<u64> {
        let mut slots = [&self.gold[..], &self.predicted, &[self.target_right]].concat();
        slots.extend(self.table.as_flattened());
        slots
    }

    pub(super) fn from_sums(sums: &[f64]) -> Self {
        // Whole numbers, exact up to 2^53.
        let mut counts = sums.iter().map(|count| *count as u64);
        let mut next = || counts.next().unwrap_or(0);
        Self {
            gold: std::array::from_fn(|_| next()),
            predicted: std::array::from_fn(|_| next()),
            target_right: next(),
            table: std::array::from_fn(|_| std::array::from_fn(|_| next())),
        }
    }

    /// Mixed pairs that were predicted with this stance, which takes either side.
    fn mixed_as(&self, stance: Stance) -> u64 {
        if GoldStance::Mixed.accepts(stance) { self.table[MIXED][stance.index()] } else { 0 }
    }

    fn right(&self, stance: Stance) -> u64 {
        self.table[stance.index()][stance.index()] + self.mixed_as(stance)
    }

    fn found(&self) -> u64 {
        self.table.as_flattened().iter().sum()
    }

    fn all_right(&self) -> u64 {
        Stance::ALL.iter().map(|stance| self.right(*stance)).sum()
    }

    /// (gold, predicted, right) of pairs, of triples, and of the triples of each stance.
    pub(super) fn detections(&self) -> Vec<[u64; 3]> {
        let (gold, predicted) = (self.gold.iter().sum(), self.predicted.iter().sum());
        let mut detections = vec![[gold, predicted, self.found()], [gold, predicted, self.all_right()]];
        detections.extend(Stance::ALL.iter().map(|&stance| {
            let gold = self.gold[stance.index()] + self.mixed_as(stance);
            [gold, self.predicted[stance.index()], self.right(stance)]
        }));
        detections
    }

    fn macro_f1(&self) -> Option<f64> {
        mean(Stance::ALL.iter().map(|&stance| {
            let gold: u64 = self.table[stance.index()].iter().sum();
            let predicted = self.table.iter().map(|row| row[stance.index()]).sum();
            f1(self.right(stance), gold + self.mixed_as(stance), predicted)
        }))
    }

    /// Precision, recall and F1 of each detection, then accuracy, macro-F1 and the share of right holders.
    pub(super) fn figures(&self) -> Vec<Option<f64>> {
        let figures = |[gold, predicted, right]: [u64; 3]| {
            [share(right, predicted), share(right, gold), f1(right, gold, predicted)]
        };
        let mut all: Vec<_> = self.detections().into_iter().flat_map(figures).collect();
        all.extend([share(self.all_right(), self.found()), self.macro_f1(), share(self.found(), self.target_right)]);
        all
    }
}
