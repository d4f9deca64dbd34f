//! How much figures move when a cross-validation deals its folds anew.
//!
//! In: the scores of every repeat. Out: for each figure its mean, standard deviation and range over the repeats. The
//! deviation is that of the dealing alone: all repeats share the rows, so it says nothing of other rows, and no interval
//! can be made of it (Bengio & Grandvalet 2004). The intervals of the scores themselves are for that.

use super::{Estimate, Scores};
use serde::Serialize;

/// The figures of one head over the repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepeatSpread {
    /// The head.
    pub head: &'static str,
    /// Repeats.
    pub repeats: usize,
    /// Figures that are defined in every repeat.
    pub figures: Vec<FigureSpread>,
}

/// One figure over the repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureSpread {
    /// Its name, as the keys of scores have it.
    pub figure: &'static str,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (of the sample: divided by repeats less 1); `None` for one repeat.
    pub deviation: Option<f64>,
    /// Smallest.
    pub lowest: f64,
    /// Largest.
    pub highest: f64,
}

/// The spread of `runs`, the scores of one head in each repeat.
#[must_use]
pub fn repeat_spread<L>(head: &'static str, runs: &[&Scores<L>]) -> RepeatSpread {
    type Figure<L> = (&'static str, fn(&Scores<L>) -> Estimate);
    let figures: [Figure<L>; 7] = [
        ("accuracy", |scores| scores.accuracy),
        ("macro_f1", |scores| scores.macro_f1),
        ("micro_f1", |scores| scores.micro_f1),
        ("mcc", |scores| scores.mcc),
        ("log_loss", |scores| scores.log_loss),
        ("brier", |scores| scores.brier),
        ("ece", |scores| scores.ece),
    ];
    let spread = |(name, figure): Figure<L>| {
        let values: Option<Vec<f64>> = runs.iter().map(|scores| figure(scores).value).collect();
        figure_spread(name, &values?)
    };
    RepeatSpread { head, repeats: runs.len(), figures: figures.into_iter().filter_map(spread).collect() }
}

fn figure_spread(figure: &'static str, values: &[f64]) -> Option<FigureSpread> {
    let (first, rest) = values.split_first()?;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some(FigureSpread {
        figure,
        mean,
        deviation: (!rest.is_empty()).then(|| (squares / (count - 1.0)).sqrt()),
        lowest: rest.iter().fold(*first, |held, value| held.min(*value)),
        highest: rest.iter().fold(*first, |held, value| held.max(*value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 6: mean 3, squares 4 + 1 + 9 = 14, deviation sqrt(14 / 2).
    #[test]
    fn a_spread_by_hand() {
        let spread = figure_spread("accuracy", &[1.0, 2.0, 6.0]).unwrap();
        assert_eq!((spread.mean, spread.lowest, spread.highest), (3.0, 1.0, 6.0));
        assert!((spread.deviation.unwrap() - 7.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(figure_spread("accuracy", &[0.5]).unwrap().deviation, None);
        assert_eq!(figure_spread("accuracy", &[]), None);
    }
}
