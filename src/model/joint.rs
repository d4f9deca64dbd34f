//! Stance and act together: how much likelier an act is with a stance than without knowing it.
//!
//! In: stances and acts of rows that have both. Out: a table of c(s, a) / (p(s) p(a)), with counts smoothed (Lidstone).
//! Two heads that are judged one by one say p(s) and p(a) as if stance and act were independent; with the table,
//! p(s, a) is proportional to p(s) p(a) c(s, a) / (p(s) p(a) of training). The act's probabilities become the margin of
//! that, p(a) times the sum over s of p(s) and the table's cell. That sum is raised to a strength between 0 and 1: both heads
//! read the same words, so they are not the independent witnesses that a strength of 1 takes them for. The stance's stay as they are: it has many more rows to learn
//! from, and texts in which no act fits, where the act head still names one, must not pull at it.

use crate::label::{Act, Label, Stance};
use serde::{Deserialize, Serialize};

const STANCES: usize = Stance::ALL.len();
const ACTS: usize = Act::ALL.len();

/// Ratios of stance and act, by stance and act in label order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StanceActTable {
    ratios: Vec<f64>,
    strength: f64,
}

impl StanceActTable {
    /// From rows with a stance, an act and a weight; `smoothing`, above 0, is added to the count of every combination.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = (Stance, Act, f64)>, smoothing: f64) -> Self {
        let mut counts = vec![smoothing; STANCES * ACTS];
        for (stance, act, weight) in rows {
            counts[stance.index() * ACTS + act.index()] += weight;
        }
        let total: f64 = counts.iter().sum();
        let of_stance: Vec<f64> = counts.chunks(ACTS).map(|row| row.iter().sum()).collect();
        let of_act: Vec<f64> = (0..ACTS).map(|act| counts.iter().skip(act).step_by(ACTS).sum()).collect();
        let ratio = |(cell, count): (usize, &f64)| count * total / (of_stance[cell / ACTS] * of_act[cell % ACTS]);
        Self { ratios: counts.iter().enumerate().map(ratio).collect(), strength: 1.0 }
    }

    /// The same table with another strength, 0 (nothing changes) to 1.
    #[must_use]
    pub fn with_strength(self, strength: f64) -> Self {
        Self { strength, ..self }
    }

    /// How much the stance counts, 0 to 1.
    #[must_use]
    pub const fn strength(&self) -> f64 {
        self.strength
    }

    /// Adjusts the probabilities of the acts to those of the stances, both in label order.
    pub fn adjust(&self, stances: &[f64], acts: &mut [f64]) {
        let weight = |act: usize| {
            let cells = self.ratios.iter().skip(act).step_by(ACTS);
            libm::pow(cells.zip(stances).map(|(ratio, stance)| ratio * stance).sum(), self.strength)
        };
        let products: Vec<f64> = acts.iter().enumerate().map(|(act, value)| value * weight(act)).collect();
        let sum: f64 = products.iter().sum();
        if sum > 0.0 {
            acts.iter_mut().zip(products).for_each(|(value, product)| *value = product / sum);
        }
    }

    /// Whether it can be used: for one that was read from a file.
    pub(super) fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.strength)
            && self.ratios.len() == STANCES * ACTS
            && self.ratios.iter().all(|ratio| ratio.is_finite() && *ratio >= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn acts(accuse: f64, support: f64) -> Vec<f64> {
        let mut acts = vec![0.0; ACTS];
        acts[Act::Accuse.index()] = accuse;
        acts[Act::Support.index()] = support;
        acts
    }

    #[test]
    fn a_stance_draws_the_act_to_its_side() {
        let rows = [(Stance::Critical, Act::Accuse, 10.0), (Stance::Supportive, Act::Support, 10.0)];
        let table = StanceActTable::of(rows, 0.1);
        assert!(table.is_sound());
        let mut found = acts(0.5, 0.5);
        table.adjust(&[0.8, 0.1, 0.1], &mut found);
        assert!(found[Act::Accuse.index()] > 0.8, "{found:?}");
        assert_abs_diff_eq!(found.iter().sum::<f64>(), 1.0, epsilon = 1e-12);
        // A sure act stays, whatever the stance.
        let mut sure = acts(1.0, 0.0);
        table.adjust(&[0.0, 0.0, 1.0], &mut sure);
        assert_eq!(sure, acts(1.0, 0.0));
    }

    /// Counts 3, 1 / 1, 3 without smoothing to speak of: ratio 3 * 8 / (4 * 4) = 1.5 and 0.5. Half of each and stance (1, 0):
    /// 0.75 and 0.25.
    #[test]
    fn an_adjustment_by_hand() {
        let rows = [
            (Stance::Critical, Act::Accuse, 3.0),
            (Stance::Critical, Act::Support, 1.0),
            (Stance::Supportive, Act::Accuse, 1.0),
            (Stance::Supportive, Act::Support, 3.0),
        ];
        let table = StanceActTable::of(rows, 1e-12);
        let mut found = acts(0.5, 0.5);
        table.adjust(&[1.0, 0.0, 0.0], &mut found);
        assert_abs_diff_eq!(found[Act::Accuse.index()], 0.75, epsilon = 1e-9);
        // At half the strength the odds of 3 become their root.
        let mut found = acts(0.5, 0.5);
        table.with_strength(0.5).adjust(&[1.0, 0.0, 0.0], &mut found);
        let odds = 3.0_f64.sqrt();
        assert_abs_diff_eq!(found[Act::Accuse.index()], odds / (1.0 + odds), epsilon = 1e-9);
    }
}
