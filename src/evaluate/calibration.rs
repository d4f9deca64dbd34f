//! How far probabilities can be trusted: log loss, Brier score, expected calibration error.
//!
//! Log loss is in nats with probabilities held at least 1e-15. The Brier score is the multi-class
//! one (Brier 1950): the squared differences summed over classes, so 0 (perfect) to 2. The
//! calibration error is the top-label one with bins of equal mass (Nguyen & O'Connor 2015; Kumar,
//! Liang & Ma 2019): rows are ordered by the probability of the predicted label and cut into bins
//! of equal size; rows with equal confidence stay in one bin, so the order of rows does not matter.
//! That makes the bin they begin in larger and leaves fewer bins: a constant confidence gives one bin,
//! whose gap is then that of the whole. Bins of equal width, which are common, would leave most of them
//! nearly empty where confidences crowd near 1, and their error would be mostly noise.

use super::{Outcome, ScoreError};
use crate::pairs::Label;
use serde::Serialize;

/// Probabilities below this count as this in the log loss (34.5 nats at most).
const LEAST: f64 = 1e-15;
/// How far the sum of a row's probabilities may be from 1: they may come from rounded files.
const SUM_TOLERANCE: f64 = 1e-3;

/// One bin of the reliability table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// Rows in the bin, at least 1.
    pub rows: u64,
    /// Smallest confidence in the bin.
    pub lowest: f64,
    /// Largest confidence in the bin.
    pub highest: f64,
    /// Mean confidence (probability of the predicted label).
    pub confidence: f64,
    /// Share of rows whose predicted label is right.
    pub accuracy: f64,
}

/// The parts of each row's figures that are summed over rows.
pub(super) struct Losses {
    /// Negative log probability of the gold label, by row.
    pub(super) log_loss: Vec<f64>,
    /// Squared differences summed over classes, by row.
    pub(super) brier: Vec<f64>,
    /// Bin of each row.
    pub(super) bin: Vec<usize>,
    /// Confidence less 1 if right, by row.
    pub(super) gap: Vec<f64>,
    /// The bins, in order of confidence; none is empty.
    pub(super) bins: Vec<CalibrationBin>,
}

/// Checks the probabilities and takes each row's losses; `None` when no row has probabilities.
pub(super) fn losses<L: Label>(outcomes: &[Outcome<L>], bins: usize) -> Result<Option<Losses>, ScoreError> {
    let expected = match outcomes.first() {
        Some(first) if !first.probabilities.is_empty() => L::ALL.len(),
        _ => 0,
    };
    for (row, outcome) in outcomes.iter().enumerate() {
        check(row, &outcome.probabilities, expected)?;
    }
    if expected == 0 {
        return Ok(None);
    }
    let of = |outcome: &Outcome<L>, label: L| outcome.probabilities[label.index()].clamp(0.0, 1.0);
    let log_loss = outcomes.iter().map(|outcome| -libm::log(of(outcome, outcome.gold).max(LEAST))).collect();
    let squares = |outcome: &Outcome<L>| {
        L::ALL.iter().fold(0.0, |sum, &label| {
            let difference = of(outcome, label) - f64::from(u8::from(label == outcome.gold));
            sum + difference * difference
        })
    };
    let brier = outcomes.iter().map(squares).collect();
    let confidence: Vec<f64> = outcomes.iter().map(|outcome| of(outcome, outcome.predicted)).collect();
    let right: Vec<bool> = outcomes.iter().map(|outcome| outcome.predicted == outcome.gold).collect();
    let gap = confidence.iter().zip(&right).map(|(value, right)| value - f64::from(u8::from(*right))).collect();
    let (bin, bins) = cut(&confidence, &right, bins);
    Ok(Some(Losses { log_loss, brier, bin, gap, bins }))
}

fn check(row: usize, probabilities: &[f64], expected: usize) -> Result<(), ScoreError> {
    if probabilities.len() != expected {
        return Err(ScoreError::ProbabilityCount { row, found: probabilities.len(), expected });
    }
    if let Some(&value) = probabilities.iter().find(|value| !(-1e-9..=1.0 + 1e-9).contains(*value)) {
        return Err(ScoreError::Probability { row, value });
    }
    let sum: f64 = probabilities.iter().sum();
    if expected > 0 && (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(ScoreError::ProbabilitySum { row, sum });
    }
    Ok(())
}

