//! Cohen's kappa of two annotators and Fleiss' kappa of several.
//!
//! In: tables of counts. Out: agreement above what the annotators' own shares of labels would give by chance (Cohen 1960;
//! Fleiss 1971). `None` where there is nothing to compare, or chance alone agrees fully.

/// Cohen's kappa of a joint table, row by row: rows are the first annotator's labels.
pub(super) fn cohen(cells: &[f64], values: usize) -> Option<f64> {
    let total: f64 = cells.iter().sum();
    let (mut agreeing, mut by_chance) = (0.0, 0.0);
    for value in 0..values {
        agreeing += cells[value * values + value];
        let row: f64 = cells[value * values..(value + 1) * values].iter().sum();
        let column: f64 = (0..values).map(|other| cells[other * values + value]).sum();
        by_chance += row * column;
    }
    // Whole numbers: exact, so a chance of 1 is found as such.
    let chance = total * total - by_chance;
    (total > 0.0 && chance > 0.0).then(|| (agreeing * total - by_chance) / chance)
}

/// Share of the units on which two annotators agree.
pub(super) fn agreement(cells: &[f64], values: usize) -> Option<f64> {
    let total: f64 = cells.iter().sum();
    let agreeing: f64 = (0..values).map(|value| cells[value * values + value]).sum();
    (total > 0.0).then(|| agreeing / total)
}

/// Fleiss' kappa: `agreeing` is the number of ordered pairs of equal labels, summed over the units; `labels` how often
/// each value was given; all `annotators` labelled every unit.
pub(super) fn fleiss(agreeing: f64, labels: &[f64], annotators: usize) -> Option<f64> {
    let total: f64 = labels.iter().sum();
    let pairs = total * (annotators as f64 - 1.0);
    let by_chance: f64 = labels.iter().map(|count| count * count).sum();
    let chance = total * total - by_chance;
    (pairs > 0.0 && chance > 0.0).then(|| (agreeing / pairs * total * total - by_chance) / chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// 20, 5, 10, 15 of 50: observed 0.7; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa 0.4.
    #[test]
    fn cohen_by_hand() {
        let cells = [20.0, 5.0, 10.0, 15.0];
        assert_abs_diff_eq!(cohen(&cells, 2).unwrap(), 0.4, epsilon = 1e-12);
        assert_abs_diff_eq!(agreement(&cells, 2).unwrap(), 0.7, epsilon = 1e-12);
        assert_eq!(cohen(&[5.0, 0.0, 0.0, 0.0], 2), None);
        assert_eq!(cohen(&[0.0; 4], 2), None);
        assert_eq!(cohen(&[3.0, 0.0, 0.0, 3.0], 2), Some(1.0));
    }

    /// The example of Fleiss (1971) in its best-known form: 14 annotators, 10 units, 5 values; kappa 0.210.
    #[test]
    fn fleiss_as_published() {
        let table = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let agreeing: i32 = table.iter().flatten().map(|count| count * (count - 1)).sum();
        let labels: Vec<f64> = (0..5).map(|value| table.iter().map(|row| f64::from(row[value])).sum()).collect();
        assert_abs_diff_eq!(fleiss(f64::from(agreeing), &labels, 14).unwrap(), 0.210, epsilon = 5e-4);
        assert_eq!(fleiss(0.0, &[0.0, 0.0], 3), None);
        assert_eq!(fleiss(6.0, &[6.0, 0.0], 2), None);
    }
}
