//! Persons: offices at a date, titles, forms of address, initials, and surnames that a full name bound before.

use super::{
    Mention, MentionKind, Rule,
    entry::{Entry, EntryKind},
    fold::fold,
    gazetteer::{ActorIndex, Term, term},
    names::word_hash,
    piece::Piece,
    resolve::{Reading, Resolver},
    words,
};
use crate::{
    segment::{TokenKind, word_spans},
    span::Span,
};
use std::{collections::HashMap, sync::Arc};

/// Whom a surname means from its first full mention on.
#[derive(Debug, Clone)]
struct Bound {
    actor: ActorIndex,
    person: Arc<str>,
    role: Option<Arc<str>>,
    former: bool,
    /// Token from which on it holds.
    from: usize,
}

/// The surnames bound in a document, by the hash of the folded word.
#[derive(Debug, Default)]
pub(super) struct Surnames(HashMap<u64, Vec<Bound>>);

/// Mentions that are asked for an actor, from the beginning of the text.
const NAMED: usize = 512;

/// How well a title names an office: 2 when it is the same, 1 when one is the end of the other ("minister", "foreign minister"),
/// 0 when it is another.
fn office_fit(role: &str, title: &str) -> u8 {
    if role.is_empty() || title.is_empty() {
        return 0;
    }
    if role == title {
        return 2;
    }
    let (long, short) = if role.len() > title.len() { (role, title) } else { (title, role) };
    let other = ["vice ", "deputy ", "assistant ", "under ", "former ", "acting deputy "];
    let ends = long.strip_suffix(short).is_some_and(|rest| rest.ends_with(' '))
        && !other.iter().any(|word| long.starts_with(word));
    // "Secretary Blinken" is the secretary of state.
    let begins = long.strip_prefix(short).is_some_and(|rest| rest.starts_with(" of "));
    u8::from(ends || begins)
}

/// Forms of address before a surname, without their dot.
fn is_honorific(word: &str) -> bool {
    matches!(word, "Mr" | "Mrs" | "Ms" | "Miss" | "Dr" | "Sir" | "Dame" | "Lord" | "Lady" | "Prof" | "Madam" | "Mme")
}

