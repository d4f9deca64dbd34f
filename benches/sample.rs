//! What the benches run on: documents, their readings, candidate pairs, and labelled pairs.
//!
//! Each is made once, when the first bench asks for it, so that it is in no figure.

use crate::stand_in;
use demarche::{
    Pipeline, Reading, Worker,
    document::{Document, Documents, ReadOptions, sources},
    pairs::{LabelledPair, PairOptions, read_pairs},
};
use divan::counter::{BytesCount, ItemsCount};
use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The UN General Debate Corpus, 2015 to 2024.
const CORPUS: &str = "../shared/corpora/unga_2015_2024.jsonl.gz";
/// Every so many documents of the corpus one is taken: about 2 MB, of all years and countries.
const STEP: usize = 10;
/// Bytes of the stand-in.
const STAND_IN_BYTES: usize = 2_000_000;
/// Passages that people labelled, part of the project.
const LABELLED: &str = "training_data/train/events.jsonl";
/// Labelled pairs that training takes.
const LABELLED_PAIRS: usize = 500;

/// The documents.
pub(crate) static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let path = in_project(CORPUS);
    let read: Vec<Document> = sources(&[path], &ReadOptions::default())
        .map(|found| Documents::new(found, ReadOptions::default()).filter_map(Result::ok).step_by(STEP).collect())
        .unwrap_or_default();
    if read.is_empty() {
        eprintln!("{CORPUS} is missing: the benches run on generated text, whose figures compare with no others");
        return stand_in::documents(STAND_IN_BYTES);
    }
    read
});

/// The pipeline as shipped.
pub(crate) static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::shipped().expect("the shipped model and tables are sound"));

/// A document as the stages before the model see it.
pub(crate) struct Read {
    /// The document.
    pub(crate) document: &'static Document,
    /// What was found in it.
    pub(crate) reading: Reading,
}

/// The documents read up to their candidate pairs, and the memory of the worker that read them.
pub(crate) static READ: LazyLock<(Worker, Vec<Read>)> = LazyLock::new(|| {
    let mut worker = Worker::default();
    let read =
        DOCUMENTS.iter().map(|document| Read { document, reading: PIPELINE.read(&mut worker, document) }).collect();
    (worker, read)
});

/// The vectors of all candidate pairs.
pub(crate) static ROWS: LazyLock<Vec<Vec<(u32, f32)>>> = LazyLock::new(|| {
    let (worker, read) = &*READ;
    let of_document = |Read { document, reading }: &'static Read| {
        let vector = move |candidate| PIPELINE.vector(worker, &document.text, reading, candidate);
        reading.candidates.iter().map(vector)
    };
    read.iter().flat_map(of_document).collect()
});

/// Labelled pairs to train on.
pub(crate) static PAIRS: LazyLock<Vec<LabelledPair>> = LazyLock::new(|| {
    let mut pairs = read_pairs(&[in_project(LABELLED)], &PairOptions::default())
        .map(|set| set.pairs)
        .expect("the labelled passages are part of the project");
    pairs.truncate(LABELLED_PAIRS);
    pairs
});

/// Bytes of all documents' texts.
pub(crate) fn bytes() -> BytesCount {
    BytesCount::new(DOCUMENTS.iter().map(|document| document.text.len()).sum::<usize>())
}

/// Number of candidate pairs.
pub(crate) fn candidates() -> ItemsCount {
    ItemsCount::new(READ.1.iter().map(|read| read.reading.candidates.len()).sum::<usize>())
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
