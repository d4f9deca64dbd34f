//! Scores of one head on rows whose labels are known.

use super::{
    Bootstrap, CalibrationBin, Confusion, Estimate, Outcome, ScoreError, ScoreOptions,
    calibration::{self, Losses},
    resample::GroupSums,
};
use crate::pairs::Label;
use serde::Serialize;
use std::collections::BTreeMap;

/// How well a class is found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassScores<L> {
    /// The class.
    pub label: L,
    /// Rows of this class in gold.
    pub support: u64,
    /// Rows predicted as this class.
    pub predicted: u64,
    /// Share of the rows predicted as this class that are of it; `None` when there are none.
    pub precision: Estimate,
    /// Share of the rows of this class that were predicted as it; `None` when there are none.
    pub recall: Estimate,
    /// `2 right / (support + predicted)`; `None` when the class occurs on neither side.
    pub f1: Estimate,
}

/// Scores of one head.
///
/// A percentile interval holds the value in ordinary data; that of `ece` may lie above it, since
/// resampling adds noise that a sum of absolute differences counts as miscalibration.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores<L> {
    /// Rows scored.
    pub rows: usize,
    /// Groups they fall in.
    pub groups: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Share of rows whose predicted label is right.
    pub accuracy: Estimate,
    /// Mean F1 over the classes that occur in gold or among the predictions. A class that does not
    /// is left out; one that is in gold and never predicted counts as 0.
    pub macro_f1: Estimate,
    /// F1 of the counts pooled over classes: with one label a row, the same as accuracy.
    pub micro_f1: Estimate,
    /// Multi-class correlation (Gorodkin 2004), -1 to 1; `None` when gold or predictions are all of one class.
    pub mcc: Estimate,
    /// Mean negative log probability of the gold label, in nats, with probabilities at least 1e-15.
    pub log_loss: Estimate,
    /// Squared differences summed over classes, mean over rows: 0 to 2.
    pub brier: Estimate,
    /// Expected calibration error of the predicted label, 0 to 1, in bins of equal mass. The bins
    /// are cut once, on all rows, and kept in every resample.
    pub ece: Estimate,
    /// One entry for each label, in the order of [`Label::ALL`].
    pub classes: Vec<ClassScores<L>>,
    /// Counts, rows gold, in the order of [`Label::ALL`].
    pub confusion: Confusion,
    /// The bins of `ece`, from least to most confident; empty without probabilities.
    pub calibration: Vec<CalibrationBin>,
}

/// Scores `outcomes`.
///
/// Memory is a few numbers for each row and each group; time is proportional to resamples times
/// groups.
///
/// # Errors
///
/// When there are no rows, when an option is out of range, or when a row's probabilities are not
/// one for each label, not in [0, 1] or do not add to 1 (within 0.001).
pub fn score<L: Label>(outcomes: &[Outcome<L>], options: &ScoreOptions) -> Result<Scores<L>, ScoreError> {
    let sums = OutcomeSums::of(outcomes, options)?;
    Ok(sums.scores(options))
}

/// Where the figures stand in [`OutcomeSums::figures`]; three for each class follow.
const ACCURACY: usize = 0;
const MACRO_F1: usize = 1;
const MICRO_F1: usize = 2;
const MCC: usize = 3;
const LOG_LOSS: usize = 4;
const BRIER: usize = 5;
const ECE: usize = 6;
/// Number of figures that are not of a class.
pub(super) const HEADLINES: usize = 7;

/// Everything the figures need, summed by group.
///
/// Slots: the cells of the confusion matrix row by row, then log loss, Brier score, and the gap
/// between confidence and accuracy of each calibration bin.
pub(super) struct OutcomeSums<L> {
    rows: usize,
    pub(super) sums: GroupSums,
    bins: Option<Vec<CalibrationBin>>,
    label: std::marker::PhantomData<L>,
}

