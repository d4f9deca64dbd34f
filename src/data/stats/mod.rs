//! What is in a data set.
//!
//! In: files of pairs, passages and gold documents. Out: [`DataStats`]: labels by head, stances by data set, file and part,
//! regions of holders and targets, genres, hard cases, lengths, dates. Memory grows with the number of different names
//! (data sets, genres, cases) and not with the rows.
//!
//! Mentions are resolved as `features` does it: by the actors that the gazetteer finds in the text, where one fills at
//! least half of the mention; actors of gold documents are named by id.

mod layout;
mod region;

use super::{
    Part,
    corpus::{Corpus, CorpusError, Line},
    row::{Content, read_row},
};
use crate::{
    actors::Gazetteer,
    document::Source,
    error::RowError,
    evaluate::{AUTHOR, GoldStance},
    features::actor_at,
    label::{Act, Label, Tone},
    segment::{Segmentation, TokenKind},
    span::Span,
};
use rayon::prelude::*;
use region::region;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::PathBuf};

/// Pairs by stance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StanceCounts {
    /// Rows.
    pub rows: u64,
    /// Pairs in them.
    pub pairs: u64,
    /// Pairs of each stance.
    pub critical: u64,
    /// As above.
    pub neutral: u64,
    /// As above.
    pub supportive: u64,
    /// Of gold documents only.
    pub mixed: u64,
    /// Pairs without a stance.
    pub unlabelled: u64,
}

/// How many words rows have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Lengths {
    /// The shortest.
    pub least: u32,
    /// A tenth has no more.
    pub tenth: u32,
    /// A quarter has no more.
    pub quarter: u32,
    /// Half has no more.
    pub median: u32,
    /// Three quarters have no more.
    pub three_quarters: u32,
    /// Nine tenths have no more.
    pub nine_tenths: u32,
    /// The longest.
    pub most: u32,
    /// The mean.
    pub mean: f64,
}

/// What is in a data set.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataStats {
    /// All rows.
    pub all: StanceCounts,
    /// Rows that are passages.
    pub passages: u64,
    /// Rows that are gold documents.
    pub documents: u64,
    /// Pairs whose holder is the author.
    pub null_holders: u64,
    /// Pairs with each act.
    pub acts: BTreeMap<String, u64>,
    /// Pairs of pair rows and passages without an act.
    pub without_act: u64,
    /// Rows with each tone.
    pub tones: BTreeMap<String, u64>,
    /// Rows without a tone; gold documents have none.
    pub without_tone: u64,
    /// Pairs with each intensity, 0 to 10.
    pub intensities: BTreeMap<u8, u64>,
    /// By data set: the field `dataset`, else the file's name.
    pub datasets: BTreeMap<String, StanceCounts>,
    /// By file, as given.
    pub files: BTreeMap<String, StanceCounts>,
    /// By part.
    pub parts: BTreeMap<String, StanceCounts>,
    /// Holders by region and subregion of M49, or kind of actor.
    pub holder_regions: BTreeMap<String, BTreeMap<String, u64>>,
    /// Targets, likewise.
    pub target_regions: BTreeMap<String, BTreeMap<String, u64>>,
    /// Rows by the field `genre`.
    pub genres: BTreeMap<String, StanceCounts>,
    /// Pairs by the field `case`; a pair may have several.
    pub cases: BTreeMap<String, StanceCounts>,
    /// Words of rows.
    pub words: Lengths,
    /// Rows by decade of their date (its first year).
    pub decades: BTreeMap<i16, StanceCounts>,
    /// Rows without a date.
    pub undated: u64,
    /// First and last date, as written.
    pub dates: Option<[String; 2]>,
    /// Rows that cannot be used.
    #[serde(skip)]
    pub rejected: Vec<RowError>,
}

