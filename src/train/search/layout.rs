//! What searches found, as tables.

use super::{Ablation, LearningCurve, Tuning, ablate::name};
use crate::report::{
    ReportFormat, render_blocks,
    table::{Block, Table, count, estimate, number, plain},
};

/// How labels are chosen where no calibration is found.
const RAW: &str =
    "labels are those of the largest raw decision value: neither calibration nor `decision` has a part in them";

impl Ablation {
    /// The ablation as text; it ends with a line break. JSON has the fields of this type.
    #[must_use]
    pub fn render(&self, format: ReportFormat) -> String {
        render_blocks(&self.tables(), format, self)
    }

    fn tables(&self) -> Vec<Block> {
        let rows = self.blocks.iter().map(|block| {
            vec![
                name(block.block),
                estimate(block.macro_f1),
                estimate(block.gain),
                estimate(block.log_loss_gain),
                block.columns.to_string(),
                format!("{:.2}", block.microseconds),
            ]
        });
        let all = vec![
            "(all blocks)".to_owned(),
            estimate(self.macro_f1),
            String::new(),
            String::new(),
            self.columns.to_string(),
            format!("{:.2}", self.microseconds),
        ];
        let header =
            ["block", "macro-F1 without it", "macro-F1 it adds", "log loss it takes off", "columns", "µs a pair"];
        vec![
            Block::Heading(1, format!("What each block of features adds: {}", self.head)),
            Block::Lines(vec![
                format!(
                    "{} in {}, {}-fold cross-validation by group; the same folds with and without",
                    count(self.rows as u64, "row"),
                    count(self.groups as u64, "group"),
                    self.folds
                ),
                format!(
                    "{:.0}% intervals by group, those of differences paired; a block whose interval holds 0 can be spared \
                     without this data showing it",
                    100.0 * self.bootstrap.level
                ),
                "blocks repeat each other: what several add together is not the sum".to_owned(),
                "microseconds a pair are measured on this machine, each block alone; what blocks share counts for each"
                    .to_owned(),
            ]),
            Block::Table(Table::of(1, header, std::iter::once(all).chain(rows).collect())),
        ]
    }
}

impl LearningCurve {
    /// The curve as text; it ends with a line break. JSON has the fields of this type.
    #[must_use]
    pub fn render(&self, format: ReportFormat) -> String {
        render_blocks(&self.tables(), format, self)
    }

    fn tables(&self) -> Vec<Block> {
        let rows = self.points.iter().map(|point| {
            vec![
                format!("1/{:.0}", 1.0 / point.share),
                format!("{:.0}", point.rows),
                estimate(point.macro_f1),
                format!("{} to {}", number(Some(point.least)), number(Some(point.most))),
            ]
        });
        let header = ["share of groups", "rows", "macro-F1", "repeats from"];
        let mut blocks = vec![
            Block::Heading(1, format!("Learning curve: {}", self.head)),
            Block::Lines(vec![
                format!(
                    "{} held out in {}, in {} of {} folds; each share learns from groups of the share before it and more",
                    count(self.scored as u64, "row"),
                    count(self.groups as u64, "group"),
                    count(self.repeats as u64, "deal"),
                    self.folds
                ),
                "95% intervals by held-out group; the last column is the spread over the deals".to_owned(),
                RAW.to_owned(),
            ]),
            Block::Table(Table::of(1, header, rows.collect())),
        ];
        if !self.left_out.is_empty() {
            let shares: Vec<String> = self.left_out.iter().map(|share| format!("1/{:.0}", 1.0 / share)).collect();
            let line = format!("without a score, for its rows in some deal all have one label: {}", shares.join(", "));
            blocks.push(Block::Lines(vec![line]));
        }
        if self.extrapolations.is_empty() {
            blocks.push(Block::Lines(vec!["the error does not fall with the rows: no power law".to_owned()]));
            return blocks;
        }
        let rows = self.extrapolations.iter().map(|found| {
            let curve = found.curve;
            vec![
                found.form.to_owned(),
                number(Some(curve.a)),
                format!("{:.2}", curve.b),
                number(Some(curve.c)),
                estimate(found.further),
            ]
        });
        let header = ["1 - macro-F1", "a", "b", "c", "macro-F1 there"];
        let largest = self.extrapolations[0].curve.scale;
        let mut lines = vec![format!("n counts {largest:.0} rows as 1; a + c is the error there")];
        if let Some([low, high]) = self.range {
            lines.push(format!(
                "with ten times the rows ({:.0}) of the same kind, macro-F1 may be {} to {}: both forms with their intervals, \
                 as so few points hardly tell the floor c from 0",
                self.further_rows,
                number(Some(low)),
                number(Some(high))
            ));
        }
        lines.push("it is drawn out far past what was measured, and says nothing of data of another kind".to_owned());
        blocks.push(Block::Heading(2, "What ten times the data would give".to_owned()));
        blocks.push(Block::Table(Table::of(1, header, rows.collect())));
        blocks.push(Block::Lines(lines));
        blocks
    }
}

