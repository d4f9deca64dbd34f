//! Rows whose label a cross-validated model doubts: confident learning (Northcutt, Jiang & Chuang 2021, *Confident
//! Learning: Estimating Uncertainty in Dataset Labels*, JAIR 70).
//!
//! In: the labels that rows have, and the probabilities that models which did not learn from them give. Out: the rows that
//! are likelier mislabelled, most doubtful first, and the confident joint.
//!
//! The threshold of a label is the mean probability it has among the rows that are labelled so. A row counts confidently for
//! the likeliest label among those whose probability is at least their threshold; where that is another label than the row
//! has, the row is a suspect. Suspects are ranked by their normalised margin, p(label) - max p(other).

use crate::{label::Label, train::CrossValidated};

/// A row whose label is doubted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspect<L> {
    /// Place of the pair among those that were cross-validated.
    pub row: usize,
    /// The label it has.
    pub given: L,
    /// The label that the models hold for right.
    pub suggested: L,
    /// Probability of the label it has.
    pub given_probability: f64,
    /// Probability of the other.
    pub suggested_probability: f64,
    /// Probability of the label it has, less that of the likeliest other: -1 (surely wrong) to 1.
    pub margin: f64,
}

/// The suspects of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspects<L> {
    /// The rows, most doubtful first.
    pub ranked: Vec<Suspect<L>>,
    /// Threshold of each label, in label order; `None` for one that no row has.
    pub thresholds: Vec<Option<f64>>,
    /// The confident joint: rows by the label they have and the label they confidently count for, both in label order.
    pub joint: Vec<Vec<usize>>,
    /// Rows with a label.
    pub rows: usize,
}

impl<L: Label> Suspects<L> {
    /// Share of rows that are mislabelled, as the confident joint estimates it: calibrated to the counts of the labels
    /// given. `None` without a confident row.
    #[must_use]
    pub fn noise(&self, labels: &[L]) -> Option<f64> {
        let mut wrong = 0.0;
        let mut total = 0.0;
        for (given, counts) in self.joint.iter().enumerate() {
            let confident: usize = counts.iter().sum();
            let rows = labels.iter().filter(|label| label.index() == given).count() as f64;
            if confident > 0 {
                wrong += rows * (confident - counts[given]) as f64 / confident as f64;
                total += rows;
            }
        }
        (total > 0.0).then(|| wrong / total)
    }
}

/// Finds the suspects.
#[must_use]
pub fn suspects<L: Label>(found: &CrossValidated<L>) -> Suspects<L> {
    let labels = L::ALL.len();
    let (mut sums, mut counts) = (vec![0.0; labels], vec![0_usize; labels]);
    for (label, probabilities) in found.labels.iter().zip(&found.probabilities) {
        sums[label.index()] += probabilities[label.index()];
        counts[label.index()] += 1;
    }
    let thresholds: Vec<Option<f64>> =
        sums.iter().zip(&counts).map(|(sum, count)| (*count > 0).then(|| sum / *count as f64)).collect();
    let mut joint = vec![vec![0; labels]; labels];
    let mut ranked = Vec::new();
    for ((row, given), probabilities) in found.rows.iter().zip(&found.labels).zip(&found.probabilities) {
        let confident = L::ALL
            .iter()
            .filter(|label| thresholds[label.index()].is_some_and(|least| probabilities[label.index()] >= least))
            .max_by(|left, right| probabilities[left.index()].total_cmp(&probabilities[right.index()]));
        let Some(suggested) = confident.copied() else { continue };
        joint[given.index()][suggested.index()] += 1;
        if suggested == *given {
            continue;
        }
        let own = probabilities[given.index()];
        let other = L::ALL
            .iter()
            .filter(|label| *label != given)
            .map(|label| probabilities[label.index()])
            .fold(f64::NEG_INFINITY, f64::max);
        ranked.push(Suspect {
            row: *row,
            given: *given,
            suggested,
            given_probability: own,
            suggested_probability: probabilities[suggested.index()],
            margin: own - other,
        });
    }
    ranked.sort_by(|left, right| left.margin.total_cmp(&right.margin).then(left.row.cmp(&right.row)));
    Suspects { ranked, thresholds, joint, rows: found.rows.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Stance::{self, Critical, Neutral, Supportive};

    fn found(rows: &[(Stance, [f64; 3])]) -> CrossValidated<Stance> {
        CrossValidated {
            rows: (0..rows.len()).collect(),
            labels: rows.iter().map(|row| row.0).collect(),
            probabilities: rows.iter().map(|row| row.1.to_vec()).collect(),
            warnings: vec![],
        }
    }

    #[test]
    fn a_confidently_contradicted_label_is_a_suspect() {
        let found = found(&[
            (Critical, [0.9, 0.05, 0.05]),
            (Critical, [0.7, 0.2, 0.1]),
            (Critical, [0.05, 0.05, 0.9]), // mislabelled
            (Supportive, [0.1, 0.1, 0.8]),
            (Supportive, [0.2, 0.2, 0.6]),
            (Neutral, [0.1, 0.8, 0.1]),
            (Neutral, [0.45, 0.5, 0.05]),
        ]);
        let suspects = suspects(&found);
        // Thresholds by hand: critical (.9 + .7 + .05) / 3 = .55; neutral (.8 + .5) / 2 = .65; supportive .7.
        let thresholds: Vec<f64> = suspects.thresholds.iter().map(|least| least.unwrap()).collect();
        for (found, expected) in thresholds.iter().zip([0.55, 0.65, 0.7]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert_eq!(suspects.ranked.len(), 1);
        let first = suspects.ranked[0];
        assert_eq!((first.row, first.given, first.suggested), (2, Critical, Supportive));
        assert!((first.margin + 0.85).abs() < 1e-12);
        assert_eq!(suspects.joint, [[2, 0, 1], [0, 1, 0], [0, 0, 1]]);
        // A third of the three critical rows, of seven.
        assert!((suspects.noise(&found.labels).unwrap() - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn labels_that_no_row_has_suggest_nothing() {
        let suspects = suspects(&found(&[(Critical, [0.1, 0.8, 0.1]), (Critical, [0.9, 0.05, 0.05])]));
        assert_eq!(suspects.thresholds[1], None);
        assert!(suspects.ranked.is_empty());
    }

    #[test]
    fn the_most_doubtful_comes_first() {
        let mut rows = vec![(Critical, [0.2, 0.1, 0.7]), (Critical, [0.05, 0.05, 0.9])];
        rows.extend([(Critical, [0.9, 0.05, 0.05]); 4]);
        rows.extend([(Supportive, [0.3, 0.1, 0.6]); 4]);
        let suspects = suspects(&found(&rows));
        assert_eq!(suspects.ranked.iter().map(|suspect| suspect.row).collect::<Vec<_>>(), [1, 0]);
    }
}
