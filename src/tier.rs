//! The models that are shipped, from fast to good, and where the one that is not compiled in lies.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Environment variable that names the folder in which shipped models lie that are not compiled in.
pub const MODELS_VARIABLE: &str = "DEMARCHE_MODELS";
/// Folder of the model with an encoder, in the folder of models.
const ENCODER: &str = "encoder";

/// A shipped model, by what one wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// The words alone, in a small model: the quickest to load and to run.
    Fast,
    /// The default: words, and vectors of what they mean.
    #[default]
    Standard,
    /// A fine-tuned encoder beside them: the best stances, about a hundred pairs a second.
    Encoder,
}

/// The folder of the shipped model with an encoder: in the folder that [`MODELS_VARIABLE`] names, else in `models` under the
/// working directory, or beside the program, or in `share/demarche/models` where the program is installed.
///
/// # Errors
/// The places that were looked at, when it is in none of them.
pub fn find_encoder_model() -> Result<PathBuf, Vec<PathBuf>> {
    let named = env::var_os(MODELS_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let program = env::current_exe().ok().and_then(|path| Some(path.parent()?.to_owned()));
    let beside = program.iter().map(|folder| folder.join("models"));
    let installed = program.iter().filter_map(|folder| Some(folder.parent()?.join("share/demarche/models")));
    find(named.into_iter().chain([PathBuf::from("models")]).chain(beside).chain(installed))
}

fn find(folders: impl Iterator<Item = PathBuf>) -> Result<PathBuf, Vec<PathBuf>> {
    let mut seen = Vec::new();
    for folder in folders {
        let folder = folder.join(ENCODER);
        if folder.join(crate::MODEL_FILE).is_file() {
            return Ok(folder);
        }
        seen.push(folder);
    }
    Err(seen)
}

/// Whether a path that does not exist is the name of the shipped model with an encoder.
#[must_use]
pub fn names_encoder_model(path: &Path) -> bool {
    path == Path::new(ENCODER) && !path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_models_load() {
        for (tier, name) in [(Tier::Fast, "fast-"), (Tier::Standard, "default-")] {
            let pipeline = crate::Pipeline::of_tier(tier, None).unwrap();
            assert!(pipeline.model_name().starts_with(name), "{}", pipeline.model_name());
        }
    }

    #[test]
    fn the_first_folder_that_has_the_model_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let places = || ["none", "b", "c"].map(|name| folder.path().join(name)).into_iter();
        assert_eq!(find(places()).unwrap_err().len(), 3);
        for name in ["c", "b"] {
            let model = folder.path().join(name).join(ENCODER);
            std::fs::create_dir_all(&model).unwrap();
            std::fs::write(model.join(crate::MODEL_FILE), "").unwrap();
            assert_eq!(find(places()).unwrap(), model);
        }
        assert!(names_encoder_model(Path::new("encoder")) && !names_encoder_model(Path::new("src")));
    }
}
