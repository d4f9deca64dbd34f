//! Records as JSON lines: nested actors, field order fixed, UTF-8.

use super::{RecordWriter, StanceRecord};

/// Writes one JSON object a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonlWriter;

impl RecordWriter for JsonlWriter {
    fn header(&self) -> Option<Vec<u8>> {
        None
    }

    // Fails only for a writer that fails or a map with keys that are no strings: a Vec never does, and a record has none.
    #[allow(clippy::expect_used)]
    fn write(&self, records: &[StanceRecord], out: &mut Vec<u8>) {
        for record in records {
            serde_json::to_writer(&mut *out, record).expect("a record is always JSON");
            out.push(b'\n');
        }
    }
}
