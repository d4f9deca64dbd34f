//! brat: a folder with `00001.txt`, `00001.ann`, ... and the configuration of its labels.
//!
//! Mentions are `actor` where they take part in a relation, or named after the stance of the author toward them. A note
//! (`AnnotatorNotes`) on each relation or such mention holds what brat has no place for, as JSON. Mentions are cut at line
//! ends, as brat demands. Offsets are code points.

use super::{
    CardFields, ExportError, ExportSummary, FolderExporter, NamedPairs,
    passage::{Passage, label, passages},
};
use crate::{
    data::notes::{ACTOR, PassageNotes, UNLABELLED},
    label::{Label, Stance},
    output::AtomicFolder,
    span::{CodePoints, Span},
};
use std::fmt::Write as _;

pub(super) struct Brat;

impl FolderExporter for Brat {
    fn write(&self, parts: &[NamedPairs], _: &CardFields, folder: &AtomicFolder) -> Result<ExportSummary, ExportError> {
        let mut summary = ExportSummary::default();
        for part in parts {
            for passage in passages(&part.pairs) {
                if passage.text().starts_with('\u{FEFF}') {
                    // A reader of the text file would take it for the file's own and count without it.
                    summary.leave_out("the text begins with a byte order mark", passage.pairs.len());
                    continue;
                }
                summary.records += 1;
                summary.pairs += passage.pairs.len() as u64;
                let name = format!("{:05}", summary.records);
                folder.write(&format!("{name}.txt"), passage.text().as_bytes())?;
                folder.write(&format!("{name}.ann"), annotations(&passage)?.as_bytes())?;
            }
        }
        folder.write("annotation.conf", configuration().as_bytes())?;
        Ok(summary)
    }
}

fn annotations(passage: &Passage<'_>) -> Result<String, ExportError> {
    let text = passage.text();
    let points = CodePoints::of(text);
    let actors = passage.actors();
    let notes = passage.notes(&points);
    let mut out = String::new();
    for (span, number) in &actors {
        mention(&mut out, number + 1, ACTOR, text, *span, &points);
    }
    let (mut mentions, mut relations) = (actors.len(), 0);
    for (number, pair) in passage.pairs.iter().enumerate() {
        let about = match pair.holder.and_then(|holder| actors.get(&holder)).zip(actors.get(&pair.target)) {
            Some((from, to)) if pair.holder.is_some() => {
                relations += 1;
                let _ = writeln!(out, "R{relations}\t{} Arg1:T{} Arg2:T{}", label(pair), from + 1, to + 1);
                format!("R{relations}")
            }
            _ => {
                mentions += 1;
                mention(&mut out, mentions, label(pair), text, pair.target, &points);
                format!("T{mentions}")
            }
        };
        let own = notes.pairs.get(number).cloned().into_iter().collect();
        let note = serde_json::to_string(&PassageNotes { pairs: own, ..notes.clone() })?;
        let _ = writeln!(out, "#{}\tAnnotatorNotes {about}\t{note}", number + 1);
    }
    Ok(out)
}

/// A mention's line: its places, cut at line ends, and its words on one line.
fn mention(out: &mut String, number: usize, label: &str, text: &str, span: Span, points: &CodePoints<'_>) {
    let words = span.of(text);
    let line_end = |character: char| matches!(character, '\n' | '\r');
    // A mention that begins or ends with a line end would lose it.
    let cut = !words.starts_with(line_end) && !words.ends_with(line_end);
    let mut pieces = Vec::new();
    let mut from = 0;
    if cut {
        for (at, character) in words.char_indices().filter(|(_, character)| line_end(*character)) {
            pieces.push(Span::new(span.start + from, span.start + at));
            from = at + character.len_utf8();
        }
    }
    pieces.push(Span::new(span.start + from, span.end));
    pieces.retain(|piece| !piece.is_empty());
    let places: Vec<String> = pieces
        .iter()
        .map(|piece| {
            let (start, end) = points.range(*piece);
            format!("{start} {end}")
        })
        .collect();
    let words: Vec<String> = pieces.iter().map(|piece| piece.of(text).replace(['\n', '\r', '\t'], " ")).collect();
    let _ = writeln!(out, "T{number}\t{label} {}\t{}", places.join(";"), words.join(" "));
}

/// The labels, as brat's `annotation.conf` lists them.
fn configuration() -> String {
    let stances: Vec<&str> = Stance::ALL.iter().map(|stance| stance.name()).chain([UNLABELLED]).collect();
    let mut out = format!("[entities]\n{ACTOR}\n{}\n\n[relations]\n", stances.join("\n"));
    for stance in stances {
        let _ = writeln!(out, "{stance}\tArg1:{ACTOR}, Arg2:{ACTOR}");
    }
    out.push_str("\n[events]\n\n[attributes]\n");
    out
}
