//! doccano: one text a line with entities and relations, for a sequence-labelling project with relations.
//!
//! Entities are `actor` where they take part in a relation, or named after the stance of the author toward them. Offsets are
//! code points. The field `demarche` holds what doccano has no place for; doccano keeps it as metadata.

use super::{
    ExportError, ExportSummary, FileExporter,
    passage::{label, passages},
};
use crate::{
    data::notes::{ACTOR, FIELD},
    pairs::LabelledPair,
    span::{CodePoints, Span},
};
use serde::Serialize;
use serde_json::json;
use std::io::Write;

pub(super) struct Doccano;

#[derive(Serialize)]
struct Entity {
    id: usize,
    label: &'static str,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Serialize)]
struct Relation {
    id: usize,
    from_id: usize,
    to_id: usize,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl FileExporter for Doccano {
    fn write(&self, pairs: &[LabelledPair], out: &mut dyn Write) -> Result<ExportSummary, ExportError> {
        let mut summary = ExportSummary::default();
        for passage in passages(pairs) {
            let text = passage.text();
            let points = CodePoints::of(text);
            let entity = |id: usize, label: &'static str, span: Span| {
                let (start_offset, end_offset) = points.range(span);
                Entity { id, label, start_offset, end_offset }
            };
            let actors = passage.actors();
            let mut entities: Vec<Entity> = actors.iter().map(|(span, id)| entity(*id, ACTOR, *span)).collect();
            let mut relations = Vec::new();
            for pair in passage.pairs {
                match pair.holder.and_then(|holder| actors.get(&holder)).zip(actors.get(&pair.target)) {
                    Some((from, to)) if pair.holder.is_some() => {
                        let id = relations.len();
                        relations.push(Relation { id, from_id: *from, to_id: *to, kind: label(pair) });
                    }
                    _ => entities.push(entity(entities.len(), label(pair), pair.target)),
                }
            }
            let line =
                json!({"text": text, "entities": entities, "relations": relations, FIELD: passage.notes(&points)});
            writeln!(out, "{line}")?;
            summary.records += 1;
            summary.pairs += passage.pairs.len() as u64;
        }
        Ok(summary)
    }
}
