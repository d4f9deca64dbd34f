//! How an encoder is taught: the recipe's `[encoder]` table.

use serde::{Deserialize, Serialize};

/// How an encoder is taught.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FineTuning {
    /// Passes over the data.
    pub passes: usize,
    /// Highest learning rate of the layers.
    pub learning_rate: f32,
    /// Highest learning rate of the heads.
    pub head_learning_rate: f32,
    /// Decay of the weights (AdamW).
    pub weight_decay: f32,
    /// Share of the steps in which the learning rate rises.
    pub warm_up: f32,
    /// Share of numbers dropped in each layer and before the heads.
    pub dropout: f32,
    /// Probability that labels are taken to be wrong by.
    pub label_smoothing: f32,
    /// Pairs in a step.
    pub batch: usize,
    /// What the act head's loss counts beside the stance head's.
    pub act_share: f32,
    /// What the tone head's loss counts.
    pub tone_share: f32,
    /// Of how many parts of the data one is held out, to weigh the encoder against the words and to score both.
    pub parts: usize,
    /// Bits of a weight in the file: 8 or 32.
    pub bits: u8,
}

impl Default for FineTuning {
    fn default() -> Self {
        Self {
            passes: 3,
            learning_rate: 8e-5,
            head_learning_rate: 1e-3,
            weight_decay: 0.01,
            warm_up: 0.06,
            dropout: 0.1,
            label_smoothing: 0.05,
            batch: 16,
            act_share: 0.3,
            tone_share: 0.1,
            parts: 10,
            bits: 8,
        }
    }
}

/// How a pass went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// Mean training loss.
    pub loss: f64,
    /// Macro-F1 of stance on the held-out pairs.
    pub macro_f1: f64,
    /// Share of held-out pairs with the right stance.
    pub accuracy: f64,
}

impl FineTuning {
    /// Name, value and what is expected of the first setting out of range.
    pub(crate) fn problem(&self) -> Option<(&'static str, String, &'static str)> {
        let share = |value: f32| (0.0..1.0).contains(&value);
        let rate = |value: f32| value.is_finite() && value > 0.0 && value < 1.0;
        let part = |value: f32| value.is_finite() && (0.0..=100.0).contains(&value);
        let checks = [
            ("passes", (1..=100).contains(&self.passes), self.passes.to_string(), "1 to 100"),
            ("batch", (1..=128).contains(&self.batch), self.batch.to_string(), "1 to 128"),
            ("parts", (2..=1_000).contains(&self.parts), self.parts.to_string(), "2 to 1000"),
            ("bits", matches!(self.bits, 8 | 32), self.bits.to_string(), "8 or 32"),
            ("learning_rate", rate(self.learning_rate), self.learning_rate.to_string(), "a number between 0 and 1"),
            (
                "head_learning_rate",
                rate(self.head_learning_rate),
                self.head_learning_rate.to_string(),
                "a number between 0 and 1",
            ),
            ("weight_decay", share(self.weight_decay), self.weight_decay.to_string(), "at least 0 and below 1"),
            ("warm_up", share(self.warm_up), self.warm_up.to_string(), "at least 0 and below 1"),
            ("dropout", share(self.dropout), self.dropout.to_string(), "at least 0 and below 1"),
            (
                "label_smoothing",
                share(self.label_smoothing),
                self.label_smoothing.to_string(),
                "at least 0 and below 1",
            ),
            ("act_share", part(self.act_share), self.act_share.to_string(), "0 to 100"),
            ("tone_share", part(self.tone_share), self.tone_share.to_string(), "0 to 100"),
        ];
        checks.into_iter().find(|(_, fits, ..)| !fits).map(|(key, _, value, expected)| (key, value, expected))
    }
}
