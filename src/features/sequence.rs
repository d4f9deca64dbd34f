//! The words of a pair's sentence with its actors replaced by placeholders.

use super::Part;
use crate::{
    actors::{ActorIndex, Mention, MentionKind, is_calendar, starts_upper},
    attribution::{CueHit, SentenceView},
    segment::{HashedSet, Lexicon, Segmentation, TokenKind},
    span::Span,
};

/// Where holder and target of a pair stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairPlace {
    /// The holder's mention, if it is in the scope.
    pub holder: Option<Span>,
    /// The target's mention.
    pub target: Span,
    /// The target's actor, where it is known: its other mentions are the target, too.
    pub target_actor: Option<ActorIndex>,
    /// The holder's actor, where it is known.
    pub holder_actor: Option<ActorIndex>,
}

/// One place of a [`Sequence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A word, number or mark.
    Word,
    /// The target, or another mention of it.
    Target,
    /// The holder, or another mention of it.
    Holder,
    /// Any other actor.
    Actor,
    /// A capitalised word that is no common word.
    Name,
}

/// The strongest mark between an item and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Break {
    /// None, or one that does not part clauses.
    #[default]
    None,
    /// A comma, a bracket.
    Comma,
    /// A semicolon, colon, dash or the end of a sentence.
    Stop,
}

/// The items of one pair's scope.
#[derive(Debug, Clone)]
pub struct Sequence<'l> {
    /// What stands where.
    pub items: Vec<Item>,
    /// Stem or placeholder, one for each item.
    pub stems: Vec<Part<'l>>,
    /// Word or placeholder, one for each item.
    pub words: Vec<Part<'l>>,
    /// Items of the target's own mention.
    pub target: usize,
    /// Item of the holder's own mention.
    pub holder: Option<usize>,
    /// Item at which each token of the scope stands (or would).
    pub item_of_token: Vec<usize>,
    /// What stands between each item and the one before it.
    pub breaks: Vec<Break>,
    /// The mark since the last item.
    pending: Break,
}

const TARGET: &str = "TARGET";
const HOLDER: &str = "HOLDER";
const ACTOR: &str = "ACTOR";
const NAME: &str = "NAME";
const NUMBER: &str = "0";

impl<'l> Sequence<'l> {
    /// Puts placeholders for the actors of a scope. `common` holds the hashes of the words that may stand
    /// for themselves when capitalised; `None` lets all do (when the common words are yet to be counted).
    #[must_use]
    pub fn of(
        text: &str,
        segmentation: &Segmentation,
        lexicon: &'l Lexicon,
        view: &SentenceView,
        mentions: &[Mention],
        place: &PairPlace,
        common: Option<&HashedSet>,
    ) -> Self {
        let length = view.tokens.len();
        let mut sequence = Self {
            items: Vec::with_capacity(length),
            stems: Vec::with_capacity(length),
            words: Vec::with_capacity(length),
            target: 0,
            holder: None,
            item_of_token: Vec::with_capacity(length),
            breaks: Vec::with_capacity(length),
            pending: Break::None,
        };
        let target_text = place.target.of(text);
        let mut cursor = view.mentions.start;
        let mut sentence_start = true;
        // What the last placeholder stood for, so that its further words add nothing.
        let mut open: Option<Span> = None;
        for (offset, index) in view.tokens.clone().enumerate() {
            let token = &segmentation.tokens[index];
            while cursor < view.mentions.end && mentions[cursor].span.end <= token.span.start {
                cursor += 1;
            }
            let mention = mentions[..view.mentions.end].get(cursor).filter(|mention| mention.span.overlaps(token.span));
            let (item, span) = if token.span.overlaps(place.target) {
                (Item::Target, place.target)
            } else if let Some(holder) = place.holder.filter(|holder| token.span.overlaps(*holder)) {
                (Item::Holder, holder)
            } else if let Some(mention) = mention.filter(|mention| !is_word_like(mention)) {
                let same = |actor: Option<ActorIndex>| actor.is_some() && mention.actor == actor;
                let item = if same(place.target_actor) || mention.span.of(text) == target_text {
                    Item::Target
                } else if same(place.holder_actor) {
                    Item::Holder
                } else {
                    Item::Actor
                };
                (item, mention.span)
            } else if token.kind == TokenKind::Word && token.span.of(text) == target_text {
                (Item::Target, token.span)
            } else {
                (Item::Word, token.span)
            };
            if item == Item::Word {
                open = None;
                sequence.word(text, lexicon, view, offset, token.span, token.kind, sentence_start, common);
            } else {
                if open == Some(span) {
                    sequence.item_of_token.push(sequence.items.len().saturating_sub(1));
                    continue;
                }
                open = Some(span);
                sequence.item_of_token.push(sequence.items.len());
                if span == place.target {
                    sequence.target = sequence.items.len();
                }
                if Some(span) == place.holder {
                    sequence.holder = Some(sequence.items.len());
                }
                sequence.placeholder(item);
            }
            let mark = token.span.of(text);
            sentence_start = matches!(mark, "." | "!" | "?") || sentence_start && token.kind == TokenKind::Punctuation;
        }
        sequence
    }

