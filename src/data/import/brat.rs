//! brat: a text file and a stand-off file of annotations for each document.
//!
//! <https://brat.nlplab.org/standoff.html>. In: folders, or `.ann` files, with the `.txt` of the same name beside each. Out: rows as in
//! [`super::annotated`]: relations (`R1 critical Arg1:T1 Arg2:T2`) and events (`E1 critical:T3 Holder:T1 Target:T2`) from holder to target,
//! and mentions whose type is a stance. Where the type of a relation or event is none, an attribute `Stance` or `Label` gives it; an
//! event's type may be an act then; attributes `Act`, `Intensity` and `Tone` are read. A mention in several pieces counts where only
//! blanks stand between them (brat cuts mentions at line ends). Offsets are code points.

use super::{
    About, ImportError, ImportOptions, Imported, Importer, Sink,
    annotated::{Annotated, Mention, Relation, stance},
    mpqa::joined,
    records::{Damage, Place, left_out, shown, sources, span, whole_text},
};
use crate::{
    data::notes::{PairNotes, PassageNotes},
    document::{ReadOptions, Source, sources_by_extension},
    error::RowError,
    label::Act,
    span::{CodePoints, Span},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

#[derive(Debug)]
pub(super) struct Brat;

const ABOUT: About = About {
    name: "brat",
    reads: "brat stand-off, .ann and .txt: relations or events named after the stances, from holder to target",
    url: "https://brat.nlplab.org",
    licence: "that of the texts",
    tool: true,
};

impl Importer for Brat {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        let mut documents = 0;
        for source in sources(inputs, &["ann"])? {
            let Some(path) = source.path().filter(|path| path.extension().is_some_and(|extension| extension == "ann"))
            else {
                // The texts, where a shell listed every file of a folder.
                continue;
            };
            documents += 1;
            let text = sources_by_extension(&[path.with_extension("txt")], &ReadOptions::default(), &[]);
            let read = text.and_then(|text| match text.first() {
                Some(text) => document(&source, text, options, sink),
                None => Err(RowError::file(&**source.name(), "has no text")),
            });
            match read {
                Ok(passed) => passed?,
                Err(error) => sink(Imported::Rejected(error))?,
            }
        }
        match inputs.first() {
            Some(first) if documents == 0 => Err(RowError::file(first.display().to_string(), "is no .ann file").into()),
            _ => Ok(()),
        }
    }
}

/// Reads a document; the inner result is the sink's.
fn document(
    annotations: &Source,
    text: &Source,
    options: &ImportOptions,
    sink: Sink<'_>,
) -> Result<std::io::Result<()>, RowError> {
    let text: Arc<str> = Arc::from(whole_text(text, options.max_record_bytes)?);
    let lines = whole_text(annotations, options.max_record_bytes)?;
    let points = CodePoints::of(&text);
    let mut standoff = Standoff::default();
    let mut pieces = Vec::new();
    for (index, line) in lines.lines().enumerate() {
        let place = Place { file: annotations.name(), stem: annotations.stem(), line: Some(index as u64 + 1), index };
        match standoff.line(line, &text, &points) {
            Ok(None) => {}
            Ok(Some(reason)) => pieces.push(left_out(reason)),
            Err(damage) => pieces.push(place.rejected(damage)),
        }
    }
    let relative = annotations.relative();
    let id = relative.strip_suffix(".ann").unwrap_or(relative).to_owned();
    pieces.extend(standoff.annotated(id, text, options).pieces(options));
    Ok(pieces.into_iter().try_for_each(sink))
}

/// The places of a holder, if there is one, and of a target, in code points.
type Ends = (Option<(usize, usize)>, (usize, usize));

/// The annotations of a document.
#[derive(Debug, Default)]
struct Standoff {
    mentions: Vec<Mention>,
    /// Relations and events with their own ids.
    relations: Vec<(String, Relation)>,
    /// Mentions that are events' triggers, not actors.
    triggers: BTreeSet<String>,
    /// (What it is about, name in lower case) to value.
    attributes: BTreeMap<(String, String), String>,
    /// Our own notes, by what they are about, with their number in the file.
    notes: BTreeMap<String, (usize, PassageNotes)>,
}

