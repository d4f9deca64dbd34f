//! NewsMTSC: sentiment toward politicians and organisations in sentences of US news.
//!
//! Hamborg and Donnay (2021), *NewsMTSC: (Multi-)Target-dependent Sentiment Classification in News Articles*, EACL. In: the
//! JSONL files of the repository, a sentence a line with its `targets`, or those on the Hugging Face hub, a target a line. Out:
//! a row for each target; the holder is the author. Polarity 2, 4, 6 (or -1, 0, 1) is critical, neutral, supportive. Targets
//! of one sentence are one group. `coref` keeps the further mentions.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    json::{Object, each_object, key, objects, offset, string},
    records::{Damage, Pieces, Place, row, sources, span},
};
use crate::{label::Stance, span::CodePoints};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct NewsMtsc;

const ABOUT: About = About {
    name: "newsmtsc",
    reads: "NewsMTSC, sentiment toward targets in US news: train.jsonl, devtest_mt.jsonl, devtest_rw.jsonl",
    url: "https://github.com/fhamborg/NewsMTSC",
    licence: "MIT",
    tool: false,
};

impl Importer for NewsMtsc {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_object(&sources(inputs, &["jsonl"])?, options, sink, &mut sentence)
    }
}

fn sentence(place: &Place<'_>, object: &Object) -> Pieces {
    if !object.contains_key("targets") {
        let text: Arc<str> = Arc::from(string(object, "", "sentence")?);
        let points = CodePoints::of(&text);
        return Ok(vec![row(target(object, "", &text, &points, key(object, "id"), None)?)]);
    }
    let text: Arc<str> = Arc::from(string(object, "", "sentence_normalized")?);
    let points = CodePoints::of(&text);
    let group = key(object, "primary_gid");
    let mut pieces = Vec::new();
    for (index, object) in objects(object, "", "targets")?.into_iter().enumerate() {
        let path = format!("targets[{index}].");
        let gid = key(object, "Input.gid").or_else(|| group.as_ref().map(|gid| format!("{gid}_{index}")));
        // A damaged target says nothing against the others of its sentence.
        pieces.push(match target(object, &path, &text, &points, gid, group.clone()) {
            Ok(found) => row(found),
            Err(damage) => place.rejected(damage),
        });
    }
    if pieces.is_empty() {
        return Err(Damage::of("targets", "is empty"));
    }
    Ok(pieces)
}

fn target(
    object: &Object,
    path: &str,
    text: &Arc<str>,
    points: &CodePoints<'_>,
    gid: Option<String>,
    group: Option<String>,
) -> Result<PairRow, Damage> {
    let words = string(object, path, "mention")?;
    let place = (offset(object, path, "from")?, offset(object, path, "to")?);
    let target = span(points, text, &format!("{path}mention"), place, Some(words))?;
    let polarity = object.get("polarity").and_then(Value::as_f64);
    let (label, name) = match polarity {
        Some(-1.0 | 2.0) => (Stance::Critical, "negative"),
        Some(0.0 | 4.0) => (Stance::Neutral, "neutral"),
        Some(1.0 | 6.0) => (Stance::Supportive, "positive"),
        _ => {
            let found = object.get("polarity").map_or_else(|| "missing".to_owned(), ToString::to_string);
            return Err(Damage::of(format!("{path}polarity"), format!("is {found}; expected 2, 4, 6 or -1, 0, 1")));
        }
    };
    let gid = gid.ok_or_else(|| Damage::of(format!("{path}Input.gid"), "is missing"))?;
    let mut row = PairRow::new(format!("newsmtsc-{gid}"), Arc::clone(text), None, target);
    row.label = Some(label);
    row.source_label = Some(name.to_owned());
    row.group = group.or(Some(gid));
    let coref = coref(object, path, text, points)?;
    if !coref.is_empty() {
        row.extra.insert("coref".to_owned(), Value::Array(coref));
    }
    Ok(row)
}

