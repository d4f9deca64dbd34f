//! From documents to records as bytes, as `demarche classify` makes them: bytes of text a second.

use crate::sample::{DOCUMENTS, PIPELINE, bytes};
use demarche::{
    Worker,
    document::{Document, Documents, Format, ReadOptions},
    output::{RecordFormat, write_records},
};
use divan::Bencher;
use rayon::prelude::*;
use std::{io::Cursor, sync::Mutex};

/// JSON lines in, JSON lines out, on one thread and on two. Reading is not spread over threads.
#[divan::bench(sample_size = 1, max_time = 10, args = [1, 2])]
fn documents_to_records(bencher: Bencher<'_, '_>, threads: usize) {
    let lines = json_lines();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    // A worker remembers words from document to document, and so do these from run to run.
    let workers: Vec<Mutex<Worker>> = (0..threads).map(|_| Mutex::default()).collect();
    let records_of = |document: Document| {
        let worker = &workers[rayon::current_thread_index().unwrap_or_default()];
        let mut worker = worker.lock().expect("no worker panics");
        let mut bytes = Vec::new();
        write_records(RecordFormat::Jsonl, &PIPELINE.classify(&mut worker, &document), &mut bytes);
        bytes.len()
    };
    bencher.counter(bytes()).with_inputs(|| Cursor::new(lines.clone())).bench_values(|lines| {
        let options = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
        let documents: Vec<Document> =
            Documents::of_reader("sample", lines, options).map(|item| item.expect("the sample is sound")).collect();
        pool.install(|| documents.into_par_iter().map(records_of).sum::<usize>())
    });
}

/// The documents as the program reads them.
fn json_lines() -> Vec<u8> {
    let mut lines = Vec::new();
    for document in &*DOCUMENTS {
        let mut row = serde_json::json!({ "id": document.id, "text": document.text });
        if let Some(date) = document.date {
            row["date"] = date.to_string().into();
        }
        if let Some(issuer) = &document.issuer {
            row["issuer"] = issuer.as_str().into();
        }
        lines.extend(row.to_string().into_bytes());
        lines.push(b'\n');
    }
    lines
}
