//! What a report and a model say of a head beside its weights: scores of rows held out, and the shares of its labels.

use super::{ClassWeighting, HeadRecipe, Recipe, joint::HeldOut};
use crate::{
    evaluate::{ScoreError, ScoreOptions, Scores, score},
    label::Label,
    model::Calibration,
    pairs::LabelledPair,
};
use std::sync::Arc;

/// Scores over all rows held out, and by data set.
pub(super) type ScoresBySource<L> = (Scores<L>, Vec<(Arc<str>, Scores<L>)>);

/// Scores of rows held out, and those of each data set where there are several.
pub(super) fn scored<L: Label>(
    recipe: &Recipe,
    pairs: &[LabelledPair],
    held_out: &HeldOut<L>,
) -> Result<ScoresBySource<L>, ScoreError> {
    let options = ScoreOptions { seed: recipe.seed, ..ScoreOptions::default() };
    let of = |wanted: Option<&str>| {
        let own = held_out.iter().filter(|(pair, _)| wanted.is_none_or(|name| &*pairs[*pair].source == name));
        score(&own.map(|(_, outcome)| outcome.clone()).collect::<Vec<_>>(), &options)
    };
    let mut names: Vec<Arc<str>> = held_out.iter().map(|(pair, _)| pairs[*pair].source.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let mut by_source = Vec::new();
    if names.len() > 1 {
        for name in names {
            let own = of(Some(&name))?;
            by_source.push((name, own));
        }
    }
    Ok((of(None)?, by_source))
}

/// Shares of the labels as the probabilities of a classifier with these settings take them to be, in label order.
///
/// A temperature keeps the shares that the classifier learned: by the weights of rows, or equal where classes are balanced.
/// Calibration of each label against the rest undoes the balancing, and Platt scaling counts every held-out row alike.
pub(super) fn shares<L: Label>(
    settings: &HeadRecipe,
    calibration: &Calibration,
    labels: &[L],
    weights: &[f32],
) -> Vec<f64> {
    let by_count = matches!(calibration, Calibration::Platt(_));
    let keeps = matches!(calibration, Calibration::None | Calibration::Temperature(_));
    let mut sums = vec![0.0; L::ALL.len()];
    for (label, weight) in labels.iter().zip(weights) {
        sums[label.index()] += if by_count { 1.0 } else { f64::from(*weight) };
    }
    if settings.class_weights == ClassWeighting::Balanced && keeps {
        sums.iter_mut().for_each(|sum| *sum = f64::from(u8::from(*sum > 0.0)));
    }
    let total: f64 = sums.iter().sum();
    sums.iter().map(|sum| sum / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Stance::{self, Critical, Neutral};

    #[test]
    fn shares_are_those_that_the_classifier_saw() {
        let labels: [Stance; 3] = [Critical, Neutral, Neutral];
        let mut settings = HeadRecipe::default();
        let kept = Calibration::Temperature(1.0);
        assert_eq!(shares(&settings, &kept, &labels, &[2.0, 1.0, 1.0]), [0.5, 0.5, 0.0]);
        assert_eq!(shares(&settings, &kept, &labels, &[6.0, 1.0, 1.0]), [0.75, 0.25, 0.0]);
        settings.class_weights = ClassWeighting::Balanced;
        assert_eq!(shares(&settings, &kept, &labels, &[6.0, 1.0, 1.0]), [0.5, 0.5, 0.0]);
        let anew = Calibration::Platt(vec![(-1.0, 0.0); 3]);
        assert_eq!(shares(&settings, &anew, &labels, &[6.0, 1.0, 1.0]), [1.0 / 3.0, 2.0 / 3.0, 0.0]);
    }
}
