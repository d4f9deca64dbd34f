//! SEESAW: who stands for or against whom, in sentences of US political news.
//!
//! Zhang, Beauchamp and Wang (2022), *Generative Entity-to-Entity Stance Detection with Knowledge Graph Augmentation*, EMNLP. In: the
//! folder `SEESAW` of the repository (or its `annotations`, or files of it), with `articles` beside `annotations`: one JSON file of
//! the same name in each for an article. Out: a row for each stance (POS supportive, NEG critical; there is no neutral) whose
//! subject and object the sentence names.
//!
//! Subjects and objects are canonical names ("Barack Obama"), not places. Each is looked for in the sentence as whole words (of several words in any case);
//! a person of two names or more also by the surname, unless another entity of the article ends in the same
//! word or the word in front belongs to another name ("Michelle Obama"). `holder_by` and `target_by` say `surname` then. What is
//! named in other words ("Republicans", "he") is left out. The articles of one story are one group.

use super::{
    About, ImportError, ImportOptions, Imported, Importer, PairRow, Sink,
    json::{Object, objects, offset, string},
    records::{Damage, Pieces, Place, left_out, row, shown, sources, whole_text},
    words::{Matching, find},
};
use crate::{
    document::{ReadOptions, Source, json_problem, kind, sources_by_extension},
    error::RowError,
    label::Stance,
    span::Span,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

#[derive(Debug)]
pub(super) struct Seesaw;

const ABOUT: About = About {
    name: "seesaw",
    reads: "SEESAW, who stands for whom in US political news (what the sentence names): the folder SEESAW",
    url: "https://github.com/launchnlp/SEESAW",
    licence: "none stated; use with citation (Zhang, Beauchamp and Wang 2022)",
    tool: false,
};

impl Importer for Seesaw {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        let mut annotations = 0;
        for source in sources(inputs, &["json"])? {
            let Some(path) = source.path() else {
                return Err(RowError::file("-", "articles stand beside their annotations; name the folder").into());
            };
            let folder = path.parent().and_then(|folder| folder.file_name());
            if folder.is_none_or(|folder| folder != "annotations") {
                // A walk through the whole folder meets articles and other files too.
                continue;
            }
            annotations += 1;
            let article = path
                .parent()
                .and_then(|annotations| Some(annotations.with_file_name("articles").join(path.file_name()?)));
            let read = article
                .ok_or_else(|| RowError::file(&**source.name(), "has no folder `articles` beside it"))
                .and_then(|article| sources_by_extension(&[article], &ReadOptions::default(), &[]))
                .and_then(|article| self::article(&source, article.first(), options, sink));
            match read {
                Ok(passed) => passed?,
                Err(error) => sink(Imported::Rejected(error))?,
            }
        }
        match inputs.first() {
            Some(first) if annotations == 0 => {
                let problem = "holds no JSON file in a folder `annotations`";
                Err(RowError::file(first.display().to_string(), problem).into())
            }
            _ => Ok(()),
        }
    }
}

/// Reads an article with its annotations; the inner result is the sink's.
fn article(
    annotations: &Source,
    article: Option<&Source>,
    options: &ImportOptions,
    sink: Sink<'_>,
) -> Result<std::io::Result<()>, RowError> {
    let read = |source: &Source| {
        let text = whole_text(source, options.max_record_bytes)?;
        serde_json::from_str::<Object>(&text).map_err(|error| {
            let line = u64::try_from(error.line()).unwrap_or(u64::MAX).max(1);
            RowError::line(&**source.name(), line, json_problem(&error))
        })
    };
    let place = Place { file: annotations.name(), stem: annotations.stem(), line: None, index: 0 };
    let stances = read(annotations)?;
    let article = article.ok_or_else(|| place.error(Damage::new("has no article")))?;
    let text = read(article)?;
    let of_article = Place { file: article.name(), ..place };
    let sentences = sentences(&text).map_err(|damage| of_article.error(damage))?;
    Ok(place.pass(rows(&place, &stances, &sentences), sink))
}

/// The sentences of an article by number.
fn sentences(article: &Object) -> Result<BTreeMap<u64, Arc<str>>, Damage> {
    let mut found = BTreeMap::new();
    for (index, sentence) in objects(article, "", "text")?.into_iter().enumerate() {
        let path = format!("text[{index}].");
        found.insert(offset(sentence, &path, "id")?, Arc::from(string(sentence, &path, "text")?.trim()));
    }
    Ok(found)
}

