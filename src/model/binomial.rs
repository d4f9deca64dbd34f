//! How large a share may be, given how often something was seen: the exact upper bound of a binomial share.
//!
//! Clopper & Pearson (1934): the largest share under which as few as `hits` of `trials` still come up with probability
//! `doubt`. The binomial tail is a regularised incomplete beta function, computed by its continued fraction (NIST DLMF
//! 8.17.22, evaluated with Lentz's method).

/// Steps of the bisection: more than the digits of a share.
const HALVINGS: usize = 60;
/// Most terms of the continued fraction; it needs about the root of the larger parameter.
const TERMS: u32 = 20_000;
/// Stands for 0 where a division by 0 would follow.
const TINY: f64 = 1e-300;

/// The upper bound of the share of which `hits` of `trials` are a sample, exceeded with probability `doubt` at most.
/// 1 without trials.
pub(super) fn upper_bound(hits: u64, trials: u64, doubt: f64) -> f64 {
    if hits >= trials {
        return 1.0;
    }
    let (mut low, mut high) = (hits as f64 / trials as f64, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at_most(hits, trials, middle) > doubt {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// P(X <= hits) for X binomial of `trials` with share `share`: I(1 - share; trials - hits, hits + 1).
fn at_most(hits: u64, trials: u64, share: f64) -> f64 {
    incomplete_beta(1.0 - share, (trials - hits) as f64, hits as f64 + 1.0)
}

/// The regularised incomplete beta function I(x; a, b).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front =
        libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x));
    // The fraction converges quickly on this side of the mean only; the other side is its mirror image.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(x, a, b) / a
    } else {
        1.0 - front * continued_fraction(1.0 - x, b, a) / b
    }
}

fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    let held = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut ratio = 1.0;
    let mut inverse = 1.0 / held(1.0 - (a + b) * x / (a + 1.0));
    let mut value = inverse;
    for term in 1..=TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for numerator in [even, odd] {
            inverse = 1.0 / held(1.0 + numerator * inverse);
            ratio = held(1.0 + numerator / ratio);
            change = inverse * ratio;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn tails_by_hand() {
        // Two throws of a coin: P(X <= 0) = 1/4, P(X <= 1) = 3/4.
        assert_abs_diff_eq!(at_most(0, 2, 0.5), 0.25, epsilon = 1e-14);
        assert_abs_diff_eq!(at_most(1, 2, 0.5), 0.75, epsilon = 1e-14);
        // Four throws at 0.1: 0.9^4 + 4 * 0.1 * 0.9^3 = 0.6561 + 0.2916.
        assert_abs_diff_eq!(at_most(1, 4, 0.1), 0.9477, epsilon = 1e-14);
    }

    /// No hit: (1 - p)^n = doubt, so p = 1 - doubt^(1/n), about 3 / n for a doubt of 0.05.
    #[test]
    fn bounds_without_a_hit() {
        assert_abs_diff_eq!(upper_bound(0, 100, 0.05), 1.0 - 0.05_f64.powf(0.01), epsilon = 1e-12);
        assert_abs_diff_eq!(upper_bound(0, 1, 0.05), 0.95, epsilon = 1e-12);
        assert_eq!((upper_bound(0, 0, 0.05), upper_bound(7, 7, 0.05)), (1.0, 1.0));
    }

    /// R: binom.test(10, 100, conf.level = 0.9)$conf.int[2] = 0.1637 (one-sided 0.05).
    #[test]
    fn a_bound_as_r_has_it() {
        assert_abs_diff_eq!(upper_bound(10, 100, 0.05), 0.1637, epsilon = 5e-5);
        // Large counts stay finite and near the normal approximation.
        let bound = upper_bound(100_000, 1_000_000, 0.05);
        assert_abs_diff_eq!(bound, 0.1 + 1.645 * 0.0003, epsilon = 2e-6);
    }
}
