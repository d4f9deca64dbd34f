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

/// The intensity of the cue nearest to the target, of those that report what is said ("said", "told") none; `None` without a
/// cue. What records have where the model has no head for it, but for cues whose sign is not that of the stance found.
#[must_use]
pub fn cue_lexicon_intensity(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    lexicon: &mut Lexicon,
    pair: &LabelledPair,
) -> Option<f64> {
    let scope = PairScope::of(gazetteer, cues, lexicon, pair);
    let target = scope.segmentation.tokens_in(pair.target).start;
    let telling = scope.view.cues.iter().filter(|hit| !cues.cue(hit.cue).group.is_report());
    let nearest = telling.min_by_key(|hit| (hit.tokens.start.abs_diff(target), hit.tokens.start))?;
    Some(f64::from(cues.cue(nearest.cue).intensity))
}
