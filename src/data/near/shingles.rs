//! Texts that share a third of the five-word shingles of the shorter one (containment, Broder 1997).
//!
//! In: for each text how many shingles it has, and those that other texts have too. Out: a call of [`Links::alike`] for
//! every pair that shares enough. To share `a` of the `m` repeated shingles it has, a text must share one of its rarest
//! `m - a + 1` (the prefix filter of Chaudhuri, Ganti & Kaushik 2006): these make the candidates, and all are counted.

use super::{Links, filter::Repeated};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A shingle that stands in more texts than this is boilerplate.
pub(super) const LONG_LIST: usize = 100;
/// Texts of each part that make candidates for such a shingle: the first ones.
const SHORTENED: usize = 16;
/// Repeated shingles that are held, 8 bytes each and 4 for the lists by text; above it a sample of them decides.
pub(super) const MOST_SHINGLES: u64 = 24 << 20;

/// Which shingles are looked at: those with the lowest hashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    highest: u64,
}

/// What a text brings: how many of its shingles are in the sample, and those of them that came twice.
pub(super) struct Selected {
    count: u32,
    repeated: Vec<u64>,
}

impl Sample {
    /// A sample for at most `expected` repeated shingles; all of them where they fit.
    pub(super) fn of(expected: u64) -> Self {
        Self { highest: u64::MAX / expected.div_ceil(MOST_SHINGLES).max(1) }
    }

    pub(super) fn select(self, shingles: &[u64], seen: &Repeated) -> Selected {
        let sampled = shingles.iter().copied().filter(|hash| *hash <= self.highest);
        let mut count = 0;
        let repeated = sampled.inspect(|_| count += 1).filter(|hash| seen.has(*hash)).collect();
        Selected { count, repeated }
    }
}

/// The repeated shingles of all texts.
#[derive(Debug)]
pub(super) struct Shingles {
    /// Hash in the high bits, text in the low ones: eight bytes for both. At 20 bits for a million texts two of 10^7
    /// shingles meet by chance some ten times, each adding one to what one pair of texts shares.
    packed: Vec<u64>,
    low: u32,
    /// Shingles of each text.
    counts: Vec<u32>,
}

impl Shingles {
    /// Room for at most `expected` repeated shingles; room that stays empty costs no memory.
    pub(super) fn new(texts: usize, expected: u64) -> Self {
        let low = usize::BITS - texts.leading_zeros();
        Self {
            packed: Vec::with_capacity(expected.min(MOST_SHINGLES) as usize),
            low,
            counts: Vec::with_capacity(texts),
        }
    }

    /// Adds the next text.
    pub(super) fn push(&mut self, selected: &Selected) {
        let text = self.counts.len() as u64;
        let mask = (1 << self.low) - 1;
        self.packed.extend(selected.repeated.iter().map(|hash| hash & !mask | text));
        self.counts.push(selected.count);
    }

    pub(super) fn link(self, links: &impl Links) {
        let lists = Lists::of(self, links);
        (0..lists.counts.len()).into_par_iter().with_min_len(64).for_each_init(Vec::new, |gathered, text| {
            lists.link(text as u32, gathered, links);
        });
    }
}

/// The texts of every shingle that stands in two or more, and the shingles of every text.
struct Lists {
    /// Texts of shingle `s`: `texts[starts[s]..starts[s + 1]]`, sorted.
    texts: Vec<u32>,
    starts: Vec<u32>,
    /// Shingles of text `t`: `shingles[firsts[t]..firsts[t + 1]]`.
    shingles: Vec<u32>,
    firsts: Vec<u32>,
    counts: Vec<u32>,
    /// Of shingles that stand in very many texts, the texts that make candidates.
    shortened: BTreeMap<u32, Vec<u32>>,
}

