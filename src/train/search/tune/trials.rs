//! The trials of a search, kept in a file of JSON lines so that a search goes on where it ended.
//!
//! The first line says what was searched; a file of other data, ranges, recipe, actors or features is refused. Lines are
//! appended as trials end; a last line that was cut short is dropped.

use super::{super::super::Recipe, Ranges};
use crate::{actors::Gazetteer, features::FEATURES_VERSION, output::FileError, pairs::FileHash};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use xxhash_rust::xxh3::xxh3_64;

/// A file of trials that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrialsError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another search has it open.
    #[error("{}: another search is writing to it; wait for that one, or name another file", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("{}:{line}: no trial: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// It is of another search.
    #[error(
        "{}: these trials were made with {what} `{found}`, this search has `{expected}`; name another file, or delete this one",
        path.display()
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the file was made with.
        found: String,
        /// What is searched now.
        expected: String,
    },
}

/// What was searched: the first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialsHeader {
    /// Always `demarche-trials`.
    pub format: String,
    /// Always 1.
    pub version: u32,
    /// Hash of the data files' names and hashes.
    pub data: String,
    /// Hash of the ranges, the seed among them.
    pub ranges: String,
    /// Hash of the recipe that the search began from.
    pub recipe: String,
    /// Hash of the actors.
    pub gazetteer: String,
    /// Version of the features.
    pub features: String,
}

/// One candidate scored on one rung.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Outer fold held out; `None` for the search over all rows.
    pub outer: Option<usize>,
    /// 0-based rung.
    pub rung: usize,
    /// Number of the candidate; 0 is the recipe that the search began from.
    pub candidate: usize,
    /// Rows learned from and scored in the cross-validation.
    pub rows: usize,
    /// Mean macro-F1 over the repeats, by head.
    pub scores: BTreeMap<String, f64>,
    /// Their mean; `None` where the candidate could not be trained.
    pub score: Option<f64>,
    /// Why it could not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// The candidate's recipe, for those who read the file.
    pub recipe: Value,
}

/// Which trial it is.
type Key = (Option<usize>, usize, usize);

/// Trials by what they are, with the file that keeps them, if there is one.
#[derive(Debug, Default)]
pub struct TrialLog {
    file: Option<(PathBuf, File)>,
    known: HashMap<Key, Trial>,
    kept: usize,
}

/// A score as it is compared and kept: of nine decimals, for JSON may move the last bit of a number.
pub(super) fn rounded(score: f64) -> f64 {
    (score * 1e9).round() / 1e9
}

impl TrialLog {
    /// Opens or begins the file.
    ///
    /// # Errors
    /// See [`TrialsError`].
    pub fn open(path: &Path, header: &TrialsHeader) -> Result<Self, TrialsError> {
        let failed =
            |action: &'static str| move |source: io::Error| FileError { path: path.to_owned(), action, source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed("cannot be opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TrialsError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed("cannot be locked")(source).into()),
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed("cannot be read"))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut known = HashMap::new();
        let mut lines = (1..).zip(text[..whole].lines());
        let wrong = |line: usize, problem: String| TrialsError::Line { path: path.to_owned(), line, problem };
        match lines.next() {
            None if !text.is_empty() && !text.starts_with(HEADER_START) => {
                // Some other file without a line break; it is left as it is.
                return Err(wrong(1, "no header".to_owned()));
            }
            None => {}
            Some((line, text)) => {
                let found: TrialsHeader = serde_json::from_str(text).map_err(|error| wrong(line, error.to_string()))?;
                found.same_as(header, path)?;
            }
        }
        for (line, text) in lines {
            let mut trial: Trial = serde_json::from_str(text).map_err(|error| wrong(line, error.to_string()))?;
            trial.score = trial.score.map(rounded);
            trial.scores.values_mut().for_each(|score| *score = rounded(*score));
            known.insert((trial.outer, trial.rung, trial.candidate), trial);
        }
        file.set_len(whole as u64).map_err(failed("cannot be written"))?;
        file.seek(SeekFrom::End(0)).map_err(failed("cannot be written"))?;
        let kept = known.len();
        let mut log = Self { file: Some((path.to_owned(), file)), known, kept };
        if whole == 0 {
            log.line(header)?;
        }
        Ok(log)
    }

    /// Trials that the file had when it was opened.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// A trial that was made before.
    pub(super) fn get(&self, outer: Option<usize>, rung: usize, candidate: usize) -> Option<&Trial> {
        self.known.get(&(outer, rung, candidate))
    }

    /// Keeps a trial.
    pub(super) fn add(&mut self, trial: Trial) -> Result<(), TrialsError> {
        self.line(&trial)?;
        self.known.insert((trial.outer, trial.rung, trial.candidate), trial);
        Ok(())
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), TrialsError> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        // In one piece: a run that is stopped leaves whole lines, but for the last.
        let mut line = serde_json::to_vec(value).unwrap_or_default();
        line.push(b'\n');
        file.write_all(&line).map_err(|source| FileError {
            path: path.clone(),
            action: "cannot be written",
            source,
        })?;
        Ok(())
    }
}

