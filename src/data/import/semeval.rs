//! SemEval-2016 task 6: stance of tweets toward a given target.
//!
//! Mohammad, Kiritchenko, Sobhani, Zhu and Cherry (2016), *SemEval-2016 Task 6: Detecting Stance in Tweets*. In: the `.txt` files of
//! the task, tab-separated without quotes, with the header `ID Target Tweet Stance` and, in the later release, `Opinion
//! towards` and `Sentiment`. Out: a row for each tweet that names its target; the holder is the author; FAVOR, AGAINST and
//! NONE are supportive, critical and neutral; the sentiment is the tone. A target is looked for as whole words, in any case and
//! as a hashtag or user name writes it (`#HillaryClinton`). Most tweets do not name their target ("Atheism", "Legalization of
//! Abortion"): they are left out, as a pair needs a place that stands for its target.
//!
//! The first release is in Windows-1252: lines that are not UTF-8 are rejected; `iconv -f WINDOWS-1252 -t UTF-8` helps.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    records::{Damage, Pieces, Place, each_line, left_out, row, shown, sources},
    words::{Matching, find},
};
use crate::label::{Stance, Tone};
use serde_json::json;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct SemEval2016;

const ABOUT: About = About {
    name: "semeval2016",
    reads: "SemEval-2016 task 6, stance in tweets (those that name their target): the .txt files of the task",
    url: "https://www.saifmohammad.com/WebPages/StanceDataset.htm",
    licence: "\"Do not redistribute the data\"; use with citation (Mohammad et al. 2016)",
    tool: false,
};

impl Importer for SemEval2016 {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        each_line(&sources(inputs, &["txt", "tsv"])?, options, sink, &mut tweet)
    }
}

fn tweet(place: &Place<'_>, line: &str) -> Pieces {
    let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [id, target, text, stance, more @ ..] = fields.as_slice() else {
        return Err(Damage::new(format!("has {} fields; expected ID, Target, Tweet and Stance", fields.len())));
    };
    if place.index == 0 && *id == "ID" && *stance == "Stance" {
        return Ok(Vec::new());
    }
    let label = match *stance {
        "FAVOR" => Stance::Supportive,
        "AGAINST" => Stance::Critical,
        "NONE" => Stance::Neutral,
        "UNKNOWN" => return Ok(vec![left_out("the stance is not given (UNKNOWN)")]),
        other => {
            let problem = format!("is `{}`; expected FAVOR, AGAINST or NONE", shown(other));
            return Err(Damage::of("Stance", problem));
        }
    };
    if text.is_empty() || target.is_empty() {
        return Err(Damage::of(if text.is_empty() { "Tweet" } else { "Target" }, "is empty"));
    }
    let Some(span) = find(text, target, Matching::Loose, 0) else {
        return Ok(vec![left_out(format!("the tweet does not name its target, `{}`", shown(target)))]);
    };
    let mut found = PairRow::new(format!("semeval2016-{}-{id}", place.stem), Arc::from(*text), None, span);
    found.label = Some(label);
    found.source_label = Some((*stance).to_owned());
    found.tone = match more.get(1) {
        Some(&"POSITIVE") => Some(Tone::Positive),
        Some(&"NEGATIVE") => Some(Tone::Negative),
        Some(&"NEITHER") => Some(Tone::Neutral),
        _ => None,
    };
    found.extra.insert("source_target".to_owned(), json!(target));
    if let Some(towards) = more.first().filter(|towards| !towards.is_empty()) {
        found.extra.insert("opinion_towards".to_owned(), json!(towards));
    }
    Ok(vec![row(found)])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_bytes, import_text, left_out, rejected, rows};
    use serde_json::json;

    #[test]
    fn tweets_that_name_their_target_are_rows() {
        let found = import_text(
            "semeval2016",
            "trial.txt",
            "\u{FEFF}ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment\r\n\
             1\tÉtienne Lunel\t🤝 vote \"#étiennelunel now\tFAVOR\tTARGET\tPOSITIVE\r\n\
             2\tÉtienne Lunel\tnot him again\tAGAINST\tTARGET\tNEGATIVE\r\n\
             3\tAtheism\tAtheism is a word\tNONE\r\n",
        );
        let rows = rows(&found);
        assert_eq!(rejected(&found), [] as [&str; 0]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["target"], json!({"start": 9, "end": 21, "text": "étiennelunel"}));
        assert_eq!((&rows[0]["label"], &rows[0]["tone"]), (&json!("supportive"), &json!("positive")));
        assert_eq!((&rows[1]["id"], &rows[1]["label"]), (&json!("semeval2016-trial-3"), &json!("neutral")));
        assert_eq!(left_out(&found), ["the tweet does not name its target, `Étienne Lunel`"]);
    }

    #[test]
    fn damage_is_named() {
        let found = import_text("semeval2016", "t.txt", "1\tA\tA!\tMAYBE\n2\tA\tA!\n3\tA\t\tNONE\n4\tA\tA!\tUNKNOWN\n");
        assert_eq!(
            rejected(&found),
            [
                "t.txt:1: field `Stance`: is `MAYBE`; expected FAVOR, AGAINST or NONE",
                "t.txt:2: has 3 fields; expected ID, Target, Tweet and Stance",
                "t.txt:3: field `Tweet`: is empty",
            ]
        );
        assert_eq!(left_out(&found), ["the stance is not given (UNKNOWN)"]);
        let found = import_bytes("semeval2016", "t.txt", b"1\tA\tA caf\xE9\tNONE\n2\tA\tA\tNONE\n");
        assert_eq!(rejected(&found), ["t.txt:1: invalid UTF-8 at byte 9 of the line"]);
        assert_eq!(rows(&found).len(), 1);
        assert_eq!(import_text("semeval2016", "t.txt", ""), []);
    }
}
