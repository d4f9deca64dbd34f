//! What needs no learning: the stance that a lexicon of cues gives.

use crate::{
    actors::Gazetteer, attribution::CueLexicon, features::PairScope, label::Stance, pairs::LabelledPair,
    segment::Lexicon,
};

/// The sign of the sum of cue intensities in the pair's scope, negated cues counted the other way at half their
/// strength; neutral at 0. What a dictionary coder without word order would say.
#[must_use]
pub fn cue_lexicon_stance(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    lexicon: &mut Lexicon,
    pair: &LabelledPair,
) -> Stance {
    let scope = PairScope::of(gazetteer, cues, lexicon, pair);
    let sum: i32 = scope
        .view
        .cues
        .iter()
        .map(|hit| {
            let cue = cues.cue(hit.cue);
            let value = 2 * i32::from(cue.polarity) * i32::from(cue.intensity);
            if hit.negated { -value / 2 } else { value }
        })
        .sum();
    match sum {
        0 => Stance::Neutral,
        sum if sum < 0 => Stance::Critical,
        _ => Stance::Supportive,
    }
}
