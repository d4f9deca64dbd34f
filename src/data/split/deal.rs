//! From bundles to parts.
//!
//! In: bundles, shares, seed. Out: the index of each bundle's part.

use super::{
    Shares,
    rows::{CLASSES, Rows},
};
use std::cmp::Reverse;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Deals bundles out so that each part has its share of rows and of the pairs of each class.
pub(super) fn balanced(rows: &Rows, bundles: &[Vec<u32>], shares: &Shares, seed: u64) -> Vec<u8> {
    let shares: Vec<f64> = shares.parts().iter().map(|part| part.share).collect();
    // The last class is that of rows.
    let tally = |bundle: &[u32]| -> Vec<(usize, f64)> {
        let mut classes: Vec<u8> = bundle.iter().flat_map(|row| rows.classes(*row)).copied().collect();
        classes.sort_unstable();
        let counted = classes.chunk_by(|one, other| one == other);
        let counted = counted.map(|same| (usize::from(same[0]), same.len() as f64));
        counted.chain([(CLASSES, bundle.len() as f64)]).collect()
    };
    let mut totals = vec![0.0; CLASSES + 1];
    for bundle in bundles {
        tally(bundle).into_iter().for_each(|(class, count)| totals[class] += count);
    }
    // A bundle is drawn by what it is, not by where it stands: the smallest hash of its groups or texts.
    let drawn = |bundle: &[u32]| {
        let name = |row: &u32| {
            let fact = &rows.facts[*row as usize];
            if fact.group == 0 { fact.text } else { fact.group }
        };
        xxh3_64_with_seed(&bundle.iter().map(name).min().unwrap_or_default().to_le_bytes(), seed)
    };
    let mut order: Vec<(Reverse<usize>, u64, usize)> =
        bundles.iter().enumerate().map(|(index, bundle)| (Reverse(bundle.len()), drawn(bundle), index)).collect();
    order.sort_unstable();
    let mut held = vec![vec![0.0; CLASSES + 1]; shares.len()];
    let mut parts = vec![0; bundles.len()];
    for (.., index) in order {
        let tally = tally(&bundles[index]);
        // How much the squared differences from what is desired grow, each over the desired number.
        let cost = |part: usize| -> f64 {
            let growth = |(class, count): &(usize, f64)| {
                let desired = shares[part] * totals[*class];
                count * (2.0 * (held[part][*class] - desired) + count) / desired
            };
            tally.iter().map(growth).sum()
        };
        let best = (0..shares.len()).min_by(|one, other| cost(*one).total_cmp(&cost(*other))).unwrap_or(0);
        tally.iter().for_each(|(class, count)| held[best][*class] += count);
        parts[index] = best as u8;
    }
    parts
}

/// Deals bundles out by date: the oldest to the first part.
pub(super) fn by_date(rows: &Rows, bundles: &[Vec<u32>], shares: &Shares) -> Vec<u8> {
    let latest = |bundle: &[u32]| bundle.iter().map(|row| rows.facts[*row as usize].date).max().unwrap_or_default();
    let mut order: Vec<(i32, usize)> =
        bundles.iter().enumerate().map(|(index, bundle)| (latest(bundle), index)).collect();
    order.sort_unstable();
    let mut ends: Vec<f64> = shares
        .parts()
        .iter()
        .scan(0.0, |sum, part| {
            *sum += part.share * rows.facts.len() as f64;
            Some(*sum)
        })
        .collect();
    if let Some(last) = ends.last_mut() {
        *last = f64::INFINITY;
    }
    let mut parts = vec![0; bundles.len()];
    let mut before = 0;
    for date in order.chunk_by(|one, other| one.0 == other.0) {
        let size: usize = date.iter().map(|(_, index)| bundles[*index].len()).sum();
        let middle = before as f64 + size as f64 / 2.0;
        let part = ends.partition_point(|end| *end <= middle);
        date.iter().for_each(|(_, index)| parts[*index] = part as u8);
        before += size;
    }
    parts
}
