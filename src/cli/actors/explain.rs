//! `demarche actors explain`: which rule settled each mention, what was passed over and why, and who says what.

use super::super::{
    Status,
    common::{ActorOptions, write_text},
};
use anyhow::{Context, Result};
use demarche::{
    actors::{ActorIndex, Gazetteer, Mention},
    attribution::{Claim, CueLexicon, Holder, attribute},
    document::PartialDate,
    segment::{Lexicon, Segmentation},
    span::{CodePoints, Span},
};
use std::{fmt::Write as _, io::Read as _};

/// Which rule settled each mention, what was passed over and why, and who says what
///
/// Three tables: the mentions with actor, kind, rule, role and person; the names of the tables that are no actor where they
/// stand; and the claims with holder, speaker (where another reports it), kind and cue. Places are Unicode code points.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors explain 'Foreign Minister Hakan Fidan thanked his Iraqi counterpart and rejected US-backed plans.' --date 2025-03
  demarche actors explain 'We deplore the launch.' --issuer JPN --date 2022-10-04
  demarche actors explain - < statement.txt")]
pub(super) struct Explain {
    /// A text; - reads it from standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// Whose statement it is: an actor id or name
    #[arg(long, value_name = "ACTOR")]
    issuer: Option<String>,
    /// Date of the text (YYYY, YYYY-MM or YYYY-MM-DD); without it the newest facts hold
    #[arg(long, value_name = "DATE")]
    date: Option<PartialDate>,
    #[command(flatten)]
    actors: ActorOptions,
}

impl Explain {
    pub(super) fn run(self) -> Result<Status> {
        let gazetteer = self.actors.gazetteer()?;
        let cues = CueLexicon::shipped().map_err(anyhow::Error::msg)?;
        let text = if self.text == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("standard input: cannot be read as UTF-8 text")?;
            text
        } else {
            self.text
        };
        let issuer =
            match &self.issuer {
                None => None,
                Some(name) => Some(gazetteer.issuer(name).with_context(|| {
                    format!("`{name}` is no actor; look for names with `demarche actors find NAME`")
                })?),
            };
        let segmentation = Segmentation::of(&text);
        let (mut mentions, dismissed) = gazetteer.mentions_and_dismissed(&text, &segmentation, self.date, issuer);
        let mut lexicon = Lexicon::default();
        let attribution = attribute(&cues, &mut lexicon, &text, &segmentation, &mut mentions, issuer);
        let view = View { gazetteer: &gazetteer, text: &text, points: CodePoints::of(&text), mentions: &mentions };
        let mut out = view.mentions();
        if !dismissed.is_empty() {
            out.push_str("\nstart\tend\tno actor here\twhy\n");
            for name in dismissed {
                let _ = writeln!(out, "{}\t{}\t{}", view.place(name.span), view.shown(name.span), name.why.meaning());
            }
        }
        out.push_str("\nstart\tend\tholder\tspeaker\tclaim\tcue\ttext\n");
        for claim in &attribution.claims {
            out.push_str(&view.claim(&cues, claim));
        }
        write_text(None, &out)?;
        Ok(Status::Done)
    }
}

struct View<'a> {
    gazetteer: &'a Gazetteer,
    text: &'a str,
    points: CodePoints<'a>,
    mentions: &'a [Mention],
}

impl View<'_> {
    fn place(&self, span: Span) -> String {
        let (start, end) = self.points.range(span);
        format!("{start}\t{end}")
    }

    /// A stretch of the text on one line.
    fn shown(&self, span: Span) -> String {
        span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn id(&self, actor: Option<ActorIndex>) -> &str {
        actor.map_or("?", |actor| &self.gazetteer.actor(actor).id)
    }

    fn mentions(&self) -> String {
        let mut out = String::from("start\tend\tactor\tkind\trule\trole\tperson\tmention\n");
        for mention in self.mentions {
            let former = if mention.former { " (former)" } else { "" };
            let _ = writeln!(
                out,
                "{}\t{}\t{}{former}\t{}: {}\t{}\t{}\t{}",
                self.place(mention.span),
                self.id(mention.actor),
                mention.kind.name(),
                mention.rule.name(),
                mention.rule.meaning(),
                mention.role.as_deref().unwrap_or("-"),
                mention.person.as_deref().unwrap_or("-"),
                self.shown(mention.span)
            );
        }
        out
    }

    fn holder(&self, holder: Holder) -> &str {
        match holder {
            Holder::Author => "author",
            Holder::Unknown => "unknown",
            known => self.id(known.actor(self.mentions)),
        }
    }

    fn claim(&self, cues: &CueLexicon, claim: &Claim) -> String {
        let cue = claim.cue.as_ref().map_or_else(
            || "-".to_owned(),
            |hit| {
                let mut shown = cues.cue(hit.cue).expression.to_string();
                for (is, word) in
                    [(hit.negated, "negated"), (hit.passive, "passive"), (hit.hypothetical, "hypothetical")]
                {
                    if is {
                        let _ = write!(shown, " ({word})");
                    }
                }
                shown
            },
        );
        format!(
            "{}\t{}\t{}\t{}\t{cue}\t{}\n",
            self.place(claim.span),
            self.holder(claim.holder),
            claim.speaker.map_or("-", |speaker| self.holder(speaker)),
            claim.kind.name(),
            self.shown(claim.span)
        )
    }
}
