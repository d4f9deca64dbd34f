//! Quotations: stretches between double quotation marks.
//!
//! Typographic marks pair by form; straight marks open and close in turn. A mark left open at the
//! end of a paragraph closes there, and the next paragraph may open again without a closing mark, as
//! printers do with quotations of several paragraphs. Single marks serve as apostrophes too often to
//! be read as quotations.

use super::{Sentence, Token};
use crate::span::Span;

/// A quotation, marks included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotation {
    /// From the opening mark to the closing mark, or to the end of the paragraph.
    pub span: Span,
    /// Whether a closing mark was found.
    pub closed: bool,
}

pub(super) fn quotations(text: &str, tokens: &[Token], sentences: &[Sentence]) -> Vec<Quotation> {
    let mut quotations = Vec::new();
    let mut open: Option<usize> = None;
    for (index, sentence) in sentences.iter().enumerate() {
        for token in &tokens[sentence.tokens.clone()] {
            let mark = token.span.of(text);
            let closing = match mark {
                "”" | "»" => true,
                "“" | "„" | "«" => false,
                "\"" | "''" | "``" => open.is_some(),
                _ => continue,
            };
            match (closing, open) {
                (true, Some(start)) => {
                    quotations.push(Quotation { span: Span::new(start, token.span.end), closed: true });
                    open = None;
                }
                (false, None) => open = Some(token.span.start),
                // A closing mark without an opening one, or a second opening mark: nothing to pair.
                _ => {}
            }
        }
        let last = sentences.get(index + 1).is_none_or(|next| next.paragraph != sentence.paragraph);
        if last && let Some(start) = open.take() {
            quotations.push(Quotation { span: Span::new(start, sentence.span.end), closed: false });
        }
    }
    quotations
}
