//! Word boundaries of Unicode Standard Annex 29, quickly for ASCII.
//!
//! In: a text. Out: its parts between boundaries, white space left out. `unicode-segmentation` looks every character up in a
//! table; in English nearly all are ASCII, whose rules fit in a few comparisons. Wherever a character that is not ASCII could take
//! part in a rule, the library decides. The results are the same (tested on arbitrary text).

use unicode_segmentation::UnicodeSegmentation;

/// The parts of a text that are not white space, each with the byte at which it begins.
pub(super) struct WordBounds<'t> {
    text: &'t str,
    at: usize,
}

/// The parts of `text`.
pub(super) const fn word_bounds(text: &str) -> WordBounds<'_> {
    WordBounds { text, at: 0 }
}

impl<'t> Iterator for WordBounds<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let length = match ascii_part(&self.text.as_bytes()[start..]) {
                Part::End => return None,
                Part::Space => {
                    self.at += 1;
                    continue;
                }
                Part::Word(length) => length,
                // A boundary depends on nothing before the last one, so the rest of the text can stand for the whole.
                Part::Unknown => self.text[start..].split_word_bounds().next().map_or(1, str::len),
            };
            self.at += length;
            let part = &self.text[start..self.at];
            if !part.trim().is_empty() {
                return Some((start, part));
            }
        }
    }
}

/// What stands at the beginning of some bytes.
enum Part {
    End,
    /// White space of one byte that joins nothing.
    Space,
    /// A part of so many bytes.
    Word(usize),
    /// A character that is not ASCII has a say.
    Unknown,
}

/// Rules WB5 to WB13b for ASCII. A character that is not ASCII may extend the one before it (WB4), so a part ends for
/// certain only where an ASCII character or nothing follows.
fn ascii_part(bytes: &[u8]) -> Part {
    let Some(first) = bytes.first() else { return Part::End };
    let certain = |length: usize| bytes.get(length).is_none_or(u8::is_ascii);
    if !is_word(*first) {
        return match first {
            _ if !first.is_ascii() || !certain(1) => Part::Unknown,
            b' ' | b'\t' | b'\n' | b'\r' => Part::Space,
            _ => Part::Word(1),
        };
    }
    let mut length = 1;
    loop {
        while bytes.get(length).copied().is_some_and(is_word) {
            length += 1;
        }
        let joins = match (bytes[length - 1], bytes.get(length), bytes.get(length + 1)) {
            (before, Some(b'\'' | b'.'), Some(after)) if after.is_ascii() => {
                before.is_ascii_alphabetic() && after.is_ascii_alphabetic()
                    || before.is_ascii_digit() && after.is_ascii_digit()
            }
            (before, Some(b':'), Some(after)) if after.is_ascii() => {
                before.is_ascii_alphabetic() && after.is_ascii_alphabetic()
            }
            (before, Some(b',' | b';'), Some(after)) if after.is_ascii() => {
                before.is_ascii_digit() && after.is_ascii_digit()
            }
            (_, Some(b'\'' | b'.' | b':' | b',' | b';'), Some(_)) => return Part::Unknown,
            _ => false,
        };
        if !joins {
            return if certain(length) { Part::Word(length) } else { Part::Unknown };
        }
        length += 2;
    }
}

/// Letters, digits and the underscore join each other.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reference(text: &str) -> Vec<(usize, &str)> {
        text.split_word_bound_indices().filter(|(_, part)| !part.trim().is_empty()).collect()
    }

    #[test]
    fn the_rules_of_the_annex() {
        let parts = |text: &'static str| word_bounds(text).map(|(_, part)| part).collect::<Vec<_>>();
        assert_eq!(
            parts("The U.S.'s 1,000.5 can't_x: a:b, 3:4"),
            ["The", "U.S", ".", "'", "s", "1,000.5", "can't_x", ":", "a:b", ",", "3", ":", "4"]
        );
        assert_eq!(parts("naïve e\u{301}.g. — x\u{301}"), ["naïve", "e\u{301}.g", ".", "—", "x\u{301}"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn parts_are_those_of_the_library(text in "([a-zA-Z0-9_'.:,;\" \t\r\n\u{b}\u{c}-]|\\PC|[\u{300}\u{200d}’é\u{1f1e6}-\u{1f1ff}א\u{ad}カ]){0,40}") {
            prop_assert_eq!(word_bounds(&text).collect::<Vec<_>>(), reference(&text));
        }

        #[test]
        fn parts_of_ascii_are_those_of_the_library(text in "[a-c0-2_'.:,;\" \n-]{0,30}") {
            prop_assert_eq!(word_bounds(&text).collect::<Vec<_>>(), reference(&text));
        }
    }
}
