//! Teaching an encoder to read pairs: all layers but the embeddings, and the heads.
//!
//! In: pairs as the encoder sees them, with whatever labels are known. Out: the encoder after its last pass, and how each
//! pass went. No pass is chosen by its score: the held-out pairs stay what they are, and by the last pass the learning rate
//! has gone to 0. The same data, settings and machine give the same bytes at any number of
//! threads: a batch is parted into shards by its pairs alone, and sums run in a fixed order.

use super::{
    EncoderError, PairEncoder, PairInput,
    adam::{Adam, schedule, sum_into},
    checkpoint::{Teaching, checkpoint_path, read_checkpoint, write_checkpoint},
    dropout::Dropout,
    layer::Layer,
    linear::Linear,
    pair_encoder::{BATCH, HEADS, Heads, pack, read_states, spread_states},
};
use crate::{
    encoder::{FineTuning, Pass},
    label::Stance,
};
use ndarray::{Array2, ArrayView1};
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::{path::Path, time::Instant};
use xxhash_rust::xxh3::Xxh3;

/// A pair to learn from, or to be scored.
#[derive(Debug, Clone)]
pub struct Example {
    /// What the encoder sees.
    pub input: PairInput,
    /// Places of the labels of stance, act and tone in their lists, where known.
    pub labels: [Option<usize>; 3],
    /// What the row counts.
    pub weight: f32,
}

/// Longest gradient; a longer one is scaled down (Pascanu et al. 2013).
const LONGEST_GRADIENT: f64 = 1.0;

/// Pairs that one thread takes of a batch.
const SHARD: usize = 8;

/// Gradients of one shard.
struct Gradients {
    layers: Vec<Layer>,
    heads: Heads,
}

impl Gradients {
    fn zeros(encoder: &PairEncoder) -> Self {
        let configuration = &encoder.encoder.configuration;
        Self {
            layers: encoder.encoder.layers.iter().map(|_| Layer::zeros(configuration)).collect(),
            heads: HEADS.map(|(_, labels)| Linear::zeros(3 * configuration.hidden_size, labels)),
        }
    }

    fn tensors(&self) -> Vec<&[f32]> {
        let heads = self.heads.iter().flat_map(|head| [head.weight.as_slice(), head.bias.as_slice()]);
        let heads = heads.map(Option::unwrap_or_default);
        self.layers.iter().flat_map(Layer::tensors).chain(heads).collect()
    }

    fn clear(&mut self) {
        for tensor in tensors_mut(&mut self.layers, &mut self.heads) {
            tensor.fill(0.0);
        }
    }
}

/// All tensors that are trained, in the order of [`Gradients::tensors`].
fn tensors_mut<'a>(layers: &'a mut [Layer], heads: &'a mut Heads) -> Vec<&'a mut [f32]> {
    let heads = heads.iter_mut().flat_map(|head| [head.weight.as_slice_mut(), head.bias.as_slice_mut()]);
    layers.iter_mut().flat_map(Layer::tensors_mut).chain(heads.map(Option::unwrap_or_default)).collect()
}

/// Where the teacher leaves what it has reached after each pass, and the [`fingerprint`] of the teaching.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoints<'a> {
    /// The folder of the taught encoder.
    pub folder: &'a Path,
    /// What a checkpoint must have been made with to be used.
    pub fingerprint: &'a str,
}

/// Hash of everything that the taught encoder depends on: xxh3 (64 bits), 16 hexadecimal digits.
#[must_use]
pub fn fingerprint(
    encoder: &PairEncoder,
    settings: &FineTuning,
    seed: u64,
    examples: &[Example],
    held_out: &[Example],
) -> String {
    let mut hash = Xxh3::new();
    hash.update(encoder.hash().as_bytes());
    hash.update(format!("{settings:?} {seed}").as_bytes());
    for part in [examples, held_out] {
        hash.update(&(part.len() as u64).to_le_bytes());
        for example in part {
            hash.update(format!("{example:?}").as_bytes());
        }
    }
    format!("{:016x}", hash.digest())
}

