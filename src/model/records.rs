//! The feature matrix: rows are pairs, columns are features, most cells are zero.
//!
//! In: rows of (feature, value) pairs sorted by feature. Out: a checked matrix that linfa takes as records.
//! It is a newtype because linfa's `Records` cannot be implemented for a foreign matrix.

use linfa::dataset::Records;
use ndarray::Array2;
use sprs::CsMatI;

/// What is wrong with a row of features or with a choice of rows or columns.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecordsError {
    /// Features of a row do not ascend strictly.
    #[error("row {row}: feature {feature} does not follow {previous} in strictly ascending order")]
    NotAscending {
        /// 0-based row.
        row: usize,
        /// Feature before it.
        previous: u32,
        /// Feature at fault.
        feature: u32,
    },
    /// A feature is past the last column.
    #[error("row {row}: feature {feature} is not below the number of features, {features}")]
    FeatureOutOfRange {
        /// 0-based row.
        row: usize,
        /// Feature at fault.
        feature: u32,
        /// Number of columns.
        features: usize,
    },
    /// A value is NaN or infinite.
    #[error("row {row}: the value of feature {feature} is not finite")]
    NotFinite {
        /// 0-based row.
        row: usize,
        /// Feature at fault.
        feature: u32,
    },
    /// More columns than 32-bit features can number.
    #[error("{features} features are more than 32 bits can number")]
    TooManyFeatures {
        /// Number of columns asked for.
        features: usize,
    },
    /// A row that was asked for does not exist.
    #[error("row {row} was asked for, but there are {rows} rows")]
    NoSuchRow {
        /// 0-based row.
        row: usize,
        /// Number of rows.
        rows: usize,
    },
    /// A column that was asked for does not exist, or was asked for twice.
    #[error("column {column} was asked for twice or is not below the number of features, {features}")]
    NoSuchColumn {
        /// 0-based column.
        column: u32,
        /// Number of columns.
        features: usize,
    },
    /// The compressed structure is broken; the builder's own checks exclude it.
    #[error("broken sparse structure: {0}")]
    Structure(String),
}

/// A matrix of features in compressed rows: `f32` values, `u32` columns, shape (rows, features).
///
/// Every value is finite and not zero; columns ascend strictly within a row.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRecords(CsMatI<f32, u32, usize>);

/// One row of a [`SparseRecords`]: its columns that are not zero, ascending, with their values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// Columns, strictly ascending.
    pub features: &'a [u32],
    /// Values, as many as columns.
    pub values: &'a [f32],
}

impl<'a> Row<'a> {
    /// The (feature, value) pairs in ascending order of features.
    pub fn iter(self) -> impl Iterator<Item = (u32, f32)> + 'a {
        self.features.iter().copied().zip(self.values.iter().copied())
    }
}

