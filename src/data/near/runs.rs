//! Texts that share a run of twelve words.
//!
//! In: (hash of a run, text), each once. Out: a call of [`Links::run`] for every run that stands in two texts or more.

use super::Links;
use rayon::prelude::*;

pub(super) fn link(mut runs: Vec<(u64, u32)>, links: &impl Links) {
    runs.par_sort_unstable();
    let mut before: Vec<u32> = Vec::new();
    let mut texts: Vec<u32> = Vec::new();
    for group in runs.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1) {
        texts.clear();
        texts.extend(group.iter().map(|(_, text)| *text));
        // A long run is many runs of twelve words in the same texts; hashes bring some of them together.
        if texts != before {
            links.run(&texts);
            std::mem::swap(&mut before, &mut texts);
        }
    }
}
