//! The labels that a pair carries, one for each head.

use crate::{
    label::{Act, Label, Stance, Tone},
    pairs::LabelledPair,
};

/// A kind of label that pairs are labelled with.
pub trait PairLabel: Label {
    /// The pair's label of this kind, where it has one.
    fn of(pair: &LabelledPair) -> Option<Self>;
}

impl PairLabel for Stance {
    fn of(pair: &LabelledPair) -> Option<Self> {
        pair.stance
    }
}

impl PairLabel for Act {
    fn of(pair: &LabelledPair) -> Option<Self> {
        pair.act
    }
}

impl PairLabel for Tone {
    fn of(pair: &LabelledPair) -> Option<Self> {
        pair.tone
    }
}

/// A head, where it is only known at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadName {
    /// The stance head.
    Stance,
    /// The act head.
    Act,
    /// The tone head.
    Tone,
}

impl HeadName {
    /// Every head, in the order in which they are trained.
    pub const ALL: [Self; 3] = [Self::Stance, Self::Act, Self::Tone];

    /// As recipes have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stance => Stance::HEAD,
            Self::Act => Act::HEAD,
            Self::Tone => Tone::HEAD,
        }
    }

    /// The head of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|head| head.name() == name)
    }
}

impl std::fmt::Display for HeadName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}