impl Lists {
    fn of(mut all: Shingles, links: &impl Links) -> Self {
        all.packed.par_sort_unstable();
        all.packed.dedup();
        let text = |packed: u64| (packed & ((1 << all.low) - 1)) as u32;
        let (mut texts, mut starts) = (Vec::with_capacity(all.packed.len()), vec![0]);
        let mut firsts = vec![0_u32; all.counts.len() + 1];
        for list in all.packed.chunk_by(|one, other| one >> all.low == other >> all.low).filter(|list| list.len() > 1) {
            for packed in list {
                texts.push(text(*packed));
                firsts[text(*packed) as usize + 1] += 1;
            }
            starts.push(texts.len() as u32);
        }
        all.packed = Vec::new();
        let mut shortened = BTreeMap::new();
        for (shingle, ends) in starts.windows(2).enumerate() {
            let list: &[u32] = &texts[ends[0] as usize..ends[1] as usize];
            if list.len() > LONG_LIST {
                shortened.insert(shingle as u32, first_of_each_part(list, links));
            }
        }
        for place in 1..firsts.len() {
            firsts[place] += firsts[place - 1];
        }
        let mut next = firsts.clone();
        let mut shingles = vec![0; texts.len()];
        for (shingle, ends) in starts.windows(2).enumerate() {
            for text in &texts[ends[0] as usize..ends[1] as usize] {
                let place = &mut next[*text as usize];
                shingles[*place as usize] = shingle as u32;
                *place += 1;
            }
        }
        Self { texts, starts, shingles, firsts, counts: all.counts, shortened }
    }

    fn list(&self, shingle: u32) -> &[u32] {
        &self.texts[self.starts[shingle as usize] as usize..self.starts[shingle as usize + 1] as usize]
    }

    /// Links `text` to every text with as many shingles or more that has a third of its own. `gathered` is scratch.
    /// For boilerplate it is also compared with the first texts that have it, shorter or longer.
    fn link(&self, text: u32, gathered: &mut Vec<u64>, links: &impl Links) {
        let place = text as usize;
        let own = self.counts[place];
        let enough = own.div_ceil(3);
        let mut shingles: Vec<u32> =
            self.shingles[self.firsts[place] as usize..self.firsts[place + 1] as usize].to_vec();
        shingles.sort_unstable_by_key(|shingle| (self.list(*shingle).len(), *shingle));
        let prefix = (shingles.len() + 1).saturating_sub(enough as usize).min(shingles.len());
        // Rarest first, so what is not counted here, long lists and the rest, is one slice.
        let short = shingles[..prefix].partition_point(|shingle| self.list(*shingle).len() <= LONG_LIST);
        let (short, rest) = shingles.split_at(short);
        gathered.clear();
        for shingle in short {
            gathered.extend(self.list(*shingle).iter().map(|other| u64::from(*other) << 1 | 1));
        }
        for listed in rest.iter().filter_map(|shingle| self.shortened.get(shingle)) {
            gathered.extend(listed.iter().map(|other| u64::from(*other) << 1));
        }
        gathered.sort_unstable();
        for group in gathered.chunk_by(|one, other| one >> 1 == other >> 1) {
            let other = (group[0] >> 1) as u32;
            let others = self.counts[other as usize];
            let shorter = (own, text) < (others, other);
            // A text of a short list finds this one itself, if it is the shorter; one of a long list does not look here.
            let listed = group[0] & 1 == 0;
            if other == text || !shorter && !listed {
                continue;
            }
            let enough = if shorter { enough } else { others.div_ceil(3) };
            let mut shared = group.iter().map(|entry| (entry & 1) as u32).sum();
            for (place, shingle) in rest.iter().enumerate() {
                // Most candidates share one shingle, and are given up at the first that they lack.
                if shared + ((rest.len() - place) as u32) < enough {
                    break;
                }
                shared += u32::from(self.list(*shingle).binary_search(&other).is_ok());
            }
            if shared >= enough && shorter {
                links.alike(text, other, shared, own);
            } else if shared >= enough {
                links.alike(other, text, shared, others);
            }
        }
    }
}

/// The first texts of each part.
fn first_of_each_part(list: &[u32], links: &impl Links) -> Vec<u32> {
    let mut taken: BTreeMap<u32, usize> = BTreeMap::new();
    let mut first = Vec::new();
    for text in list {
        let taken = taken.entry(links.part(*text)).or_default();
        if *taken < SHORTENED {
            *taken += 1;
            first.push(*text);
        }
    }
    first
}
