//! Sentence boundaries of Unicode Standard Annex 29, in one pass.
//!
//! In: a text. Out: the places at which its sentences end by the rules of the annex. They are those that
//! `unicode-segmentation` finds (tested over all characters), but found several times as fast and in time that is linear
//! in the text: the crate looks ahead anew from each of the spaces and brackets that follow a full stop (rule SB8), so that
//! a full stop and 100,000 spaces take it many seconds.
//!
//! The crate keeps its table of character classes to itself. A character's class is therefore read from where the crate
//! puts boundaries around the character in a few short texts, for 256 characters at a time, when one of them first
//! occurs.

use std::sync::OnceLock;
use unicode_segmentation::UnicodeSegmentation;

/// The property Sentence_Break; Format is taken with Extend, as all rules do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    CarriageReturn,
    LineFeed,
    Separator,
    Extend,
    Space,
    Lower,
    Upper,
    OtherLetter,
    Numeric,
    FullStop,
    Continue,
    Terminator,
    Close,
}

/// What stands before a place, as far as the rules care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that could end a sentence; whether the last character is an upper or lower case letter.
    Inside { cased: bool },
    /// The end of a line; whether it was a carriage return.
    Line { carriage_return: bool },
    /// A terminator with the brackets and spaces after it.
    End { full_stop: bool, cased: bool, close: bool, space: bool },
}

/// The places at which sentences end, in order; the last is the end of the text.
#[derive(Debug, Clone)]
pub(super) struct Boundaries<'t> {
    text: &'t str,
    at: usize,
    before: Before,
    /// Place of the first letter, terminator or line end at or after `at`, where it is known, and whether it is a
    /// lower case letter: what rule SB8 asks.
    ahead: Option<(usize, bool)>,
}

impl<'t> Boundaries<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, at: 0, before: Before::Inside { cased: false }, ahead: None }
    }

    /// Whether a boundary stands between `self.before` and a character of `class` at `self.at`; moves neither.
    fn breaks(&mut self, class: Class) -> bool {
        match self.before {
            Before::Inside { .. } => false,
            // SB3, SB4
            Before::Line { carriage_return } => !(carriage_return && class == Class::LineFeed),
            Before::End { full_stop, cased, close, space } => {
                let bare = full_stop && !close && !space;
                match class {
                    // SB5
                    Class::Extend => false,
                    // SB6, SB7
                    Class::Numeric if bare => false,
                    Class::Upper if bare && cased => false,
                    // SB8a, SB9, SB10
                    Class::Continue | Class::Terminator | Class::FullStop => false,
                    Class::Close if !space => false,
                    Class::Space | Class::Separator | Class::CarriageReturn | Class::LineFeed => false,
                    // SB8, SB11
                    _ => !(full_stop && self.lower_follows()),
                }
            }
        }
    }

    fn lower_follows(&mut self) -> bool {
        if let Some((place, lower)) = self.ahead
            && place >= self.at
        {
            return lower;
        }
        let decisive = self.text[self.at..].char_indices().find_map(|(offset, character)| match class(character) {
            Class::Lower => Some((offset, true)),
            Class::OtherLetter | Class::Upper | Class::Separator | Class::CarriageReturn => Some((offset, false)),
            Class::LineFeed | Class::Terminator | Class::FullStop => Some((offset, false)),
            _ => None,
        });
        let (offset, lower) = decisive.unwrap_or((self.text.len() - self.at, false));
        self.ahead = Some((self.at + offset, lower));
        lower
    }

    /// Takes the character after the place into account.
    const fn step(&mut self, class: Class, broke: bool) {
        self.before = match (class, self.before) {
            // SB5; not after the end of a line (SB4).
            (Class::Extend, Before::Line { .. }) => Before::Inside { cased: false },
            (Class::Extend, before) => before,
            (Class::CarriageReturn, _) => Before::Line { carriage_return: true },
            (Class::LineFeed | Class::Separator, _) => Before::Line { carriage_return: false },
            (Class::FullStop | Class::Terminator, before) => Before::End {
                full_stop: matches!(class, Class::FullStop),
                cased: matches!(before, Before::Inside { cased: true }),
                close: false,
                space: false,
            },
            (Class::Close, Before::End { full_stop, cased, space: false, .. }) if !broke => {
                Before::End { full_stop, cased, close: true, space: false }
            }
            (Class::Space, Before::End { full_stop, cased, close, .. }) if !broke => {
                Before::End { full_stop, cased, close, space: true }
            }
            (Class::Upper | Class::Lower, _) => Before::Inside { cased: true },
            _ => Before::Inside { cased: false },
        };
    }
}

