//! Recipes: how a model is made, as a TOML file.

use crate::{
    encoder::FineTuning,
    features::{Block, VectorizerSettings},
    label::{Act, Label, Stance, Tone},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// Everything that decides what a model becomes, besides the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Folds for held-out scores and calibration.
    pub folds: usize,
    /// The vector.
    pub features: VectorizerSettings,
    /// The stance head.
    pub stance: HeadRecipe,
    /// The act head; it learns from the rows that name an act.
    pub act: HeadRecipe,
    /// The tone head; it learns from the rows that name a tone.
    pub tone: HeadRecipe,
    /// The intensity head; it learns from the rows that name an intensity.
    pub intensity: IntensityRecipe,
    /// The act head beside the stance.
    pub joint: JointRecipe,
    /// The encoder, where one is taught.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoder: Option<FineTuning>,
    /// Settings by data set (the rows' `dataset` field, or the file's name without extensions).
    pub sources: BTreeMap<String, SourceRecipe>,
}

/// How one head is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeadRecipe {
    /// Whether to train it where the data allow.
    pub train: bool,
    /// The estimator.
    pub classifier: ClassifierKind,
    /// Strength of the L2 penalty.
    pub l2: f64,
    /// Weights of the classes.
    pub class_weights: ClassWeighting,
    /// Most iterations of the solver.
    pub iterations: usize,
    /// Columns that `linfa-logistic` keeps, by chi-squared.
    pub columns: usize,
}

/// How the intensity head is trained: a proportional-odds model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IntensityRecipe {
    /// Whether to train it where the data allow.
    pub train: bool,
    /// Strength of the L2 penalty.
    pub l2: f64,
    /// Most iterations of the solver.
    pub iterations: usize,
}

/// How the act head learns from the stance: a table of how often they come together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JointRecipe {
    /// Whether to adjust acts to the stance, where held-out rows do not speak against it.
    pub train: bool,
    /// Added to the count of every combination of a stance and an act.
    pub smoothing: f64,
}

/// How the rows of one data set are used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceRecipe {
    /// Multiplies the rows' weights.
    pub weight: f32,
    /// At most so many neutral rows for one that is not, drawn with the seed; all where it is not given.
    pub neutral_ratio: Option<f64>,
}

/// The estimators to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassifierKind {
    /// Multinomial logistic regression on sparse vectors.
    #[default]
    Logistic,
    /// Linear support vector machine with Platt scaling.
    Svm,
    /// `linfa-logistic` on the columns with the highest chi-squared.
    LinfaLogistic,
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

/// A recipe that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecipeError {
    /// No TOML, an unknown key or a value of another type; the message names line and column.
    #[error("{0}")]
    Syntax(String),
    /// A value out of range.
    #[error("`{key}` is {value}, but must be {expected}")]
    Range {
        /// The key.
        key: String,
        /// What stands there.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seed: 1,
            folds: 3,
            features: VectorizerSettings::default(),
            stance: HeadRecipe::default(),
            act: HeadRecipe::default(),
            tone: HeadRecipe::default(),
            intensity: IntensityRecipe::default(),
            joint: JointRecipe::default(),
            encoder: None,
            sources: BTreeMap::new(),
        }
    }
}

impl Default for HeadRecipe {
    fn default() -> Self {
        Self {
            train: true,
            classifier: ClassifierKind::Logistic,
            l2: 1.0,
            class_weights: ClassWeighting::None,
            iterations: 200,
            columns: 2_000,
        }
    }
}

impl Default for IntensityRecipe {
    fn default() -> Self {
        Self { train: true, l2: 2.0, iterations: 500 }
    }
}

impl Default for JointRecipe {
    fn default() -> Self {
        Self { train: true, smoothing: 5.0 }
    }
}

impl Default for SourceRecipe {
    fn default() -> Self {
        Self { weight: 1.0, neutral_ratio: None }
    }
}

