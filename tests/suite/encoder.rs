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

fn encoder() -> Option<PairEncoder> {
    match find_encoder(None) {
        Ok(folder) => Some(PairEncoder::untaught(&folder).unwrap()),
        Err(problem) => {
            eprintln!("skipped: {problem}");
            None
        }
    }
}

#[test]
fn states_agree_with_the_reference_implementation() {
    let Some(encoder) = encoder() else { return };
    let entries: Vec<Entry> = serde_json::from_str(include_str!("../reference/encoder_states.json")).unwrap();
    let mut packed = Packed::default();
    for entry in &entries {
        packed.push(&entry.pieces, (0..entry.pieces.len()).map(|place| u8::from(place == entry.place)));
    }
    let states = encoder.encoder().states(&packed);
    for (entry, bounds) in entries.iter().zip(packed.starts.windows(2)) {
        let close = |found: f32, wanted: f32| assert!((found - wanted).abs() < TOLERANCE, "{found} but {wanted}");
        for (column, wanted) in entry.state.iter().enumerate() {
            close(states[[bounds[0] + entry.place, column]], *wanted);
        }
        for (column, wanted) in entry.mean.iter().enumerate() {
            let sum: f32 = (bounds[0]..bounds[1]).map(|row| states[[row, column]]).sum();
            close(sum / (bounds[1] - bounds[0]) as f32, *wanted);
        }
    }
}