    /// A sequence of words alone, for tests.
    #[cfg(all(test, feature = "encoder"))]
    pub(crate) fn of_words(words: Vec<Part<'l>>, breaks: Vec<Break>, target: usize, holder: Option<usize>) -> Self {
        Self {
            items: vec![Item::Word; words.len()],
            stems: words.clone(),
            item_of_token: (0..words.len()).collect(),
            words,
            target,
            holder,
            breaks,
            pending: Break::None,
        }
    }

    /// Whether another actor than target and holder stands strictly between two items.
    #[must_use]
    pub fn actor_between(&self, left: usize, right: usize) -> bool {
        let (first, last) = (left.min(right), left.max(right));
        self.items.get(first + 1..last).is_some_and(|items| items.contains(&Item::Actor))
    }

    /// The item at which a cue begins.
    pub(super) fn item_of_cue(&self, hit: &CueHit, view: &SentenceView) -> usize {
        let token = hit.tokens.start.checked_sub(view.tokens.start);
        token.and_then(|token| self.item_of_token.get(token)).copied().unwrap_or_default()
    }

    fn placeholder(&mut self, item: Item) {
        let text = match item {
            Item::Target => TARGET,
            Item::Holder => HOLDER,
            Item::Actor => ACTOR,
            Item::Name | Item::Word => NAME,
        };
        // One placeholder for a name of several words.
        if item == Item::Name && self.items.last() == Some(&Item::Name) {
            return;
        }
        let part = Part::of(text);
        self.add(item, part, part);
    }

    fn add(&mut self, item: Item, stem: Part<'l>, word: Part<'l>) {
        self.items.push(item);
        self.stems.push(stem);
        self.words.push(word);
        self.breaks.push(std::mem::take(&mut self.pending));
    }

    #[allow(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn word(
        &mut self,
        text: &str,
        lexicon: &'l Lexicon,
        view: &SentenceView,
        offset: usize,
        span: Span,
        kind: TokenKind,
        sentence_start: bool,
        common: Option<&HashedSet>,
    ) {
        let here = self.items.len();
        let surface = span.of(text);
        match kind {
            TokenKind::Punctuation => {
                self.pending = self.pending.max(match surface {
                    "," | "(" | ")" => Break::Comma,
                    ";" | ":" | "." | "?" | "!" | "—" | "–" | "-" | "--" => Break::Stop,
                    _ => Break::None,
                });
                let mark = match surface {
                    "\"" | "“" | "”" | "«" | "»" | "''" | "``" => "\"",
                    "?" => "?",
                    "!" => "!",
                    _ => {
                        self.item_of_token.push(here.saturating_sub(1));
                        return;
                    }
                };
                self.push(Part::of(mark), Part::of(mark));
            }
            TokenKind::Number => self.push(Part::of(NUMBER), Part::of(NUMBER)),
            // Dates say nothing about a stance, but news has one next to every subject.
            TokenKind::Word if is_date_word(surface) => self.push(Part::of(NUMBER), Part::of(NUMBER)),
            TokenKind::Word => {
                let symbol = view.symbols[offset];
                let known = || common.is_none_or(|common| common.contains(&lexicon.raw_hash(symbol)));
                if !sentence_start && starts_upper(surface) && !known()
                    || sentence_start && starts_upper(surface) && !known()
                {
                    self.item_of_token.push(if self.items.last() == Some(&Item::Name) { here - 1 } else { here });
                    self.placeholder(Item::Name);
                    return;
                }
                let stem = Part { hash: lexicon.stem_hash(symbol), text: lexicon.stem(symbol) };
                let word = Part { hash: lexicon.raw_hash(symbol), text: lexicon.raw(symbol) };
                self.push(stem, word);
            }
        }
        self.item_of_token.push(here);
    }

    fn push(&mut self, stem: Part<'l>, word: Part<'l>) {
        self.add(Item::Word, stem, word);
    }
}

/// Mentions that stay as words: "we", "he", "the country", "citizens" say something by themselves.
fn is_word_like(mention: &Mention) -> bool {
    use MentionKind::{Anaphor, FirstPerson, Member, Pronoun};
    matches!(mention.kind, Pronoun | FirstPerson | Anaphor | Member)
}

/// Days of the week and months. "May" and "March" are verbs as well and stay words.
fn is_date_word(word: &str) -> bool {
    is_calendar(word) && !matches!(word, "March" | "May")
}
