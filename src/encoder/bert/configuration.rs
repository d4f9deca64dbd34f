//! The shape of an encoder, as `config.json` gives it.

use super::EncoderError;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What this program needs of `config.json`; other keys are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderConfiguration {
    /// Architecture; only `bert` is known.
    pub model_type: String,
    /// Word pieces of the vocabulary.
    pub vocab_size: usize,
    /// Numbers in a state.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads of a layer.
    pub num_attention_heads: usize,
    /// Numbers in the middle of a layer's feed-forward part.
    pub intermediate_size: usize,
    /// Longest sequence, in word pieces.
    pub max_position_embeddings: usize,
    /// Kinds of segment.
    pub type_vocab_size: usize,
    /// Added to the variance in layer normalisation.
    pub layer_norm_eps: f64,
    /// Activation of the feed-forward part; only `gelu` is known.
    pub hidden_act: String,
    /// How places are told; only `absolute` (also when the key is missing) is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_embedding_type: Option<String>,
}

impl EncoderConfiguration {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// When the file cannot be read or describes another architecture; the message says what was expected.
    pub fn read(path: &Path) -> Result<Self, EncoderError> {
        let text = std::fs::read_to_string(path).map_err(|source| EncoderError::io(path, source))?;
        let fail = |problem: String| EncoderError::Configuration { path: path.to_owned(), problem };
        let this: Self = serde_json::from_str(&text).map_err(|problem| fail(problem.to_string()))?;
        this.check().map_err(fail)?;
        Ok(this)
    }

    /// Numbers in a state of one attention head.
    #[must_use]
    pub const fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    fn check(&self) -> Result<(), String> {
        if self.model_type != "bert" {
            return Err(format!("model_type is `{}`; only `bert` is known", self.model_type));
        }
        if self.hidden_act != "gelu" {
            return Err(format!("hidden_act is `{}`; only `gelu` is known", self.hidden_act));
        }
        if let Some(kind) = self.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            return Err(format!("position_embedding_type is `{kind}`; only `absolute` is known"));
        }
        // Upper bounds keep a hostile file from asking for more memory than any such encoder has.
        for (key, value, most) in [
            ("vocab_size", self.vocab_size, 1_000_000),
            ("hidden_size", self.hidden_size, 2_048),
            ("num_hidden_layers", self.num_hidden_layers, 48),
            ("num_attention_heads", self.num_attention_heads, 64),
            ("intermediate_size", self.intermediate_size, 8_192),
            ("max_position_embeddings", self.max_position_embeddings, 8_192),
        ] {
            if value == 0 || value > most {
                return Err(format!("{key} is {value}; expected 1 to {most}"));
            }
        }
        if !(2..=16).contains(&self.type_vocab_size) {
            return Err(format!(
                "type_vocab_size is {}; expected 2 to 16, as the target is marked by its kind of segment",
                self.type_vocab_size
            ));
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err(format!(
                "hidden_size {} is no multiple of num_attention_heads {}",
                self.hidden_size, self.num_attention_heads
            ));
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return Err(format!("layer_norm_eps is {}; expected a number between 0 and 1", self.layer_norm_eps));
        }
        Ok(())
    }
}
