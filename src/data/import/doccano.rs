//! doccano: texts with entities and relations, one JSON object a line.
//!
//! <https://github.com/doccano/doccano>, format "JSONL (relation)". In: `{"id", "text", "entities": [{"id", "label", "start_offset",
//! "end_offset"}], "relations": [{"from_id", "to_id", "type"}]}`, with offsets in code points; the older `label: [[start, end,
//! label]]` too. Out: rows as in [`super::annotated`].

use super::{
    About, ImportError, ImportOptions, Importer, Sink,
    annotated::{Annotated, Mention, Relation},
    json::{Object, each_object, key, objects, offset, string},
    records::{Damage, Pieces, Place, sources, span},
};
use crate::{
    data::notes::{FIELD, PassageNotes},
    span::CodePoints,
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct Doccano;

const ABOUT: About = About {
    name: "doccano",
    reads: "doccano exports, JSONL (relation): relations named after the stances, from holder to target",
    url: "https://github.com/doccano/doccano",
    licence: "that of the texts",
    tool: true,
};

impl Importer for Doccano {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_object(&sources(inputs, &["jsonl"])?, options, sink, &mut |place, object| text(place, object, options))
    }
}

fn text(place: &Place<'_>, object: &Object, options: &ImportOptions) -> Pieces {
    let text: Arc<str> = Arc::from(string(object, "", "text")?);
    let points = CodePoints::of(&text);
    let id = key(object, "id").unwrap_or_else(|| place.index.to_string());
    let mut mentions = Vec::new();
    for (index, entity) in objects(object, "", "entities")?.into_iter().enumerate() {
        let path = format!("entities[{index}].");
        let places = (offset(entity, &path, "start_offset")?, offset(entity, &path, "end_offset")?);
        mentions.push(Mention {
            key: key(entity, "id").ok_or_else(|| Damage::of(format!("{path}id"), "is missing"))?,
            label: string(entity, &path, "label")?.to_owned(),
            span: span(&points, &text, &format!("entities[{index}]"), places, None)?,
        });
    }
    if let Some(Value::Array(list)) = object.get("label") {
        for (index, value) in list.iter().enumerate() {
            let field = format!("label[{index}]");
            let wrong = || Damage::of(&field, "expected [start, end, label]");
            let places = value.get(0).and_then(Value::as_u64).zip(value.get(1).and_then(Value::as_u64));
            let label = value.get(2).and_then(Value::as_str).ok_or_else(wrong)?;
            let span = span(&points, &text, &field, places.ok_or_else(wrong)?, None)?;
            mentions.push(Mention { key: field.clone(), label: label.to_owned(), span });
        }
    }
    let mut relations = Vec::new();
    for (index, relation) in objects(object, "", "relations")?.into_iter().enumerate() {
        let path = format!("relations[{index}].");
        let end = |name: &str| key(relation, name).ok_or_else(|| Damage::of(format!("{path}{name}"), "is missing"));
        relations.push(Relation {
            from: end("from_id")?,
            to: end("to_id")?,
            label: string(relation, &path, "type")?.to_owned(),
        });
    }
    let notes = notes(object)?;
    Ok(Annotated { id: format!("{}-{id}", place.stem), text, mentions, relations, notes }.pieces(options))
}

/// The notes of our own export, if the object has them.
pub(super) fn notes(object: &Object) -> Result<PassageNotes, Damage> {
    match object.get(FIELD) {
        None | Some(Value::Null) => Ok(PassageNotes::default()),
        Some(value) => {
            serde_json::from_value(value.clone()).map_err(|error| Damage::of(FIELD, format!("is damaged: {error}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, import_with, left_out, rejected, rows};
    use crate::{data::import::ImportOptions, label::Stance};
    use serde_json::{Value, json};

    fn task() -> Value {
        json!({"id": 31, "text": "🤝 Togo thanked Côte d’Ivoire.", "Comments": [],
            "entities": [{"id": 5, "label": "actor", "start_offset": 2, "end_offset": 6},
                         {"id": 6, "label": "Critical", "start_offset": 15, "end_offset": 28}],
            "relations": [{"id": 1, "from_id": 5, "to_id": 6, "type": "supportive"},
                          {"id": 2, "from_id": 5, "to_id": 6, "type": "near"},
                          {"id": 3, "from_id": 5, "to_id": 9, "type": "neutral"}]})
    }

    #[test]
    fn relations_and_labels_that_are_stances_are_rows() {
        let found = import_text("doccano", "all.jsonl", &format!("\u{FEFF}{}\r\n", task()));
        let rows = rows(&found);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["holder"], json!({"start": 2, "end": 6, "text": "Togo"}));
        assert_eq!((&rows[0]["label"], &rows[0]["id"]), (&json!("supportive"), &json!("all-31-1")));
        assert_eq!((&rows[1]["holder"], &rows[1]["label"]), (&json!(null), &json!("critical")));
        assert_eq!(rows[1]["target"]["text"], "Côte d’Ivoire");
        assert_eq!(
            left_out(&found),
            ["the relation `near` is no stance (see --map)", "a relation is with something that is no mention"]
        );
    }

    #[test]
    fn labels_may_be_mapped() {
        let mut options = ImportOptions::default();
        options.labels.insert("near".to_owned(), Stance::Neutral);
        let found = import_with("doccano", &[("a.jsonl", task().to_string().as_bytes())], &options);
        assert_eq!(rows(&found)[1]["source_label"], "near");
        assert_eq!(rows(&found)[1]["label"], "neutral");
    }

    #[test]
    fn damage_is_named() {
        let lines = [
            json!({"text": "Togo", "entities": [{"id": 1, "label": "x", "start_offset": 0, "end_offset": 5}]}),
            json!({"text": "Togo", "entities": [{"id": 1, "label": "x", "start_offset": -1, "end_offset": 4}]}),
            json!({"text": "Togo", "relations": [{"from_id": 1, "type": "x"}]}),
            json!({"data": "Togo"}),
            json!({"text": "Togo", "label": [[0, 4]]}),
            json!({"text": "Togo", "demarche": {"date": "soon"}}),
            json!({"text": "Togo"}),
        ];
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let found = import_text("doccano", "a.jsonl", &text);
        assert_eq!(
            rejected(&found),
            [
                "a.jsonl:1: field `entities[0]`: 0..5 is no place in the text, which has 4 code points",
                "a.jsonl:2: field `entities[0].start_offset`: is -1; expected a whole number from 0",
                "a.jsonl:3: field `relations[0].to_id`: is missing",
                "a.jsonl:4: field `text`: is missing",
                "a.jsonl:5: field `label[0]`: expected [start, end, label]",
                "a.jsonl:6: field `demarche`: is damaged: `soon` is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD",
            ]
        );
        assert_eq!(left_out(&found), ["the text has no relation and no mention with a stance"]);
    }
}
