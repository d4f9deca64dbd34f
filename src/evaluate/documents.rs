//! End-to-end scores: from a whole document to who takes which stance toward whom.
//!
//! In: gold documents and the pairs found in each. Out: how many ordered (holder, target) pairs
//! were found, missed and spurious; the same for triples with the stance; how often the stance is
//! right among the found pairs; and how often the holder is right where the target is. Counts are
//! pooled over documents (micro); intervals resample documents.

use super::{
    Bootstrap, Estimate, ScoreError, ScoreOptions,
    confusion::{f1, mean, share},
    gold::{Certainty, GoldDocument, GoldStance},
    marks::{FoundPair, GoldMark, Key, found_marks, gold_marks},
    resample::GroupSums,
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

/// Row of mixed pairs in the stance table.
const MIXED: usize = 3;
/// Numbers that [`ViewCounts`] holds.
const SLOTS: usize = 4 + 3 + 12 + 1;

/// What one document adds to the scores of a view; everything else follows from these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ViewCounts {
    /// Gold pairs by stance, mixed last.
    gold: [u64; 4],
    /// Predicted pairs by stance.
    predicted: [u64; 3],
    /// Pairs in both, gold stance by predicted stance.
    table: [[u64; 3]; 4],
    /// Predicted pairs whose target is a target in gold.
    target_right: u64,
}

