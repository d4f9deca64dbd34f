//! The confusion matrix and the figures that follow from it alone.
//!
//! A class that occurs neither in gold nor among the predictions has no figures and is left out of
//! macro-F1. A class that is in gold and never predicted has no precision, recall 0 and F1 0; it
//! counts in macro-F1. The correlation is the multi-class one of Gorodkin (2004).

use serde::Serialize;

/// Counts of (gold, predicted), rows gold; classes are positions in the label set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Confusion {
    counts: Vec<Vec<u64>>,
}

/// Row, column and diagonal sums, taken once for all figures of a matrix.
pub(super) struct Margins {
    /// Rows of each gold class.
    pub(super) support: Vec<u64>,
    /// Rows predicted as each class.
    pub(super) predicted: Vec<u64>,
    /// Rows of each class predicted as that class.
    pub(super) right: Vec<u64>,
}

/// `part / whole`; `None` for 0/0.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Harmonic mean of precision and recall from counts: `2 right / (gold + predicted)`.
pub(super) fn f1(right: u64, gold: u64, predicted: u64) -> Option<f64> {
    share(2 * right, gold + predicted)
}

/// Mean of the figures that are defined, in their order.
pub(super) fn mean(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = figures.flatten().fold((0.0, 0_u64), |(sum, count), figure| (sum + figure, count + 1));
    (count > 0).then(|| sum / count as f64)
}

impl Margins {
    pub(super) fn precision(&self, class: usize) -> Option<f64> {
        share(self.right[class], self.predicted[class])
    }

    pub(super) fn recall(&self, class: usize) -> Option<f64> {
        share(self.right[class], self.support[class])
    }

    pub(super) fn f1(&self, class: usize) -> Option<f64> {
        f1(self.right[class], self.support[class], self.predicted[class])
    }

    pub(super) fn accuracy(&self) -> Option<f64> {
        share(self.right.iter().sum(), self.support.iter().sum())
    }

    pub(super) fn macro_f1(&self) -> Option<f64> {
        mean((0..self.right.len()).map(|class| self.f1(class)))
    }

    pub(super) fn micro_f1(&self) -> Option<f64> {
        f1(self.right.iter().sum(), self.support.iter().sum(), self.predicted.iter().sum())
    }

    pub(super) fn mcc(&self) -> Option<f64> {
        // Products of counts are exact up to 9e7 rows (2^53), and rounded past that.
        let float = |value: u64| value as f64;
        let total: f64 = self.support.iter().copied().map(float).sum();
        let right: f64 = self.right.iter().copied().map(float).sum();
        let mut agreement = right * total;
        let (mut free_gold, mut free_predicted) = (total * total, total * total);
        for (&gold, &predicted) in self.support.iter().zip(&self.predicted) {
            agreement -= float(gold) * float(predicted);
            free_gold -= float(gold) * float(gold);
            free_predicted -= float(predicted) * float(predicted);
        }
        // One root of the product, which is exact where both factors are the same; counts of 64
        // bits make a product below 1e78, so nothing overflows.
        let scale = (free_gold.max(0.0) * free_predicted.max(0.0)).sqrt();
        (scale > 0.0).then(|| (agreement / scale).clamp(-1.0, 1.0))
    }
}

impl Confusion {
    /// The matrix of `classes` classes from its cells, row by row; missing cells are 0.
    pub(crate) fn from_cells(classes: usize, mut cells: impl Iterator<Item = u64>) -> Self {
        let counts = (0..classes).map(|_| (0..classes).map(|_| cells.next().unwrap_or(0)).collect()).collect();
        Self { counts }
    }

    /// Rows of class `gold` that were predicted as class `predicted`; 0 for classes there are not.
    #[must_use]
    pub fn count(&self, gold: usize, predicted: usize) -> u64 {
        self.counts.get(gold).and_then(|row| row.get(predicted)).copied().unwrap_or(0)
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.counts.len()
    }

