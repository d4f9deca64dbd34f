//! The stages before the pairs, each on its own: bytes of text a second, one thread.

use crate::sample::{DOCUMENTS, PIPELINE, READ, Read, bytes};
use demarche::{
    Worker,
    actors::{ActorIndex, fold},
    attribution::attribute,
    document::Document,
    pairs::candidates,
    segment::Segmentation,
};
use divan::Bencher;

/// Paragraphs, sentences, tokens, quotations.
#[divan::bench(sample_size = 1, max_time = 5)]
fn segmentation(bencher: Bencher<'_, '_>) {
    bencher
        .counter(bytes())
        .bench(|| DOCUMENTS.iter().map(|document| Segmentation::of(&document.text).tokens.len()).sum::<usize>());
}

/// The form in which names are compared, without the matching.
#[divan::bench(sample_size = 1, max_time = 5)]
fn folding(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| DOCUMENTS.iter().map(|document| fold(&document.text).text.len()).sum::<usize>());
}

/// Folding, matching and resolution of mentions, on texts that are segmented.
#[divan::bench(sample_size = 1, max_time = 5)]
fn mentions(bencher: Bencher<'_, '_>) {
    let (_, read) = &*READ;
    bencher.counter(bytes()).bench(|| read.iter().map(|read| mentions_of(read).len()).sum::<usize>());
}

/// Cues, speech and acts, and the candidates they make, on texts whose mentions are known.
#[divan::bench(sample_size = 1, max_time = 5)]
fn attribution(bencher: Bencher<'_, '_>) {
    let (_, read) = &*READ;
    // Attribution settles the first person in the mentions it is given: each run needs them as they were.
    let mut worker = Worker::default();
    bencher.counter(bytes()).with_inputs(|| read.iter().map(mentions_of).collect::<Vec<_>>()).bench_local_values(
        |mentions| {
            let mut found = 0;
            for (Read { document, reading }, mut mentions) in read.iter().zip(mentions) {
                let attribution = attribute(
                    &PIPELINE.cues,
                    &mut worker.lexicon,
                    &document.text,
                    &reading.segmentation,
                    &mut mentions,
                    issuer(document),
                );
                found += candidates(&PIPELINE.cues, &attribution, &mentions).len();
            }
            found
        },
    );
}

fn mentions_of(read: &Read) -> Vec<demarche::actors::Mention> {
    let Read { document, reading } = read;
    PIPELINE.gazetteer.mentions(&document.text, &reading.segmentation, document.date, issuer(document))
}

fn issuer(document: &Document) -> Option<ActorIndex> {
    document.issuer.as_deref().and_then(|issuer| PIPELINE.gazetteer.issuer(issuer))
}
