//! A rising curve from decision values to probabilities.
//!
//! In: decision values of one label on rows that the classifier was not trained on, with whether the row has the label and what
//! it weighs. Out: an [`IsotonicCurve`] of at most [`MOST_POINTS`] points.
//!
//! Zadrozny & Elkan (2002), *Transforming classifier scores into accurate multiclass probability estimates*: pool adjacent
//! violators (Ayer et al. 1955). Three things beside the paper's:
//!
//! - Rows with equal decision values are one from the start, so that their order does not matter.
//! - Neighbouring pools are joined until each has its part of the weight. A share is (rows of the label + 1) / (rows + 2)
//!   (Laplace), for the first and last pools are often all of one kind, and a probability of 0 is a claim that a few
//!   rows do not bear out.
//! - Within a pool and beyond the first and the last the curve is level, between two pools it is a straight line: no jump. Two
//!   points say where a pool begins and ends.

use serde::{Deserialize, Serialize};

/// Most points of a curve.
pub const MOST_POINTS: usize = 100;

/// Points of a decision value and a probability, both rising; straight lines between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IsotonicCurve {
    points: Vec<(f32, f32)>,
}

/// Rows with neighbouring decision values.
#[derive(Debug, Clone, Copy)]
struct Pool {
    /// Lowest and highest decision value.
    ends: (f64, f64),
    /// Weight of the rows that have the label.
    positive: f64,
    weight: f64,
}

impl Pool {
    fn share(&self) -> f64 {
        (self.positive + 1.0) / (self.weight + 2.0)
    }

    fn join(&mut self, other: &Self) {
        self.ends = (self.ends.0.min(other.ends.0), self.ends.1.max(other.ends.1));
        self.positive += other.positive;
        self.weight += other.weight;
    }
}

impl IsotonicCurve {
    /// The curve of rows of (finite decision value, has the label, weight above 0).
    pub(super) fn fit(rows: &[(f64, bool, f64)]) -> Self {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
        let total: f64 = sorted.iter().map(|row| row.2).sum();
        // Weights with a mean of 1 count as rows.
        let scale = rows.len() as f64 / total;
        let mut ties: Vec<Pool> = Vec::new();
        let mut last = None;
        for (decision, positive, weight) in sorted {
            let weight = weight * scale;
            let pool = Pool { ends: (decision, decision), positive: if positive { weight } else { 0.0 }, weight };
            match ties.last_mut() {
                Some(tie) if last == Some(decision) => tie.join(&pool),
                _ => ties.push(pool),
            }
            last = Some(decision);
        }
        let pools = pool_violators(&ties, |pool| pool.positive / pool.weight);
        let pools = pool_violators(&coarsened(&pools, 2.0 * rows.len() as f64 / MOST_POINTS as f64), Pool::share);
        let mut points: Vec<(f32, f32)> = Vec::with_capacity(2 * pools.len());
        for point in pools.iter().flat_map(|pool| [(pool.ends.0, pool.share()), (pool.ends.1, pool.share())]) {
            // Values that `f32` cannot tell apart are one.
            if points.last().is_some_and(|last| last.0 >= point.0 as f32) {
                points.pop();
            }
            points.push((point.0 as f32, point.1 as f32));
        }
        Self { points }
    }

