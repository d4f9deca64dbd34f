//! Coincidence matrices and Krippendorff's alpha.
//!
//! In: the labels that annotators gave to each unit. Out: the matrix of coincidences and the figures that follow from it
//! (Krippendorff, *Computing Krippendorff's Alpha-Reliability*, 2011). A unit with `m` labels, `m` at least 2, adds
//! `1 / (m - 1)` for each ordered pair of them; one with fewer adds nothing, so labels may be missing.

/// How far two values are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Equal or not.
    Nominal,
    /// By the values between them in the order of the codes.
    Ordinal,
}

/// Adds a unit's coincidences to `cells`, row by row, for values below `values`.
pub(super) fn add(labels: &[Option<u8>], values: usize, mut cell: impl FnMut(usize, f64)) {
    let given: Vec<usize> = labels.iter().flatten().map(|label| usize::from(*label)).collect();
    if given.len() < 2 {
        return;
    }
    let weight = 1.0 / (given.len() - 1) as f64;
    for (place, one) in given.iter().enumerate() {
        for (other_place, other) in given.iter().enumerate() {
            if place != other_place {
                cell(one * values + other, weight);
            }
        }
    }
}

/// A matrix of coincidences, symmetric.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coincidences<'c> {
    cells: &'c [f64],
    values: usize,
}

impl<'c> Coincidences<'c> {
    /// The matrix in `cells`, which has `values` rows and columns.
    pub(super) fn new(cells: &'c [f64], values: usize) -> Self {
        Self { cells, values }
    }

    fn margin(&self, value: usize) -> f64 {
        self.cells[value * self.values..(value + 1) * self.values].iter().sum()
    }

    fn margins(&self) -> Vec<f64> {
        (0..self.values).map(|value| self.margin(value)).collect()
    }

    /// Share of the coincidences that agree; for two annotators the share of units on which they do.
    pub(super) fn agreement(&self) -> Option<f64> {
        let total: f64 = self.margins().iter().sum();
        let agreeing: f64 = (0..self.values).map(|value| self.cells[value * self.values + value]).sum();
        (total > 0.0).then(|| agreeing / total)
    }

    /// Specific agreement on a value (Spitzer & Fleiss 1974): of the labels with this value, the share that others
    /// of the unit agree with.
    pub(super) fn specific(&self, value: usize) -> Option<f64> {
        let margin = self.margin(value);
        (margin > 0.0).then(|| self.cells[value * self.values + value] / margin)
    }

    /// Alpha; `None` without two values to tell apart.
    pub(super) fn alpha(&self, metric: Metric) -> Option<f64> {
        let margins = self.margins();
        let total: f64 = margins.iter().sum();
        let (mut observed, mut expected) = (0.0, 0.0);
        for one in 0..self.values {
            for other in 0..self.values {
                if one == other {
                    continue;
                }
                let distance = match metric {
                    Metric::Nominal => 1.0,
                    Metric::Ordinal => {
                        let (low, high) = (one.min(other), one.max(other));
                        let between: f64 = margins[low..=high].iter().sum();
                        let distance = between - (margins[low] + margins[high]) / 2.0;
                        distance * distance
                    }
                };
                observed += self.cells[one * self.values + other] * distance;
                expected += margins[one] * margins[other] * distance;
            }
        }
        (expected > 0.0).then(|| 1.0 - (total - 1.0) * observed / expected)
    }

    /// Nominal alpha of one value against all others.
    pub(super) fn alpha_of(&self, value: usize) -> Option<f64> {
        let margins = self.margins();
        let total: f64 = margins.iter().sum();
        let (inside, margin) = (self.cells[value * self.values + value], margins[value]);
        let cells = [inside, margin - inside, margin - inside, total - 2.0 * margin + inside];
        Coincidences::new(&cells, 2).alpha(Metric::Nominal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// The example of Krippendorff (2011): four observers, twelve units, 0 for missing.
    const OBSERVERS: [[u8; 12]; 4] = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    #[test]
    fn the_published_example() {
        let mut cells = vec![0.0; 25];
        for unit in 0..12 {
            let labels = OBSERVERS.map(|observer| observer[unit].checked_sub(1));
            add(&labels, 5, |cell, weight| cells[cell] += weight);
        }
        let matrix = Coincidences::new(&cells, 5);
        let margins = matrix.margins();
        for (found, published) in margins.iter().zip([9.0, 13.0, 10.0, 5.0, 3.0]) {
            assert_abs_diff_eq!(*found, published, epsilon = 1e-9);
        }
        assert_abs_diff_eq!(matrix.alpha(Metric::Nominal).unwrap(), 0.743, epsilon = 5e-4);
        assert_abs_diff_eq!(matrix.alpha(Metric::Ordinal).unwrap(), 0.815, epsilon = 5e-4);
        // 7 + 10 + 8 + 4 + 3 of 40 coincidences.
        assert_abs_diff_eq!(matrix.agreement().unwrap(), 0.8, epsilon = 1e-9);
        assert_abs_diff_eq!(matrix.specific(4).unwrap(), 1.0, epsilon = 1e-9);
        // Of value 5 against the rest nothing disagrees.
        assert_abs_diff_eq!(matrix.alpha_of(4).unwrap(), 1.0, epsilon = 1e-9);
    }

    /// Two annotators, ten units: 4 + 2 agree, 3 + 1 do not. Coincidences 8, 4, 4, 4; margins 12 and 8 of 20.
    #[test]
    fn two_annotators_by_hand() {
        let mut cells = vec![0.0; 4];
        let table = [(0, 0, 4), (0, 1, 3), (1, 0, 1), (1, 1, 2)];
        for (one, other, times) in table {
            for _ in 0..times {
                add(&[Some(one), Some(other)], 2, |cell, weight| cells[cell] += weight);
            }
        }
        assert_eq!(cells, [8.0, 4.0, 4.0, 4.0]);
        let matrix = Coincidences::new(&cells, 2);
        // 1 - 19 * 8 / (2 * 12 * 8).
        assert_abs_diff_eq!(matrix.alpha(Metric::Nominal).unwrap(), 1.0 - 19.0 * 8.0 / 192.0, epsilon = 1e-12);
        assert_abs_diff_eq!(matrix.specific(1).unwrap(), 0.5, epsilon = 1e-12);
        assert_eq!(matrix.alpha_of(0), matrix.alpha(Metric::Nominal));
    }

    #[test]
    fn what_is_undefined_is_none() {
        let mut cells = vec![0.0; 4];
        add(&[Some(0), None], 2, |cell, weight| cells[cell] += weight);
        let matrix = Coincidences::new(&cells, 2);
        assert_eq!((matrix.agreement(), matrix.alpha(Metric::Nominal), matrix.specific(0)), (None, None, None));
        let alone = [4.0, 0.0, 0.0, 0.0];
        let matrix = Coincidences::new(&alone, 2);
        assert_eq!((matrix.agreement(), matrix.alpha(Metric::Ordinal)), (Some(1.0), None));
    }
}
