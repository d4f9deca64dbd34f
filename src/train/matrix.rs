//! The matrix that a head learns from, for other programs.
//!
//! In: labelled pairs and a recipe. Out: for each head its rows with labels, sample weights and groups, and three texts:
//! the matrix in the format of SVMlight (Joachims 1999: a label, then `column:value` with columns from 1), which
//! scikit-learn's `load_svmlight_file` reads; the weights, one a line; the groups, one number a line. Values are written
//! so that they read back as the same `f32`.

use super::{
    HeadName, PairLabel, Recipe, TrainError,
    held_out::HeadRows,
    rows::{Encoded, encode_all},
    select::select,
};
use crate::{
    actors::Gazetteer,
    attribution::CueLexicon,
    label::{Act, Stance, Tone},
    model::SparseRecords,
    pairs::LabelledPair,
};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

/// What one head learns from.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadMatrix {
    /// The head.
    pub head: HeadName,
    /// The names of all its labels, in the order in which rows number them.
    pub labels: Vec<&'static str>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// One row a pair.
    pub records: SparseRecords,
    /// Number of each row's label.
    pub classes: Vec<usize>,
    /// Weight of each row: its own times its data set's. Class weights are left to the estimator.
    pub weights: Vec<f32>,
    /// Number of each row's group, from 0 in order of the groups' names.
    pub groups: Vec<usize>,
    /// Strength of the L2 penalty that the recipe has for the head.
    pub l2: f64,
}

/// The matrices of the heads that are `wanted` and that the recipe trains, as training would see them.
///
/// # Errors
/// [`TrainError::NoRows`], [`TrainError::NoLabel`] where a wanted head has no label, [`TrainError::WordsAlone`] where the
/// recipe teaches an encoder.
pub fn head_matrices(
    gazetteer: &Gazetteer,
    cues: &CueLexicon,
    recipe: &Recipe,
    pairs: Vec<LabelledPair>,
    wanted: &[HeadName],
) -> Result<Vec<HeadMatrix>, TrainError> {
    if recipe.encoder.is_some() {
        return Err(TrainError::WordsAlone { what: "the matrix" });
    }
    let pairs = select(pairs, recipe)?;
    let encoded = encode_all(gazetteer, cues, &recipe.features, &pairs)?;
    let all = wanted.len() == HeadName::ALL.len();
    let mut matrices = Vec::new();
    for head in wanted {
        let matrix = match head {
            HeadName::Stance => matrix::<Stance>(*head, recipe, &encoded, &pairs),
            HeadName::Act => matrix::<Act>(*head, recipe, &encoded, &pairs),
            HeadName::Tone => matrix::<Tone>(*head, recipe, &encoded, &pairs),
        }?;
        match matrix {
            Some(matrix) => matrices.push(matrix),
            // As in training, acts and tones are optional where all heads are asked for.
            None if all && *head != HeadName::Stance => {}
            None => return Err(TrainError::NoLabel { head: head.name() }),
        }
    }
    Ok(matrices)
}

fn matrix<L: PairLabel>(
    head: HeadName,
    recipe: &Recipe,
    encoded: &Encoded,
    pairs: &[LabelledPair],
) -> Result<Option<HeadMatrix>, TrainError> {
    let settings = recipe.head::<L>();
    if !settings.train {
        return Ok(None);
    }
    let Some(rows) = HeadRows::<L>::of(pairs, (&encoded.vectorizer, &encoded.records), recipe, L::of)? else {
        return Ok(None);
    };
    let mut numbers: BTreeMap<&str, usize> = rows.groups.iter().map(|group| (&**group, 0)).collect();
    numbers.values_mut().enumerate().for_each(|(number, group)| *group = number);
    let groups = rows.groups.iter().filter_map(|group| numbers.get(&**group).copied()).collect();
    Ok(Some(HeadMatrix {
        head,
        labels: L::ALL.iter().map(|label| label.name()).collect(),
        columns: rows.present.iter().map(|column| encoded.vectorizer.name(*column).to_owned()).collect(),
        classes: rows.labels.iter().map(|label| label.index()).collect(),
        weights: rows.weights,
        groups,
        l2: settings.l2,
        records: rows.records,
    }))
}

impl HeadMatrix {
    /// Writes the matrix in the format of SVMlight. Comments at the top name the labels and columns.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write_matrix(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "# demarche matrix of the {} head", self.head)?;
        writeln!(out, "# rows {} columns {} l2 {}", self.classes.len(), self.columns.len(), self.l2)?;
        for (number, label) in self.labels.iter().enumerate() {
            writeln!(out, "# label {number} {label}")?;
        }
        for (number, column) in (1_usize..).zip(&self.columns) {
            writeln!(out, "# column {number} {column}")?;
        }
        for (class, row) in self.classes.iter().zip(self.records.rows()) {
            write!(out, "{class}")?;
            for (column, value) in row.iter() {
                write!(out, " {}:{value}", column + 1)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// Writes the weights of the rows, one a line.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write_weights(&self, out: &mut impl Write) -> io::Result<()> {
        self.weights.iter().try_for_each(|weight| writeln!(out, "{weight}"))
    }

    /// Writes the groups of the rows, one number a line.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write_groups(&self, out: &mut impl Write) -> io::Result<()> {
        self.groups.iter().try_for_each(|group| writeln!(out, "{group}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Label;

    fn small() -> HeadMatrix {
        HeadMatrix {
            head: HeadName::Stance,
            labels: Stance::ALL.iter().map(|label| label.name()).collect(),
            columns: vec!["stems:thank".into(), "stems:we thank".into(), "shape:question".into()],
            records: SparseRecords::from_rows(3, [vec![(0, 0.1_f32), (2, 1.0)], vec![], vec![(1, 1.0 / 3.0)]]).unwrap(),
            classes: vec![2, 1, 0],
            weights: vec![1.0, 0.8, 0.5],
            groups: vec![1, 1, 0],
            l2: 2.0,
        }
    }

    fn text(write: impl Fn(&HeadMatrix, &mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&small(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn labels_and_columns_are_named_and_columns_count_from_one() {
        let found = text(HeadMatrix::write_matrix);
        assert!(found.contains("# label 2 supportive\n") && found.contains("# column 2 stems:we thank\n"), "{found}");
        let rows: Vec<&str> = found.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows, ["2 1:0.1 3:1", "1", "0 2:0.33333334"]);
        assert_eq!("0.33333334".parse::<f32>(), Ok(1.0 / 3.0));
    }

    #[test]
    fn weights_and_groups_stand_beside_the_rows() {
        assert_eq!(text(HeadMatrix::write_weights), "1\n0.8\n0.5\n");
        assert_eq!(text(HeadMatrix::write_groups), "1\n1\n0\n");
    }
}