/// Builds a [`SparseRecords`] row by row, checking each.
#[derive(Debug, Clone)]
pub struct SparseRecordsBuilder {
    features: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl SparseRecordsBuilder {
    /// A matrix of no rows and `features` columns.
    ///
    /// # Errors
    /// [`RecordsError::TooManyFeatures`] when 32 bits cannot number them.
    pub fn new(features: usize) -> Result<Self, RecordsError> {
        if u32::try_from(features).is_err() {
            return Err(RecordsError::TooManyFeatures { features });
        }
        Ok(Self { features, starts: vec![0], columns: Vec::new(), values: Vec::new() })
    }

    /// Adds a row; values of zero are left out. A row that is refused leaves the builder as it was.
    ///
    /// # Errors
    /// When features do not ascend strictly, are out of range, or a value is not finite.
    pub fn push_row(&mut self, row: &[(u32, f32)]) -> Result<(), RecordsError> {
        let number = self.starts.len() - 1;
        let mut previous = None;
        for &(feature, value) in row {
            if let Some(previous) = previous.filter(|&previous| previous >= feature) {
                return Err(RecordsError::NotAscending { row: number, previous, feature });
            }
            if feature as usize >= self.features {
                return Err(RecordsError::FeatureOutOfRange { row: number, feature, features: self.features });
            }
            if !value.is_finite() {
                return Err(RecordsError::NotFinite { row: number, feature });
            }
            previous = Some(feature);
        }
        for &(feature, value) in row.iter().filter(|(_, value)| *value != 0.0) {
            self.columns.push(feature);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
        Ok(())
    }

    /// The matrix of all rows added.
    ///
    /// # Errors
    /// [`RecordsError::Structure`], which the checks of each row exclude.
    pub fn finish(self) -> Result<SparseRecords, RecordsError> {
        let shape = (self.starts.len() - 1, self.features);
        CsMatI::try_new(shape, self.starts, self.columns, self.values)
            .map(SparseRecords)
            .map_err(|(.., error)| RecordsError::Structure(error.to_string()))
    }
}

impl SparseRecords {
    /// The matrix of the given rows, each sorted by feature.
    ///
    /// # Errors
    /// As [`SparseRecordsBuilder::push_row`].
    pub fn from_rows<R: AsRef<[(u32, f32)]>>(
        features: usize,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Self, RecordsError> {
        let mut builder = SparseRecordsBuilder::new(features)?;
        for row in rows {
            builder.push_row(row.as_ref())?;
        }
        builder.finish()
    }

    /// The matrix underneath, in compressed rows.
    #[must_use]
    pub fn matrix(&self) -> &CsMatI<f32, u32, usize> {
        &self.0
    }

    /// Row `row`, or `None` past the last.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<Row<'_>> {
        if row >= self.0.rows() {
            return None;
        }
        let cells = self.0.indptr().outer_inds_sz(row);
        Some(Row { features: self.0.indices().get(cells.clone())?, values: self.0.data().get(cells)? })
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        let empty = Row { features: &[], values: &[] };
        (0..self.0.rows()).map(move |row| self.row(row).unwrap_or(empty))
    }

    /// For each feature, the number of rows in which it is not zero.
    #[must_use]
    pub fn document_frequencies(&self) -> Vec<u32> {
        let mut frequencies = vec![0_u32; self.0.cols()];
        for &column in self.0.indices() {
            frequencies[column as usize] = frequencies[column as usize].saturating_add(1);
        }
        frequencies
    }

    /// The features that a row has, ascending.
    #[must_use]
    pub fn occurring(&self) -> Vec<u32> {
        let counts = self.document_frequencies();
        (0_u32..).zip(counts).filter(|(_, count)| *count > 0).map(|(feature, _)| feature).collect()
    }

    /// The rows named, in that order; a row may be named more than once.
    ///
    /// # Errors
    /// [`RecordsError::NoSuchRow`].
    pub fn select(&self, rows: &[usize]) -> Result<Self, RecordsError> {
        let mut builder = SparseRecordsBuilder::new(self.0.cols())?;
        for &number in rows {
            let row = self.row(number).ok_or(RecordsError::NoSuchRow { row: number, rows: self.0.rows() })?;
            builder.columns.extend_from_slice(row.features);
            builder.values.extend_from_slice(row.values);
            builder.starts.push(builder.columns.len());
        }
        builder.finish()
    }

    /// The columns named, in that order, as a dense array of shape (rows, columns named).
    ///
    /// # Errors
    /// [`RecordsError::NoSuchColumn`] when one is named twice or does not exist.
    pub fn dense_columns(&self, columns: &[u32]) -> Result<Array2<f64>, RecordsError> {
        let places = self.places(columns)?;
        let mut dense = Array2::zeros((self.0.rows(), columns.len()));
        for (row, mut cells) in self.rows().zip(dense.rows_mut()) {
            for (feature, value) in row.iter() {
                if let Some(place) = places[feature as usize] {
                    cells[place as usize] = f64::from(value);
                }
            }
        }
        Ok(dense)
    }

    /// The columns named, which must ascend, as a sparse matrix of as many columns.
    ///
    /// # Errors
    /// [`RecordsError::NoSuchColumn`] as for [`Self::dense_columns`]; [`RecordsError::NotAscending`].
    pub fn select_columns(&self, columns: &[u32]) -> Result<Self, RecordsError> {
        let places = self.places(columns)?;
        let mut builder = SparseRecordsBuilder::new(columns.len())?;
        let mut kept = Vec::new();
        for row in self.rows() {
            kept.clear();
            kept.extend(row.iter().filter_map(|(feature, value)| places[feature as usize].map(|place| (place, value))));
            builder.push_row(&kept)?;
        }
        builder.finish()
    }

    /// For every feature, where it stands among `columns`.
    fn places(&self, columns: &[u32]) -> Result<Vec<Option<u32>>, RecordsError> {
        let mut places = vec![None; self.0.cols()];
        for (place, &column) in (0_u32..).zip(columns) {
            match places.get_mut(column as usize) {
                Some(free @ None) => *free = Some(place),
                _ => return Err(RecordsError::NoSuchColumn { column, features: self.0.cols() }),
            }
        }
        Ok(places)
    }
}

impl Records for SparseRecords {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.0.rows()
    }

    fn nfeatures(&self) -> usize {
        self.0.cols()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    fn small() -> SparseRecords {
        SparseRecords::from_rows(4, [vec![(0, 1.0), (3, 2.0)], vec![], vec![(0, -1.5), (2, 0.0), (3, 4.0)]]).unwrap()
    }

    #[test]
    fn zeros_are_not_stored_and_do_not_count_as_occurring() {
        let records = small();
        assert_eq!((records.nsamples(), records.nfeatures()), (3, 4));
        assert_eq!(records.row(2).unwrap().features, [0, 3]);
        assert_eq!(records.row(1).unwrap().values, [0.0_f32; 0]);
        assert_eq!(records.row(3), None);
        assert_eq!(records.document_frequencies(), [2, 0, 0, 2]);
    }

    #[test]
    fn rows_can_be_chosen_again_and_in_any_order() {
        let chosen = small().select(&[2, 0, 2]).unwrap();
        assert_eq!(chosen.rows().map(|row| row.values[0]).collect::<Vec<_>>(), [-1.5, 1.0, -1.5]);
        assert_eq!(small().select(&[3]), Err(RecordsError::NoSuchRow { row: 3, rows: 3 }));
        assert_eq!(small().select(&[]).unwrap().nsamples(), 0);
    }

    #[test]
    fn columns_become_dense_in_the_order_asked_for() {
        assert_eq!(small().dense_columns(&[3, 0]).unwrap(), array![[2.0, 1.0], [0.0, 0.0], [4.0, -1.5]]);
        assert_eq!(small().dense_columns(&[1, 1]), Err(RecordsError::NoSuchColumn { column: 1, features: 4 }));
        assert_eq!(small().dense_columns(&[4]), Err(RecordsError::NoSuchColumn { column: 4, features: 4 }));
    }

    #[test]
    fn columns_are_renumbered() {
        let chosen = small().select_columns(&[2, 3]).unwrap();
        assert_eq!(chosen.row(0).unwrap().iter().collect::<Vec<_>>(), [(1, 2.0)]);
        assert!(matches!(small().select_columns(&[3, 0]), Err(RecordsError::NotAscending { .. })));
    }

    #[test]
    fn a_refused_row_says_why_and_leaves_no_trace() {
        let mut builder = SparseRecordsBuilder::new(3).unwrap();
        builder.push_row(&[(1, 1.0)]).unwrap();
        assert_eq!(
            builder.push_row(&[(1, 1.0), (1, 2.0)]),
            Err(RecordsError::NotAscending { row: 1, previous: 1, feature: 1 })
        );
        assert_eq!(
            builder.push_row(&[(0, 1.0), (3, 2.0)]),
            Err(RecordsError::FeatureOutOfRange { row: 1, feature: 3, features: 3 })
        );
        for value in [f32::NAN, f32::INFINITY] {
            assert_eq!(builder.push_row(&[(2, value)]), Err(RecordsError::NotFinite { row: 1, feature: 2 }));
        }
        assert_eq!(builder.finish().unwrap(), SparseRecords::from_rows(3, [[(1, 1.0)]]).unwrap());
    }

    #[test]
    fn more_features_than_32_bits_are_refused() {
        assert!(matches!(SparseRecordsBuilder::new(1 << 33), Err(RecordsError::TooManyFeatures { .. })));
    }

    proptest! {
        #[test]
        fn any_row_is_taken_whole_or_refused(row in prop::collection::vec((0_u32..8, -2_f32..2.0), 0..6)) {
            let sound = row.windows(2).all(|pair| pair[0].0 < pair[1].0) && row.iter().all(|cell| cell.0 < 6);
            match SparseRecords::from_rows(6, [&row]) {
                Ok(records) => {
                    prop_assert!(sound);
                    prop_assert_eq!(records.row(0).unwrap().iter().collect::<Vec<_>>(),
                        row.into_iter().filter(|cell| cell.1 != 0.0).collect::<Vec<_>>());
                }
                Err(_) => prop_assert!(!sound),
            }
        }
    }
}
