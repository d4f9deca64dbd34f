//! From matches of aliases to mentions.
//!
//! Rules, in the order in which they are tried (numbers as in the literature on political event
//! coding, e.g. NGEC and PETRARCH agree on the order nationality, role, name):
//! longest match; hyphen forms ("X-backed", "pro-X") are never X; state or demonym + role noun + name
//! is one mention; a role that speaks for nobody ("Chinese citizen") is no actor; a capital is its
//! government by its position in the sentence; offices hold between their dates; a surname is bound by
//! the full name before it.

use super::{
    Gazetteer, Mention, MentionKind, Rule, SpeaksFor,
    entry::EntryKind,
    fold::fold,
    gazetteer::{ActorIndex, Term, term},
    piece::{Piece, What},
    refer, words,
};
use crate::{
    document::PartialDate,
    segment::{Segmentation, TokenKind},
    span::Span,
};
use std::{collections::HashMap, sync::Arc};

impl Gazetteer {
    /// The mentions in a text, in order; they do not overlap. Dated facts hold as of `date`, without
    /// one as of the newest snapshot. `issuer` is whom "we" means outside quotations.
    #[must_use]
    pub fn mentions(
        &self,
        text: &str,
        segmentation: &Segmentation,
        date: Option<PartialDate>,
        issuer: Option<ActorIndex>,
    ) -> Vec<Mention> {
        let mut resolver =
            Resolver { gazetteer: self, text, segmentation, date, bound: HashMap::new(), mentions: Vec::new() };
        let pieces = resolver.pieces();
        resolver.compose(&pieces);
        resolver.bind_surnames();
        let mut mentions = resolver.mentions;
        refer::refer(self, text, segmentation, issuer, &mut mentions);
        mentions
    }
}

/// Whom a surname means from its first full mention on.
#[derive(Debug, Clone)]
struct Bound {
    actor: ActorIndex,
    person: Arc<str>,
    role: Option<Arc<str>>,
    former: bool,
    from: usize,
}

pub(super) struct Resolver<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) text: &'a str,
    pub(super) segmentation: &'a Segmentation,
    pub(super) date: Option<PartialDate>,
    bound: HashMap<String, Vec<Bound>>,
    mentions: Vec<Mention>,
}

