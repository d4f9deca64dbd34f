//! `demarche actors find` and `show`: whom a name means, who is found in a text, and what is known of an actor.

use super::super::{
    Status,
    common::{ActorOptions, write_text},
};
use anyhow::{Result, bail};
use demarche::{
    actors::{ActorIndex, Gazetteer, blocs_of, members_of, state_codes},
    document::PartialDate,
    segment::Segmentation,
    span::CodePoints,
};
use std::fmt::Write as _;

/// The actors that a name means, or the mentions in a text
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors find Congo
  demarche actors find 'The Elysee said Macron would visit Rabat.' --date 2024-10")]
pub(super) struct Find {
    /// A name, or a text
    #[arg(value_name = "TEXT|NAME", allow_hyphen_values = true)]
    text: String,
    /// Date of the text (YYYY, YYYY-MM or YYYY-MM-DD); without it the newest facts hold
    #[arg(long, value_name = "DATE")]
    date: Option<PartialDate>,
    #[command(flatten)]
    actors: ActorOptions,
}

/// All names, people and terms of an actor, its codes in other data sets, and what it is a member of
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  demarche actors show IGO:NATO --date 2000
  demarche actors show VEN")]
pub(super) struct Show {
    /// Actor id: ISO 3166-1 alpha-3, IGO:... or ORG:...
    #[arg(value_name = "ID")]
    id: String,
    /// Memberships at a date (YYYY, YYYY-MM or YYYY-MM-DD); without it those of today
    #[arg(long, value_name = "DATE")]
    date: Option<PartialDate>,
    #[command(flatten)]
    actors: ActorOptions,
}

impl Find {
    pub(super) fn run(self) -> Result<Status> {
        let gazetteer = self.actors.gazetteer()?;
        let named = gazetteer.by_name(&self.text);
        let text = if named.is_empty() {
            mentions(&gazetteer, &self.text, self.date)?
        } else {
            named_actors(&gazetteer, &named)
        };
        write_text(None, &text)?;
        Ok(Status::Done)
    }
}

impl Show {
    pub(super) fn run(self) -> Result<Status> {
        let gazetteer = self.actors.gazetteer()?;
        let Some(actor) = gazetteer.by_id(&self.id).or_else(|| gazetteer.issuer(&self.id)) else {
            bail!("no actor has the id `{}`; look for names with `demarche actors find NAME`", self.id);
        };
        write_text(None, &entries(&gazetteer, actor, self.date))?;
        Ok(Status::Done)
    }
}

fn named_actors(gazetteer: &Gazetteer, found: &[ActorIndex]) -> String {
    let mut out = String::new();
    for index in found {
        let actor = gazetteer.actor(*index);
        let _ = writeln!(out, "{}\t{}\t{}", actor.id, actor.kind.name(), actor.name);
    }
    out
}

fn mentions(gazetteer: &Gazetteer, text: &str, date: Option<PartialDate>) -> Result<String> {
    let segmentation = Segmentation::of(text);
    let points = CodePoints::of(text);
    let mut out = String::from("start\tend\tid\tkind\trule\trole\tperson\tmention\n");
    let found = gazetteer.mentions(text, &segmentation, date, None);
    if found.is_empty() {
        bail!("no actor is found in `{text}`");
    }
    for mention in found {
        let (start, end) = points.range(mention.span);
        let id = mention.actor.map_or_else(|| "?".to_owned(), |actor| gazetteer.actor(actor).id.to_string());
        let former = if mention.former { " (former)" } else { "" };
        let _ = writeln!(
            out,
            "{start}\t{end}\t{id}\t{}{former}\t{}\t{}\t{}\t{}",
            mention.kind.name(),
            mention.rule.name(),
            mention.role.as_deref().unwrap_or("-"),
            mention.person.as_deref().unwrap_or("-"),
            mention.span.of(text)
        );
    }
    Ok(out)
}

fn entries(gazetteer: &Gazetteer, index: ActorIndex, date: Option<PartialDate>) -> String {
    let actor = gazetteer.actor(index);
    let mut out = format!("{}\t{}\t{}\n", actor.id, actor.kind.name(), actor.name);
    if let Some(codes) = state_codes(&actor.id) {
        let number = |number: Option<u16>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let _ = writeln!(
            out,
            "  codes\tISO {} {}\tM49 {}\tCOW {}\tGW {}\t{}\t{}, {}",
            codes.iso2.unwrap_or("-"),
            codes.id,
            codes.m49.unwrap_or("-"),
            number(codes.cow),
            number(codes.gw),
            codes.wikidata.unwrap_or("-"),
            codes.subregion,
            codes.region
        );
    }
    for (what, list) in [
        ("members", members_of(&actor.id, date).map(|held| held.member).collect::<Vec<_>>()),
        ("member of", blocs_of(&actor.id, date).map(|held| held.bloc).collect()),
    ] {
        if !list.is_empty() {
            let _ = writeln!(out, "  {what}\t{}", list.join(" "));
        }
    }
    for entry in gazetteer.entries_of(index) {
        let term = match (entry.from, entry.to) {
            (None, None) => String::new(),
            (from, to) => {
                let show = |date: Option<PartialDate>| date.map_or_else(String::new, |date| date.to_string());
                format!("\t{} to {}", show(from), show(to))
            }
        };
        let role = entry.role.as_ref().map_or_else(String::new, |role| format!(", {role}"));
        let aliases =
            if entry.aliases.is_empty() { String::new() } else { format!("\t({})", entry.aliases.join(", ")) };
        let _ = writeln!(out, "  {}{role}\t{}{aliases}{term}", entry.kind.name(), entry.name);
    }
    out
}
