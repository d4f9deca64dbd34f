//! Words and encoder as one head.
//!
//! In: what the heads of the words say of held-out pairs, and what an encoder that did not learn from them says. Out: a
//! linear head over the features of both, each weighed by a number found on those pairs. Its probabilities need no
//! further calibration: least log loss is what the numbers were found by.

use super::folds::folds;
use crate::{
    features::{Vectorizer, encoder_feature},
    label::{Act, Label, Stance},
    model::{Calibration, FitError, Head, LinearClassifier, pool, softmax},
};
use ndarray::{Array2, Axis};
use std::{collections::HashMap, sync::Arc};

/// What an encoder says of held-out pairs.
#[derive(Debug)]
pub(super) struct Fusion {
    /// Row in `logits` of each held-out pair, by its place among all pairs.
    pub(super) row_of: HashMap<usize, usize>,
    /// Pairs x logits of stance, act and tone.
    pub(super) logits: Array2<f32>,
}

/// The rows of a head, and what the words say of them.
pub(super) struct ByWords<'a, L> {
    /// The head's pairs, by their places among all pairs.
    pub(super) rows: &'a [usize],
    pub(super) labels: &'a [L],
    pub(super) weights: &'a [f32],
    pub(super) groups: &'a [Arc<str>],
    /// Rows x labels: decision values of models that did not learn from the row.
    pub(super) decisions: &'a Array2<f64>,
}

/// A head of both, and what it says of the held-out pairs.
pub(super) struct Fused<L: Label> {
    pub(super) head: Head<L>,
    /// Weights of words and encoder.
    pub(super) weights: [f64; 2],
    /// Places of the held-out pairs among the head's rows.
    pub(super) rows: Vec<usize>,
    /// Their probabilities, in label order, by weights found on the other half of them.
    pub(super) probabilities: Vec<Vec<f64>>,
}

/// What stands behind the estimator's name in a head that is pooled with an encoder.
pub const ENCODER_SUFFIX: &str = " + encoder";

/// Fewest held-out pairs to weigh an encoder by.
const FEWEST: usize = 50;

impl Fusion {
    /// Fuses one head; `None` when too few held-out pairs have a label, or the encoder adds nothing to the words.
    pub(super) fn fuse<L: Label>(
        &self,
        head: Head<L>,
        vectorizer: &Vectorizer,
        by_words: &ByWords<'_, L>,
    ) -> Result<Option<Fused<L>>, FitError> {
        let ByWords { rows, labels, weights: sample_weights, groups, decisions } = *by_words;
        let known: Vec<usize> = (0..rows.len()).filter(|row| self.row_of.contains_key(&rows[*row])).collect();
        if known.len() < FEWEST {
            return Ok(None);
        }
        let first = first_logit::<L>();
        let words = decisions.select(Axis(0), &known);
        let encoder = Array2::from_shape_fn((known.len(), L::ALL.len()), |(row, label)| {
            f64::from(self.logits[[self.row_of[&rows[known[row]]], first + label]])
        });
        let classes: Vec<usize> = known.iter().map(|row| labels[*row].index()).collect();
        let counts: Vec<f32> = known.iter().map(|row| sample_weights[*row]).collect();
        let Some(weights) = pool(words.view(), encoder.view(), &classes, &counts) else { return Ok(None) };
        let Some(probabilities) = crossed(&words, &encoder, &classes, &counts, &known, groups) else { return Ok(None) };
        let classifier = joined(&head.classifier, vectorizer, weights)?;
        let mut trained = head.trained;
        trained.classifier.push_str(ENCODER_SUFFIX);
        let head = Head { classifier, calibration: Calibration::None, decision: head.decision, trained };
        Ok(Some(Fused { head, weights, rows: known, probabilities }))
    }
}

/// Where a head's logits begin among the encoder's.
fn first_logit<L: Label>() -> usize {
    match L::HEAD {
        Stance::HEAD => 0,
        Act::HEAD => Stance::ALL.len(),
        _ => Stance::ALL.len() + Act::ALL.len(),
    }
}

/// Probabilities of each held-out pair by the weights that its other half gives, parted by groups.
fn crossed(
    words: &Array2<f64>,
    encoder: &Array2<f64>,
    classes: &[usize],
    counts: &[f32],
    known: &[usize],
    groups: &[Arc<str>],
) -> Option<Vec<Vec<f64>>> {
    let keys: Vec<(Arc<str>, usize)> =
        known.iter().zip(classes).map(|(row, class)| (groups[*row].clone(), *class)).collect();
    let half_of = folds(&keys, 2, 1);
    let weights = [0, 1].map(|half| {
        let rows: Vec<usize> = (0..known.len()).filter(|row| half_of[*row] != half).collect();
        let classes: Vec<usize> = rows.iter().map(|row| classes[*row]).collect();
        let counts: Vec<f32> = rows.iter().map(|row| counts[*row]).collect();
        pool(words.select(Axis(0), &rows).view(), encoder.select(Axis(0), &rows).view(), &classes, &counts)
    });
    let [first, second] = weights;
    let weights = [first?, second?];
    let chances = (0..known.len())
        .map(|row| {
            let [word, logit] = weights[half_of[row]];
            let decisions: Vec<f64> =
                words.row(row).iter().zip(encoder.row(row)).map(|(a, b)| weighed(*a, word) + b * logit).collect();
            softmax(&decisions)
        })
        .collect();
    Some(chances)
}

/// The product, where a label that cannot be stays one that cannot be.
fn weighed(decision: f64, weight: f64) -> f64 {
    if decision == f64::NEG_INFINITY { decision } else { decision * weight }
}

/// The classifier whose decision values are the weighted sums.
fn joined<L: Label>(
    classifier: &LinearClassifier<L>,
    vectorizer: &Vectorizer,
    [words, encoder]: [f64; 2],
) -> Result<LinearClassifier<L>, FitError> {
    let mut weights = classifier.weights().mapv(|weight| (f64::from(weight) * words) as f32);
    for (place, label) in classifier.labels().iter().enumerate() {
        let column = vectorizer.column(&encoder_feature(*label)).ok_or(FitError::NotFinite)?;
        weights[[column as usize, place]] = encoder as f32;
    }
    let intercepts = classifier.intercepts().iter().map(|intercept| intercept * words).collect();
    LinearClassifier::new(classifier.labels().to_vec(), weights, intercepts).map_err(|_| FitError::NotFinite)
}
