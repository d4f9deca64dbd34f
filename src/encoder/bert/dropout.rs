//! Dropout (Srivastava et al. 2014), drawn from a generator that can be repeated.

use ndarray::Array2;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Drops numbers at random, or none.
#[derive(Debug)]
pub(super) struct Dropout {
    rate: f32,
    random: Option<ChaCha8Rng>,
}

/// Which numbers were dropped: factors of 0 or 1 / (1 - rate), or none at all.
#[derive(Debug)]
pub(super) struct Mask(Option<Array2<f32>>);

impl Dropout {
    /// Drops nothing: for use, not for training.
    pub(super) const fn none() -> Self {
        Self { rate: 0.0, random: None }
    }

    /// Drops each number with the probability `rate`; equal seeds and streams drop the same.
    pub(super) fn new(rate: f32, seed: u64, stream: u64) -> Self {
        if rate <= 0.0 {
            return Self::none();
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self { rate, random: Some(random) }
    }

    pub(super) fn apply(&mut self, rows: &mut Array2<f32>) -> Mask {
        let Some(random) = &mut self.random else { return Mask(None) };
        let keep = 1.0 / (1.0 - self.rate);
        // A byte for each number: the rate is met to within 1/256.
        let least = (self.rate * 256.0).round() as u8;
        let mut bytes = vec![0; rows.len()];
        random.fill_bytes(&mut bytes);
        let factors = bytes.into_iter().map(|byte| if byte < least { 0.0 } else { keep }).collect();
        // As many factors as numbers, by construction.
        let mask = Array2::from_shape_vec(rows.raw_dim(), factors).unwrap_or_else(|_| Array2::ones(rows.raw_dim()));
        *rows *= &mask;
        Mask(Some(mask))
    }
}

impl Mask {
    /// The rows with the same numbers dropped.
    pub(super) fn masked(&self, rows: &Array2<f32>) -> Array2<f32> {
        self.0.as_ref().map_or_else(|| rows.clone(), |mask| rows * mask)
    }
}
