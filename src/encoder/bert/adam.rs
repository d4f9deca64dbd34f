//! AdamW (Loshchilov & Hutter 2019) in place, with warm-up and linear decay.
//!
//! In: weights and gradients as lists of slices in the same order. Every sum runs in a fixed order, so the number of
//! threads changes no bit.

use rayon::prelude::*;

const FIRST_DECAY: f32 = 0.9;
const SECOND_DECAY: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Running means of the gradients and their squares.
#[derive(Debug)]
pub(super) struct Adam {
    moments: Vec<(Vec<f32>, Vec<f32>)>,
    step: i32,
    weight_decay: f32,
}

impl Adam {
    pub(super) fn new(lengths: impl Iterator<Item = usize>, weight_decay: f32) -> Self {
        let moments = lengths.map(|length| (vec![0.0; length], vec![0.0; length])).collect();
        Self { moments, step: 0, weight_decay }
    }

    /// The moments of each tensor.
    pub(super) fn moments(&self) -> impl Iterator<Item = (&[f32], &[f32])> {
        self.moments.iter().map(|(first, second)| (&first[..], &second[..]))
    }

    /// The moments, to be filled with those of `step` steps before.
    pub(super) fn restore(&mut self, step: usize) -> impl Iterator<Item = (&mut [f32], &mut [f32])> {
        self.step = i32::try_from(step).unwrap_or(i32::MAX);
        self.moments.iter_mut().map(|(first, second)| (&mut first[..], &mut second[..]))
    }

    /// One step. `rates` gives each tensor's learning rate; `scale` multiplies all gradients.
    pub(super) fn step(&mut self, weights: Vec<&mut [f32]>, gradients: &[&[f32]], rates: &[f32], scale: f32) {
        self.step += 1;
        let first_left = 1.0 - FIRST_DECAY.powi(self.step);
        let second_left = (1.0 - SECOND_DECAY.powi(self.step)).sqrt();
        let decay = self.weight_decay;
        let tensors = weights.into_iter().zip(gradients).zip(&mut self.moments).zip(rates).collect::<Vec<_>>();
        tensors.into_par_iter().for_each(|(((weights, gradients), (first, second)), rate)| {
            for (((weight, gradient), first), second) in weights.iter_mut().zip(*gradients).zip(first).zip(second) {
                let gradient = gradient * scale;
                *first += (1.0 - FIRST_DECAY) * (gradient - *first);
                *second += (1.0 - SECOND_DECAY) * (gradient * gradient - *second);
                *weight -= rate * decay * *weight;
                *weight -= rate * (*first / first_left) / (second.sqrt() / second_left + EPSILON);
            }
        });
    }
}

/// Share of the peak learning rate in a step (from 0): up in a line for `warm_up` steps, then down in a line to 0.
pub(super) fn schedule(step: usize, steps: usize, warm_up: usize) -> f32 {
    if step < warm_up {
        (step + 1) as f32 / warm_up as f32
    } else {
        steps.saturating_sub(step) as f32 / steps.saturating_sub(warm_up).max(1) as f32
    }
}

/// Adds the gradients of further shards to those of the first, and gives the length of the sum as one vector.
pub(super) fn sum_into(first: Vec<&mut [f32]>, others: &[Vec<&[f32]>]) -> f64 {
    let squares: Vec<f64> = first
        .into_par_iter()
        .enumerate()
        .map(|(tensor, sum)| {
            for other in others {
                for (sum, more) in sum.iter_mut().zip(other[tensor]) {
                    *sum += more;
                }
            }
            sum.iter().map(|value| f64::from(*value) * f64::from(*value)).sum()
        })
        .collect();
    squares.iter().sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_goes_up_and_down() {
        let rates: Vec<f32> = (0..10).map(|step| schedule(step, 10, 2)).collect();
        assert_eq!(rates[..3], [0.5, 1.0, 1.0]);
        assert!(rates[2..].is_sorted_by(|a, b| a >= b) && rates[9] > 0.0);
    }

    #[test]
    fn a_bowl_is_descended() {
        let mut place = vec![3.0_f32, -2.0];
        let mut adam = Adam::new([2].into_iter(), 0.0);
        for step in 0..400 {
            let slope: Vec<f32> = place.iter().map(|value| 2.0 * value).collect();
            adam.step(vec![&mut place], &[&slope], &[0.1 * schedule(step, 400, 10)], 1.0);
        }
        assert!(place.iter().all(|value| value.abs() < 1e-2), "{place:?}");
    }
}
