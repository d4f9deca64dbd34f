//! A sentence with its words looked up once: what attribution and features both need.

use super::{CueHit, CueLexicon};
use crate::segment::{Lexicon, Segmentation, Symbol};
use std::ops::Range;

/// The words, cues and mentions of one sentence.
#[derive(Debug, Clone)]
pub struct SentenceView {
    /// Number of the sentence.
    pub sentence: usize,
    /// Its tokens in the document's list.
    pub tokens: Range<usize>,
    /// A symbol for every token.
    pub symbols: Vec<Symbol>,
    /// Its cues in order.
    pub cues: Vec<CueHit>,
    /// Its mentions in the document's list.
    pub mentions: Range<usize>,
}

impl SentenceView {
    /// Looks up the words of a run of sentences as if they were one.
    pub fn over(
        cues: &CueLexicon,
        lexicon: &mut Lexicon,
        text: &str,
        segmentation: &Segmentation,
        sentences: Range<usize>,
        mentions: Range<usize>,
    ) -> Self {
        let inside = segmentation.sentences.get(sentences.clone()).unwrap_or_default();
        let tokens = match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => first.tokens.start..last.tokens.end,
            _ => 0..0,
        };
        let symbols: Vec<Symbol> =
            segmentation.tokens[tokens.clone()].iter().map(|token| lexicon.symbol(token.span.of(text))).collect();
        let cues = cues.find(lexicon, &symbols, tokens.start);
        Self { sentence: sentences.start, tokens, symbols, cues, mentions }
    }

    /// Looks up the words of a sentence.
    pub fn of(
        cues: &CueLexicon,
        lexicon: &mut Lexicon,
        text: &str,
        segmentation: &Segmentation,
        sentence: usize,
        mentions: Range<usize>,
    ) -> Self {
        Self::over(cues, lexicon, text, segmentation, sentence..sentence + 1, mentions)
    }
}