impl ViewCounts {
    fn of(view: View, gold: &BTreeMap<Key<'_>, GoldMark<'_>>, found: &BTreeMap<Key<'_>, &FoundPair>) -> Self {
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

    fn slots(self) -> Vec<u64> {
        let mut slots = [&self.gold[..], &self.predicted, &[self.target_right]].concat();
        slots.extend(self.table.as_flattened());
        slots
    }

    fn from_sums(sums: &[f64]) -> Self {
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
    fn detections(&self) -> Vec<[u64; 3]> {
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
    fn figures(&self) -> Vec<Option<f64>> {
        let figures = |[gold, predicted, right]: [u64; 3]| {
            [share(right, predicted), share(right, gold), f1(right, gold, predicted)]
        };
        let mut all: Vec<_> = self.detections().into_iter().flat_map(figures).collect();
        all.extend([share(self.all_right(), self.found()), self.macro_f1(), share(self.found(), self.target_right)]);
        all
    }
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
mod tests {
    use super::*;
    use crate::{document::Document, evaluate::GoldPair};
    use GoldStance as G;
    use Stance::{Critical, Neutral, Supportive};
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    fn gold(id: &str, pairs: &[(&str, &str, GoldStance, Certainty)]) -> GoldDocument {
        let pair = |(holder, target, stance, certainty): &(&str, &str, GoldStance, Certainty)| GoldPair {
            holder: (*holder).into(),
            target: (*target).into(),
            stance: *stance,
            certainty: *certainty,
            evidence: String::new(),
        };
        let document = Document { id: id.into(), text: "text".into(), ..Document::default() };
        GoldDocument { document, pairs: pairs.iter().map(pair).collect() }
    }

    fn found(pairs: &[(&str, &str, Stance)]) -> Vec<FoundPair> {
        let pair = |(holder, target, stance): &(&str, &str, Stance)| FoundPair {
            holder: (*holder).into(),
            target: (*target).into(),
            stance: *stance,
            score: f64::from(stance.polarity()),
        };
        pairs.iter().map(pair).collect()
    }

    /// Two documents.
    ///
    /// ```text
    ///      gold                           found         all       clear     polar
    /// one  A->B critical clear            critical      right     right     right
    ///      A->C supportive arguable       critical      wrong     left out  wrong
    ///      B->A neutral clear             critical      wrong     wrong     spurious
    ///      C->A mixed clear               supportive    right     right     right
    ///      C->B supportive clear          -             missed    missed    missed
    ///      D->B -                         critical      spurious  spurious  spurious
    ///      A->E -                         neutral       spurious  spurious  left out
    /// two  A->B critical clear            neutral       wrong     wrong     missed
    ///      B->C mixed arguable            neutral       wrong     left out  missed
    ///      C->B supportive arguable       -             missed    left out  missed
    /// ```
    fn two() -> Vec<(GoldDocument, Vec<FoundPair>)> {
        use Certainty::{Arguable, Clear};
        vec![
            (
                gold(
                    "one",
                    &[
                        ("A", "B", G::Critical, Clear),
                        ("A", "C", G::Supportive, Arguable),
                        ("B", "A", G::Neutral, Clear),
                        ("C", "A", G::Mixed, Clear),
                        ("C", "B", G::Supportive, Clear),
                    ],
                ),
                found(&[
                    ("A", "B", Critical),
                    ("A", "C", Critical),
                    ("B", "A", Critical),
                    ("C", "A", Supportive),
                    ("D", "B", Critical),
                    ("A", "E", Neutral),
                ]),
            ),
            (
                gold(
                    "two",
                    &[
                        ("A", "B", G::Critical, Clear),
                        ("B", "C", G::Mixed, Arguable),
                        ("C", "B", G::Supportive, Arguable),
                    ],
                ),
                found(&[("A", "B", Neutral), ("B", "C", Neutral)]),
            ),
        ]
    }

    fn counts(detection: Detection) -> [u64; 3] {
        [detection.gold, detection.predicted, detection.right]
    }

    fn scores() -> DocumentScores {
        score_documents(&two(), &ScoreOptions::default()).unwrap()
    }

    #[test]
    fn all_pairs_by_hand() {
        let view = &scores().views[0];
        assert_eq!(counts(view.pairs), [8, 8, 6]);
        assert_eq!(counts(view.triples), [8, 8, 2]);
        assert_eq!(view.pairs.f1.value, Some(0.75));
        assert_eq!(view.triples.precision.value, Some(0.25));
        // The mixed pair C->A was predicted supportive and counts as such; B->C as of no stance.
        let by_stance: Vec<_> = view.by_stance.iter().map(|part| counts(part.detection)).collect();
        assert_eq!(by_stance, [[2, 4, 1], [1, 3, 0], [4, 1, 1]]);
        assert_eq!(view.stance_table.0, [[1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 1, 1]]);
        assert_abs_diff_eq!(view.stance_accuracy.value.unwrap(), 2.0 / 6.0, epsilon = 1e-15);
        // Critical: 2*1/(2+3) = 0.4. Neutral: 0/(1+2). Supportive: gold 1 + 1 mixed, predicted 1: 2/3.
        assert_abs_diff_eq!(view.stance_macro_f1.value.unwrap(), (0.4 + 2.0 / 3.0) / 3.0, epsilon = 1e-15);
        // Toward a gold target: all but A->E, 7; the holder of D->B is wrong.
        assert_eq!(view.target_right, 7);
        assert_abs_diff_eq!(view.holder_right.value.unwrap(), 6.0 / 7.0, epsilon = 1e-15);
    }

    #[test]
    fn clear_pairs_by_hand() {
        let view = &scores().views[1];
        // Gold: A->B, B->A, C->A, C->B | A->B. Predicted: all but A->C | all but B->C.
        assert_eq!(counts(view.pairs), [5, 6, 4]);
        assert_eq!(counts(view.triples), [5, 6, 2]);
        assert_eq!(view.stance_table.0, [[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]);
        assert_eq!(view.stance_accuracy.value, Some(0.5));
        assert_eq!(view.target_right, 5);
        assert_eq!(view.holder_right.value, Some(0.8));
    }

    #[test]
    fn polar_pairs_by_hand() {
        let view = &scores().views[2];
        // Gold: all but B->A. Predicted: A->B, A->C, B->A, C->A, D->B | none.
        assert_eq!(counts(view.pairs), [7, 5, 3]);
        assert_eq!(counts(view.triples), [7, 5, 2]);
        assert_eq!(counts(view.by_stance[1].detection), [0, 0, 0]);
        assert_eq!(view.by_stance[1].detection.f1.value, None);
        // Gold targets of one: B, C, A.
        assert_eq!(view.target_right, 5);
        assert_eq!(view.holder_right.value, Some(0.6));
    }

    #[test]
    fn errors_are_listed_by_document() {
        let errors = scores().errors;
        let ends = |holder: &str, target: &str| (holder.to_owned(), target.to_owned());
        let missed: Vec<_> = errors[0].missed.iter().map(|pair| ends(&pair.holder, &pair.target)).collect();
        assert_eq!(missed, [ends("C", "B")]);
        let spurious: Vec<_> = errors[0].spurious.iter().map(|pair| ends(&pair.holder, &pair.target)).collect();
        assert_eq!(spurious, [ends("A", "E"), ends("D", "B")]);
        let wrong: Vec<_> = errors[0].wrong_stance.iter().map(|pair| (pair.gold, pair.found.stance)).collect();
        assert_eq!(wrong, [(G::Supportive, Critical), (G::Neutral, Critical)]);
        assert_eq!((errors[1].id.as_str(), errors[1].wrong_stance.len()), ("two", 2));
    }

    #[test]
    fn a_perfect_answer_has_no_errors() {
        let documents = vec![
            (gold("a", &[("A", "B", G::Mixed, Certainty::Clear)]), found(&[("A", "B", Critical)])),
            (gold("b", &[("A", "B", G::Neutral, Certainty::Clear)]), found(&[("A", "B", Neutral)])),
        ];
        let scores = score_documents(&documents, &ScoreOptions::default()).unwrap();
        assert_eq!(scores.errors, []);
        for view in &scores.views {
            assert_eq!((view.triples.f1.value, view.stance_accuracy.value), (Some(1.0), Some(1.0)), "{:?}", view.view);
        }
    }

    #[test]
    fn nothing_found_and_nothing_there_are_undefined_not_zero() {
        let scores = score_documents(&[(gold("a", &[]), vec![])], &ScoreOptions::default()).unwrap();
        assert_eq!(scores.views[0].pairs.f1, Estimate::default());
        assert_eq!(scores.views[0].holder_right.value, None);
        let missed = [(gold("a", &[("A", "B", G::Critical, Certainty::Clear)]), vec![])];
        let pairs = score_documents(&missed, &ScoreOptions::default()).unwrap().views[0].pairs;
        assert_eq!((pairs.precision.value, pairs.recall.value, pairs.f1.value), (None, Some(0.0), Some(0.0)));
        assert_eq!(score_documents(&[], &ScoreOptions::default()), Err(ScoreError::NoRows));
    }

    #[test]
    fn intervals_resample_documents() {
        let many: Vec<_> = two().into_iter().cycle().take(60).collect();
        let recall = score_documents(&many, &ScoreOptions::default()).unwrap().views[0].pairs.recall;
        // 4 of 5 in thirty documents and 2 of 3 in thirty.
        assert_eq!(recall.value, Some(0.75));
        assert!(recall.low.unwrap() < 0.75 && recall.high.unwrap() > 0.75);
        assert!(recall.low.unwrap() >= 2.0 / 3.0 && recall.high.unwrap() <= 0.8, "{recall:?}");
    }

    /// Gold read back as predictions is right everywhere; the project's own gold, where it lies
    /// beside the checkout.
    #[test]
    fn the_real_gold_scores_itself_as_perfect() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/documents/gold.jsonl");
        if !path.exists() {
            eprintln!("skipped: no {}", path.display());
            return;
        }
        let (documents, _) = crate::evaluate::read_gold(&path).unwrap();
        let answer = |gold: &GoldDocument| -> Vec<FoundPair> {
            gold_marks(&gold.pairs)
                .into_iter()
                .map(|((holder, target), mark)| FoundPair {
                    holder: holder.into(),
                    target: target.into(),
                    stance: Stance::ALL.iter().copied().find(|stance| mark.stance.accepts(*stance)).unwrap(),
                    score: 0.0,
                })
                .collect()
        };
        let documents: Vec<_> = documents.into_iter().map(|gold| (gold.clone(), answer(&gold))).collect();
        let scores = score_documents(&documents, &ScoreOptions::default()).unwrap();
        assert_eq!(scores.errors, []);
        for view in &scores.views {
            assert_eq!(view.triples.f1.value, Some(1.0));
            assert!(view.triples.gold > 40);
        }
    }

    proptest! {
        /// Right never exceeds gold or predicted, in any view, and every figure is a share.
        #[test]
        fn counts_are_consistent(
            gold_pairs in proptest::collection::vec((0_usize..4, 0_usize..4, 0_usize..4, any::<bool>()), 0..12),
            found_pairs in proptest::collection::vec((0_usize..4, 0_usize..4, 0_usize..3), 0..12),
        ) {
            const NAMES: [&str; 4] = ["A", "B", "C", "D"];
            let certainty = |clear: bool| if clear { Certainty::Clear } else { Certainty::Arguable };
            let gold_pairs: Vec<_> = gold_pairs
                .into_iter()
                .map(|(holder, target, stance, clear)| {
                    (NAMES[holder], NAMES[target], GoldStance::ALL[stance], certainty(clear))
                })
                .collect();
            let found_pairs: Vec<_> = found_pairs
                .into_iter()
                .map(|(holder, target, stance)| (NAMES[holder], NAMES[target], Stance::ALL[stance]))
                .collect();
            let documents = [(gold("a", &gold_pairs), found(&found_pairs)), (gold("b", &[]), vec![])];
            let options = ScoreOptions { resamples: 20, ..ScoreOptions::default() };
            for view in score_documents(&documents, &options).unwrap().views {
                for detection in [view.pairs, view.triples].into_iter().chain(view.by_stance.iter().map(|part| part.detection)) {
                    prop_assert!(detection.right <= detection.gold && detection.right <= detection.predicted);
                }
                prop_assert!(view.triples.right <= view.pairs.right && view.pairs.right <= view.target_right);
                let right: u64 = view.by_stance.iter().map(|part| part.detection.right).sum();
                prop_assert_eq!(right, view.triples.right);
                for figure in [view.pairs.f1, view.triples.f1, view.stance_accuracy, view.stance_macro_f1, view.holder_right] {
                    for value in [figure.value, figure.low, figure.high].into_iter().flatten() {
                        prop_assert!((0.0..=1.0).contains(&value));
                    }
                }
            }
        }
    }
}