impl Recipe {
    /// Reads a recipe. Keys that are left out have their defaults; unknown keys are errors.
    ///
    /// # Errors
    /// See [`RecipeError`].
    pub fn parse(text: &str) -> Result<Self, RecipeError> {
        let recipe: Self = toml::from_str(text).map_err(|problem| RecipeError::Syntax(problem.to_string()))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// The recipe as TOML, every key written out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Settings of the head for a kind of label.
    #[must_use]
    pub fn head<L: Label>(&self) -> &HeadRecipe {
        match L::HEAD {
            Stance::HEAD => &self.stance,
            Act::HEAD => &self.act,
            _ => &self.tone,
        }
    }

    /// Settings of a head by its name.
    pub fn head_mut(&mut self, name: &str) -> Option<&mut HeadRecipe> {
        match name {
            Stance::HEAD => Some(&mut self.stance),
            Act::HEAD => Some(&mut self.act),
            Tone::HEAD => Some(&mut self.tone),
            _ => None,
        }
    }

    /// Fails on values out of range.
    ///
    /// # Errors
    /// [`RecipeError::Range`].
    pub fn check(&self) -> Result<(), RecipeError> {
        let range =
            |key: String, value: String, expected: &'static str| Err(RecipeError::Range { key, value, expected });
        if !(2..=20).contains(&self.folds) {
            return range("folds".into(), self.folds.to_string(), "2 to 20");
        }
        if self.features.blocks.is_empty() {
            return range("features.blocks".into(), "empty".into(), "a list of at least one block");
        }
        for (name, head) in [("stance", &self.stance), ("act", &self.act), ("tone", &self.tone)] {
            if !head.l2.is_finite() || head.l2 <= 0.0 {
                return range(format!("{name}.l2"), head.l2.to_string(), "a positive number");
            }
            if head.classifier == ClassifierKind::LinfaLogistic && head.l2 < 0.01 {
                return range(
                    format!("{name}.l2"),
                    head.l2.to_string(),
                    "at least 0.01 for linfa-logistic, which fails below without saying so",
                );
            }
            if head.iterations == 0 || head.columns == 0 {
                return range(format!("{name}.iterations and {name}.columns"), "0".into(), "positive");
            }
        }
        if !self.intensity.l2.is_finite() || self.intensity.l2 <= 0.0 {
            return range("intensity.l2".into(), self.intensity.l2.to_string(), "a positive number");
        }
        if self.intensity.iterations == 0 {
            return range("intensity.iterations".into(), "0".into(), "positive");
        }
        if !self.joint.smoothing.is_finite() || self.joint.smoothing <= 0.0 {
            return range("joint.smoothing".into(), self.joint.smoothing.to_string(), "a positive number");
        }
        if let Some((key, value, expected)) = self.encoder.as_ref().and_then(FineTuning::problem) {
            return range(format!("encoder.{key}"), value, expected);
        }
        if self.features.weights.contains_key(&Block::Encoder) {
            let expected = "left out: the encoder's weight is found on held-out pairs";
            return range("features.weights.encoder".into(), "given".into(), expected);
        }
        for (name, source) in &self.sources {
            if !source.weight.is_finite() || source.weight < 0.0 {
                return range(format!("sources.{name}.weight"), source.weight.to_string(), "a number of at least 0");
            }
            if source.neutral_ratio.is_some_and(|ratio| !ratio.is_finite() || ratio < 0.0) {
                return range(format!("sources.{name}.neutral_ratio"), "out of range".into(), "a number of at least 0");
            }
        }
        for (block, weight) in &self.features.weights {
            if !weight.is_finite() || *weight < 0.0 {
                return range(
                    format!("features.weights.{}", block.prefix()),
                    weight.to_string(),
                    "a number of at least 0",
                );
            }
        }
        Ok(())
    }
}

impl ClassifierKind {
    const NAMES: [(&'static str, Self); 3] =
        [("logistic", Self::Logistic), ("svm", Self::Svm), ("linfa-logistic", Self::LinfaLogistic)];

    /// As recipes have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
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
        Self::NAMES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, kind)| *kind)
            .ok_or_else(|| format!("`{text}` is not one of logistic, svm, linfa-logistic"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_written_out_reads_back() {
        let mut recipe = Recipe::default();
        recipe.sources.insert("dse".into(), SourceRecipe { weight: 0.5, neutral_ratio: Some(1.0) });
        assert_eq!(Recipe::parse(&recipe.to_toml()).unwrap(), recipe);
    }

    #[test]
    fn bad_recipes_name_the_key() {
        for (text, expected) in [
            ("sed = 1", "unknown field `sed`"),
            ("[stance]\nl2 = -1.0", "`stance.l2` is -1"),
            ("[stance]\nclassifier = \"forest\"", "unknown variant `forest`"),
            ("[act]\nclassifier = \"linfa-logistic\"\nl2 = 1e-4", "`act.l2` is 0.0001"),
            ("folds = 1", "`folds` is 1"),
            ("[joint]\nsmoothing = 0.0", "`joint.smoothing` is 0, but must be a positive number"),
            ("[intensity]\nl2 = 0.0", "`intensity.l2` is 0, but must be a positive number"),
            ("[intensity]\nclassifier = \"svm\"", "unknown field `classifier`"),
            ("[encoder]\nbits = 4", "`encoder.bits` is 4, but must be 8 or 32"),
            ("[features.weights]\nencoder = 2.0", "`features.weights.encoder` is given, but must be left out"),
        ] {
            let message = Recipe::parse(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
