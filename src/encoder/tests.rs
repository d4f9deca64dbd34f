//! A tiny encoder: its files, its gradients, its lessons.

use super::{
    block::block_mut,
    configuration::EncoderConfiguration,
    dropout::Dropout,
    fine_tune::{Example, FineTuning, fine_tune},
    layer::Layer,
    network::{Embeddings, Encoder},
    pair_encoder::{HEADS, PairEncoder, pack, read_states, spread_states},
    tensors::{Precision, TensorsOut},
    *,
};
use ndarray::{Array1, Array2};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{fs, path::Path};

const WORDS: [&str; 14] = [
    "[PAD]", "[unused1]", "[unused2]", "[unused3]", "[unused4]", "[UNK]", "[CLS]", "[SEP]", ",", ".", "thank", "##ed",
    "condemn", "the",
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
    let mut layers: Vec<Layer> =
        (0..configuration.num_hidden_layers).map(|_| Layer::zeros(&configuration)).collect();
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
fn write(folder: &Path) {
    let vocabulary: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().enumerate().map(|(id, word)| ((*word).to_owned(), id.into())).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
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
    vec![
        input(&[6, 1, 10, 11, 2, 7], 4, 1),
        input(&[6, 2, 12, 1, 8, 13, 3, 7], 1, 3),
        input(&[6, 12, 13, 2, 7], 3, 0),
    ]
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
    for layer in 0..2 {
        for tensor in 0..12 {
            let length = gradients[layer].tensors()[tensor].len();
            for place in [0, length / 3, length - 1] {
                let moved = |by: f32| {
                    let mut moved = encoder.clone();
                    moved.layers[layer].tensors_mut()[tensor][place] += by;
                    value(&moved)
                };
                let difference = (moved(STEP) - moved(-STEP)) / f64::from(2.0 * STEP);
                let gradient = f64::from(gradients[layer].tensors()[tensor][place]);
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
        let passes = fine_tune(&mut encoder, &settings, 5, &examples, &examples[..30], &|_| {}).unwrap();
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
        fine_tune(&mut PairEncoder::untaught(folder.path()).unwrap(), &settings, 1, &[], &[], &|_| {}),
        Err(EncoderError::NoRows)
    ));
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
        (message(&|folder| fs::remove_file(folder.join("config.json")).unwrap()), "config.json: "),
        (message(&|folder| fs::write(folder.join("config.json"), "{").unwrap()), "config.json: EOF"),
        (configured(&|c| c.model_type = "roberta".into()), "model_type is `roberta`; only `bert` is known"),
        (configured(&|c| c.hidden_act = "relu".into()), "hidden_act is `relu`"),
        (configured(&|c| c.num_attention_heads = 3), "hidden_size 8 is no multiple of num_attention_heads 3"),
        (configured(&|c| c.hidden_size = 1 << 40), "hidden_size is 1099511627776; expected 1 to 2048"),
        (configured(&|c| c.vocab_size = 15), "has 14 word pieces, but config.json says 15"),
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
