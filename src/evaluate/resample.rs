//! The cluster bootstrap: percentile intervals from resampling whole groups.
//!
//! Rows of one text, story or document are alike, so they are drawn together (Cameron, Gelbach &
//! Miller 2008); the interval is Efron's percentile interval. Every figure is a function of sums
//! over rows, so a resample adds up the sums of the drawn groups and never touches rows.
//! Resample *i* draws from stream *i* of ChaCha8, whichever thread runs it.

use super::{ScoreError, ScoreOptions};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

/// A figure and its interval.
///
/// A figure that is the same in every group, such as a precision of 1, gets an interval without
/// width: resampling cannot draw what is not in the rows. With few groups intervals are too narrow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure on the rows as they are; `None` where it is 0/0 or was not asked for.
    pub value: Option<f64>,
    /// Lower end of the interval. Both ends are `None` with fewer than two groups, without
    /// resamples, and where the figure is undefined in the rows or in half of the resamples.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
}

/// How the intervals of a set of scores were made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bootstrap {
    /// Resamples drawn.
    pub resamples: usize,
    /// Coverage of the intervals.
    pub level: f64,
    /// Seed.
    pub seed: u64,
}

impl Bootstrap {
    pub(super) const fn of(options: &ScoreOptions) -> Self {
        Self { resamples: options.resamples, level: options.level, seed: options.seed }
    }
}

/// Sums of every group, as a sparse matrix by groups: group `g` adds `values[k]` to slot `slots[k]`
/// for `k` in `starts[g]..starts[g + 1]`.
pub(crate) struct GroupSums {
    width: usize,
    starts: Vec<usize>,
    slots: Vec<usize>,
    values: Vec<f64>,
}

impl GroupSums {
    /// Adds up entries `(group, slot, value)`; groups are `0..groups` and slots `0..width`.
    /// Entries of one (group, slot) are added in the order given.
    pub(crate) fn new(groups: usize, width: usize, mut entries: Vec<(usize, usize, f64)>) -> Result<Self, ScoreError> {
        if groups > u32::MAX as usize {
            return Err(ScoreError::TooManyGroups(groups));
        }
        // Stable: the order of addition is part of the result's bits.
        entries.sort_by_key(|(group, slot, _)| (*group, *slot));
        let mut sums = Self { width, starts: Vec::with_capacity(groups + 1), slots: Vec::new(), values: Vec::new() };
        let mut entries = entries.into_iter().peekable();
        for group in 0..groups {
            let start = sums.slots.len();
            sums.starts.push(start);
            while let Some((_, slot, value)) = entries.next_if(|(owner, ..)| *owner == group) {
                match sums.values.last_mut() {
                    Some(sum) if sums.slots.len() > start && sums.slots.last() == Some(&slot) => *sum += value,
                    _ => {
                        sums.slots.push(slot);
                        sums.values.push(value);
                    }
                }
            }
        }
        sums.starts.push(sums.slots.len());
        Ok(sums)
    }

    /// Number of groups.
    pub(super) fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// The sums of both, side by side; `other`'s slots follow. Both have the same groups.
    pub(super) fn beside(&self, other: &Self) -> Result<Self, ScoreError> {
        let entries = self.entries(0).chain(other.entries(self.width)).collect();
        Self::new(self.groups(), self.width + other.width, entries)
    }

    fn entries(&self, offset: usize) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.starts.windows(2).enumerate().flat_map(move |(group, ends)| {
            (ends[0]..ends[1]).map(move |entry| (group, self.slots[entry] + offset, self.values[entry]))
        })
    }

    /// Adds up the groups, each as often as `times` says, in group order.
    fn add(&self, times: impl Iterator<Item = u32>) -> Vec<f64> {
        let mut total = vec![0.0; self.width];
        for (ends, times) in self.starts.windows(2).zip(times) {
            if times == 0 {
                continue;
            }
            let times = f64::from(times);
            for (slot, value) in self.slots[ends[0]..ends[1]].iter().zip(&self.values[ends[0]..ends[1]]) {
                total[*slot] += times * value;
            }
        }
        total
    }

    /// The sums over all groups.
    pub(super) fn total(&self) -> Vec<f64> {
        self.add(std::iter::repeat_n(1, self.groups()))
    }

    /// The figures of the whole, each with its interval. `figures` gives the same number of
    /// figures for any sums.
    pub(crate) fn estimate(
        &self,
        options: &ScoreOptions,
        figures: impl Fn(&[f64]) -> Vec<Option<f64>> + Sync,
    ) -> Vec<Estimate> {
        let values = figures(&self.total());
        let groups = self.groups();
        if groups < 2 || options.resamples == 0 {
            return values.into_iter().map(|value| Estimate { value, low: None, high: None }).collect();
        }
        let resampled: Vec<Vec<Option<f64>>> = (0..options.resamples)
            .into_par_iter()
            .map_init(|| vec![0_u32; groups], |times, resample| figures(&self.add(draw(times, options.seed, resample))))
            .collect();
        let interval = |index: usize, value: Option<f64>| {
            let mut column: Vec<f64> = resampled.iter().filter_map(|row| row.get(index).copied().flatten()).collect();
            if value.is_none() || column.len() * 2 <= options.resamples {
                return Estimate { value, low: None, high: None };
            }
            column.sort_by(f64::total_cmp);
            let tail = (1.0 - options.level) / 2.0;
            Estimate { value, low: quantile(&column, tail), high: quantile(&column, 1.0 - tail) }
        };
        values.into_iter().enumerate().map(|(index, value)| interval(index, value)).collect()
    }
}

