//! Near-duplicates: texts that share a run of twelve words, or a third of the five-word shingles of the shorter one.
//!
//! In: a [`Corpus`] and the places of its distinct texts. Out: calls of a [`Links`] for every such pair. Texts are not
//! held: they are read twice or more, and only 64-bit hashes of runs and shingles that occur in more than one text are
//! kept. A first reading marks each hash in a bitmap, and a second bitmap when it comes again (a Bloom filter of one
//! function, 1970, that counts to two); a second reading collects the hashes that are marked twice.
//!
//! What is found:
//! - Every run of twelve words that two texts share (`runs`). Where there are too many at once the files are read again
//!   for each range of hashes.
//! - Every pair of texts that share a third of the shorter one's shingles (`shingles`), if one shingle that they share
//!   stands in at most [`LONG_LIST`](shingles::LONG_LIST) texts. Of what is boilerplate in more texts, only the first
//!   texts of each part are compared with the others, so that such texts are still linked to the first of them, and the
//!   work does not grow with the square of their number. Above [`MOST_SHINGLES`](shingles::MOST_SHINGLES) repeated
//!   shingles (some million texts) a sample of them decides.
//!
//! A word is that of Unicode Standard Annex 29, in lower case. Texts of fewer than five words have one shingle, their
//! words. Different runs may share a 64-bit hash, with a probability below 1 in 10^5 for 10^7 runs.

mod filter;
mod runs;
mod shingles;
mod words;

use super::corpus::{Corpus, Line};
use filter::SeenTwice;
use rayon::prelude::*;
use serde::Deserialize;
use shingles::{Sample, Shingles};
use std::{
    borrow::Cow,
    convert::Infallible,
    sync::atomic::{AtomicU64, Ordering},
};
use words::Grams;

/// Words of a run that two texts should not share.
pub(crate) const RUN: usize = 12;
/// Words of a shingle.
pub(crate) const SHINGLE: usize = 5;

/// Hashes of runs that are held at a time: 16 bytes each.
const MOST_RUNS: u64 = 6 << 20;

/// A distinct text: where it stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit {
    /// Index of the file.
    pub(crate) file: u32,
    /// 1-based line.
    pub(crate) line: u32,
}

/// What is done with texts that are alike. Numbers are indices of units. Threads call it in any order.
pub(crate) trait Links: Sync {
    /// The part a text is in, as a small number.
    fn part(&self, text: u32) -> u32;
    /// Two texts or more, sorted, share a run of [`RUN`] words.
    fn run(&self, texts: &[u32]);
    /// Two texts share `shared` of the `of` shingles of `shorter`.
    fn alike(&self, shorter: u32, longer: u32, shared: u32, of: u32);
}

/// How many texts and bytes of text there are, for the size of the bitmaps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Bytes of all distinct texts.
    pub(crate) bytes: u64,
}

/// Links all texts that are near-duplicates. `units` are sorted by place.
pub(crate) fn find(corpus: &Corpus, units: &[Unit], extent: Extent, links: &impl Links) {
    if units.len() < 2 {
        return;
    }
    // About one hash for each word, and a word for five bytes.
    let (seen_runs, seen_shingles) = (SeenTwice::new(extent.bytes / 5), SeenTwice::new(extent.bytes / 5));
    let (again_runs, again_shingles) = (AtomicU64::new(0), AtomicU64::new(0));
    let mark = |seen: &SeenTwice, again: &AtomicU64, hashes: &[u64]| {
        let count = hashes.iter().filter(|hash| seen.mark(**hash)).count();
        again.fetch_add(count as u64, Ordering::Relaxed);
    };
    let mark_both = |grams: &Grams| {
        mark(&seen_runs, &again_runs, &grams.runs);
        mark(&seen_shingles, &again_shingles, &grams.shingles);
    };
    each(corpus, units, mark_both, |()| {});
    let (seen_runs, seen_shingles) = (seen_runs.repeated(), seen_shingles.repeated());
    // Of a hash that came n times, n - 1 times were again: at most twice as many are collected.
    let (expected_runs, expected) = (2 * again_runs.into_inner(), 2 * again_shingles.into_inner());
    let ranges = expected_runs.div_ceil(MOST_RUNS).max(1);
    let sample = Sample::of(expected);
    let mut shingles = Shingles::new(units.len(), expected);
    for range in 0..ranges {
        let mut runs: Vec<(u64, u32)> = Vec::with_capacity(expected_runs.min(MOST_RUNS) as usize);
        let mut text = 0;
        let select = |grams: &Grams| {
            let wanted = |hash: &u64| filter::range_of(*hash, ranges) == range && seen_runs.has(*hash);
            let runs: Vec<u64> = grams.runs.iter().copied().filter(wanted).collect();
            // Shingles are collected once, with the first runs.
            let shingles = (range == 0).then(|| sample.select(&grams.shingles, &seen_shingles));
            (runs, shingles)
        };
        each(corpus, units, select, |(found, selected)| {
            runs.extend(found.into_iter().map(|hash| (hash, text)));
            if let Some(selected) = selected {
                shingles.push(&selected);
            }
            text += 1;
        });
        runs::link(runs, links);
    }
    drop((seen_runs, seen_shingles));
    shingles.link(links);
}

/// The text of a row, and nothing else of it.
#[derive(Deserialize)]
struct Text<'t> {
    #[serde(borrow)]
    text: Cow<'t, str>,
}

/// Does `work` with the hashes of every unit's text, in any order, and gives what comes of it to `take`, in order.
///
/// A text that cannot be read a second time counts as empty, so that numbers stay in step.
fn each<T: Send>(corpus: &Corpus, units: &[Unit], work: impl Fn(&Grams) -> T + Sync, mut take: impl FnMut(T)) {
    let mut next = 0;
    let mut process = |texts: Vec<Option<String>>| {
        let done: Vec<T> = texts
            .into_par_iter()
            .with_min_len(64)
            .map_init(Grams::default, |grams, line| {
                grams.clear();
                if let Some(line) = line {
                    match serde_json::from_str::<Text<'_>>(&line) {
                        Ok(row) => grams.read(&row.text),
                        // A key that stands twice is no error for the reader of rows.
                        Err(_) => grams.read(&text_of(&line)),
                    }
                }
                work(grams)
            })
            .collect();
        done.into_iter().for_each(&mut take);
    };
    let read: Result<(), Infallible> = corpus.read(|lines: Vec<Line>| {
        let mut wanted = Vec::new();
        for line in lines {
            let place = Unit { file: line.file, line: line.number };
            while units.get(next).is_some_and(|unit| *unit < place) {
                wanted.push(None);
                next += 1;
            }
            if units.get(next) == Some(&place) {
                wanted.push(line.text.ok());
                next += 1;
            }
        }
        process(wanted);
        Ok(())
    });
    let Ok(()) = read;
    process(vec![None; units.len() - next]);
}

fn text_of(line: &str) -> String {
    let row: Option<serde_json::Value> = serde_json::from_str(line).ok();
    row.as_ref().and_then(|row| row.get("text")).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
