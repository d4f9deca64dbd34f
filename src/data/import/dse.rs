//! DSE: directed sentiment between two entities of a news sentence.
//!
//! Park, Pan and Joo (2021), *Who Blames or Endorses Whom? Entity-to-Entity Directed Sentiment Analysis in News Text*, ACL. In:
//! `train.txt`, `valid.txt`, `test.txt`: tab-separated, quoted as in CSV, no header: the sentence with its two entities in
//! brackets, p, q, and the class: 0 neutral, 1 p->q positive, 2 q->p positive, 3 p->q negative, 4 q->p negative. Out: two rows a
//! sentence, one for each direction; the direction that the class does not name is neutral.
//!
//! The brackets lack every `s` and apostrophe that an entity ended in (`[Athen]s`): they are taken to the end of the word,
//! without a possessive ending.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    records::{Damage, Pieces, Place, each_record, left_out, row, shown, sources},
};
use crate::{label::Stance, span::Span};
use serde_json::json;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct Dse;

const ABOUT: About = About {
    name: "dse",
    reads: "DSE, directed sentiment between two entities in news: train.txt, valid.txt, test.txt",
    url: "https://github.com/bywords/directed_sentiment_analysis",
    licence: "\"You can use the resources for your purposes by citing the paper\" (Park, Pan and Joo 2021)",
    tool: false,
};

impl Importer for Dse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_record(&sources(inputs, &["txt", "tsv"])?, options, sink, &mut sentence)
    }
}

/// Of p toward q, and of q toward p, by class.
const CLASSES: [[Stance; 2]; 5] = [
    [Stance::Neutral, Stance::Neutral],
    [Stance::Supportive, Stance::Neutral],
    [Stance::Neutral, Stance::Supportive],
    [Stance::Critical, Stance::Neutral],
    [Stance::Neutral, Stance::Critical],
];

fn sentence(place: &Place<'_>, fields: &[&str]) -> Pieces {
    let [marked, p, q, class] = fields else {
        return Err(Damage::new(format!("has {} fields; expected sentence, p, q and class", fields.len())));
    };
    let number: usize = class.trim().parse().unwrap_or(usize::MAX);
    let Some(stances) = CLASSES.get(number) else {
        return Err(Damage::of("class", format!("is `{}`; expected 0 to 4", shown(class))));
    };
    let (text, entities) = unbracket(marked)?;
    for (entity, (name, given)) in entities.iter().zip([("p", p), ("q", q)]) {
        // The columns say which entity is which, so brackets that say otherwise cannot be trusted.
        if entity.of(&text).trim() != given.trim() {
            let found = shown(entity.of(&text));
            return Err(Damage::of(name, format!("is `{}`, but the brackets hold `{found}`", shown(given))));
        }
    }
    let text: Arc<str> = Arc::from(text);
    let [p, q] = entities.map(|entity| whole_words(&text, entity));
    let (Some(p), Some(q)) = (p, q) else {
        return Ok(vec![left_out("an entity has no letter or digit"), left_out("an entity has no letter or digit")]);
    };
    let pair = format!("dse-{}-{}", place.stem, place.index);
    let directions = [("pq", p, q, stances[0]), ("qp", q, p, stances[1])];
    Ok(directions
        .into_iter()
        .map(|(direction, holder, target, label)| {
            let mut found = PairRow::new(format!("{pair}-{direction}"), Arc::clone(&text), Some(holder), target);
            found.label = Some(label);
            let source = match label {
                Stance::Critical => "negative",
                Stance::Neutral => "neutral",
                Stance::Supportive => "positive",
            };
            found.source_label = Some(source.to_owned());
            found.extra.insert("class5".to_owned(), json!(number));
            found.extra.insert("direction".to_owned(), json!(direction));
            found.extra.insert("pair_id".to_owned(), json!(pair));
            row(found)
        })
        .collect())
}

