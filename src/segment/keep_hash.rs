//! A hasher for tables whose keys are hashes already: those of words and stems, of features.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasherDefault,
};

/// A map from hashes.
pub type HashedMap<V> = HashMap<u64, V, BuildHasherDefault<KeepHash>>;

/// A set of hashes.
pub type HashedSet = HashSet<u64, BuildHasherDefault<KeepHash>>;

/// Passes a 64-bit key through.
#[derive(Debug, Default, Clone)]
pub struct KeepHash(u64);

impl std::hash::Hasher for KeepHash {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
