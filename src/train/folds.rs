//! Folds for cross-validation: grouped, stratified, deterministic.

use std::{collections::BTreeMap, sync::Arc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The fold of each row, `0..count`: rows of one group share a fold, and each fold gets about the same
/// number of rows of every class (`class` is an index, the same for rows to be spread alike).
///
/// Groups are dealt out greedily, in an order drawn with the seed, largest first, each to the fold that has the
/// fewest of its rows' classes so far.
#[must_use]
pub fn folds(rows: &[(Arc<str>, usize)], count: usize, seed: u64) -> Vec<usize> {
    let classes = rows.iter().map(|(_, class)| class + 1).max().unwrap_or(1);
    let mut groups: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, (group, class)) in rows.iter().enumerate() {
        let (members, tally) = groups.entry(group).or_insert_with(|| (Vec::new(), vec![0; classes]));
        members.push(index);
        tally[*class] += 1;
    }
    let mut order: Vec<_> = groups.iter().map(|(name, group)| (*name, group)).collect();
    order.sort_by_key(|(name, (members, _))| {
        (std::cmp::Reverse(members.len()), xxh3_64_with_seed(name.as_bytes(), seed))
    });
    let mut held = vec![vec![0_usize; classes]; count];
    let mut sizes = vec![0_usize; count];
    let mut fold_of = vec![0; rows.len()];
    for (_, (members, tally)) in order {
        let cost = |fold: usize| -> (usize, usize) {
            let same: usize = tally.iter().zip(&held[fold]).map(|(mine, theirs)| mine * theirs).sum();
            (same, sizes[fold])
        };
        let fold = (0..count).min_by_key(|fold| (cost(*fold), *fold)).unwrap_or(0);
        for (total, mine) in held[fold].iter_mut().zip(tally) {
            *total += mine;
        }
        sizes[fold] += members.len();
        for member in members {
            fold_of[*member] = fold;
        }
    }
    fold_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn classes_are_spread_evenly() {
        let rows: Vec<(Arc<str>, usize)> =
            (0..90).map(|i| (Arc::from(format!("g{i}")), usize::from(i % 9 == 0))).collect();
        let found = folds(&rows, 3, 7);
        for fold in 0..3 {
            let members: Vec<usize> = (0..90).filter(|i| found[*i] == fold).collect();
            assert!((29..=31).contains(&members.len()), "{}", members.len());
            let rare = members.iter().filter(|i| rows[**i].1 == 1).count();
            assert!((3..=4).contains(&rare), "{rare}");
        }
    }

    proptest! {
        #[test]
        fn a_group_is_never_split(groups in proptest::collection::vec((0_u8..20, 0_usize..3), 1..200), seed in 0_u64..5) {
            let rows: Vec<(Arc<str>, usize)> = groups.iter().map(|(g, c)| (Arc::from(format!("g{g}")), *c)).collect();
            let found = folds(&rows, 4, seed);
            prop_assert_eq!(&found, &folds(&rows, 4, seed));
            for (i, a) in rows.iter().enumerate() {
                for (j, b) in rows.iter().enumerate().skip(i) {
                    prop_assert!(a.0 != b.0 || found[i] == found[j]);
                }
            }
        }
    }
}
