//! `demarche actors coverage`: how many marked holders and targets the tables know.

use super::super::{
    Status,
    common::{ActorOptions, Output, Talk},
};
use anyhow::{Result, bail};
use demarche::{
    actors::{Gazetteer, Rule},
    evaluate::{SpanReading, read_spans},
    pairs::{LabelledPair, PairOptions, PairReader},
    span::CodePoints,
};
use serde_json::json;
use std::{collections::BTreeMap, fmt::Write as _, io::Write, path::PathBuf};

/// How many of the marked holders and targets resolve to an actor
///
/// Each marked span counts once for each text. It resolves when a mention with a known actor covers its head ("the U.S.
/// court's decision"), else when one stands in it ("protesters in Hong Kong"). Members of an actor who do not speak for it
/// (citizens, companies, protesters) resolve to it with their role.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors coverage labels.jsonl
  demarche actors coverage labels.jsonl --unresolved
  demarche actors coverage labels.jsonl --format jsonl -o spans.jsonl
  demarche actors coverage labels.jsonl --actors mine.tsv")]
pub(super) struct Coverage {
    /// Files of labelled pairs or passages (.jsonl, also .gz or .zst), folders of them, or - for standard input
    #[arg(value_name = "PAIRS", required = true)]
    inputs: Vec<PathBuf>,
    /// List the spans that did not resolve, the most frequent first, instead of the summary
    #[arg(long, conflicts_with = "format")]
    unresolved: bool,
    /// text, or jsonl: one line for each span with its actor, role, person and rule
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    actors: ActorOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Jsonl,
}

/// Spans seen and spans resolved.
#[derive(Default, Clone, Copy)]
struct Share {
    spans: u64,
    resolved: u64,
}

impl Share {
    fn add(&mut self, resolved: bool) {
        self.spans += 1;
        self.resolved += u64::from(resolved);
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = if self.spans == 0 { 0.0 } else { self.resolved as f64 / self.spans as f64 };
        write!(out, "{:>7}  {:>8}  {share:.3}", self.spans, self.resolved)
    }
}

#[derive(Default)]
struct Counts {
    holders: Share,
    targets: Share,
    rules: BTreeMap<Rule, u64>,
    unresolved: BTreeMap<String, u64>,
}

impl Coverage {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        let gazetteer = self.actors.gazetteer()?;
        let mut reader = PairReader::new(&self.inputs, &PairOptions::default())?;
        let mut output = Output::open(self.output.as_deref())?;
        let mut counts = Counts::default();
        let mut rejected = 0;
        // Pairs of one text stand together; its spans are read when the next text begins.
        let mut held: Vec<LabelledPair> = Vec::new();
        loop {
            let row = reader.next();
            let ends = match &row {
                Some(Ok(pairs)) => pairs.first().zip(held.first()).is_some_and(|(next, last)| next.text != last.text),
                Some(Err(_)) => false,
                None => true,
            };
            if ends {
                for reading in read_spans(&gazetteer, &held) {
                    counts.add(&held[0].text, &reading);
                    if self.format == Format::Jsonl {
                        output.write_all(line(&gazetteer, &held[0], &reading).as_bytes())?;
                    }
                }
                held.clear();
            }
            match row {
                Some(Ok(pairs)) => held.extend(pairs),
                Some(Err(error)) => {
                    rejected += 1;
                    talk.rejected(rejected, &error);
                }
                None => break,
            }
        }
        if counts.holders.spans + counts.targets.spans == 0 {
            bail!("no pair could be read ({rejected} rows rejected)");
        }
        if self.unresolved {
            output.write_all(counts.missing().as_bytes())?;
        } else if self.format == Format::Text {
            output.write_all(counts.summary(&gazetteer).as_bytes())?;
        }
        output.finish()?;
        Ok(if rejected > 0 { Status::Rejected } else { Status::Done })
    }
}

impl Counts {
    fn add(&mut self, text: &str, reading: &SpanReading) {
        let side = if reading.is_holder { &mut self.holders } else { &mut self.targets };
        side.add(reading.mention.is_some());
        match &reading.mention {
            Some(mention) => *self.rules.entry(mention.rule).or_default() += 1,
            None => *self.unresolved.entry(reading.span.of(text).to_owned()).or_default() += 1,
        }
    }

    fn summary(&self, gazetteer: &Gazetteer) -> String {
        let both = Share {
            spans: self.holders.spans + self.targets.spans,
            resolved: self.holders.resolved + self.targets.resolved,
        };
        let mut out = format!("gazetteer {}\n\n         spans  resolved  share\n", gazetteer.hash());
        for (name, share) in [("holder", self.holders), ("target", self.targets), ("both", both)] {
            let _ = writeln!(out, "{name:<7}{share}");
        }
        out.push_str("\nrule         spans\n");
        for (rule, count) in &self.rules {
            let _ = writeln!(out, "{:<11}  {count:>5}  {}", rule.name(), rule.meaning());
        }
        out
    }

    fn missing(&self) -> String {
        let mut list: Vec<_> = self.unresolved.iter().collect();
        list.sort_by_key(|(text, count)| (std::cmp::Reverse(**count), *text));
        let lines =
            list.into_iter().map(|(text, count)| format!("{count}\t{}\n", text.replace(['\t', '\n', '\r'], " ")));
        lines.collect()
    }
}

fn line(gazetteer: &Gazetteer, pair: &LabelledPair, reading: &SpanReading) -> String {
    let points = CodePoints::of(&pair.text);
    let (start, end) = points.range(reading.span);
    let mention = reading.mention.as_ref();
    let place = mention.map(|mention| points.range(mention.span));
    let row = json!({
        "id": pair.id,
        "side": if reading.is_holder { "holder" } else { "target" },
        "start": start,
        "end": end,
        "text": reading.span.of(&pair.text),
        "actor": mention.and_then(|mention| mention.actor).map(|actor| &*gazetteer.actor(actor).id),
        "kind": mention.map(|mention| mention.kind.name()),
        "rule": mention.map(|mention| mention.rule.name()),
        "role": mention.and_then(|mention| mention.role.as_deref()),
        "person": mention.and_then(|mention| mention.person.as_deref()),
        "former": mention.map(|mention| mention.former),
        "mention": mention.map(|mention| mention.span.of(&pair.text)),
        "mention_start": place.map(|(start, _)| start),
        "mention_end": place.map(|(_, end)| end),
    });
    format!("{row}\n")
}
