//! Which rows must stay together.
//!
//! In: the rows. Out: bundles of rows, joined by group, source, text and near-duplicates with union-find (Tarjan 1975).

use super::rows::Rows;
use crate::data::{
    corpus::Corpus,
    near::{self, Extent, Links, Unit},
};
use std::sync::Mutex;

/// Bundles of rows, in the order of their first rows; rows of a bundle are in order.
pub(super) fn of(corpus: &Corpus, rows: &Rows) -> Vec<Vec<u32>> {
    let count = rows.facts.len();
    let mut sets = Sets::new(count);
    for hash in [0, 1, 2] {
        let mut keyed: Vec<(u64, u32)> = rows
            .facts
            .iter()
            .enumerate()
            .map(|(row, fact)| ([fact.text, fact.group, fact.source][hash], row as u32))
            .filter(|(key, _)| *key != 0)
            .collect();
        keyed.sort_unstable();
        for pair in keyed.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            sets.join(pair[0].1, pair[1].1);
        }
    }
    let mut texts: Vec<(u64, u32)> = rows.facts.iter().enumerate().map(|(row, fact)| (fact.text, row as u32)).collect();
    texts.sort_unstable();
    texts.dedup_by_key(|(text, _)| *text);
    let mut first_rows: Vec<u32> = texts.into_iter().map(|(_, row)| row).collect();
    first_rows.sort_unstable();
    let units: Vec<Unit> = first_rows
        .iter()
        .map(|row| Unit { file: rows.facts[*row as usize].file, line: rows.facts[*row as usize].line })
        .collect();
    let joined = Joined { sets: Mutex::new(sets), rows: &first_rows };
    near::find(corpus, &units, Extent { bytes: rows.text_bytes }, &joined);
    let mut sets = joined.sets.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    // The root of a set is its first row.
    let mut bundles: Vec<Vec<u32>> = Vec::new();
    let mut place = vec![0_u32; count];
    for row in 0..count as u32 {
        let root = sets.root(row);
        if root == row {
            place[row as usize] = bundles.len() as u32;
            bundles.push(vec![row]);
        } else {
            bundles[place[root as usize] as usize].push(row);
        }
    }
    bundles
}

/// Disjoint sets whose roots are their smallest members, so that the order of joins does not matter.
struct Sets(Vec<u32>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    fn root(&mut self, mut member: u32) -> u32 {
        while self.0[member as usize] != member {
            // Halves the path.
            let above = self.0[self.0[member as usize] as usize];
            self.0[member as usize] = above;
            member = above;
        }
        member
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

struct Joined<'r> {
    sets: Mutex<Sets>,
    /// The first row of each text.
    rows: &'r [u32],
}

impl Joined<'_> {
    fn join(&self, texts: &[u32]) {
        let mut sets = self.sets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for pair in texts.windows(2) {
            sets.join(self.rows[pair[0] as usize], self.rows[pair[1] as usize]);
        }
    }
}

impl Links for Joined<'_> {
    fn part(&self, _: u32) -> u32 {
        0
    }

    fn run(&self, texts: &[u32]) {
        self.join(texts);
    }

    fn alike(&self, shorter: u32, longer: u32, _: u32, _: u32) {
        self.join(&[shorter, longer]);
    }
}