impl Tuning {
    /// The search as text; it ends with a line break. JSON has the fields of this type.
    #[must_use]
    pub fn render(&self, format: ReportFormat) -> String {
        render_blocks(&self.tables(), format, self)
    }

    fn tables(&self) -> Vec<Block> {
        let heads: Vec<&str> = self.heads.iter().map(|head| head.name()).collect();
        let mut lines = vec![format!(
            "{}; score: macro-F1 of {}, cross-validated by group",
            count(self.candidates as u64, "candidate"),
            heads.join(", ")
        )];
        lines.push(match self.chosen {
            0 => "chosen: the recipe that the search began from".to_owned(),
            chosen => format!("chosen: candidate {chosen}"),
        });
        lines.push(format!(
            "its score, {}, is optimistic: it is the best of several on the same rows{}",
            number(Some(self.score)),
            if self.nested.is_empty() { "; outer_folds gives one that no choice has seen" } else { "" }
        ));
        if let Some((number, reason)) = self.failed.iter().next() {
            lines.push(format!(
                "{} could not be trained; candidate {number}: {}",
                count(self.failed.len() as u64, "candidate"),
                plain(reason)
            ));
        }
        let mut blocks = vec![Block::Heading(1, "Choice of a recipe".to_owned()), Block::Lines(lines)];
        let rungs = self.rungs.iter().zip(1..).map(|(rung, place): (_, u32)| {
            let score = |wanted: usize| rung.scores.iter().find(|(number, _)| *number == wanted);
            let score = |wanted: usize| number(score(wanted).and_then(|(_, score)| *score));
            let best = rung.scores.first().map_or(0, |(number, _)| *number);
            vec![
                place.to_string(),
                rung.rows.to_string(),
                rung.scores.len().to_string(),
                format!("{} ({best})", score(best)),
                score(self.chosen),
                score(0),
            ]
        });
        let header = ["rung", "rows", "candidates", "best (candidate)", "chosen", "begun from"];
        blocks.push(Block::Table(Table::of(1, header, rungs.collect())));
        if !self.nested.is_empty() {
            let rows = self.nested.iter().map(|found| {
                let chosen: Vec<String> = found.chosen.iter().map(usize::to_string).collect();
                vec![
                    found.head.name().to_owned(),
                    estimate(found.macro_f1),
                    estimate(found.base),
                    estimate(found.gain),
                    chosen.join(", "),
                ]
            });
            let header = ["head", "macro-F1 of what is chosen", "begun from", "gain", "chosen in each fold"];
            blocks.push(Block::Heading(2, "On outer folds, which no choice has seen".to_owned()));
            blocks.push(Block::Lines(vec![RAW.to_owned()]));
            blocks.push(Block::Table(Table::of(1, header, rows.collect())));
        }
        if !self.changes.is_empty() {
            let rows = self.changes.iter().map(|change| change.iter().map(|text| plain(text)).collect());
            blocks.push(Block::Heading(2, "What the chosen recipe changes".to_owned()));
            blocks.push(Block::Table(Table::of(3, ["key", "before", "after"], rows.collect())));
        }
        blocks
    }
}