    /// The probability at a decision value, before the labels are made to sum to 1. Above 0.
    #[must_use]
    pub fn at(&self, decision: f64) -> f64 {
        let after = self.points.partition_point(|(value, _)| f64::from(*value) <= decision);
        let point = |place: usize| self.points.get(place).map(|(x, y)| (f64::from(*x), f64::from(*y)));
        match (after.checked_sub(1).and_then(point), point(after)) {
            (Some((left, low)), Some((right, high))) => low + (high - low) * ((decision - left) / (right - left)),
            (Some((_, level)), None) | (None, Some((_, level))) => level,
            (None, None) => 0.5,
        }
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[(f32, f32)] {
        &self.points
    }

    /// Whether it can be used: for a curve that was read from a file.
    pub(super) fn is_sound(&self) -> bool {
        let usable = |(x, y): &(f32, f32)| x.is_finite() && *y > 0.0 && *y <= 1.0;
        let rising = |pair: &[(f32, f32)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
        !self.points.is_empty() && self.points.iter().all(usable) && self.points.windows(2).all(rising)
    }
}

/// Joins neighbours until the shares rise.
fn pool_violators(pools: &[Pool], share: impl Fn(&Pool) -> f64) -> Vec<Pool> {
    let mut rising: Vec<Pool> = Vec::with_capacity(pools.len());
    for pool in pools {
        let mut pool = *pool;
        while let Some(before) = rising.last().filter(|before| share(before) >= share(&pool)) {
            pool.join(before);
            rising.pop();
        }
        rising.push(pool);
    }
    rising
}

/// Joins neighbours until each weighs at least so much; what is left at the end joins the last.
fn coarsened(pools: &[Pool], least: f64) -> Vec<Pool> {
    let mut coarse: Vec<Pool> = Vec::new();
    let mut open = false;
    for pool in pools {
        match coarse.last_mut() {
            Some(last) if open => last.join(pool),
            _ => coarse.push(*pool),
        }
        open = coarse.last().is_some_and(|last| last.weight < least);
    }
    if open
        && coarse.len() > 1
        && let Some(rest) = coarse.pop()
        && let Some(last) = coarse.last_mut()
    {
        last.join(&rest);
    }
    coarse
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn violators_are_pooled_as_by_hand() {
        let pool = |positive, weight| Pool { ends: (0.0, 0.0), positive, weight };
        // Shares 0, 1, 1/2, 1/2, 1: the second to fourth are pooled at (1 + 1 + 1) / (1 + 2 + 2).
        let pools = [pool(0.0, 1.0), pool(1.0, 1.0), pool(1.0, 2.0), pool(1.0, 2.0), pool(3.0, 3.0)];
        let found = pool_violators(&pools, |pool| pool.positive / pool.weight);
        let shares: Vec<(f64, f64)> = found.iter().map(|pool| (pool.positive, pool.weight)).collect();
        assert_eq!(shares, [(0.0, 1.0), (3.0, 5.0), (3.0, 3.0)]);
    }

    #[test]
    fn two_levels_become_two_points_with_a_line_between() {
        // Ten rows at -1, of which 2 have the label; ten at 1, of which 8: shares 3 / 12 and 9 / 12.
        let rows: Vec<(f64, bool, f64)> =
            (0..20).map(|i| if i < 10 { (-1.0, i < 2, 3.0) } else { (1.0, i >= 12, 3.0) }).collect();
        let curve = IsotonicCurve::fit(&rows);
        assert_eq!(curve.points(), [(-1.0, 0.25), (1.0, 0.75)]);
        assert_eq!([-9.0, -1.0, 0.0, 0.5, 1.0, 9.0].map(|x| curve.at(x)), [0.25, 0.25, 0.5, 0.625, 0.75, 0.75]);
    }

    #[test]
    fn ends_of_one_kind_are_not_certain() {
        let rows: Vec<(f64, bool, f64)> = (0..100).map(|i| (f64::from(i), i >= 50, 1.0)).collect();
        let curve = IsotonicCurve::fit(&rows);
        assert!(curve.at(-1e9) > 0.0 && curve.at(-1e9) < 0.05 && curve.at(1e9) < 1.0 && curve.at(1e9) > 0.95);
        let level = IsotonicCurve::fit(&[(1.0, true, 1.0), (1.0, false, 1.0)]);
        assert_eq!(level.points(), [(1.0, 0.5)]);
    }

    #[test]
    fn curves_that_do_not_rise_are_found_out() {
        let sound = |points: &[(f32, f32)]| IsotonicCurve { points: points.to_vec() }.is_sound();
        assert!(sound(&[(0.0, 0.5)]) && sound(&[(0.0, 0.5), (1.0, 0.5)]));
        for points in [&[][..], &[(f32::NAN, 0.5)], &[(0.0, 0.0)], &[(0.0, 1.5)], &[(0.0, 0.5), (0.0, 0.6)]] {
            assert!(!sound(points), "{points:?}");
        }
        assert!(!sound(&[(0.0, 0.5), (1.0, 0.4)]));
    }

    proptest! {
        #[test]
        fn any_rows_give_a_sound_curve(
            rows in prop::collection::vec((-50_i32..50, any::<bool>(), 0.01_f64..5.0), 1..400),
        ) {
            let rows: Vec<(f64, bool, f64)> = rows.into_iter().map(|(x, y, w)| (f64::from(x) / 7.0, y, w)).collect();
            let curve = IsotonicCurve::fit(&rows);
            prop_assert!(curve.is_sound() && curve.points().len() <= MOST_POINTS + 2, "{:?}", curve);
            let found: Vec<f64> = (-80..80).map(|x| curve.at(f64::from(x) / 10.0)).collect();
            prop_assert!(found.windows(2).all(|pair| pair[0] <= pair[1]) && found.iter().all(|y| *y > 0.0 && *y < 1.0));
        }
    }
}
