//! The race: rung by rung the best go on, with more rows.

use super::{
    super::{
        super::{HeadName, PairLabel, Recipe, TrainError, folds},
        Search,
        held::words_alone,
    },
    Ranges, Trial, TrialLog, TuneError,
    candidates::Candidates,
    trials::rounded,
};
use crate::{
    evaluate::{Estimate, Outcome, Predictions, ScoreOptions, compare},
    label::{Act, Label, Stance, Tone},
    pairs::LabelledPair,
};
use serde::Serialize;
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What a search chose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tuning {
    /// Heads whose mean macro-F1 is the score.
    pub heads: Vec<HeadName>,
    /// Candidates that were drawn, the recipe that the search began from among them.
    pub candidates: usize,
    /// Candidates that could not be trained, with the reason.
    pub failed: BTreeMap<usize, String>,
    /// The rungs.
    pub rungs: Vec<Rung>,
    /// Number of the chosen candidate; 0 is the recipe that the search began from.
    pub chosen: usize,
    /// Its score on all rows: optimistic, being the best of several on the same rows.
    pub score: f64,
    /// Keys in which the chosen recipe differs from that one: before and after.
    pub changes: Vec<[String; 3]>,
    /// The chosen recipe.
    pub recipe: Recipe,
    /// Scores that no choice has seen, one a head; empty without outer folds.
    pub nested: Vec<Nested>,
}

/// One rung of the search over all rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rung {
    /// Share of the groups.
    pub share: f64,
    /// Rows.
    pub rows: usize,
    /// Numbers of the candidates with their scores, best first.
    pub scores: Vec<(usize, Option<f64>)>,
}

/// Score of the search itself: each row is scored by a recipe chosen, and a model trained, without its outer fold. The label
/// scored is that of the largest raw decision value: neither calibration nor `decision` of the recipe has a part in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nested {
    /// The head.
    pub head: HeadName,
    /// Number of the candidate that each outer fold's search chose.
    pub chosen: Vec<usize>,
    /// Macro-F1 of the recipes chosen.
    pub macro_f1: Estimate,
    /// Macro-F1 of the recipe that the search began from, on the same rows.
    pub base: Estimate,
    /// The first less the second, with a paired interval.
    pub gain: Estimate,
}

/// Chooses a recipe. Trials that `log` has are not made again.
///
/// # Errors
/// See [`TuneError`].
pub fn tune(
    search: Search<'_>,
    ranges: &Ranges,
    pairs: Vec<LabelledPair>,
    log: &mut TrialLog,
) -> Result<Tuning, TuneError> {
    words_alone(search.recipe, "a search")?;
    let candidates = Candidates::new(search, ranges, pairs)?;
    let mut race = Race { search, ranges, candidates, log, done: 0.0, total: 0.0 };
    race.total = race.work() * (1 + ranges.outer_folds) as f64;
    let folds = race.outer_folds();
    let all: Vec<usize> = (0..race.candidates.pairs.len()).collect();
    let mut chosen = Vec::new();
    for fold in 0..ranges.outer_folds {
        let inside: Vec<usize> = all.iter().copied().filter(|row| folds[*row] != fold).collect();
        chosen.push(race.run(Some(fold), &inside)?.0);
    }
    let (winner, rungs, failed) = race.run(None, &all)?;
    let mut nested = Vec::new();
    if ranges.outer_folds > 0 {
        for head in &ranges.heads {
            (search.progress)(1.0, &format!("outer folds, {head}"));
            nested.push(match head {
                HeadName::Stance => race.nested::<Stance>(*head, &folds, &chosen)?,
                HeadName::Act => race.nested::<Act>(*head, &folds, &chosen)?,
                HeadName::Tone => race.nested::<Tone>(*head, &folds, &chosen)?,
            });
        }
    }
    let recipe = race.candidates.recipes[winner].clone();
    let best = rungs.last().and_then(|rung| rung.scores.first()).and_then(|(_, score)| *score);
    Ok(Tuning {
        heads: ranges.heads.clone(),
        candidates: race.candidates.recipes.len(),
        failed,
        rungs,
        chosen: winner,
        score: best.unwrap_or_default(),
        changes: changes(search.recipe, &recipe),
        recipe,
        nested,
    })
}

struct Race<'a> {
    search: Search<'a>,
    ranges: &'a Ranges,
    candidates: Candidates,
    log: &'a mut TrialLog,
    /// Work done and in all, in trainings on all rows.
    done: f64,
    total: f64,
}

/// The winner, the rungs, and the candidates that failed.
type Raced = (usize, Vec<Rung>, BTreeMap<usize, String>);

