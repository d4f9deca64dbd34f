//! When to say nothing: the confidence below which a head errs too often.
//!
//! In: confidences of held-out rows and whether each answer was right. Out: a table of risk and coverage, and from it the
//! lowest threshold at which the error of the answers stays under a wanted risk.
//!
//! The method is the selection with guaranteed risk of Geifman & El-Yaniv (2017), *Selective Classification for Deep Neural
//! Networks*: a binary search over thresholds, each tried with the exact (Clopper & Pearson) upper bound of its error, the
//! permitted doubt divided by the number of tries. The bound takes rows as independent: those of one text are alike, so on
//! data with many rows a text it is somewhat too sure. It holds for rows like those it was made of.

use super::binomial::upper_bound;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Probability with which the error stays under the risk.
pub const ABSTENTION_LEVEL: f64 = 0.95;

/// Thresholds are whole numbers of this part of 1, so that the one that is shown is the one that was tried.
const PARTS: u32 = 1_000;

/// Errors at every threshold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskCoverage {
    /// Rows in all.
    rows: u64,
    /// Thresholds in thousandths, rising, with the rows at least as sure and how many of those were wrong.
    steps: Vec<(u32, u64, u64)>,
}

/// A threshold and what the answers above it are like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskPoint {
    /// Answers at least as sure as this are given.
    pub threshold: f64,
    /// Share of rows that are answered.
    pub coverage: f64,
    /// Share of the answers that are wrong.
    pub error: f64,
    /// Upper bound of that share for rows like these.
    pub bound: f64,
}

impl RiskCoverage {
    /// The table of rows given as (confidence, right).
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut counts: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for (confidence, right) in rows {
            let count = counts.entry(highest_threshold(confidence)).or_default();
            count.0 += 1;
            count.1 += u64::from(!right);
        }
        let (mut answered, mut wrong) = (0, 0);
        let falling = counts.into_iter().rev().map(|(part, (rows, errors))| {
            answered += rows;
            wrong += errors;
            (part, answered, wrong)
        });
        let mut steps: Vec<_> = falling.collect();
        steps.reverse();
        Self { rows: answered, steps }
    }

    /// Rows that the table was made of.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The lowest threshold found at which the error of answers is at most `risk`, with probability
    /// [`ABSTENTION_LEVEL`]; `None` where no threshold that was tried keeps it.
    #[must_use]
    pub fn threshold(&self, risk: f64) -> Option<RiskPoint> {
        // A binary search over n places looks at floor(log2 n) + 1 of them at most.
        let tries = f64::from(self.steps.len().max(1).ilog2() + 1);
        let doubt = (1.0 - ABSTENTION_LEVEL) / tries;
        let (mut low, mut high) = (0, self.steps.len());
        let mut found = None;
        while low < high {
            let middle = low.midpoint(high);
            let point = self.point(self.steps[middle], doubt);
            if point.bound <= risk {
                found = Some(point);
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        found
    }

    /// Points at which about `points` equal shares of the rows are answered, the fullest coverage first; each bound is for
    /// its threshold alone.
    #[must_use]
    pub fn curve(&self, points: u64) -> Vec<RiskPoint> {
        let mut curve: Vec<RiskPoint> = Vec::new();
        for share in (1..=points).rev() {
            // The highest threshold that still answers this share.
            let wanted = self.rows * share / points;
            let step = self.steps.iter().rev().find(|(_, answered, _)| *answered >= wanted);
            let Some(point) = step.map(|step| self.point(*step, 1.0 - ABSTENTION_LEVEL)) else { continue };
            if curve.last().is_none_or(|last| last.threshold < point.threshold) {
                curve.push(point);
            }
        }
        curve
    }

    fn point(&self, (part, answered, wrong): (u32, u64, u64), doubt: f64) -> RiskPoint {
        RiskPoint {
            threshold: f64::from(part) / f64::from(PARTS),
            coverage: answered as f64 / self.rows as f64,
            error: wrong as f64 / answered as f64,
            bound: upper_bound(wrong, answered, doubt),
        }
    }

    /// Whether the table could have been made by [`Self::of`]: for one that was read from a file.
    pub(super) fn is_sound(&self) -> bool {
        let fits = |(part, answered, wrong): &(u32, u64, u64)| {
            *part <= PARTS && 0 < *answered && wrong <= answered && *answered <= self.rows
        };
        let first = self.steps.first().map_or(0, |(_, answered, _)| *answered);
        first == self.rows
            && self.steps.iter().all(fits)
            && self.steps.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 > two[1].1 && two[0].2 >= two[1].2)
    }
}

/// The highest threshold at which a row of this confidence is still answered, in parts.
fn highest_threshold(confidence: f64) -> u32 {
    let mut part = (confidence.clamp(0.0, 1.0) * f64::from(PARTS)) as u32;
    // The product is rounded: 0.29 * 1000 is below 290.
    while part < PARTS && f64::from(part + 1) / f64::from(PARTS) <= confidence {
        part += 1;
    }
    while part > 0 && f64::from(part) / f64::from(PARTS) > confidence {
        part -= 1;
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 rows: those below 0.7 are wrong every second time, those above once in a hundred.
    fn table() -> RiskCoverage {
        RiskCoverage::of((0..1_000).map(|row| {
            let confidence = f64::from(row) / 1_000.0;
            (confidence, if confidence < 0.7 { row % 2 == 0 } else { row % 100 != 0 })
        }))
    }

    #[test]
    fn thresholds_are_met_by_the_rows_they_were_made_of() {
        for part in 0..=1_000 {
            assert_eq!(highest_threshold(f64::from(part) / 1_000.0), part);
        }
        assert_eq!((highest_threshold(0.999_999), highest_threshold(f64::NAN)), (999, 0));
    }

    #[test]
    fn the_threshold_keeps_the_risk() {
        let table = table();
        let found = table.threshold(0.1).unwrap();
        assert!(found.bound <= 0.1 && found.error < found.bound, "{found:?}");
        // 300 answers with 3 errors leave room for some of the doubtful rows.
        assert!(found.threshold < 0.7 && found.threshold > 0.6, "{found:?}");
        assert!((found.coverage - (1.0 - found.threshold)).abs() < 1e-12);
        // One risk stricter than the data can show, one that all rows keep.
        assert_eq!(table.threshold(0.001), None);
        assert_eq!(table.threshold(0.5).unwrap().coverage, 1.0);
        assert_eq!(RiskCoverage::default().threshold(0.5), None);
    }

    #[test]
    fn the_curve_goes_from_all_rows_to_the_surest() {
        let curve = table().curve(10);
        assert_eq!((curve[0].coverage, curve[9].coverage), (1.0, 0.1));
        assert!(curve.iter().all(|point| point.error <= point.bound));
        assert!(RiskCoverage::default().curve(10).is_empty());
    }

    #[test]
    fn tables_that_cannot_be_are_found_out() {
        assert!(table().is_sound() && RiskCoverage::default().is_sound());
        for steps in [vec![(500, 3, 4)], vec![(500, 2, 0)], vec![(1_001, 3, 0)], vec![(500, 3, 0), (400, 1, 0)]] {
            assert!(!RiskCoverage { rows: 3, steps }.is_sound());
        }
    }
}
