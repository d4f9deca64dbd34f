//! `demarche train --export-matrix`: what the heads learn from, as files for other programs.

use super::super::common::Talk;
use anyhow::Result;
use demarche::{
    actors::Gazetteer,
    attribution::CueLexicon,
    output::AtomicFile,
    pairs::LabelledPair,
    train::{HeadMatrix, HeadName, Recipe, head_matrices},
};
use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

/// Writes the matrix of one head, or of all, with weights and groups beside each; all files or, on error, as few as can be.
pub(super) fn export(
    path: &Path,
    only: Option<HeadName>,
    (gazetteer, cues, recipe): (&Gazetteer, &CueLexicon, &Recipe),
    pairs: Vec<LabelledPair>,
    talk: Talk,
) -> Result<()> {
    let wanted = only.map_or_else(|| HeadName::ALL.to_vec(), |head| vec![head]);
    for matrix in head_matrices(gazetteer, cues, recipe, pairs, &wanted)? {
        let path = if only.is_some() { path.to_owned() } else { with_head(path, matrix.head) };
        // All three are written out before the first is put in its place.
        let files = [
            written(&path, &matrix, HeadMatrix::write_matrix)?,
            written(&beside(&path, ".weights"), &matrix, HeadMatrix::write_weights)?,
            written(&beside(&path, ".groups"), &matrix, HeadMatrix::write_groups)?,
        ];
        for file in files {
            file.commit()?;
        }
        talk.say(format_args!(
            "wrote {}: {} rows, {} columns, {} cells",
            path.display(),
            matrix.classes.len(),
            matrix.columns.len(),
            matrix.records.matrix().nnz()
        ));
    }
    Ok(())
}

fn written(
    path: &Path,
    matrix: &HeadMatrix,
    write: impl Fn(&HeadMatrix, &mut AtomicFile) -> io::Result<()>,
) -> Result<AtomicFile> {
    let mut file = AtomicFile::create(path)?;
    write(matrix, &mut file)?;
    Ok(file)
}

/// `pairs.svm.gz` of the act head is `pairs.act.svm.gz`; a name without extension gets the head's at its end.
fn with_head(path: &Path, head: HeadName) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let packed = [".gz", ".zst"].into_iter().find(|ending| name.ends_with(ending)).unwrap_or_default();
    let plain = name.strip_suffix(packed).unwrap_or(&name);
    let (stem, extension) = match plain.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (plain, String::new()),
    };
    path.with_file_name(format!("{stem}.{head}{extension}{packed}"))
}

/// The name with more at its end.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_stands_before_the_extension() {
        for (given, expected) in [
            ("m.svm", "m.act.svm"),
            ("a.b/m.svm.gz", "a.b/m.act.svm.gz"),
            ("m", "m.act"),
            (".svm", ".svm.act"),
            ("m.v2.svm", "m.v2.act.svm"),
        ] {
            assert_eq!(with_head(Path::new(given), HeadName::Act), Path::new(expected));
        }
        assert_eq!(beside(Path::new("x/m.svm"), ".groups"), Path::new("x/m.svm.groups"));
    }
}
