//! An encoder with the heads that read pairs from its states.
//!
//! In: [`PairInput`]s. Out: for each the logits of all heads. The heads see the mean of all states, the target's and the
//! holder's; the target is marked by its kind of segment (the setting of Hamborg & Donnay 2021's target models).

use super::{
    EncoderError, PairInput, Precision, WordPieces,
    block::{block, block_mut},
    configuration::EncoderConfiguration,
    linear::Linear,
    network::{Encoder, Packed},
    tensors::{Tensors, TensorsOut, read_bytes},
};
use crate::{
    features::Sequence,
    label::{Act, Label, Stance, Tone},
};
use ndarray::{Array1, Array2, Axis};
use std::{fs, path::Path};
use xxhash_rust::xxh3::xxh3_64;

/// Files of an encoder's folder.
pub(super) const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Names of the heads with the number of labels of each, in the order of [`LABELS`].
pub(super) const HEADS: [(&str, usize); 3] =
    [(Stance::HEAD, Stance::ALL.len()), (Act::HEAD, Act::ALL.len()), (Tone::HEAD, Tone::ALL.len())];

/// Logits of a pair: those of all heads, one after another.
pub const LABELS: usize = Stance::ALL.len() + Act::ALL.len() + Tone::ALL.len();

/// Pairs that go through the encoder together.
pub const BATCH: usize = 16;

/// Heads of stance, act and tone, in this order.
pub(super) type Heads = [Linear; 3];

/// An encoder that was taught to read pairs.
pub struct PairEncoder {
    pub(super) encoder: Encoder,
    pub(super) heads: Heads,
    pieces: WordPieces,
    /// `tokenizer.json` as it was read.
    tokenizer: Vec<u8>,
    /// Hash of the three files as they were read.
    hash: String,
}

impl std::fmt::Debug for PairEncoder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PairEncoder").field("configuration", &self.encoder.configuration).finish_non_exhaustive()
    }
}

impl PairEncoder {
    /// Reads a folder that [`PairEncoder::write`] made.
    ///
    /// # Errors
    /// When a file is missing or damaged, or does not fit the others.
    pub fn read(folder: &Path) -> Result<Self, EncoderError> {
        Self::open(folder, |tensors, width| {
            let head = |(name, labels): (&str, usize)| tensors.linear(&format!("heads.{name}"), width, labels);
            let [stance, act, tone] = HEADS.map(head);
            Ok([stance?, act?, tone?])
        })
    }

    /// Reads a general encoder and gives it heads that say nothing yet.
    ///
    /// # Errors
    /// As [`PairEncoder::read`]; also when the encoder was taught already, since what it has learned from could then be
    /// held out to score it.
    pub fn untaught(folder: &Path) -> Result<Self, EncoderError> {
        Self::open(folder, |tensors, width| {
            if tensors.has(&format!("heads.{}.weight", HEADS[0].0)) {
                return Err(EncoderError::Taught(folder.to_owned()));
            }
            Ok(HEADS.map(|(_, labels)| Linear::zeros(width, labels)))
        })
    }

    fn open(
        folder: &Path,
        heads: impl FnOnce(&Tensors<'_>, usize) -> Result<Heads, EncoderError>,
    ) -> Result<Self, EncoderError> {
        let [configuration, tokenizer, weights] = FILES.map(|file| folder.join(file));
        let configuration = EncoderConfiguration::read(&configuration)?;
        let pieces = WordPieces::read(&tokenizer, &configuration)?;
        let tokenizer = fs::read(&tokenizer).map_err(|source| EncoderError::io(&tokenizer, source))?;
        let json = fs::read(folder.join(FILES[0])).map_err(|source| EncoderError::io(folder, source))?;
        let bytes = read_bytes(&weights)?;
        let tensors = Tensors::new(&weights, &bytes)?;
        let heads = heads(&tensors, 3 * configuration.hidden_size)?;
        Ok(Self {
            encoder: tensors.encoder(&configuration)?,
            heads,
            pieces,
            hash: hash_of([&json, &tokenizer, &bytes]),
            tokenizer,
        })
    }

    /// Writes the folder's files; gives their hash, as [`PairEncoder::hash`].
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path, precision: Precision) -> Result<String, EncoderError> {
        let [configuration, tokenizer, weights] = FILES.map(|file| folder.join(file));
        fs::create_dir_all(folder).map_err(|source| EncoderError::io(folder, source))?;
        let mut json = serde_json::to_string_pretty(&self.encoder.configuration)
            .map_err(|problem| EncoderError::io(&configuration, problem.into()))?;
        json.push('\n');
        let mut tensors = TensorsOut::default();
        tensors.encoder(&self.encoder, precision);
        for ((name, _), head) in HEADS.iter().zip(&self.heads) {
            tensors.linear(&format!("heads.{name}"), head, Precision::Float32);
        }
        let bytes = tensors.bytes().map_err(|problem| EncoderError::Weights { path: weights.clone(), problem })?;
        for (path, bytes) in
            [(&configuration, json.as_bytes()), (&tokenizer, &self.tokenizer[..]), (&weights, &bytes[..])]
        {
            fs::write(path, bytes).map_err(|source| EncoderError::io(path, source))?;
        }
        Ok(hash_of([json.as_bytes(), &self.tokenizer, &bytes]))
    }

