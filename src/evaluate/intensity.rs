//! How near the intensities found are to those that people gave.
//!
//! In: rows with both, and what the cue table says. Out: mean absolute error and rank correlation, with intervals. The
//! correlation is Spearman's: that of the ranks, equal values sharing the mean of theirs. Ranks are given once, over all
//! rows, and kept in every resample, so that it follows from sums over groups like every other figure.

use super::{Bootstrap, Estimate, ScoreError, ScoreOptions, resample::GroupSums};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// One row: what it is and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct IntensityOutcome {
    /// What people gave, 0 to 10.
    pub gold: f64,
    /// What the model says.
    pub predicted: f64,
    /// What the cue table says, where a cue was found.
    pub cue: Option<f64>,
    /// Rows of one group are resampled together.
    pub group: Arc<str>,
}

/// How near some predictions come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IntensityFigures {
    /// Rows.
    pub rows: usize,
    /// Mean absolute difference to gold, 0 to 10.
    pub mean_absolute_error: Estimate,
    /// Spearman's rank correlation, -1 to 1; `None` where one side is constant.
    pub rank_correlation: Estimate,
}

/// Scores of intensities, and what the cue table gets where it has an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntensityScores {
    /// Groups that the rows fall in.
    pub groups: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// The model on all rows.
    pub model: IntensityFigures,
    /// The model on the rows that have a cue.
    pub model_with_cue: IntensityFigures,
    /// The cue table on the same rows.
    pub cue: IntensityFigures,
}

/// Sums of one set of predictions: rows, absolute differences, and of the ranks x, y, xx, yy, xy.
const SLOTS: usize = 7;

/// Scores `outcomes`.
///
/// # Errors
/// When there are no rows, or an option is out of range.
pub fn score_intensity(outcomes: &[IntensityOutcome], options: &ScoreOptions) -> Result<IntensityScores, ScoreError> {
    options.check()?;
    if outcomes.is_empty() {
        return Err(ScoreError::NoRows);
    }
    let mut groups: BTreeMap<&str, usize> = outcomes.iter().map(|outcome| (&*outcome.group, 0)).collect();
    groups.values_mut().enumerate().for_each(|(number, group)| *group = number);
    let with_cue: Vec<(usize, f64)> =
        outcomes.iter().enumerate().filter_map(|(row, outcome)| Some((row, outcome.cue?))).collect();
    let own = |rows: &[usize]| rows.iter().map(|row| (*row, outcomes[*row].predicted)).collect::<Vec<_>>();
    let all: Vec<usize> = (0..outcomes.len()).collect();
    let cued: Vec<usize> = with_cue.iter().map(|(row, _)| *row).collect();
    let sets = [own(&all), own(&cued), with_cue];
    let mut entries = Vec::with_capacity(outcomes.len() * SLOTS * sets.len());
    for (set, predictions) in sets.iter().enumerate() {
        let gold = ranks(&predictions.iter().map(|(row, _)| outcomes[*row].gold).collect::<Vec<_>>());
        let found = ranks(&predictions.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        for ((row, value), (x, y)) in predictions.iter().zip(gold.into_iter().zip(found)) {
            let outcome = &outcomes[*row];
            let group = groups.get(&*outcome.group).copied().unwrap_or(0);
            let sums = [1.0, (outcome.gold - value).abs(), x, y, x * x, y * y, x * y];
            entries.extend(sums.into_iter().enumerate().map(|(slot, sum)| (group, set * SLOTS + slot, sum)));
        }
    }
    let sums = GroupSums::new(groups.len(), sets.len() * SLOTS, entries)?;
    let figures = |sums: &[f64]| sums.chunks(SLOTS).flat_map(|set| [mean_error(set), correlation(set)]).collect();
    let estimates = sums.estimate(options, figures);
    let of = |set: usize| IntensityFigures {
        rows: sets[set].len(),
        mean_absolute_error: estimates.get(2 * set).copied().unwrap_or_default(),
        rank_correlation: estimates.get(2 * set + 1).copied().unwrap_or_default(),
    };
    Ok(IntensityScores {
        groups: groups.len(),
        bootstrap: Bootstrap::of(options),
        model: of(0),
        model_with_cue: of(1),
        cue: of(2),
    })
}

fn mean_error(sums: &[f64]) -> Option<f64> {
    (sums[0] > 0.0).then(|| sums[1] / sums[0])
}

fn correlation(sums: &[f64]) -> Option<f64> {
    let [rows, _, x, y, xx, yy, xy] = sums else { return None };
    let spread = (rows * xx - x * x) * (rows * yy - y * y);
    // Sums of ranks have rounding errors of about this part of their size.
    (spread > 1e-9 * (rows * xx) * (rows * yy)).then(|| ((rows * xy - x * y) / spread.sqrt()).clamp(-1.0, 1.0))
}

/// The rank of each value among all, as a part of their number; equal values have the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let first = order.partition_point(|row| values[*row].total_cmp(&values[equal[0]]).is_lt());
        let rank = (first as f64 + (equal.len() as f64 - 1.0) / 2.0) / values.len() as f64;
        equal.iter().for_each(|row| ranks[*row] = rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn row(gold: f64, predicted: f64, cue: Option<f64>, group: &str) -> IntensityOutcome {
        IntensityOutcome { gold, predicted, cue, group: group.into() }
    }

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [0.625, 0.0, 0.625, 0.25]);
    }

    /// Errors 1, 0, 2: mean 1. Ranks of gold 1 2 3, of the model 2 1 3: 1 - 6 * 2 / (3 * 8) = 0.5.
    #[test]
    fn figures_by_hand() {
        let rows = [row(1.0, 2.0, Some(1.0), "a"), row(2.0, 2.0 - 1e-9, None, "b"), row(5.0, 7.0, Some(4.0), "c")];
        let scores = score_intensity(&rows, &ScoreOptions::default()).unwrap();
        assert_abs_diff_eq!(scores.model.mean_absolute_error.value.unwrap(), 1.0, epsilon = 1e-8);
        assert_abs_diff_eq!(scores.model.rank_correlation.value.unwrap(), 0.5, epsilon = 1e-9);
        assert_eq!((scores.model.rows, scores.model_with_cue.rows, scores.cue.rows), (3, 2, 2));
        assert_eq!(scores.cue.mean_absolute_error.value, Some(0.5));
        assert_abs_diff_eq!(scores.cue.rank_correlation.value.unwrap(), 1.0, epsilon = 1e-9);
    }

    #[test]
    fn constants_have_no_correlation_and_no_rows_no_scores() {
        let rows = [row(1.0, 5.0, None, "a"), row(2.0, 5.0, None, "b")];
        let scores = score_intensity(&rows, &ScoreOptions::default()).unwrap();
        assert_eq!((scores.model.rank_correlation.value, scores.cue.mean_absolute_error.value), (None, None));
        assert_eq!(score_intensity(&[], &ScoreOptions::default()), Err(ScoreError::NoRows));
    }
}
