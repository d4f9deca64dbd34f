//! Which part of a data set (train, dev, test) a file belongs to.
//!
//! In: a file's name as the user gave it. Out: its [`Part`]. A part is told by a word of the file's name (`train_clean`,
//! `dev-mt`), else by a word of the nearest folder that has one, else it is the nearest folder itself.

use std::path::{Component, Path};

/// A part of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `train`, `dev`, `test`, or the name of a folder; empty for files that are given without either.
    pub name: String,
}

impl Part {
    /// The part of a file.
    #[must_use]
    pub fn of(file: &str) -> Self {
        let path = Path::new(file);
        let parts: Vec<&str> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        let known = parts.iter().rev().find_map(|part| known(part));
        let folder = || parts.len().checked_sub(2).map(|place| parts[place]);
        Self { name: known.or_else(folder).unwrap_or_default().to_owned() }
    }

    /// Where the part stands when rows leak: what is trained on comes first, what is held out last.
    pub(crate) fn rank(&self) -> u8 {
        match self.name.as_str() {
            "train" => 0,
            "dev" => 2,
            "test" => 3,
            _ => 1,
        }
    }
}

/// The part that a word of a name stands for.
fn known(name: &str) -> Option<&'static str> {
    name.split(|character: char| !character.is_alphanumeric()).find_map(|word| {
        match word.to_ascii_lowercase().as_str() {
            "train" => Some("train"),
            "dev" | "valid" | "validation" | "val" => Some("dev"),
            "test" => Some("test"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_that_names_a_part_counts() {
        for (file, part) in [
            ("training_data/train/wire.jsonl", "train"),
            ("training_data/gold/documents.jsonl", "gold"),
            ("/data/test/dse/train_clean.jsonl.gz", "train"),
            ("newsmtsc/dev_mt.jsonl", "dev"),
            ("x/Validation.jsonl", "dev"),
            ("test/a/b.jsonl", "test"),
            ("rows.jsonl", ""),
            ("./rows.jsonl", ""),
            ("-", ""),
            ("latest/contest.jsonl", "latest"),
        ] {
            assert_eq!(Part::of(file).name, part, "{file}");
        }
    }
}
