//! Tokens: the words of Unicode Standard Annex 29, with acronyms kept whole and possessives split off.

use super::word_bounds::word_bounds;
use crate::span::Span;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Has a letter.
    Word,
    /// Has a digit and no letter.
    Number,
    /// Neither.
    Punctuation,
}

/// A word, number or punctuation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its place.
    pub span: Span,
    /// What it is made of.
    pub kind: TokenKind,
}

/// Appends the tokens of `text`, which begins at byte `offset` of the document.
pub(super) fn tokens(text: &str, offset: usize, out: &mut Vec<Token>) {
    let floor = out.len();
    for (at, part) in word_bounds(text) {
        let span = Span::new(offset + at, offset + at + part.len());
        let kind = kind(part);
        if part == "." && out.len() > floor {
            // "U.S" and "." are one token; so is an initial and its dot.
            if let Some(last) = out.last_mut()
                && last.span.end == span.start
                && is_acronym(&text[last.span.start - offset..last.span.end - offset])
            {
                last.span.end = span.end;
                continue;
            }
        }
        if kind == TokenKind::Word
            && let Some(split) = possessive(part)
        {
            out.push(Token { span: Span::new(span.start, span.start + split), kind });
            out.push(Token { span: Span::new(span.start + split, span.end), kind });
            continue;
        }
        out.push(Token { span, kind });
    }
}

fn kind(part: &str) -> TokenKind {
    let mut kind = TokenKind::Punctuation;
    for character in part.chars() {
        if character.is_alphabetic() {
            return TokenKind::Word;
        }
        if character.is_numeric() {
            kind = TokenKind::Number;
        }
    }
    kind
}

/// Single letters with dots between them.
fn is_acronym(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Where `'s` begins at the end of a word.
fn possessive(word: &str) -> Option<usize> {
    ["'s", "’s", "'S", "’S"]
        .into_iter()
        .find_map(|ending| word.strip_suffix(ending))
        .map(str::len)
        .filter(|len| *len > 0)
}
