//! Label Studio: a JSON array of tasks with regions and relations, one task a line.
//!
//! The project needs this labelling interface:
//!
//! ```xml
//! <View>
//!   <Relations><Relation value="critical"/><Relation value="neutral"/><Relation value="supportive"/></Relations>
//!   <Labels name="label" toName="text">
//!     <Label value="actor"/><Label value="critical"/><Label value="neutral"/><Label value="supportive"/>
//!   </Labels>
//!   <Text name="text" value="$text"/>
//! </View>
//! ```
//!
//! Offsets are code points. `data.demarche` holds what the interface has no place for.

use super::{
    ExportError, ExportSummary, FileExporter,
    passage::{label, passages},
};
use crate::{
    data::notes::{ACTOR, FIELD},
    pairs::LabelledPair,
    span::{CodePoints, Span},
};
use serde_json::{Value, json};
use std::io::Write;

pub(super) struct LabelStudio;

impl FileExporter for LabelStudio {
    fn write(&self, pairs: &[LabelledPair], out: &mut dyn Write) -> Result<ExportSummary, ExportError> {
        let mut summary = ExportSummary::default();
        for passage in passages(pairs) {
            let text = passage.text();
            let points = CodePoints::of(text);
            let region = |id: String, label: &str, span: Span| {
                let (start, end) = points.range(span);
                let value = json!({"start": start, "end": end, "text": span.of(text), "labels": [label]});
                json!({"id": id, "type": "labels", "from_name": "label", "to_name": "text", "value": value})
            };
            let actors = passage.actors();
            let id = |number: &usize| format!("T{}", number + 1);
            let mut results: Vec<Value> =
                actors.iter().map(|(span, number)| region(id(number), ACTOR, *span)).collect();
            for pair in passage.pairs {
                match pair.holder.and_then(|holder| actors.get(&holder)).zip(actors.get(&pair.target)) {
                    Some((from, to)) if pair.holder.is_some() => results.push(json!({
                        "type": "relation", "from_id": id(from), "to_id": id(to), "direction": "right",
                        "labels": [label(pair)]
                    })),
                    _ => results.push(region(format!("A{}", results.len() + 1), label(pair), pair.target)),
                }
            }
            let data = json!({"text": text, FIELD: passage.notes(&points)});
            let task = json!({"data": data, "annotations": [{"result": results}]});
            write!(out, "{}{task}", if summary.records == 0 { "[\n" } else { ",\n" })?;
            summary.records += 1;
            summary.pairs += passage.pairs.len() as u64;
        }
        out.write_all(if summary.records == 0 { b"[]\n" } else { b"\n]\n" })?;
        Ok(summary)
    }
}
