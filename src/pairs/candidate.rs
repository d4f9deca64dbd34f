//! Candidate pairs: every ordered pair of a claim's holder and each other actor in the claim.
//!
//! In: claims and mentions. Out: [`Candidate`]s, at most one for a (sentence, holder, target), made
//! from the claim that says most about the pair: an act with its cue before reported speech before
//! what the text says in its own voice.

use crate::{
    actors::{ActorIndex, Mention, MentionKind, Rule},
    attribution::{Attribution, Claim, ClaimKind, CueLexicon, Holder, takes_part},
    span::Span,
};
use std::collections::{HashMap, hash_map::Entry};

/// A pair to be classified.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Index of the claim.
    pub claim: usize,
    /// The holder; `None` is the author of a text without an issuer.
    pub holder: Option<ActorIndex>,
    /// The holder's mention in the same sentence.
    pub holder_mention: Option<usize>,
    /// Mention of the target.
    pub target_mention: usize,
    /// The target.
    pub target: ActorIndex,
    /// The sentence.
    pub sentence: usize,
}

/// The candidates of a document, in order of sentence, holder and target.
#[must_use]
pub fn candidates(cues: &CueLexicon, attribution: &Attribution, mentions: &[Mention]) -> Vec<Candidate> {
    let mut kept = Vec::new();
    // The best of each pair of the sentence at hand: a sentence with a hundred actors and cues has millions of others.
    let mut best: HashMap<(Option<ActorIndex>, ActorIndex), Ranked> = HashMap::new();
    let mut sentence = 0;
    for (number, claim) in attribution.claims.iter().enumerate() {
        let (holder, holder_mention) = match claim.holder {
            Holder::Unknown => continue,
            Holder::Author => (None, None),
            Holder::Actor(actor) => (Some(actor), None),
            Holder::Mention(index) => {
                if !takes_part(&mentions[index]) {
                    continue;
                }
                (mentions[index].actor, Some(index).filter(|index| mentions[*index].sentence == claim.sentence))
            }
        };
        if claim.sentence != sentence {
            flush(&mut best, &mut kept);
            sentence = claim.sentence;
        }
        let first = mentions.partition_point(|mention| mention.sentence < claim.sentence);
        let last = mentions.partition_point(|mention| mention.sentence <= claim.sentence);
        for (offset, mention) in mentions[first..last].iter().enumerate() {
            let Some(target) = mention.actor else { continue };
            let itself = Some(target) == holder || Some(first + offset) == holder_mention;
            // Who acts together does not act toward each other, but where that is what the act is.
            let mutual = claim.cue.as_ref().is_some_and(|cue| cues.cue(cue.cue).group.is_reciprocal());
            let with = |joint: &usize| *joint == first + offset || mentions[*joint].actor == Some(target);
            let refers = matches!(mention.kind, MentionKind::Pronoun | MentionKind::FirstPerson);
            if (!mutual || refers) && mention.rule != Rule::Both && claim.joint.iter().any(with) {
                continue;
            }
            // A strike on a city or on citizens is one on whom they belong to.
            let forceful = claim.cue.as_ref().is_some_and(|cue| cues.cue(cue.cue).group.is_forceful());
            let place = !mention.kind.is_actor() && forceful && !mention.former;
            if itself || !takes_part(mention) && !place || !claim.span.overlaps(mention.span) {
                continue;
            }
            let candidate = Candidate {
                claim: number,
                holder,
                holder_mention,
                target_mention: first + offset,
                target,
                sentence: claim.sentence,
            };
            let ranked = Ranked { rank: rank(claim), distance: distance(claim, mention), candidate };
            match best.entry((holder, target)) {
                Entry::Vacant(place) => {
                    place.insert(ranked);
                }
                Entry::Occupied(mut held) if ranked.key() < held.get().key() => {
                    held.insert(ranked);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    flush(&mut best, &mut kept);
    kept
}

/// A candidate with what it is chosen by.
struct Ranked {
    rank: u8,
    distance: usize,
    candidate: Candidate,
}

impl Ranked {
    fn key(&self) -> (u8, usize, usize, usize) {
        (self.rank, self.distance, self.candidate.claim, self.candidate.target_mention)
    }
}

/// Moves the pairs of a sentence to the list, in order of holder and target.
fn flush(best: &mut HashMap<(Option<ActorIndex>, ActorIndex), Ranked>, kept: &mut Vec<Candidate>) {
    let first = kept.len();
    kept.extend(best.drain().map(|(_, ranked)| ranked.candidate));
    kept[first..].sort_unstable_by_key(|candidate| (candidate.holder, candidate.target));
}

fn rank(claim: &Claim) -> u8 {
    match (claim.kind, &claim.cue) {
        (ClaimKind::NarratedAct, Some(_)) => 0,
        (ClaimKind::DirectQuote | ClaimKind::IndirectSpeech | ClaimKind::MixedSpeech, _) => 1,
        (ClaimKind::NarratedAct, None) => 2,
        (ClaimKind::OwnVoice, _) => 3,
    }
}

/// How far a mention stands from the beginning of the claim; mere references count as further.
fn distance(claim: &Claim, mention: &Mention) -> usize {
    let reference = usize::from(matches!(mention.kind, MentionKind::Pronoun | MentionKind::FirstPerson)) * 10_000;
    let anchor = claim.span.start;
    reference + Span::new(anchor, anchor).gap(mention.span).len()
}
