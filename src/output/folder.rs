//! Folders that are there whole or not at all.
//!
//! [`AtomicFolder`] fills a temporary folder beside its destination and renames it on [`commit`](AtomicFolder::commit);
//! dropped without it, nothing is left.

use super::FileError;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A folder under construction.
#[derive(Debug)]
pub struct AtomicFolder {
    path: PathBuf,
    temporary: TempDir,
}

impl AtomicFolder {
    /// Begins a folder that will stand at `path`, where there may be nothing yet or an empty folder.
    ///
    /// # Errors
    /// When something stands at `path`, or its folder is missing or not writable.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let error = |source| FileError { path: path.to_owned(), action: "cannot be created", source };
        match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(error(io::Error::other("there is a folder that is not empty")));
                }
            }
            Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => {}
            Err(wrong) => return Err(error(wrong)),
        }
        let name = path.file_name().ok_or_else(|| error(io::Error::other("it has no name")))?;
        let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !beside.is_dir() {
            let problem = format!("there is no folder `{}`", beside.display());
            return Err(error(io::Error::new(io::ErrorKind::NotFound, problem)));
        }
        let prefix = format!(".{}.", name.to_string_lossy());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // Temporary folders are private unless told otherwise; a result is a folder like any other.
        #[cfg(unix)]
        let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let temporary = builder.tempdir_in(beside).map_err(error)?;
        Ok(Self { path: path.to_owned(), temporary })
    }

    /// Writes a file; `name` may have folders in it, with `/` between them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.temporary.path().join(name);
        let error = |source| FileError { path: self.path.join(name), action: "cannot be written", source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(error)?;
        }
        fs::write(&path, bytes).map_err(error)
    }

    /// The folder as long as it is under construction, for those who write files themselves.
    #[must_use]
    pub fn temporary(&self) -> &Path {
        self.temporary.path()
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// When something has come to stand there in the meantime; nothing is left then.
    pub fn commit(self) -> Result<(), FileError> {
        let error = |source| FileError { path: self.path.clone(), action: "cannot be put in its place", source };
        // POSIX `rename` takes the place of an empty folder; elsewhere it has to go first.
        if cfg!(not(unix)) && self.path.is_dir() {
            fs::remove_dir(&self.path).map_err(error)?;
        }
        fs::rename(self.temporary.path(), &self.path).map_err(error)?;
        // What the temporary folder's guard would remove is not there any more.
        let _ = self.temporary.keep();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let dropped = AtomicFolder::create(&path).unwrap();
        dropped.write("a/b.txt", b"x").unwrap();
        drop(dropped);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for _ in 0..2 {
            let whole = AtomicFolder::create(&path).unwrap();
            whole.write("a/b.txt", b"x").unwrap();
            whole.commit().unwrap();
            assert_eq!(fs::read(path.join("a/b.txt")).unwrap(), b"x");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            assert!(AtomicFolder::create(&path).unwrap_err().to_string().contains("not empty"));
            // An empty folder is taken.
            fs::remove_dir_all(&path).unwrap();
            fs::create_dir(&path).unwrap();
        }
        assert!(AtomicFolder::create(folder.path().join("no/where")).unwrap_err().to_string().contains("no folder"));
    }
}