fn rows(place: &Place<'_>, annotations: &Object, sentences: &BTreeMap<u64, Arc<str>>) -> Pieces {
    let people = people(annotations);
    let by_sentence = match annotations.get("sentence-level stances") {
        Some(Value::Object(stances)) => stances,
        other => {
            let found = other.map_or("missing", kind);
            return Err(Damage::of("sentence-level stances", format!("is {found}; expected an object")));
        }
    };
    let group = place.stem.split("_DOCUMENT").next().unwrap_or(place.stem);
    let mut numbers: Vec<&String> = by_sentence.keys().collect();
    numbers.sort_by_key(|number| (number.parse::<u64>().ok(), *number));
    let mut pieces = Vec::new();
    for number in numbers {
        let path = format!("sentence-level stances.{}", shown(number));
        let Some(text) = number.parse().ok().and_then(|number| sentences.get(&number)) else {
            pieces.push(place.rejected(Damage::of(path, "is the number of no sentence of the article")));
            continue;
        };
        let list = match objects(by_sentence, "sentence-level stances.", number) {
            Ok(list) => list,
            Err(damage) => {
                pieces.push(place.rejected(damage));
                continue;
            }
        };
        for (index, stance) in list.into_iter().enumerate() {
            pieces.push(match self::stance(stance, &format!("{path}[{index}]."), text, &people) {
                Ok(Ok(mut found)) => {
                    found.id = format!("seesaw-{}-{number}-{index}", place.stem);
                    found.group = Some(format!("seesaw-{group}"));
                    row(found)
                }
                Ok(Err(reason)) => left_out(reason),
                Err(damage) => place.rejected(damage),
            });
        }
    }
    Ok(pieces)
}

/// The entities of an article.
struct People {
    /// Those that are people and nothing else.
    people: BTreeSet<String>,
    /// How many entities end in each word.
    last_words: BTreeMap<String, usize>,
}

fn people(annotations: &Object) -> People {
    let mut found = People { people: BTreeSet::new(), last_words: BTreeMap::new() };
    let Some(Value::Array(list)) = annotations.get("entity lists") else { return found };
    for entity in list {
        let Some(name) = entity.get(0).and_then(Value::as_str).map(str::trim) else { continue };
        if let Some(last) = name.split_whitespace().next_back() {
            *found.last_words.entry(last.to_owned()).or_default() += 1;
        }
        if entity.get(1).and_then(Value::as_array).is_some_and(|kinds| kinds.iter().all(|kind| kind == "People")) {
            found.people.insert(name.to_owned());
        }
    }
    found
}

/// The row of a stance, or why there is none.
fn stance(object: &Object, path: &str, text: &Arc<str>, people: &People) -> Result<Result<PairRow, String>, Damage> {
    let sentiment = string(object, path, "sentiment")?;
    let label = match sentiment {
        "POS" => Stance::Supportive,
        "NEG" => Stance::Critical,
        other => {
            return Err(Damage::of(format!("{path}sentiment"), format!("is `{}`; expected POS or NEG", shown(other))));
        }
    };
    let (subject, target) = (string(object, path, "subject")?.trim(), string(object, path, "object")?.trim());
    for (role, name) in [("subject", subject), ("object", target)] {
        if ["None", "Not in the list", ""].contains(&name) {
            return Ok(Err(format!("the {role} is not named by the annotators")));
        }
    }
    let Some((holder, holder_by)) = named(text, subject, people) else {
        return Ok(Err("the sentence does not name the subject".to_owned()));
    };
    let Some((place, target_by)) = named(text, target, people) else {
        return Ok(Err("the sentence does not name the object".to_owned()));
    };
    let mut found = PairRow::new(String::new(), Arc::clone(text), Some(holder), place);
    found.label = Some(label);
    found.source_label = Some(sentiment.to_owned());
    for (field, value) in [("subject", subject), ("object", target)] {
        found.extra.insert(field.to_owned(), json!(value));
    }
    for (field, by) in [("holder_by", holder_by), ("target_by", target_by)] {
        if by == By::Surname {
            found.extra.insert(field.to_owned(), json!("surname"));
        }
    }
    Ok(Ok(found))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Surname,
}

/// Where the sentence names an entity, and by what.
fn named(text: &str, name: &str, people: &People) -> Option<(Span, By)> {
    // Topics and laws of several words are written in small letters by the annotators; a single word could be another one.
    let matching = if name.contains(char::is_whitespace) { Matching::Loose } else { Matching::Exact };
    if let Some(span) = find(text, name, matching, 0) {
        return Some((span, By::Name));
    }
    let (given, surname) = name.rsplit_once(char::is_whitespace)?;
    let proper = surname.chars().next().is_some_and(char::is_uppercase) && surname.chars().count() > 2;
    let single = people.last_words.get(surname).is_none_or(|count| *count == 1);
    if !people.people.contains(name) || !proper || !single || GROUPS.contains(&surname) {
        return None;
    }
    let mut from = 0;
    while let Some(span) = find(text, surname, Matching::Exact, from) {
        if !belongs_to_another(&text[..span.start], given) {
            return Some((span, By::Surname));
        }
        from = span.end;
    }
    None
}

/// Last words of groups that the annotators also call people.
const GROUPS: [&str; 12] = [
    "Administration",
    "Campaign",
    "Caucus",
    "Committee",
    "Conservatives",
    "Democrats",
    "Government",
    "Party",
    "Republicans",
    "Senators",
    "Team",
    "Voters",
];

