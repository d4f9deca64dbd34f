//! Who says or does what.
//!
//! In: a text, its segmentation and its mentions. Out: [`Claim`]s, stretches of the text with one
//! holder each: quotations, reported speech, narrated acts, and what the document itself says. Light
//! rules over cues and word order, no parser; the patterns are those that quotation extractors use
//! (post-posed and inverted attribution, "according to", floating quotations: Pareti et al. 2013,
//! Asr et al. 2021) and those of event coders (subject, cue, object; passives swap the roles).
//!
//! [`cue`] finds the cue expressions, [`subject`] whose they are, [`speech`] the reported speech,
//! [`act`] the narrated acts, [`transcript`] the turns of a briefing; this module puts them together for a document.

mod act;
mod cue;
mod polarity;
mod speech;
mod subject;
mod transcript;
mod usage;
mod view;

pub use cue::{Cue, CueHit, CueIndex, CueLexicon, Group, Part};
pub use polarity::PolarityTable;
use transcript::Turn;
pub(crate) use usage::is_negation;
pub use view::SentenceView;

use crate::{
    actors::{ActorIndex, Mention},
    segment::{Lexicon, Segmentation},
    span::Span,
};
use std::sync::Arc;

/// How a claim is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    /// Words between quotation marks.
    DirectQuote,
    /// Reported speech without quotation marks.
    IndirectSpeech,
    /// Reported speech that is partly quoted.
    MixedSpeech,
    /// An act that the text tells of: "X condemned Y", "Y's attack on X".
    NarratedAct,
    /// What the document says in its own voice.
    OwnVoice,
}

impl ClaimKind {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DirectQuote => "quotation",
            Self::IndirectSpeech => "reported speech",
            Self::MixedSpeech => "partly quoted",
            Self::NarratedAct => "act",
            Self::OwnVoice => "own voice",
        }
    }
}

/// Whose stance a claim carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The actor of a mention.
    Mention(usize),
    /// An actor without a mention near: a carried-over speaker, or the issuer.
    Actor(ActorIndex),
    /// The author of a text without an issuer.
    Author,
    /// Somebody the text does not name, or names as nobody we know.
    Unknown,
}

/// A stretch of the text with one holder.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Where the targets are looked for.
    pub span: Span,
    /// Whose stance.
    pub holder: Holder,
    /// Mentions that hold it together, the holder among them ("X and Y said"); shared by their claims.
    pub joint: Arc<[usize]>,
    /// Who says so, when the claim is reported by another actor of the text.
    pub speaker: Option<Holder>,
    /// The words that make it a claim.
    pub cue: Option<Arc<CueHit>>,
    /// How it is made.
    pub kind: ClaimKind,
    /// The sentence it stands in.
    pub sentence: usize,
}

/// What attribution found in a document.
#[derive(Debug, Default)]
pub struct Attribution {
    /// In order of the text; claims may lie inside one another.
    pub claims: Vec<Claim>,
    /// One view for every sentence that has a mention, in order.
    pub views: Vec<SentenceView>,
}

/// Finds the claims of a document. First-person mentions inside quotations get their actor here.
pub fn attribute(
    cues: &CueLexicon,
    lexicon: &mut Lexicon,
    text: &str,
    segmentation: &Segmentation,
    mentions: &mut [Mention],
    issuer: Option<ActorIndex>,
) -> Attribution {
    let turns = transcript::turns(text, segmentation, mentions);
    transcript::settle_first_person(&turns, segmentation, mentions);
    let turn_of = |sentence: usize| turns.get(sentence).copied().unwrap_or(Turn::Own);
    let mut views = Vec::new();
    let mut first = 0;
    for number in 0..segmentation.sentences.len() {
        let begin = first;
        while mentions.get(first).is_some_and(|mention| mention.sentence == number) {
            first += 1;
        }
        let quoted = segmentation.quotation_at(segmentation.sentences[number].span.start).is_some();
        // What is asked is not said.
        if (begin < first || quoted) && turn_of(number) != Turn::Question {
            views.push(SentenceView::of(cues, lexicon, text, segmentation, number, (mentions, begin..first)));
        }
    }
    let speeches = speech::speeches(cues, lexicon, text, segmentation, mentions, &views, issuer);
    speech::settle_first_person(segmentation, mentions, &speeches);
    let mut claims = Vec::new();
    for view in &views {
        let said = speeches.of_sentence(view.sentence);
        let outer = |at: usize| said.iter().rev().find(|speech| speech.span.start <= at && at < speech.span.end);
        for speech in said {
            claims.extend(speech.claims(view.sentence));
        }
        let acts = act::acts(cues, lexicon, text, segmentation, mentions, view, &outer);
        let found = acts.iter().any(|act| act.holder != Holder::Unknown);
        claims.extend(acts);
        let covered = said.iter().any(|speech| speech.covers_most(segmentation.sentences[view.sentence].span));
        if !covered {
            let voice = turn_of(view.sentence).voice(issuer);
            let holder = voice.filter(|voice| *voice != Holder::Author || !found);
            let span = segmentation.sentences[view.sentence].span;
            if let Some(holder) = holder {
                claims.push(Claim {
                    span,
                    holder,
                    joint: Arc::default(),
                    speaker: None,
                    cue: None,
                    kind: ClaimKind::OwnVoice,
                    sentence: view.sentence,
                });
            }
        }
    }
    Attribution { claims, views }
}

impl Holder {
    /// The actor meant, if it is known.
    #[must_use]
    pub fn actor(self, mentions: &[Mention]) -> Option<ActorIndex> {
        match self {
            Self::Mention(index) => mentions[index].actor,
            Self::Actor(actor) => Some(actor),
            Self::Author | Self::Unknown => None,
        }
    }
}

/// Whether a mention can hold or receive a stance: its actor is known, in office, and no mere place.
#[must_use]
pub fn takes_part(mention: &Mention) -> bool {
    mention.actor.is_some() && !mention.former && mention.kind.is_actor()
}
