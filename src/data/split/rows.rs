//! What is kept of a row to decide on its part, and what a part holds.
//!
//! In: a corpus. Out: some 40 bytes for each row and one for each pair.

use super::{PartShare, SplitBy, SplitError};
use crate::{
    data::{
        corpus::{Corpus, CorpusError, Line},
        row::{Content, named, read_row},
    },
    document::{PartialDate, Source},
    error::RowError,
    evaluate::GoldStance,
    label::{Act, Label},
};
use rayon::prelude::*;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// Classes of pairs: the four stances of gold documents and none, each with an act or none.
pub(super) const CLASSES: usize = STANCES * ACTS;
const STANCES: usize = GoldStance::ALL.len() + 1;
const ACTS: usize = Act::ALL.len() + 1;

/// A row; hashes of 0 stand for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowFact {
    pub(super) file: u32,
    pub(super) line: u32,
    pub(super) text: u64,
    pub(super) group: u64,
    pub(super) source: u64,
    /// Year, month, day in one number; the last day that a partial date can mean.
    pub(super) date: i32,
}

/// All rows that can be used, in order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) facts: Vec<RowFact>,
    /// Classes of the pairs of row `r`: `classes[starts[r]..starts[r + 1]]`.
    classes: Vec<u8>,
    starts: Vec<u32>,
    pub(super) text_bytes: u64,
}

/// What a part holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PartCounts {
    /// Its name.
    pub part: String,
    /// Rows.
    pub rows: u64,
    /// Pairs in them.
    pub pairs: u64,
    /// Pairs by stance: critical, neutral, supportive, mixed, none.
    pub stances: [u64; STANCES],
    /// Pairs with each act, in the order of [`Act::ALL`].
    pub acts: Vec<u64>,
    /// First and last date, where rows have any; a date without a day or month stands as the last day it can mean.
    pub dates: Option<[String; 2]>,
}

struct Read {
    fact: RowFact,
    classes: Vec<u8>,
    bytes: u64,
}

impl Rows {
    pub(super) fn read(corpus: &Corpus, by: SplitBy) -> Result<(Self, Vec<RowError>), SplitError> {
        let mut rows = Self { starts: vec![0], ..Self::default() };
        let (mut rejected, mut undated, mut first) = (Vec::new(), 0, None);
        corpus.read(|lines| {
            let read: Vec<_> =
                lines.par_iter().with_min_len(64).map(|line| read_fact(line, corpus.sources(), by)).collect();
            for row in read {
                match row {
                    Err(error) => rejected.push(error),
                    Ok(row) => {
                        if row.fact.date == 0 {
                            undated += 1;
                            first.get_or_insert((row.fact.file, row.fact.line));
                        }
                        if rows.facts.len() >= u32::MAX as usize || rows.classes.len() >= u32::MAX as usize - 4096 {
                            return Err(CorpusError::TooManyRows(u32::MAX));
                        }
                        rows.facts.push(row.fact);
                        rows.classes.extend(row.classes);
                        rows.starts.push(rows.classes.len() as u32);
                        rows.text_bytes += row.bytes;
                    }
                }
            }
            Ok::<(), CorpusError>(())
        })?;
        if rows.facts.is_empty() {
            return Err(match rejected.into_iter().next() {
                Some(error) => CorpusError::Input(error).into(),
                None => CorpusError::NoRows.into(),
            });
        }
        if let (SplitBy::Date, Some((file, line))) = (by, first) {
            let name = corpus.sources().get(file as usize).map_or("?", |source| source.name());
            return Err(SplitError::NoDate { count: undated, first: format!("{name}:{line}") });
        }
        Ok((rows, rejected))
    }

    /// The classes of a row's pairs.
    pub(super) fn classes(&self, row: u32) -> &[u8] {
        &self.classes[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }
}

fn read_fact(line: &Line, sources: &[Source], by: SplitBy) -> Result<Read, RowError> {
    let (row, content) = read_row(line, sources)?;
    let (text, date, classes) = match &content {
        Content::Pairs(pairs) => {
            let class = |stance: Option<usize>, act: Option<usize>| {
                (stance.unwrap_or(STANCES - 1) * ACTS + act.unwrap_or(ACTS - 1)) as u8
            };
            let classes =
                pairs.iter().map(|pair| class(pair.stance.map(Label::index), pair.act.map(Label::index))).collect();
            (pairs.first().map_or("", |pair| &*pair.text), pairs.first().and_then(|pair| pair.date), classes)
        }
        Content::Gold(gold) => {
            let class = |stance: GoldStance| (stance as usize * ACTS + ACTS - 1) as u8;
            let classes = gold.pairs.iter().map(|pair| class(pair.stance)).collect();
            (gold.document.text.as_str(), gold.document.date, classes)
        }
    };
    let file = || sources.get(line.file as usize).map_or(0, |source| xxh3_64(source.name().as_bytes()));
    let source = match by {
        SplitBy::Source => ["publisher", "dataset"].into_iter().map(|field| named(&row, field)).find(|hash| *hash != 0),
        _ => Some(0),
    };
    Ok(Read {
        fact: RowFact {
            file: line.file,
            line: line.number,
            text: xxh3_64(text.as_bytes()),
            group: named(&row, "group"),
            source: source.unwrap_or_else(file),
            date: date.map_or(0, day),
        },
        classes,
        bytes: text.len() as u64,
    })
}

fn day(date: PartialDate) -> i32 {
    let last = date.last();
    (i32::from(last.year()) * 100 + i32::from(last.month())) * 100 + i32::from(last.day())
}

/// What each part holds.
pub(super) fn count(rows: &Rows, parts: &[u8], shares: &[PartShare]) -> Vec<PartCounts> {
    let empty = |part: &PartShare| PartCounts {
        part: part.name.clone(),
        acts: vec![0; Act::ALL.len()],
        ..PartCounts::default()
    };
    let mut counts: Vec<PartCounts> = shares.iter().map(empty).collect();
    let mut dates: Vec<Option<[i32; 2]>> = vec![None; shares.len()];
    for (row, part) in parts.iter().enumerate() {
        let part = usize::from(*part);
        counts[part].rows += 1;
        for class in rows.classes(row as u32) {
            counts[part].pairs += 1;
            counts[part].stances[usize::from(*class) / ACTS] += 1;
            if let Some(count) = counts[part].acts.get_mut(usize::from(*class) % ACTS) {
                *count += 1;
            }
        }
        let date = rows.facts[row].date;
        if date != 0 {
            let [first, last] = dates[part].get_or_insert([date, date]);
            (*first, *last) = ((*first).min(date), (*last).max(date));
        }
    }
    let shown = |date: i32| format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100);
    for (count, dates) in counts.iter_mut().zip(dates) {
        count.dates = dates.map(|dates| dates.map(shown));
    }
    counts
}
