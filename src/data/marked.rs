//! A text with its holder and target marked inline, on one line: how fastText files carry pairs.
//!
//! `Paris thanked Oslo.` with its two actors is ` __holder__ Paris __/holder__  thanked  __target__ Oslo __/target__ .`:
//! each mark is a word of its own, with a space on both sides that is not part of the text. In the text itself `\` escapes
//! what would be read otherwise: line ends (`\n`, `\r`), doubled underscores, `\` and `</s>`, which ends a line for
//! fastText. [`unmark`] undoes [`mark`] exactly.

use crate::span::Span;

const HOLDER: [&str; 2] = [" __holder__ ", " __/holder__ "];
const TARGET: [&str; 2] = [" __target__ ", " __/target__ "];

/// A text taken back from its marked form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unmarked {
    pub(super) text: String,
    pub(super) holder: Option<Span>,
    pub(super) target: Span,
}

/// The text with marks around its mentions, which do not overlap.
pub(super) fn mark(text: &str, holder: Option<Span>, target: Span) -> String {
    let mut mentions = vec![(target, TARGET)];
    mentions.extend(holder.map(|holder| (holder, HOLDER)));
    mentions.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(text.len() + 64);
    let mut from = 0;
    for (span, [open, close]) in mentions {
        escape(text, Span::new(from, span.start), &mut out);
        out.push_str(open);
        escape(text, span, &mut out);
        out.push_str(close);
        from = span.end;
    }
    escape(text, Span::new(from, text.len()), &mut out);
    out
}

/// Whether a line has marks, so that it is to be read by [`unmark`].
pub(super) fn is_marked(line: &str) -> bool {
    [HOLDER, TARGET].iter().flatten().any(|mark| line.contains(mark))
}

/// The text and places behind a marked line.
///
/// # Errors
/// What is wrong: a mark that is missing, doubled or crossed, or a `\` at the end.
pub(super) fn unmark(line: &str) -> Result<Unmarked, String> {
    let mut text = String::with_capacity(line.len());
    let mut places: [[Option<usize>; 2]; 2] = [[None; 2]; 2];
    let mut open: Option<usize> = None;
    let mut rest = line;
    'line: while let Some(first) = rest.chars().next() {
        for (which, marks) in [HOLDER, TARGET].iter().enumerate() {
            for (end, mark) in marks.iter().enumerate() {
                let Some(after) = rest.strip_prefix(mark) else { continue };
                let name = mark.trim();
                if places[which][end].replace(text.len()).is_some() {
                    return Err(format!("`{name}` stands twice"));
                }
                // An end closes what is open; a beginning may not stand inside another mention.
                if open != (end == 1).then_some(which) {
                    return Err(format!("`{name}` stands at the wrong place"));
                }
                open = (end == 0).then_some(which);
                rest = after;
                continue 'line;
            }
        }
        rest = &rest[first.len_utf8()..];
        if first != '\\' {
            text.push(first);
            continue;
        }
        let Some(escaped) = rest.chars().next() else { return Err("ends with a single `\\`".to_owned()) };
        text.push(match escaped {
            'n' => '\n',
            'r' => '\r',
            other => other,
        });
        rest = &rest[escaped.len_utf8()..];
    }
    let span = |[start, end]: [Option<usize>; 2]| Some(Span::new(start?, end?));
    if let Some(which) = open {
        return Err(format!("`{}` is missing", [HOLDER, TARGET][which][1].trim()));
    }
    let target = span(places[1]).ok_or_else(|| format!("`{}` is missing", TARGET[0].trim()))?;
    Ok(Unmarked { text, holder: span(places[0]), target })
}

/// Appends a part of `text` with what must be escaped escaped; looks at the whole text for what stands beside.
fn escape(text: &str, part: Span, out: &mut String) {
    let bytes = text.as_bytes();
    for (offset, character) in part.of(text).char_indices() {
        let at = part.start + offset;
        let beside = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'_');
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            '_' if beside(at.checked_sub(1)) || beside(Some(at + 1)) => out.push_str("\\_"),
            '<' if text[at..].starts_with("</s>") => out.push_str("\\<"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_words_and_are_taken_off_again() {
        let text = "Paris thanked Oslo.";
        let (holder, target) = (Some(Span::new(0, 5)), Span::new(14, 18));
        let line = mark(text, holder, target);
        assert_eq!(line, " __holder__ Paris __/holder__  thanked  __target__ Oslo __/target__ .");
        assert_eq!(unmark(&line), Ok(Unmarked { text: text.into(), holder, target }));
        assert!(is_marked(&line) && !is_marked(text));
    }

    #[test]
    fn broken_marks_are_named() {
        let wrong = |line: &str| unmark(line).unwrap_err();
        assert_eq!(wrong("no marks"), "`__target__` is missing");
        assert_eq!(wrong("a __target__ b"), "`__/target__` is missing");
        assert_eq!(wrong("a __/target__ b"), "`__/target__` stands at the wrong place");
        assert_eq!(wrong(" __target__ b __/target__  __target__ c __/target__ "), "`__target__` stands twice");
        assert_eq!(
            wrong(" __target__ b __holder__ c __/holder__  __/target__ "),
            "`__holder__` stands at the wrong place"
        );
        assert_eq!(wrong(" __target__ b __/target__ \\"), "ends with a single `\\`");
    }

    proptest! {
        #[test]
        fn unmarking_undoes_marking(
            text in "[ab _\\\\<>/s\n\ré🤝]{2,40}|( ?_{0,2}/?(target|holder|label)_{0,2} ?){1,3}",
            cuts in prop::array::uniform4(0_usize..60), alone: bool,
        ) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut cuts = cuts.map(|cut| places[cut % places.len()]);
            cuts.sort_unstable();
            let (first, second) = (Span::new(cuts[0], cuts[1]), Span::new(cuts[2], cuts[3]));
            prop_assume!(!first.is_empty() && !second.is_empty());
            let holder = (!alone).then_some(second);
            let line = mark(&text, holder, first);
            prop_assert!(!line.contains(['\n', '\r']));
            prop_assert!(!line.split_whitespace().any(|word| word.starts_with("__label__") || word == "</s>"));
            prop_assert_eq!(unmark(&line), Ok(Unmarked { text, holder, target: first }));
        }

        #[test]
        fn no_line_makes_it_panic(line in "( __/?(target|holder)__ |[a\\\\é ]){0,12}") {
            let _ = unmark(&line);
        }
    }
}