/// How often each group is drawn in one resample of as many groups as there are.
fn draw(times: &mut [u32], seed: u64, resample: usize) -> impl Iterator<Item = u32> + '_ {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(resample as u64);
    times.fill(0);
    // `GroupSums::new` has checked that the count fits; 32 bits draw alike on every machine.
    let groups = times.len() as u32;
    for _ in 0..groups {
        times[random.gen_range(0..groups) as usize] += 1;
    }
    times.iter().copied()
}

/// The quantile at `at` in [0, 1] of sorted values, with linear interpolation (type 7 of Hyndman &
/// Fan 1996, the default of R and NumPy); `None` without values.
fn quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let place = at * (sorted.len().checked_sub(1)?) as f64;
    let below = place.floor();
    let low = *sorted.get(below as usize)?;
    let high = sorted.get(below as usize + 1).copied().unwrap_or(low);
    Some(low + (place - below) * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn mean(sums: &[f64]) -> Vec<Option<f64>> {
        vec![(sums[1] > 0.0).then(|| sums[0] / sums[1])]
    }

    fn values(values: &[f64]) -> GroupSums {
        let entries = values.iter().enumerate().flat_map(|(group, value)| [(group, 0, *value), (group, 1, 1.0)]);
        GroupSums::new(values.len(), 2, entries.collect()).unwrap()
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.975), Some(3.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
        assert_abs_diff_eq!(quantile(&[0.0, 10.0], 0.025).unwrap(), 0.25, epsilon = 1e-15);
        assert_eq!(quantile(&[1.0, 2.0], 1.0), Some(2.0));
    }

    #[test]
    fn sums_are_gathered_by_group_in_any_order() {
        let sums = GroupSums::new(3, 3, vec![(2, 1, 4.0), (0, 0, 1.0), (2, 1, 0.5), (0, 2, 2.0)]).unwrap();
        assert_eq!(sums.groups(), 3);
        assert_eq!(sums.add([2, 7, 1].into_iter()), [2.0, 4.5, 4.0]);
        assert_eq!(sums.beside(&sums).unwrap().total(), [1.0, 4.5, 2.0, 1.0, 4.5, 2.0]);
    }

    /// The mean of 0/1 values in 400 groups: the standard error is sqrt(0.25/400) = 0.025, so the
    /// 95% interval is near 0.5 ± 0.049.
    #[test]
    fn the_interval_is_as_wide_as_theory_says() {
        let sums = values(&(0..400).map(|group| f64::from(group % 2)).collect::<Vec<_>>());
        let [estimate] = sums.estimate(&ScoreOptions::default(), mean)[..] else { panic!("one figure") };
        assert_eq!(estimate.value, Some(0.5));
        assert_abs_diff_eq!(estimate.low.unwrap(), 0.451, epsilon = 0.007);
        assert_abs_diff_eq!(estimate.high.unwrap(), 0.549, epsilon = 0.007);
    }

    #[test]
    fn no_interval_without_variation_to_draw_from() {
        let one = values(&[1.0]).estimate(&ScoreOptions::default(), mean)[0];
        assert_eq!(one, Estimate { value: Some(1.0), low: None, high: None });
        let none = ScoreOptions { resamples: 0, ..ScoreOptions::default() };
        assert_eq!(values(&[1.0, 0.0]).estimate(&none, mean)[0].low, None);
        // Undefined in most resamples: only when the one group that has it is drawn.
        let rare = GroupSums::new(9, 2, vec![(0, 0, 1.0), (0, 1, 1.0)]).unwrap();
        let figure = |sums: &[f64]| vec![(sums[1] >= 2.0).then_some(1.0), (sums[1] > 0.0).then_some(2.0)];
        let estimates = rare.estimate(&ScoreOptions::default(), figure);
        assert_eq!(estimates[0].low, None);
        // P(drawn) = 1 - (8/9)^9 = 0.65, above a half.
        assert_eq!((estimates[1].low, estimates[1].high), (Some(2.0), Some(2.0)));
    }

    #[test]
    fn the_same_bits_at_any_thread_count() {
        let sums = values(&(0..50).map(|group| 1.0 / f64::from(group + 1)).collect::<Vec<_>>());
        let options = ScoreOptions { resamples: 200, ..ScoreOptions::default() };
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sums.estimate(&options, mean))
        };
        assert_eq!(with(1), with(4));
        let other = ScoreOptions { seed: 2, ..options };
        assert_ne!(with(1), sums.estimate(&other, mean));
    }
}
