//! The CAMEO sets of ConfliBERT: sentences with source and target spans, in pentaclasses.
//!
//! Hu et al. (2022), *ConfliBERT: A Pre-trained Language Model for Political Conflict and Violence*, NAACL. In: two files of one name,
//! `cameo_class/train.tsv` (sentence, tab, class 0 to 4, no header) and `cameo_ner/train.txt` (a token and its tag a line, a blank line
//! after each sentence; S source, T target, R reciprocal), with their sentences in the same order; folders that hold both, or
//! the files. Out: a row for each source with each target. Classes 1 and 2 (verbal, material cooperation) are supportive, 3 and 4
//! (conflict) critical, 0 neutral. Reciprocal spans hold both parties in one, so they are left out.

use super::{
    About, ImportError, ImportOptions, Imported, Importer, PairRow, Sink,
    records::{Damage, Pieces, Place, left_out, lines_of, row, shown, sources},
};
use crate::{
    document::{Lines, Source},
    error::RowError,
    label::Stance,
    span::Span,
};
use serde_json::json;
use std::{io::BufRead, path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct Cameo;

const ABOUT: About = About {
    name: "cameo",
    reads: "CAMEO sentences in pentaclasses: a folder with cameo_class/train.tsv and cameo_ner/train.txt, or such pairs of files",
    url: "https://github.com/eventdata/ConfliBERT (data/cameo_class, data/cameo_ner)",
    licence: "repository GPL-3.0; the texts are of third parties",
    tool: false,
};

impl Importer for Cameo {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        let mut files = sources(inputs, &["tsv", "txt"])?;
        // The repository has files of the same names for other tasks beside them.
        if files.iter().any(|file| stands_in(file, "cameo_class")) {
            files.retain(|file| stands_in(file, "cameo_class") || stands_in(file, "cameo_ner"));
        }
        let (classes, mut tags): (Vec<Source>, Vec<Source>) = files.into_iter().partition(is_classes);
        for class in &classes {
            let Some(at) = tags.iter().position(|tags| tags.stem() == class.stem()) else {
                let problem = format!("no file of tags ({}.txt of cameo_ner) was given with it", class.stem());
                sink(Imported::Rejected(RowError::file(&**class.name(), problem)))?;
                continue;
            };
            sentences(class, &tags.remove(at), options, sink)?;
        }
        for tags in &tags {
            let problem = format!("no file of classes ({}.tsv of cameo_class) was given with it", tags.stem());
            sink(Imported::Rejected(RowError::file(&**tags.name(), problem)))?;
        }
        Ok(())
    }
}

fn stands_in(source: &Source, folder: &str) -> bool {
    source.path().and_then(|path| path.parent()?.file_name()).is_some_and(|name| name == folder)
}

fn is_classes(source: &Source) -> bool {
    source.format() == Some(crate::document::Format::Tsv)
}

fn sentences(classes: &Source, tags: &Source, options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
    let (opened, tagged) = match (classes.open(), tags.open()) {
        (Ok(classes), Ok(tags)) => (classes, tags),
        (Err(error), _) | (_, Err(error)) => return Ok(sink(Imported::Rejected(error))?),
    };
    let mut blocks = Blocks { lines: Lines::of(tagged, tags.name(), options.max_record_bytes), name: tags.name() };
    lines_of(opened, classes, options, sink, &mut |place, line| {
        // The block is taken first, so that the files stay in step after a damaged line.
        let block = blocks.next();
        sentence(place, line, block)
    })?;
    if let Some(block) = blocks.next() {
        let error = match block {
            Ok(block) => RowError::line(&**tags.name(), block.line, "more sentences than there are classes"),
            Err(error) => error,
        };
        sink(Imported::Rejected(error))?;
    }
    Ok(())
}

/// The tokens of a sentence with their tags.
struct Block {
    line: u64,
    tokens: Vec<(String, String)>,
}

struct Blocks<'n, R> {
    lines: Lines<R>,
    name: &'n str,
}