impl Race<'_> {
    /// Share of the groups on a rung.
    fn share(&self, rung: usize) -> f64 {
        let divisor: f64 = (rung + 1..self.ranges.rungs).map(|_| self.ranges.keep_one_in as f64).product();
        1.0 / divisor
    }

    /// Trainings on all rows that one search amounts to.
    fn work(&self) -> f64 {
        let mut places = self.candidates.recipes.len();
        let mut work = 0.0;
        for rung in 0..self.ranges.rungs {
            work += places as f64 * self.share(rung);
            places = places.div_ceil(self.ranges.keep_one_in);
        }
        work
    }

    /// The outer fold of each pair; all 0 where there are none.
    fn outer_folds(&self) -> Vec<usize> {
        // Rows without a stance are a class of their own.
        let keys: Vec<(Arc<str>, usize)> = (self.candidates.pairs.iter())
            .map(|pair| (pair.group.clone(), pair.stance.map_or(0, |stance| 1 + stance.index())))
            .collect();
        folds(&keys, self.ranges.outer_folds.max(1), self.ranges.seed)
    }

    /// Races all candidates over `rows`.
    fn run(&mut self, outer: Option<usize>, rows: &[usize]) -> Result<Raced, TuneError> {
        let mut groups: Vec<&str> = rows.iter().map(|row| &*self.candidates.pairs[*row].group).collect();
        groups.sort_by_cached_key(|group| (xxh3_64_with_seed(group.as_bytes(), self.ranges.seed), *group));
        groups.dedup();
        let places: BTreeMap<Arc<str>, usize> =
            groups.iter().enumerate().map(|(place, group)| (Arc::from(*group), place)).collect();
        let count = groups.len() as f64;
        let mut racing: Vec<usize> = (0..self.candidates.recipes.len()).collect();
        let mut places_left = racing.len();
        let mut rungs: Vec<Rung> = Vec::new();
        let mut failed = BTreeMap::new();
        for rung in 0..self.ranges.rungs {
            let share = self.share(rung);
            let most = (share * count).ceil() as usize;
            let place = |row: &usize| places.get(&*self.candidates.pairs[*row].group).copied().unwrap_or_default();
            let some: Vec<usize> = rows.iter().copied().filter(|row| place(row) < most).collect();
            let mut scores = Vec::new();
            for (number, candidate) in racing.iter().enumerate() {
                let name = outer.map_or_else(String::new, |fold| format!("outer fold {}, ", fold + 1));
                let name = format!("{name}rung {}, {} of {}", rung + 1, number + 1, racing.len());
                (self.search.progress)(self.done / self.total.max(f64::MIN_POSITIVE), &name);
                let trial = self.trial(outer, rung, *candidate, &some).map_err(|error| self.on_rung(rung, error))?;
                self.done += share;
                if let Some(reason) = trial.error {
                    failed.insert(*candidate, reason);
                }
                scores.push((*candidate, trial.score));
            }
            // Of equals the one drawn first, so that the recipe that the search began from stays unless another is better.
            scores.sort_by(|(left, a), (right, b)| {
                Reverse(a.map(Ordered)).cmp(&Reverse(b.map(Ordered))).then(left.cmp(right))
            });
            places_left = places_left.div_ceil(self.ranges.keep_one_in);
            let sound = scores.iter().filter(|(_, score)| score.is_some()).map(|(number, _)| *number);
            racing = sound.clone().take(places_left).collect();
            // The recipe that the search began from is scored on every rung, to compare with; it may still win.
            racing.extend(sound.skip(places_left).find(|candidate| *candidate == 0));
            rungs.push(Rung { share, rows: some.len(), scores });
            if racing.is_empty() {
                let reason = failed.values().next().cloned().unwrap_or_default();
                let error = TuneError::AllFailed { candidates: self.candidates.recipes.len(), reason };
                return Err(self.on_rung(rung, error));
            }
        }
        let winner = racing.first().copied().unwrap_or_default();
        Ok((winner, rungs, failed))
    }

    /// The error with the rung's share, where that is what too few rows may come of.
    fn on_rung(&self, rung: usize, error: TuneError) -> TuneError {
        let few = matches!(
            error,
            TuneError::AllFailed { .. }
                | TuneError::Train(TrainError::TooFewGroups { .. } | TrainError::NoLabel { .. } | TrainError::NoRows)
        );
        let (rungs, share) = (self.ranges.rungs, self.share(rung));
        if few && share < 1.0 {
            return TuneError::Rung { rung: rung + 1, rungs, share, source: Box::new(error) };
        }
        error
    }

    /// One trial, from the log where it has it.
    fn trial(
        &mut self,
        outer: Option<usize>,
        rung: usize,
        candidate: usize,
        rows: &[usize],
    ) -> Result<Trial, TuneError> {
        if let Some(known) = self.log.get(outer, rung, candidate) {
            return Ok(known.clone());
        }
        let scored = self.candidates.scores(candidate, rows, &self.ranges.heads, self.ranges.repeats)?;
        let (scores, error) = match scored {
            Ok(scores) => (scores, None),
            Err(reason) => (BTreeMap::new(), Some(reason)),
        };
        let scores: BTreeMap<String, f64> = scores.into_iter().map(|(head, score)| (head, rounded(score))).collect();
        let score = error.is_none().then(|| rounded(scores.values().sum::<f64>() / scores.len().max(1) as f64));
        // A recipe is numbers, texts, lists and tables: it is JSON, too.
        let recipe = serde_json::to_value(&self.candidates.recipes[candidate]).unwrap_or_default();
        let trial = Trial { outer, rung, candidate, rows: rows.len(), scores, score, error, recipe };
        self.log.add(trial.clone())?;
        Ok(trial)
    }

    /// Scores the recipes that the outer folds' searches chose on the rows that these have not seen.
    fn nested<L: PairLabel>(&self, head: HeadName, folds: &[usize], chosen: &[usize]) -> Result<Nested, TuneError> {
        let (mut tuned, mut base): (Vec<Outcome<L>>, Vec<Outcome<L>>) = (Vec::new(), Vec::new());
        for (fold, candidate) in chosen.iter().enumerate() {
            let (outside, inside): (Vec<usize>, Vec<usize>) = (0..folds.len()).partition(|row| folds[*row] == fold);
            let found = self.candidates.outcomes::<L>(*candidate, &inside, &outside)?;
            base.extend(match *candidate {
                0 => found.clone(),
                _ => self.candidates.outcomes::<L>(0, &inside, &outside)?,
            });
            tuned.extend(found);
        }
        if tuned.is_empty() {
            return Err(TrainError::NoLabel { head: L::HEAD }.into());
        }
        let options = ScoreOptions { seed: self.search.recipe.seed, ..ScoreOptions::default() };
        let other = Predictions { name: "base".to_owned(), outcomes: base };
        let (scores, comparisons) = compare(&tuned, &[other], &options)?;
        let comparison = comparisons.first();
        Ok(Nested {
            head,
            chosen: chosen.to_vec(),
            macro_f1: scores.macro_f1,
            base: comparison.map(|found| found.scores.macro_f1).unwrap_or_default(),
            gain: comparison.map(|found| found.differences.macro_f1).unwrap_or_default(),
        })
    }
}

