//! Names and roles that were not resolved: what a user may want to add to a table.
//!
//! In: documents. Out: [`Unknown`]s, the most frequent first: runs of capitalised words that are no mention and no part of
//! one, and role phrases whose actor stayed open ("the ministry"), each with counts and examples.

use super::{Gazetteer, Mention, MentionKind, vocabulary::is_common_word, words};
use crate::{
    document::Document,
    segment::{Segmentation, TokenKind},
    span::Span,
};
use std::collections::HashMap;

/// What kind of phrase it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownKind {
    /// Capitalised words.
    Name,
    /// A role noun without an actor.
    Role,
}

impl UnknownKind {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Role => "role",
        }
    }
}

/// A phrase that was not resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The phrase; roles as the tables name them.
    pub text: String,
    /// What kind of phrase it is.
    pub kind: UnknownKind,
    /// How often it stands in the documents.
    pub count: u64,
    /// In how many documents.
    pub documents: u64,
    /// Document ids with the words around the phrase.
    pub examples: Vec<String>,
}

/// Words shown on each side of an example, in bytes at most.
const AROUND: usize = 40;
/// Words of a name at most.
const LONGEST: usize = 6;

/// One phrase found in a document, with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPhrase {
    text: String,
    kind: UnknownKind,
    example: String,
}

impl Gazetteer {
    /// The phrases of a document that were not resolved, in order.
    #[must_use]
    pub fn unknown_phrases(&self, document: &Document) -> Vec<UnknownPhrase> {
        let text = document.text.as_str();
        let segmentation = Segmentation::of(text);
        let issuer = document.issuer.as_deref().and_then(|issuer| self.issuer(issuer));
        let (mentions, dismissed) = self.mentions_and_dismissed(text, &segmentation, document.date, issuer);
        let example = |span: Span| format!("{}: {}", document.id, around(text, span));
        let open = |mention: &&Mention| mention.actor.is_none() && mention.kind == MentionKind::Anaphor;
        // "Council" with a capital and no article is rather part of a name.
        let bare = |mention: &Mention| {
            let words = mention.span.of(text);
            words.strip_prefix("The ").or_else(|| words.strip_prefix("the ")).is_none() && words::starts_upper(words)
        };
        let is_word = |mention: &&Mention| open(mention) && !bare(mention);
        let roles = mentions.iter().filter(is_word);
        let mut found: Vec<(Span, UnknownPhrase)> = roles
            .filter_map(|mention| {
                let text = mention.role.as_deref()?.to_owned();
                let example = example(mention.span);
                Some((mention.span, UnknownPhrase { text, kind: UnknownKind::Role, example }))
            })
            .collect();
        let known = mentions.iter().filter(|mention| !open(mention) || is_word(mention));
        let mut taken: Vec<Span> = known.map(|mention| mention.span).collect();
        taken.extend(dismissed.iter().map(|name| name.span));
        taken.sort_unstable();
        for span in names(text, &segmentation, &taken) {
            let words: Vec<&str> = span.of(text).split_whitespace().collect();
            let phrase = UnknownPhrase { text: words.join(" "), kind: UnknownKind::Name, example: example(span) };
            found.push((span, phrase));
        }
        found.sort_by_key(|(span, _)| *span);
        found.into_iter().map(|(_, phrase)| phrase).collect()
    }
}

/// Runs of capitalised words outside the spans taken.
fn names(text: &str, segmentation: &Segmentation, taken: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    for sentence in &segmentation.sentences {
        let tokens = &segmentation.tokens[sentence.tokens.clone()];
        let is_capital =
            |token: &crate::segment::Token| token.kind == TokenKind::Word && words::starts_upper(token.span.of(text));
        // Headlines and shouting have a capital everywhere.
        let word_count = tokens.iter().filter(|token| token.kind == TokenKind::Word).count();
        if word_count > 3 && tokens.iter().filter(|token| is_capital(token)).count() * 3 > word_count * 2 {
            continue;
        }
        let free = |span: Span| {
            let place = taken.partition_point(|held| held.end <= span.start);
            !taken.get(place).is_some_and(|held| held.overlaps(span))
        };
        let mut at = 0;
        while at < tokens.len() {
            let article = |token: &crate::segment::Token| words::is_function_word(&token.span.of(text).to_lowercase());
            if !is_capital(&tokens[at]) || !free(tokens[at].span) || article(&tokens[at]) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            let mut cursor = at + 1;
            while cursor < tokens.len() && cursor - at < LONGEST {
                let word = tokens[cursor].span.of(text);
                let joins = matches!(word, "of" | "de" | "al" | "el" | "bin" | "van" | "von" | "-" | "and" | "the");
                if is_capital(&tokens[cursor]) && free(tokens[cursor].span) {
                    end = cursor + 1;
                } else if !joins || word == "and" && cursor != end {
                    break;
                }
                cursor += 1;
            }
            let span = Span::new(tokens[at].span.start, tokens[end - 1].span.end);
            if is_name(text, tokens, at, end) {
                found.push(span);
            }
            at = end;
        }
    }
    found
}

