//! The blocks of features.
//!
//! Each block is scaled to unit length on its own (but for the dense ones), as a union of separate
//! tf-idf vectorizers would be, and can be switched off in the recipe.

use serde::{Deserialize, Serialize};

/// A group of features that is made and switched together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// Stems of the whole scope, one and two at a time.
    Stems,
    /// Three stems in a row.
    Trigrams,
    /// Words as they stand, one and two at a time.
    Words,
    /// Stems left of the target, one and two at a time.
    TargetLeft,
    /// Stems right of the target, one and two at a time.
    TargetRight,
    /// Words at most five away from the target, with the side.
    TargetWindow,
    /// Words at most five away from the holder, with the side.
    HolderWindow,
    /// Stems between holder and target, one to three at a time, with the order of the two.
    Between,
    /// Cues with the order of holder, cue and target, negation, voice, modality.
    CueOrder,
    /// The main cue crossed with the word that leads to the target and with what the target does itself.
    MainCue,
    /// Sums of cue intensities by place and polarity (dense).
    CueScore,
    /// Counts, distances, quotation, questions.
    Shape,
    /// Cues with their agent and with how the target hangs on them.
    Frame,
    /// Short runs of actors, cues, prepositions and marks, with all other words left out.
    Skeleton,
    /// Stems of the clauses from the first to the last of holder and target.
    Clause,
    /// Stems with the part of the nearest actors on both sides.
    Neighbours,
    /// Logits of a fine-tuned encoder, one for each label of each head (dense).
    Encoder,
    /// Evaluative words by sign: where they stand, whose they are, runs around the target.
    Polarity,
    /// Sums of evaluative words by place (dense).
    PolarityScore,
    /// Means of word vectors by region (dense).
    Embedding,
}

impl Block {
    /// All blocks, in the order in which they came to be: model files know them by it.
    pub const ALL: [Self; 20] = [
        Self::Stems,
        Self::Trigrams,
        Self::Words,
        Self::TargetLeft,
        Self::TargetRight,
        Self::TargetWindow,
        Self::HolderWindow,
        Self::Between,
        Self::CueOrder,
        Self::MainCue,
        Self::CueScore,
        Self::Shape,
        Self::Frame,
        Self::Skeleton,
        Self::Clause,
        Self::Neighbours,
        Self::Encoder,
        Self::Polarity,
        Self::PolarityScore,
        Self::Embedding,
    ];

    /// The blocks that are made of the words as they stand, without vectors or an encoder.
    #[must_use]
    pub fn lexical() -> Vec<Self> {
        Self::ALL.into_iter().filter(|block| !matches!(block, Self::Encoder | Self::Embedding)).collect()
    }

    /// As it stands before the colon of a feature's name.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Stems => "stems",
            Self::Trigrams => "trigrams",
            Self::Words => "words",
            Self::TargetLeft => "left",
            Self::TargetRight => "right",
            Self::TargetWindow => "near-target",
            Self::HolderWindow => "near-holder",
            Self::Between => "between",
            Self::CueOrder => "cue",
            Self::MainCue => "main",
            Self::CueScore => "cue-score",
            Self::Shape => "shape",
            Self::Frame => "frame",
            Self::Skeleton => "skeleton",
            Self::Clause => "clause",
            Self::Neighbours => "neighbours",
            Self::Encoder => "encoder",
            Self::Polarity => "polarity",
            Self::PolarityScore => "polarity-score",
            Self::Embedding => "embedding",
        }
    }

    /// Position in [`Block::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether its values stand for themselves: neither weighted by IDF nor scaled to unit length.
    #[must_use]
    pub const fn is_dense(self) -> bool {
        matches!(self, Self::CueScore | Self::Encoder | Self::PolarityScore | Self::Embedding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_index_agree() {
        for (index, block) in Block::ALL.iter().enumerate() {
            assert_eq!(block.index(), index);
        }
    }
}
