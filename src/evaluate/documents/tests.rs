//! Document scores against tables worked by hand.

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
                &[("A", "B", G::Critical, Clear), ("B", "C", G::Mixed, Arguable), ("C", "B", G::Supportive, Arguable)],
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