impl<L: Label> OutcomeSums<L> {
    pub(super) fn of(outcomes: &[Outcome<L>], options: &ScoreOptions) -> Result<Self, ScoreError> {
        options.check()?;
        if outcomes.is_empty() {
            return Err(ScoreError::NoRows);
        }
        let losses = calibration::losses(outcomes, options.bins)?;
        // Groups are numbered by name, so that the draws do not depend on the order of rows.
        let mut groups: BTreeMap<&str, usize> = outcomes.iter().map(|outcome| (outcome.group.as_ref(), 0)).collect();
        groups.values_mut().enumerate().for_each(|(number, group)| *group = number);
        let width = Self::cells() + losses.as_ref().map_or(0, |losses| 2 + losses.bins.len());
        let mut entries = Vec::with_capacity(outcomes.len() * 4);
        for (row, outcome) in outcomes.iter().enumerate() {
            let group = groups.get(outcome.group.as_ref()).copied().unwrap_or(0);
            entries.push((group, outcome.gold.index() * L::ALL.len() + outcome.predicted.index(), 1.0));
            if let Some(losses) = &losses {
                entries.push((group, Self::cells(), losses.log_loss[row]));
                entries.push((group, Self::cells() + 1, losses.brier[row]));
                entries.push((group, Self::cells() + 2 + losses.bin[row], losses.gap[row]));
            }
        }
        let sums = GroupSums::new(groups.len(), width, entries)?;
        let bins = losses.map(|Losses { bins, .. }| bins);
        Ok(Self { rows: outcomes.len(), sums, bins, label: std::marker::PhantomData })
    }

    const fn cells() -> usize {
        L::ALL.len() * L::ALL.len()
    }

    fn confusion(sums: &[f64]) -> Confusion {
        // Whole numbers, exact up to 2^53.
        Confusion::from_cells(L::ALL.len(), sums.iter().take(Self::cells()).map(|count| *count as u64))
    }

    /// The headline figures, then precision, recall and F1 of each class.
    pub(super) fn figures(sums: &[f64]) -> Vec<Option<f64>> {
        let margins = Self::confusion(sums).margins();
        let rows: u64 = margins.support.iter().sum();
        // Sums that are there only when rows come with probabilities.
        let losses = sums.get(Self::cells()..).unwrap_or_default();
        let mean = |sum: f64| (rows > 0).then(|| sum / rows as f64);
        let mut figures = vec![None; HEADLINES];
        figures[ACCURACY] = margins.accuracy();
        figures[MACRO_F1] = margins.macro_f1();
        figures[MICRO_F1] = margins.micro_f1();
        figures[MCC] = margins.mcc();
        if let [log_loss, brier, gaps @ ..] = losses {
            figures[LOG_LOSS] = mean(*log_loss);
            figures[BRIER] = mean(*brier);
            figures[ECE] = mean(gaps.iter().map(|gap| gap.abs()).sum());
        }
        for class in 0..L::ALL.len() {
            figures.extend([margins.precision(class), margins.recall(class), margins.f1(class)]);
        }
        figures
    }

    /// Number of slots.
    pub(super) fn width(&self) -> usize {
        Self::cells() + self.bins.as_ref().map_or(0, |bins| 2 + bins.len())
    }

    pub(super) fn scores(self, options: &ScoreOptions) -> Scores<L> {
        let confusion = Self::confusion(&self.sums.total());
        let margins = confusion.margins();
        let estimates = self.sums.estimate(options, Self::figures);
        let at = |index: usize| estimates.get(index).copied().unwrap_or_default();
        let classes = L::ALL
            .iter()
            .enumerate()
            .map(|(class, &label)| ClassScores {
                label,
                support: margins.support[class],
                predicted: margins.predicted[class],
                precision: at(HEADLINES + 3 * class),
                recall: at(HEADLINES + 3 * class + 1),
                f1: at(HEADLINES + 3 * class + 2),
            })
            .collect();
        Scores {
            rows: self.rows,
            groups: self.sums.groups(),
            bootstrap: Bootstrap::of(options),
            accuracy: at(ACCURACY),
            macro_f1: at(MACRO_F1),
            micro_f1: at(MICRO_F1),
            mcc: at(MCC),
            log_loss: at(LOG_LOSS),
            brier: at(BRIER),
            ece: at(ECE),
            classes,
            confusion,
            calibration: self.bins.unwrap_or_default(),
        }
    }
}

