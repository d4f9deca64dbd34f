//! Files that are there whole or not at all.
//!
//! [`AtomicFile`] writes to a temporary file in the folder of its destination and renames it on
//! [`commit`](AtomicFile::commit) (POSIX `rename` replaces in one step); dropped without it, nothing is left. A name
//! that ends in `.gz` or `.zst` is compressed, with the same bytes each time.

use flate2::{GzBuilder, write::GzEncoder};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {action}: {source}", path.display())]
pub struct FileError {
    /// The destination.
    pub path: PathBuf,
    /// What could not be done: "cannot be created", ...
    pub action: &'static str,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// A file under construction.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    sink: Sink,
}

/// Where bytes go: a temporary file, or straight to what cannot be replaced (a pipe, a device).
#[derive(Debug)]
enum Place {
    Temporary(NamedTempFile),
    Direct(File),
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Temporary(file) => file.write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Temporary(file) => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

enum Sink {
    Plain(BufWriter<Place>),
    Gzip(GzEncoder<BufWriter<Place>>),
    Zstandard(zstd::stream::write::Encoder<'static, BufWriter<Place>>),
}

impl std::fmt::Debug for Sink {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Gzip(_) => "Gzip",
            Self::Zstandard(_) => "Zstandard",
        })
    }
}

impl AtomicFile {
    /// Begins a file that will stand at `path`. Nothing is there, or what was there stays, until it is committed.
    ///
    /// A link is followed. A pipe or device is written directly, as it cannot be replaced.
    ///
    /// # Errors
    /// When `path` is a folder, or its folder is missing or not writable.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let given = path.as_ref();
        let error = |source| FileError { path: given.to_owned(), action: "cannot be created", source };
        let known = fs::metadata(given).ok();
        if known.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(error(io::Error::other("it is a folder")));
        }
        let place = if known.as_ref().is_some_and(|data| !data.is_file()) {
            Place::Direct(File::options().write(true).open(given).map_err(error)?)
        } else {
            // Of a link, the file behind it is replaced and not the link.
            let real = fs::canonicalize(given).unwrap_or_else(|_| given.to_owned());
            let place = temporary(&real, known.as_ref()).map_err(error)?;
            return Self::over(real, place, given);
        };
        Self::over(given.to_owned(), place, given)
    }

    fn over(path: PathBuf, place: Place, given: &Path) -> Result<Self, FileError> {
        let out = BufWriter::with_capacity(1 << 16, place);
        let extension = given.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let sink = match extension.as_deref() {
            // No name and no time in the header: the same bytes each time.
            Some("gz") => Sink::Gzip(GzBuilder::new().write(out, flate2::Compression::default())),
            Some("zst") => {
                let action = "cannot be created";
                let encoder = zstd::stream::write::Encoder::new(out, 0)
                    .and_then(|mut encoder| encoder.include_checksum(true).map(|()| encoder));
                Sink::Zstandard(encoder.map_err(|source| FileError { path: given.to_owned(), action, source })?)
            }
            _ => Sink::Plain(out),
        };
        Ok(Self { path, sink })
    }

    /// The destination.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finishes the file, writes it to disk and puts it in its place.
    ///
    /// # Errors
    /// When the disk is full, or the file cannot be put in its place; the destination is then as it was.
    pub fn commit(self) -> Result<(), FileError> {
        let path = self.path;
        let error = |action: &'static str| {
            let path = path.clone();
            move |source: io::Error| FileError { path, action, source }
        };
        let buffered = match self.sink {
            Sink::Plain(out) => out,
            Sink::Gzip(out) => out.finish().map_err(error("cannot be written"))?,
            Sink::Zstandard(out) => out.finish().map_err(error("cannot be written"))?,
        };
        let place = buffered.into_inner().map_err(|failed| error("cannot be written")(failed.into_error()))?;
        match place {
            Place::Direct(_) => Ok(()),
            Place::Temporary(file) => {
                // Without it a crash after the rename could leave an empty file under the right name.
                file.as_file().sync_all().map_err(error("cannot be written to disk"))?;
                file.persist(&path).map_err(|failed| error("cannot be put in its place")(failed.error))?;
                Ok(())
            }
        }
    }
}

impl Write for AtomicFile {
    /// Errors keep their kind and name the destination.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.sink {
            Sink::Plain(out) => out.write(bytes),
            Sink::Gzip(out) => out.write(bytes),
            Sink::Zstandard(out) => out.write(bytes),
        };
        written.map_err(|error| self.named(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.sink {
            Sink::Plain(out) => out.flush(),
            Sink::Gzip(out) => out.flush(),
            Sink::Zstandard(out) => out.flush(),
        };
        flushed.map_err(|error| self.named(error))
    }
}

impl AtomicFile {
    fn named(&self, source: io::Error) -> io::Error {
        let kind = source.kind();
        // `write_all` goes on after this kind by itself.
        if kind == io::ErrorKind::Interrupted {
            return source;
        }
        io::Error::new(kind, FileError { path: self.path.clone(), action: "cannot be written", source })
    }
}

/// A temporary file beside `path`, with the permissions of the file it will replace, else those of a new file.
fn temporary(path: &Path, replaced: Option<&fs::Metadata>) -> io::Result<Place> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?;
    if !folder.is_dir() {
        let problem = format!("there is no folder `{}`", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, problem));
    }
    let prefix = format!(".{}.", name.to_string_lossy());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    // Temporary files are private unless told otherwise; a result is a file like any other.
    #[cfg(unix)]
    let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Some(replaced) = replaced {
        file.as_file().set_permissions(replaced.permissions())?;
    }
    Ok(Place::Temporary(file))
}
