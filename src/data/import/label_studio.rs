//! Label Studio: tasks with labelled regions and relations, in one JSON array.
//!
//! <https://labelstud.io/guide/task_format>, export "JSON". In: `[{"data": {"text"}, "annotations": [{"result": [{"id", "type":
//! "labels", "value": {"start", "end", "text", "labels"}}, {"type": "relation", "from_id", "to_id", "direction", "labels"}]}]}]`. Out:
//! rows as in [`super::annotated`], from the annotation marked as ground truth, else the first that was not cancelled; further
//! annotations of a task are left out.
//!
//! Offsets are code points, or UTF-16 units in files of older versions: where `value.text` shows that they are, they are
//! converted. Regions over several lines have their line ends escaped in `value.text`.

use super::{
    About, ImportError, ImportOptions, Importer, Sink,
    annotated::{Annotated, Mention, Relation},
    doccano::notes,
    json::{Object, each_object, key, objects, offset, string, string_or_none},
    records::{Damage, Pieces, Place, left_out, sources, span},
};
use crate::{
    document::kind,
    span::{CodePoints, Span},
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct LabelStudio;

const ABOUT: About = About {
    name: "label-studio",
    reads: "Label Studio exports, JSON: relations labelled with the stances, from holder to target",
    url: "https://labelstud.io",
    licence: "that of the texts",
    tool: true,
};

impl Importer for LabelStudio {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_object(&sources(inputs, &["json", "jsonl"])?, options, sink, &mut |place, object| {
            task(place, object, options)
        })
    }
}

fn task(place: &Place<'_>, object: &Object, options: &ImportOptions) -> Pieces {
    let data = match object.get("data") {
        Some(Value::Object(data)) => data,
        other => {
            let found = other.map_or("missing", kind);
            return Err(Damage::of("data", format!("is {found}; expected an object (export as JSON, not JSON-MIN)")));
        }
    };
    let text: Arc<str> = Arc::from(string(data, "data.", "text")?);
    let notes = notes(data)?;
    let id = key(object, "id").unwrap_or_else(|| place.index.to_string());
    let annotations = objects(object, "", "annotations")?;
    let flag = |annotation: &Object, name: &str| annotation.get(name) == Some(&Value::Bool(true));
    let kept: Vec<(usize, &Object)> =
        annotations.into_iter().enumerate().filter(|(_, annotation)| !flag(annotation, "was_cancelled")).collect();
    let truth = kept.iter().find(|(_, annotation)| flag(annotation, "ground_truth")).or(kept.first());
    let Some((index, annotation)) = truth else { return Ok(vec![left_out("the task has no annotation")]) };
    let mut pieces: Vec<_> = kept.iter().skip(1).map(|_| left_out("it is a further annotation of a task")).collect();
    let (mentions, relations) = results(annotation, &format!("annotations[{index}]."), &text)?;
    let annotated = Annotated { id: format!("{}-{id}", place.stem), text, mentions, relations, notes };
    pieces.extend(annotated.pieces(options));
    Ok(pieces)
}

fn results(annotation: &Object, path: &str, text: &str) -> Result<(Vec<Mention>, Vec<Relation>), Damage> {
    let points = CodePoints::of(text);
    let (mut mentions, mut relations) = (Vec::new(), Vec::new());
    for (index, result) in objects(annotation, path, "result")?.into_iter().enumerate() {
        let path = format!("{path}result[{index}].");
        match string(result, &path, "type")? {
            "relation" => {
                let (from, to) = (string(result, &path, "from_id")?, string(result, &path, "to_id")?);
                let direction = string_or_none(result, &path, "direction")?.unwrap_or("right");
                for label in labels(result, &path)? {
                    let relation = |from: &str, to: &str| Relation {
                        from: from.to_owned(),
                        to: to.to_owned(),
                        label: label.clone(),
                    };
                    if direction != "left" {
                        relations.push(relation(from, to));
                    }
                    if direction != "right" {
                        relations.push(relation(to, from));
                    }
                }
            }
            "labels" | "hypertextlabels" => {
                let key = string(result, &path, "id")?;
                let Some(Value::Object(value)) = result.get("value") else {
                    return Err(Damage::of(format!("{path}value"), "is missing"));
                };
                let inner = format!("{path}value.");
                let span = region(value, &inner, text, &points)?;
                let names = value.get("labels").or_else(|| value.get("hypertextlabels"));
                let names = names.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                // A region without a label can still take part in a relation.
                let names: Vec<&str> =
                    if names.is_empty() { vec![""] } else { names.iter().filter_map(Value::as_str).collect() };
                mentions.extend(names.into_iter().map(|label| Mention {
                    key: key.to_owned(),
                    label: label.to_owned(),
                    span,
                }));
            }
            // Choices, ratings and other controls say nothing of places.
            _ => {}
        }
    }
    Ok((mentions, relations))
}

