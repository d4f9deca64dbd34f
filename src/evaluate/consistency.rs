//! Whether two heads agree: a stance and an act that cannot both be.
//!
//! In: the likeliest stance and act of each row. Out: the share of rows in which they contradict each other (see
//! [`Act::contradicts`]), with an interval, and the combinations that do so most often.

use super::{Bootstrap, Estimate, ScoreError, ScoreOptions, resample::GroupSums};
use crate::label::{Act, Label, Stance};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// One row: what both heads say, and whether people named an act.
#[derive(Debug, Clone, PartialEq)]
pub struct StanceAndAct {
    /// The stance that was predicted.
    pub stance: Stance,
    /// The act that was predicted.
    pub act: Act,
    /// Whether the row has an act in gold. Where no act fits, the act head's likeliest is still one.
    pub has_act: bool,
    /// Rows of one group are resampled together.
    pub group: Arc<str>,
}

/// How often the heads contradict each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consistency {
    /// Rows.
    pub rows: usize,
    /// Rows with an act in gold.
    pub rows_with_act: usize,
    /// Groups that the rows fall in.
    pub groups: usize,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Share of rows whose likeliest stance and act contradict each other.
    pub contradictions: Estimate,
    /// The same among the rows with an act in gold.
    pub contradictions_with_act: Estimate,
    /// The same among gold stances and acts, where both are known: about 0, or the codebook is not followed.
    pub gold: Option<f64>,
    /// Contradictions by stance and act, the most frequent first.
    pub kinds: Vec<Contradiction>,
}

/// One combination of a stance and an act that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// The stance.
    pub stance: Stance,
    /// The act.
    pub act: Act,
    /// Rows predicted so.
    pub rows: u64,
}

/// Counts contradictions among `rows`, and among `gold`, the stances and acts that people gave.
///
/// # Errors
/// When there are no rows, or an option is out of range.
pub fn consistency(
    rows: &[StanceAndAct],
    gold: &[(Stance, Act)],
    options: &ScoreOptions,
) -> Result<Consistency, ScoreError> {
    options.check()?;
    if rows.is_empty() {
        return Err(ScoreError::NoRows);
    }
    let mut groups: BTreeMap<&str, usize> = rows.iter().map(|row| (&*row.group, 0)).collect();
    groups.values_mut().enumerate().for_each(|(number, group)| *group = number);
    let mut entries = Vec::with_capacity(4 * rows.len());
    let mut kinds: BTreeMap<(Stance, Act), u64> = BTreeMap::new();
    for row in rows {
        let group = groups.get(&*row.group).copied().unwrap_or(0);
        let wrong = f64::from(u8::from(row.act.contradicts(row.stance)));
        let with_act = f64::from(u8::from(row.has_act));
        let sums = [1.0, wrong, with_act, wrong * with_act];
        entries.extend(sums.into_iter().enumerate().map(|(slot, sum)| (group, slot, sum)));
        if wrong > 0.0 {
            *kinds.entry((row.stance, row.act)).or_default() += 1;
        }
    }
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let sums = GroupSums::new(groups.len(), 4, entries)?;
    let estimates = sums.estimate(options, |sums| vec![share(sums[1], sums[0]), share(sums[3], sums[2])]);
    let mut kinds: Vec<Contradiction> =
        kinds.into_iter().map(|((stance, act), rows)| Contradiction { stance, act, rows }).collect();
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.rows), kind.stance, kind.act.index()));
    let contradicting = gold.iter().filter(|(stance, act)| act.contradicts(*stance)).count();
    Ok(Consistency {
        rows: rows.len(),
        rows_with_act: rows.iter().filter(|row| row.has_act).count(),
        groups: groups.len(),
        bootstrap: Bootstrap::of(options),
        contradictions: estimates.first().copied().unwrap_or_default(),
        contradictions_with_act: estimates.get(1).copied().unwrap_or_default(),
        gold: share(contradicting as f64, gold.len() as f64),
        kinds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_by_hand() {
        use Stance::{Critical, Neutral, Supportive};
        let row = |stance, act, has_act, group: &str| StanceAndAct { stance, act, has_act, group: group.into() };
        let rows = [
            row(Supportive, Act::Accuse, true, "a"),
            row(Supportive, Act::Accuse, false, "a"),
            row(Critical, Act::Aid, true, "b"),
            row(Neutral, Act::Accuse, true, "c"),
            row(Critical, Act::Request, true, "c"),
            row(Supportive, Act::Request, true, "d"),
        ];
        let found = consistency(&rows, &[(Critical, Act::Accuse), (Critical, Act::Aid)], &ScoreOptions::default());
        let found = found.unwrap();
        assert_eq!((found.rows, found.rows_with_act, found.groups), (6, 5, 4));
        assert_eq!(found.contradictions.value, Some(0.5));
        assert_eq!(found.contradictions_with_act.value, Some(0.4));
        assert_eq!(found.gold, Some(0.5));
        assert_eq!(found.kinds[0], Contradiction { stance: Supportive, act: Act::Accuse, rows: 2 });
        assert_eq!(found.kinds.len(), 2);
        assert_eq!(consistency(&[], &[], &ScoreOptions::default()), Err(ScoreError::NoRows));
    }
}
