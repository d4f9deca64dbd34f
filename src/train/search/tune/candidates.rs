//! Candidates, their matrices and their scores.
//!
//! Texts are read once for each `minimum_documents` there is, with the blocks of all candidates and without weights; a
//! candidate's own matrix leaves out and multiplies cells, which gives the very values that its recipe gives.

use super::{
    super::{
        super::{HeadName, PairLabel, Recipe, TrainError, rows::encode_all, select::select},
        Search,
        held::{head_rows, held_out_outcomes, largest},
    },
    Ranges,
};
use crate::{
    evaluate::{Confusion, Outcome},
    features::{Block, Vectorizer, VectorizerSettings},
    label::{Act, Stance, Tone},
    model::SparseRecords,
    pairs::LabelledPair,
};
use std::collections::BTreeMap;

/// All that candidates are scored with.
pub(super) struct Candidates {
    pub(super) recipes: Vec<Recipe>,
    pub(super) pairs: Vec<LabelledPair>,
    /// By `minimum_documents`.
    matrices: BTreeMap<u32, (Vectorizer, SparseRecords)>,
}

/// Scores of a candidate by head, or why it could not be trained.
pub(super) type Scored = Result<BTreeMap<String, f64>, String>;

impl Candidates {
    /// Draws the candidates and reads the texts.
    pub(super) fn new(search: Search<'_>, ranges: &Ranges, pairs: Vec<LabelledPair>) -> Result<Self, TrainError> {
        let Search { gazetteer, cues, recipe, progress } = search;
        ranges.check_with(recipe)?;
        let recipes = ranges.draw(recipe);
        let mut plain = recipe.clone();
        for source in plain.sources.values_mut() {
            // The weights of candidates are put on later; rows that no candidate weighs stay out.
            if source.weight > 0.0 {
                source.weight = 1.0;
            }
        }
        let pairs = select(pairs, &plain)?;
        let mut blocks: Vec<Block> = recipes.iter().flat_map(|recipe| recipe.features.blocks.iter().copied()).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let mut matrices = BTreeMap::new();
        for candidate in &recipes {
            let minimum_documents = candidate.features.minimum_documents;
            if matrices.contains_key(&minimum_documents) {
                continue;
            }
            progress(0.0, &format!("features in at least {minimum_documents} pairs"));
            let settings = VectorizerSettings {
                blocks: blocks.clone(),
                minimum_documents,
                minimum_common: recipe.features.minimum_common,
                weights: BTreeMap::new(),
            };
            let encoded = encode_all(gazetteer, cues, &settings, &pairs)?;
            matrices.insert(minimum_documents, (encoded.vectorizer, encoded.records));
        }
        Ok(Self { recipes, pairs, matrices })
    }

    /// The candidate's pairs among `rows`, with its weights, and their matrix.
    fn of(&self, candidate: usize, rows: &[usize]) -> Result<(Vec<LabelledPair>, SparseRecords), TrainError> {
        let recipe = &self.recipes[candidate];
        let weighed = |row: &usize| {
            let mut pair = self.pairs[*row].clone();
            pair.weight *= recipe.sources.get(&*pair.source).map_or(1.0, |source| source.weight);
            (pair.weight > 0.0).then_some((*row, pair))
        };
        let (rows, pairs): (Vec<usize>, Vec<LabelledPair>) = rows.iter().filter_map(weighed).unzip();
        let Some((vectorizer, records)) = self.matrices.get(&recipe.features.minimum_documents) else {
            return Err(TrainError::NoRows);
        };
        let mut factors = [0.0_f32; Block::ALL.len()];
        for block in &recipe.features.blocks {
            factors[block.index()] = recipe.features.weights.get(block).copied().unwrap_or(1.0);
        }
        let factor = |column: u32| vectorizer.block(column).map_or(0.0, |block| factors[block.index()]);
        let cells: Vec<Vec<(u32, f32)>> = rows
            .iter()
            .filter_map(|row| records.row(*row))
            .map(|row| row.iter().map(|(column, value)| (column, value * factor(column))).collect())
            .collect();
        Ok((pairs, SparseRecords::from_rows(vectorizer.columns(), cells)?))
    }