/// Words that may stand with a capital in front of a surname and do not make another name of it.
const BEFORE: [&str; 40] = [
    "After",
    "And",
    "As",
    "Because",
    "Before",
    "But",
    "By",
    "Chancellor",
    "Even",
    "Did",
    "For",
    "General",
    "Gov.",
    "Governor",
    "He",
    "If",
    "In",
    "Judge",
    "Justice",
    "Leader",
    "Like",
    "Minister",
    "Mr.",
    "Mrs.",
    "Ms.",
    "Dr.",
    "Now",
    "President",
    "President-elect",
    "Rep.",
    "Representative",
    "Secretary",
    "Sen.",
    "Senator",
    "So",
    "Speaker",
    "Then",
    "When",
    "While",
    "With",
];

/// Whether the word in front of a surname makes it the name of somebody else; `given` are the entity's own given names.
fn belongs_to_another(before: &str, given: &str) -> bool {
    // A comma, a quotation mark or a bracket ends a name.
    let Some(word) = before.strip_suffix(' ').and_then(|before| before.split_whitespace().next_back()) else {
        return false;
    };
    let word = word.trim_start_matches(|first: char| !first.is_alphanumeric());
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    let ends_name = word.ends_with([',', ';', ':', '”', '"', ')', '?', '!']) || word.ends_with('.') && word.len() > 5;
    capital && !ends_name && !BEFORE.contains(&word) && !given.split_whitespace().any(|own| own == word)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_files, left_out, rejected, rows};
    use serde_json::{Value, json};

    fn import(stances: &Value, sentences: &Value) -> Vec<super::super::Imported> {
        let annotations = json!({"title": "-", "entity lists": [
            ["Étienne Lunel", ["People"], ["Main"], ["A"]], ["Ann Quill", ["People"], ["Main"], ["A"]],
            ["Harbour Board", ["Organization"], ["Main"], ["A"]],
            ["Paper Party", ["People"], ["Main"], ["A"]]
        ], "sentence-level stances": stances});
        let article = json!({"title": "-", "text": sentences});
        import_files(
            "seesaw",
            &[
                ("SEESAW/annotations/TRIPLET_001_DOCUMENT_0.json", annotations.to_string().as_bytes()),
                ("SEESAW/articles/TRIPLET_001_DOCUMENT_0.json", article.to_string().as_bytes()),
                ("SEESAW/meta/TRIPLET_001.json", b"{}"),
            ],
        )
    }

    fn stance(subject: &str, sentiment: &str, object: &str) -> Value {
        json!({"id": 0, "subject": subject, "sentiment": sentiment, "object": object, "annotators": ["A"]})
    }

    #[test]
    fn what_the_sentence_names_is_a_row() {
        let found = import(
            &json!({
                "10": [stance("Ann Quill", "POS", "Étienne Lunel")],
                "2": [stance("Étienne Lunel", "NEG", "harbour board"), stance("Étienne Lunel", "NEG", "Paper Party"),
                      stance("Not in the list", "NEG", "Harbour Board"), stance("Étienne Lunel", "MAYBE", "Harbour Board")],
                "99": []
            }),
            &json!([{"id": 2, "text": "🤝 Mr. Lunel blamed the Harbour Board and the Lower Party."},
                    {"id": 10, "text": "Mary Quill, a cousin, watched Quill praise Lunel."}]),
        );
        let rows = rows(&found);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["holder"], json!({"start": 6, "end": 11, "text": "Lunel"}));
        assert_eq!((&rows[0]["target"]["start"], &rows[0]["label"]), (&json!(23), &json!("critical")));
        assert_eq!((&rows[0]["holder_by"], rows[0].get("target_by")), (&json!("surname"), None));
        assert_eq!(rows[0]["group"], "seesaw-TRIPLET_001");
        assert_eq!(rows[1]["holder"], json!({"start": 30, "end": 35, "text": "Quill"}));
        assert_eq!(rows[1]["id"], "seesaw-TRIPLET_001_DOCUMENT_0-10-0");
        assert_eq!(
            left_out(&found),
            ["the sentence does not name the object", "the subject is not named by the annotators"]
        );
        let name = "SEESAW/annotations/TRIPLET_001_DOCUMENT_0.json";
        assert_eq!(
            rejected(&found),
            [
                format!("{name}: field `sentence-level stances.2[3].sentiment`: is `MAYBE`; expected POS or NEG"),
                format!("{name}: field `sentence-level stances.99`: is the number of no sentence of the article"),
            ]
        );
    }

    #[test]
    fn missing_articles_and_broken_files_are_named() {
        let found = import_files("seesaw", &[("annotations/a.json", b"{\"x\": 1}"), ("annotations/b.json", b"{")]);
        let rejected = rejected(&found);
        assert_eq!(rejected[0], "articles/a.json: does not exist");
        assert_eq!(rejected.len(), 2);
        let found = import_files("seesaw", &[("annotations/a.json", b"{\"x\":"), ("articles/a.json", b"{}")]);
        assert!(super::super::tests::rejected(&found)[0].starts_with("annotations/a.json:1: wrong JSON"));
        let found = import(&json!(4), &json!([]));
        assert!(super::super::tests::rejected(&found)[0].ends_with("is a number; expected an object"));
    }
}