/// What one row adds.
struct RowStats {
    counts: StanceCounts,
    dataset: String,
    genre: Option<String>,
    date: Option<crate::document::PartialDate>,
    words: u32,
    tone: Option<Tone>,
    kind: RowForm,
    pairs: Vec<PairStats>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowForm {
    Pair,
    Passage,
    Document,
}

struct PairStats {
    stance: Option<GoldStance>,
    act: Option<Act>,
    intensity: Option<u8>,
    holder: Option<(&'static str, &'static str)>,
    target: (&'static str, &'static str),
    cases: Vec<String>,
}

/// What stands for a holder of `null`.
const AUTHORS: &str = "author";
/// What stands for a missing name.
const NOT_GIVEN: &str = "not given";

/// Counts the rows of `inputs` (files, folders, `-`).
///
/// # Errors
/// When an input does not exist or no row can be used; other rows that cannot be used are in [`DataStats::rejected`].
pub fn stats(inputs: &[PathBuf], gazetteer: &Gazetteer) -> Result<DataStats, CorpusError> {
    let corpus = Corpus::new(inputs)?;
    let mut stats = DataStats::default();
    let mut lengths: BTreeMap<u32, u64> = BTreeMap::new();
    let mut dates: Option<[crate::document::PartialDate; 2]> = None;
    corpus.read(|lines| {
        let read: Vec<_> =
            lines.par_iter().map(|line| (line.file, read_stats(line, corpus.sources(), gazetteer))).collect();
        for (file, row) in read {
            match row {
                Err(error) => stats.rejected.push(error),
                Ok(row) => {
                    *lengths.entry(row.words).or_default() += 1;
                    if let Some(date) = row.date {
                        let [first, last] = dates.get_or_insert([date, date]);
                        (*first, *last) = ((*first).min(date), (*last).max(date));
                    }
                    let name = corpus.sources().get(file as usize).map_or("?", |source| source.name());
                    stats.add(name, row);
                }
            }
        }
        Ok::<(), CorpusError>(())
    })?;
    if stats.all.rows == 0 {
        return Err(match stats.rejected.into_iter().next() {
            Some(error) => error.into(),
            None => CorpusError::NoRows,
        });
    }
    stats.words = quantiles(&lengths);
    stats.dates = dates.map(|dates| dates.map(|date| date.to_string()));
    Ok(stats)
}

fn read_stats(line: &Line, sources: &[Source], gazetteer: &Gazetteer) -> Result<RowStats, RowError> {
    let (row, content) = read_row(line, sources)?;
    let genre = row.get("genre").and_then(Value::as_str).map(str::to_owned);
    match content {
        Content::Gold(gold) => {
            let text = &gold.document.text;
            let pairs = gold.pairs.iter().map(|pair| PairStats {
                stance: Some(pair.stance),
                act: None,
                intensity: None,
                holder: (pair.holder != AUTHOR).then(|| region(&pair.holder)),
                target: region(&pair.target),
                cases: Vec::new(),
            });
            let stem = sources.get(line.file as usize).map_or("?", |source| source.stem());
            Ok(RowStats::of(
                row.get("dataset").and_then(Value::as_str).unwrap_or(stem).to_owned(),
                genre,
                gold.document.date,
                words(&Segmentation::of(text)),
                (RowForm::Document, None),
                pairs.collect(),
            ))
        }
        Content::Pairs(pairs) => {
            let Some(first) = pairs.first() else { return Err(RowError::line("?", 0, "has no pair")) };
            let text = &*first.text;
            let segmentation = Segmentation::of(text);
            let mentions = gazetteer.mentions(text, &segmentation, first.date, None);
            let of = |span: Span| {
                actor_at(&mentions, span).map_or_else(|| region(""), |actor| region(&gazetteer.actor(actor).id))
            };
            let objects = row.get("pairs").and_then(Value::as_array);
            let counted = pairs.iter().enumerate().map(|(number, pair)| PairStats {
                stance: pair.stance.map(GoldStance::from),
                act: pair.act,
                intensity: pair.intensity,
                holder: pair.holder.map(of),
                target: of(pair.target),
                cases: objects
                    .map_or_else(|| cases(Some(&row)), |objects| cases(objects.get(number).and_then(Value::as_object))),
            });
            let form = if objects.is_some() { RowForm::Passage } else { RowForm::Pair };
            Ok(RowStats::of(
                first.source.to_string(),
                genre,
                first.date,
                words(&segmentation),
                (form, first.tone),
                counted.collect(),
            ))
        }
    }
}

/// The field `case`: a name or a list of names.
fn cases(object: Option<&Map<String, Value>>) -> Vec<String> {
    match object.and_then(|object| object.get("case")) {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn words(segmentation: &Segmentation) -> u32 {
    let words = segmentation.tokens.iter().filter(|token| token.kind != TokenKind::Punctuation).count();
    u32::try_from(words).unwrap_or(u32::MAX)
}

impl RowStats {
    fn of(
        dataset: String,
        genre: Option<String>,
        date: Option<crate::document::PartialDate>,
        words: u32,
        (kind, tone): (RowForm, Option<Tone>),
        pairs: Vec<PairStats>,
    ) -> Self {
        let mut counts = StanceCounts { rows: 1, ..StanceCounts::default() };
        pairs.iter().for_each(|pair| counts.add_stance(pair.stance));
        Self { counts, dataset, genre, date, words, tone, kind, pairs }
    }
}

impl StanceCounts {
    fn add_stance(&mut self, stance: Option<GoldStance>) {
        self.pairs += 1;
        *match stance {
            Some(GoldStance::Critical) => &mut self.critical,
            Some(GoldStance::Neutral) => &mut self.neutral,
            Some(GoldStance::Supportive) => &mut self.supportive,
            Some(GoldStance::Mixed) => &mut self.mixed,
            None => &mut self.unlabelled,
        } += 1;
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.pairs += other.pairs;
        self.critical += other.critical;
        self.neutral += other.neutral;
        self.supportive += other.supportive;
        self.mixed += other.mixed;
        self.unlabelled += other.unlabelled;
    }
}

impl DataStats {
    fn add(&mut self, file: &str, row: RowStats) {
        let counts = &row.counts;
        self.all.add(counts);
        self.datasets.entry(row.dataset).or_default().add(counts);
        self.files.entry(file.to_owned()).or_default().add(counts);
        self.parts.entry(Part::of(file).name).or_default().add(counts);
        self.genres.entry(row.genre.unwrap_or_else(|| NOT_GIVEN.to_owned())).or_default().add(counts);
        match row.date {
            Some(date) => self.decades.entry(date.first().year().div_euclid(10) * 10).or_default().add(counts),
            None => self.undated += 1,
        }
        match row.tone {
            Some(tone) => *self.tones.entry(tone.name().to_owned()).or_default() += 1,
            None => self.without_tone += 1,
        }
        self.passages += u64::from(row.kind == RowForm::Passage);
        self.documents += u64::from(row.kind == RowForm::Document);
        let add = |regions: &mut BTreeMap<String, BTreeMap<String, u64>>, (region, subregion): (&str, &str)| {
            *regions.entry(region.to_owned()).or_default().entry(subregion.to_owned()).or_default() += 1;
        };
        for pair in row.pairs {
            match pair.act {
                Some(act) => *self.acts.entry(act.name().to_owned()).or_default() += 1,
                None => self.without_act += u64::from(row.kind != RowForm::Document),
            }
            if let Some(intensity) = pair.intensity {
                *self.intensities.entry(intensity).or_default() += 1;
            }
            self.null_holders += u64::from(pair.holder.is_none());
            add(&mut self.holder_regions, pair.holder.unwrap_or((AUTHORS, AUTHORS)));
            add(&mut self.target_regions, pair.target);
            for case in pair.cases {
                self.cases.entry(case).or_default().add_stance(pair.stance);
            }
        }
    }
}

/// The quantiles of counted values: the smallest value that at least this share does not exceed.
fn quantiles(counts: &BTreeMap<u32, u64>) -> Lengths {
    let total: u64 = counts.values().sum();
    let at = |share: f64| {
        let wanted = (share * total as f64).ceil().max(1.0) as u64;
        let mut sum = 0;
        let found = counts.iter().find(|(_, count)| {
            sum += **count;
            sum >= wanted
        });
        found.map_or(0, |(value, _)| *value)
    };
    let sum: u64 = counts.iter().map(|(value, count)| u64::from(*value) * count).sum();
    Lengths {
        least: at(0.0),
        tenth: at(0.1),
        quarter: at(0.25),
        median: at(0.5),
        three_quarters: at(0.75),
        nine_tenths: at(0.9),
        most: at(1.0),
        mean: if total == 0 { 0.0 } else { sum as f64 / total as f64 },
    }
}

#[cfg(test)]
mod tests;
