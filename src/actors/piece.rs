//! Matches of aliases that stand on token boundaries, with the meaning they have at the date.

use super::{
    entry::EntryKind,
    fold::{Folded, fold},
    gazetteer::{Meaning, Term, term},
    resolve::Resolver,
    words,
};
use crate::span::Span;
use aho_corasick::Input;
use std::ops::Range;

/// A match that stands on token boundaries and has the case its alias needs.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) tokens: Range<usize>,
    pub(super) sentence: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Entry { number: usize, kind: EntryKind, term: Term },
    Role(usize),
}

impl Resolver<'_> {
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let folded = fold(self.text);
        let mut pieces = Vec::new();
        let mut from = 0;
        while let Some(found) = self.gazetteer.matcher().find(Input::new(&folded.text).range(from..)) {
            match self.piece(&folded, found.pattern().as_usize(), found.start(), found.end()) {
                Some(piece) => {
                    pieces.push(piece);
                    from = found.end();
                }
                None => {
                    // A name begins where a token begins: the rest of this word is passed over.
                    from = found.start() + folded.text[found.start()..].chars().next().map_or(1, char::len_utf8);
                    let rest = &folded.text.as_bytes()[from..];
                    from += rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                }
            }
        }
        pieces
    }

    pub(super) fn piece(&self, folded: &Folded, pattern: usize, start: usize, end: usize) -> Option<Piece> {
        // Cheap test first: most rejected matches are inside a word.
        let bytes = folded.text.as_bytes();
        let inside = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        if start > 0 && inside(start - 1) && inside(start) || end > 0 && inside(end - 1) && inside(end) {
            return None;
        }
        let start = folded.original(start);
        let end = if end == folded.text.len() { self.text.len() } else { folded.original(end) };
        if !self.text.is_char_boundary(start) || !self.text.is_char_boundary(end) {
            return None;
        }
        let trimmed = self.text[start..end].trim_end().len();
        let mut span = Span::new(start, start + trimmed);
        let tokens = self.segmentation.tokens_in(span);
        let (first, last) =
            (self.segmentation.tokens.get(tokens.start)?, self.segmentation.tokens.get(tokens.end.checked_sub(1)?)?);
        if first.span.start != span.start {
            return None;
        }
        if last.span.end != span.end {
            // "U.S" matched where the token is "U.S."
            if last.span.end != span.end + 1 || !self.text[..last.span.end].ends_with('.') {
                return None;
            }
            span.end = last.span.end;
        }
        let sentence = self.segmentation.sentence_at(span.start)?;
        if !self.segmentation.sentences[sentence].span.contains(span) {
            return None;
        }
        let what = self.choose(pattern, span.of(self.text))?;
        Some(Piece { span, tokens, sentence, what })
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
                    // Names of states and bodies that are over still mean them; a name not yet given does not.
                    if best.as_ref().is_none_or(|(held, _)| term < *held) {
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
    if acronym && letters.count() <= 3 {
        return surface.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    }
    let breaks = |c: char| !c.is_alphanumeric();
    let parts =
        |text: &str| text.split(breaks).filter(|part| !part.is_empty()).map(words::starts_upper).collect::<Vec<_>>();
    let (needed, found) = (parts(alias), parts(surface));
    if needed.len() != found.len() {
        return found.first().copied().unwrap_or(false);
    }
    // A leading article may be in lower case.
    needed
        .iter()
        .zip(&found)
        .enumerate()
        .all(|(index, (needed, found))| !needed || *found || index == 0 && alias.starts_with("The "))
}