impl<L: Label> Scores<L> {
    /// The same scores with labels by name, so that scores of different heads stand in one report.
    #[must_use]
    pub fn named(&self) -> Scores<&'static str> {
        let classes = self.classes.iter().map(|class| ClassScores {
            label: class.label.name(),
            support: class.support,
            predicted: class.predicted,
            precision: class.precision,
            recall: class.recall,
            f1: class.f1,
        });
        Scores {
            rows: self.rows,
            groups: self.groups,
            bootstrap: self.bootstrap,
            accuracy: self.accuracy,
            macro_f1: self.macro_f1,
            micro_f1: self.micro_f1,
            mcc: self.mcc,
            log_loss: self.log_loss,
            brier: self.brier,
            ece: self.ece,
            classes: classes.collect(),
            confusion: self.confusion.clone(),
            calibration: self.calibration.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::{Act, Stance};
    use approx::assert_abs_diff_eq;

    fn outcome(gold: Stance, predicted: Stance, confidence: f64, group: &str) -> Outcome<Stance> {
        let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
        probabilities[predicted.index()] = confidence;
        Outcome { gold, predicted, probabilities, group: group.into() }
    }

    /// Rows that are right in four cases of five, with confidence near that, from a small generator.
    fn many(rows: usize, rows_a_group: usize) -> Vec<Outcome<Stance>> {
        let mut state = 7_u64;
        let mut next = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        (0..rows)
            .map(|row| {
                let gold = Stance::ALL[next(3) as usize];
                let predicted = if next(5) > 0 { gold } else { Stance::ALL[next(3) as usize] };
                outcome(gold, predicted, 0.6 + next(40) as f64 / 100.0, &format!("g{}", row / rows_a_group))
            })
            .collect()
    }

    /// Four rows, bins of two rows: confidences 0.5 right, 0.6 wrong | 0.8 right, 0.9 right.
    /// ECE = |(0.5 - 1) + 0.6| / 4 + |(0.8 - 1) + (0.9 - 1)| / 4 = 0.1/4 + 0.3/4 = 0.1.
    #[test]
    fn calibration_error_by_hand() {
        use Stance::{Critical, Neutral, Supportive};
        let rows = [
            outcome(Critical, Critical, 0.9, "a"),
            outcome(Neutral, Neutral, 0.5, "b"),
            outcome(Supportive, Supportive, 0.8, "c"),
            outcome(Supportive, Critical, 0.6, "d"),
        ];
        let scores = score(&rows, &ScoreOptions { bins: 2, ..ScoreOptions::default() }).unwrap();
        assert_abs_diff_eq!(scores.ece.value.unwrap(), 0.1, epsilon = 1e-15);
        assert_eq!(scores.accuracy.value, Some(0.75));
        // Critical: 1 right, 1 in gold, 2 predicted: 2/3. Neutral 1. Supportive: 2/3. Mean 7/9.
        assert_abs_diff_eq!(scores.macro_f1.value.unwrap(), 7.0 / 9.0, epsilon = 1e-15);
        assert_eq!((scores.rows, scores.groups, scores.calibration.len()), (4, 4, 2));
        assert_eq!(scores.confusion.count(Supportive.index(), Critical.index()), 1);
    }

    #[test]
    fn zero_rows_are_an_error() {
        assert_eq!(score::<Stance>(&[], &ScoreOptions::default()), Err(ScoreError::NoRows));
    }

    #[test]
    fn one_row_has_figures_and_no_intervals() {
        let scores = score(&[outcome(Stance::Neutral, Stance::Neutral, 0.5, "a")], &ScoreOptions::default()).unwrap();
        assert_eq!(scores.accuracy, Estimate { value: Some(1.0), low: None, high: None });
        assert_eq!(scores.macro_f1.value, Some(1.0));
        assert_eq!(scores.mcc.value, None);
        assert_eq!(scores.classes[0].f1.value, None);
        assert_eq!(scores.ece.value, Some(0.5));
    }

    #[test]
    fn options_out_of_range_are_refused() {
        let rows = many(3, 1);
        for level in [0.0, 1.0, -1.0, f64::NAN, f64::INFINITY] {
            let options = ScoreOptions { level, ..ScoreOptions::default() };
            assert!(matches!(score(&rows, &options), Err(ScoreError::Level(_))), "{level}");
        }
        assert_eq!(score(&rows, &ScoreOptions { bins: 0, ..ScoreOptions::default() }), Err(ScoreError::Bins));
    }

    #[test]
    fn rows_without_probabilities_have_no_losses() {
        let mut rows = many(50, 1);
        rows.iter_mut().for_each(|row| row.probabilities.clear());
        let scores = score(&rows, &ScoreOptions::default()).unwrap();
        assert_eq!((scores.log_loss, scores.brier, scores.ece), Default::default());
        assert!(scores.accuracy.low.is_some() && scores.calibration.is_empty());
    }

    #[test]
    fn intervals_hold_the_value() {
        let scores = score(&many(1000, 1), &ScoreOptions::default()).unwrap();
        let headlines = [scores.accuracy, scores.macro_f1, scores.micro_f1, scores.mcc, scores.log_loss, scores.brier];
        for estimate in headlines.into_iter().chain(scores.classes.iter().map(|class| class.f1)) {
            let value = estimate.value.unwrap();
            assert!(estimate.low.unwrap() < value && value < estimate.high.unwrap(), "{estimate:?}");
        }
        assert!(scores.ece.low.unwrap() >= 0.0);
    }

    /// Each row four times over is no new evidence: the interval of grouped copies stays as wide as
    /// that of the single rows, and is about twice as wide as that of copies taken for new rows.
    #[test]
    fn copies_inside_a_group_are_no_evidence() {
        let single = many(300, 1);
        let grouped: Vec<_> = single.iter().flat_map(|row| vec![row.clone(); 4]).collect();
        let mut apart = grouped.clone();
        apart.iter_mut().enumerate().for_each(|(index, row)| row.group = index.to_string().into());
        let width = |rows: &[Outcome<Stance>]| {
            let estimate = score(rows, &ScoreOptions::default()).unwrap().macro_f1;
            estimate.high.unwrap() - estimate.low.unwrap()
        };
        let (single, grouped, apart) = (width(&single), width(&grouped), width(&apart));
        assert_abs_diff_eq!(single, grouped, epsilon = 1e-12);
        assert!(grouped > 1.7 * apart && grouped < 2.3 * apart, "{grouped} {apart}");
    }

    #[test]
    fn order_of_rows_and_threads_change_nothing() {
        let rows = many(200, 3);
        let mut turned = rows.clone();
        turned.reverse();
        let options = ScoreOptions { resamples: 100, ..ScoreOptions::default() };
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| score(&rows, &options).unwrap())
        };
        assert_eq!(with(1), with(3));
        let turned = score(&turned, &options).unwrap();
        assert_eq!(with(1).macro_f1, turned.macro_f1);
        assert_eq!(with(1).confusion, turned.confusion);
    }

    #[test]
    fn sixteen_classes_of_which_most_are_absent() {
        let row = |gold: Act, predicted: Act, group: &str| Outcome {
            gold,
            predicted,
            probabilities: Vec::new(),
            group: group.into(),
        };
        let rows = [row(Act::Accuse, Act::Accuse, "a"), row(Act::Aid, Act::Accuse, "b"), row(Act::Aid, Act::Aid, "c")];
        let scores = score(&rows, &ScoreOptions::default()).unwrap();
        // Accuse: 2/(1+2) = 2/3; Aid: 2/(2+1) = 2/3; the other 14 are left out.
        assert_abs_diff_eq!(scores.macro_f1.value.unwrap(), 2.0 / 3.0, epsilon = 1e-15);
        assert_eq!(scores.classes.len(), 16);
        assert_eq!(scores.named().classes[Act::Aid.index()].label, "AID");
    }

    #[test]
    fn ten_thousand_rows_are_fast() {
        let rows = many(10_000, 1);
        let start = std::time::Instant::now();
        score(&rows, &ScoreOptions::default()).unwrap();
        // Far above what it takes, so that a busy machine does not fail it.
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
