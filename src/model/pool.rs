//! Two classifiers as one: a log-linear pool.
//!
//! In: decision values of both on rows that neither learned from, with the true classes. Out: a weight for each; the
//! weighted sum of decision values has the least log loss (Genest & Zidek 1986; Hinton 2002). As the sum is linear, so
//! is the pool of two linear classifiers.

use super::{optimize::Lbfgs, probability::softmax_in_place};
use ndarray::ArrayView2;

/// Both decision values of each label, the place of the true one, the row's weight.
type PoolRow = (Vec<(f64, f64)>, usize, f64);

/// Strength of the pull towards [`PRIOR`], in rows.
const RIDGE: f64 = 1.0;
/// Weights that the data move away from: each classifier counts half.
const PRIOR: f64 = 0.5;

/// The weights of `left` and `right`, neither negative; `None` when no row can be used or both speak against the truth.
/// Rows whose true class has no finite decision value are left out. A weak pull towards one half each keeps a few rows that
/// all come out right from making the pool boundlessly sure.
#[must_use]
pub fn pool(
    left: ArrayView2<'_, f64>,
    right: ArrayView2<'_, f64>,
    classes: &[usize],
    weights: &[f32],
) -> Option<[f64; 2]> {
    let rows: Vec<PoolRow> = left
        .rows()
        .into_iter()
        .zip(right.rows())
        .zip(classes.iter().zip(weights))
        .filter_map(|((left, right), (class, weight))| {
            let mut place = None;
            let mut decisions = Vec::with_capacity(left.len());
            for (label, (left, right)) in left.iter().zip(right).enumerate() {
                if left.is_finite() && right.is_finite() {
                    if label == *class {
                        place = Some(decisions.len());
                    }
                    decisions.push((*left, *right));
                }
            }
            Some((decisions, place?, f64::from(*weight)))
        })
        .collect();
    let total: f64 = rows.iter().map(|(_, _, weight)| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let fit = |free: [f64; 2], point: &mut Vec<f64>| {
        let solver = Lbfgs { memory: 5, max_iterations: 200, gradient_tolerance: 1e-8 };
        let mut chances = Vec::new();
        solver.minimize(
            |point, gradient| {
                let (mut loss, mut slope) = (0.0, [0.0; 2]);
                for (decisions, class, weight) in &rows {
                    chances.clear();
                    chances.extend(decisions.iter().map(|(left, right)| point[0] * left + point[1] * right));
                    let own = chances[*class];
                    loss += weight * (softmax_in_place(&mut chances) - own);
                    for (place, ((left, right), chance)) in decisions.iter().zip(&chances).enumerate() {
                        let excess = weight * (chance - f64::from(u8::from(place == *class)));
                        slope[0] += excess * left;
                        slope[1] += excess * right;
                    }
                }
                for (((gradient, slope), free), place) in gradient.iter_mut().zip(slope).zip(free).zip(point) {
                    let away = free * (place - PRIOR);
                    loss += 0.5 * RIDGE * away * away;
                    *gradient = free * (slope + RIDGE * away) / total;
                }
                loss / total
            },
            point,
        );
    };
    let mut point = vec![0.5, 0.5];
    fit([1.0, 1.0], &mut point);
    // One that speaks against itself is left out, and the other weighed anew.
    for (place, free) in [(0, [0.0, 1.0]), (1, [1.0, 0.0])] {
        if point[place] < 0.0 {
            point = vec![0.5 * free[0], 0.5 * free[1]];
            fit(free, &mut point);
        }
    }
    let found = [point[0].max(0.0), point[1].max(0.0)];
    (found != [0.0, 0.0] && found.iter().all(|weight| weight.is_finite())).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// Decision values of a classifier that is right in `right` of 10 rows, as sure as it should be.
    fn decisions(right: usize, shift: usize) -> (Array2<f64>, Vec<usize>) {
        let sure = libm::log(right as f64 / (10 - right) as f64);
        let classes: Vec<usize> = (0..200).map(|row| row % 2).collect();
        let matrix = Array2::from_shape_fn((200, 2), |(row, label)| {
            let correct = (row / 2 + shift) % 10 < right;
            if (label == classes[row]) == correct { sure } else { 0.0 }
        });
        (matrix, classes)
    }

    #[test]
    fn a_sure_classifier_alone_keeps_its_weight() {
        let (left, classes) = decisions(8, 0);
        let nothing = Array2::zeros((200, 2));
        let [a, _] = pool(left.view(), nothing.view(), &classes, &[1.0; 200]).unwrap();
        assert!((a - 1.0).abs() < 0.05, "{a}");
    }

    #[test]
    fn the_better_one_weighs_more_and_a_contrary_one_nothing() {
        let (left, classes) = decisions(7, 0);
        let (right, _) = decisions(9, 5);
        let [a, b] = pool(left.view(), right.view(), &classes, &[1.0; 200]).unwrap();
        assert!(a > 0.0 && b > 0.0);
        let contrary = -&left;
        let [a, b] = pool(right.view(), contrary.view(), &classes, &[1.0; 200]).unwrap();
        assert!(a > 0.5 && b < 0.3, "{a} {b}");
        assert_eq!(pool(contrary.view(), contrary.view(), &classes, &[1e6; 200]), None);
        assert_eq!(pool(left.view(), right.view(), &classes, &[0.0; 200]), None);
    }

    #[test]
    fn a_few_rows_that_come_out_right_make_no_certainty() {
        let classes: Vec<usize> = (0..20).map(|row| row % 2).collect();
        let right = Array2::from_shape_fn((20, 2), |(row, label)| f64::from(u8::from(label == classes[row])));
        let [a, b] = pool(right.view(), right.view(), &classes, &[1.0; 20]).unwrap();
        assert!(a.is_finite() && a + b < 8.0, "{a} {b}");
    }
}
