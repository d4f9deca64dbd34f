//! Names beside an office that no table has: "Kenyan minister John Mbadi", "John Mbadi, the Kenyan minister".

use super::{
    MentionKind, Rule,
    entry::EntryKind,
    gazetteer::ActorIndex,
    piece::{Piece, What},
    resolve::{Reading, Resolver},
    words,
};
use crate::{segment::TokenKind, span::Span};
use std::sync::Arc;

/// What a name that follows a title is bound to.
pub(super) struct Office<'a> {
    pub(super) actor: ActorIndex,
    pub(super) role: &'a Arc<str>,
    pub(super) title: bool,
    pub(super) former: bool,
}

impl Resolver<'_> {
    /// The name that may follow a title, from token `at` on: a listed person, or capitalised words that
    /// are then bound to the actor. Gives the end of the name and the name.
    pub(super) fn name_after(
        &mut self,
        pieces: &[Piece],
        next: usize,
        at: usize,
        sentence: usize,
        office: &Office<'_>,
    ) -> Option<(usize, Arc<str>)> {
        let Office { actor, role, title, former } = *office;
        if !title {
            return None;
        }
        let comma = self.word(at) == ",";
        let mut at = if comma { at + 1 } else { at };
        // "President Mr Uribe"
        if matches!(self.word(at), "Mr" | "Mrs" | "Ms" | "Dr" | "Sir") {
            at += 1 + usize::from(self.word(at + 1) == ".");
        }
        if let Some(piece) = pieces.get(next)
            && piece.tokens.start == at
            && piece.sentence == sentence
            && let What::Entry { number, kind: EntryKind::Person, .. } = piece.what
        {
            let entry = self.gazetteer.entry(number);
            let person: Arc<str> = entry.name.as_str().into();
            self.bind(&person, &entry.surnames.clone(), actor, Some(role), former, at);
            return Some((piece.span.end, person));
        }
        let listed = pieces.get(next).map_or(usize::MAX, |piece| piece.tokens.start);
        let end = self.capitalised(at, sentence).min(listed).max(at);
        // Between commas only a full name that the second comma closes is the holder of the office.
        let full = || end >= at + 2 && self.word(end) == ",";
        if end == at || comma && !full() {
            return None;
        }
        let span = Span::new(self.segmentation.tokens[at].span.start, self.segmentation.tokens[end - 1].span.end);
        let person: Arc<str> = span.of(self.text).into();
        self.bind(&person, &[], actor, Some(role), former, at);
        Some((span.end, person))
    }

    /// Whether a word may be part of a name that no table has.
    fn may_be_name(&self, token: usize) -> bool {
        let word = self.word(token);
        let other = || matches!(word, "Last" | "Next" | "Dear" | "Good" | "New" | "Early" | "Late");
        self.segmentation.tokens[token].kind == TokenKind::Word
            && words::starts_upper(word)
            && !words::is_calendar(word)
            && !words::is_function_word(&word.to_lowercase())
            && !other()
    }

    /// Whether most words of a sentence have a capital, as in a headline: there a capital tells no name.
    fn is_headline(&self, sentence: usize) -> bool {
        let tokens = self.segmentation.tokens_of(&self.segmentation.sentences[sentence]);
        let long = tokens.iter().filter(|token| token.kind == TokenKind::Word && token.span.len() > 3);
        let (mut words, mut capitals) = (0, 0);
        for token in long {
            words += 1;
            capitals += usize::from(words::starts_upper(token.span.of(self.text)));
        }
        words > 3 && capitals * 4 >= words * 3
    }

    /// End of a run of at most five capitalised words (with particles between them) that begins at `at`.
    fn capitalised(&self, at: usize, sentence: usize) -> usize {
        let limit = self.segmentation.sentences[sentence].tokens.end.min(at + 5);
        if at >= limit || !self.may_be_name(at) || self.is_headline(sentence) {
            return at;
        }
        let mut end = at;
        let mut cursor = at;
        while cursor < limit {
            let word = self.word(cursor);
            let particle = matches!(
                word,
                "de" | "da" | "dos" | "del" | "di" | "van" | "von" | "der" | "bin" | "ibn" | "al" | "el" | "-"
            );
            if self.may_be_name(cursor) {
                end = cursor + 1;
            } else if !particle || cursor == at {
                break;
            }
            cursor += 1;
        }
        end
    }

    /// "X, the German chancellor": a full name before the comma is bound to the actor and is a mention of its own.
    pub(super) fn apposed(&mut self, piece: &Piece, actor: ActorIndex, role: &Arc<str>, former: bool) {
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        let mut comma = piece.tokens.start;
        while comma > first && matches!(self.word(comma - 1), "the" | "a" | "an" | "former" | "then" | "-") {
            comma -= 1;
        }
        let Some(end) = comma.checked_sub(1).filter(|at| *at > first && self.word(*at) == ",") else { return };
        let covered = self.mentions.last().map_or(0, |mention| mention.span.end);
        let mut start = end;
        while start > first && end - start < 4 {
            let token = &self.segmentation.tokens[start - 1];
            if !self.may_be_name(start - 1) || token.span.start < covered {
                break;
            }
            start -= 1;
        }
        // One capitalised word is a place as often as a surname ("in Hamburg, the German city").
        let before = start.checked_sub(1).filter(|at| *at >= first).map_or("", |at| self.word(at));
        if end - start < 2 || words::is_preposition(&before.to_lowercase()) || self.is_headline(piece.sentence) {
            return;
        }
        let tokens = &self.segmentation.tokens;
        let span = Span::new(tokens[start].span.start, tokens[end - 1].span.end);
        let person: Arc<str> = span.of(self.text).into();
        self.bind(&person, &[], actor, Some(role), former, start);
        let reading = Reading::plain(actor, MentionKind::Person, Rule::Apposed);
        let (role, person) = (Some(role.clone()), Some(person));
        self.push(span, piece.sentence, Reading { role, person, former, ..reading });
    }
}