/// The labels of a relation; one without any is told as such later on.
fn labels(result: &Object, path: &str) -> Result<Vec<String>, Damage> {
    let wrong = || Damage::of(format!("{path}labels"), "expected an array of strings");
    match result.get("labels") {
        None | Some(Value::Null) => Ok(vec![String::new()]),
        Some(Value::Array(list)) if list.is_empty() => Ok(vec![String::new()]),
        Some(Value::Array(list)) => {
            list.iter().map(|label| label.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn region(value: &Object, path: &str, text: &str, points: &CodePoints<'_>) -> Result<Span, Damage> {
    let places = (offset(value, path, "start")?, offset(value, path, "end")?);
    let words = string_or_none(value, path, "text")?.map(|words| words.replace("\\n", "\n"));
    let found = span(points, text, path.trim_end_matches('.'), places, words.as_deref());
    let Some(words) = words else { return found };
    found.or_else(|damage| {
        let units = utf16(text, places).filter(|span| span.of(text) == words);
        // A region of escaped line ends whose text has `\n` as two letters is compared as it stands, too.
        let literal = || {
            let span = span(points, text, "", places, None).ok()?;
            (string_or_none(value, path, "text").ok()?? == span.of(text)).then_some(span)
        };
        units.or_else(literal).ok_or(damage)
    })
}

/// The span of offsets in UTF-16 units.
fn utf16(text: &str, (start, end): (u64, u64)) -> Option<Span> {
    let mut units = 0_u64;
    let mut found = [None; 2];
    for (byte, length) in
        text.char_indices().map(|(byte, character)| (byte, character.len_utf16())).chain([(text.len(), 0)])
    {
        for (place, wanted) in found.iter_mut().zip([start, end]) {
            if units == wanted && place.is_none() {
                *place = Some(byte);
            }
        }
        units += length as u64;
    }
    let span = Span::new(found[0]?, found[1]?);
    (!span.is_empty()).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, left_out, rejected, rows};
    use serde_json::{Value, json};

    fn region(id: &str, start: usize, end: usize, words: &str, label: &str) -> Value {
        json!({"id": id, "type": "labels", "from_name": "label", "to_name": "text",
               "value": {"start": start, "end": end, "text": words, "labels": [label]}})
    }

    fn relation(from: &str, to: &str, direction: &str, labels: &Value) -> Value {
        json!({"type": "relation", "from_id": from, "to_id": to, "direction": direction, "labels": labels})
    }

    fn task(results: &[Value]) -> Value {
        json!({"id": 4, "data": {"text": "🤝 Côte d’Ivoire and\nTogo spoke."}, "annotations": [
            {"was_cancelled": true, "result": [{"broken": 1}]},
            {"result": []},
            {"ground_truth": true, "result": results}
        ]})
    }

    #[test]
    fn directions_and_both_kinds_of_offsets_are_read() {
        let points = [
            region("a", 2, 15, "Côte d’Ivoire", "actor"),
            region("b", 20, 24, "Togo", "supportive"),
            relation("a", "b", "left", &json!(["critical"])),
            relation("a", "b", "bi", &json!(["Neutral"])),
        ];
        let units = [
            region("a", 3, 16, "Côte d’Ivoire", "actor"),
            region("b", 21, 25, "Togo", "supportive"),
            relation("a", "b", "left", &json!(["critical"])),
            relation("a", "b", "bi", &json!(["Neutral"])),
        ];
        for results in [points, units] {
            let found = import_text("label-studio", "p.json", &json!([task(&results)]).to_string());
            assert_eq!(rejected(&found), [] as [&str; 0]);
            let rows = rows(&found);
            let holders: Vec<&Value> = rows.iter().map(|row| &row["holder"]).collect();
            assert_eq!(
                holders.iter().map(|holder| &holder["text"]).collect::<Vec<_>>(),
                ["Togo", "Côte d’Ivoire", "Togo", ""]
                    .map(|text| if text.is_empty() { json!(null) } else { json!(text) })
                    .iter()
                    .collect::<Vec<_>>()
            );
            assert_eq!(holders[1]["start"], 2);
            assert_eq!(rows[0]["id"], "p-4-1");
            assert_eq!(left_out(&found), ["it is a further annotation of a task"]);
        }
    }

    #[test]
    fn regions_over_lines_are_compared_with_their_escapes() {
        let results = [region("a", 2, 24, "Côte d’Ivoire and\\nTogo", "critical")];
        let found = import_text("label-studio", "p.json", &json!([task(&results)]).to_string());
        assert_eq!(rows(&found)[0]["target"]["text"], "Côte d’Ivoire and\nTogo");
    }

    #[test]
    fn damage_is_named_by_its_number() {
        let tasks = json!([
            task(&[region("a", 2, 14, "Côte d’Ivoire", "actor")]),
            task(&[region("a", 2, 400, "Côte d’Ivoire", "actor")]),
            {"id": 1, "text": "x"}, 4, {"data": {"text": "x"}},
            task(&[region("a", 2, 15, "Côte d’Ivoire", "actor"), relation("a", "a", "right", &json!([]))]),
        ]);
        let found = import_text("label-studio", "p.json", &tasks.to_string());
        assert_eq!(
            rejected(&found),
            [
                "p.json: field `[0].annotations[2].result[0].value`: text[2:14] is `Côte d’Ivoir`, not `Côte d’Ivoire`",
                "p.json: field `[1].annotations[2].result[0].value`: 2..400 is no place in the text, which has 31 code points",
                "p.json: field `[2].data`: is missing; expected an object (export as JSON, not JSON-MIN)",
                "p.json: field `[3]`: is a number; expected an object",
            ]
        );
        assert!(left_out(&found).contains(&"the task has no annotation".to_owned()));
        assert!(left_out(&found).contains(&"the relation `` is no stance (see --map)".to_owned()));
    }
}
