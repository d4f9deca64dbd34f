//! States, bodies, roles and names put together to one mention.
//!
//! "The Kenyan foreign minister Musalia Mudavadi" is one mention of Kenya. A role that speaks for nobody but itself
//! ("Kenyan farmers") makes a mention that takes no part in pairs.

use super::{
    Dismissal, MentionKind, Role, Rule, SpeaksFor,
    context::Sense,
    entry::EntryKind,
    gazetteer::{ActorIndex, Term},
    office_names::Office,
    piece::{Piece, What},
    resolve::{Reading, Resolver},
    words,
};
use crate::span::Span;
use std::sync::Arc;

/// Words between a state and the role noun it governs, at most.
const MODIFIERS: usize = 4;

impl Resolver<'_> {
    pub(super) fn compose(&mut self, pieces: &[Piece]) {
        let mut index = 0;
        while index < pieces.len() {
            index = match pieces[index].what {
                What::Role(number) => self.begin_with_role(pieces, index, number),
                What::Entry { number, kind, term } => self.begin_with_name(pieces, index, number, kind, term),
            };
        }
    }

    /// A role noun first: a title and a name, "the government of X", or a description that refers back.
    fn begin_with_role(&mut self, pieces: &[Piece], index: usize, number: usize) -> usize {
        let piece = &pieces[index];
        let gazetteer = self.gazetteer;
        let role = gazetteer.role(number);
        let name: Arc<str> = role.name.as_str().into();
        let next = pieces.get(index + 1).filter(|next| next.sentence == piece.sentence);
        let former = self.is_former(piece.tokens.start);
        if let Some(next) = next
            && next.tokens.start == piece.tokens.end
            && let What::Entry { number, kind: EntryKind::Person, .. } = next.what
            // "Hunter Biden" is no hunter.
            && (role.speaks_for != SpeaksFor::Nobody || !words::starts_upper(piece.span.of(self.text)))
        {
            let office = (!role.is_counterpart()).then_some(name);
            let former = former || role.is_former();
            let number = self.in_that_office(next, number, &role.name);
            self.person(piece.span.cover(next.span), next, number, office, former, true);
            return index + 2;
        }
        // "The Secretary of State, Hillary Clinton"
        if let Some(next) = next
            && role.title
            && self.word(piece.tokens.end) == ","
            && next.tokens.start == piece.tokens.end + 1
            && let What::Entry { number, kind: EntryKind::Person, .. } = next.what
            && let Some(number) = self.of_that_office(next, number, &role.name)
        {
            self.person(piece.span.cover(next.span), next, number, Some(name), former, true);
            return index + 2;
        }
        if role.title && self.titled(piece, next.map(|next| next.tokens.start), &role.name, former) {
            return index + 1;
        }
        if let Some(next) = next
            && let Some(after) = self.owned(pieces, index, role, next, former)
        {
            return after;
        }
        // "The capital Damascus" is a place, and "the captain of a ship" is of the ship.
        let named = role.name == "capital"
            && next.is_some_and(|next| {
                matches!(next.what, What::Entry { kind: EntryKind::Capital, .. })
                    && next.tokens.start == piece.tokens.end
            });
        if role.speaks_for == SpeaksFor::State
            && !role.thing
            && !role.is_counterpart()
            && !named
            && !self.is_of_something_else(piece)
            && (self.is_definite(piece.tokens.start) || self.is_capital_by_choice(piece))
        {
            self.refer_back(piece, Some(name));
        }
        index + 1
    }

    /// "The government of (the) X", "foreign minister of X", "residents of X", "police in X". Gives the next piece to read.
    fn owned(&mut self, pieces: &[Piece], index: usize, role: &Role, next: &Piece, former: bool) -> Option<usize> {
        let piece = &pieces[index];
        let mut at = piece.tokens.end;
        let preposition = self.lower(at);
        at += 1;
        if self.lower(at) == "the" {
            at += 1;
        }
        let What::Entry { number, kind, .. } = next.what else { return None };
        if next.tokens.start != at || self.in_hyphen_form(next) {
            return None;
        }
        let of = preposition == "of" || preposition == "for" && role.title;
        let within = preposition == "of" && role.title
            || matches!(preposition.as_str(), "of" | "in" | "from") && role.is_of_its_place();
        // "The invasion of X" is not X's, nor are "neighbours of X", nor "candidates for X".
        let nobody = role.speaks_for == SpeaksFor::Nobody && (role.relational || preposition == "for");
        if role.thing || nobody {
            return None;
        }
        let rule = match kind {
            EntryKind::State | EntryKind::Organisation | EntryKind::Group if of => Rule::RoleOf,
            EntryKind::State | EntryKind::Capital | EntryKind::Place if within => Rule::RoleIn,
            _ => return None,
        };
        let actor = self.gazetteer.entry_actor(number);
        let name: Arc<str> = role.name.as_str().into();
        // "Fighters of X" are X, where X is a group.
        let group = matches!(kind, EntryKind::Group | EntryKind::Organisation);
        if role.speaks_for == SpeaksFor::Nobody && !group {
            let role_span = Some(piece.span);
            let plain = Reading::plain(actor, MentionKind::Member, Rule::Member);
            let reading = Reading { role: Some(name), role_span, ..plain };
            self.push(piece.span.cover(next.span), piece.sentence, reading);
            return Some(index + 2);
        }
        let kind = if role.speaks_for == SpeaksFor::People { MentionKind::Name } else { MentionKind::Role };
        let office = Office { actor, role: &name, title: role.title, former };
        let named = self.name_after(pieces, index + 2, next.tokens.end, piece.sentence, &office);
        let end = named.as_ref().map_or(next.span.end, |(end, _)| *end);
        let person = named.map(|(_, person)| person);
        let span = Span::new(piece.span.start, end.max(next.span.end));
        self.push(
            span,
            piece.sentence,
            Reading {
                role: Some(name),
                role_span: Some(piece.span),
                person,
                former,
                ..Reading::plain(actor, kind, rule)
            },
        );
        Some(self.after(pieces, index + 2, span))
    }

    /// The first piece from `next` on that does not begin within `span`.
    fn after(&self, pieces: &[Piece], mut next: usize, span: Span) -> usize {
        while pieces.get(next).is_some_and(|piece| piece.span.start < span.end) {
            next += 1;
        }
        next
    }

    /// A listed name first.
    fn begin_with_name(&mut self, pieces: &[Piece], index: usize, number: usize, kind: EntryKind, term: Term) -> usize {
        let piece = &pieces[index];
        if self.in_hyphen_form(piece) {
            self.dismiss(piece.span, Dismissal::HyphenForm);
            return index + 1;
        }
        if kind == EntryKind::Person {
            return self.begin_with_person(pieces, index, number);
        }
        if self.is_other_name(piece) {
            self.dismiss(piece.span, Dismissal::OtherName);
            return index + 1;
        }
        if kind != EntryKind::Place && term == Term::Later {
            self.dismiss(piece.span, Dismissal::NotYet);
            return index + 1;
        }
        let (actor, mut rule) = match self.sense(piece) {
            Sense::Default => (self.gazetteer.entry_actor(number), Rule::Listed),
            Sense::Actor(actor) => (actor, Rule::Context),
            Sense::Nobody(why) => {
                self.dismiss(piece.span, why);
                return index + 1;
            }
        };
        if matches!(kind, EntryKind::Capital | EntryKind::Place) && self.is_dateline(piece) {
            self.push(piece.span, piece.sentence, Reading::plain(actor, MentionKind::Place, Rule::Dateline));
            return index + 1;
        }
        if kind == EntryKind::Seat
            && let Some(other) = self.of_another(pieces, index, number)
        {
            let role = self.gazetteer.entry(number).role.as_deref().map(Arc::from);
            let reading = Reading { role, ..Reading::plain(other, MentionKind::Role, Rule::RoleOf) };
            self.push(piece.span.cover(pieces[index + 1].span), piece.sentence, reading);
            return index + 2;
        }
        // state, demonym or organisation + role (+ name)
        if let Some((role_index, role_number)) = self.role_after(pieces, index)
            && let Some(next) = self.governed(pieces, index, kind, actor, role_index, role_number)
        {
            return next;
        }
        if kind == EntryKind::Place && rule == Rule::Listed {
            rule = Rule::PlaceName;
        }
        let mention = match kind {
            EntryKind::Demonym => MentionKind::Demonym,
            // "In Rawalpindi": a seat that is a town, too.
            EntryKind::Seat if self.is_place_here(piece) => {
                rule = Rule::PlaceName;
                MentionKind::Place
            }
            EntryKind::Seat => MentionKind::Seat,
            EntryKind::Place => MentionKind::Place,
            EntryKind::Capital if self.is_government(piece) => {
                rule = Rule::Metonym;
                MentionKind::Capital
            }
            EntryKind::Capital => {
                rule = Rule::PlaceName;
                MentionKind::Place
            }
            _ => MentionKind::Name,
        };
        let role = self.gazetteer.entry(number).role.as_deref().filter(|_| mention != MentionKind::Place);
        self.push(
            piece.span,
            piece.sentence,
            Reading { role: role.map(Arc::from), ..Reading::plain(actor, mention, rule) },
        );
        index + 1
    }

    /// A listed person, perhaps as the owner of a body: "the Biden administration".
    fn begin_with_person(&mut self, pieces: &[Piece], index: usize, number: usize) -> usize {
        let piece = &pieces[index];
        let body = pieces.get(index + 1).filter(|next| {
            next.tokens.start == piece.tokens.end
                && next.sentence == piece.sentence
                && matches!(next.what, What::Role(role) if self.gazetteer.role(role).is_body())
        });
        if let Some(body) = body {
            self.person(piece.span.cover(body.span), piece, number, None, false, true);
            return index + 2;
        }
        // "X, the special rapporteur": which of several offices is meant.
        let office = pieces.get(index + 1).and_then(|next| match next.what {
            What::Role(role) if self.word(piece.tokens.end) == "," && next.tokens.start <= piece.tokens.end + 3 => {
                Some(self.gazetteer.role(role).name.as_str())
            }
            _ => None,
        });
        let number = office.map_or(number, |office| self.in_that_office(piece, number, office));
        self.person(piece.span, piece, number, None, self.is_former(piece.tokens.start), false);
        index + 1
    }

    /// A state, demonym or body with the role noun that it governs. Gives the next piece to read; nothing when the name
    /// is to be read without the role.
    fn governed(
        &mut self,
        pieces: &[Piece],
        index: usize,
        kind: EntryKind,
        actor: ActorIndex,
        role_index: usize,
        role_number: usize,
    ) -> Option<usize> {
        let (piece, role_piece) = (&pieces[index], &pieces[role_index]);
        let gazetteer = self.gazetteer;
        let role = gazetteer.role(role_number);
        // "Iran ships drones": a verb.
        let adjacent = piece.tokens.end == role_piece.tokens.start;
        if adjacent && kind != EntryKind::Demonym && self.may_be_verb(role_piece) {
            return None;
        }
        let place = matches!(kind, EntryKind::Place | EntryKind::Capital);
        if place && role.is_region() {
            let reading = Reading::plain(actor, MentionKind::Place, Rule::PlaceName);
            self.push(piece.span.cover(role_piece.span), piece.sentence, reading);
            return Some(role_index + 1);
        }
        if place && role.thing {
            return None;
        }
        // "M23 rebels" are the M23: a group is those who fight for it.
        let itself = kind == EntryKind::Group && role.is_of_fighters();
        if role.speaks_for == SpeaksFor::Nobody && !itself {
            let people = matches!(kind, EntryKind::Demonym | EntryKind::Place | EntryKind::State);
            if (role.thing || role.relational) && kind != EntryKind::Demonym || !people {
                return None;
            }
            let role = Some(role.name.as_str().into());
            let role_span = Some(role_piece.span);
            let reading = Reading { role, role_span, ..Reading::plain(actor, MentionKind::Member, Rule::Member) };
            self.push(piece.span.cover(role_piece.span), piece.sentence, reading);
            return Some(role_index + 1);
        }
        let counterpart = role.is_counterpart();
        let name: Arc<str> = match counterpart.then(|| self.office_in(piece.sentence)).flatten() {
            Some(office) => office,
            None => role.name.as_str().into(),
        };
        let kind = if role.speaks_for == SpeaksFor::People { MentionKind::Name } else { MentionKind::Role };
        let former = role.is_former()
            || self.is_former(piece.tokens.start)
            || (piece.tokens.end..role_piece.tokens.start).any(|token| self.is_former(token + 1));
        let end = role_piece.tokens.end;
        let office = Office { actor, role: &name, title: role.title, former };
        let named = self.name_after(pieces, role_index + 1, end, piece.sentence, &office);
        let span = Span::new(piece.span.start, named.as_ref().map_or(role_piece.span.end, |(end, _)| *end));
        let person = named.map(|(_, person)| person);
        if role.title && person.is_none() {
            self.apposed(piece, actor, &name, former);
        }
        let rule = if counterpart { Rule::Counterpart } else { Rule::Composed };
        let role_span = Some(role_piece.span);
        let reading = Reading { role: Some(name), role_span, person, former, ..Reading::plain(actor, kind, rule) };
        self.push(span, piece.sentence, reading);
        Some(self.after(pieces, role_index + 1, span))
    }

    /// The office of the last mention with one in a sentence.
    fn office_in(&self, sentence: usize) -> Option<Arc<str>> {
        let here = self.mentions.iter().rev().take_while(|mention| mention.sentence == sentence);
        here.filter(|mention| matches!(mention.kind, MentionKind::Role | MentionKind::Person))
            .find_map(|mention| mention.role.clone())
    }

    /// The role noun that a state or demonym at `index` governs: adjacent, or after a possessive mark
    /// and a few modifiers.
    fn role_after(&self, pieces: &[Piece], index: usize) -> Option<(usize, usize)> {
        let piece = &pieces[index];
        let mut at = piece.tokens.end;
        if matches!(self.word(at), "'s" | "’s" | "'" | "’") {
            at += 1;
        }
        let mut index = index;
        let mut next = pieces.get(index + 1).filter(|next| next.sentence == piece.sentence)?;
        // "The National Defence Commission": an adjective here, though a noun elsewhere.
        if let Some(after) = pieces.get(index + 2)
            && next.tokens.len() == 1
            && words::is_modifier(&self.lower(next.tokens.start))
            && after.sentence == piece.sentence
            && after.tokens.start <= next.tokens.end + 2
            && matches!(after.what, What::Role(_))
            && (next.tokens.end..after.tokens.start).all(|token| words::starts_upper(self.word(token)))
        {
            index += 1;
            next = after;
            at = after.tokens.start;
        }
        let What::Role(number) = next.what else { return None };
        for _ in 0..=MODIFIERS {
            if at == next.tokens.start {
                // "Communist authorities", "army officers": the last noun tells who it is; but "student unions" and "rebel
                // forces" are those of students and rebels.
                let (mut last, mut role) = (index + 1, number);
                let mut private = false;
                while let Some(after) = pieces.get(last + 1)
                    && after.tokens.start == pieces[last].tokens.end
                    && after.sentence == piece.sentence
                    && let What::Role(number) = after.what
                    && last < index + MODIFIERS
                {
                    let held = &pieces[last];
                    let adjective = held.tokens.len() == 1 && words::is_modifier(&self.lower(held.tokens.start));
                    private |= !adjective && self.gazetteer.role(role).speaks_for == SpeaksFor::Nobody;
                    last += 1;
                    if !private {
                        role = number;
                    }
                }
                return Some((last, role));
            }
            let word = self.lower(at);
            // "In" only as in "commander-in-chief".
            if !words::is_modifier(&word) || word == "in" && self.word(at - 1) != "-" {
                return None;
            }
            at += 1;
        }
        None
    }

    /// "the ministry": the actor is settled when all names are known.
    fn refer_back(&mut self, piece: &Piece, role: Option<Arc<str>>) {
        let start = piece.tokens.start;
        // "Countries", "Governments": those of anybody.
        let several = piece.span.of(self.text).ends_with('s') && !piece.span.of(self.text).ends_with("ss");
        if several && !self.is_definite(start) && !matches!(self.word(piece.tokens.end - 1), "Authorities" | "Forces") {
            return;
        }
        let determined = start > self.segmentation.sentences[piece.sentence].tokens.start
            && matches!(self.lower(start - 1).as_str(), "the" | "its" | "their" | "his" | "her" | "our" | "my");
        let first = if determined { self.segmentation.tokens[start - 1].span.start } else { piece.span.start };
        // "Our soldiers" are those of whoever speaks.
        let speaker = matches!(self.lower(start.wrapping_sub(1)).as_str(), "our" | "my");
        let (kind, rule) = match speaker {
            true => (MentionKind::FirstPerson, Rule::Speaker),
            false => (MentionKind::Anaphor, Rule::Antecedent),
        };
        self.push(
            Span::new(first, piece.span.end),
            piece.sentence,
            Reading { actor: None, kind, rule, role, role_span: Some(piece.span), person: None, former: false },
        );
    }
}
