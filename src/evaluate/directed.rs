//! Two entities of a text in both directions, read as one of five classes.
//!
//! In: labelled pairs with the stance head's probabilities. Out: outcomes of [`Directed`], one for each two entities whose
//! pairs come in both directions. The task is that of Park, Pan & Joo (2021), *Who Blames or Endorses Whom? Entity-to-Entity
//! Directed Sentiment Analysis in News Text* (arXiv:2106.01033): of entities A and B, A the one named first, either neither
//! takes a side, or one of the two is positive or negative toward the other.
//!
//! A model that judges each direction for itself gives `p(A->B)` and `p(B->A)`. Taken as independent, a combination of
//! stances has the product of their probabilities; the four combinations in which both take a side are none of the task's
//! classes, so the products of the other five are divided by their sum.

use super::Outcome;
use crate::{
    label::{Directed, Label, Stance},
    pairs::LabelledPair,
    span::Span,
};
use std::collections::BTreeMap;

/// Pairs in both directions, read as five classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DirectedOutcomes {
    /// One outcome for each two entities, in order of their text and places.
    pub outcomes: Vec<Outcome<Directed>>,
    /// Two entities that were left out, because by their labels each takes a side toward the other.
    pub both_polar: usize,
}

/// The pairs of one text that are each other's other direction, by the stance probabilities of each (in label order).
///
/// Two rows belong together when they have the same text and each one's holder is the other's target. Of rows that say
/// the same direction again, the first counts. Rows without a stance, a holder or probabilities have no other direction.
#[must_use]
pub fn directed<'a>(rows: impl Iterator<Item = (&'a LabelledPair, Option<&'a [f64]>)>) -> DirectedOutcomes {
    type Direction<'a> = Option<(&'a LabelledPair, Stance, &'a [f64])>;
    let mut found: BTreeMap<(&str, Span, Span), [Direction<'a>; 2]> = BTreeMap::new();
    for (pair, probabilities) in rows {
        let (Some(stance), Some(holder), Some(probabilities)) = (pair.stance, pair.holder, probabilities) else {
            continue;
        };
        let forward = holder < pair.target;
        let (first, second) = if forward { (holder, pair.target) } else { (pair.target, holder) };
        let directions = found.entry((&*pair.text, first, second)).or_default();
        directions[usize::from(!forward)].get_or_insert((pair, stance, probabilities));
    }
    let mut read = DirectedOutcomes::default();
    for directions in found.into_values() {
        let [Some((pair, forward, there)), Some((_, backward, back))] = directions else { continue };
        let Some(gold) = Directed::of([forward, backward]) else {
            read.both_polar += 1;
            continue;
        };
        let probabilities = joint(there, back);
        let best = (0..probabilities.len())
            .fold(0, |held, at| if probabilities[at] > probabilities[held] { at } else { held });
        let group = pair.group.clone();
        read.outcomes.push(Outcome { gold, predicted: Directed::ALL[best], probabilities, group });
    }
    read
}

/// Probabilities of the five classes from those of the stances of A toward B and of B toward A.
fn joint(there: &[f64], back: &[f64]) -> Vec<f64> {
    let at = |values: &[f64], stance: Stance| values.get(stance.index()).copied().unwrap_or(0.0);
    let product = |class: &Directed| {
        let [forward, backward] = class.stances();
        at(there, forward) * at(back, backward)
    };
    let products: Vec<f64> = Directed::ALL.iter().map(product).collect();
    let sum: f64 = products.iter().sum();
    if sum > 0.0 {
        return products.into_iter().map(|product| product / sum).collect();
    }
    // Both are sure that a side is taken: nothing is left of the five but not knowing.
    vec![1.0 / products.len() as f64; products.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::{PairOptions, read_pairs};
    use approx::assert_abs_diff_eq;

    /// Rows of two texts: both directions of one; both directions of another, both polar; and one without its other.
    fn pairs() -> Vec<LabelledPair> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.jsonl");
        let row = |text: &str, holder: (usize, usize), target: (usize, usize), label: &str| {
            format!(
                "{{\"text\": \"{text}\", \"holder\": {{\"start\": {}, \"end\": {}}}, \"target\": {{\"start\": {}, \"end\": {}}}, \"label\": \"{label}\"}}\n",
                holder.0, holder.1, target.0, target.1
            )
        };
        let rows = [
            row("Mali praised Chad.", (13, 17), (0, 4), "neutral"),
            row("Mali praised Chad.", (0, 4), (13, 17), "supportive"),
            row("Peru and Cuba fell out.", (0, 4), (9, 13), "critical"),
            row("Peru and Cuba fell out.", (9, 13), (0, 4), "critical"),
            row("Oman scolded Iran.", (0, 4), (13, 17), "critical"),
        ];
        std::fs::write(&path, rows.concat()).unwrap();
        read_pairs(&[path], &PairOptions::default()).unwrap().pairs
    }

    #[test]
    fn both_directions_are_one_row() {
        let pairs = pairs();
        let probabilities = [[0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.4, 0.3, 0.3], [0.4, 0.3, 0.3], [1.0, 0.0, 0.0]];
        let found = directed(pairs.iter().zip(&probabilities).map(|(pair, row)| (pair, Some(&row[..]))));
        assert_eq!((found.outcomes.len(), found.both_polar), (1, 1));
        let outcome = &found.outcomes[0];
        assert_eq!((outcome.gold, outcome.predicted), (Directed::ForwardPositive, Directed::ForwardPositive));
        // A->B is the second row: 0.2 * 0.8, 0.6 * 0.8, 0.2 * 0.1, 0.2 * 0.8, 0.2 * 0.1, which add to 0.84.
        for (found, by_hand) in outcome.probabilities.iter().zip([0.16, 0.48, 0.02, 0.16, 0.02]) {
            assert_abs_diff_eq!(*found, by_hand / 0.84, epsilon = 1e-12);
        }
    }

    #[test]
    fn certainty_of_two_sides_leaves_all_classes_alike() {
        assert_eq!(joint(&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]), [0.2; 5]);
    }

    #[test]
    fn a_row_without_probabilities_is_left_out() {
        let pairs = pairs();
        assert_eq!(directed(pairs.iter().map(|pair| (pair, None))), DirectedOutcomes::default());
    }
}