/// The sentence without its brackets and without blanks at its ends, and what the brackets held.
fn unbracket(marked: &str) -> Result<(String, [Span; 2]), Damage> {
    let marked = marked.trim();
    let wrong = || Damage::of("sentence", "does not have two entities in brackets");
    let mut text = String::with_capacity(marked.len());
    let mut places = Vec::new();
    for character in marked.chars() {
        match character {
            '[' | ']' => {
                // Opening and closing brackets take turns.
                if (character == '[') != places.len().is_multiple_of(2) {
                    return Err(wrong());
                }
                places.push(text.len());
            }
            other => text.push(other),
        }
    }
    // Blanks that stood inside a bracket at an end of the sentence are at an end now.
    let blank = text.len() - text.trim_start().len();
    let text = text.trim();
    let inside = |place: usize| place.saturating_sub(blank).min(text.len());
    match places[..] {
        [a, b, c, d] if a < b && c < d => {
            Ok((text.to_owned(), [Span::new(inside(a), inside(b)), Span::new(inside(c), inside(d))]))
        }
        _ => Err(wrong()),
    }
}

/// The span up to the end of its last word, without a possessive ending; `None` when no letter or digit is left.
fn whole_words(text: &str, span: Span) -> Option<Span> {
    let rest = &text[span.end..];
    let end = span.end + rest.find(|next: char| !next.is_alphanumeric()).unwrap_or(rest.len());
    let words = &text[span.start..end];
    let words =
        ["’s", "'s", "’S", "'S", "’", "'"].iter().find_map(|ending| words.strip_suffix(ending)).unwrap_or(words);
    let start = span.start + words.len() - words.trim_start().len();
    words.contains(char::is_alphanumeric).then(|| Span::new(start, start + words.trim().len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, left_out, rejected, rows};
    use serde_json::json;

    #[test]
    fn both_directions_are_rows_and_words_are_whole() {
        let found = import_text(
            "dse",
            "valid.txt",
            " [Athen]s praised the [Dubliner]s.\tAthen\tDubliner\t1\r\n\
             \"[Kranz’]s aide called \"\"[André]’s\"\" plan weak 🤝\"\tKranz’\tAndré\t4\n",
        );
        let rows = rows(&found);
        assert_eq!(rejected(&found), [] as [&str; 0]);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0]["text"], "Athens praised the Dubliners.");
        assert_eq!(rows[0]["holder"], json!({"start": 0, "end": 6, "text": "Athens"}));
        assert_eq!(rows[0]["target"], json!({"start": 19, "end": 28, "text": "Dubliners"}));
        assert_eq!((&rows[0]["id"], &rows[0]["label"]), (&json!("dse-valid-0-pq"), &json!("supportive")));
        assert_eq!((&rows[1]["id"], &rows[1]["label"]), (&json!("dse-valid-0-qp"), &json!("neutral")));
        assert_eq!(rows[2]["text"], "Kranz’s aide called \"André’s\" plan weak 🤝");
        assert_eq!((&rows[2]["holder"]["text"], &rows[2]["label"]), (&json!("Kranz"), &json!("neutral")));
        assert_eq!(rows[3]["holder"], json!({"start": 21, "end": 26, "text": "André"}));
        assert_eq!((&rows[3]["label"], &rows[3]["class5"]), (&json!("critical"), &json!(4)));
    }

    #[test]
    fn records_that_contradict_themselves_are_named() {
        let found = import_text(
            "dse",
            "train.txt",
            "[A] and B.\tA\tB\t0\n[A] and [B].\tA\tB\t5\n[A] and [B].\tA\tC\t0\n[A] and [B].\tA\tB\n\
             [A and [B].\tA\tB\t0\n[] and [B].\t\tB\t0\nthe board[’]s [B].\t’\tB\t0\n\"[A] and [B].\tA\tB\t0\n",
        );
        assert_eq!(
            rejected(&found),
            [
                "train.txt:1: field `sentence`: does not have two entities in brackets",
                "train.txt:2: field `class`: is `5`; expected 0 to 4",
                "train.txt:3: field `q`: is `C`, but the brackets hold `B`",
                "train.txt:4: has 3 fields; expected sentence, p, q and class",
                "train.txt:5: field `sentence`: does not have two entities in brackets",
                "train.txt:6: field `sentence`: does not have two entities in brackets",
                "train.txt:8: the quote that opens a field on line 8 is never closed",
            ]
        );
        assert_eq!(left_out(&found), ["an entity has no letter or digit"; 2]);
        assert_eq!(import_text("dse", "train.txt", ""), []);
    }
}
