//! What a search may choose from, as a TOML file; `models/tune.toml` is one with every key explained.
//!
//! It is a file of its own and no table of the recipe: a recipe says what a model is, and is kept inside it.

use super::super::super::{ClassWeighting, ClassifierKind, HeadName, HeadRecipe, Recipe, RecipeError};
use crate::features::Block;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a search may choose from, and how it goes about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ranges {
    /// Seed of the draws.
    pub seed: u64,
    /// Candidates, the recipe that the search begins from among them.
    pub candidates: usize,
    /// Rungs of the ladder; the last has all rows.
    pub rungs: usize,
    /// One in so many goes on to the next rung, which has so many times the groups.
    pub keep_one_in: usize,
    /// Cross-validations, each with folds of its own, whose mean is a score.
    pub repeats: usize,
    /// Outer folds for a score that no choice has seen; 0 for none.
    pub outer_folds: usize,
    /// Heads whose mean macro-F1 is the score.
    pub heads: Vec<HeadName>,
    /// The vector.
    pub features: FeatureRanges,
    /// The stance head.
    pub stance: HeadRanges,
    /// The act head.
    pub act: HeadRanges,
    /// The tone head.
    pub tone: HeadRanges,
    /// By data set.
    pub sources: BTreeMap<String, SourceRanges>,
}

/// What may be chosen of the vector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeatureRanges {
    /// Values of `minimum_documents`.
    pub minimum_documents: Vec<u32>,
    /// Blocks that may be on or off; the others are as in the recipe.
    pub optional_blocks: Vec<Block>,
    /// Weights of blocks.
    pub weights: BTreeMap<Block, Range>,
}

/// What may be chosen of one head.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeadRanges {
    /// Strengths of the L2 penalty.
    pub l2: Option<Range>,
    /// Estimators.
    pub classifier: Vec<ClassifierKind>,
    /// Weights of the classes.
    pub class_weights: Vec<ClassWeighting>,
}

/// What may be chosen of one data set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceRanges {
    /// Factors for the weights of its rows.
    pub weight: Option<Range>,
}

/// Positive numbers from `low` to `high`, as likely between 1 and 2 as between 2 and 4.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Default for Ranges {
    fn default() -> Self {
        Self {
            seed: 1,
            candidates: 27,
            rungs: 3,
            keep_one_in: 3,
            repeats: 1,
            outer_folds: 0,
            heads: vec![HeadName::Stance],
            features: FeatureRanges::default(),
            stance: HeadRanges::default(),
            act: HeadRanges::default(),
            tone: HeadRanges::default(),
            sources: BTreeMap::new(),
        }
    }
}

impl Ranges {
    /// Reads ranges. Keys that are left out have their defaults, or stay as in the recipe; unknown keys are errors.
    ///
    /// # Errors
    /// See [`RecipeError`].
    pub fn parse(text: &str) -> Result<Self, RecipeError> {
        let ranges: Self = toml::from_str(text).map_err(|problem| RecipeError::Syntax(problem.to_string()))?;
        ranges.check()?;
        Ok(ranges)
    }

    /// Fails on values out of range.
    ///
    /// # Errors
    /// [`RecipeError::Range`].
    pub fn check(&self) -> Result<(), RecipeError> {
        let wrong =
            |key: String, value: String, expected: &'static str| Err(RecipeError::Range { key, value, expected });
        let numbers = [
            ("candidates", self.candidates, 2..=10_000, "2 to 10000"),
            ("rungs", self.rungs, 1..=10, "1 to 10"),
            ("keep_one_in", self.keep_one_in, 2..=10, "2 to 10"),
            ("repeats", self.repeats, 1..=100, "1 to 100"),
        ];
        for (key, value, allowed, expected) in numbers {
            if !allowed.contains(&value) {
                return wrong(key.to_owned(), value.to_string(), expected);
            }
        }
        if self.outer_folds == 1 || self.outer_folds > 20 {
            return wrong("outer_folds".into(), self.outer_folds.to_string(), "0 (none) or 2 to 20");
        }
        let mut heads = self.heads.clone();
        heads.sort_unstable();
        heads.dedup();
        if heads.is_empty() || heads.len() != self.heads.len() {
            return wrong("heads".into(), "empty or names a head twice".into(), "a list of stance, act, tone");
        }
        for (head, ranges) in self.by_head() {
            if *ranges != HeadRanges::default() && !self.heads.contains(&head) {
                let expected = "left out, or the head named in `heads`: else nothing would choose between its values";
                return wrong(head.name().to_owned(), "given".into(), expected);
            }
            check_range(format!("{head}.l2"), ranges.l2)?;
        }
        if self.features.minimum_documents.contains(&0) {
            return wrong("features.minimum_documents".into(), "0".into(), "a list of numbers of at least 1");
        }
        let encoder = "left out: encoders are taught with --fine-tune";
        if self.features.optional_blocks.contains(&Block::Encoder) {
            return wrong("features.optional_blocks".into(), "encoder".into(), encoder);
        }
        for (block, range) in &self.features.weights {
            if *block == Block::Encoder {
                return wrong("features.weights.encoder".into(), "given".into(), encoder);
            }
            check_weight_range(format!("features.weights.{}", super::super::ablate::name(*block)), Some(*range))?;
        }
        for (name, source) in &self.sources {
            check_weight_range(format!("sources.{name}.weight"), source.weight)?;
        }
        Ok(())
    }

