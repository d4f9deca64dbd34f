//! `demarche explain`: marks, and each feature's contribution.

use super::{
    Status,
    common::{ModelOptions, write_text},
};
use anyhow::{Context, Result, bail};
use demarche::{
    PairPrediction, Pipeline, Reading, Worker,
    actors::MentionKind,
    document::{Document, Documents, PartialDate, ReadOptions, sources},
    explain::explain,
    label::{Act, Label, Stance, Tone},
    model::Head,
    pairs::{LabelledPair, PairOptions, read_pairs},
    span::Span,
};
use std::{fmt::Write as _, path::PathBuf};

/// Why: the text with its marks, and each feature's contribution
///
/// Prints the text with mentions, holder and target marked, and for every pair the features that decided: intercept
/// plus all contributions (value x weight) is exactly the label's logit.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche explain 'Kenya welcomed the truce but Uganda accused Sudan of bad faith.'
  demarche explain --file statement.txt --issuer KEN --top 5
  demarche explain --pair pairs.jsonl --id row-17")]
pub(super) struct Explain {
    /// The text
    #[arg(value_name = "TEXT", required_unless_present_any = ["file", "pair"])]
    text: Option<String>,
    /// Take the text from a file, or from standard input with -
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "pair"])]
    file: Option<PathBuf>,
    /// Explain pairs whose holder and target are given
    #[arg(long, value_name = "PAIRS.jsonl", conflicts_with = "text")]
    pair: Option<PathBuf>,
    /// Only the pair with this id
    #[arg(long, value_name = "ID", requires = "pair")]
    id: Option<String>,
    /// Which head to explain
    #[arg(long, value_name = "HEAD", default_value = "stance", value_parser = ["stance", "act", "tone"])]
    head: String,
    /// Features to show for each pair
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Issuer of the text (an actor id or name)
    #[arg(long, value_name = "ACTOR")]
    issuer: Option<String>,
    /// Date of the text
    #[arg(long, value_name = "DATE")]
    date: Option<PartialDate>,
    #[command(flatten)]
    model: ModelOptions,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Explain {
    pub(super) fn run(self) -> Result<Status> {
        // clap lets --id pass beside a text, as the --pair it needs could not stand there.
        if self.id.is_some() && self.pair.is_none() {
            bail!("--id names a pair; give the file of pairs with --pair");
        }
        let pipeline = self.model.pipeline()?;
        let mut worker = Worker::default();
        let mut out = String::new();
        match &self.pair {
            Some(path) => {
                let set = read_pairs(std::slice::from_ref(path), &PairOptions::default())?;
                let wanted: Vec<&LabelledPair> =
                    set.pairs.iter().filter(|pair| self.id.as_ref().is_none_or(|id| *id == pair.id)).collect();
                if wanted.is_empty() {
                    match (&self.id, set.rejected.first()) {
                        (Some(id), _) => bail!("{}: no pair has the id `{id}`", path.display()),
                        (None, Some(error)) => bail!("{error}"),
                        (None, None) => bail!("{}: no pair", path.display()),
                    }
                }
                for pair in wanted {
                    let _ = writeln!(out, "{}: {}", pair.id, marked(&pair.text, &self.marks(pair)));
                    let row = pipeline.vector_of_pair(&mut worker, pair);
                    self.decide(&mut out, &pipeline, &row, &pipeline.predict_row(&row))?;
                }
            }
            None => {
                let document = self.given()?;
                let reading = pipeline.read(&mut worker, &document);
                self.document(&mut out, &pipeline, &worker, &document, &reading)?;
            }
        }
        write_text(self.output.as_deref(), &out)?;
        Ok(Status::Done)
    }

    /// The document to explain: the text given, or the first document of the file.
    fn given(&self) -> Result<Document> {
        let mut document = match (&self.text, &self.file) {
            (Some(text), _) => Document { id: "text".into(), text: text.clone(), ..Document::default() },
            (None, Some(path)) => {
                let options = ReadOptions::default();
                let found = sources(std::slice::from_ref(path), &options)?;
                Documents::new(found, options).next().with_context(|| format!("{}: no document", path.display()))??
            }
            (None, None) => bail!("no text given"),
        };
        document.issuer = self.issuer.clone().or(document.issuer);
        document.date = self.date.or(document.date);
        Ok(document)
    }

    fn marks(&self, pair: &LabelledPair) -> Vec<(Span, String)> {
        let mut marks: Vec<(Span, String)> =
            pair.holder.map(|holder| (holder, "HOLDER".to_owned())).into_iter().collect();
        marks.push((pair.target, "TARGET".to_owned()));
        marks.sort();
        marks
    }

    fn document(
        &self,
        out: &mut String,
        pipeline: &Pipeline,
        worker: &Worker,
        document: &Document,
        reading: &Reading,
    ) -> Result<()> {
        let marks: Vec<(Span, String)> = reading
            .mentions
            .iter()
            .map(|mention| {
                let id = mention
                    .actor
                    .map_or_else(|| "?".to_owned(), |actor| pipeline.gazetteer.actor(actor).id.to_string());
                let place = if mention.kind == MentionKind::Place {
                    " place"
                } else if mention.former {
                    " former"
                } else {
                    ""
                };
                (mention.span, format!("{id}{place}"))
            })
            .collect();
        let _ = writeln!(out, "{}", marked(&document.text, &marks));
        if reading.candidates.is_empty() {
            let _ = writeln!(out, "\nno pair of holder and target found");
        }
        for candidate in &reading.candidates {
            let row = pipeline.vector(worker, &document.text, reading, candidate);
            let prediction = pipeline.predict_row(&row);
            let holder = candidate
                .holder
                .map_or_else(|| "author".to_owned(), |actor| pipeline.gazetteer.actor(actor).id.to_string());
            let target = &pipeline.gazetteer.actor(candidate.target).id;
            let sentence = reading.segmentation.sentences[candidate.sentence].span;
            let mut places: Vec<(Span, String)> =
                vec![(reading.mentions[candidate.target_mention].span, "TARGET".into())];
            places
                .extend(candidate.holder_mention.map(|mention| (reading.mentions[mention].span, "HOLDER".to_owned())));
            places.sort();
            let places: Vec<(Span, String)> =
                places.into_iter().map(|(span, name)| (span.relative_to(sentence.start), name)).collect();
            let kind = reading.attribution.claims[candidate.claim].kind;
            let _ =
                writeln!(out, "\n{holder} -> {target}  ({kind:?})\n  {}", marked(sentence.of(&document.text), &places));
            self.decide(out, pipeline, &row, &prediction)?;
        }
        Ok(())
    }

    fn decide(
        &self,
        out: &mut String,
        pipeline: &Pipeline,
        row: &[(u32, f32)],
        prediction: &PairPrediction,
    ) -> Result<()> {
        let model = &pipeline.model;
        match (self.head.as_str(), &model.act, &model.tone, &prediction.act, &prediction.tone) {
            ("stance", ..) => self.show::<Stance>(
                out,
                pipeline,
                &model.stance,
                row,
                prediction.stance.label,
                &prediction.stance.probabilities,
            ),
            ("act", Some(head), _, Some(act), _) => {
                self.show::<Act>(out, pipeline, head, row, act.label, &act.probabilities);
            }
            ("tone", _, Some(head), _, Some(tone)) => {
                self.show::<Tone>(out, pipeline, head, row, tone.label, &tone.probabilities);
            }
            (head, ..) => bail!("the model has no {head} head"),
        }
        Ok(())
    }

    fn show<L: Label>(
        &self,
        out: &mut String,
        pipeline: &Pipeline,
        head: &Head<L>,
        row: &[(u32, f32)],
        label: L,
        probabilities: &[f64],
    ) {
        let mut ranked: Vec<(&L, f64)> = L::ALL.iter().zip(probabilities.iter().copied()).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let shares: Vec<String> = ranked.iter().take(3).map(|(label, share)| format!("{label} {share:.3}")).collect();
        let _ = writeln!(out, "  {}: {label} ({})", L::HEAD, shares.join(", "));
        if L::HEAD == Act::HEAD && pipeline.model.supplement.joint.is_some() {
            let _ = writeln!(out, "  (adjusted to the stance; the logit is what the words alone say)");
        }
        let Some(explanation) = explain(&pipeline.model.vectorizer, head, row, label) else { return };
        let _ = writeln!(
            out,
            "  logit of {label} {:+.4} = intercept {:+.4} + {} features:",
            explanation.decision,
            explanation.intercept,
            explanation.contributions.len()
        );
        for contribution in explanation.contributions.iter().take(self.top) {
            let _ = writeln!(
                out,
                "    {:+.4}  {}  ({:.3} x {:+.3})",
                contribution.amount, contribution.name, contribution.value, contribution.weight
            );
        }
        let rest = explanation.contributions.iter().skip(self.top);
        let (count, sum) = rest.fold((0, 0.0), |(count, sum), contribution| (count + 1, sum + contribution.amount));
        if count > 0 {
            let _ = writeln!(out, "    {sum:+.4}  {count} more");
        }
    }
}

/// The text with `[words]{mark}` around each span.
fn marked(text: &str, marks: &[(Span, String)]) -> String {
    let mut out = String::with_capacity(text.len() + marks.len() * 10);
    let mut at = 0;
    for (span, mark) in marks {
        if span.start < at {
            continue;
        }
        let _ = write!(out, "{}[{}]{{{mark}}}", &text[at..span.start], span.of(text));
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}
