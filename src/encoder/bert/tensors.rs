//! Weights in `model.safetensors`, under the names that BERT checkpoints have.
//!
//! In: a file of 32- or 16-bit numbers, or of 8-bit ones with a factor for each row (`NAME.row_scale`), as
//! [`Precision::Int8`] writes them. Out: an [`Encoder`], and other tensors by name.

use super::{
    EncoderError,
    arithmetic::Norm,
    block::block,
    configuration::EncoderConfiguration,
    layer::Layer,
    linear::Linear,
    network::{Embeddings, Encoder},
};
use ndarray::{Array1, Array2, Axis, concatenate};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::{borrow::Cow, collections::BTreeMap, path::Path};

/// How numbers are kept on disk; in memory all have 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// As they are.
    Float32,
    /// Matrices as whole numbers from -127 to 127 times a factor for each row; vectors as they are.
    Int8,
}

/// An open file of tensors.
pub(super) struct Tensors<'f> {
    path: &'f Path,
    file: SafeTensors<'f>,
    /// What stands before all names: "bert." in some checkpoints.
    prefix: &'static str,
}

impl<'f> Tensors<'f> {
    pub(super) fn new(path: &'f Path, bytes: &'f [u8]) -> Result<Self, EncoderError> {
        let file = SafeTensors::deserialize(bytes)
            .map_err(|problem| EncoderError::Weights { path: path.to_owned(), problem: problem.to_string() })?;
        let prefix = if file.tensor("bert.embeddings.word_embeddings.weight").is_ok() { "bert." } else { "" };
        Ok(Self { path, file, prefix })
    }

    /// Whether there is a tensor of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.file.tensor(name).is_ok()
    }

    fn fail(&self, problem: String) -> EncoderError {
        EncoderError::Weights { path: self.path.to_owned(), problem }
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let full = format!("{}{name}", self.prefix);
        let tensor = self.file.tensor(&full).map_err(|_| self.fail(format!("has no tensor `{full}`")))?;
        if tensor.shape() != shape {
            return Err(self
                .fail(format!("tensor `{full}` has shape {:?}, but config.json makes it {shape:?}", tensor.shape())));
        }
        let bytes = tensor.data();
        let numbers: Vec<f32> = match tensor.dtype() {
            Dtype::F32 => bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            Dtype::F16 => bytes.as_chunks().0.iter().map(|bytes| half::f16::from_le_bytes(*bytes).to_f32()).collect(),
            Dtype::BF16 => bytes.as_chunks().0.iter().map(|bytes| half::bf16::from_le_bytes(*bytes).to_f32()).collect(),
            Dtype::I8 => {
                let scales = self.numbers(&format!("{name}.row_scale"), &shape[..1])?;
                let width = shape.get(1).copied().unwrap_or(1).max(1);
                let whole = |byte: &u8| f32::from(i8::from_le_bytes([*byte]));
                bytes
                    .chunks(width)
                    .zip(scales)
                    .flat_map(|(row, scale)| row.iter().map(move |byte| whole(byte) * scale))
                    .collect()
            }
            other => {
                return Err(
                    self.fail(format!("tensor `{full}` has numbers of type {other:?}; expected F32, F16, BF16 or I8"))
                );
            }
        };
        if numbers.iter().any(|value| !value.is_finite()) {
            return Err(self.fail(format!("tensor `{full}` has numbers that are not finite")));
        }
        Ok(numbers)
    }

    pub(super) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, EncoderError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers).map_err(|problem| self.fail(problem.to_string()))
    }

    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>, EncoderError> {
        Ok(Array1::from(self.numbers(name, &[length])?))
    }

    /// A linear map; files have outputs x inputs.
    pub(super) fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<Linear, EncoderError> {
        let weight = self.matrix(&format!("{name}.weight"), outputs, inputs)?;
        Ok(Linear {
            weight: weight.t().as_standard_layout().into_owned(),
            bias: self.vector(&format!("{name}.bias"), outputs)?,
        })
    }

    fn norm(&self, name: &str, size: usize) -> Result<Norm, EncoderError> {
        Ok(Norm {
            scale: self.vector(&format!("{name}.weight"), size)?,
            shift: self.vector(&format!("{name}.bias"), size)?,
        })
    }

    pub(super) fn encoder(&self, configuration: &EncoderConfiguration) -> Result<Encoder, EncoderError> {
        let c = configuration;
        let hidden = c.hidden_size;
        let embeddings = Embeddings {
            words: self.matrix("embeddings.word_embeddings.weight", c.vocab_size, hidden)?,
            positions: self.matrix("embeddings.position_embeddings.weight", c.max_position_embeddings, hidden)?,
            types: self.matrix("embeddings.token_type_embeddings.weight", c.type_vocab_size, hidden)?,
            norm: self.norm("embeddings.LayerNorm", hidden)?,
        };
        let layers = (0..c.num_hidden_layers).map(|number| self.layer(c, number)).collect::<Result<_, _>>()?;
        Ok(Encoder { configuration: c.clone(), embeddings, layers })
    }

    fn layer(&self, configuration: &EncoderConfiguration, number: usize) -> Result<Layer, EncoderError> {
        let (hidden, inner) = (configuration.hidden_size, configuration.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let parts =
            ["query", "key", "value"].map(|part| self.linear(&name(&format!("attention.self.{part}")), hidden, hidden));
        let [query, key, value] = parts;
        let (query, key, value) = (query?, key?, value?);
        let side_by_side = |axis, parts: [ndarray::ArrayView2<'_, f32>; 3]| {
            concatenate(axis, &parts)
                .map(|joined| joined.as_standard_layout().into_owned())
                .map_err(|problem| self.fail(problem.to_string()))
        };
        let weight = side_by_side(Axis(1), [query.weight.view(), key.weight.view(), value.weight.view()])?;
        let bias = [query.bias, key.bias, value.bias].into_iter().flatten().collect();
        Ok(Layer {
            attention_in: Linear { weight, bias },
            attention_out: self.linear(&name("attention.output.dense"), hidden, hidden)?,
            attention_norm: self.norm(&name("attention.output.LayerNorm"), hidden)?,
            inner: self.linear(&name("intermediate.dense"), hidden, inner)?,
            outer: self.linear(&name("output.dense"), inner, hidden)?,
            outer_norm: self.norm(&name("output.LayerNorm"), hidden)?,
        })
    }
}