/// A score that can be sorted; none is NaN, and NaN would have a place all the same.
#[derive(PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Key, value before, value after, for every key of two recipes that differs; of lists, only what the other has not.
fn changes(before: &Recipe, after: &Recipe) -> Vec<[String; 3]> {
    let flat = |recipe: &Recipe| {
        let mut flat = BTreeMap::new();
        if let Ok(table) = recipe.to_toml().parse::<toml::Table>() {
            flatten("", &toml::Value::Table(table), &mut flat);
        }
        flat
    };
    let (before, after) = (flat(before), flat(after));
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let nothing = Vec::new();
    let only = |key: &String, one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>| {
        let other = other.get(key).unwrap_or(&nothing);
        let own: Vec<&str> =
            one.get(key).unwrap_or(&nothing).iter().filter(|name| !other.contains(name)).map(|name| &**name).collect();
        if own.is_empty() { "-".to_owned() } else { own.join(" ") }
    };
    keys.into_iter()
        .map(|key| [key.clone(), only(key, &before, &after), only(key, &after, &before)])
        .filter(|[_, before, after]| before != after)
        .collect()
}

/// The values of all keys; a list has several.
fn flatten(prefix: &str, value: &toml::Value, flat: &mut BTreeMap<String, Vec<String>>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&key, value, flat);
            }
        }
        toml::Value::Array(values) => values.iter().for_each(|value| flatten(prefix, value, flat)),
        other => flat.entry(prefix.to_owned()).or_default().push(match other {
            // Block weights are `f32`, whose digits as `f64` say nothing.
            toml::Value::Float(number) => format!("{}", *number as f32),
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let before = Recipe::default();
        let mut after = before.clone();
        after.stance.l2 = 2.5;
        after.features.weights.insert(crate::features::Block::Skeleton, 1.7);
        after.features.blocks.reverse();
        after.features.blocks.retain(|block| *block != crate::features::Block::Words);
        let found = changes(&before, &after);
        assert_eq!(
            found,
            [
                ["features.blocks", "words", "-"].map(str::to_owned),
                ["features.weights.skeleton", "-", "1.7"].map(str::to_owned),
                ["stance.l2", "1", "2.5"].map(str::to_owned)
            ]
        );
    }
}