    /// Fails where these ranges cannot be searched from the recipe: with a range for the weight of a data set that the recipe
    /// leaves out, the recipe and its candidates would be scored on different rows.
    ///
    /// # Errors
    /// [`RecipeError::Range`].
    pub fn check_with(&self, recipe: &Recipe) -> Result<(), RecipeError> {
        let left_out = |name: &str| recipe.sources.get(name).is_some_and(|source| source.weight == 0.0);
        match self.sources.iter().find(|(name, source)| source.weight.is_some() && left_out(name)) {
            Some((name, _)) => Err(RecipeError::Range {
                key: format!("sources.{name}.weight"),
                value: "0 in the recipe".to_owned(),
                expected: "above 0 where the ranges name it: scores with and without its rows cannot be compared",
            }),
            None => Ok(()),
        }
    }

    fn by_head(&self) -> [(HeadName, &HeadRanges); 3] {
        [(HeadName::Stance, &self.stance), (HeadName::Act, &self.act), (HeadName::Tone, &self.tone)]
    }

    /// The candidates: the recipe itself, then recipes drawn from the ranges, candidate *i* from stream *i*. One that is
    /// drawn twice stands once, so that there may be fewer than asked for.
    #[must_use]
    pub fn draw(&self, recipe: &Recipe) -> Vec<Recipe> {
        let mut candidates = vec![recipe.clone()];
        for stream in 1..self.candidates {
            let mut random = ChaCha8Rng::seed_from_u64(self.seed);
            random.set_stream(stream as u64);
            let candidate = self.draw_one(recipe, &mut random);
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        candidates
    }

    fn draw_one(&self, recipe: &Recipe, random: &mut ChaCha8Rng) -> Recipe {
        let mut drawn = recipe.clone();
        for (head, ranges) in self.by_head() {
            if let Some(settings) = drawn.head_mut(head.name()) {
                draw_head(ranges, settings, random);
            }
        }
        if let Some(minimum) = one_of(&self.features.minimum_documents, random) {
            drawn.features.minimum_documents = minimum;
        }
        for block in &self.features.optional_blocks {
            drawn.features.blocks.retain(|held| held != block);
            if random.r#gen::<bool>() {
                drawn.features.blocks.push(*block);
            }
        }
        // A recipe needs a block; and blocks stand in the order of their columns, so that equal sets are equal recipes.
        if drawn.features.blocks.is_empty() {
            drawn.features.blocks.clone_from(&recipe.features.blocks);
        }
        drawn.features.blocks.sort_unstable();
        for (block, range) in &self.features.weights {
            drawn.features.weights.insert(*block, range.draw(random) as f32);
        }
        for (name, source) in &self.sources {
            if let Some(range) = source.weight {
                drawn.sources.entry(name.clone()).or_default().weight = range.draw(random) as f32;
            }
        }
        drawn
    }
}

fn draw_head(ranges: &HeadRanges, settings: &mut HeadRecipe, random: &mut ChaCha8Rng) {
    if let Some(range) = ranges.l2 {
        settings.l2 = range.draw(random);
    }
    if let Some(classifier) = one_of(&ranges.classifier, random) {
        settings.classifier = classifier;
    }
    if let Some(class_weights) = one_of(&ranges.class_weights, random) {
        settings.class_weights = class_weights;
    }
}

fn one_of<T: Copy>(values: &[T], random: &mut ChaCha8Rng) -> Option<T> {
    // 32 bits draw alike on every machine.
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    values.get(random.gen_range(0..count) as usize).copied()
}

