//! How a row names a place in its text: code point offsets, or the words themselves.
//!
//! `{"start": 4, "end": 9}`, with `"text"` as a check; `{"text": "Poland", "occurrence": 2}`; or the short form of
//! passages, `"Poland"` or `"Poland#2"`. Out: a span in bytes. Words are matched whole: `Iran` is not found in
//! `Iranian`.

use super::row::Problem;
use crate::{
    document::kind,
    span::{CodePoints, Span},
};
use serde_json::{Map, Value};

/// The span that `value`, the value of `field`, stands for in `text`.
pub(super) fn mention(value: &Value, field: &str, text: &str, points: &CodePoints<'_>) -> Result<Span, Problem> {
    let span = match value {
        Value::String(short) => {
            let (words, occurrence) = match short.rsplit_once('#') {
                Some((words, count)) if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (words, count.parse().unwrap_or(usize::MAX))
                }
                _ => (short.as_str(), 1),
            };
            locate(text, words, occurrence).map_err(|problem| Problem::new(field, problem))?
        }
        Value::Object(object) => {
            let given = |name: &str| object.get(name).filter(|value| !value.is_null());
            if given("start").is_some() || given("end").is_some() {
                by_offsets(object, field, text, points)?
            } else {
                by_words(object, field, text)?
            }
        }
        other => {
            let expected = "expected {\"start\", \"end\"}, {\"text\", \"occurrence\"} or the words themselves";
            return Err(Problem::new(field, format!("is {}; {expected}", kind(other))));
        }
    };
    let words = span.of(text);
    if words.starts_with('{') && words.ends_with('}') {
        return Err(Problem::new(field, format!("`{words}` is a template's slot; fill it before use")));
    }
    Ok(span)
}

fn by_offsets(object: &Map<String, Value>, field: &str, text: &str, points: &CodePoints<'_>) -> Result<Span, Problem> {
    let offset = |name: &str| -> Result<usize, Problem> {
        let problem = |problem: String| Problem::new(format!("{field}.{name}"), problem);
        let value = object.get(name).filter(|value| !value.is_null());
        let value = value.ok_or_else(|| problem("is missing".to_owned()))?;
        let whole = whole(value).ok_or_else(|| problem(format!("is {value}; expected a whole number from 0")))?;
        let place = usize::try_from(whole).ok().filter(|place| *place <= points.total());
        place.ok_or_else(|| {
            problem(format!("is {whole}, past the end of the text, which has {} code points", points.total()))
        })
    };
    let (start, end) = (offset("start")?, offset("end")?);
    let span = points.span(start, end).filter(|span| !span.is_empty());
    let span = span.ok_or_else(|| {
        Problem::new(format!("{field}.end"), format!("is {end}, not after the start, which is {start}"))
    })?;
    match object.get("text") {
        None | Some(Value::Null) => {}
        Some(Value::String(expected)) if expected == span.of(text) => {}
        Some(Value::String(expected)) => {
            // The commonest mistake: offsets of a language that counts bytes.
            let bytes = text.get(start..end).is_some_and(|words| words == expected);
            let hint = if bytes { "; the offsets count bytes, expected Unicode code points" } else { "" };
            return Err(Problem::new(
                format!("{field}.text"),
                format!("text[{start}:{end}] is `{}`, not `{}`{hint}", shown(span.of(text)), shown(expected)),
            ));
        }
        Some(other) => {
            return Err(Problem::new(format!("{field}.text"), format!("is {}; expected a string", kind(other))));
        }
    }
    Ok(span)
}

fn by_words(object: &Map<String, Value>, field: &str, text: &str) -> Result<Span, Problem> {
    let words = match object.get("text") {
        Some(Value::String(words)) => words,
        None | Some(Value::Null) => {
            return Err(Problem::new(field, "has neither `start` and `end` nor `text`"));
        }
        Some(other) => {
            return Err(Problem::new(format!("{field}.text"), format!("is {}; expected a string", kind(other))));
        }
    };
    let occurrence = match object.get("occurrence") {
        None | Some(Value::Null) => 1,
        Some(value) => whole(value).filter(|count| *count > 0).ok_or_else(|| {
            Problem::new(format!("{field}.occurrence"), format!("is {value}; expected a whole number from 1"))
        })?,
    };
    let occurrence = usize::try_from(occurrence).unwrap_or(usize::MAX);
    locate(text, words, occurrence).map_err(|problem| Problem::new(format!("{field}.text"), problem))
}

/// The place of the `occurrence`-th (from 1) time that `words` stand in `text` as whole words.
///
/// An end of `words` that is a letter or digit must not touch another one; an end that is neither may touch anything.
fn locate(text: &str, words: &str, occurrence: usize) -> Result<Span, String> {
    let (Some(first), Some(last)) = (words.chars().next(), words.chars().next_back()) else {
        return Err("is empty".to_owned());
    };
    if occurrence == 0 {
        return Err("occurrences count from 1".to_owned());
    }
    let mut count = 0;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(words)) {
        let span = Span::new(from + found, from + found + words.len());
        let before = text[..span.start].chars().next_back();
        let after = text[span.end..].chars().next();
        let joined_before = first.is_alphanumeric() && before.is_some_and(char::is_alphanumeric);
        let joined_after = last.is_alphanumeric() && after.is_some_and(char::is_alphanumeric);
        if !joined_before && !joined_after {
            count += 1;
            if count == occurrence {
                return Ok(span);
            }
        }
        // Occurrences may overlap, so only the first character is passed over.
        from = span.start + first.len_utf8();
    }
    Err(match count {
        0 => format!("`{}` is not in the text as whole words", shown(words)),
        _ => format!("`{}` is in the text {count} times, not {occurrence}", shown(words)),
    })
}

