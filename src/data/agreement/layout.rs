//! Agreement as tables.

use super::{AgreementReport, FieldAgreement, LeftOut};
use crate::report::{
    ReportFormat, render_blocks,
    table::{Block, Table, count, estimate, plain},
};

impl AgreementReport {
    /// The report as text; it ends with a line break. JSON has the fields of this type, at full precision.
    #[must_use]
    pub fn render(&self, format: ReportFormat) -> String {
        render_blocks(&self.blocks(), format, self)
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading(1, "Agreement of annotators".to_owned())];
        let mut lines = vec![
            format!("annotators: {}", plain(&self.annotators.join(", "))),
            format!("{} in two files or more", count(self.matched, "pair")),
        ];
        let left = [
            ("in one file only", &self.unmatched),
            ("again in the same file, not counted", &self.repeated),
            ("with another text, holder or target, not counted", &self.different),
        ];
        lines.extend(left.into_iter().filter_map(|(why, left)| line(why, left)));
        if self.bootstrap.resamples > 0 {
            lines.push(format!(
                "in brackets: {}% percentile intervals from {} resamples of groups, seed {}",
                self.bootstrap.level * 100.0,
                self.bootstrap.resamples,
                self.bootstrap.seed
            ));
        }
        blocks.push(Block::Lines(lines));
        self.fields.iter().for_each(|field| blocks.extend(field_blocks(field)));
        blocks
    }
}

fn line(why: &str, left: &LeftOut) -> Option<String> {
    if left.count == 0 {
        return None;
    }
    let more = if left.count > left.first.len() as u64 { ", ..." } else { "" };
    Some(format!("{} {why}: {}{more}", count(left.count, "id"), plain(&left.first.join(", "))))
}

fn field_blocks(field: &FieldAgreement) -> Vec<Block> {
    let mut rows = vec![
        vec!["agreement".to_owned(), field.units.to_string(), estimate(field.agreement)],
        vec!["Krippendorff's alpha, nominal".to_owned(), field.units.to_string(), estimate(field.alpha)],
    ];
    if let Some(ordinal) = field.ordinal_alpha {
        rows.push(vec!["Krippendorff's alpha, ordinal".to_owned(), field.units.to_string(), estimate(ordinal)]);
    }
    rows.push(vec!["Fleiss' kappa".to_owned(), field.complete_units.to_string(), estimate(field.fleiss_kappa)]);
    let pairs = field.pairs.iter().map(|pair| {
        vec![
            plain(&pair.first),
            plain(&pair.second),
            pair.units.to_string(),
            estimate(pair.agreement),
            estimate(pair.kappa),
        ]
    });
    let labels = field.labels.iter().map(|label| {
        vec![label.label.clone(), label.given.to_string(), estimate(label.agreement), estimate(label.alpha)]
    });
    vec![
        Block::Heading(2, field.field.name().to_owned()),
        Block::Table(Table::of(1, ["figure", "units", "value"], rows)),
        Block::Table(Table::of(2, ["annotator", "and", "units", "agreement", "Cohen's kappa"], pairs.collect())),
        Block::Table(Table::of(
            1,
            ["label", "given", "specific agreement", "alpha against the rest"],
            labels.collect(),
        )),
    ]
}
