//! End-to-end scores: from a whole document to who takes which stance toward whom.
//!
//! In: gold documents and the pairs found in each. Out: how many ordered (holder, target) pairs
//! were found, missed and spurious; the same for triples with the stance; how often the stance is
//! right among the found pairs; and how often the holder is right where the target is. Counts are
//! pooled over documents (micro); intervals resample documents.

use super::{
    Bootstrap, Estimate, ScoreError, ScoreOptions,
    gold::{Certainty, GoldDocument, GoldStance},
    marks::{FoundPair, GoldMark, Key, found_marks, gold_marks},
    resample::GroupSums,
    views::{SLOTS, View, ViewCounts},
};
use crate::pairs::{Label, Stance};
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of things to be found, and the figures that follow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Detection {
    /// Things in gold.
    pub gold: u64,
    /// Things predicted.
    pub predicted: u64,
    /// Things in both. Missed are `gold - right`, spurious are `predicted - right`.
    pub right: u64,
    /// `right / predicted`.
    pub precision: Estimate,
    /// `right / gold`.
    pub recall: Estimate,
    /// `2 right / (gold + predicted)`.
    pub f1: Estimate,
}

/// Detection of the triples with one stance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StanceDetection {
    /// The stance.
    pub stance: Stance,
    /// Its counts and figures. A mixed gold pair counts as of the stance it was predicted with,
    /// where that is supportive or critical, and else as of none.
    pub detection: Detection,
}

/// Found pairs by gold stance (rows: critical, neutral, supportive, mixed) and predicted stance
/// (columns, in the order of [`Label::ALL`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StanceTable(pub [[u64; 3]; 4]);

/// Scores over one selection of pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ViewScores {
    /// Which pairs count.
    pub view: View,
    /// Ordered (holder, target) pairs.
    pub pairs: Detection,
    /// (holder, target, stance). Mixed gold is right as supportive and as critical.
    pub triples: Detection,
    /// Triples of each stance, in the order of [`Label::ALL`].
    pub by_stance: Vec<StanceDetection>,
    /// Share of the found pairs whose stance is right.
    pub stance_accuracy: Estimate,
    /// Mean F1 of the stances that occur in gold or prediction among the found pairs. A mixed pair
    /// counts as of the stance it was predicted with; predicted as neutral, it is a wrong neutral.
    pub stance_macro_f1: Estimate,
    /// The found pairs by stance.
    pub stance_table: StanceTable,
    /// Predicted pairs whose target is the target of some gold pair of the document.
    pub target_right: u64,
    /// Share of those whose holder is a gold holder for that target.
    pub holder_right: Estimate,
}

/// End-to-end scores of a set of documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentScores {
    /// Documents scored.
    pub documents: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// One entry for each view, in the order of [`View::ALL`].
    pub views: Vec<ViewScores>,
    /// What went wrong in each document, in the order given; documents without errors are left out.
    pub errors: Vec<DocumentErrors>,
}

/// What went wrong in one document, over all gold pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentErrors {
    /// The document.
    pub id: String,
    /// Gold pairs that were not found, by holder and target.
    pub missed: Vec<MissedPair>,
    /// Predicted pairs that are not in gold, by holder and target.
    pub spurious: Vec<FoundPair>,
    /// Found pairs with a wrong stance, by holder and target.
    pub wrong_stance: Vec<WrongStance>,
}

/// A gold pair that was not found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissedPair {
    /// Holder in gold.
    pub holder: String,
    /// Target in gold.
    pub target: String,
    /// Its stance.
    pub stance: GoldStance,
    /// How sure the people were.
    pub certainty: Certainty,
    /// The words that bear it out.
    pub evidence: String,
}

/// A pair that was found with a wrong stance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrongStance {
    /// The pair, with the predicted stance.
    pub found: FoundPair,
    /// The stance in gold.
    pub gold: GoldStance,
    /// How sure the people were.
    pub certainty: Certainty,
    /// The words that bear the gold stance out.
    pub evidence: String,
}