/// Whether a run of words is a name: not a lone ordinary word, day or letter.
fn is_name(text: &str, tokens: &[crate::segment::Token], start: usize, end: usize) -> bool {
    let word = tokens[start].span.of(text);
    if end > start + 1 {
        return true;
    }
    let honorific = matches!(word, "Mr" | "Mrs" | "Ms" | "Dr" | "Sir");
    word.chars().count() > 2
        && !words::is_calendar(word)
        && !honorific
        && !is_common_word(word)
        && !words::is_function_word(&word.to_lowercase())
}

/// A span with the words around it, on one line.
fn around(text: &str, span: Span) -> String {
    let mut start = span.start.saturating_sub(AROUND);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (span.end + AROUND).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[start..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts of phrases over documents. Memory is bounded: when there are too many different phrases, those that came once are
/// forgotten (lossy counting, Manku and Motwani 2002), so that rare ones may be counted short.
#[derive(Debug, Default)]
pub struct UnknownCounts {
    counts: HashMap<(UnknownKind, String), Count>,
    documents: u64,
}

#[derive(Debug, Default)]
struct Count {
    count: u64,
    documents: u64,
    last: u64,
    examples: Vec<String>,
}

/// Different phrases held at most before the single ones are forgotten.
const MOST_PHRASES: usize = 1_000_000;

impl UnknownCounts {
    /// Adds the phrases of one more document.
    pub fn add(&mut self, phrases: Vec<UnknownPhrase>, examples: usize) {
        self.documents += 1;
        for phrase in phrases {
            let count = self.counts.entry((phrase.kind, phrase.text)).or_default();
            count.count += 1;
            if count.last != self.documents {
                count.last = self.documents;
                count.documents += 1;
                if count.examples.len() < examples {
                    count.examples.push(phrase.example);
                }
            }
        }
        if self.counts.len() > MOST_PHRASES {
            self.counts.retain(|_, count| count.count > 1);
        }
    }

    /// Documents added.
    #[must_use]
    pub const fn documents(&self) -> u64 {
        self.documents
    }

    /// The phrases, the most frequent first, equals by name.
    #[must_use]
    pub fn ranked(self) -> Vec<Unknown> {
        let mut all: Vec<Unknown> = self
            .counts
            .into_iter()
            .map(|((kind, text), Count { count, documents, examples, .. })| Unknown {
                text,
                kind,
                count,
                documents,
                examples,
            })
            .collect();
        all.sort_by(|a, b| (b.count, a.kind, &a.text).cmp(&(a.count, b.kind, &b.text)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_open_roles_are_counted_with_examples() {
        let gazetteer = Gazetteer::shipped().unwrap();
        let mut counts = UnknownCounts::default();
        for (id, text) in [
            ("a", "Kenya praised the Zorvan Council. It met the Zorvan Council with Mirela Vantrop for an hour."),
            ("b", "The foreign ministry rejected it. Bridges were closed, Mirela Vantrop said."),
        ] {
            let document = Document { id: id.into(), text: text.into(), ..Document::default() };
            counts.add(gazetteer.unknown_phrases(&document), 2);
        }
        assert_eq!(counts.documents(), 2);
        let found: Vec<(String, u64, u64)> =
            counts.ranked().into_iter().map(|one| (one.text, one.count, one.documents)).collect();
        let expected = [("Mirela Vantrop", 2, 2), ("Zorvan Council", 2, 1), ("foreign ministry", 1, 1)];
        assert_eq!(found, expected.map(|(text, count, documents)| (text.to_owned(), count, documents)));
    }
}