/// Teaches `encoder`, and tells how each pass went. With `checkpoints`, what was reached before an interruption is taken up
/// again, and the result is that of a teaching without one.
///
/// # Errors
/// [`EncoderError::NoRows`], [`EncoderError::Diverged`]; when a checkpoint cannot be read or written, or is of another teaching.
pub fn fine_tune(
    encoder: &mut PairEncoder,
    settings: &FineTuning,
    seed: u64,
    (examples, held_out): (&[Example], &[Example]),
    checkpoints: Option<Checkpoints<'_>>,
    progress: &dyn Fn(&str),
) -> Result<Vec<Pass>, EncoderError> {
    if examples.is_empty() || settings.passes == 0 {
        return Err(EncoderError::NoRows);
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for head in &mut encoder.heads {
        let bound = 1.0 / (head.weight.nrows() as f32).sqrt();
        head.weight.mapv_inplace(|_| random.gen_range(-bound..bound));
        head.bias.fill(0.0);
    }
    let batch = settings.batch.max(1);
    let steps_a_pass = examples.len().div_ceil(batch);
    let steps = steps_a_pass * settings.passes;
    let warm_up = (settings.warm_up * steps as f32).ceil() as usize;
    let mut shards: Vec<Gradients> = (0..batch.div_ceil(SHARD)).map(|_| Gradients::zeros(encoder)).collect();
    let mut adam = Adam::new(shards[0].tensors().iter().map(|tensor| tensor.len()), settings.weight_decay);
    let streams = shards.len();
    let layer_tensors = 12 * encoder.encoder.layers.len();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut passes: Vec<Pass> = Vec::new();
    if let Some(Checkpoints { folder, fingerprint }) = checkpoints {
        let tensors = tensors_mut(&mut encoder.encoder.layers, &mut encoder.heads);
        let tensors =
            tensors.into_iter().zip(adam.restore(0)).map(|(weights, (first, second))| [weights, first, second]);
        let found = read_checkpoint(&checkpoint_path(folder), fingerprint, tensors.collect())?;
        passes = found.map(|teaching| teaching.passes).unwrap_or_default();
    }
    // The passes that were done have drawn from the generator.
    passes.iter().for_each(|_| order.shuffle(&mut random));
    let before = passes.len() * steps_a_pass;
    let _ = adam.restore(before);
    let mut step = before;
    let begun = Instant::now();
    for pass in passes.len()..settings.passes {
        order.shuffle(&mut random);
        let mut total = 0.0;
        for (within, batch) in order.chunks(batch).enumerate() {
            let parts = split(batch, examples);
            let used = parts.len();
            let losses: Vec<f64> = shards[..used]
                .par_iter_mut()
                .zip(parts)
                .enumerate()
                .map(|(place, (gradients, shard))| {
                    gradients.clear();
                    // A stream of its own for each shard of each step.
                    let stream = (step * streams + place) as u64;
                    let mut dropout = Dropout::new(settings.dropout, seed, stream);
                    learn(encoder, settings, batch.len() as f32, &shard, &mut dropout, gradients)
                })
                .collect();
            let loss: f64 = losses.iter().sum();
            step += 1;
            if !loss.is_finite() {
                return Err(EncoderError::Diverged { step });
            }
            total += loss * batch.len() as f64;
            let (first, others) = shards[..used].split_at_mut(1);
            let others: Vec<Vec<&[f32]>> = others.iter().map(Gradients::tensors).collect();
            let first = &mut first[0];
            let length = sum_into(tensors_mut(&mut first.layers, &mut first.heads), &others);
            if !length.is_finite() {
                return Err(EncoderError::Diverged { step });
            }
            let scale = (LONGEST_GRADIENT / length.max(1e-12)).min(1.0) as f32;
            let gradients = first.tensors();
            let share = schedule(step - 1, steps, warm_up);
            let rates: Vec<f32> = (0..gradients.len())
                .map(|tensor| {
                    share * if tensor < layer_tensors { settings.learning_rate } else { settings.head_learning_rate }
                })
                .collect();
            adam.step(tensors_mut(&mut encoder.encoder.layers, &mut encoder.heads), &gradients, &rates, scale);
            if step == before + 20 || step.is_multiple_of(100) {
                let left = begun.elapsed().as_secs_f64() / (step - before) as f64 * (steps - step) as f64 / 60.0;
                let (pass, passes) = (pass + 1, settings.passes);
                progress(&format!(
                    "encoder, pass {pass} of {passes}, step {} of {steps_a_pass}: about {left:.0} min left",
                    within + 1
                ));
            }
        }
        progress(&format!("encoder, pass {} of {}: held-out pairs", pass + 1, settings.passes));
        let (macro_f1, accuracy) = stance_scores(encoder, held_out);
        passes.push(Pass { loss: total / examples.len() as f64, macro_f1, accuracy });
        if let Some(Checkpoints { folder, fingerprint }) = checkpoints {
            let teaching = Teaching { fingerprint: fingerprint.to_owned(), passes: passes.clone(), encoder: None };
            let tensors = tensors_mut(&mut encoder.encoder.layers, &mut encoder.heads);
            let moments = tensors.iter().zip(adam.moments());
            let trios: Vec<_> = moments.map(|(weights, (first, second))| [&**weights, first, second]).collect();
            write_checkpoint(&checkpoint_path(folder), &teaching, &trios)?;
        }
    }
    Ok(passes)
}

/// Parts a batch into shards of about equal length in word pieces.
fn split<'e>(batch: &[usize], examples: &'e [Example]) -> Vec<Vec<&'e Example>> {
    let mut sorted: Vec<&Example> = batch.iter().map(|row| &examples[*row]).collect();
    sorted.sort_by_key(|example| std::cmp::Reverse(example.input.pieces.len()));
    let count = batch.len().div_ceil(SHARD);
    let mut shards = vec![Vec::new(); count];
    for (place, example) in sorted.into_iter().enumerate() {
        shards[place % count].push(example);
    }
    shards
}

