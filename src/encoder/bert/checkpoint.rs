//! What teaching has reached after a pass, on disk: to go on from after an interruption, and to tell at the end that this
//! teaching has been done.
//!
//! In: the tensors that are taught, the moments of their gradients, and a fingerprint of everything that the result depends on.
//! Out: the same, if the fingerprint is the same; a checkpoint of another teaching is an error, for it may be hours of work.
//! Two files lie in the folder of the taught encoder: `teaching.safetensors` while it is being taught, `teaching.json` after.

use super::EncoderError;
use crate::encoder::Pass;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Key of the state among the file's metadata.
const STATE: &str = "teaching";

/// How far a teaching has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Teaching {
    /// Hash of the rows in the encoder's eyes, the settings, the seed and the general encoder.
    pub fingerprint: String,
    /// Passes done.
    pub passes: Vec<Pass>,
    /// Hash of the files of the encoder as written at the end.
    pub encoder: Option<String>,
}

/// Where the checkpoint of a folder is.
pub(super) fn checkpoint_path(folder: &Path) -> PathBuf {
    folder.join("teaching.safetensors")
}

fn record_path(folder: &Path) -> PathBuf {
    folder.join("teaching.json")
}

/// Numbers of one tensor: its weights and the two moments.
pub(super) type Trio<'a> = [&'a [f32]; 3];

/// Writes a checkpoint, whole or not at all.
pub(super) fn write_checkpoint(path: &Path, teaching: &Teaching, tensors: &[Trio<'_>]) -> Result<(), EncoderError> {
    let damaged = |problem: String| EncoderError::Checkpoint { path: path.to_owned(), problem };
    let bytes: Vec<[Vec<u8>; 3]> = tensors
        .iter()
        .map(|trio| trio.map(|numbers| numbers.iter().flat_map(|number| number.to_le_bytes()).collect()))
        .collect();
    let mut views = Vec::new();
    for (place, trio) in bytes.iter().enumerate() {
        for (kind, bytes) in ["weight", "first", "second"].into_iter().zip(trio) {
            let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes);
            views.push((name(place, kind), view.map_err(|problem| damaged(problem.to_string()))?));
        }
    }
    let state = serde_json::to_string(teaching).map_err(|problem| damaged(problem.to_string()))?;
    let metadata = HashMap::from([(STATE.to_owned(), state)]);
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(|problem| damaged(problem.to_string()))?;
    replace(path, &bytes)
}

/// Reads a checkpoint into tensors of the same lengths; nothing where there is none.
pub(super) fn read_checkpoint(
    path: &Path,
    fingerprint: &str,
    tensors: Vec<[&mut [f32]; 3]>,
) -> Result<Option<Teaching>, EncoderError> {
    let damaged = |problem: &str| EncoderError::Checkpoint { path: path.to_owned(), problem: problem.to_owned() };
    let Some(bytes) = read(path)? else { return Ok(None) };
    let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|problem| damaged(&problem.to_string()))?;
    let state = metadata.metadata().as_ref().and_then(|metadata| metadata.get(STATE));
    let teaching: Teaching = state
        .and_then(|state| serde_json::from_str(state).ok())
        .ok_or_else(|| damaged("says nothing of a teaching"))?;
    if teaching.fingerprint != fingerprint {
        return Err(EncoderError::OtherTeaching(path.to_owned()));
    }
    let file = SafeTensors::deserialize(&bytes).map_err(|problem| damaged(&problem.to_string()))?;
    for (place, trio) in tensors.into_iter().enumerate() {
        for (kind, numbers) in ["weight", "first", "second"].into_iter().zip(trio) {
            let name = name(place, kind);
            let tensor = file.tensor(&name).map_err(|problem| damaged(&problem.to_string()))?;
            let (parts, rest) = tensor.data().as_chunks::<4>();
            if tensor.dtype() != Dtype::F32 || parts.len() != numbers.len() || !rest.is_empty() {
                return Err(damaged(&format!("tensor `{name}` has another size than the encoder's")));
            }
            for (number, bytes) in numbers.iter_mut().zip(parts) {
                *number = f32::from_le_bytes(*bytes);
            }
        }
    }
    Ok(Some(teaching))
}

/// What a folder says of how its encoder was taught; nothing where it says nothing.
///
/// # Errors
/// When the file cannot be read or is damaged.
pub fn read_record(folder: &Path) -> Result<Option<Teaching>, EncoderError> {
    let path = record_path(folder);
    let Some(bytes) = read(&path)? else { return Ok(None) };
    let found = serde_json::from_slice(&bytes);
    found.map(Some).map_err(|problem| EncoderError::Checkpoint { path, problem: problem.to_string() })
}

/// Writes down how a folder's encoder was taught, and removes its checkpoint.
///
/// # Errors
/// When the file cannot be written.
pub fn write_record(folder: &Path, teaching: &Teaching) -> Result<(), EncoderError> {
    let path = record_path(folder);
    let mut json = serde_json::to_string_pretty(teaching).map_err(|problem| EncoderError::io(&path, problem.into()))?;
    json.push('\n');
    replace(&path, json.as_bytes())?;
    match fs::remove_file(checkpoint_path(folder)) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(EncoderError::io(&checkpoint_path(folder), source))
        }
        _ => Ok(()),
    }
}

fn name(place: usize, kind: &str) -> String {
    format!("{place}.{kind}")
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, EncoderError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EncoderError::io(path, source)),
    }
}

/// Writes beside the file, then takes its name.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), EncoderError> {
    let failed = |source| EncoderError::io(path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut builder = tempfile::Builder::new();
    // A temporary file is for its owner alone; this one is as public as the user's mask lets it be.
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.prefix(".teaching-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map(|_| ()).map_err(|error| failed(error.error))
}
