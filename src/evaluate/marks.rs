//! The pairs of one document as the scores count them: each ordered (holder, target) once.

use super::gold::{Certainty, GoldPair, GoldStance};
use crate::pairs::Stance;
use serde::Serialize;
use std::collections::BTreeMap;

/// A pair that was found in a document, its records joined to one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundPair {
    /// Actor id of the holder; [`AUTHOR`](super::AUTHOR) where it is the document's own voice and
    /// its issuer is unknown. Ids are compared as they are.
    pub holder: String,
    /// Actor id of the target.
    pub target: String,
    /// The predicted stance.
    pub stance: Stance,
    /// p(supportive) - p(critical), -1 to 1.
    pub score: f64,
}

/// (holder, target).
pub(super) type Key<'a> = (&'a str, &'a str);

/// What gold says about one ordered pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GoldMark<'a> {
    pub(super) stance: GoldStance,
    pub(super) certainty: Certainty,
    /// Of the first row that gives any.
    pub(super) evidence: &'a str,
}

/// Joins rows about the same two actors: different stances make mixed; clear where any row is clear.
pub(super) fn gold_marks(pairs: &[GoldPair]) -> BTreeMap<Key<'_>, GoldMark<'_>> {
    let mut marks: BTreeMap<Key<'_>, GoldMark<'_>> = BTreeMap::new();
    for pair in pairs {
        let new = GoldMark { stance: pair.stance, certainty: pair.certainty, evidence: &pair.evidence };
        marks
            .entry((&pair.holder, &pair.target))
            .and_modify(|mark| {
                if mark.stance != new.stance {
                    mark.stance = GoldStance::Mixed;
                }
                mark.certainty = mark.certainty.max(new.certainty);
                if mark.evidence.is_empty() {
                    mark.evidence = new.evidence;
                }
            })
            .or_insert(new);
    }
    marks
}

/// One prediction for each ordered pair: the one with the strongest score, of equals the first.
/// A score that is no number is the weakest.
pub(super) fn found_marks(pairs: &[FoundPair]) -> BTreeMap<Key<'_>, &FoundPair> {
    let strength = |pair: &FoundPair| if pair.score.is_nan() { -1.0 } else { pair.score.abs() };
    let mut marks: BTreeMap<Key<'_>, &FoundPair> = BTreeMap::new();
    for pair in pairs {
        let mark = marks.entry((&pair.holder, &pair.target)).or_insert(pair);
        if strength(pair) > strength(mark) {
            *mark = pair;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold(stance: GoldStance, certainty: Certainty, evidence: &str) -> GoldPair {
        GoldPair { holder: "A".into(), target: "B".into(), stance, certainty, evidence: evidence.into() }
    }

    #[test]
    fn the_same_two_actors_are_one_mark() {
        use {Certainty::*, GoldStance::*};
        let same = [gold(Critical, Arguable, ""), gold(Critical, Clear, "x")];
        let mark = GoldMark { stance: Critical, certainty: Clear, evidence: "x" };
        assert_eq!(gold_marks(&same).into_iter().collect::<Vec<_>>(), [(("A", "B"), mark)]);
        let differ = [gold(Critical, Arguable, "y"), gold(Supportive, Arguable, "x"), gold(Critical, Arguable, "")];
        let mark = GoldMark { stance: Mixed, certainty: Arguable, evidence: "y" };
        assert_eq!(gold_marks(&differ)[&("A", "B")], mark);
        let turned = GoldPair { holder: "B".into(), target: "A".into(), ..gold(Critical, Clear, "") };
        assert_eq!(gold_marks(&[gold(Critical, Clear, ""), turned]).len(), 2);
    }

    #[test]
    fn the_strongest_prediction_stands() {
        let found = |stance, score| FoundPair { holder: "A".into(), target: "B".into(), stance, score };
        let pairs = [
            found(Stance::Neutral, f64::NAN),
            found(Stance::Supportive, 0.4),
            found(Stance::Critical, -0.7),
            found(Stance::Supportive, 0.7),
        ];
        assert_eq!(found_marks(&pairs)[&("A", "B")].stance, Stance::Critical);
        assert!(found_marks(&pairs[..1])[&("A", "B")].score.is_nan());
    }
}
