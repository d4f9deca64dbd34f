//! Paragraphs, also of texts whose lines were broken by hand.
//!
//! A blank line ends a paragraph, unless the line before it stops in mid-sentence and what follows
//! goes on: transcripts and scanned records often put a blank line after every printed line. A single
//! line break is white space, unless it follows a short line that ends a sentence or stands before an
//! indented one (agency copy marks paragraphs so).

use crate::span::Span;

/// The paragraphs of a text: trimmed, not empty, in order.
pub(super) fn paragraphs(text: &str) -> Vec<Span> {
    let blocks = blocks(text);
    let wrapped = is_wrapped(text, &blocks);
    let mut paragraphs: Vec<Span> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match paragraphs.last_mut() {
            Some(last) if continues(last.of(text), block.of(text), wrapped) => last.end = block.end,
            _ => paragraphs.push(block),
        }
    }
    paragraphs
}

/// Stretches between blank lines, or between a line break and an indented line; trimmed, none empty.
fn blocks(text: &str) -> Vec<Span> {
    let mut blocks = Vec::new();
    let mut current: Option<Span> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        let first = start + indent;
        start += line.len();
        if trimmed.is_empty() {
            blocks.extend(current.take());
            continue;
        }
        let span = Span::new(first, first + trimmed.len());
        let indented = line.starts_with("   ") || line.starts_with('\t');
        match &mut current {
            Some(block) if !(indented && ends_sentence(block.of(text))) => block.end = span.end,
            _ => {
                blocks.extend(current.take());
                current = Some(span);
            }
        }
    }
    blocks.extend(current);
    blocks
}

/// Whether most blocks stop in mid-sentence, as they do when every printed line is a block.
fn is_wrapped(text: &str, blocks: &[Span]) -> bool {
    let open = blocks.iter().filter(|block| !ends_sentence(block.of(text))).count();
    blocks.len() >= 3 && open * 2 > blocks.len()
}

fn continues(before: &str, after: &str, wrapped: bool) -> bool {
    !ends_sentence(before) && (wrapped || after.chars().next().is_some_and(char::is_lowercase))
}

fn ends_sentence(block: &str) -> bool {
    let last = block.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»']).chars().next_back();
    matches!(last, Some('.' | '!' | '?' | ':' | ';' | '…' | '。' | '؟'))
}
