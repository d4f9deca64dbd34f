//! What the parts hold, as tables.

use super::PartCounts;
use crate::{
    evaluate::GoldStance,
    label::{Act, Label},
    report::{
        ReportFormat, render_blocks,
        table::{Block, Table},
    },
};
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'c> {
    parts: &'c [PartCounts],
}

/// The counts as text; it ends with a line break. JSON is `{"parts": [...]}` with the fields of [`PartCounts`].
#[must_use]
pub fn render(counts: &[PartCounts], format: ReportFormat) -> String {
    let names = |header: &str| -> Vec<String> {
        [header.to_owned()].into_iter().chain(counts.iter().map(|part| part.part.clone())).collect()
    };
    let row = |name: &str, cell: &dyn Fn(&PartCounts) -> String| -> Vec<String> {
        [name.to_owned()].into_iter().chain(counts.iter().map(cell)).collect()
    };
    let mut rows = vec![
        row("rows", &|part| part.rows.to_string()),
        row("pairs", &|part| part.pairs.to_string()),
        row("first date", &|part| part.dates.as_ref().map_or("-", |dates| &dates[0]).to_owned()),
        row("last date", &|part| part.dates.as_ref().map_or("-", |dates| &dates[1]).to_owned()),
    ];
    let stances = GoldStance::ALL.map(GoldStance::name);
    for (place, name) in stances.into_iter().chain(["no stance"]).enumerate() {
        if counts.iter().any(|part| part.stances[place] > 0) {
            rows.push(row(name, &|part| share(part.stances[place], part.pairs)));
        }
    }
    for (place, act) in Act::ALL.iter().enumerate() {
        if counts.iter().any(|part| part.acts[place] > 0) {
            rows.push(row(act.name(), &|part| share(part.acts[place], part.pairs)));
        }
    }
    let blocks = [Block::Table(Table { header: names("part"), left: 1, rows })];
    render_blocks(&blocks, format, &Whole { parts: counts })
}

fn share(count: u64, of: u64) -> String {
    if of == 0 { count.to_string() } else { format!("{count} ({:.1}%)", count as f64 * 100.0 / of as f64) }
}