    /// Its vocabulary.
    pub(super) const fn pieces(&self) -> &WordPieces {
        &self.pieces
    }

    /// The encoder itself.
    #[must_use]
    pub const fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Hash of its three files (xxh3 of their xxh3, 16 hexadecimal digits): everything that its logits depend on.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What the encoder sees of a pair.
    #[must_use]
    pub fn input(&self, sequence: &Sequence<'_>) -> PairInput {
        self.pieces.input(sequence)
    }

    /// Logits of all heads for each pair: pairs x [`LABELS`]. A pair's logits do not depend on the others.
    #[must_use]
    pub fn logits(&self, inputs: &[PairInput]) -> Array2<f32> {
        let mut out = Array2::zeros((inputs.len(), LABELS));
        for (place, inputs) in inputs.chunks(BATCH).enumerate() {
            let rows = place * BATCH..place * BATCH + inputs.len();
            let packed = pack(inputs.iter());
            let read = read_states(&self.encoder.states(&packed), &packed, inputs.iter());
            let mut first = 0;
            for head in &self.heads {
                let labels = head.bias.len();
                block_mut(&mut out, rows.clone(), first..first + labels).assign(&head.forward(read.view()));
                first += labels;
            }
        }
        out
    }
}

/// The name of three files' content.
fn hash_of(files: [&[u8]; 3]) -> String {
    let all: Vec<u8> = files.iter().flat_map(|file| xxh3_64(file).to_le_bytes()).collect();
    format!("{:016x}", xxh3_64(&all))
}

/// Pairs one after another, their targets marked.
pub(super) fn pack<'i>(inputs: impl Iterator<Item = &'i PairInput>) -> Packed {
    let mut packed = Packed::default();
    for input in inputs {
        packed.push(&input.pieces, |place| u8::from(place == input.target));
    }
    packed
}

/// What the heads see: mean, target's and holder's state side by side.
pub(super) fn read_states<'i>(
    states: &Array2<f32>,
    packed: &Packed,
    inputs: impl Iterator<Item = &'i PairInput>,
) -> Array2<f32> {
    let hidden = states.ncols();
    let mut read = Array2::zeros((packed.sequences(), 3 * hidden));
    for ((input, sequence), mut row) in inputs.zip(packed.starts.windows(2)).zip(read.rows_mut()) {
        let length = (sequence[1] - sequence[0]) as f32;
        let mean: Array1<f32> = block(states, sequence[0]..sequence[1], 0..hidden).sum_axis(Axis(0)) / length;
        let target = states.row(sequence[0] + input.target);
        let holder = states.row(sequence[0] + input.holder);
        for (cell, value) in row.iter_mut().zip(mean.iter().chain(target).chain(holder)) {
            *cell = *value;
        }
    }
    read
}

/// The way back of [`read_states`].
pub(super) fn spread_states<'i>(
    slope: &Array2<f32>,
    packed: &Packed,
    inputs: impl Iterator<Item = &'i PairInput>,
) -> Array2<f32> {
    let hidden = slope.ncols() / 3;
    let mut out = Array2::zeros((packed.pieces.len(), hidden));
    for ((input, sequence), row) in inputs.zip(packed.starts.windows(2)).zip(slope.rows()) {
        let part = |number: usize| row.slice_axis(Axis(0), (number * hidden..(number + 1) * hidden).into());
        let share = &part(0) / (sequence[1] - sequence[0]) as f32;
        for mut state in block_mut(&mut out, sequence[0]..sequence[1], 0..hidden).rows_mut() {
            state += &share;
        }
        let mut target = out.row_mut(sequence[0] + input.target);
        target += &part(1);
        let mut holder = out.row_mut(sequence[0] + input.holder);
        holder += &part(2);
    }
    out
}
