//! Which columns depend on the label, by Pearson's chi-squared statistic.
//!
//! In: values of at least 0 (counts, frequencies, tf-idf), a class and a weight for each row. Out: a statistic for each
//! column. Yang & Pedersen (1997), *A comparative study on feature selection in text categorization*; computed on sums
//! of values as scikit-learn's `chi2` does: sum over classes of (observed - expected)^2 / expected.

use super::{FitError, SparseRecords};
use linfa::dataset::Records;

/// The statistic of every column. A column that is zero throughout gets 0.
///
/// `classes` names the class of each row, 0 to `count` - 1.
///
/// # Errors
/// [`FitError::NegativeValue`]; [`FitError::Length`] when there are not as many classes as rows.
pub fn chi_squared(records: &SparseRecords, classes: &[usize], count: usize) -> Result<Vec<f64>, FitError> {
    if classes.len() != records.nsamples() {
        return Err(FitError::Length { records: records.nsamples(), what: "classes", found: classes.len() });
    }
    let mut observed = vec![0.0; records.nfeatures() * count];
    let mut sizes = vec![0.0; count];
    for ((number, row), &class) in records.rows().enumerate().zip(classes) {
        if class >= count {
            continue;
        }
        sizes[class] += 1.0;
        for (feature, value) in row.iter() {
            if value < 0.0 {
                return Err(FitError::NegativeValue { method: "chi-squared", row: number, feature, value });
            }
            observed[feature as usize * count + class] += f64::from(value);
        }
    }
    let rows: f64 = sizes.iter().sum();
    let statistic = |cells: &[f64]| {
        let total: f64 = cells.iter().sum();
        let terms = cells.iter().zip(&sizes).map(|(cell, size)| {
            let expected = total * size / rows;
            if expected > 0.0 { (cell - expected) * (cell - expected) / expected } else { 0.0 }
        });
        terms.sum()
    };
    Ok(if count == 0 { vec![0.0; records.nfeatures()] } else { observed.chunks_exact(count).map(statistic).collect() })
}

/// The columns with the `most` largest statistics above 0, ascending by number; of equals, the lower number.
#[must_use]
pub fn strongest_columns(statistics: &[f64], most: usize) -> Vec<u32> {
    let mut ranked: Vec<(u32, f64)> =
        (0_u32..).zip(statistics.iter().copied()).filter(|(_, statistic)| *statistic > 0.0).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let mut columns: Vec<u32> = ranked.into_iter().take(most).map(|(column, _)| column).collect();
    columns.sort_unstable();
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_of_a_small_table_by_hand() {
        let rows = [vec![(0, 2.0), (1, 1.0)], vec![(0, 1.0), (1, 1.0)], vec![(1, 1.0)], vec![(1, 1.0), (2, 4.0)]];
        let records = SparseRecords::from_rows(4, rows).unwrap();
        let found = chi_squared(&records, &[0, 0, 1, 1], 2).unwrap();
        // Column 0: observed 3, 0, expected 1.5 each: 1.5 + 1.5. Column 1: as expected. Column 2: 0, 4 against 2, 2.
        assert_eq!(found, [3.0, 0.0, 4.0, 0.0]);
        assert_eq!(strongest_columns(&found, 1), [2]);
        assert_eq!(strongest_columns(&found, 9), [0, 2]);
    }

    #[test]
    fn equals_are_taken_in_order() {
        assert_eq!(strongest_columns(&[1.0, 2.0, 1.0, 2.0, f64::NAN], 3), [0, 1, 3]);
    }

    #[test]
    fn negative_values_are_refused_by_name() {
        let records = SparseRecords::from_rows(2, [vec![(0, 1.0)], vec![(1, -0.5)]]).unwrap();
        let error = chi_squared(&records, &[0, 1], 2).unwrap_err();
        assert_eq!(error.to_string(), "row 1: feature 1 is -0.5; chi-squared takes values of at least 0");
        assert!(matches!(chi_squared(&records, &[0], 2), Err(FitError::Length { .. })));
    }
}