impl Resolver<'_> {
    pub(super) fn word(&self, token: usize) -> &str {
        self.segmentation.tokens.get(token).map_or("", |token| token.span.of(self.text))
    }

    pub(super) fn lower(&self, token: usize) -> String {
        self.word(token).to_lowercase()
    }

    fn compose(&mut self, pieces: &[Piece]) {
        let mut index = 0;
        while index < pieces.len() {
            index = match pieces[index].what {
                What::Role(_) => self.begin_with_role(pieces, index),
                What::Entry { .. } => self.begin_with_name(pieces, index),
            };
        }
    }

    /// A role noun first: a title and a name, "the government of X", or a description that refers back.
    fn begin_with_role(&mut self, pieces: &[Piece], index: usize) -> usize {
        let piece = &pieces[index];
        let What::Role(number) = piece.what else { return index + 1 };
        let role = self.gazetteer.role(number);
        let name: Arc<str> = role.name.as_str().into();
        let next = pieces.get(index + 1).filter(|next| next.sentence == piece.sentence);
        let former = self.is_former(piece.tokens.start);
        if let Some(next) = next
            && next.tokens.start == piece.tokens.end
            && let What::Entry { number, kind: EntryKind::Person, .. } = next.what
        {
            let span = piece.span.cover(next.span);
            self.person(span, next, number, Some(name), former, true);
            return index + 2;
        }
        if role.title
            && let Some((end, bound)) = self.titled(piece.tokens.end, &role.name)
        {
            let span = Span::new(piece.span.start, self.segmentation.tokens[end - 1].span.end);
            self.push(
                span,
                piece.sentence,
                bound.actor,
                MentionKind::Person,
                Rule::Titled,
                Some(name),
                Some(bound.person),
                former,
            );
            return index + 1;
        }
        // "the government of (the) X", "foreign minister of X"
        let mut at = piece.tokens.end;
        if self.lower(at) == "of" || self.lower(at) == "for" && role.title {
            at += 1;
            if self.lower(at) == "the" {
                at += 1;
            }
            if let Some(next) = next
                && next.tokens.start == at
                && let What::Entry {
                    number, kind: EntryKind::State | EntryKind::Organisation | EntryKind::Group, ..
                } = next.what
            {
                if role.speaks_for == SpeaksFor::Nobody {
                    return index + 2;
                }
                let actor = self.gazetteer.entry_actor(number);
                let kind = if role.speaks_for == SpeaksFor::People { MentionKind::Name } else { MentionKind::Role };
                let (end, person) =
                    self.name_after(pieces, index + 2, next.tokens.end, piece.sentence, role.title, actor, &name);
                let span = Span::new(piece.span.start, end.max(next.span.end));
                self.push(span, piece.sentence, actor, kind, Rule::RoleOf, Some(name), person, former);
                return index + 2;
            }
        }
        if role.speaks_for == SpeaksFor::State
            && !role.thing
            && (self.is_definite(piece.tokens.start) || words::starts_upper(piece.span.of(self.text)))
        {
            self.refer_back(piece, Some(name));
        }
        index + 1
    }

    /// A listed name first.
    fn begin_with_name(&mut self, pieces: &[Piece], index: usize) -> usize {
        let piece = &pieces[index];
        let What::Entry { number, kind, term } = piece.what else { return index + 1 };
        if self.in_hyphen_form(piece) {
            return index + 1;
        }
        if kind == EntryKind::Person {
            // "the Biden administration"
            if let Some(role) = pieces
                .get(index + 1)
                .filter(|next| next.tokens.start == piece.tokens.end && next.sentence == piece.sentence)
                && let What::Role(role_number) = role.what
                && self.gazetteer.role(role_number).speaks_for == SpeaksFor::State
                && !self.gazetteer.role(role_number).title
            {
                self.person(piece.span.cover(role.span), piece, number, None, false, true);
                return index + 2;
            }
            self.person(piece.span, piece, number, None, self.is_former(piece.tokens.start), false);
            return index + 1;
        }
        if self.is_other_name(piece) {
            return index + 1;
        }
        let actor = self.gazetteer.entry_actor(number);
        let (rule, mention) = match kind {
            EntryKind::Demonym => (Rule::Listed, MentionKind::Demonym),
            EntryKind::Capital => (Rule::Metonym, MentionKind::Capital),
            EntryKind::Seat => (Rule::Listed, MentionKind::Seat),
            EntryKind::Place => (Rule::PlaceName, MentionKind::Place),
            _ => (Rule::Listed, MentionKind::Name),
        };
        if kind == EntryKind::Person || kind != EntryKind::Place && term == Term::Later && self.date.is_some() {
            return index + 1;
        }
        // state, demonym or organisation + role (+ name)
        if let Some((role_index, role_number)) = self.role_after(pieces, index) {
            let role = self.gazetteer.role(role_number);
            let role_piece = &pieces[role_index];
            if role.speaks_for == SpeaksFor::Nobody {
                if kind == EntryKind::Demonym {
                    return role_index + 1;
                }
            } else {
                let name: Arc<str> = role.name.as_str().into();
                let kind = if role.speaks_for == SpeaksFor::People { MentionKind::Name } else { MentionKind::Role };
                let former = self.is_former(piece.tokens.start)
                    || (piece.tokens.end..role_piece.tokens.start).any(|token| self.is_former(token + 1));
                let (end, person) = self.name_after(
                    pieces,
                    role_index + 1,
                    role_piece.tokens.end,
                    piece.sentence,
                    role.title,
                    actor,
                    &name,
                );
                let span = Span::new(piece.span.start, end.max(role_piece.span.end));
                self.push(span, piece.sentence, actor, kind, Rule::Composed, Some(name), person, former);
                let mut next = role_index + 1;
                while pieces.get(next).is_some_and(|piece| piece.span.start < span.end) {
                    next += 1;
                }
                return next;
            }
        }
        if kind == EntryKind::Capital || kind == EntryKind::Place {
            if self.is_dateline(piece) {
                self.push(piece.span, piece.sentence, actor, MentionKind::Place, Rule::PlaceName, None, None, false);
                return index + 1;
            }
            if kind == EntryKind::Capital && !self.is_government(piece) {
                self.push(piece.span, piece.sentence, actor, MentionKind::Place, Rule::PlaceName, None, None, false);
                return index + 1;
            }
        }
        let role = self.gazetteer.entry(number).role.as_deref().map(Arc::from);
        self.push(piece.span, piece.sentence, actor, mention, rule, role, None, false);
        index + 1
    }

    /// The role noun that a state or demonym at `index` governs: adjacent, or after a possessive mark
    /// and at most three modifiers.
    fn role_after(&self, pieces: &[Piece], index: usize) -> Option<(usize, usize)> {
        let piece = &pieces[index];
        let mut at = piece.tokens.end;
        if matches!(self.word(at), "'s" | "’s" | "'" | "’") {
            at += 1;
        }
        let next = pieces.get(index + 1).filter(|next| next.sentence == piece.sentence)?;
        let What::Role(number) = next.what else { return None };
        for _ in 0..=4 {
            if at == next.tokens.start {
                return Some((index + 1, number));
            }
            if !words::is_modifier(&self.lower(at)) {
                return None;
            }
            at += 1;
        }
        None
    }

    /// The name that may follow a title, from token `at` on: a listed person, or capitalised words that
    /// are then bound to the actor. Gives the end of the span and the name.
    #[allow(clippy::too_many_arguments, reason = "one step of composition")]
    fn name_after(
        &mut self,
        pieces: &[Piece],
        next: usize,
        at: usize,
        sentence: usize,
        title: bool,
        actor: ActorIndex,
        role: &Arc<str>,
    ) -> (usize, Option<Arc<str>>) {
        if !title {
            return (0, None);
        }
        let at = if self.word(at) == "," { at + 1 } else { at };
        let comma = self.word(at.wrapping_sub(1)) == ",";
        if let Some(piece) = pieces.get(next)
            && piece.tokens.start == at
            && let What::Entry { number, kind: EntryKind::Person, .. } = piece.what
        {
            let entry = self.gazetteer.entry(number);
            let person: Arc<str> = entry.name.as_str().into();
            let surnames: Vec<String> = entry.surnames.clone();
            self.bind(&person, &surnames, actor, Some(role), false, at);
            return (piece.span.end, Some(person));
        }
        if comma {
            return (0, None);
        }
        let end = self.capitalised(at, sentence);
        if end == at {
            return (0, None);
        }
        let span = Span::new(self.segmentation.tokens[at].span.start, self.segmentation.tokens[end - 1].span.end);
        let person: Arc<str> = span.of(self.text).into();
        self.bind(&person, &[], actor, Some(role), false, at);
        (span.end, Some(person))
    }

    /// End of a run of at most five capitalised words (with particles between them) that begins at `at`.
    fn capitalised(&self, at: usize, sentence: usize) -> usize {
        let limit = self.segmentation.sentences[sentence].tokens.end.min(at + 5);
        let mut end = at;
        let mut cursor = at;
        while cursor < limit {
            let word = self.word(cursor);
            let particle = matches!(
                word,
                "de" | "da" | "dos" | "del" | "di" | "van" | "von" | "der" | "bin" | "ibn" | "al" | "el" | "-"
            );
            if words::starts_upper(word) && self.segmentation.tokens[cursor].kind == TokenKind::Word {
                end = cursor + 1;
            } else if !particle || cursor == at {
                break;
            }
            cursor += 1;
        }
        end
    }

    /// A surname of the tables right after a title ("President Biden"), or one bound before.
    fn titled(&self, at: usize, title: &str) -> Option<(usize, Bound)> {
        let token = self.segmentation.tokens.get(at)?;
        let word = token.span.of(self.text);
        if !words::starts_upper(word) || token.kind != TokenKind::Word {
            return None;
        }
        let folded = fold(word).text;
        if let Some(bound) = self.bound.get(&folded).and_then(|list| list.last()) {
            return Some((at + 1, bound.clone()));
        }
        let rows = self.gazetteer.surname(&folded);
        let fits = |number: &&usize| {
            let role = self.gazetteer.entry(**number).role.as_deref().unwrap_or_default();
            title.contains(role) || role.contains(title) && !role.is_empty()
        };
        let valid = |number: &&usize| term(self.gazetteer.entry(**number), self.date) == Term::Now;
        // Undated text that gives the title is of the time of the office.
        let number = *rows
            .iter()
            .filter(fits)
            .find(valid)
            .or_else(|| rows.iter().rfind(fits).filter(|_| self.date.is_none()))?;
        let entry = self.gazetteer.entry(number);
        Some((
            at + 1,
            Bound {
                actor: self.gazetteer.entry_actor(number),
                person: entry.name.as_str().into(),
                role: entry.role.as_deref().map(Arc::from),
                former: false,
                from: at,
            },
        ))
    }

    fn person(&mut self, span: Span, piece: &Piece, number: usize, role: Option<Arc<str>>, former: bool, titled: bool) {
        let entry = self.gazetteer.entry(number);
        let person: Arc<str> = entry.name.as_str().into();
        let actor = self.gazetteer.entry_actor(number);
        let office: Option<Arc<str>> = entry.role.as_deref().map(Arc::from);
        let standing = term(entry, self.date);
        // A title vouches for the office where the text has no date of its own.
        let former = former || standing != Term::Now && !(titled && self.date.is_none());
        let surnames: Vec<String> = match entry.surnames.as_slice() {
            [] => entry.name.rsplit(' ').next().map(str::to_owned).into_iter().collect(),
            listed => listed.to_vec(),
        };
        let role = role.or(office);
        self.bind(&person, &surnames, actor, role.as_ref(), former, piece.tokens.start);
        let rule = if titled { Rule::Titled } else { Rule::Listed };
        self.push(span, piece.sentence, actor, MentionKind::Person, rule, role, Some(person), former);
    }

    fn bind(
        &mut self,
        person: &Arc<str>,
        surnames: &[String],
        actor: ActorIndex,
        role: Option<&Arc<str>>,
        former: bool,
        from: usize,
    ) {
        let last = person.rsplit(' ').next().filter(|_| surnames.is_empty());
        for surname in surnames.iter().map(String::as_str).chain(last) {
            if surname.chars().count() < 2 {
                continue;
            }
            let bound = Bound { actor, person: person.clone(), role: role.cloned(), former, from };
            self.bound.entry(fold(surname).text).or_default().push(bound);
        }
    }

    /// Mentions of persons by surnames that an earlier full mention bound.
    fn bind_surnames(&mut self) {
        if self.bound.is_empty() {
            return;
        }
        let mut found = Vec::new();
        let mut cursor = 0;
        for (index, token) in self.segmentation.tokens.iter().enumerate() {
            while self.mentions.get(cursor).is_some_and(|mention| mention.span.end <= token.span.start) {
                cursor += 1;
            }
            let word = token.span.of(self.text);
            if token.kind != TokenKind::Word
                || !words::starts_upper(word)
                || self.mentions.get(cursor).is_some_and(|m| m.span.overlaps(token.span))
            {
                continue;
            }
            let Some(list) = self.bound.get(&fold(word).text) else { continue };
            let Some(bound) = list.iter().rev().find(|bound| bound.from < index) else { continue };
            // A given name of somebody else: "Putin" bound, "Maria Putin" here is another person.
            let before = index.checked_sub(1).map_or("", |before| self.word(before));
            let sentence_start = self
                .segmentation
                .sentence_at(token.span.start)
                .is_some_and(|s| self.segmentation.sentences[s].tokens.start + 1 >= index);
            if words::starts_upper(before)
                && !sentence_start
                && self.segmentation.tokens[index - 1].kind == TokenKind::Word
                && before.len() > 3
            {
                continue;
            }
            let sentence = self.segmentation.sentence_at(token.span.start).unwrap_or_default();
            found.push(Mention {
                span: token.span,
                actor: Some(bound.actor),
                kind: MentionKind::Person,
                role: bound.role.clone(),
                person: Some(bound.person.clone()),
                sentence,
                possessive: self.is_possessive(index + 1),
                former: bound.former,
                rule: Rule::Bound,
            });
        }
        self.mentions.extend(found);
        self.mentions.sort_by_key(|mention| mention.span);
    }

    #[allow(clippy::too_many_arguments, reason = "one place that fills all fields of a mention")]
    fn push(
        &mut self,
        span: Span,
        sentence: usize,
        actor: ActorIndex,
        kind: MentionKind,
        rule: Rule,
        role: Option<Arc<str>>,
        person: Option<Arc<str>>,
        former: bool,
    ) {
        let after = self.segmentation.tokens_in(span).end;
        let possessive = self.is_possessive(after);
        self.mentions.push(Mention {
            span,
            actor: Some(actor),
            kind,
            role,
            person,
            sentence,
            possessive,
            former,
            rule,
        });
    }

    /// "the ministry": the actor is settled when all names are known.
    fn refer_back(&mut self, piece: &Piece, role: Option<Arc<str>>) {
        let start = piece.tokens.start;
        let determined = start > 0
            && matches!(self.lower(start - 1).as_str(), "the" | "its" | "their" | "his" | "her" | "our" | "my");
        let first = if determined { self.segmentation.tokens[start - 1].span.start } else { piece.span.start };
        self.mentions.push(Mention {
            span: Span::new(first, piece.span.end),
            actor: None,
            kind: MentionKind::Anaphor,
            role,
            person: None,
            sentence: piece.sentence,
            possessive: self.is_possessive(piece.tokens.end),
            former: false,
            rule: Rule::Antecedent,
        });
    }
}
