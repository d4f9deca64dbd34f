//! Sentences: the boundaries of Unicode Standard Annex 29, less those after abbreviations.

use super::{
    boundary::Boundaries,
    token::{self, Token},
};
use crate::span::Span;
use std::ops::Range;

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its place, trimmed of white space.
    pub span: Span,
    /// Its tokens in the document's token list.
    pub tokens: Range<usize>,
    /// Number of its paragraph.
    pub paragraph: usize,
}

/// Abbreviations that stand before a name or number and so never end a sentence.
const BEFORE_NAME: &[&str] = &[
    "adm", "amb", "brig", "capt", "cmdr", "col", "cpl", "dr", "fr", "gen", "gov", "hon", "lt", "maj", "mr", "mrs",
    "ms", "messrs", "mt", "mx", "no", "nos", "pres", "prof", "rep", "reps", "rev", "sen", "sens", "sgt", "sr", "st",
    "supt", "vs", "art", "para", "paras", "res", "doc", "vol", "fig", "cf", "al", "e.g", "i.e", "viz", "ca", "approx",
];

/// Abbreviations that may end a sentence: they do when a word follows that usually begins one.
const MAY_END: &[&str] = &[
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu",
    "fri", "sat", "sun", "inc", "corp", "ltd", "co", "bros", "jr", "etc", "a.m", "p.m", "pct", "dlr", "dlrs", "mln",
    "bln", "govt", "dept", "univ", "min", "gen", "est",
];

/// Words that, capitalised after such an abbreviation, begin a new sentence.
const OPENERS: &[&str] = &[
    "a",
    "according",
    "after",
    "all",
    "also",
    "although",
    "an",
    "and",
    "another",
    "as",
    "asked",
    "at",
    "both",
    "but",
    "by",
    "despite",
    "during",
    "each",
    "earlier",
    "even",
    "for",
    "from",
    "he",
    "her",
    "his",
    "however",
    "i",
    "if",
    "in",
    "it",
    "its",
    "last",
    "later",
    "many",
    "meanwhile",
    "moreover",
    "most",
    "my",
    "no",
    "none",
    "nor",
    "not",
    "of",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "several",
    "she",
    "since",
    "so",
    "some",
    "such",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "though",
    "thus",
    "to",
    "under",
    "until",
    "we",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "why",
    "with",
    "within",
    "without",
    "yet",
    "you",
    "your",
];

/// Tokens a sentence has at most.
const LONGEST: usize = 512;

/// Appends the sentences of the paragraph at `span` and their tokens.
pub(super) fn sentences(
    text: &str,
    span: Span,
    paragraph: usize,
    tokens: &mut Vec<Token>,
    sentences: &mut Vec<Sentence>,
) {
    let source = span.of(text);
    // A line break always ends a sentence for UAX 29; inside a paragraph it is only white space.
    // The replacement has the same length, so offsets stay.
    let unbroken;
    let source = if source.contains(['\n', '\r']) {
        unbroken = source.replace(['\n', '\r'], " ");
        unbroken.as_str()
    } else {
        source
    };
    let mut start = 0;
    let mut bounds = Boundaries::of(source).peekable();
    while let Some(end) = bounds.next() {
        if bounds.peek().is_some() && !ends(&source[start..end], &source[end..]) {
            continue;
        }
        let part = &source[start..end];
        let lead = part.len() - part.trim_start().len();
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let first = span.start + start + lead;
            let place = Span::new(first, first + trimmed.len());
            let begin = tokens.len();
            token::tokens(trimmed, first, tokens);
            // A sentence is cut where it outgrows every real one: rules look at all mentions and cues of a sentence
            // together, and a hostile text must not make that slow.
            let mut from = begin;
            while tokens.len() - from > LONGEST {
                let (first, last) = (tokens[from].span.start, tokens[from + LONGEST - 1].span.end);
                sentences.push(Sentence { span: Span::new(first, last), tokens: from..from + LONGEST, paragraph });
                from += LONGEST;
            }
            let first = if from == begin { place.start } else { tokens[from].span.start };
            sentences.push(Sentence { span: Span::new(first, place.end), tokens: from..tokens.len(), paragraph });
        }
        start = end;
    }
}

/// Whether the boundary that UAX 29 sets between `before` and `after` ends a sentence.
fn ends(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let bare = before.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»']);
    if !after.trim_start_matches(['"', '“', '‘', '(', ' ']).starts_with(char::is_alphanumeric) {
        return true;
    }
    let next = after.trim_start();
    if bare.ends_with(['!', '?', '…']) && bare.len() < before.len() && next.starts_with(char::is_lowercase) {
        // "Is it war?" he asked.
        return false;
    }
    let Some(stem) = bare.strip_suffix('.') else { return true };
    let word = stem.rsplit([' ', '(', '"', '“', '‘', '\u{a0}', '-']).next().unwrap_or_default();
    let opener = || {
        let first = next
            .trim_start_matches(['"', '“', '‘', '('])
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        OPENERS.binary_search(&first.to_lowercase().as_str()).is_ok()
    };
    let lower = word.to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    if initial || BEFORE_NAME.contains(&lower.as_str()) && !(lower == "no" && word == "no") {
        // "J. Smith", "Gen. Smith"; but "The answer is no."
        return initial && word == "I" && opener();
    }
    // "U.S.", "U.N.", "p.m.": dots inside.
    if word.contains('.') && word.split('.').all(|part| part.chars().count() == 1) || MAY_END.contains(&lower.as_str())
    {
        return opener() || bare.len() < before.len();
    }
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn openers_are_sorted_for_the_search() {
        assert!(super::OPENERS.is_sorted());
    }
}
