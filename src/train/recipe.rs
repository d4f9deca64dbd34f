//! Recipes: how a model is made, as a TOML file.

use crate::{
    encoder::FineTuning,
    features::{Block, VectorizerSettings},
    label::{Act, Label, Stance, Tone},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod head;

pub use head::{CalibrationMethod, ClassWeighting, ClassifierKind, HeadRecipe};

/// Everything that decides what a model becomes, besides the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Folds for held-out scores and calibration.
    pub folds: usize,
    /// Significant bits that weights keep (24 is all): the fewer, the smaller the file.
    pub weight_bits: u32,
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
    /// How much data sets learn from each other.
    pub adaptation: Adaptation,
    /// Settings by data set (the rows' `dataset` field, or the file's name without extensions).
    pub sources: BTreeMap<String, SourceRecipe>,
}

/// Whether each data set has weights of its own beside the common ones (see `train/adaptation.rs`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adaptation {
    /// Whether it has.
    pub copies: bool,
    /// Strength of the L2 penalty on a data set's own weights, in multiples of that on the common ones.
    pub strength: f64,
    /// The data set whose own weights are added to the common ones in the model; empty without copies.
    pub predict_as: String,
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
            weight_bits: 6,
            features: VectorizerSettings::default(),
            stance: HeadRecipe::default(),
            act: HeadRecipe::default(),
            tone: HeadRecipe::default(),
            intensity: IntensityRecipe::default(),
            joint: JointRecipe::default(),
            encoder: None,
            adaptation: Adaptation::default(),
            sources: BTreeMap::new(),
        }
    }
}

impl Default for Adaptation {
    fn default() -> Self {
        Self { copies: false, strength: 1.0, predict_as: String::new() }
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
        if !(2..=24).contains(&self.weight_bits) {
            return range("weight_bits".into(), self.weight_bits.to_string(), "2 to 24");
        }
        if !(2..=20).contains(&self.folds) {
            return range("folds".into(), self.folds.to_string(), "2 to 20");
        }
        if self.features.blocks.is_empty() {
            return range("features.blocks".into(), "empty".into(), "a list of at least one block");
        }
        for (name, head) in self.heads() {
            head.check(name, &self.features)?;
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
        self.check_adaptation()?;
        for (name, source) in &self.sources {
            let linfa = self.trained_heads().any(|(_, head)| head.classifier == ClassifierKind::LinfaLogistic);
            if linfa && source.weight != 1.0 && source.weight != 0.0 {
                let expected = "1 (or 0, to leave the data set out) for linfa-logistic, which takes no weights";
                return range(format!("sources.{name}.weight"), source.weight.to_string(), expected);
            }
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

    /// All heads with their names.
    fn heads(&self) -> [(&'static str, &HeadRecipe); 3] {
        [(Stance::HEAD, &self.stance), (Act::HEAD, &self.act), (Tone::HEAD, &self.tone)]
    }

    fn trained_heads(&self) -> impl Iterator<Item = (&'static str, &HeadRecipe)> {
        self.heads().into_iter().filter(|(_, head)| head.train)
    }

    fn check_adaptation(&self) -> Result<(), RecipeError> {
        let Adaptation { copies, strength, ref predict_as } = self.adaptation;
        let range = |key: &str, value: String, expected: &'static str| {
            Err(RecipeError::Range { key: format!("adaptation.{key}"), value, expected })
        };
        if !strength.is_finite() || strength <= 0.0 {
            return range("strength", strength.to_string(), "a positive number");
        }
        if copies && predict_as.is_empty() {
            return range("predict_as", "empty".into(), "the name of a data set where `copies` is true");
        }
        if !copies && !predict_as.is_empty() {
            return range("predict_as", format!("`{predict_as}`"), "left out where `copies` is false");
        }
        let without = self.trained_heads().find(|(_, head)| {
            use ClassifierKind::{CueScore, Logistic, Svm};
            !matches!(head.classifier, Logistic | Svm | CueScore)
        });
        match without {
            Some((name, head)) if copies => Err(RecipeError::Range {
                key: format!("{name}.classifier"),
                value: head.classifier.to_string(),
                expected: "logistic, svm or cue-score where `adaptation.copies` is true",
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_written_out_reads_back() {
        let mut recipe = Recipe::default();
        recipe.sources.insert("dse".into(), SourceRecipe { weight: 0.5, neutral_ratio: Some(1.0) });
        recipe.adaptation = Adaptation { copies: true, strength: 2.0, predict_as: "dse".into() };
        recipe.stance.classifier = ClassifierKind::CueScore;
        recipe.tone.calibration = CalibrationMethod::Isotonic;
        assert_eq!(Recipe::parse(&recipe.to_toml()).unwrap(), recipe);
        for name in ["logistic", "svm", "linfa-logistic", "naive-bayes", "majority", "cue-score"] {
            assert_eq!(name.parse::<ClassifierKind>().unwrap().name(), name);
            recipe = Recipe::parse(&format!("[tone]\nclassifier = \"{name}\"")).unwrap();
            assert_eq!(recipe.tone.classifier.name(), name);
        }
    }

    #[test]
    fn bad_recipes_name_the_key() {
        for (text, expected) in [
            ("sed = 1", "unknown field `sed`"),
            ("[stance]\nl2 = -1.0", "`stance.l2` is -1"),
            ("[stance]\nclassifier = \"forest\"", "unknown variant `forest`"),
            ("[act]\nclassifier = \"linfa-logistic\"\nl2 = 1e-4", "`act.l2` is 0.0001"),
            ("[stance]\nl1 = -1.0", "`stance.l1` is -1"),
            ("[stance]\nl1 = 1.0\nclassifier = \"svm\"", "`stance.l1` is 1, but must be 0 unless"),
            ("[act]\nsmoothing = 0.0", "`act.smoothing` is 0"),
            ("[act]\ndecision = \"ordinal\"", "`act.decision` is ordinal, but must be label: acts have no order"),
            ("[tone]\ncalibration = \"beta\"", "unknown variant `beta`"),
            (
                "[stance]\nclassifier = \"linfa-logistic\"\nclass_weights = \"balanced\"",
                "`stance.class_weights` is balanced, but must be none for linfa-logistic",
            ),
            (
                "[stance]\nclassifier = \"linfa-logistic\"\n[sources.dse]\nweight = 0.8",
                "`sources.dse.weight` is 0.8, but must be 1 (or 0",
            ),
            (
                "[stance]\nclassifier = \"cue-score\"\n[features]\nblocks = [\"stems\"]",
                "`stance.classifier` is cue-score, but must be another one",
            ),
            ("[adaptation]\ncopies = true", "`adaptation.predict_as` is empty"),
            ("[adaptation]\npredict_as = \"dse\"", "`adaptation.predict_as` is `dse`, but must be left out"),
            ("[adaptation]\nstrength = 0.0", "`adaptation.strength` is 0"),
            (
                "[act]\nclassifier = \"majority\"\n[adaptation]\ncopies = true\npredict_as = \"dse\"",
                "`act.classifier` is majority, but must be logistic, svm or cue-score",
            ),
            ("folds = 1", "`folds` is 1"),
            ("weight_bits = 1", "`weight_bits` is 1"),
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
