//! What several rows say: the same id, the same row, other labels, the same text or group in another part.
//!
//! In: the hashes of all rows and pairs. Out: one finding for each group of rows, at its first.

use super::{
    finding::{Findings, Kind, Raw},
    scan::{PairFact, Scan},
};
use rayon::prelude::*;

/// Adds the findings of all kinds.
pub(super) fn find(scan: &mut Scan, findings: &mut Findings) {
    let mut all: Vec<Raw> = Vec::new();
    let found = &mut all;
    ids(scan, found);
    groups(scan, found);
    texts(scan, found);
    let mut pairs = std::mem::take(&mut scan.pairs);
    pairs.par_sort_unstable_by_key(|pair| (pair.key, pair.row, pair.number));
    for same in pairs.chunk_by(|one, other| one.key == other.key).filter(|same| same.len() > 1) {
        duplicates(scan, same, found);
        contradictions(scan, same, found);
    }
    // They come in the order of hashes.
    all.sort_by_key(|raw| (raw.place, raw.kind));
    all.into_iter().for_each(|raw| findings.add(raw));
}

/// Rows by a hash, those without it left out: each group that has more than one.
fn grouped(scan: &Scan, hash: impl Fn(usize) -> u64 + Sync, mut each: impl FnMut(&[(u64, u32)])) {
    let mut rows: Vec<(u64, u32)> =
        (0..scan.rows.len()).map(|row| (hash(row), row as u32)).filter(|(hash, _)| *hash != 0).collect();
    rows.par_sort_unstable();
    rows.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1).for_each(&mut each);
}

fn ids(scan: &Scan, found: &mut Vec<Raw>) {
    grouped(
        scan,
        |row| scan.rows[row].id,
        |same| {
            found.push(Raw {
                kind: Kind::DuplicateId,
                place: scan.place(same[0].1),
                field: Some("id".to_owned()),
                problem: "is also that of".to_owned(),
                others: same[1..].iter().map(|(_, row)| scan.place(*row)).collect(),
            });
        },
    );
}

fn groups(scan: &Scan, found: &mut Vec<Raw>) {
    grouped(
        scan,
        |row| scan.rows[row].group,
        |same| {
            across(scan, same, found, Kind::GroupAcrossParts, Some("group"), "is also that of");
        },
    );
}

fn texts(scan: &Scan, found: &mut Vec<Raw>) {
    grouped(
        scan,
        |row| scan.rows[row].text,
        |same| {
            across(scan, same, found, Kind::TextAcrossParts, Some("text"), "is also that of");
        },
    );
}

/// A finding where the rows are in more than one part: the first row, and the rows of other parts.
fn across(scan: &Scan, same: &[(u64, u32)], found: &mut Vec<Raw>, kind: Kind, field: Option<&str>, problem: &str) {
    let first = scan.part(same[0].1);
    let others: Vec<u32> = same.iter().map(|(_, row)| *row).filter(|row| scan.part(*row) != first).collect();
    let Some(other) = others.first() else { return };
    let problem = format!("({}) {problem} ({})", scan.part_name(same[0].1), scan.part_name(*other));
    found.push(Raw {
        kind,
        place: scan.place(same[0].1),
        field: field.map(str::to_owned),
        problem,
        others: others.into_iter().map(|row| scan.place(row)).collect(),
    });
}

/// The same pair with the same labels again in one part; across parts the text is a finding already.
fn duplicates(scan: &Scan, same: &[PairFact], found: &mut Vec<Raw>) {
    let mut left: Vec<&PairFact> = same.iter().collect();
    while let Some(first) = left.first().copied() {
        let alike = |pair: &PairFact| pair.labels == first.labels && scan.part(pair.row) == scan.part(first.row);
        let others: Vec<_> = left[1..].iter().filter(|pair| alike(pair)).map(|pair| scan.place(pair.row)).collect();
        if !others.is_empty() {
            found.push(Raw {
                kind: Kind::DuplicateRow,
                place: scan.place(first.row),
                field: None,
                problem: format!("text, holder, target and labels{} are also those of", numbered(first)),
                others,
            });
        }
        left.retain(|pair| !alike(pair));
    }
}

fn contradictions(scan: &Scan, same: &[PairFact], found: &mut Vec<Raw>) {
    for (label, name) in ["stance", "act"].into_iter().enumerate() {
        let mut labelled = same.iter().filter(|pair| pair.labels[label] != 0);
        let Some(first) = labelled.next() else { continue };
        let others: Vec<_> = labelled
            .filter(|pair| pair.labels[label] != first.labels[label])
            .map(|pair| scan.place(pair.row))
            .collect();
        if others.is_empty() {
            continue;
        }
        found.push(Raw {
            kind: Kind::ContradictoryLabels,
            place: scan.place(first.row),
            field: Some(name.to_owned()),
            problem: format!("text, holder and target{} have another {name} in", numbered(first)),
            others,
        });
    }
}

fn numbered(pair: &PairFact) -> String {
    if pair.in_passage { format!(" of pairs[{}]", pair.number) } else { String::new() }
}