const FORMAT: &str = "demarche-trials";
/// How a header begins that was cut short.
const HEADER_START: &str = "{\"format\":\"demarche-trials\"";

impl TrialsHeader {
    /// The header of a search over the pairs of `files`.
    #[must_use]
    pub fn of(files: &[FileHash], ranges: &Ranges, recipe: &Recipe, gazetteer: &Gazetteer) -> Self {
        let hash = |text: String| format!("{:016x}", xxh3_64(text.as_bytes()));
        let data: String = files.iter().map(|file| format!("{} {}\n", file.name, file.xxh3)).collect();
        Self {
            format: FORMAT.to_owned(),
            version: 1,
            data: hash(data),
            ranges: hash(toml::to_string(ranges).unwrap_or_default()),
            recipe: hash(recipe.to_toml()),
            gazetteer: gazetteer.hash().to_owned(),
            features: FEATURES_VERSION.to_owned(),
        }
    }

    fn same_as(&self, expected: &Self, path: &Path) -> Result<(), TrialsError> {
        let version = |header: &Self| header.version.to_string();
        let fields = [
            ("the format", self.format.clone(), expected.format.clone()),
            ("the version", version(self), version(expected)),
            ("the data", self.data.clone(), expected.data.clone()),
            ("the ranges", self.ranges.clone(), expected.ranges.clone()),
            ("the recipe", self.recipe.clone(), expected.recipe.clone()),
            ("the actors", self.gazetteer.clone(), expected.gazetteer.clone()),
            ("the features", self.features.clone(), expected.features.clone()),
        ];
        for (what, found, expected) in fields {
            if found != expected {
                return Err(TrialsError::Other { path: path.to_owned(), what, found, expected });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn header(data: &str) -> TrialsHeader {
        TrialsHeader {
            format: FORMAT.to_owned(),
            version: 1,
            data: data.to_owned(),
            ranges: "r".to_owned(),
            recipe: "c".to_owned(),
            gazetteer: "g".to_owned(),
            features: "f".to_owned(),
        }
    }

    fn trial(candidate: usize, score: f64) -> Trial {
        Trial {
            outer: None,
            rung: 0,
            candidate,
            rows: 10,
            scores: BTreeMap::from([("stance".to_owned(), score)]),
            score: Some(score),
            error: None,
            recipe: Value::Null,
        }
    }

    #[test]
    fn a_search_goes_on_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let mut log = TrialLog::open(&path, &header("d")).unwrap();
        assert!(matches!(TrialLog::open(&path, &header("d")), Err(TrialsError::InUse { .. })));
        log.add(trial(0, rounded(2.0 / 3.0))).unwrap();
        log.add(trial(1, 0.5)).unwrap();
        drop(log);
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 5]).unwrap();
        let mut log = TrialLog::open(&path, &header("d")).unwrap();
        assert_eq!((log.kept(), log.get(None, 0, 1)), (1, None));
        assert_eq!(log.get(None, 0, 0).unwrap().score, Some(rounded(2.0 / 3.0)));
        log.add(trial(1, 0.5)).unwrap();
        drop(log);
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
        // A header that was cut short is begun anew.
        fs::write(&path, &whole[..40]).unwrap();
        assert_eq!(TrialLog::open(&path, &header("d")).unwrap().kept(), 0);
    }

    #[test]
    fn files_of_other_searches_are_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        drop(TrialLog::open(&path, &header("d")).unwrap());
        let message = TrialLog::open(&path, &header("e")).unwrap_err().to_string();
        assert!(message.contains("made with the data `d`, this search has `e`"), "{message}");
        for text in ["letter to a friend", "{\"id\": 1}\n", "first line\nsecond"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(TrialLog::open(&path, &header("d")), Err(TrialsError::Line { line: 1, .. })), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
