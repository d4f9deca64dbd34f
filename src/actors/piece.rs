//! Matches of aliases that stand on token boundaries, with the meaning they have at the date.

use super::{
    entry::{Entry, EntryKind},
    gazetteer::{Meaning, Term, term},
    names::word_hash,
    resolve::Resolver,
    vocabulary::is_common_word,
    words,
};
use crate::{document::PartialDate, segment::TokenKind, span::Span};
use std::ops::Range;

/// A match that stands on token boundaries and has the case its alias needs.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) tokens: Range<usize>,
    pub(super) sentence: usize,
    /// Number of the name.
    pub(super) name: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Entry { number: usize, kind: EntryKind, term: Term },
    Role(usize),
}

impl Resolver<'_> {
    /// The matches in a text, leftmost first, of those that begin at one word the longest that has its case.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        // (end, name) of the matches that begin at one token, shortest first.
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (number, sentence) in self.segmentation.sentences.iter().enumerate() {
            let mut at = sentence.tokens.start;
            while at < sentence.tokens.end {
                self.names_at(at, sentence.tokens.end, &mut found);
                let mut piece = self.longest(number, at, &found);
                // "The West Bengal government" is not of "the West".
                if piece.as_ref().is_some_and(|piece| piece.tokens.len() > 1 && self.is_article(at)) {
                    self.names_at(at + 1, sentence.tokens.end, &mut found);
                    let inner = self.longest(number, at + 1, &found);
                    let longer = |inner: &Piece| piece.as_ref().is_some_and(|held| inner.tokens.end > held.tokens.end);
                    if inner.as_ref().is_some_and(longer) {
                        piece = inner;
                    }
                }
                match piece {
                    Some(piece) => {
                        at = piece.tokens.end;
                        pieces.push(piece);
                    }
                    None => at += 1,
                }
            }
        }
        pieces
    }

    /// The longest of the names found at a token that has the capitals for it.
    fn longest(&self, sentence: usize, at: usize, found: &[(usize, usize)]) -> Option<Piece> {
        found.iter().rev().find_map(|(end, name)| self.piece(sentence, at..*end, *name))
    }

    fn is_article(&self, token: usize) -> bool {
        matches!(self.word(token), "the" | "The" | "THE")
    }

    /// The names whose words begin at token `at` and end before `end`.
    fn names_at(&self, at: usize, end: usize, found: &mut Vec<(usize, usize)>) {
        found.clear();
        let tokens = &self.segmentation.tokens;
        if tokens[at].kind == TokenKind::Punctuation {
            return;
        }
        let names = self.gazetteer.names();
        let word = |token: usize| tokens[token].span.of(self.text);
        let mut cursor = at;
        let mut node = names.begin(word(at));
        while let Some(here) = node {
            cursor += 1;
            found.extend(names.name_at(here).map(|name| (cursor, name)));
            node =
                if cursor < end && names.leads_on(here) { names.follow(here, word_hash(word(cursor))) } else { None };
        }
    }

    fn piece(&self, sentence: usize, tokens: Range<usize>, name: usize) -> Option<Piece> {
        let all = &self.segmentation.tokens;
        let span = all[tokens.start].span.cover(all[tokens.end - 1].span);
        if tokens.len() == 1 && self.is_shouted_word(&tokens, span.of(self.text)) {
            return None;
        }
        let what = self.choose(name, span.of(self.text))?;
        Some(Piece { span, tokens, sentence, name, what })
    }

    /// "PEACE PLAN", "CAR BOMB": an ordinary word between others in capitals is no acronym.
    fn is_shouted_word(&self, tokens: &Range<usize>, word: &str) -> bool {
        let shouted = |word: &str| word.len() > 1 && word.chars().all(char::is_uppercase);
        if word.len() > 5 || !shouted(word) || !is_common_word(word) {
            return false;
        }
        let before = tokens.start.checked_sub(1).map_or("", |before| self.word(before));
        let after = self.word(tokens.end);
        shouted(before) && before.len() > 3 || shouted(after) && after.len() > 3
    }

    /// The meaning of a pattern here: an entry whose case fits and which is valid at the date, else one
    /// whose term is over, else a role.
    pub(super) fn choose(&self, pattern: usize, surface: &str) -> Option<What> {
        let mut best: Option<(Term, What)> = None;
        let mut role = None;
        for meaning in self.gazetteer.meanings(pattern) {
            match meaning {
                Meaning::Role(number) => role = Some(What::Role(*number)),
                Meaning::Entry(number, alias) => {
                    if !case_fits(alias, surface) {
                        continue;
                    }
                    let entry = self.gazetteer.entry(*number);
                    let term = term(entry, self.date);
                    // Names of states and bodies that are over still mean them; a name not yet given does not. Of several
                    // offices of a person that hold, or are over, the last one counts.
                    let later = |held: &What| match held {
                        What::Entry { number, kind: EntryKind::Person, .. } if entry.kind == EntryKind::Person => {
                            let day = |entry: &Entry| match term {
                                Term::Over => entry.to.map(PartialDate::last),
                                Term::Now | Term::Later => entry.from.map(PartialDate::first),
                            };
                            day(entry) > day(self.gazetteer.entry(*number))
                        }
                        _ => false,
                    };
                    if best.as_ref().is_none_or(|(held, what)| term < *held || term == *held && later(what)) {
                        best = Some((term, What::Entry { number: *number, kind: entry.kind, term }));
                    }
                }
            }
        }
        best.map(|(_, what)| what).or(role)
    }
}

/// Whether `surface` has the capitals that `alias` needs: all of them for short acronyms (US, WHO), else
/// the first letter of every word that has one in the alias.
fn case_fits(alias: &str, surface: &str) -> bool {
    let letters = alias.chars().filter(|c| c.is_alphabetic());
    let acronym = letters.clone().all(char::is_uppercase);
    if acronym && letters.clone().count() <= 3 {
        return surface.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    }
    // "LeT" is not "Let".
    if letters.clone().count() <= 4 && letters.clone().skip(1).any(char::is_uppercase) {
        return surface == alias || surface.chars().all(|c| !c.is_lowercase());
    }
    let breaks = |c: char| !c.is_alphanumeric();
    let parts = |text| str::split(text, breaks).filter(|part| !part.is_empty()).map(words::starts_upper);
    let (mut needed, mut found) = (parts(alias), parts(surface));
    let first = found.clone().next().unwrap_or(false);
    // A leading article may be in lower case.
    let mut free = alias.starts_with("The ");
    let mut fits = true;
    loop {
        match (needed.next(), found.next()) {
            (None, None) => return fits,
            (Some(needed), Some(found)) => fits &= !needed || found || free,
            // Written with other marks ("US" for "U.S."): only the first letter counts.
            _ => return first,
        }
        free = false;
    }
}
