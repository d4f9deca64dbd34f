//! MPQA, and every set in the same format: opinions with holder, target and polarity.
//!
//! Wiebe, Wilson and Cardie (2005), *Annotating Expressions of Opinions and Emotions in Language*; the JSON format is that of
//! SemEval-2022 task 10 (Barnes et al. 2022). In: JSON arrays or lines of `{"sent_id", "text", "opinions": [{"Source": [[words],
//! ["a:b"]], "Target", "Polar_expression", "Polarity", "Intensity"}]}`. Out: a row for each opinion with a target; positive,
//! neutral and negative are supportive, neutral and critical, anything else is left out; an opinion without a source
//! is the author's. The opinions of one text are one group. `source_intensity` keeps the intensity, which is on another scale than ours, and `expression` the polar
//! expression.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    json::{Object, each_object, key, objects, string},
    records::{Damage, Pieces, Place, left_out, row, shown, sources, span},
};
use crate::{
    label::Stance,
    span::{CodePoints, Span},
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct Mpqa;

const ABOUT: About = About {
    name: "mpqa",
    reads: "MPQA and other sets in the JSON of SemEval-2022 task 10 (holder, target, polarity): train.json, dev.json, test.json",
    url: "https://github.com/jerbarnes/semeval22_structured_sentiment",
    licence: "MPQA: free for research under its own terms (https://mpqa.cs.pitt.edu); other sets have their own",
    tool: false,
};

impl Importer for Mpqa {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_object(&sources(inputs, &["json", "jsonl"])?, options, sink, &mut text)
    }
}

fn text(place: &Place<'_>, object: &Object) -> Pieces {
    let text: Arc<str> = Arc::from(string(object, "", "text")?);
    let points = CodePoints::of(&text);
    let id = key(object, "sent_id").unwrap_or_else(|| format!("{}-{}", place.stem, place.index));
    let mut pieces = Vec::new();
    for (index, opinion) in objects(object, "", "opinions")?.into_iter().enumerate() {
        let path = format!("opinions[{index}].");
        pieces.push(match self::opinion(opinion, &path, &text, &points) {
            Ok(Ok(mut found)) => {
                found.id = format!("{id}-{}", index + 1);
                found.group = Some(id.clone());
                row(found)
            }
            Ok(Err(reason)) => left_out(reason),
            Err(damage) => place.rejected(damage),
        });
    }
    if pieces.is_empty() {
        pieces.push(left_out("the text has no opinion"));
    }
    Ok(pieces)
}

/// The row of an opinion, or why there is none.
fn opinion(
    object: &Object,
    path: &str,
    text: &Arc<str>,
    points: &CodePoints<'_>,
) -> Result<Result<PairRow, String>, Damage> {
    let polarity = object.get("Polarity").and_then(Value::as_str).unwrap_or_default();
    let label = match polarity.to_lowercase().as_str() {
        "positive" => Stance::Supportive,
        "neutral" => Stance::Neutral,
        "negative" => Stance::Critical,
        "" => return Ok(Err("the opinion has no polarity".to_owned())),
        other => return Ok(Err(format!("the polarity is `{}`", shown(other)))),
    };
    let pieces = |name: &str| mention(object, path, name, text, points);
    let target = match pieces("Target")? {
        Mention::One(span) => span,
        Mention::None => return Ok(Err("the opinion has no target".to_owned())),
        Mention::Several => return Ok(Err("a mention is in several pieces".to_owned())),
    };
    let holder = match pieces("Source")? {
        Mention::One(span) => Some(span),
        Mention::None => None,
        Mention::Several => return Ok(Err("a mention is in several pieces".to_owned())),
    };
    let mut found = PairRow::new(String::new(), Arc::clone(text), holder, target);
    found.label = Some(label);
    found.source_label = Some(polarity.to_owned());
    if let Some(intensity) = object.get("Intensity").filter(|intensity| intensity.is_string()) {
        found.extra.insert("source_intensity".to_owned(), intensity.clone());
    }
    if let Mention::One(span) = pieces("Polar_expression")? {
        let (start, end) = points.range(span);
        found.extra.insert("expression".to_owned(), json!({"text": span.of(text), "start": start, "end": end}));
    }
    Ok(Ok(found))
}

/// What a field like `[["the cabinet"], ["4:15"]]` stands for.
enum Mention {
    None,
    One(Span),
    Several,
}

