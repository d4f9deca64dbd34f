//! Records as CSV (RFC 4180 with `\n`): nested actors flattened to `holder_id`, `target_id`, ...
//!
//! A missing value is an empty field; truth values are `true` and `false`.

use super::{ActorField, RecordWriter, StanceRecord, number::field};
use crate::pairs::Label;

/// Fields of an actor, after `holder_`, `speaker_` and `target_`.
const ACTOR: [&str; 8] = ["id", "name", "kind", "role", "person", "mention", "start", "end"];
const BEFORE: [&str; 8] = ["doc_id", "doc_date", "issuer", "publisher", "sentence", "start", "end", "text"];
const AFTER: [&str; 18] = [
    "stance",
    "confidence",
    "p_critical",
    "p_neutral",
    "p_supportive",
    "score",
    "act",
    "act_confidence",
    "intensity",
    "tone",
    "tone_score",
    "reported",
    "negated",
    "hypothetical",
    "evidence",
    "model",
    "gazetteer",
    "records",
];

/// Writes one CSV record a stance record.
#[derive(Debug, Clone, Copy)]
pub(super) struct CsvWriter;

impl RecordWriter for CsvWriter {
    fn header(&self) -> Option<Vec<u8>> {
        let mut names: Vec<String> = BEFORE.map(str::to_owned).to_vec();
        for actor in ["holder", "speaker", "target"] {
            names.extend(ACTOR.iter().map(|name| format!("{actor}_{name}")));
        }
        names.extend(AFTER.map(str::to_owned));
        Some(format!("{}\n", names.join(",")).into_bytes())
    }

    // Fails only when the Vec underneath does, or records differ in length: neither can be.
    #[allow(clippy::expect_used)]
    fn write(&self, records: &[StanceRecord], out: &mut Vec<u8>) {
        let mut writer = csv::Writer::from_writer(out);
        for record in records {
            writer.write_record(fields(record)).expect("a Vec takes every record");
        }
        writer.flush().expect("a Vec takes every record");
    }
}

fn fields(record: &StanceRecord) -> Vec<String> {
    let mut row = Vec::with_capacity(BEFORE.len() + 3 * ACTOR.len() + AFTER.len());
    row.extend([
        record.doc_id.to_string(),
        shown(record.doc_date.as_ref()),
        shown(record.issuer.as_ref()),
        shown(record.publisher.as_ref()),
        shown(record.sentence.as_ref()),
        shown(record.start.as_ref()),
        shown(record.end.as_ref()),
        shown(record.text.as_ref()),
    ]);
    for actor in [record.holder.as_ref(), record.speaker.as_ref(), Some(&record.target)] {
        push_actor(actor, &mut row);
    }
    row.extend([
        record.stance.name().to_owned(),
        field(record.confidence),
        field(record.probabilities.critical),
        field(record.probabilities.neutral),
        field(record.probabilities.supportive),
        field(record.score),
        shown(record.act.as_ref()),
        record.act_confidence.map_or_else(String::new, field),
        record.intensity.map_or_else(String::new, field),
        shown(record.tone.as_ref()),
        record.tone_score.map_or_else(String::new, field),
        record.reported.to_string(),
        record.negated.to_string(),
        record.hypothetical.to_string(),
        record.evidence.clone(),
        record.model.to_string(),
        record.gazetteer.to_string(),
        shown(record.records.as_ref()),
    ]);
    row
}

fn push_actor(actor: Option<&ActorField>, row: &mut Vec<String>) {
    let Some(actor) = actor else {
        row.extend(ACTOR.map(|_| String::new()));
        return;
    };
    row.extend([
        shown(actor.id.as_ref()),
        shown(actor.name.as_ref()),
        shown(actor.kind.as_ref()),
        shown(actor.role.as_ref()),
        shown(actor.person.as_ref()),
        shown(actor.mention.as_ref()),
        shown(actor.start.as_ref()),
        shown(actor.end.as_ref()),
    ]);
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}
