//! Folding: the form of a text in which names are compared.
//!
//! Lower case, without diacritics (NFKD less combining marks), straight apostrophes, plain hyphens and
//! spaces. Places in the folded text lead back to the original.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A folded text and the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// (folded byte, original byte) wherever the two begin to differ by another amount, in order.
    shifts: Vec<(usize, usize)>,
    /// Bytes of the original.
    length: usize,
}

impl Folded {
    /// The original byte at which the character begins that folded byte `at` came from.
    #[must_use]
    pub fn original(&self, at: usize) -> usize {
        let index = self.shifts.partition_point(|(folded, _)| *folded <= at);
        let (folded, original) = index.checked_sub(1).map_or((0, 0), |index| self.shifts[index]);
        // A character that folds to more bytes than it has must not lead into the next one.
        let limit = self.shifts.get(index).map_or(self.length, |(_, next)| *next).saturating_sub(1);
        (original + (at - folded)).min(limit.max(original))
    }
}

/// Folds `text`. ASCII is quick and keeps its offsets.
#[must_use]
pub fn fold(text: &str) -> Folded {
    if text.is_ascii() {
        let mut folded = text.to_ascii_lowercase();
        if folded.bytes().any(|byte| byte.is_ascii_whitespace() && byte != b' ') {
            folded = folded.replace(|c: char| c.is_ascii_whitespace(), " ");
        }
        return Folded { text: folded, shifts: Vec::new(), length: text.len() };
    }
    let mut out = String::with_capacity(text.len());
    let mut shifts = Vec::new();
    let mut expected: isize = 0;
    for (at, character) in text.char_indices() {
        // Where the last character left the folded text is where this one's image begins.
        let shift = at.cast_signed() - out.len().cast_signed();
        if shift != expected {
            expected = shift;
            shifts.push((out.len(), at));
        }
        match character {
            c if c.is_ascii() => out.push(if c.is_ascii_whitespace() { ' ' } else { c.to_ascii_lowercase() }),
            '’' | '‘' | 'ʼ' | 'ʻ' | '´' | '`' => out.push('\''),
            '‐' | '‑' | '–' | '—' | '−' => out.push('-'),
            c if c.is_whitespace() => out.push(' '),
            // Letters that NFKD leaves whole.
            'ı' => out.push('i'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' => out.push('d'),
            'ø' | 'Ø' => out.push('o'),
            'ß' => out.push_str("ss"),
            c => {
                let marks_kept = c.nfkd().filter(|part| !is_combining_mark(*part)).flat_map(char::to_lowercase);
                out.extend(marks_kept.filter(|part| !is_combining_mark(*part)));
            }
        }
    }
    Folded { text: out, shifts, length: text.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_case_marks_and_apostrophes() {
        let folded = fold("Côte d’Ivoire – Erdoğan, İzmir, Łódź");
        assert_eq!(folded.text, "cote d'ivoire - erdogan, izmir, lodz");
        let at = folded.text.find("erdogan").unwrap();
        assert!("Côte d’Ivoire – Erdoğan, İzmir, Łódź"[folded.original(at)..].starts_with("Erdoğan"));
    }

    proptest! {
        #[test]
        fn every_folded_place_leads_to_a_character(text in "\\PC{0,200}") {
            let folded = fold(&text);
            for (at, _) in folded.text.char_indices() {
                let original = folded.original(at);
                prop_assert!(original < text.len());
            }
            let mut last = 0;
            for at in 0..folded.text.len() {
                prop_assert!(folded.original(at) >= last || !folded.text.is_char_boundary(at));
                last = last.max(folded.original(at));
            }
        }
    }
}