impl Standoff {
    /// Takes in a line; gives why it is passed over where that is worth telling.
    fn line(&mut self, line: &str, text: &str, points: &CodePoints<'_>) -> Result<Option<&'static str>, Damage> {
        if line.trim().is_empty() {
            return Ok(None);
        }
        let wrong = || Damage::new(format!("`{}` is no annotation of brat", shown(line)));
        let mut columns = line.split('\t');
        let (id, body) = (columns.next().unwrap_or_default(), columns.next().ok_or_else(wrong)?);
        let words = columns.next();
        match id.chars().next() {
            Some('T') => return self.mention(id, body, words, text, points),
            Some('R') => {
                let mut parts = body.split_whitespace();
                let label = parts.next().ok_or_else(wrong)?.to_owned();
                let mut ends = parts.map(|part| part.split_once(':').map(|(_, end)| end.to_owned()));
                let (Some(Some(from)), Some(Some(to)), None) = (ends.next(), ends.next(), ends.next()) else {
                    return Err(wrong());
                };
                self.relations.push((id.to_owned(), Relation { from, to, label }));
            }
            Some('E') => return self.event(id, body),
            Some('A' | 'M') => {
                let mut parts = body.split_whitespace();
                let (name, about) = (parts.next().ok_or_else(wrong)?, parts.next().ok_or_else(wrong)?);
                let value = parts.next().unwrap_or("true");
                self.attributes.insert((about.to_owned(), name.to_lowercase()), value.to_owned());
            }
            Some('#') => {
                let about = body.split_whitespace().nth(1).unwrap_or_default();
                // Notes that people wrote are no JSON objects.
                if let Some(note) = words.filter(|words| words.starts_with('{'))
                    && let Ok(note) = serde_json::from_str(note)
                {
                    self.notes.insert(about.to_owned(), (self.notes.len(), note));
                }
            }
            // Equivalences and normalisations.
            Some('*' | 'N') => {}
            _ => return Err(wrong()),
        }
        Ok(None)
    }

    fn mention(
        &mut self,
        id: &str,
        body: &str,
        words: Option<&str>,
        text: &str,
        points: &CodePoints<'_>,
    ) -> Result<Option<&'static str>, Damage> {
        let wrong = || Damage::new(format!("`{}` is no type with offsets", shown(body)));
        let (label, places) = body.split_once(' ').ok_or_else(wrong)?;
        let mut pieces: Vec<Span> = Vec::new();
        for place in places.split(';') {
            let (start, end) = place.trim().split_once(' ').ok_or_else(wrong)?;
            let offsets = (start.parse().map_err(|_| wrong())?, end.trim().parse().map_err(|_| wrong())?);
            pieces.push(span(points, text, id, offsets, None)?);
        }
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            let plain = |text: &str| text.replace(['\n', '\r', '\t'], " ");
            let found = pieces.iter().map(|piece| piece.of(text)).collect::<Vec<_>>().join(" ");
            if plain(&found) != plain(words) {
                let problem = format!("the text has `{}` there, not `{}`", shown(&found), shown(words));
                return Err(Damage::of(id, problem));
            }
        }
        pieces.sort_unstable();
        match joined(text, &pieces) {
            Some(span) => {
                self.mentions.push(Mention { key: id.to_owned(), label: label.to_owned(), span });
                Ok(None)
            }
            None => Ok(Some("a mention is in several pieces")),
        }
    }

    fn event(&mut self, id: &str, body: &str) -> Result<Option<&'static str>, Damage> {
        let wrong = || Damage::new(format!("`{}` is no event", shown(body)));
        let (mut holder, mut target, mut label) = (None, None, None);
        for part in body.split_whitespace() {
            let (role, mention) = part.split_once(':').ok_or_else(wrong)?;
            if label.is_none() {
                label = Some(role.to_owned());
                self.triggers.insert(mention.to_owned());
                continue;
            }
            match role.to_lowercase().as_str() {
                "holder" | "source" | "agent" | "arg1" => holder = Some(mention.to_owned()),
                "target" | "arg2" => target = Some(mention.to_owned()),
                _ => {}
            }
        }
        let label = label.ok_or_else(wrong)?;
        match (holder, target) {
            (Some(from), Some(to)) => {
                self.relations.push((id.to_owned(), Relation { from, to, label }));
                Ok(None)
            }
            // Who acts where no agent is named is not known: it is not the author.
            _ => Ok(Some("an event has no holder or no target")),
        }
    }

    fn attribute(&self, about: &str, name: &str) -> Option<&str> {
        self.attributes.get(&(about.to_owned(), name.to_owned())).map(String::as_str)
    }

    /// The document with the notes of its pairs together.
    fn annotated(mut self, id: String, text: Arc<str>, options: &ImportOptions) -> Annotated {
        let points = CodePoints::of(&text);
        self.mentions.retain(|mention| !self.triggers.contains(&mention.key));
        let spans: BTreeMap<&str, Span> =
            self.mentions.iter().map(|mention| (mention.key.as_str(), mention.span)).collect();
        let place = |key: &str| spans.get(key).map(|span| points.range(*span));
        let mut notes = PassageNotes::default();
        let mut pairs: Vec<(usize, PairNotes)> = Vec::new();
        let mut relations = Vec::new();
        let mut add = |key: &str, ends: Option<Ends>, label: &str, act: Option<Act>| {
            let own = self.notes.get(key);
            if let Some((_, own)) = own {
                // What is said of the whole text stands in every note.
                notes = PassageNotes { pairs: Vec::new(), ..own.clone() };
            }
            if let Some(tone) = self.attribute(key, "tone").and_then(|tone| tone.to_lowercase().parse().ok()) {
                notes.tone = Some(tone);
            }
            let Some((holder, target)) = ends else { return };
            let mut pair = own.and_then(|(_, own)| own.pairs.first().cloned()).unwrap_or_else(|| PairNotes {
                id: format!("{id}-{key}"),
                holder,
                target,
                label: stance(label, options).flatten(),
                act: None,
                intensity: None,
            });
            let act = self.attribute(key, "act").and_then(|act| act.parse().ok()).or(act);
            let intensity = self.attribute(key, "intensity").and_then(|intensity| intensity.parse().ok());
            if act.is_some() || intensity.is_some() {
                // What stands in the annotation itself goes with its label.
                pair.label = stance(label, options).flatten();
                pair.act = act.or(pair.act);
                pair.intensity = intensity.or(pair.intensity);
            }
            pair.holder = holder;
            pair.target = target;
            pairs.push((own.map_or(usize::MAX, |(order, _)| *order), pair));
        };
        for (key, relation) in &self.relations {
            let mut relation = relation.clone();
            let act: Option<Act> = relation.label.parse().ok();
            if stance(&relation.label, options).is_none()
                && let Some(label) = self.attribute(key, "stance").or_else(|| self.attribute(key, "label"))
            {
                relation.label = label.to_owned();
            }
            let ends = place(&relation.from).map(Some).zip(place(&relation.to));
            add(key, ends, &relation.label, act);
            relations.push(relation);
        }
        for mention in self.mentions.iter().filter(|mention| stance(&mention.label, options).is_some()) {
            add(&mention.key, Some((None, points.range(mention.span))), &mention.label, None);
        }
        pairs.sort_by_key(|(order, _)| *order);
        notes.pairs = pairs.into_iter().map(|(_, pair)| pair).collect();
        Annotated { id, mentions: self.mentions, relations, notes, text }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_files, left_out, rejected, rows};
    use serde_json::json;

    const TEXT: &str = "🤝 Côte d’Ivoire blamed\r\nthe Togo\nboard; Peru did not.";

    fn import(annotations: &str) -> Vec<super::super::Imported> {
        import_files("brat", &[("set/one.txt", TEXT.as_bytes()), ("set/one.ann", annotations.as_bytes())])
    }

    #[test]
    fn relations_events_and_mentions_are_rows() {
        let found = import(
            "\u{FEFF}T1\tactor 2 15\tCôte d’Ivoire\r\nT2\tactor 24 32;33 38\tthe Togo board\nT3\tcritical 16 22\tblamed\n\
             T4\tsupportive 40 44\tPeru\nR1\tcritical Arg1:T1 Arg2:T2\t\nE1\tACCUSE:T3 Holder:T1 Target:T4\n\
             A1\tStance E1 Critical\nA2\tIntensity E1 7\nA3\tTone R1 negative\n#1\tAnnotatorNotes R1\tsure?\n*\tEquiv T1 T4\n",
        );
        assert_eq!(rejected(&found), [] as [&str; 0]);
        let rows = rows(&found);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0]["target"], json!({"start": 24, "end": 38, "text": "the Togo\nboard"}));
        assert_eq!((&rows[0]["id"], &rows[0]["label"]), (&json!("set/one-R1"), &json!("critical")));
        assert_eq!((&rows[0]["tone"], rows[0].get("act")), (&json!("negative"), None));
        assert_eq!((&rows[1]["act"], &rows[1]["intensity"]), (&json!("ACCUSE"), &json!(7)));
        assert_eq!((&rows[1]["label"], &rows[1]["source_label"]), (&json!("critical"), &json!("Critical")));
        assert_eq!((&rows[2]["holder"], &rows[2]["label"]), (&json!(null), &json!("supportive")));
    }

    #[test]
    fn damage_is_named_with_its_line() {
        let found = import(
            "T1\tactor 2 15\tCôte\nT2\tactor 2 99\tx\nT3\tactor x y\nT4\tactor 2 6;40 44\tCôte Peru\nR1\tcritical Arg1:T1\nQ\n\
             E1\tcritical:T9 Target:T4\nR2\tcritical Arg1:T1 Arg2:T4\n",
        );
        assert_eq!(
            rejected(&found),
            [
                "set/one.ann:1: field `T1`: the text has `Côte d’Ivoire` there, not `Côte`",
                "set/one.ann:2: field `T2`: 2..99 is no place in the text, which has 53 code points",
                "set/one.ann:3: `actor x y` is no type with offsets",
                "set/one.ann:5: `R1\tcritical Arg1:T1` is no annotation of brat",
                "set/one.ann:6: `Q` is no annotation of brat",
            ]
        );
        assert_eq!(
            left_out(&found),
            [
                "a mention is in several pieces",
                "an event has no holder or no target",
                "a relation is with something that is no mention"
            ]
        );
    }

    #[test]
    fn a_missing_text_and_an_empty_file_are_told() {
        let found = import_files("brat", &[("set/one.ann", b"T1\tx 0 1\ta\n")]);
        assert_eq!(rejected(&found), ["set/one.txt: does not exist"]);
        assert_eq!(left_out(&import("")), ["the text has no relation and no mention with a stance"]);
    }
}
