//! Feature names in order, in few bytes: how a model file holds the vocabulary.
//!
//! In and out, through `#[serde(with = "sorted_names")]`: one text, a name a line, in order. Between: front coding (Witten,
//! Moffat and Bell 1999, *Managing Gigabytes*): a line for each name, a character that tells how many bytes the name shares with
//! the one before it (a space for none, `!` for one, to `~` for 94), and the rest. Sorted names share about half of
//! their bytes, so there is less to compress and much less to decompress.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// The character for no byte shared, and the most bytes that one tells of.
const NONE: u8 = b' ';
const MOST_SHARED: usize = (b'~' - NONE) as usize;
/// Longest text in bytes: what little there is may grow to.
const MOST_BYTES: usize = 1 << 30;

pub(super) fn serialize<S: Serializer>(names: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut coded = String::with_capacity(names.len());
    let mut last = "";
    for name in names.split_terminator('\n') {
        let mut shared = last.bytes().zip(name.bytes()).take(MOST_SHARED).take_while(|(a, b)| a == b).count();
        while !name.is_char_boundary(shared) {
            shared -= 1;
        }
        coded.push(char::from(NONE + shared as u8));
        coded.push_str(&name[shared..]);
        coded.push('\n');
        last = name;
    }
    serializer.serialize_str(&coded)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let coded = String::deserialize(deserializer)?;
    join(&coded).ok_or_else(|| D::Error::custom("the names are not front-coded"))
}

fn join(coded: &str) -> Option<String> {
    let mut names = String::with_capacity(coded.len() * 2);
    let mut last = 0;
    let mut begin = 0;
    for end in memchr::memchr_iter(b'\n', coded.as_bytes()) {
        let line = &coded[begin..end];
        begin = end + 1;
        let shared = line.bytes().next().filter(|byte| (NONE..=b'~').contains(byte))? - NONE;
        let (start, end) = (names.len(), last + usize::from(shared));
        // The beginning lies within the last name, whose line ends before `start`, and ends with a character.
        let within = end < start || shared == 0;
        if !within || !names.is_char_boundary(end) || start + line.len() + MOST_SHARED > MOST_BYTES {
            return None;
        }
        names.extend_from_within(last..end);
        names.push_str(&line[1..]);
        names.push('\n');
        last = start;
    }
    (begin == coded.len()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Serialize;

    #[derive(Debug, Serialize, Deserialize)]
    struct Held(#[serde(with = "super")] String);

    fn coded(names: &str) -> Vec<u8> {
        postcard::to_stdvec(&Held(names.to_owned())).unwrap()
    }

    #[test]
    fn beginnings_are_written_once() {
        assert_eq!(&coded("cue:a\ncue:a b\ncut\n")[1..], b" cue:a\n% b\n\"t\n");
        assert_eq!(&coded("")[..], [0]);
    }

    #[test]
    fn what_is_not_front_coded_is_refused() {
        for bad in ["\n", "!a\n", " ab\n#c\n", " é\n!a\n", "é\n", " a\n\u{7f}\n"] {
            assert_eq!(join(bad), None, "{bad:?}");
        }
        assert_eq!(join(" ab\n\"c\n").as_deref(), Some("ab\nabc\n"));
    }

    proptest! {
        #[test]
        fn names_go_round(names in prop::collection::btree_set("[abé ]{0,3}[a-cß]{0,120}", 0..40)) {
            let text: String = names.iter().map(|name| format!("{name}\n")).collect();
            let back: Held = postcard::from_bytes(&coded(&text)).unwrap();
            prop_assert_eq!(back.0, text);
        }

        #[test]
        fn any_text_is_no_panic(text in "(\\PC|\n){0,60}") {
            let _ = join(&text);
        }
    }
}