/// Cuts rows into at most `wanted` bins of equal mass; ties go to the bin of their first rank.
fn cut(confidence: &[f64], right: &[bool], wanted: usize) -> (Vec<usize>, Vec<CalibrationBin>) {
    let rows = confidence.len();
    let wanted = wanted.clamp(1, rows.max(1));
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|a, b| confidence[*a].total_cmp(&confidence[*b]));
    let mut bin_of = vec![0; rows];
    let mut bins: Vec<CalibrationBin> = Vec::new();
    // Place of the current bin among the wanted ones, and the last confidence seen.
    let mut last: Option<(usize, f64)> = None;
    for (rank, &row) in order.iter().enumerate() {
        let value = confidence[row];
        // In 128 bits, so that no count of rows or bins overflows.
        let place = (rank as u128 * wanted as u128 / rows as u128) as usize;
        let place = match last {
            Some((before, same)) if same == value => before,
            _ => place,
        };
        if last.is_none_or(|(before, _)| before != place) {
            bins.push(CalibrationBin { rows: 0, lowest: value, highest: value, confidence: 0.0, accuracy: 0.0 });
        }
        last = Some((place, value));
        bin_of[row] = bins.len() - 1;
        if let Some(bin) = bins.last_mut() {
            bin.rows += 1;
            bin.highest = value;
            // Sums here; made means below.
            bin.confidence += value;
            bin.accuracy += f64::from(u8::from(right[row]));
        }
    }
    for bin in &mut bins {
        bin.confidence /= bin.rows as f64;
        bin.accuracy /= bin.rows as f64;
    }
    (bin_of, bins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::Stance;
    use approx::assert_abs_diff_eq;

    fn outcome(gold: Stance, predicted: Stance, probabilities: [f64; 3]) -> Outcome<Stance> {
        Outcome { gold, predicted, probabilities: probabilities.to_vec(), group: "g".into() }
    }

    /// Row 1: gold critical at 0.5: -ln 0.5; (0.5-1)² + 0.3² + 0.2² = 0.25 + 0.09 + 0.04 = 0.38.
    /// Row 2: gold supportive at 0: clamped to 1e-15; (1)² + 0 + (0-1)² = 2, the worst there is.
    #[test]
    fn losses_by_hand() {
        use Stance::{Critical, Supportive};
        let rows = [outcome(Critical, Critical, [0.5, 0.3, 0.2]), outcome(Supportive, Critical, [1.0, 0.0, 0.0])];
        let losses = losses(&rows, 15).unwrap().unwrap();
        assert_abs_diff_eq!(losses.log_loss[0], std::f64::consts::LN_2, epsilon = 1e-15);
        assert_abs_diff_eq!(losses.log_loss[1], 34.538_776_394_910_684, epsilon = 1e-12);
        assert_abs_diff_eq!(losses.brier[0], 0.38, epsilon = 1e-15);
        assert_abs_diff_eq!(losses.brier[1], 2.0, epsilon = 1e-15);
        assert_eq!(losses.gap, [-0.5, 1.0]);
    }

    /// Four rows in two bins: {0.5 right, 0.6 wrong} and {0.8 right, 0.9 right}.
    #[test]
    fn bins_hold_equal_mass() {
        let (bin, bins) = cut(&[0.9, 0.5, 0.8, 0.6], &[true, true, true, false], 2);
        assert_eq!(bin, [1, 0, 1, 0]);
        assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [2, 2]);
        assert_abs_diff_eq!(bins[0].confidence, 0.55, epsilon = 1e-15);
        assert_eq!(bins[0].accuracy, 0.5);
        assert_eq!((bins[1].lowest, bins[1].highest, bins[1].accuracy), (0.8, 0.9, 1.0));
    }

    #[test]
    fn equal_confidences_share_a_bin() {
        let (bin, bins) = cut(&[0.7; 5], &[true, false, true, false, true], 3);
        assert_eq!(bin, [0; 5]);
        assert_eq!(bins.len(), 1);
        assert_eq!(bins[0].accuracy, 0.6);
        // More bins than rows: one each.
        assert_eq!(cut(&[0.1, 0.2], &[true, true], usize::MAX).1.len(), 2);
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        use Stance::Critical;
        let bad = |probabilities: Vec<f64>| {
            let good = outcome(Critical, Critical, [1.0, 0.0, 0.0]);
            let row = Outcome { probabilities, ..good.clone() };
            losses(&[good, row], 15).err().unwrap().to_string()
        };
        assert_eq!(bad(vec![0.5, 0.5]), "row 1: 2 probabilities where 3 are expected");
        assert!(bad(vec![]).contains("cannot be mixed"));
        assert_eq!(bad(vec![0.5, f64::NAN, 0.5]), "row 1: NaN is not a probability");
        assert_eq!(bad(vec![1.5, -0.5, 0.0]), "row 1: 1.5 is not a probability");
        assert_eq!(bad(vec![0.5, 0.25, 0.0]), "row 1: the probabilities add to 0.75, not to 1");
    }
}