/// Scores the pairs found in each document against gold.
///
/// Gold rows about the same holder and target are one pair, mixed if their stances differ; of
/// several predictions of a pair that with the strongest score counts.
///
/// # Errors
///
/// When there are no documents, or an option is out of range.
pub fn score_documents(
    documents: &[(GoldDocument, Vec<FoundPair>)],
    options: &ScoreOptions,
) -> Result<DocumentScores, ScoreError> {
    options.check()?;
    if documents.is_empty() {
        return Err(ScoreError::NoRows);
    }
    let marks: Vec<_> = documents.iter().map(|(gold, found)| (gold_marks(&gold.pairs), found_marks(found))).collect();
    let view = |view: View| {
        let counts = marks.iter().enumerate().flat_map(|(document, (gold, found))| {
            let slots = ViewCounts::of(view, gold, found).slots();
            slots.into_iter().enumerate().map(move |(slot, count)| (document, slot, count as f64))
        });
        let sums = GroupSums::new(documents.len(), SLOTS, counts.filter(|(_, _, count)| *count > 0.0).collect())?;
        Ok(ViewScores::of(view, &sums, options))
    };
    let errors = documents.iter().zip(&marks).filter_map(|((gold, _), (marks, found))| {
        let errors = DocumentErrors::of(&gold.document.id, marks, found);
        (!errors.missed.is_empty() || !errors.spurious.is_empty() || !errors.wrong_stance.is_empty()).then_some(errors)
    });
    Ok(DocumentScores {
        documents: documents.len(),
        bootstrap: Bootstrap::of(options),
        views: View::ALL.into_iter().map(view).collect::<Result<_, _>>()?,
        errors: errors.collect(),
    })
}

impl ViewScores {
    fn of(view: View, sums: &GroupSums, options: &ScoreOptions) -> Self {
        let counts = ViewCounts::from_sums(&sums.total());
        let estimates = sums.estimate(options, |sums| ViewCounts::from_sums(sums).figures());
        let at = |index: usize| estimates.get(index).copied().unwrap_or_default();
        let detections: Vec<Detection> = counts
            .detections()
            .into_iter()
            .enumerate()
            .map(|(index, [gold, predicted, right])| Detection {
                gold,
                predicted,
                right,
                precision: at(3 * index),
                recall: at(3 * index + 1),
                f1: at(3 * index + 2),
            })
            .collect();
        let after = 3 * detections.len();
        let by_stance = Stance::ALL.iter().zip(&detections[2..]);
        Self {
            view,
            pairs: detections[0],
            triples: detections[1],
            by_stance: by_stance.map(|(&stance, &detection)| StanceDetection { stance, detection }).collect(),
            stance_accuracy: at(after),
            stance_macro_f1: at(after + 1),
            stance_table: StanceTable(counts.table),
            target_right: counts.target_right,
            holder_right: at(after + 2),
        }
    }
}

impl DocumentErrors {
    fn of(id: &str, gold: &BTreeMap<Key<'_>, GoldMark<'_>>, found: &BTreeMap<Key<'_>, &FoundPair>) -> Self {
        let missed = gold.iter().filter(|(key, _)| !found.contains_key(*key)).map(|(key, mark)| MissedPair {
            holder: key.0.to_owned(),
            target: key.1.to_owned(),
            stance: mark.stance,
            certainty: mark.certainty,
            evidence: mark.evidence.to_owned(),
        });
        let spurious = found.iter().filter(|(key, _)| !gold.contains_key(*key)).map(|(_, pair)| (*pair).clone());
        let wrong_stance = found.iter().filter_map(|(key, pair)| {
            let mark = gold.get(key).filter(|mark| !mark.stance.accepts(pair.stance))?;
            Some(WrongStance {
                found: (*pair).clone(),
                gold: mark.stance,
                certainty: mark.certainty,
                evidence: mark.evidence.to_owned(),
            })
        });
        Self {
            id: id.to_owned(),
            missed: missed.collect(),
            spurious: spurious.collect(),
            wrong_stance: wrong_stance.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
