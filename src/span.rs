//! Places in a text.
//!
//! Inside the library every place is a [`Span`]: a range of **bytes** of the original text. At the
//! borders (JSONL, CSV, reports) offsets are **Unicode code points**, which is what Python and R
//! index by. [`CodePoints`] converts; only readers and writers use it.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes of one text, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The bytes between two spans, whichever comes first; empty when they touch or overlap.
    #[must_use]
    pub fn gap(self, other: Self) -> Self {
        let (first, second) = if self <= other { (self, other) } else { (other, self) };
        Self::new(first.end.min(second.start), second.start)
    }

    /// The text of the span; the empty string when the span does not fit `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The same place counted from `origin`.
    #[must_use]
    pub const fn relative_to(self, origin: usize) -> Self {
        Self::new(self.start.saturating_sub(origin), self.end.saturating_sub(origin))
    }
}

/// How many bytes lie between two remembered positions of a [`CodePoints`] index.
const STRIDE: usize = 256;

/// Conversion between byte offsets and code point offsets of one text.
///
/// Costs nothing for ASCII; else one pass over the text and 8 bytes for every 256 bytes of it.
#[derive(Debug, Clone)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Code points before byte `i * STRIDE` (counted at the next character boundary); empty for ASCII.
    marks: Vec<usize>,
    total: usize,
}

impl<'t> CodePoints<'t> {
    /// Reads `text` once.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self { text, marks: Vec::new(), total: text.len() };
        }
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for (index, byte) in text.bytes().enumerate() {
            if index % STRIDE == 0 {
                marks.push(count);
            }
            // Continuation bytes are 10xxxxxx; every other byte begins a code point.
            if byte & 0xC0 != 0x80 {
                count += 1;
            }
        }
        Self { text, marks, total: count }
    }

    /// Code points in the text.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Code points before byte `byte`; the total when it lies past the end.
    #[must_use]
    pub fn from_byte(&self, byte: usize) -> usize {
        if byte >= self.text.len() {
            return self.total;
        }
        if self.marks.is_empty() {
            return byte;
        }
        let mark = byte / STRIDE;
        let begun = self.text.as_bytes()[mark * STRIDE..byte].iter().filter(|b| **b & 0xC0 != 0x80).count();
        self.marks[mark] + begun
    }

    /// The byte at which code point `index` begins; the text's length for `index == total`, `None` past it.
    #[must_use]
    pub fn to_byte(&self, index: usize) -> Option<usize> {
        if index > self.total {
            return None;
        }
        if index == self.total {
            return Some(self.text.len());
        }
        if self.marks.is_empty() {
            return Some(index);
        }
        let mark = self.marks.partition_point(|before| *before <= index) - 1;
        let mut count = self.marks[mark];
        for (byte, value) in self.text.bytes().enumerate().skip(mark * STRIDE) {
            if value & 0xC0 != 0x80 {
                if count == index {
                    return Some(byte);
                }
                count += 1;
            }
        }
        None
    }

    /// A byte span as (start, end) in code points.
    #[must_use]
    pub fn range(&self, span: Span) -> (usize, usize) {
        (self.from_byte(span.start), self.from_byte(span.end))
    }

    /// Code point offsets as a byte span; `None` when they are out of range or `end < start`.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        if end < start {
            return None;
        }
        Some(Span::new(self.to_byte(start)?, self.to_byte(end)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gap_is_the_text_between() {
        let (a, b) = (Span::new(0, 3), Span::new(5, 9));
        assert_eq!(a.gap(b), Span::new(3, 5));
        assert_eq!(b.gap(a), Span::new(3, 5));
        assert!(a.gap(Span::new(2, 4)).is_empty());
    }

    proptest! {
        #[test]
        fn code_points_agree_with_the_standard_library(text in "\\PC{0,600}") {
            let index = CodePoints::of(&text);
            prop_assert_eq!(index.total(), text.chars().count());
            for (count, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(index.from_byte(byte), count);
                prop_assert_eq!(index.to_byte(count), Some(byte));
            }
            prop_assert_eq!(index.to_byte(index.total()), Some(text.len()));
            prop_assert_eq!(index.to_byte(index.total() + 1), None);
        }
    }
}