    /// The vocabulary of a candidate's matrix.
    fn vectorizer(&self, candidate: usize) -> Result<&Vectorizer, TrainError> {
        let settings = &self.recipes[candidate].features;
        self.matrices.get(&settings.minimum_documents).map(|(vectorizer, _)| vectorizer).ok_or(TrainError::NoRows)
    }

    /// The mean macro-F1 of cross-validations over `rows`, for each head. A candidate that cannot be trained is no error;
    /// data that nothing can learn from are.
    pub(super) fn scores(
        &self,
        candidate: usize,
        rows: &[usize],
        heads: &[HeadName],
        repeats: usize,
    ) -> Result<Scored, TrainError> {
        let recipe = &self.recipes[candidate];
        if let Err(error) = recipe.check() {
            return Ok(Err(error.to_string()));
        }
        let (pairs, records) = self.of(candidate, rows)?;
        let matrix = (self.vectorizer(candidate)?, &records);
        let mut scores = BTreeMap::new();
        for head in heads {
            let score = match head {
                HeadName::Stance => score::<Stance>(recipe, &pairs, matrix, repeats),
                HeadName::Act => score::<Act>(recipe, &pairs, matrix, repeats),
                HeadName::Tone => score::<Tone>(recipe, &pairs, matrix, repeats),
            };
            match score {
                Ok(score) => scores.insert(head.name().to_owned(), score),
                Err(
                    error @ (TrainError::Fit { .. }
                    | TrainError::Calibration { .. }
                    | TrainError::FoldSingleClass { .. }),
                ) => {
                    return Ok(Err(match &error {
                        TrainError::Fit { source, .. } => format!("{error}: {source}"),
                        _ => error.to_string(),
                    }));
                }
                Err(error) => return Err(error),
            };
        }
        Ok(Ok(scores))
    }

    /// What a model of the rows inside says of those outside that have a label, with their gold labels. It is said by raw
    /// decision values, without calibration and `decision`.
    pub(super) fn outcomes<L: PairLabel>(
        &self,
        candidate: usize,
        inside: &[usize],
        outside: &[usize],
    ) -> Result<Vec<Outcome<L>>, TrainError> {
        let recipe = &self.recipes[candidate];
        let (pairs, records) = self.of(candidate, inside)?;
        let rows = head_rows::<L>(recipe, &pairs, (self.vectorizer(candidate)?, &records))?;
        let fail = |source| TrainError::Fit { head: L::HEAD, source };
        let all: Vec<usize> = (0..rows.rows.len()).collect();
        let model = rows.fit(recipe, &all, None).map_err(fail)?.classifier;
        let (pairs, records) = self.of(candidate, outside)?;
        let decisions = model.decisions(&records.select_columns(&rows.present)?, L::ALL);
        Ok(pairs
            .iter()
            .zip(decisions.rows())
            .filter_map(|(pair, decisions)| {
                Some(Outcome {
                    gold: L::of(pair)?,
                    predicted: largest(&decisions.to_vec()),
                    probabilities: Vec::new(),
                    group: pair.group.clone(),
                })
            })
            .collect())
    }
}

fn score<L: PairLabel>(
    recipe: &Recipe,
    pairs: &[LabelledPair],
    matrix: (&Vectorizer, &SparseRecords),
    repeats: usize,
) -> Result<f64, TrainError> {
    let rows = head_rows::<L>(recipe, pairs, matrix)?;
    let mut sum = 0.0;
    for repeat in 0..repeats {
        let mut again = recipe.clone();
        again.seed = again.seed.wrapping_add(repeat as u64);
        let mut counts = vec![0_u64; L::ALL.len() * L::ALL.len()];
        for outcome in held_out_outcomes(&again, &rows)? {
            counts[outcome.gold.index() * L::ALL.len() + outcome.predicted.index()] += 1;
        }
        sum += Confusion::from_cells(L::ALL.len(), counts.into_iter()).macro_f1().unwrap_or_default();
    }
    Ok(sum / repeats as f64)
}
