//! From a text to tokens, sentences and quotations.
//!
//! In: the text of a document. Out: a [`Segmentation`], all places as byte spans of that text.
//! Words and sentences follow Unicode Standard Annex 29 (words through `unicode-segmentation`, sentences in
//! [`boundary`]), with three layers of our own on top, each in a file of its own: paragraphs and hard-wrapped lines
//! ([`paragraph`]), abbreviations ([`sentence`]) and quotation marks ([`quotation`]).

mod boundary;
mod keep_hash;
mod paragraph;
mod quotation;
mod sentence;
mod stem;
mod token;
mod word_bounds;
mod word_hashing;

pub use keep_hash::{HashedMap, HashedSet, KeepHash};
pub use quotation::Quotation;
pub use sentence::Sentence;
pub use stem::{Lexicon, STEMMER, Symbol};
pub use token::{Token, TokenKind};
pub(crate) use word_hashing::WordHashing;

use crate::span::Span;
use std::ops::Range;

/// Places of the words and marks of a text that is no document, such as a name.
pub(crate) fn word_spans(text: &str) -> Vec<Span> {
    let mut tokens = Vec::new();
    token::tokens(text, 0, &mut tokens);
    tokens.into_iter().map(|token| token.span).collect()
}

/// The tokens, sentences and quotations of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Words, numbers and punctuation marks in order of the text; white space is left out.
    pub tokens: Vec<Token>,
    /// Sentences in order; every token belongs to exactly one.
    pub sentences: Vec<Sentence>,
    /// Quotations in order; they do not overlap.
    pub quotations: Vec<Quotation>,
}

impl Segmentation {
    /// Segments `text`. Linear in its length.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut sentences = Vec::with_capacity(text.len() / 120 + 1);
        for (number, span) in paragraph::paragraphs(text).into_iter().enumerate() {
            sentence::sentences(text, span, number, &mut tokens, &mut sentences);
        }
        let quotations = quotation::quotations(text, &tokens, &sentences);
        Self { tokens, sentences, quotations }
    }

    /// The tokens of a sentence.
    #[must_use]
    pub fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        &self.tokens[sentence.tokens.clone()]
    }

    /// Indices of the tokens that share a byte with `span`.
    #[must_use]
    pub fn tokens_in(&self, span: Span) -> Range<usize> {
        let start = self.tokens.partition_point(|token| token.span.end <= span.start);
        let end = self.tokens.partition_point(|token| token.span.start < span.end);
        start..end.max(start)
    }

    /// Index of the sentence that holds byte `byte`, or of the last one before it.
    #[must_use]
    pub fn sentence_at(&self, byte: usize) -> Option<usize> {
        self.sentences.partition_point(|sentence| sentence.span.start <= byte).checked_sub(1)
    }

    /// The quotation that holds byte `byte`.
    #[must_use]
    pub fn quotation_at(&self, byte: usize) -> Option<usize> {
        let index = self.quotations.partition_point(|quotation| quotation.span.start <= byte).checked_sub(1)?;
        (byte < self.quotations[index].span.end).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sentences(text: &str) -> Vec<&str> {
        Segmentation::of(text).sentences.iter().map(|sentence| sentence.span.of(text)).collect()
    }

    #[test]
    fn abbreviations_do_not_end_sentences() {
        assert_eq!(
            sentences(
                "Rep. Robert Dornan met Gen. J. Smith of the U.S. Army. The U.S. Senate agreed. It left the U.N. The end."
            ),
            [
                "Rep. Robert Dornan met Gen. J. Smith of the U.S. Army.",
                "The U.S. Senate agreed.",
                "It left the U.N.",
                "The end."
            ]
        );
    }

    #[test]
    fn a_question_inside_quotation_marks_stays_with_its_speaker() {
        assert_eq!(
            sentences("\"Is it war?\" he asked. \"No!\" they said."),
            ["\"Is it war?\" he asked.", "\"No!\" they said."]
        );
    }

    #[test]
    fn hard_wrapped_lines_are_one_paragraph() {
        let text = "We also commend the\n\nefforts made by Taiwan and China to reduce\n\ntensions. We\n\nthank them.";
        assert_eq!(sentences(text).len(), 2);
        assert_eq!(sentences("Headline without stop\n\nThe story begins here. It goes on.").len(), 3);
    }

    #[test]
    fn possessives_are_split_and_acronyms_kept() {
        let text = "The U.S. rejects Russia’s claim, X-backed forces' too.";
        let words: Vec<&str> = Segmentation::of(text).tokens.iter().map(|token| token.span.of(text)).collect();
        assert_eq!(
            words,
            ["The", "U.S.", "rejects", "Russia", "’s", "claim", ",", "X", "-", "backed", "forces", "'", "too", "."]
        );
    }

    #[test]
    fn quotations_span_sentences_of_a_paragraph() {
        let text = "He said: “We will go. We will stay.” She left. \"Open quote without end";
        let found: Vec<&str> = Segmentation::of(text).quotations.iter().map(|q| q.span.of(text)).collect();
        assert_eq!(found, ["“We will go. We will stay.”", "\"Open quote without end"]);
    }

    proptest! {
        #[test]
        fn every_token_is_in_one_sentence_and_in_order(text in "(\\PC|[ \\n.,\"“”'A-Za-z]){0,300}") {
            let segmentation = Segmentation::of(&text);
            let mut expected = 0;
            for sentence in &segmentation.sentences {
                prop_assert_eq!(sentence.tokens.start, expected);
                expected = sentence.tokens.end;
                for token in segmentation.tokens_of(sentence) {
                    prop_assert!(sentence.span.contains(token.span));
                    prop_assert!(!token.span.of(&text).trim().is_empty());
                }
            }
            prop_assert_eq!(expected, segmentation.tokens.len());
            for pair in segmentation.tokens.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
            for pair in segmentation.quotations.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
        }
    }
}