impl<R: BufRead> Iterator for Blocks<'_, R> {
    type Item = Result<Block, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut block = Block { line: 0, tokens: Vec::new() };
        let mut damage = None;
        for (line, text) in self.lines.by_ref() {
            match text {
                Ok(text) if text.trim().is_empty() => {
                    if block.line > 0 {
                        break;
                    }
                }
                Ok(text) => {
                    if block.line == 0 {
                        block.line = line;
                    }
                    match text.trim_end().rsplit_once([' ', '\t']) {
                        Some((token, tag)) => block.tokens.push((token.to_owned(), tag.to_owned())),
                        None => {
                            let problem = format!("is `{}`; expected a token and its tag", shown(&text));
                            damage.get_or_insert(RowError::line(self.name, line, problem));
                        }
                    }
                }
                Err(error) => {
                    block.line = line;
                    damage.get_or_insert(error);
                }
            }
        }
        match damage {
            Some(error) => Some(Err(error)),
            None => (block.line > 0).then_some(Ok(block)),
        }
    }
}

const QUADS: [(Stance, &str); 5] = [
    (Stance::Neutral, "neutral"),
    (Stance::Supportive, "verbal cooperation"),
    (Stance::Supportive, "material cooperation"),
    (Stance::Critical, "verbal conflict"),
    (Stance::Critical, "material conflict"),
];

fn sentence(place: &Place<'_>, line: &str, block: Option<Result<Block, RowError>>) -> Pieces {
    let block = match block {
        Some(Ok(block)) => block,
        Some(Err(error)) => return Ok(vec![Imported::Rejected(error)]),
        None => return Err(Damage::new("the file of tags has no sentence for it")),
    };
    let Some((text, class)) = line.trim_end().rsplit_once('\t') else {
        return Err(Damage::new("expected a sentence, a tab and a class"));
    };
    let number: usize = class.trim().parse().unwrap_or(usize::MAX);
    let Some((label, quad)) = QUADS.get(number) else {
        return Err(Damage::of("class", format!("is `{}`; expected 0 to 4", shown(class))));
    };
    let text: Arc<str> = Arc::from(text.trim());
    let places = align(&text, &block)?;
    let spans = |kind: &str| spans(&block.tokens, &places, kind);
    let (holders, targets) = (spans("S"), spans("T"));
    if holders.is_empty() || targets.is_empty() {
        let reason = match (holders.is_empty(), spans("R").is_empty()) {
            (_, false) => "source and target are one reciprocal span",
            (true, true) => "no source is marked",
            (false, true) => "no target is marked",
        };
        return Ok(vec![left_out(reason)]);
    }
    let pairs = holders.iter().flat_map(|holder| targets.iter().map(move |target| (*holder, *target)));
    Ok(pairs
        .enumerate()
        .map(|(index, (holder, target))| {
            let id = format!("cameo-{}-{}-{index}", place.stem, place.index);
            let mut found = PairRow::new(id, Arc::clone(&text), Some(holder), target);
            found.label = Some(*label);
            found.source_label = Some(number.to_string());
            found.extra.insert("penta".to_owned(), json!(number));
            found.extra.insert("quad".to_owned(), json!(quad));
            row(found)
        })
        .collect())
}

/// Where each token stands: in order, with no letter or digit between one and the next.
fn align(text: &str, block: &Block) -> Result<Vec<Span>, Damage> {
    let mut from = 0;
    let mut places = Vec::with_capacity(block.tokens.len());
    for (token, _) in &block.tokens {
        let found = text[from..]
            .find(token.as_str())
            .filter(|gap| !token.is_empty() && !text[from..from + gap].contains(char::is_alphanumeric));
        let Some(gap) = found else {
            let problem =
                format!("the token `{}` of the sentence at line {} of the tags is not in it", shown(token), block.line);
            return Err(Damage::new(problem));
        };
        places.push(Span::new(from + gap, from + gap + token.len()));
        from += gap + token.len();
    }
    Ok(places)
}

