//! Names of the encoder's features: a logit for each label of each head.

use super::Block;
use crate::label::{Act, Label, Stance, Tone};

/// The name of one label's feature: `encoder:HEAD LABEL`.
#[must_use]
pub fn encoder_feature<L: Label>(label: L) -> String {
    format!("{}:{} {}", Block::Encoder.prefix(), L::HEAD, label.name())
}

/// The names of all encoder features, in the order of the encoder's logits: stance, act, tone.
pub fn encoder_features() -> impl Iterator<Item = String> {
    let stance = Stance::ALL.iter().copied().map(encoder_feature);
    let act = Act::ALL.iter().copied().map(encoder_feature);
    let tone = Tone::ALL.iter().copied().map(encoder_feature);
    stance.chain(act).chain(tone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::extract::key_of_name;

    #[test]
    fn every_logit_has_a_name_of_its_own() {
        let names: Vec<String> = encoder_features().collect();
        assert_eq!(names[0], "encoder:stance critical");
        let mut keys: Vec<u64> = names.iter().filter_map(|name| Some(key_of_name(name)?.1)).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), names.len());
    }
}