    /// Mean F1 of the classes that occur; `None` where none does.
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        self.margins().macro_f1()
    }

    pub(super) fn margins(&self) -> Margins {
        let classes = self.counts.len();
        let mut predicted = vec![0; classes];
        for row in &self.counts {
            for (sum, count) in predicted.iter_mut().zip(row) {
                *sum += count;
            }
        }
        Margins {
            support: self.counts.iter().map(|row| row.iter().sum()).collect(),
            predicted,
            right: (0..classes).map(|class| self.counts[class][class]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    fn margins(classes: usize, cells: &[u64]) -> Margins {
        Confusion::from_cells(classes, cells.iter().copied()).margins()
    }

    /// Worked by hand.
    ///
    /// ```text
    ///            predicted
    ///  gold      a   b   c   sum
    ///   a        5   2   1    8      precision a = 5/7   recall a = 5/8   F1 a = 10/15 = 2/3
    ///   b        1   6   1    8      precision b = 6/10  recall b = 6/8   F1 b = 12/18 = 2/3
    ///   c        1   2   1    4      precision c = 1/3   recall c = 1/4   F1 c =  2/7
    ///  sum       7  10   3   20
    /// ```
    /// accuracy = micro-F1 = 12/20; macro-F1 = (2/3 + 2/3 + 2/7) / 3 = (34/21) / 3 = 34/63.
    /// MCC: c s - sum p t = 12*20 - (7*8 + 10*8 + 3*4) = 240 - 148 = 92;
    /// s² - sum p² = 400 - (49 + 100 + 9) = 242; s² - sum t² = 400 - (64 + 64 + 16) = 256;
    /// 92 / sqrt(242 * 256) = 92 / (11 sqrt 2 * 16) = 92 / 248.901587...
    #[test]
    fn three_classes_by_hand() {
        let table = margins(3, &[5, 2, 1, 1, 6, 1, 1, 2, 1]);
        assert_eq!(table.support, [8, 8, 4]);
        assert_eq!(table.predicted, [7, 10, 3]);
        for (class, precision, recall, f1) in
            [(0, 5.0 / 7.0, 5.0 / 8.0, 2.0 / 3.0), (1, 0.6, 0.75, 2.0 / 3.0), (2, 1.0 / 3.0, 0.25, 2.0 / 7.0)]
        {
            assert_abs_diff_eq!(table.precision(class).unwrap(), precision, epsilon = 1e-15);
            assert_abs_diff_eq!(table.recall(class).unwrap(), recall, epsilon = 1e-15);
            assert_abs_diff_eq!(table.f1(class).unwrap(), f1, epsilon = 1e-15);
        }
        assert_abs_diff_eq!(table.accuracy().unwrap(), 0.6, epsilon = 1e-15);
        assert_abs_diff_eq!(table.micro_f1().unwrap(), 0.6, epsilon = 1e-15);
        assert_abs_diff_eq!(table.macro_f1().unwrap(), 34.0 / 63.0, epsilon = 1e-15);
        assert_abs_diff_eq!(table.mcc().unwrap(), 92.0 / 248.901_587, epsilon = 1e-9);
    }

    /// Gold a 3, b 2; b is never predicted: no precision, recall 0, F1 0 and it counts in macro-F1.
    #[test]
    fn a_class_never_predicted_counts_as_zero() {
        let table = margins(2, &[3, 0, 2, 0]);
        assert_eq!(table.precision(1), None);
        assert_eq!(table.recall(1), Some(0.0));
        assert_eq!(table.f1(1), Some(0.0));
        // F1 a = 6/8; macro = 0.375. One side is constant: no correlation.
        assert_eq!(table.macro_f1(), Some(0.375));
        assert_eq!(table.mcc(), None);
    }

    /// Class c occurs on neither side: it changes no figure.
    #[test]
    fn an_absent_class_is_left_out() {
        let two = margins(2, &[3, 1, 1, 2]);
        let three = margins(3, &[3, 1, 0, 1, 2, 0, 0, 0, 0]);
        assert_eq!((three.precision(2), three.recall(2), three.f1(2)), (None, None, None));
        assert_eq!(two.macro_f1(), three.macro_f1());
        assert_eq!(two.mcc(), three.mcc());
    }

    #[test]
    fn two_class_correlation_is_the_phi_coefficient() {
        // (3*2 - 1*1) / sqrt(4*3*4*3) = 5/12.
        assert_abs_diff_eq!(margins(2, &[3, 1, 1, 2]).mcc().unwrap(), 5.0 / 12.0, epsilon = 1e-15);
        assert_eq!(margins(2, &[4, 0, 0, 9]).mcc(), Some(1.0));
        assert_eq!(margins(2, &[0, 4, 4, 0]).mcc(), Some(-1.0));
    }

    proptest! {
        #[test]
        fn figures_stay_in_range(cells in proptest::collection::vec(0_u64..1_000_000, 16)) {
            let table = margins(4, &cells);
            for class in 0..4 {
                for figure in [table.precision(class), table.recall(class), table.f1(class)].into_iter().flatten() {
                    prop_assert!((0.0..=1.0).contains(&figure));
                }
            }
            for figure in [table.accuracy(), table.macro_f1(), table.micro_f1()].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&figure));
            }
            prop_assert_eq!(table.accuracy(), table.micro_f1());
            prop_assert!(table.mcc().is_none_or(|mcc| (-1.0..=1.0).contains(&mcc)));
        }
    }
}
