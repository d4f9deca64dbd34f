//! From what the user named (files, folders, `-`) to the list of things to read, in a fixed order.

use super::{
    options::{Format, ReadOptions},
    stream::{Compression, Opened},
};
use crate::error::RowError;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use walkdir::WalkDir;

/// One file, or standard input, that holds documents or pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    path: Option<PathBuf>,
    name: Arc<str>,
    relative: Arc<str>,
    stem: Arc<str>,
    format: Option<Format>,
    compression: Option<Compression>,
    bytes: Option<u64>,
}

impl Source {
    /// Standard input, shown as `-`; its format is `format`, else found by looking.
    #[must_use]
    pub fn standard_input(format: Option<Format>) -> Self {
        let name: Arc<str> = Arc::from("-");
        Self {
            path: None,
            relative: Arc::clone(&name),
            stem: Arc::clone(&name),
            name,
            format,
            compression: None,
            bytes: None,
        }
    }

    /// Standard input, after its bytes have been put into the file `path`.
    pub(crate) fn spooled(path: &Path, format: Option<Format>) -> Self {
        Self { path: Some(path.to_owned()), ..Self::standard_input(format) }
    }

    /// Whether it is standard input, which can be read once only.
    pub(crate) const fn is_standard_input(&self) -> bool {
        self.path.is_none()
    }

    fn file(path: &Path, root: Option<&Path>, options: &ReadOptions) -> Self {
        let parts = NameParts::of(path);
        let relative = match root.and_then(|root| path.strip_prefix(root).ok()) {
            // The same name on every system, as it goes into reports and model files.
            Some(inside) => {
                let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
                parts.join("/")
            }
            None => parts.file_name.clone(),
        };
        Self {
            path: Some(path.to_owned()),
            name: Arc::from(path.display().to_string()),
            relative: Arc::from(relative),
            stem: Arc::from(parts.stem),
            format: parts.format.or(options.format).or(parts.likely),
            compression: parts.compression,
            bytes: fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| data.len()),
        }
    }

    /// The name as the user gave it; `-` for standard input. Errors begin with it.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The name without what differs between machines: inside the folder given, else the file name alone.
    #[must_use]
    pub fn relative(&self) -> &Arc<str> {
        &self.relative
    }

    /// The file name without folders and known extensions (`a/b.v2.jsonl.gz` gives `b.v2`).
    #[must_use]
    pub fn stem(&self) -> &Arc<str> {
        &self.stem
    }

    /// The format, where the name or the options tell it.
    #[must_use]
    pub const fn format(&self) -> Option<Format> {
        self.format
    }

    /// Size on disk in bytes (compressed, where it is), for progress; `None` for standard input and pipes.
    #[must_use]
    pub const fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The path; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Opens it: decompressed, without a byte order mark.
    ///
    /// # Errors
    /// When the file cannot be opened or its first bytes cannot be decompressed.
    pub fn open(&self) -> Result<Opened, RowError> {
        let raw: Box<dyn std::io::Read + Send> = match &self.path {
            Some(path) => Box::new(
                fs::File::open(path)
                    .map_err(|error| RowError::file(&*self.name, format!("cannot be opened: {error}")))?,
            ),
            None => Box::new(std::io::stdin()),
        };
        Opened::new(raw, self.compression).map_err(|error| RowError::file(&*self.name, error.to_string()))
    }
}

/// What a file name tells.
struct NameParts {
    file_name: String,
    stem: String,
    /// The last extension before that of a compression, in lower case.
    extension: String,
    format: Option<Format>,
    /// A format to take when neither the name nor the user gives one.
    likely: Option<Format>,
    compression: Option<Compression>,
}

impl NameParts {
    fn of(path: &Path) -> Self {
        let file_name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut stem = file_name.as_str();
        let mut compression = None;
        if let Some((rest, found)) = split_extension(stem).and_then(|(rest, e)| Some((rest, Compression::of(e)?))) {
            (stem, compression) = (rest, Some(found));
        }
        let (mut format, mut likely) = (None, None);
        let lower = split_extension(stem).map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase());
        if let Some((rest, extension)) = split_extension(stem) {
            if let Some(found) = Format::of_extension(extension) {
                (stem, format) = (rest, Some(found));
            } else if extension.eq_ignore_ascii_case("json") {
                // Else an array of objects would be taken for one plain text.
                (stem, likely) = (rest, Some(Format::Jsonl));
            }
        }
        Self { stem: stem.to_owned(), extension: lower, file_name, format, likely, compression }
    }
}

/// `a.b.c` as (`a.b`, `c`); `None` without a dot, and for a name that begins with its only dot.
fn split_extension(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(rest, _)| !rest.is_empty())
}

/// The sources of documents that `inputs` name, in the order given; a folder's in sorted order.
///
/// Folders are walked to the bottom; of what is in them, only files with the extension of a known format (before
/// `.gz` or `.zst`) count, and nothing hidden. A file that is named itself is read whatever its extension.
///
/// # Errors
/// For an input that does not exist, a folder without a document, `-` given twice, or a folder that cannot be walked.
pub fn sources(inputs: &[PathBuf], options: &ReadOptions) -> Result<Vec<Source>, RowError> {
    let found = sources_of(inputs, options, &Format::ALL)?;
    for source in &found {
        let name = source.name.to_ascii_lowercase();
        if source.format.is_none() && [".html", ".htm", ".html.gz", ".htm.gz"].iter().any(|end| name.ends_with(end)) {
            return Err(RowError::file(
                &*source.name,
                "is HTML, which is not read; save it as plain text, or give the format `text` to read it with its markup",
            ));
        }
    }
    Ok(found)
}

