//! From labelled pairs to a model: rows a second, on as many threads as there are.

use crate::sample::{PAIRS, PIPELINE};
use demarche::train::{Recipe, Training, encode_all, train};
use divan::{Bencher, counter::ItemsCount};

/// Vocabulary and matrix.
#[divan::bench(sample_size = 1, max_time = 5)]
fn rows(bencher: Bencher<'_, '_>) {
    let settings = Recipe::default().features;
    bencher.counter(ItemsCount::new(PAIRS.len())).bench(|| {
        encode_all(&PIPELINE.gazetteer, &PIPELINE.cues, &settings, &PAIRS).map(|encoded| encoded.vectorizer.columns())
    });
}

/// The whole: vocabulary, folds, all heads, calibration, scores with intervals.
#[divan::bench(sample_size = 1, sample_count = 10, max_time = 15)]
fn model(bencher: Bencher<'_, '_>) {
    let recipe = Recipe::default();
    bencher.counter(ItemsCount::new(PAIRS.len())).with_inputs(|| PAIRS.clone()).bench_values(|pairs| {
        let training = Training {
            gazetteer: &PIPELINE.gazetteer,
            cues: &PIPELINE.cues,
            recipe: &recipe,
            files: Vec::new(),
            progress: &|_| {},
            encoder: None,
        };
        train(training, pairs).map(|(model, _)| model.vectorizer.columns())
    });
}
