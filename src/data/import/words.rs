//! Finding a name in a text, where a data set says whom a stance is about but not where the text says so.

use crate::span::Span;

/// How strictly a name is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matching {
    /// Letter by letter.
    Exact,
    /// In any case, and with the blanks between its words left out or not, as hashtags and user names write names.
    Loose,
}

/// The first place at or after byte `from` where `name` stands in `text` as whole words.
pub(super) fn find(text: &str, name: &str, matching: Matching, from: usize) -> Option<Span> {
    let (first, last) = (name.chars().next()?, name.chars().next_back()?);
    let mut before = text.get(..from)?.chars().next_back();
    for (offset, character) in text.get(from..)?.char_indices() {
        let start = from + offset;
        let joined = first.is_alphanumeric() && before.is_some_and(char::is_alphanumeric);
        before = Some(character);
        if joined {
            continue;
        }
        let Some(end) = match_end(text, start, name, matching) else { continue };
        let after = text[end..].chars().next();
        if !(last.is_alphanumeric() && after.is_some_and(char::is_alphanumeric)) {
            return Some(Span::new(start, end));
        }
    }
    None
}

/// Where `name` ends, if it stands in `text` at byte `start`.
fn match_end(text: &str, start: usize, name: &str, matching: Matching) -> Option<usize> {
    let mut rest = text[start..].char_indices().peekable();
    let mut end = start;
    for wanted in name.chars() {
        if matching == Matching::Loose && wanted.is_whitespace() {
            while rest.next_if(|(_, found)| found.is_whitespace()).is_some() {}
            continue;
        }
        let (offset, found) = rest.next()?;
        let same = found == wanted || matching == Matching::Loose && found.to_lowercase().eq(wanted.to_lowercase());
        if !same {
            return None;
        }
        end = start + offset + found.len_utf8();
    }
    Some(end)
}

/// Whether the ends of `span` do not cut through a word.
pub(super) fn is_whole(text: &str, span: Span) -> bool {
    let words = span.of(text);
    let joined = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(char::is_alphanumeric) && outside.is_some_and(char::is_alphanumeric)
    };
    let before = text.get(..span.start).and_then(|text| text.chars().next_back());
    let after = text.get(span.end..).and_then(|text| text.chars().next());
    !joined(words.chars().next(), before) && !joined(words.chars().next_back(), after)
}

/// The span without white space at its ends.
pub(super) fn trimmed(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let start = span.start + words.len() - words.trim_start().len();
    Span::new(start, start + words.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, name: &str, matching: Matching) -> Option<String> {
        find(text, name, matching, 0).map(|span| span.of(text).to_owned())
    }

    #[test]
    fn names_are_found_as_whole_words() {
        assert_eq!(find("Iranians and Iran", "Iran", Matching::Exact, 0), Some(Span::new(13, 17)));
        assert_eq!(find("Malien, Mali, Mali", "Mali", Matching::Exact, 9), Some(Span::new(14, 18)));
        assert_eq!(found("mali", "Mali", Matching::Exact), None);
        assert_eq!(found("xCôte d’Ivoire, Côte d’Ivoire", "Côte d’Ivoire", Matching::Exact).unwrap(), "Côte d’Ivoire");
        assert_eq!(found("a", "", Matching::Loose), None);
    }

    #[test]
    fn loosely_a_name_may_be_a_hashtag() {
        assert_eq!(found("no #ÉtienneLunel today", "Étienne Lunel", Matching::Loose).unwrap(), "ÉtienneLunel");
        assert_eq!(found("ask étienne  lunel", "Étienne Lunel", Matching::Loose).unwrap(), "étienne  lunel");
        assert_eq!(found("#ÉtienneLunel2016", "Étienne Lunel", Matching::Loose), None);
    }
}