/// The spans tagged `B-kind` and, after it, `I-kind`.
fn spans(tokens: &[(String, String)], places: &[Span], kind: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut open = false;
    for ((_, tag), place) in tokens.iter().zip(places) {
        let part = tag.split_once('-').filter(|(_, of)| *of == kind).map(|(part, _)| part);
        match (part, found.last_mut()) {
            (Some("I"), Some(last)) if open => *last = last.cover(*place),
            (Some(_), _) => {
                found.push(*place);
                open = true;
            }
            (None, _) => open = false,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_files, left_out, rejected, rows};
    use serde_json::json;

    fn tags(sentence: &str) -> String {
        sentence
            .split('|')
            .map(|token| if token.contains(' ') { format!("{token}\n") } else { format!("{token} O\n") })
            .collect()
    }

    fn import(classes: &str, sentences: &[&str]) -> Vec<super::super::Imported> {
        let tagged: String = sentences.iter().map(|sentence| format!("{}\n", tags(sentence))).collect();
        let files: [(&str, &[u8]); 3] = [
            ("cameo_class/dev.tsv", classes.as_bytes()),
            ("cameo_ner/dev.txt", tagged.as_bytes()),
            ("another/dev.tsv", b"text\t0\n"),
        ];
        import_files("cameo", &files)
    }

    #[test]
    fn sources_and_targets_meet() {
        let found = import(
            "\u{FEFF}Côte d’Ivoire 🤝 and Chad’s army warned “Peru”.\t3\r\nTogo and Mali agreed.\t1\r\nHe left.\t0\r\nTogo slept.\t0\r\n",
            &[
                "Côte B-S|d’Ivoire I-S|🤝|and|Chad B-S|’ I-S|s I-S|army I-S|warned|“|Peru B-T|”|.",
                "Togo B-R|and I-R|Mali I-R|agreed|.",
                "He|left|.",
                "Togo B-S|slept|.",
            ],
        );
        let rows = rows(&found);
        assert_eq!(rejected(&found), [] as [&str; 0]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["holder"], json!({"start": 0, "end": 13, "text": "Côte d’Ivoire"}));
        assert_eq!((&rows[1]["holder"]["text"], &rows[1]["id"]), (&json!("Chad’s army"), &json!("cameo-dev-0-1")));
        assert_eq!(rows[1]["target"]["text"], "Peru");
        assert_eq!((&rows[1]["label"], &rows[1]["quad"]), (&json!("critical"), &json!("verbal conflict")));
        assert_eq!(
            left_out(&found),
            ["source and target are one reciprocal span", "no source is marked", "no target is marked"]
        );
    }

    #[test]
    fn files_stay_in_step_after_damage() {
        let found = import(
            "A hit B.\nA hit B.\t9\nA hit B.\t4\nA hit C.\t4\nA hit B.\t4\n",
            &["A B-S|hit|B B-T|.", "A B-S|hit|B B-T|.", "A B-S|hit|B B-T|.", "A B-S|hit|B B-T|."],
        );
        assert_eq!(rows(&found).len(), 1);
        assert_eq!(
            rejected(&found),
            [
                "cameo_class/dev.tsv:1: expected a sentence, a tab and a class",
                "cameo_class/dev.tsv:2: field `class`: is `9`; expected 0 to 4",
                "cameo_class/dev.tsv:4: the token `B` of the sentence at line 16 of the tags is not in it",
                "cameo_class/dev.tsv:5: the file of tags has no sentence for it",
            ]
        );
        let found = import("", &["A B-S"]);
        assert_eq!(rejected(&found), ["cameo_ner/dev.txt:1: more sentences than there are classes"]);
    }

    #[test]
    fn a_file_without_the_other_is_named() {
        let found = import_files("cameo", &[("a.tsv", b"A\t0\n"), ("b.txt", b"A O\n")]);
        assert_eq!(
            rejected(&found),
            [
                "a.tsv: no file of tags (a.txt of cameo_ner) was given with it",
                "b.txt: no file of classes (b.tsv of cameo_class) was given with it",
            ]
        );
    }
}
