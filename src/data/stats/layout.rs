//! Counts of a data set as tables.

use super::{DataStats, StanceCounts};
use crate::{
    label::{Act, Label, Tone},
    report::{
        ReportFormat, render_blocks,
        table::{Block, Table, count, plain},
    },
};
use std::collections::BTreeMap;

impl DataStats {
    /// The counts as text; it ends with a line break. JSON has the fields of this type.
    #[must_use]
    pub fn render(&self, format: ReportFormat) -> String {
        render_blocks(&self.blocks(), format, self)
    }

    fn blocks(&self) -> Vec<Block> {
        let mut lines = vec![
            format!(
                "{}: {}, {}, {}",
                count(self.all.rows, "row"),
                count(self.all.rows - self.passages - self.documents, "pair row"),
                count(self.passages, "passage"),
                count(self.documents, "gold document")
            ),
            format!(
                "{}, holder is the author in {}",
                count(self.all.pairs, "pair"),
                share(self.null_holders, self.all.pairs)
            ),
        ];
        if let Some([first, last]) = &self.dates {
            lines.push(format!("dates from {first} to {last}, {} without a date", count(self.undated, "row")));
        }
        let words = &self.words;
        lines.push(format!(
            "words in a row: {} to {}, median {}, quartiles {} and {}, tenths {} and {}, mean {:.1}",
            words.least,
            words.most,
            words.median,
            words.quarter,
            words.three_quarters,
            words.tenth,
            words.nine_tenths,
            words.mean
        ));
        let mut blocks = vec![Block::Heading(1, "Labelled pairs".to_owned()), Block::Lines(lines)];
        let mut section = |title: &str, table: Option<Table>| {
            if let Some(table) = table {
                blocks.push(Block::Heading(2, title.to_owned()));
                blocks.push(Block::Table(table));
            }
        };
        section("By part", stances("part", &self.parts));
        section("By data set", stances("data set", &self.datasets));
        section("By file", stances("file", &self.files));
        section("By genre", stances("genre", &self.genres));
        let decades = self.decades.iter().map(|(decade, counts)| (format!("{decade}s"), *counts)).collect();
        section("By decade", stances("decade", &decades));
        section("By hard case", stances("case", &self.cases));
        let acts = Act::ALL.iter().filter_map(|act| Some((act.name().to_owned(), *self.acts.get(act.name())?)));
        section("Acts", counts("act", acts.collect(), ("none", self.without_act)));
        let tones = Tone::ALL.iter().filter_map(|tone| Some((tone.name().to_owned(), *self.tones.get(tone.name())?)));
        section("Tones of rows", counts("tone", tones.collect(), ("none", self.without_tone)));
        let intensities = self.intensities.iter().map(|(number, count)| (number.to_string(), *count)).collect();
        let without = self.all.pairs - self.intensities.values().sum::<u64>();
        section("Intensities", counts("intensity", intensities, ("none", without)));
        section("Regions (UN M49)", self.regions());
        blocks
    }

    fn regions(&self) -> Option<Table> {
        let mut all: BTreeMap<(&str, &str), [u64; 2]> = BTreeMap::new();
        for (side, regions) in [&self.holder_regions, &self.target_regions].into_iter().enumerate() {
            for (region, subregions) in regions {
                for (subregion, count) in subregions {
                    all.entry((region, subregion)).or_default()[side] += count;
                }
            }
        }
        let row = |((region, subregion), [holders, targets]): ((&str, &str), [u64; 2])| {
            let subregion = if region == subregion { "" } else { subregion };
            let shared = |count| share(count, self.all.pairs);
            vec![region.to_owned(), subregion.to_owned(), shared(holders), shared(targets)]
        };
        let rows: Vec<_> = all.into_iter().map(row).collect();
        (!rows.is_empty()).then(|| Table::of(2, ["region", "subregion", "holders", "targets"], rows))
    }
}

/// A table of stances, without columns that are empty.
fn stances(name: &str, groups: &BTreeMap<String, StanceCounts>) -> Option<Table> {
    type Column = (&'static str, fn(&StanceCounts) -> u64);
    const COLUMNS: [Column; 7] = [
        ("rows", |counts| counts.rows),
        ("pairs", |counts| counts.pairs),
        ("critical", |counts| counts.critical),
        ("neutral", |counts| counts.neutral),
        ("supportive", |counts| counts.supportive),
        ("mixed", |counts| counts.mixed),
        ("no stance", |counts| counts.unlabelled),
    ];
    let used = COLUMNS.iter().filter(|(_, of)| groups.values().any(|counts| of(counts) > 0));
    let columns: Vec<&Column> = used.collect();
    let header = [name.to_owned()].into_iter().chain(columns.iter().map(|(name, _)| (*name).to_owned())).collect();
    let row = |(group, counts): (&String, &StanceCounts)| -> Vec<String> {
        let group = if group.is_empty() { "-".to_owned() } else { plain(group) };
        let cell = |(name, of): &&Column| match *name {
            "rows" | "pairs" => of(counts).to_string(),
            _ => share(of(counts), counts.pairs),
        };
        [group].into_iter().chain(columns.iter().map(cell)).collect()
    };
    (!groups.is_empty()).then(|| Table { header, left: 1, rows: groups.iter().map(row).collect() })
}

/// A table of counts, with what has none at its end; nothing where nothing is counted.
fn counts(name: &str, counts: Vec<(String, u64)>, (none, without): (&str, u64)) -> Option<Table> {
    if counts.is_empty() {
        return None;
    }
    let total: u64 = counts.iter().map(|(_, count)| count).sum::<u64>() + without;
    let rows = counts.into_iter().chain([(none.to_owned(), without)]);
    Some(Table::of(1, [name, "count"], rows.map(|(name, count)| vec![name, share(count, total)]).collect()))
}

fn share(count: u64, of: u64) -> String {
    if of == 0 { count.to_string() } else { format!("{count} ({:.1}%)", count as f64 * 100.0 / of as f64) }
}