/// Adds a shard's gradients; gives its part of the mean loss over `size` pairs.
fn learn(
    encoder: &PairEncoder,
    settings: &FineTuning,
    size: f32,
    shard: &[&Example],
    dropout: &mut Dropout,
    gradients: &mut Gradients,
) -> f64 {
    let inputs = || shard.iter().map(|example| &example.input);
    let packed = pack(inputs());
    let (states, tapes) = encoder.encoder.forward(&packed, dropout);
    let mut read = read_states(&states, &packed, inputs());
    let mask = dropout.apply(&mut read);
    let mut slope = Array2::zeros(read.raw_dim());
    let mut total = 0.0;
    for (place, share) in [1.0, settings.act_share, settings.tone_share].into_iter().enumerate() {
        let head = &encoder.heads[place];
        let logits = head.forward(read.view());
        let mut head_slope = Array2::zeros(logits.raw_dim());
        for (row, example) in shard.iter().enumerate() {
            let Some(label) = example.labels[place] else { continue };
            let factor = share * example.weight / size;
            let (loss, slopes) = cross_entropy(logits.row(row), label, settings.label_smoothing);
            total += loss * f64::from(factor);
            for (slope, value) in head_slope.row_mut(row).iter_mut().zip(slopes) {
                *slope = value * factor;
            }
        }
        head.backward(read.view(), head_slope.view(), &mut gradients.heads[place], &mut slope);
    }
    let slope = spread_states(&mask.masked(&slope), &packed, inputs());
    encoder.encoder.backward(&packed, &tapes, slope, &mut gradients.layers);
    total
}

/// Cross-entropy with smoothed labels, and its slope for the logits.
fn cross_entropy(logits: ArrayView1<'_, f32>, label: usize, smoothing: f32) -> (f64, Vec<f32>) {
    let most = logits.fold(f32::NEG_INFINITY, |held, value| held.max(*value));
    let powers: Vec<f64> = logits.iter().map(|value| libm::exp(f64::from(value - most))).collect();
    let sum: f64 = powers.iter().sum();
    let spread = f64::from(smoothing) / powers.len() as f64;
    let mut loss = 0.0;
    let slopes = powers
        .iter()
        .zip(logits)
        .enumerate()
        .map(|(place, (power, logit))| {
            let wanted = spread + if place == label { 1.0 - f64::from(smoothing) } else { 0.0 };
            loss -= wanted * (f64::from(logit - most) - libm::log(sum));
            (power / sum - wanted) as f32
        })
        .collect();
    (loss, slopes)
}

/// Macro-F1 and accuracy of stance; 0 where no pair has a label.
fn stance_scores(encoder: &PairEncoder, examples: &[Example]) -> (f64, f64) {
    const LABELS: usize = <Stance as crate::label::Label>::ALL.len();
    let rows: Vec<&Example> = examples.iter().filter(|example| example.labels[0].is_some()).collect();
    let found: Vec<(usize, usize)> = rows
        .par_chunks(BATCH)
        .flat_map_iter(|rows| {
            let inputs: Vec<PairInput> = rows.iter().map(|example| example.input.clone()).collect();
            let logits = encoder.logits(&inputs);
            rows.iter()
                .zip(logits.rows())
                .map(|(example, row)| {
                    let best = (0..LABELS).fold(0, |held, at| if row[at] > row[held] { at } else { held });
                    (example.labels[0].unwrap_or_default(), best)
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let right = found.iter().filter(|(gold, best)| gold == best).count();
    let f1 = |label: usize| {
        let both = found.iter().filter(|pair| **pair == (label, label)).count();
        let either =
            found.iter().filter(|pair| pair.0 == label).count() + found.iter().filter(|pair| pair.1 == label).count();
        2.0 * both as f64 / either.max(1) as f64
    };
    ((0..LABELS).map(f1).sum::<f64>() / LABELS as f64, right as f64 / found.len().max(1) as f64)
}
