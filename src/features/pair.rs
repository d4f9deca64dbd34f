//! The scope of a pair that is given with its places in a text.
//!
//! The scope is the sentence of the target, widened to the holder's sentence when that is a neighbour:
//! what a stance can be read from, and what the pipeline sees when it reads whole documents.

use super::{PairPlace, Sequence};
use crate::{
    actors::{ActorIndex, Gazetteer, Mention},
    attribution::{CueLexicon, SentenceView},
    document::PartialDate,
    pairs::LabelledPair,
    segment::{HashedSet, Lexicon, Segmentation},
    span::Span,
};

/// A text with its words and mentions looked up.
#[derive(Debug)]
pub struct PairScope {
    /// Sentences and tokens of the whole text.
    pub segmentation: Segmentation,
    /// Mentions of the whole text.
    pub mentions: Vec<Mention>,
    /// The sentences that count.
    pub view: SentenceView,
    /// Holder and target.
    pub place: PairPlace,
}

impl PairScope {
    /// Looks up a labelled pair.
    pub fn of(gazetteer: &Gazetteer, cues: &CueLexicon, lexicon: &mut Lexicon, pair: &LabelledPair) -> Self {
        Self::at(gazetteer, cues, lexicon, &pair.text, pair.date, pair.holder, pair.target)
    }

    /// Looks up a pair by its places.
    pub fn at(
        gazetteer: &Gazetteer,
        cues: &CueLexicon,
        lexicon: &mut Lexicon,
        text: &str,
        date: Option<PartialDate>,
        holder: Option<Span>,
        target: Span,
    ) -> Self {
        let segmentation = Segmentation::of(text);
        let mentions = gazetteer.mentions(text, &segmentation, date, None);
        let at = segmentation.sentence_at(target.start).unwrap_or_default();
        let held =
            holder.and_then(|holder| segmentation.sentence_at(holder.start)).filter(|held| held.abs_diff(at) <= 1);
        let sentences = at.min(held.unwrap_or(at))..(at.max(held.unwrap_or(at)) + 1).min(segmentation.sentences.len());
        let first = mentions.partition_point(|mention| mention.sentence < sentences.start);
        let last = mentions.partition_point(|mention| mention.sentence < sentences.end);
        let marked: Vec<Span> = holder.into_iter().chain([target]).collect();
        let view = SentenceView::over(cues, lexicon, text, &segmentation, sentences, (&mentions, first..last), &marked);
        let actor = |span: Span| actor_at(&mentions, span);
        let place = PairPlace {
            holder: holder.filter(|_| held.is_some()),
            target,
            target_actor: actor(target),
            holder_actor: holder.and_then(actor),
        };
        Self { segmentation, mentions, view, place }
    }

    /// The words of the scope with its actors replaced; `text` and `lexicon` are those it was looked up with, `common` as
    /// in [`Sequence::of`].
    #[must_use]
    pub fn sequence<'l>(&self, text: &str, lexicon: &'l Lexicon, common: Option<&HashedSet>) -> Sequence<'l> {
        Sequence::of(text, &self.segmentation, lexicon, &self.view, &self.mentions, &self.place, common)
    }
}

/// The actor that a marked span names, if it names one.
///
/// The longest mention inside the span says who it is: the head of "a U.S. court decision" is no actor of its own, so an
/// actor is taken only where it fills at least half of the span.
pub(crate) fn actor_at(mentions: &[Mention], span: Span) -> Option<ActorIndex> {
    mentions
        .iter()
        .find(|mention| mention.span.overlaps(span) && mention.span.len() * 2 >= span.len())
        .and_then(|mention| mention.actor)
}