impl Range {
    /// A number of the range, uniform in its logarithm, of three significant digits, as people write them.
    fn draw(self, random: &mut ChaCha8Rng) -> f64 {
        let (low, high) = (libm::log(self.low), libm::log(self.high));
        let exact = libm::exp(low + random.r#gen::<f64>() * (high - low));
        format!("{exact:.2e}").parse().unwrap_or(exact).clamp(self.low, self.high)
    }
}

fn check_range(key: String, range: Option<Range>) -> Result<(), RecipeError> {
    match range {
        Some(Range { low, high }) if !(low > 0.0 && low <= high && high.is_finite()) => Err(RecipeError::Range {
            key,
            value: format!("{{ low = {low}, high = {high} }}"),
            expected: "two positive numbers, the lower first",
        }),
        _ => Ok(()),
    }
}

/// As [`check_range`], for weights, which are kept as `f32`: one that is 0 there leaves its rows or block out.
fn check_weight_range(key: String, range: Option<Range>) -> Result<(), RecipeError> {
    check_range(key.clone(), range)?;
    match range {
        Some(Range { low, high }) if (low as f32) < f32::MIN_POSITIVE || !(high as f32).is_finite() => {
            Err(RecipeError::Range {
                key,
                value: format!("{{ low = {low:e}, high = {high:e} }}"),
                expected: "two numbers from 1.2e-38 to 3.4e38: beyond, a weight is 0 or infinite",
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "candidates = 20
        [stance]
        l2 = { low = 0.1, high = 10.0 }
        class_weights = [\"none\", \"balanced\"]
        [features]
        minimum_documents = [2, 5]
        optional_blocks = [\"trigrams\", \"words\"]
        weights = { skeleton = { low = 0.5, high = 2.0 } }
        [sources.dse]
        weight = { low = 0.2, high = 1.0 }";

    #[test]
    fn candidates_are_in_range_and_the_same_each_time() {
        let ranges = Ranges::parse(TEXT).unwrap();
        let recipe = Recipe::default();
        let candidates = ranges.draw(&recipe);
        assert_eq!(candidates, ranges.draw(&recipe));
        assert_eq!((candidates.len(), &candidates[0]), (20, &recipe));
        for candidate in &candidates[1..] {
            candidate.check().unwrap();
            assert!((0.1..=10.0).contains(&candidate.stance.l2) && candidate.act == recipe.act);
            assert!([2, 5].contains(&candidate.features.minimum_documents));
            assert!((0.5..=2.0).contains(&candidate.features.weights[&Block::Skeleton]));
            assert!((0.2..=1.0).contains(&candidate.sources["dse"].weight));
            assert!(candidate.features.blocks.len() + 2 >= recipe.features.blocks.len());
            assert_eq!(Recipe::parse(&candidate.to_toml()).unwrap(), *candidate);
        }
        let trigrams = |candidate: &&Recipe| candidate.features.blocks.contains(&Block::Trigrams);
        assert!((4..=16).contains(&candidates.iter().filter(trigrams).count()));
        let other = Ranges { seed: 2, ..ranges }.draw(&recipe);
        assert_ne!(candidates[1..], other[1..]);
    }

    #[test]
    fn the_explained_ranges_are_ranges() {
        let ranges = Ranges::parse(include_str!("../../../../models/tune.toml")).unwrap();
        for candidate in ranges.draw(&Recipe::default()) {
            candidate.check().unwrap();
        }
    }

    #[test]
    fn a_candidate_drawn_twice_stands_once() {
        let ranges = Ranges::parse("[stance]\nclass_weights = [\"none\", \"balanced\"]").unwrap();
        assert_eq!(ranges.draw(&Recipe::default()).len(), 2);
    }

    #[test]
    fn a_data_set_that_the_recipe_leaves_out_has_no_range() {
        let ranges = Ranges::parse(TEXT).unwrap();
        ranges.check_with(&Recipe::default()).unwrap();
        let recipe = Recipe::parse("[sources.dse]\nweight = 0.0").unwrap();
        let message = ranges.check_with(&recipe).unwrap_err().to_string();
        assert!(message.contains("`sources.dse.weight` is 0 in the recipe, but must be above 0"), "{message}");
        // Named without a range it stays left out.
        Ranges::parse("[sources.dse]").unwrap().check_with(&recipe).unwrap();
    }

    #[test]
    fn bad_ranges_name_the_key() {
        for (text, expected) in [
            ("candidate = 3", "unknown field `candidate`"),
            ("candidates = 1", "`candidates` is 1, but must be 2 to 10000"),
            ("keep_one_in = 1", "`keep_one_in` is 1"),
            ("outer_folds = 1", "`outer_folds` is 1, but must be 0 (none) or 2 to 20"),
            ("heads = []", "`heads` is empty"),
            (
                "[stance]\nl2 = { low = 2.0, high = 1.0 }",
                "`stance.l2` is { low = 2, high = 1 }, but must be two positive",
            ),
            ("[act]\nl2 = { low = 1.0, high = 2.0 }", "`act` is given, but must be left out, or the head named"),
            ("[features]\noptional_blocks = [\"encoder\"]", "`features.optional_blocks` is encoder"),
            ("[features.weights]\ntarget-left = { low = 0.0, high = 1.0 }", "`features.weights.target-left`"),
            (
                "[sources.dse]\nweight = { low = 1e-60, high = 1.0 }",
                "`sources.dse.weight` is { low = 1e-60, high = 1e0 }, but must be two numbers from 1.2e-38",
            ),
            ("[features.weights]\nskeleton = { low = 1.0, high = 1e39 }", "`features.weights.skeleton`"),
        ] {
            let message = Ranges::parse(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