impl Iterator for Boundaries<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let latin = page(0);
        while let Some(byte) = bytes.get(self.at) {
            let (class, length) = if byte.is_ascii() {
                (latin[usize::from(*byte)], 1)
            } else {
                // `at` is always between characters.
                let character = self.text[self.at..].chars().next()?;
                (class(character), character.len_utf8())
            };
            let place = self.at;
            let broke = self.breaks(class);
            self.step(class, broke);
            self.at += length;
            if broke {
                return Some(place);
            }
        }
        // The end is a boundary once (SB2), unless there is no text.
        let end = self.at == bytes.len() && !bytes.is_empty();
        self.at = bytes.len() + 1;
        end.then_some(bytes.len())
    }
}

/// Characters of a page.
const PAGE: usize = 256;
const PAGES: usize = (char::MAX as usize + 1) / PAGE;

fn class(character: char) -> Class {
    page(character as usize / PAGE)[character as usize % PAGE]
}

fn page(number: usize) -> &'static [Class; PAGE] {
    static KNOWN: [OnceLock<Box<[Class; PAGE]>>; PAGES] = [const { OnceLock::new() }; PAGES];
    KNOWN[number].get_or_init(|| {
        let mut classes = Box::new([Class::Other; PAGE]);
        for (offset, class) in classes.iter_mut().enumerate() {
            if let Some(character) = u32::try_from(number * PAGE + offset).ok().and_then(char::from_u32) {
                *class = probe(character);
            }
        }
        classes
    })
}

/// The class of a character, from where the crate breaks texts that have it.
fn probe(character: char) -> Class {
    let mut text = String::with_capacity(16);
    let mut boundary = |before: &str, after: &str, behind: bool| {
        text.clear();
        text.extend([before, character.encode_utf8(&mut [0; 4]), after]);
        let place = before.len() + if behind { character.len_utf8() } else { 0 };
        text.split_sentence_bound_indices().any(|(start, _)| start == place)
    };
    // A boundary right before the character, or right behind it.
    let mut opens = |before, after| boundary(before, after, false);
    match character {
        '\r' => return Class::CarriageReturn,
        '\n' => return Class::LineFeed,
        _ => {}
    }
    if opens("a?", "B") {
        // SB11 tells nothing of these; SB6 to SB8 do.
        return if !opens("5. ", "B") {
            Class::Lower
        } else if !opens("5.", "B") {
            Class::Numeric
        } else if !opens("A.", "B") {
            Class::Upper
        } else if opens("5. ", "b") {
            Class::OtherLetter
        } else {
            Class::Other
        };
    }
    let space_or_extend = !opens("a? ", "B");
    let mut closes = |before, after| boundary(before, after, true);
    if closes("a", " ") {
        Class::Separator
    } else if closes("a", "b") {
        Class::Terminator
    } else if closes("5", "B") {
        Class::FullStop
    } else if !closes("a?", "B") {
        Class::Continue
    } else if !space_or_extend {
        Class::Close
    } else if closes("a?", ")") {
        Class::Space
    } else {
        Class::Extend
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn ours(text: &str) -> Vec<usize> {
        Boundaries::of(text).collect()
    }

    fn theirs(text: &str) -> Vec<usize> {
        text.split_sentence_bound_indices().map(|(at, part)| at + part.len()).collect()
    }

    #[test]
    fn classes_are_those_of_the_standard() {
        for (character, expected) in [
            ('a', Class::Lower),
            ('É', Class::Upper),
            ('中', Class::OtherLetter),
            ('7', Class::Numeric),
            ('%', Class::Other),
            ('.', Class::FullStop),
            ('。', Class::Terminator),
            (',', Class::Continue),
            ('”', Class::Close),
            ('\u{3000}', Class::Space),
            ('\u{301}', Class::Extend),
            ('\u{ad}', Class::Extend),
            ('\u{2028}', Class::Separator),
        ] {
            assert_eq!(class(character), expected, "{character:?}");
        }
    }

    #[test]
    fn every_character_breaks_as_the_crate_has_it() {
        let mut text = String::new();
        for character in (0..=0x1_FFFF).chain(0xE_0000..=0xE_01FF).filter_map(char::from_u32) {
            for (before, after) in [("Ab", " c"), ("A.", "b"), ("5. ", "C"), ("a?)", ") b"), ("a? ", "b")] {
                text.clear();
                text.extend([before, character.encode_utf8(&mut [0; 4]), after]);
                assert_eq!(ours(&text), theirs(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn spaces_and_brackets_after_a_full_stop_take_linear_time() {
        let start = Instant::now();
        for filler in [" ", ")", " )", "1", "\u{301}"] {
            let text = format!("He left.{} Then she came.", filler.repeat(300_000));
            assert!(!ours(&text).is_empty());
        }
        // Each would take minutes if every character looked ahead.
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn texts_break_as_the_crate_has_it(
            text in "([aZ5é中.?!…,;:)”\"' \\r\\n\u{85}\u{2029}\u{301}\u{ad}%]|\\PC){0,40}",
        ) {
            prop_assert_eq!(ours(&text), theirs(&text));
        }
    }
}