/// A whole number from 0; `4.0` counts, as tables with gaps write it.
pub(super) fn whole(value: &Value) -> Option<u64> {
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    // Up to 2^53 every whole f64 is exact.
    value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..9e15).contains(number)).map(|number| number as u64)
}

/// Text as an error quotes it: its first 60 characters.
fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn words(value: &Value, text: &str) -> Result<(usize, String), String> {
        mention(value, "target", text, &CodePoints::of(text))
            .map(|span| (span.start, span.of(text).to_owned()))
            .map_err(|wrong| format!("{}: {}", wrong.field, wrong.problem))
    }

    #[test]
    fn words_are_found_whole_and_counted() {
        let text = "Iranian envoys met him; the Iran-backed group told Iran that him, too, was him.";
        assert_eq!(words(&json!("Iran"), text), Ok((28, "Iran".into())));
        assert_eq!(words(&json!("Iran#2"), text), Ok((51, "Iran".into())));
        assert_eq!(words(&json!("him#3"), text).unwrap().0, 75);
        assert_eq!(words(&json!({"text": "him", "occurrence": 2}), text).unwrap().0, 61);
        assert_eq!(words(&json!({"text": "-backed"}), text).unwrap().0, 32);
        assert_eq!(words(&json!("him#4"), text), Err("target: `him` is in the text 3 times, not 4".into()));
        assert_eq!(
            words(&json!({"text": "Ira"}), text),
            Err("target.text: `Ira` is not in the text as whole words".into())
        );
        assert_eq!(words(&json!("him#0"), text), Err("target: occurrences count from 1".into()));
        assert_eq!(words(&json!(""), text), Err("target: is empty".into()));
        assert_eq!(
            words(&json!("him#99999999999999999999"), text),
            Err(format!("target: `him` is in the text 3 times, not {}", usize::MAX))
        );
    }

    #[test]
    fn offsets_are_code_points_and_checked_against_the_words() {
        let text = "“Côte d’Ivoire” thanked Curaçao";
        assert_eq!(words(&json!({"start": 1, "end": 14, "text": "Côte d’Ivoire"}), text).unwrap().1, "Côte d’Ivoire");
        assert_eq!(words(&json!({"start": 24.0, "end": 31}), text).unwrap().1, "Curaçao");
        assert_eq!(
            words(&json!({"start": 23, "end": 30, "text": "Curaçao"}), text),
            Err("target.text: text[23:30] is ` Curaça`, not `Curaçao`".into())
        );
        assert_eq!(
            words(&json!({"start": 3, "end": 18, "text": "Côte d’Ivoire"}), text).unwrap_err(),
            "target.text: text[3:18] is `te d’Ivoire” th`, not `Côte d’Ivoire`"
        );
        // “ has three bytes, so the word is at bytes 3..8 and at code points 1..5.
        assert_eq!(
            words(&json!({"start": 3, "end": 8, "text": "Côte"}), text).unwrap_err(),
            "target.text: text[3:8] is `te d’`, not `Côte`; the offsets count bytes, expected Unicode code points"
        );
    }

    #[test]
    fn offsets_out_of_range_name_the_end_at_fault() {
        let text = "naïve";
        let wrong = |value: Value| words(&value, text).unwrap_err();
        assert_eq!(
            wrong(json!({"start": 6, "end": 7})),
            "target.start: is 6, past the end of the text, which has 5 code points"
        );
        assert!(wrong(json!({"start": 0, "end": 6})).starts_with("target.end: is 6, past"));
        assert_eq!(wrong(json!({"start": 3, "end": 3})), "target.end: is 3, not after the start, which is 3");
        assert_eq!(wrong(json!({"start": 3, "end": 1})), "target.end: is 1, not after the start, which is 3");
        assert_eq!(wrong(json!({"start": -1, "end": 1})), "target.start: is -1; expected a whole number from 0");
        assert_eq!(wrong(json!({"start": 0.5, "end": 1})), "target.start: is 0.5; expected a whole number from 0");
        assert_eq!(wrong(json!({"start": "0", "end": 1})), "target.start: is \"0\"; expected a whole number from 0");
        assert_eq!(wrong(json!({"start": 0})), "target.end: is missing");
        assert!(wrong(json!({"start": 0, "end": 18_446_744_073_709_551_615_u64})).starts_with("target.end: is 1844"));
        assert_eq!(wrong(json!({})), "target: has neither `start` and `end` nor `text`");
        assert_eq!(
            wrong(json!({"text": "naïve", "occurrence": 0})),
            "target.occurrence: is 0; expected a whole number from 1"
        );
        assert!(wrong(json!(4)).starts_with("target: is a number; expected"));
        assert!(words(&json!({"start": 0, "end": 3}), "{a} met b").unwrap_err().contains("template's slot"));
    }

    proptest! {
        #[test]
        fn what_offsets_give_is_what_python_slicing_gives(text in "\\PC{1,80}", a in 0_usize..80, b in 0_usize..80) {
            let total = text.chars().count();
            let (start, end) = (a.min(b).min(total - 1), a.max(b).min(total));
            prop_assume!(start < end);
            let expected: String = text.chars().skip(start).take(end - start).collect();
            prop_assume!(!(expected.starts_with('{') && expected.ends_with('}')));
            let found = words(&json!({"start": start, "end": end, "text": expected}), &text);
            prop_assert_eq!(found.unwrap().1, expected);
        }

        #[test]
        fn no_value_makes_it_panic(text in "\\PC{0,30}", words_given in "\\PC{0,6}", occurrence in 0_u64..4) {
            let _ = words(&json!({"text": words_given, "occurrence": occurrence}), &text);
            let _ = words(&json!(format!("{words_given}#{occurrence}")), &text);
        }
    }
}
