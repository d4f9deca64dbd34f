//! The parts as files.

use super::{Split, SplitError};
use crate::output::AtomicFile;
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

impl Split {
    /// Writes each part to `folder/NAME.jsonl`, its rows in order and each as it stood; makes the folder where there is
    /// none. All parts are put in their places at the end.
    ///
    /// # Errors
    /// When a file cannot be read again or written. Parts that are in place by then are taken away.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, SplitError> {
        fs::create_dir_all(folder).map_err(|source| SplitError::Io { path: folder.display().to_string(), source })?;
        let paths: Vec<PathBuf> =
            self.shares.parts().iter().map(|part| folder.join(format!("{}.jsonl", part.name))).collect();
        let mut files = paths.iter().map(AtomicFile::create).collect::<Result<Vec<_>, _>>()?;
        let mut row = 0;
        self.corpus.read(|lines| {
            for line in lines {
                let Some(fact) = self.rows.facts.get(row) else { return Ok::<(), SplitError>(()) };
                if (fact.file, fact.line) != (line.file, line.number) {
                    continue;
                }
                if let Ok(text) = &line.text {
                    let file = &mut files[usize::from(self.parts[row])];
                    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(|source| {
                        SplitError::Io { path: paths[usize::from(self.parts[row])].display().to_string(), source }
                    })?;
                    row += 1;
                }
            }
            Ok(())
        })?;
        if row < self.rows.facts.len() {
            let name = self.corpus.sources().get(self.rows.facts[row].file as usize).map_or("?", |file| file.name());
            let source = io::Error::other("has changed while it was read");
            return Err(SplitError::Io { path: name.to_owned(), source });
        }
        for (placed, file) in files.into_iter().enumerate() {
            if let Err(error) = file.commit() {
                for path in &paths[..placed] {
                    // The error that is told is the first one.
                    let _ = fs::remove_file(path);
                }
                return Err(error.into());
            }
        }
        Ok(paths)
    }
}