impl Resolver<'_> {
    /// A surname of the tables right after a title ("President Biden"), or one bound before; `next` is where the next listed
    /// name begins. Says whether there is one.
    pub(super) fn titled(&mut self, piece: &Piece, next: Option<usize>, title: &str, former: bool) -> bool {
        let at = piece.tokens.end;
        // The name stands in the same sentence and is no listed name of its own.
        let inside = at < self.segmentation.sentences[piece.sentence].tokens.end;
        let Some(token) = self.segmentation.tokens.get(at).copied().filter(|_| inside && next != Some(at)) else {
            return false;
        };
        let word = token.span.of(self.text);
        if !words::starts_upper(word) || token.kind != TokenKind::Word {
            return false;
        }
        let bound = self.surnames.0.get(&word_hash(word)).and_then(|list| list.last()).cloned();
        let mut former = former;
        let (actor, person) = match bound {
            Some(bound) => {
                former |= bound.former;
                (bound.actor, bound.person)
            }
            None => {
                let Some(number) = self.in_office(word, title) else { return false };
                (self.gazetteer.entry_actor(number), self.gazetteer.entry(number).name.as_str().into())
            }
        };
        let reading = Reading::plain(actor, MentionKind::Person, Rule::Titled);
        let (role, person) = (Some(title.into()), Some(person));
        self.push(piece.span.cover(token.span), piece.sentence, Reading { role, person, former, ..reading });
        true
    }

    /// The row of a person with a surname and an office that a title may name.
    fn in_office(&self, surname: &str, title: &str) -> Option<usize> {
        let fit = |number: usize| office_fit(self.gazetteer.entry(number).role.as_deref().unwrap_or_default(), title);
        let rows = self.gazetteer.surname(&fold(surname).text);
        let best = rows.iter().map(|number| fit(*number)).max().filter(|fit| *fit > 0)?;
        let fits = |number: &&usize| fit(**number) == best;
        let valid = |number: &&usize| term(self.gazetteer.entry(**number), self.date) == Term::Now;
        let now: Vec<usize> = rows.iter().filter(|number| fit(**number) > 0).filter(valid).copied().collect();
        // Undated text that gives the title is of the time of the office.
        let then = || rows.iter().filter(fits).filter(|_| self.date.is_none()).copied().collect();
        let rows = if now.is_empty() { then() } else { now };
        // Several presidents of that name: the one whose state the text has named.
        let actor = |number: usize| self.gazetteer.entry_actor(number);
        let last = *rows.last()?;
        if rows.iter().all(|number| actor(*number) == actor(last)) {
            return Some(last);
        }
        rows.into_iter().rev().find(|number| self.is_named(actor(*number)))
    }

    /// Whether an actor is mentioned among the first names of the document.
    fn is_named(&self, actor: ActorIndex) -> bool {
        // Near enough in a long document, and bounded for a hostile one.
        self.mentions.iter().take(NAMED).any(|mention| mention.actor == Some(actor))
    }

    /// The row of the same person that surely has the office which the text names.
    pub(super) fn of_that_office(&self, piece: &Piece, number: usize, title: &str) -> Option<usize> {
        let number = self.in_that_office(piece, number, title);
        let role = self.gazetteer.entry(number).role.as_deref().unwrap_or_default();
        (office_fit(role, title) > 0).then_some(number)
    }

    /// The row of the same person that has the office which the text names, where there is one.
    pub(super) fn in_that_office(&self, piece: &Piece, number: usize, title: &str) -> usize {
        let gazetteer = self.gazetteer;
        let name = &gazetteer.entry(number).name;
        let fit = |number: usize| office_fit(gazetteer.entry(number).role.as_deref().unwrap_or_default(), title);
        let others = gazetteer.rows_named(piece.name).filter(|other| gazetteer.entry(*other).name == *name);
        let best = others.max_by_key(|other| (fit(*other), *other));
        best.filter(|best| fit(*best) > fit(number)).unwrap_or(number)
    }

    pub(super) fn person(
        &mut self,
        span: Span,
        piece: &Piece,
        number: usize,
        role: Option<Arc<str>>,
        former: bool,
        titled: bool,
    ) {
        let gazetteer = self.gazetteer;
        let entry = gazetteer.entry(number);
        let person: Arc<str> = entry.name.as_str().into();
        let actor = gazetteer.entry_actor(number);
        let office: Option<Arc<str>> = entry.role.as_deref().map(Arc::from);
        let standing = term(entry, self.date);
        // A title vouches for the office where the text has no date of its own.
        let vouched = titled || self.is_in_office_here(&person);
        let former = former || standing != Term::Now && !(vouched && self.date.is_none());
        let surnames: Vec<String> = match entry.surnames.as_slice() {
            [] => entry.name.rsplit(' ').next().map(str::to_owned).into_iter().collect(),
            listed => listed.to_vec(),
        };
        // A surname of two who are both out of office is either's.
        let either = !titled
            && standing != Term::Now
            && self.gazetteer.rows_named(piece.name).any(|other| {
                let other_entry = gazetteer.entry(other);
                other_entry.kind == EntryKind::Person
                    && other_entry.name != entry.name
                    && gazetteer.entry_actor(other) == actor
            });
        // Without a date or title nobody can say which of several offices is meant.
        let open = self.date.is_none()
            && gazetteer.rows_named(piece.name).any(|other| {
                let other = gazetteer.entry(other);
                other.name == entry.name && other.role != entry.role
            });
        let role = role.or(office.filter(|_| !open || vouched));
        self.bind(&person, &surnames, actor, role.as_ref(), former, piece.tokens.start);
        let (role, person) = if either { (None, None) } else { (role, Some(person)) };
        let rule = if titled { Rule::Titled } else { Rule::Listed };
        let kind = if gazetteer.is_member(number) { MentionKind::Member } else { MentionKind::Person };
        let reading = Reading::plain(actor, kind, rule);
        self.push(span, piece.sentence, Reading { role, person, former, ..reading });
    }

    /// Whether the text gave a person a title before: then a text without a date is of that time.
    fn is_in_office_here(&self, person: &str) -> bool {
        let last = person.rsplit(' ').next().unwrap_or(person);
        let list = self.surnames.0.get(&word_hash(last)).map_or(&[][..], Vec::as_slice);
        list.iter().rev().take(8).any(|bound| &*bound.person == person && !bound.former)
    }

    pub(super) fn bind(
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
            // "Dos Santos" and "al-Hameli" are looked for by their last word.
            let Some(span) = word_spans(surname).last().copied() else { continue };
            let last = span.of(surname);
            if words::is_calendar(last) || words::is_function_word(&last.to_lowercase()) {
                continue;
            }
            let bound = Bound { actor, person: person.clone(), role: role.cloned(), former, from };
            self.surnames.0.entry(word_hash(last)).or_default().push(bound);
        }
    }

    /// Adds the mentions of persons by surnames: those that an earlier full mention bound, and those that a form of
    /// address or initials announce.
    pub(super) fn find_surnames(&mut self) {
        let mut found = Vec::new();
        let mut cursor = 0;
        let segmentation = self.segmentation;
        for (number, sentence) in segmentation.sentences.iter().enumerate() {
            for index in sentence.tokens.clone() {
                let token = &segmentation.tokens[index];
                if token.kind != TokenKind::Word {
                    continue;
                }
                let word = token.span.of(self.text);
                if word.len() < 2 || !words::starts_upper(word) {
                    continue;
                }
                while self.mentions.get(cursor).is_some_and(|mention| mention.span.end <= token.span.start) {
                    cursor += 1;
                }
                if self.mentions.get(cursor).is_some_and(|mention| mention.span.overlaps(token.span)) {
                    continue;
                }
                let mention = self
                    .bound(index, sentence.tokens.start, word)
                    .or_else(|| self.addressed(index, sentence.tokens.start, word));
                if let Some((span, reading)) = mention {
                    let Reading { actor, kind, rule, role, role_span, person, former } = reading;
                    let possessive = self.is_possessive(index + 1);
                    let sentence = number;
                    let mention =
                        Mention { span, actor, kind, role, role_span, person, sentence, possessive, former, rule };
                    found.push(mention);
                }
            }
        }
        if !found.is_empty() {
            self.mentions.extend(found);
            self.mentions.sort_by_key(|mention| mention.span);
        }
    }

    /// A surname that a full name bound before.
    fn bound(&self, index: usize, first: usize, word: &str) -> Option<(Span, Reading)> {
        if self.surnames.0.is_empty() {
            return None;
        }
        // Bound in order of the text.
        let list = self.surnames.0.get(&word_hash(word))?;
        let bound = &list[list.partition_point(|bound| bound.from < index).checked_sub(1)?];
        // A given name of somebody else: "Putin" bound, "Maria Putin" here is another person.
        let before = index.checked_sub(1).map_or("", |before| self.word(before));
        if words::starts_upper(before)
            && first + 1 < index
            && self.segmentation.tokens[index - 1].kind == TokenKind::Word
            && before.len() > 3
            && !is_honorific(before)
            && !words::is_calendar(before)
        {
            return None;
        }
        let reading = Reading::plain(bound.actor, MentionKind::Person, Rule::Bound);
        let (role, person) = (bound.role.clone(), Some(bound.person.clone()));
        Some((self.segmentation.tokens[index].span, Reading { role, person, former: bound.former, ..reading }))
    }

    /// "Mr Lavrov", "J. D. Vance": a surname that no full name bound, but that only one office holder can have.
    fn addressed(&self, index: usize, first: usize, word: &str) -> Option<(Span, Reading)> {
        let mut at = index.checked_sub(1).filter(|at| *at >= first)?;
        if self.word(at) == "." {
            at = at.checked_sub(1).filter(|at| *at >= first)?;
        }
        let before = self.word(at);
        let dotted = self.word(index - 1) == ".";
        // "Rejected plan B. Johnson said so": the dot ends a sentence after a plain word.
        let plain = at > first && self.word(at - 1).chars().all(char::is_lowercase);
        let initial = initial(before).filter(|_| dotted && at > first && !plain || before.contains('.'));
        if initial.is_none() && (!is_honorific(before) || self.gazetteer.is_common_name(word)) {
            return None;
        }
        let rows = self.gazetteer.surname(&fold(word).text);
        let fits = |entry: &Entry| initial.is_none_or(|initial| entry.name.starts_with(initial));
        let candidates: Vec<usize> =
            rows.iter().copied().filter(|number| fits(self.gazetteer.entry(*number))).collect();
        let now: Vec<usize> = candidates
            .iter()
            .copied()
            .filter(|number| term(self.gazetteer.entry(*number), self.date) == Term::Now)
            .collect();
        let (rows, former) = if now.is_empty() { (candidates, true) } else { (now, false) };
        let entry = self.gazetteer.entry(*rows.last()?);
        let one = rows.iter().all(|number| self.gazetteer.entry(*number).name == entry.name);
        // Many share a surname with an office holder: the text must be about the actor.
        if !one || !self.is_named(self.gazetteer.entry_actor(*rows.last()?)) {
            return None;
        }
        // All initials belong to the name; a form of address does not.
        let mut start = index;
        if initial.is_some() {
            start = at;
            while start > first + 1 && self.word(start - 1) == "." && self::initial(self.word(start - 2)).is_some() {
                start -= 2;
            }
        }
        let tokens = &self.segmentation.tokens;
        let place = self.mentions.partition_point(|mention| mention.span.end <= tokens[start].span.start);
        if self.mentions.get(place).is_some_and(|mention| mention.span.start < tokens[index].span.end) {
            return None;
        }
        let rule = if initial.is_some() { Rule::Initials } else { Rule::Honorific };
        let reading = Reading::plain(self.gazetteer.entry_actor(*rows.last()?), MentionKind::Person, rule);
        let (role, person) = (entry.role.as_deref().map(Arc::from), Some(entry.name.as_str().into()));
        let span = tokens[start].span.cover(tokens[index].span);
        Some((span, Reading { role, person, former, ..reading }))
    }
}

/// The first letter of initials: "V", "J.D.".
fn initial(word: &str) -> Option<char> {
    let mut letters = word.chars();
    let first = letters.next().filter(|letter| letter.is_uppercase())?;
    let rest = letters.as_str();
    let initials = rest.is_empty() || rest.starts_with('.') && rest.len() <= 6;
    initials.then_some(first)
}
