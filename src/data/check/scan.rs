//! The first reading: every row looked at, and what is kept of it to compare rows with each other.
//!
//! In: a [`Corpus`]. Out: 32 bytes for each row and 16 for each pair, in order.

use super::{
    finding::Findings,
    row::{Examined, examine},
};
use crate::{
    data::{
        Corpus, CorpusError, Part,
        check::finding::{Kind, Raw},
        near::{Extent, Unit},
        row::RowKind,
    },
    pairs::PairOptions,
};
use rayon::prelude::*;

/// What is kept of a row. A hash of 0 stands for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowFact {
    pub(super) text: u64,
    pub(super) id: u64,
    pub(super) group: u64,
    pub(super) file: u32,
    pub(super) line: u32,
}

/// What is kept of a pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairFact {
    pub(super) key: u64,
    pub(super) row: u32,
    pub(super) labels: [u8; 2],
    /// Place in its passage; 255 for later ones, too.
    pub(super) number: u8,
    pub(super) in_passage: bool,
}

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) rows: Vec<RowFact>,
    pub(super) pairs: Vec<PairFact>,
    pub(super) passages: u64,
    pub(super) documents: u64,
    pub(super) pair_count: u64,
    pub(super) damaged: u64,
    text_bytes: u64,
    /// For each file the index of its part.
    parts_of_files: Vec<u32>,
    /// The parts, in the order in which they are trained on and held out.
    pub(super) parts: Vec<Part>,
}

impl Scan {
    pub(super) fn of(corpus: &Corpus, findings: &mut Findings) -> Result<Self, CorpusError> {
        let mut scan = Self::default();
        scan.name_parts(corpus);
        let options = PairOptions::default();
        let mut gold_file = None;
        corpus.read(|lines| {
            let examined: Vec<_> = lines
                .par_iter()
                .with_min_len(64)
                .map(|line| (line.file, line.number, examine(line, corpus.sources(), &options)))
                .collect();
            for (file, line, (examined, found)) in examined {
                found.into_iter().for_each(|raw| findings.add(raw));
                match examined {
                    None => scan.damaged += 1,
                    Some(mut row) => {
                        if row.kind == RowKind::Gold && row.only_as_gold.is_none() {
                            gold_file = Some(file);
                        }
                        if let Some(error) = row.only_as_gold.take_if(|_| gold_file != Some(file)) {
                            let (field, problem) = (error.field, error.problem);
                            findings.add(Raw {
                                kind: Kind::Schema,
                                place: (file, line),
                                field,
                                problem,
                                others: vec![],
                            });
                            scan.damaged += 1;
                            continue;
                        }
                        scan.add(file, line, &row)?;
                    }
                }
            }
            Ok::<(), CorpusError>(())
        })?;
        if scan.rows.is_empty() && scan.damaged == 0 {
            return Err(CorpusError::NoRows);
        }
        Ok(scan)
    }

    fn name_parts(&mut self, corpus: &Corpus) {
        let named: Vec<Part> = corpus.sources().iter().map(|source| Part::of(source.name())).collect();
        for part in &named {
            if !self.parts.contains(part) {
                self.parts.push(part.clone());
            }
        }
        // Stable: folders of other names in the order given.
        self.parts.sort_by_key(Part::rank);
        let place = |part: &Part| self.parts.iter().position(|known| known == part).unwrap_or_default() as u32;
        self.parts_of_files = named.iter().map(place).collect();
    }

    fn add(&mut self, file: u32, line: u32, row: &Examined) -> Result<(), CorpusError> {
        let number = u32::try_from(self.rows.len()).map_err(|_| CorpusError::TooManyRows(u32::MAX))?;
        self.rows.push(RowFact { text: row.text, id: row.id, group: row.group, file, line });
        self.text_bytes += u64::from(row.bytes);
        let in_passage = row.kind == RowKind::Passage;
        self.passages += u64::from(in_passage);
        self.documents += u64::from(row.kind == RowKind::Gold);
        self.pair_count += row.pairs.len() as u64;
        self.pairs.extend(row.pairs.iter().enumerate().map(|(place, pair)| PairFact {
            key: pair.key,
            row: number,
            labels: pair.labels,
            number: u8::try_from(place).unwrap_or(u8::MAX),
            in_passage,
        }));
        Ok(())
    }

    /// File and line of a row.
    pub(super) fn place(&self, row: u32) -> (u32, u32) {
        let fact = &self.rows[row as usize];
        (fact.file, fact.line)
    }

    /// The part of a row, by its index.
    pub(super) fn part(&self, row: u32) -> u32 {
        self.parts_of_files[self.rows[row as usize].file as usize]
    }

    /// What a finding calls the part of a row.
    pub(super) fn part_name(&self, row: u32) -> &str {
        let name = &self.parts[self.part(row) as usize].name;
        if name.is_empty() { "no folder" } else { name }
    }

    /// The first row of each distinct text, in order.
    pub(super) fn first_rows(&self) -> Vec<u32> {
        let mut texts: Vec<(u64, u32)> =
            self.rows.iter().enumerate().map(|(row, fact)| (fact.text, row as u32)).collect();
        texts.par_sort_unstable();
        texts.dedup_by_key(|(text, _)| *text);
        let mut first: Vec<u32> = texts.into_iter().map(|(_, row)| row).collect();
        first.par_sort_unstable();
        first
    }

    pub(super) fn unit(&self, row: u32) -> Unit {
        let (file, line) = self.place(row);
        Unit { file, line }
    }

    pub(super) fn extent(&self) -> Extent {
        Extent { bytes: self.text_bytes }
    }
}