/// The further mentions, which the owners found by program; those that do not fit the text are dropped.
fn coref(object: &Object, path: &str, text: &str, points: &CodePoints<'_>) -> Result<Vec<Value>, Damage> {
    let mut found = Vec::new();
    for mention in objects(object, path, "further_mentions")? {
        let place = (offset(mention, path, "from")?, offset(mention, path, "to")?);
        let words = string(mention, path, "mention")?;
        if span(points, text, "", place, Some(words)).is_ok() {
            found.push(json!({"text": words, "start": place.0, "end": place.1}));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, rejected, rows};
    use serde_json::json;

    #[test]
    fn every_target_of_a_sentence_is_a_row() {
        let line = json!({"primary_gid": "wire_1_2", "sentence_normalized": "“Étienne 🤝 Mrs. Quill,” he wrote.", "targets": [
            {"Input.gid": "wire_1_2_a", "from": 1, "to": 8, "mention": "Étienne", "polarity": 6.0,
             "further_mentions": [{"from": 24, "to": 26, "mention": "he"}, {"from": 40, "to": 42, "mention": "he"}]},
            {"Input.gid": "wire_1_2_b", "from": 11, "to": 21, "mention": "Mrs. Quill", "polarity": 2.0},
            {"Input.gid": "wire_1_2_c", "from": 11, "to": 19, "mention": "Mrs. Quill", "polarity": 2.0},
            {"Input.gid": "wire_1_2_d", "from": 11, "to": 21, "mention": "Mrs. Quill", "polarity": 3.0}
        ]});
        let found = import_text("newsmtsc", "train.jsonl", &format!("\u{FEFF}{line}\r\n\r\n{{\"sentence_"));
        let rows = rows(&found);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["id"], "newsmtsc-wire_1_2_a");
        assert_eq!(rows[0]["target"], json!({"start": 1, "end": 8, "text": "Étienne"}));
        assert_eq!((&rows[0]["holder"], &rows[0]["label"]), (&json!(null), &json!("supportive")));
        assert_eq!(rows[0]["coref"], json!([{"text": "he", "start": 24, "end": 26}]));
        assert_eq!(rows[1]["target"], json!({"start": 11, "end": 21, "text": "Mrs. Quill"}));
        assert_eq!((&rows[1]["source_label"], &rows[1]["group"]), (&json!("negative"), &json!("wire_1_2")));
        assert_eq!(
            rejected(&found),
            [
                "train.jsonl:1: field `targets[2].mention`: text[11:19] is `Mrs. Qui`, not `Mrs. Quill`",
                "train.jsonl:1: field `targets[3].polarity`: is 3.0; expected 2, 4, 6 or -1, 0, 1",
                "train.jsonl:3: wrong JSON at column 11: EOF while parsing a string",
            ]
        );
    }

    #[test]
    fn a_target_a_line_is_read_too() {
        let line =
            json!({"mention": "Quill", "polarity": 0, "from": 0, "to": 5, "sentence": "Quill left.", "id": "x_9"});
        let rows = rows(&import_text("newsmtsc", "dev.jsonl", &line.to_string()));
        assert_eq!((&rows[0]["id"], &rows[0]["label"]), (&json!("newsmtsc-x_9"), &json!("neutral")));
    }

    #[test]
    fn an_empty_file_and_other_values_give_no_row() {
        assert_eq!(import_text("newsmtsc", "a.jsonl", ""), []);
        let found = import_text("newsmtsc", "a.jsonl", "[1]\n");
        assert_eq!(rejected(&found), ["a.jsonl: field `[0]`: is a number; expected an object"]);
        let found = import_text("newsmtsc", "a.jsonl", "{\"targets\": 4, \"sentence_normalized\": \"x\"}\n");
        assert_eq!(rejected(&found), ["a.jsonl:1: field `targets`: is a number; expected an array"]);
    }
}
