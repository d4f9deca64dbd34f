//! Ablation: the held-out score without each block of features.
//!
//! In: pairs and a recipe. Out: [`Ablation`]: for each block of the recipe the score of models that do without it, the
//! difference to the whole with a paired interval (both are scored on the same resamples of groups), its columns, and
//! what its features cost. The folds are the same for all.

use super::{
    super::{HeadName, PairLabel, TrainError, rows::encode_all, select::select},
    Search,
    cost::microseconds,
    held::{head_rows, held_out_outcomes, words_alone},
};
use crate::{
    evaluate::{Bootstrap, Estimate, Predictions, ScoreOptions, compare},
    features::Block,
    label::{Act, Stance, Tone},
    pairs::LabelledPair,
};
use serde::Serialize;

/// What each block of features adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ablation {
    /// The head that was scored.
    pub head: HeadName,
    /// Rows scored.
    pub rows: usize,
    /// Groups of them.
    pub groups: usize,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Macro-F1 with all blocks.
    pub macro_f1: Estimate,
    /// Columns of all blocks, as the model would have them.
    pub columns: usize,
    /// Microseconds a pair, all blocks added up. Measured: not the same from run to run.
    pub microseconds: f64,
    /// The blocks, in the order of their columns.
    pub blocks: Vec<BlockAblation>,
}

/// What one block adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockAblation {
    /// The block.
    pub block: Block,
    /// Macro-F1 of models that do without it.
    pub macro_f1: Estimate,
    /// Macro-F1 with all blocks less that without this one, with a paired interval: above 0 where the block helps.
    pub gain: Estimate,
    /// Log loss without this block less that with all, likewise: above 0 where the block helps.
    pub log_loss_gain: Estimate,
    /// Its columns.
    pub columns: usize,
    /// Microseconds a pair that its features take on this machine.
    pub microseconds: f64,
}

/// Scores one head with all blocks of the recipe, and without each in turn.
///
/// # Errors
/// As training, and [`TrainError::WordsAlone`] where the recipe has an encoder.
pub fn ablate(search: Search<'_>, head: HeadName, pairs: Vec<LabelledPair>) -> Result<Ablation, TrainError> {
    match head {
        HeadName::Stance => ablate_head::<Stance>(search, head, pairs),
        HeadName::Act => ablate_head::<Act>(search, head, pairs),
        HeadName::Tone => ablate_head::<Tone>(search, head, pairs),
    }
}

fn ablate_head<L: PairLabel>(
    search: Search<'_>,
    head: HeadName,
    pairs: Vec<LabelledPair>,
) -> Result<Ablation, TrainError> {
    let Search { gazetteer, cues, recipe, progress } = search;
    words_alone(recipe, "an ablation")?;
    let pairs = select(pairs, recipe)?;
    progress(0.0, "features");
    let encoded = encode_all(gazetteer, cues, &recipe.features, &pairs)?;
    let vectorizer = &encoded.vectorizer;
    let blocks: Vec<Block> = Block::ALL.into_iter().filter(|block| vectorizer.blocks()[block.index()]).collect();
    let rows = head_rows::<L>(recipe, &pairs, (vectorizer, &encoded.records))?;
    let trainings = (blocks.len() + 1) as f64;
    progress(0.0, "all blocks");
    let whole = held_out_outcomes(recipe, &rows)?;
    let mut others = Vec::new();
    let mut columns = Vec::new();
    for (done, block) in (1..).zip(&blocks) {
        progress(f64::from(done) / trainings, &format!("without {}", name(*block)));
        let of_others: Vec<u32> = (0_u32..)
            .zip(&rows.present)
            .filter(|(_, column)| vectorizer.block(**column) != Some(*block))
            .map(|(place, _)| place)
            .collect();
        columns.push((0_u32..).take(vectorizer.columns()).filter(|at| vectorizer.block(*at) == Some(*block)).count());
        let narrow = rows.with_columns(&of_others)?;
        others.push(Predictions { name: name(*block), outcomes: held_out_outcomes(recipe, &narrow)? });
    }
    progress(1.0, "intervals and times");
    let options = ScoreOptions { seed: recipe.seed, ..ScoreOptions::default() };
    let (scores, comparisons) = compare(&whole, &others, &options)?;
    let times = microseconds(gazetteer, cues, vectorizer, &pairs);
    let blocks: Vec<BlockAblation> = blocks
        .into_iter()
        .zip(comparisons)
        .zip(columns)
        .map(|((block, comparison), columns)| BlockAblation {
            block,
            macro_f1: comparison.scores.macro_f1,
            gain: comparison.differences.macro_f1,
            log_loss_gain: negated(comparison.differences.log_loss),
            columns,
            microseconds: times[block.index()],
        })
        .collect();
    Ok(Ablation {
        head,
        rows: scores.rows,
        groups: scores.groups,
        folds: recipe.folds,
        bootstrap: scores.bootstrap,
        macro_f1: scores.macro_f1,
        columns: vectorizer.columns(),
        microseconds: blocks.iter().map(|block| block.microseconds).sum(),
        blocks,
    })
}

/// The same difference the other way round.
fn negated(estimate: Estimate) -> Estimate {
    let negative = |value: Option<f64>| value.map(|value| 0.0 - value);
    Estimate { value: negative(estimate.value), low: negative(estimate.high), high: negative(estimate.low) }
}

/// The block's name in recipes.
pub(super) fn name(block: Block) -> String {
    // A unit variant always serialises as its name.
    serde_json::to_value(block).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_turned_round_keeps_its_ends_in_order() {
        let found = negated(Estimate { value: Some(-0.1), low: Some(-0.3), high: Some(0.2) });
        assert_eq!(found, Estimate { value: Some(0.1), low: Some(-0.2), high: Some(0.3) });
    }

    #[test]
    fn blocks_are_named_as_in_recipes() {
        assert_eq!(name(Block::TargetLeft), "target-left");
    }
}
