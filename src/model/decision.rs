//! From probabilities to a label.
//!
//! The likeliest label is the best answer where every mistake is as bad as any other. Stances have an order, though:
//! critical, neutral, supportive. Where critical for supportive is twice the mistake that critical for neutral is, the answer
//! with the least expected distance from the truth is the median of the distribution: with 0.4 critical, 0.2 neutral and 0.4
//! supportive, neutral. It suits those who average stances over many records, and costs some right answers.

use super::probability::first_largest;
use serde::{Deserialize, Serialize};

/// Distances closer than this are equal.
const EQUAL: f64 = 1e-12;

/// How a label is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The likeliest; of equals, the first in label order.
    #[default]
    Label,
    /// The median in label order, for labels that have an order: least expected distance. Where two are as near, the likelier.
    Ordinal,
}

impl Decision {
    /// The place of the label chosen, given the probabilities of all labels in their order; 0 when there are none.
    #[must_use]
    pub fn choose(self, probabilities: &[f64]) -> usize {
        if self == Self::Label {
            return first_largest(probabilities);
        }
        let distance = |place: usize| -> f64 {
            probabilities.iter().enumerate().map(|(other, chance)| chance * other.abs_diff(place) as f64).sum()
        };
        let distances: Vec<f64> = (0..probabilities.len()).map(distance).collect();
        let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let nearest: Vec<f64> = distances
            .iter()
            .zip(probabilities)
            .map(|(distance, chance)| if *distance <= least + EQUAL { *chance } else { f64::NEG_INFINITY })
            .collect();
        first_largest(&nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_between_the_poles() {
        let choose = |probabilities: [f64; 3]| {
            (Decision::Label.choose(&probabilities), Decision::Ordinal.choose(&probabilities))
        };
        assert_eq!(choose([0.4, 0.2, 0.4]), (0, 1));
        assert_eq!(choose([0.45, 0.1, 0.45]), (0, 1));
        assert_eq!(choose([0.51, 0.0, 0.49]), (0, 0));
        assert_eq!(choose([0.2, 0.35, 0.45]), (2, 1));
        assert_eq!(choose([0.1, 0.3, 0.6]), (2, 2));
        // As near each way: the likelier, then the first.
        assert_eq!(choose([0.5, 0.2, 0.3]), (0, 0));
        assert_eq!(choose([0.5, 0.0, 0.5]), (0, 0));
        assert_eq!(Decision::Ordinal.choose(&[]), 0);
    }
}
