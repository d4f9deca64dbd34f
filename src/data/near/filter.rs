//! Which hashes came more than once, in two bits for each place of a table.
//!
//! In: hashes, from any thread. Out: whether a hash may have come twice; a hash that did is never missed, one that did
//! not is taken for one that did where another fell on its place (Bloom 1970, with one function).

use std::sync::atomic::{AtomicU64, Ordering};

/// Marks hashes once and twice.
#[derive(Debug)]
pub(super) struct SeenTwice {
    once: Vec<AtomicU64>,
    twice: Repeated,
}

/// The hashes that came twice.
#[derive(Debug)]
pub(super) struct Repeated(Vec<AtomicU64>);

/// Smallest and largest table: 128 KiB and 64 MiB, each twice.
const BITS: [u64; 2] = [1 << 20, 1 << 29];

impl SeenTwice {
    /// A table for about `expected` hashes, eight places for each.
    pub(super) fn new(expected: u64) -> Self {
        let bits = expected.saturating_mul(8).clamp(BITS[0], BITS[1]).next_power_of_two();
        let words = || (0..bits / 64).map(|_| AtomicU64::new(0)).collect();
        Self { once: words(), twice: Repeated(words()) }
    }

    /// Marks a hash; whether its place was marked before.
    pub(super) fn mark(&self, hash: u64) -> bool {
        let (word, bit) = place(hash, self.once.len());
        let before = self.once[word].fetch_or(bit, Ordering::Relaxed) & bit != 0;
        if before {
            self.twice.0[word].fetch_or(bit, Ordering::Relaxed);
        }
        before
    }

    /// What came twice; the other half is given back.
    pub(super) fn repeated(self) -> Repeated {
        self.twice
    }
}

impl Repeated {
    /// Whether a hash may have come twice.
    pub(super) fn has(&self, hash: u64) -> bool {
        let (word, bit) = place(hash, self.0.len());
        self.0[word].load(Ordering::Relaxed) & bit != 0
    }
}

/// The word and bit of a hash in a table whose length is a power of two.
fn place(hash: u64, words: usize) -> (usize, u64) {
    // The low bits: the high ones make ranges, samples and the packed hashes of shingles.
    ((hash >> 6) as usize & (words - 1), 1 << (hash & 63))
}

/// Which of `ranges` equal ranges a hash falls in, from its high half.
pub(super) fn range_of(hash: u64, ranges: u64) -> u64 {
    ((hash >> 32) * ranges) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_is_marked() {
        let seen = SeenTwice::new(10);
        assert!(!seen.mark(7) && !seen.mark(9) && seen.mark(7) && seen.mark(7));
        let repeated = seen.repeated();
        assert!(repeated.has(7) && !repeated.has(9) && !repeated.has(8));
    }

    #[test]
    fn ranges_cover_all_hashes() {
        assert_eq!((range_of(0, 3), range_of(u64::MAX / 2, 3), range_of(u64::MAX, 3)), (0, 1, 2));
        assert_eq!(range_of(u64::MAX, 1), 0);
    }
}
