//! What a recipe says of one head.

use super::RecipeError;
use crate::{
    features::{Block, VectorizerSettings},
    label::{Act, Label},
    model::Decision,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How one head is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeadRecipe {
    /// Whether to train it where the data allow.
    pub train: bool,
    /// The estimator.
    pub classifier: ClassifierKind,
    /// Strength of the L2 penalty, of the estimators that have one.
    pub l2: f64,
    /// Strength of the L1 penalty beside it, of logistic regression.
    pub l1: f64,
    /// What naive Bayes adds to every count.
    pub smoothing: f64,
    /// Weights of the classes.
    pub class_weights: ClassWeighting,
    /// Most iterations of the solver.
    pub iterations: usize,
    /// Columns that `linfa-logistic` keeps, by chi-squared.
    pub columns: usize,
    /// How decision values become probabilities.
    pub calibration: CalibrationMethod,
    /// How probabilities become a label.
    pub decision: Decision,
}

/// The estimators to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassifierKind {
    /// Multinomial logistic regression on sparse vectors.
    #[default]
    Logistic,
    /// Linear support vector machine.
    Svm,
    /// `linfa-logistic` on the columns with the highest chi-squared.
    LinfaLogistic,
    /// Complement naive Bayes.
    NaiveBayes,
    /// The shares of the labels, whatever a row says: a baseline.
    Majority,
    /// Logistic regression on the columns of the block `cue-score` alone, the sums of cue intensities by place and polarity:
    /// what a dictionary coder knows, weighed by the data. A baseline.
    CueScore,
}

/// How classes are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeighting {
    /// As they come.
    #[default]
    None,
    /// Inversely to their frequency.
    Balanced,
}

/// How decision values become probabilities; each but the first and last is described in
/// [`crate::model::calibration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalibrationMethod {
    /// The one of least log loss on held-out decisions, judged on folds that it was not fitted on; a temperature unless
    /// another is better by more than chance.
    #[default]
    Auto,
    /// One temperature for all labels.
    Temperature,
    /// A sigmoid for each label.
    Platt,
    /// A rising step-like curve for each label.
    Isotonic,
    /// The softmax of the decision values as they are.
    None,
}

impl Default for HeadRecipe {
    fn default() -> Self {
        Self {
            train: true,
            classifier: ClassifierKind::Logistic,
            l2: 1.0,
            l1: 0.0,
            smoothing: 1.0,
            class_weights: ClassWeighting::None,
            iterations: 200,
            columns: 2_000,
            calibration: CalibrationMethod::Auto,
            decision: Decision::Label,
        }
    }
}

impl HeadRecipe {
    /// Fails on values out of range, and on values that the estimator has no use for.
    pub(super) fn check(&self, name: &str, features: &VectorizerSettings) -> Result<(), RecipeError> {
        let range = |key: &str, value: String, expected: &'static str| {
            Err(RecipeError::Range { key: format!("{name}.{key}"), value, expected })
        };
        if !self.l2.is_finite() || self.l2 <= 0.0 {
            return range("l2", self.l2.to_string(), "a positive number");
        }
        if self.classifier == ClassifierKind::LinfaLogistic && self.l2 < 0.01 {
            let expected = "at least 0.01 for linfa-logistic, which fails below without saying so";
            return range("l2", self.l2.to_string(), expected);
        }
        if !self.l1.is_finite() || self.l1 < 0.0 {
            return range("l1", self.l1.to_string(), "a number of at least 0");
        }
        if self.l1 > 0.0 && !matches!(self.classifier, ClassifierKind::Logistic | ClassifierKind::CueScore) {
            return range("l1", self.l1.to_string(), "0 unless the classifier is logistic or cue-score");
        }
        if !self.smoothing.is_finite() || self.smoothing <= 0.0 {
            return range("smoothing", self.smoothing.to_string(), "a positive number");
        }
        if self.iterations == 0 || self.columns == 0 {
            return Err(RecipeError::Range {
                key: format!("{name}.iterations and {name}.columns"),
                value: "0".into(),
                expected: "positive",
            });
        }
        if self.classifier == ClassifierKind::LinfaLogistic && self.class_weights != ClassWeighting::None {
            return range("class_weights", "balanced".into(), "none for linfa-logistic, which takes no weights");
        }
        if self.classifier == ClassifierKind::CueScore && !features.blocks.contains(&Block::CueScore) {
            let expected = "another one where `features.blocks` lacks cue-score";
            return range("classifier", "cue-score".into(), expected);
        }
        if self.decision == Decision::Ordinal && name == Act::HEAD {
            return range("decision", "ordinal".into(), "label: acts have no order");
        }
        Ok(())
    }
}

impl ClassifierKind {
    const NAMES: [(&'static str, Self); 6] = [
        ("logistic", Self::Logistic),
        ("svm", Self::Svm),
        ("linfa-logistic", Self::LinfaLogistic),
        ("naive-bayes", Self::NaiveBayes),
        ("majority", Self::Majority),
        ("cue-score", Self::CueScore),
    ];

    /// As recipes have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Whether it has an L2 penalty.
    #[must_use]
    pub const fn penalises(self) -> bool {
        !matches!(self, Self::NaiveBayes | Self::Majority)
    }
}

impl fmt::Display for ClassifierKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for ClassifierKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind).ok_or_else(|| {
            let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            format!("`{text}` is not one of {}", names.join(", "))
        })
    }
}

impl CalibrationMethod {
    /// As recipes have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Temperature => "temperature",
            Self::Platt => "platt",
            Self::Isotonic => "isotonic",
            Self::None => "none",
        }
    }
}