fn mention(object: &Object, path: &str, name: &str, text: &str, points: &CodePoints<'_>) -> Result<Mention, Damage> {
    let field = format!("{path}{name}");
    let wrong = || Damage::of(&field, "expected [[words], [\"START:END\"]]");
    let parts = match object.get(name) {
        None | Some(Value::Null) => return Ok(Mention::None),
        Some(Value::Array(parts)) => parts,
        Some(_) => return Err(wrong()),
    };
    // Either lists of pieces, or one string with `;` between them.
    let list = |value: Option<&Value>, separator: Option<char>| -> Result<Vec<String>, Damage> {
        match (value, separator) {
            (None | Some(Value::Null), _) => Ok(Vec::new()),
            (Some(Value::String(one)), Some(separator)) => Ok(one.split(separator).map(str::to_owned).collect()),
            (Some(Value::String(one)), None) => Ok(vec![one.clone()]),
            (Some(Value::Array(list)), _) => {
                list.iter().map(|piece| piece.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
            _ => Err(wrong()),
        }
    };
    let (words, places) = (list(parts.first(), None)?, list(parts.get(1), Some(';'))?);
    let mut spans = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let (start, end) = place.split_once(':').ok_or_else(wrong)?;
        let offsets = (start.trim().parse().map_err(|_| wrong())?, end.trim().parse().map_err(|_| wrong())?);
        // One string of words may stand for several places.
        let expected = (words.len() == places.len()).then(|| words[index].as_str());
        spans.push(span(points, text, &field, offsets, expected)?);
    }
    spans.sort_unstable();
    Ok(joined(text, &spans).map_or(if spans.is_empty() { Mention::None } else { Mention::Several }, Mention::One))
}

/// The one span that sorted pieces make, if only blanks stand between them.
pub(super) fn joined(text: &str, pieces: &[Span]) -> Option<Span> {
    let (first, rest) = pieces.split_first()?;
    rest.iter().try_fold(*first, |whole, piece| {
        let gap = whole.gap(*piece);
        gap.of(text).trim().is_empty().then(|| whole.cover(*piece))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, left_out, rejected, rows};
    use serde_json::json;

    fn text() -> serde_json::Value {
        json!({"sent_id": "doc/9", "text": "“Togo 🤝 lauded the\n new treaty,” and I like it .", "opinions": [
            {"Source": [["Togo"], ["1:5"]], "Target": [["the", "new treaty"], ["15:18", "20:30"]],
             "Polar_expression": [["lauded"], ["8:14"]], "Polarity": "Positive", "Intensity": "Strong"},
            {"Source": [[], []], "Target": [["it"], ["44:46"]], "Polar_expression": [["like"], ["39:43"]],
             "Polarity": "negative", "Intensity": "average"},
            {"Source": null, "Target": ["it", "44:46"], "Polarity": "neutral"},
            {"Source": [["Togo"], ["1:5"]], "Target": [[], []], "Polarity": "neutral"},
            {"Source": [["Togo"], ["1:5"]], "Target": [["the", "it"], ["15:18", "44:46"]], "Polarity": "neutral"},
            {"Source": [["Togo"], ["1:5"]], "Target": [["it"], ["44:46"]], "Polarity": "both"},
            {"Source": [["Togo"], ["2:6"]], "Target": [["it"], ["44:46"]], "Polarity": "neutral"},
            {"Source": [["Togo"], ["1-5"]], "Target": [["it"], ["44:460"]], "Polarity": "neutral"}
        ]})
    }

    #[test]
    fn opinions_with_a_target_are_rows_as_an_array_and_as_lines() {
        let array = import_text("mpqa", "train.json", &format!("[{}]", text()));
        let lines = import_text("mpqa", "train.json", &format!("{}\n", text()));
        for found in [&array, &lines] {
            let rows = rows(found);
            assert_eq!(rows.len(), 3);
            assert_eq!(rows[0]["target"], json!({"start": 15, "end": 30, "text": "the\n new treaty"}));
            assert_eq!((&rows[0]["id"], &rows[0]["group"]), (&json!("doc/9-1"), &json!("doc/9")));
            assert_eq!((&rows[0]["label"], &rows[0]["source_intensity"]), (&json!("supportive"), &json!("Strong")));
            assert_eq!(rows[0]["expression"]["text"], "lauded");
            assert_eq!((&rows[1]["holder"], &rows[1]["label"]), (&json!(null), &json!("critical")));
            assert_eq!(rows[2]["target"]["start"], 44);
            assert_eq!(
                left_out(found),
                ["the opinion has no target", "a mention is in several pieces", "the polarity is `both`"]
            );
        }
        assert_eq!(
            rejected(&array),
            [
                "train.json: field `[0].opinions[6].Source`: text[2:6] is `ogo `, not `Togo`",
                "train.json: field `[0].opinions[7].Target`: 44..460 is no place in the text, which has 48 code points",
            ]
        );
        assert!(rejected(&lines)[0].starts_with("train.json:1: field `opinions[6].Source`"));
    }

    #[test]
    fn a_cut_array_keeps_what_was_whole() {
        let found = import_text("mpqa", "dev.json", &format!("[{},\n {{\"text\": \"Cut", text()));
        assert_eq!(rows(&found).len(), 3);
        let last = rejected(&found).pop().unwrap();
        assert_eq!(
            last,
            "dev.json:2: wrong JSON at column 14: EOF while parsing a string; nothing is read from here on"
        );
        assert_eq!(import_text("mpqa", "dev.json", ""), []);
        assert_eq!(import_text("mpqa", "dev.json", "[]"), []);
    }
}
