//! From candidate pairs to probabilities: pairs a second, one thread.

use crate::sample::{PIPELINE, READ, ROWS, Read, candidates};
use divan::{Bencher, black_box};

/// Sequence, features and vector of each candidate.
#[divan::bench(sample_size = 1, max_time = 5)]
fn features(bencher: Bencher<'_, '_>) {
    let (worker, read) = &*READ;
    bencher.counter(candidates()).bench(|| {
        let mut cells = 0;
        for Read { document, reading } in read {
            for candidate in &reading.candidates {
                cells += PIPELINE.vector(worker, &document.text, reading, candidate).len();
            }
        }
        cells
    });
}

/// What all heads say of each vector, with calibration.
#[divan::bench(sample_size = 1, max_time = 5)]
fn heads(bencher: Bencher<'_, '_>) {
    let rows = &*ROWS;
    bencher.counter(candidates()).bench(|| {
        for row in rows {
            black_box(PIPELINE.predict_row(row));
        }
    });
}