/// [`sources`], with only the files of `formats` taken from folders.
pub(crate) fn sources_of(
    inputs: &[PathBuf],
    options: &ReadOptions,
    formats: &[Format],
) -> Result<Vec<Source>, RowError> {
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    list(inputs, options, &names, &|name| name.format.is_some_and(|format| formats.contains(&format)))
}

/// [`sources`], with only the files of these extensions (in lower case, without the dot) taken from folders.
pub(crate) fn sources_by_extension(
    inputs: &[PathBuf],
    options: &ReadOptions,
    extensions: &[&str],
) -> Result<Vec<Source>, RowError> {
    list(inputs, options, extensions, &|name| extensions.contains(&name.extension.as_str()))
}

/// What `inputs` name, with the files of folders that `wanted` takes; `kinds` says in an error what these are.
fn list(
    inputs: &[PathBuf],
    options: &ReadOptions,
    kinds: &[&str],
    wanted: &dyn Fn(&NameParts) -> bool,
) -> Result<Vec<Source>, RowError> {
    let mut found: Vec<Source> = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            if found.iter().any(|source| source.path.is_none()) {
                return Err(RowError::file("-", "is given twice; standard input can be read once"));
            }
            found.push(Source::standard_input(options.format));
            continue;
        }
        let name = input.display().to_string();
        let kind = fs::metadata(input).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => RowError::file(&name, "does not exist"),
            _ => RowError::file(&name, format!("cannot be read: {error}")),
        })?;
        if !kind.is_dir() {
            // Not `is_file`: a named pipe is read like a file.
            found.push(Source::file(input, None, options));
            continue;
        }
        let before = found.len();
        walk(input, options, wanted, &mut found)?;
        if found.len() == before {
            return Err(RowError::file(name, format!("is a folder without a file to read ({})", kinds.join(", "))));
        }
    }
    Ok(found)
}

fn walk(
    root: &Path,
    options: &ReadOptions,
    wanted: &dyn Fn(&NameParts) -> bool,
    found: &mut Vec<Source>,
) -> Result<(), RowError> {
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let entries = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !hidden(entry.path()));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            // A broken link that an editor left; a hidden file all the same.
            Err(error) if error.depth() > 0 && error.path().is_some_and(hidden) => continue,
            Err(error) => {
                let path = error.path().unwrap_or(root).display().to_string();
                return Err(RowError::file(path, format!("cannot be walked: {error}")));
            }
        };
        if entry.file_type().is_file() && wanted(&NameParts::of(entry.path())) {
            found.push(Source::file(entry.path(), Some(root), options));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sources: &[Source]) -> Vec<&str> {
        sources.iter().map(|source| source.relative().as_ref()).collect()
    }

    #[test]
    fn folders_are_walked_in_sorted_order_without_hidden_and_unknown_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.JSONL", "c/x.csv.gz", "c/d/y.tsv.zst", "z.docx", ".h.txt", ".g/i.txt", "plain.gz"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let found = sources(&[folder.path().to_owned()], &ReadOptions::default()).unwrap();
        assert_eq!(names(&found), ["a.JSONL", "b.txt", "c/d/y.tsv.zst", "c/x.csv.gz"]);
        assert_eq!(found[3].format(), Some(Format::Csv));
        assert_eq!(found[3].stem().as_ref(), "x");
        assert_eq!(found[1].bytes(), Some(1));
        let jsonl = sources_of(&[folder.path().to_owned()], &ReadOptions::default(), &[Format::Jsonl]).unwrap();
        assert_eq!(names(&jsonl), ["a.JSONL"]);
        // What is named itself is read, hidden or not, and inputs keep their order.
        let given = ["z.docx", ".h.txt", "b.txt"].map(|name| folder.path().join(name));
        let found = sources(&given, &ReadOptions::default()).unwrap();
        assert_eq!(names(&found), ["z.docx", ".h.txt", "b.txt"]);
        assert_eq!(found[0].format(), None);
    }

    #[test]
    fn a_missing_input_and_an_empty_folder_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere.txt");
        let error = sources(std::slice::from_ref(&missing), &ReadOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: does not exist", missing.display()));
        let error = sources(&[folder.path().to_owned()], &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with(&folder.path().display().to_string()), "{error}");
        assert!(error.problem.contains("without a file to read"), "{error}");
        let error = sources(&["-".into(), "-".into()], &ReadOptions::default()).unwrap_err();
        assert!(error.problem.contains("twice"), "{error}");
    }

    #[test]
    fn html_is_refused_and_not_read_as_text() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.HTML");
        fs::write(&page, "<p>x").unwrap();
        assert!(sources(std::slice::from_ref(&page), &ReadOptions::default()).is_err());
        let options = ReadOptions { format: Some(Format::Text), ..ReadOptions::default() };
        assert_eq!(sources(&[page], &options).unwrap()[0].format(), Some(Format::Text));
    }

    #[test]
    fn known_extensions_only_are_cut_from_names() {
        let stem = |name: &str| NameParts::of(Path::new(name)).stem;
        assert_eq!(stem("x/U.S. statement v1.2.txt"), "U.S. statement v1.2");
        assert_eq!(stem("a.jsonl.GZ"), "a");
        assert_eq!(stem(".txt"), ".txt");
        assert_eq!(stem("minutes.log"), "minutes.log");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_a_loop_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(folder.path().join("a.txt"), "x").unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join(".#lock")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.txt"), inner.join("b.txt")).unwrap();
        let found = sources(&[folder.path().to_owned()], &ReadOptions::default()).unwrap();
        assert_eq!(names(&found), ["a.txt", "inner/b.txt"]);
        std::os::unix::fs::symlink(folder.path(), inner.join("loop")).unwrap();
        assert!(sources(&[folder.path().to_owned()], &ReadOptions::default()).is_err());
    }
}
