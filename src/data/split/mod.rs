//! Dividing rows into parts that share no text.
//!
//! In: files of rows, and how large the parts should be. Out: the part of every row; rows as they stood are written by
//! [`Split::write`].
//!
//! Rows that belong together form a *bundle*: rows of one group (the `group` field, else the text), rows with the same
//! text, and near-duplicates (see [`near`](super::near)); `--by source` also keeps rows of one source together. Bundles
//! are never divided.
//!
//! Bundles are dealt out largest first, in an order drawn with the seed among those of one size, each to the part that it
//! brings nearest to what is desired: that every part has its share of the rows and of the pairs of each (stance, act),
//! by squared differences over the desired numbers (the greedy of stratified group sampling, after Sechidis, Tsoumakas &
//! Vlahavas 2011). By date, bundles are put in the order of their latest date, those of one date stay together, and each
//! date goes to the part in whose share its middle falls: the oldest rows to the first part. A bundle counts as of its
//! latest row, so that the first part knows nothing of what comes after it.

mod bundles;
mod deal;
mod layout;
mod rows;
mod write;

use super::corpus::{Corpus, CorpusError};
use crate::{error::RowError, output::FileError};
pub use layout::render;
pub use rows::PartCounts;
use rows::{Rows, count};
use std::{path::PathBuf, str::FromStr};

/// What is kept together or in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SplitBy {
    /// Groups stay whole; labels are spread alike.
    #[default]
    Group,
    /// The oldest rows in the first part. Every row needs a date.
    Date,
    /// Sources (publisher, else data set, else file) stay whole.
    Source,
}

/// A part to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct PartShare {
    /// Its name, which becomes that of its file.
    pub name: String,
    /// Its share of the rows, above 0.
    pub share: f64,
}

/// The parts to be made; their shares add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares(Vec<PartShare>);

impl Shares {
    /// The parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[PartShare] {
        &self.0
    }
}

/// What can be wrong with a list of parts.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SharesError {
    /// A part is no `NAME=SHARE`.
    #[error("`{0}` is no part; expected NAME=SHARE, such as train=0.8")]
    Form(String),
    /// A name that is no plain file name.
    #[error("`{0}` cannot name a part; expected letters, digits, `-`, `_`")]
    Name(String),
    /// A name that is given twice.
    #[error("the part `{0}` is given twice")]
    Twice(String),
    /// A share that is not between 0 and 1.
    #[error("the share of `{0}` must be above 0 and below 1")]
    Share(String),
    /// Fewer than two parts, or more than can be numbered.
    #[error("{0} parts are given; expected 2 to 100")]
    Count(usize),
    /// Shares that do not add up.
    #[error("the shares add up to {0}, not to 1")]
    Sum(f64),
}

impl FromStr for Shares {
    type Err = SharesError;

    fn from_str(text: &str) -> Result<Self, SharesError> {
        let mut parts: Vec<PartShare> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (name, share) = part.split_once('=').ok_or_else(|| SharesError::Form(part.to_owned()))?;
            let (name, share) = (name.trim(), share.trim());
            let share: f64 = share.parse().map_err(|_| SharesError::Form(part.to_owned()))?;
            let plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
            if name.is_empty() || name.len() > 100 || !name.chars().all(plain) || name.starts_with('-') {
                return Err(SharesError::Name(name.to_owned()));
            }
            // Some file systems do not tell `Train` from `train`.
            if parts.iter().any(|known| known.name.to_lowercase() == name.to_lowercase()) {
                return Err(SharesError::Twice(name.to_owned()));
            }
            if !(share > 0.0 && share < 1.0) {
                return Err(SharesError::Share(name.to_owned()));
            }
            parts.push(PartShare { name: name.to_owned(), share });
        }
        if !(2..=100).contains(&parts.len()) {
            return Err(SharesError::Count(parts.len()));
        }
        let sum: f64 = parts.iter().map(|part| part.share).sum();
        // Thirds are written with a few digits.
        if (sum - 1.0).abs() > 0.001 {
            return Err(SharesError::Sum(sum));
        }
        Ok(Self(parts))
    }
}

/// Why rows cannot be divided.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// There is nothing to read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// Rows without a date, when the split is by date.
    #[error("{count} rows have no date, and a split by date needs one for each; the first is {first}")]
    NoDate {
        /// How many.
        count: u64,
        /// Where the first stands.
        first: String,
    },
    /// Parts that would stay empty.
    #[error("the part `{part}` gets no row: {rows} rows in {bundles} bundles that cannot be divided are too few")]
    Empty {
        /// The part.
        part: String,
        /// Rows read.
        rows: u64,
        /// Bundles they form.
        bundles: u64,
    },
    /// A part cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A row went away between two readings, or the folder cannot be made.
    #[error("{path}: {source}")]
    Io {
        /// What was read or made.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// The part of every row.
#[derive(Debug)]
pub struct Split {
    corpus: Corpus,
    rows: Rows,
    /// Index of the part of each row.
    parts: Vec<u8>,
    shares: Shares,
    /// Rows that cannot be used and are in no part.
    pub rejected: Vec<RowError>,
    /// How many bundles of rows were dealt out.
    pub bundles: u64,
}

impl Split {
    /// Deals the rows of `inputs` (files, folders, `-`) out.
    ///
    /// # Errors
    /// When there is no row, a date is missing in a split by date, or a part would stay empty.
    pub fn new(inputs: &[PathBuf], shares: &Shares, by: SplitBy, seed: u64) -> Result<Self, SplitError> {
        let corpus = Corpus::new(inputs)?;
        let (rows, rejected) = Rows::read(&corpus, by)?;
        let bundles = bundles::of(&corpus, &rows);
        let dealt = match by {
            SplitBy::Group | SplitBy::Source => deal::balanced(&rows, &bundles, shares, seed),
            SplitBy::Date => deal::by_date(&rows, &bundles, shares),
        };
        let count = dealt.len() as u64;
        let mut parts = vec![0; rows.facts.len()];
        for (bundle, part) in bundles.iter().zip(&dealt) {
            bundle.iter().for_each(|row| parts[*row as usize] = *part);
        }
        if let Some(empty) = (0..shares.parts().len()).find(|part| !dealt.contains(&(*part as u8))) {
            return Err(SplitError::Empty {
                part: shares.parts()[empty].name.clone(),
                rows: rows.facts.len() as u64,
                bundles: count,
            });
        }
        Ok(Self { corpus, rows, parts, shares: shares.clone(), rejected, bundles: count })
    }

    /// What each part holds.
    #[must_use]
    pub fn counts(&self) -> Vec<PartCounts> {
        count(&self.rows, &self.parts, self.shares.parts())
    }

    /// The part of every row, in the order read.
    #[must_use]
    pub fn parts(&self) -> &[u8] {
        &self.parts
    }
}

#[cfg(test)]
mod tests;