/// Tensors to be written, by name.
#[derive(Default)]
pub(super) struct TensorsOut {
    parts: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl TensorsOut {
    pub(super) fn matrix(&mut self, name: &str, matrix: &Array2<f32>, precision: Precision) {
        let shape = matrix.shape().to_vec();
        if precision == Precision::Float32 {
            let bytes = matrix.iter().flat_map(|value| value.to_le_bytes()).collect();
            self.parts.insert(name.to_owned(), (Dtype::F32, shape, bytes));
            return;
        }
        let scales: Array1<f32> = matrix
            .rows()
            .into_iter()
            .map(|row| row.fold(0.0_f32, |held, value| held.max(value.abs())).max(1e-12) / 127.0)
            .collect();
        let bytes = matrix
            .rows()
            .into_iter()
            .zip(&scales)
            .flat_map(|(row, scale)| row.into_iter().map(move |value| ((value / scale).round() as i8).to_le_bytes()[0]))
            .collect();
        self.parts.insert(name.to_owned(), (Dtype::I8, shape, bytes));
        self.vector(&format!("{name}.row_scale"), &scales);
    }

    pub(super) fn vector(&mut self, name: &str, vector: &Array1<f32>) {
        let bytes = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.parts.insert(name.to_owned(), (Dtype::F32, vec![vector.len()], bytes));
    }

    pub(super) fn linear(&mut self, name: &str, linear: &Linear, precision: Precision) {
        self.matrix(&format!("{name}.weight"), &linear.weight.t().to_owned(), precision);
        self.vector(&format!("{name}.bias"), &linear.bias);
    }

    fn norm(&mut self, name: &str, norm: &Norm) {
        self.vector(&format!("{name}.weight"), &norm.scale);
        self.vector(&format!("{name}.bias"), &norm.shift);
    }

    pub(super) fn encoder(&mut self, encoder: &Encoder, precision: Precision) {
        let embeddings = &encoder.embeddings;
        self.matrix("embeddings.word_embeddings.weight", &embeddings.words, precision);
        self.matrix("embeddings.position_embeddings.weight", &embeddings.positions, precision);
        self.matrix("embeddings.token_type_embeddings.weight", &embeddings.types, Precision::Float32);
        self.norm("embeddings.LayerNorm", &embeddings.norm);
        let hidden = encoder.configuration.hidden_size;
        for (number, layer) in encoder.layers.iter().enumerate() {
            let name = |part: &str| format!("encoder.layer.{number}.{part}");
            for (part, word) in ["query", "key", "value"].into_iter().enumerate() {
                let columns = part * hidden..(part + 1) * hidden;
                let all = &layer.attention_in;
                let one = Linear {
                    weight: block(&all.weight, 0..hidden, columns.clone()).to_owned(),
                    bias: all.bias.slice_axis(Axis(0), columns.into()).to_owned(),
                };
                self.linear(&name(&format!("attention.self.{word}")), &one, precision);
            }
            self.linear(&name("attention.output.dense"), &layer.attention_out, precision);
            self.norm(&name("attention.output.LayerNorm"), &layer.attention_norm);
            self.linear(&name("intermediate.dense"), &layer.inner, precision);
            self.linear(&name("output.dense"), &layer.outer, precision);
            self.norm(&name("output.LayerNorm"), &layer.outer_norm);
        }
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, String> {
        let views: Vec<(&str, TensorView<'_>)> = self
            .parts
            .iter()
            .map(|(name, (dtype, shape, bytes))| Ok((name.as_str(), TensorView::new(*dtype, shape.clone(), bytes)?)))
            .collect::<Result<_, safetensors::SafeTensorError>>()
            .map_err(|problem| problem.to_string())?;
        safetensors::serialize(views, None).map_err(|problem| problem.to_string())
    }
}

/// A whole file in memory.
pub(super) fn read_bytes(path: &Path) -> Result<Cow<'static, [u8]>, EncoderError> {
    std::fs::read(path).map(Cow::Owned).map_err(|source| EncoderError::io(path, source))
}
