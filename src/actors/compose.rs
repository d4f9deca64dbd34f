//! States, bodies, roles and names put together to one mention.
//!
//! "The Kenyan foreign minister Musalia Mudavadi" is one mention of Kenya. A role that speaks for nobody but itself
//! ("Kenyan farmers") makes a mention that takes no part in pairs.

use super::{
    Dismissal, MentionKind, Role, Rule, SpeaksFor,
    context::Sense,
    entry::EntryKind,
    gazetteer::{ActorIndex, Term},
    piece::{Piece, What},
    resolve::{Reading, Resolver},
    words,
};
use crate::{segment::TokenKind, span::Span};
use std::sync::Arc;

/// What a name that follows a title is bound to.
struct Office<'a> {
    actor: ActorIndex,
    role: &'a Arc<str>,
    title: bool,
    former: bool,
}

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
            && next.is_some_and(|next| matches!(next.what, What::Entry { kind: EntryKind::Capital, .. }) && next.tokens.start == piece.tokens.end);
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
            let reading = Reading { role: Some(name), ..Reading::plain(actor, MentionKind::Member, Rule::Member) };
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
            Reading { role: Some(name), person, former, ..Reading::plain(actor, kind, rule) },
        );
        Some(self.after(pieces, index + 2, span))
    }

    /// Whether "of" and something that is no part of a state follow: "the head of a rights group".
    fn is_of_something_else(&self, piece: &Piece) -> bool {
        if self.lower(piece.tokens.end) != "of" {
            return false;
        }
        let mut at = piece.tokens.end + 1;
        while matches!(self.lower(at).as_str(), "the" | "its" | "their" | "his" | "her" | "our") {
            at += 1;
        }
        !matches!(
            self.lower(at).as_str(),
            "republic" | "country" | "nation" | "state" | "government" | "parliament" | "national" | "foreign" | "defence" | "defense"
                | "justice" | "interior" | "finance" | "health" | "staff" | "economy" | "trade" | "information" | "education"
                | "federation" | "union" | "armed" | "army" | "navy" | "day"
        )
    }

    /// Whether a role noun has a capital that no place in the sentence asks for.
    fn is_capital_by_choice(&self, piece: &Piece) -> bool {
        let first = self.segmentation.sentences[piece.sentence].tokens.start;
        let before = piece.tokens.start.checked_sub(1).filter(|at| *at >= first).map(|at| self.word(at));
        words::starts_upper(piece.span.of(self.text))
            && before.is_some_and(|before| !matches!(before, "-" | "--" | "—" | "–" | ":" | "\"" | "“" | ")"))
    }

    /// The first piece from `next` on that does not begin within `span`.
    fn after(&self, pieces: &[Piece], mut next: usize, span: Span) -> usize {
        while pieces.get(next).is_some_and(|piece| piece.span.start < span.end) {
            next += 1;
        }
        next
    }

    /// A listed name first.
    fn begin_with_name(
        &mut self,
        pieces: &[Piece],
        index: usize,
        number: usize,
        kind: EntryKind,
        term: Term,
    ) -> usize {
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
        if role.speaks_for == SpeaksFor::Nobody {
            let people = matches!(kind, EntryKind::Demonym | EntryKind::Place | EntryKind::State);
            if (role.thing || role.relational) && kind != EntryKind::Demonym || !people {
                return None;
            }
            let role = Some(role.name.as_str().into());
            let reading = Reading { role, ..Reading::plain(actor, MentionKind::Member, Rule::Member) };
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
        let reading = Reading { role: Some(name), person, former, ..Reading::plain(actor, kind, rule) };
        self.push(span, piece.sentence, reading);
        Some(self.after(pieces, role_index + 1, span))
    }

    /// Whether a role noun in the plural is rather the verb of the name before it: something follows that can be its object.
    fn may_be_verb(&self, role: &Piece) -> bool {
        let word = self.word(role.tokens.start);
        if role.tokens.len() != 1 || !word.ends_with('s') || words::starts_upper(word) {
            return false;
        }
        let verbs = [
            "attacks", "bombs", "charges", "courts", "demands", "exiles", "fires", "forces", "guards", "heads", "hosts", "leads",
            "monitors", "offers", "orders", "partners", "plans", "ships", "sanctions", "shells", "sides", "states", "strikes",
            "suspects", "threatens", "threats",
        ];
        let next = self.word(role.tokens.end);
        let object = words::starts_upper(next) || matches!(next, "the" | "a" | "an" | "its" | "their" | "his" | "her" | "any" | "all" | "no" | "to" | "it" | "them" | "that");
        verbs.contains(&word) && object
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

    /// The name that may follow a title, from token `at` on: a listed person, or capitalised words that
    /// are then bound to the actor. Gives the end of the name and the name.
    fn name_after(
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
    fn apposed(&mut self, piece: &Piece, actor: ActorIndex, role: &Arc<str>, former: bool) {
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

    /// "the ministry": the actor is settled when all names are known.
    fn refer_back(&mut self, piece: &Piece, role: Option<Arc<str>>) {
        let start = piece.tokens.start;
        // "Countries", "Governments": those of anybody.
        let several = piece.span.of(self.text).ends_with('s') && !piece.span.of(self.text).ends_with("ss");
        if several && !self.is_definite(start) && !matches!(self.word(piece.tokens.end - 1), "Authorities" | "Forces") {
            return;
        }
        let determined = start > 0
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
            Reading { actor: None, kind, rule, role, person: None, former: false },
        );
    }
}
