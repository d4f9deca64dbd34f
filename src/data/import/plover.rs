//! PLV and AW: political relations with source and target marked, in the classes of PLOVER.
//!
//! Hu, Parolin, Khan, Brandt, Osorio and D'Orazio (2024), *Leveraging Codebook Knowledge with NLI and ChatGPT for Zero-Shot Political
//! Relation Classification*, ACL. In: `PLV_train.tsv`, `PLV_test.tsv` (sentences of political news with root and pentacode),
//! `AW_train.tsv`, `AW_test.tsv` (events of ACE and WikiEvents with cooperation or conflict): tab-separated with a header, quoted as
//! in CSV; `marked_sentence` has `<s>` and `<t>` around source and target, at every place where their words stand. Out: a row
//! for each record. Cooperation is supportive and conflict critical, by pentacode (1, 2 against 3, 4; 0 is neutral) or
//! `gold_binary`; so CONSULT is supportive here. `act` is the root where it is one of the 16; YIELD, which joins CONCEDE
//! and RETREAT, stands in `root` only, as every root does. Where a mark stands at several places the first counts that is made of whole
//! words and not inside the other actor. Records whose source or target the text does not name are left out.

use super::{
    About, ImportError, ImportOptions, Importer, PairRow, Sink,
    records::{Damage, Pieces, Place, each_record, left_out, row, shown, sources},
    words::{is_whole, trimmed},
};
use crate::{
    label::{Label, Root, Stance},
    span::{CodePoints, Span},
};
use serde_json::json;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug)]
pub(super) struct Plover;

const ABOUT: About = About {
    name: "plv",
    reads: "PLV and AW, political relations in PLOVER classes: PLV_train.tsv, PLV_test.tsv, AW_train.tsv, AW_test.tsv",
    url: "https://github.com/snowood1/Zero-Shot-PLOVER",
    licence: "none stated",
    tool: false,
};

impl Importer for Plover {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn read(&self, inputs: &[PathBuf], options: &ImportOptions, sink: Sink<'_>) -> Result<(), ImportError> {
        let mut header: Result<Header, Damage> = Err(Damage::new("has no header"));
        each_record(&sources(inputs, &["tsv"])?, options, sink, &mut |place, fields| {
            if place.index == 0 {
                header = Header::of(fields);
                return match &header {
                    Ok(_) => Ok(Vec::new()),
                    Err(damage) => Err(damage.clone()),
                };
            }
            match &header {
                Ok(header) => relation(place, header, fields),
                // Said once, at the header.
                Err(_) => Ok(Vec::new()),
            }
        })
    }
}

/// Where the columns stand.
#[derive(Debug)]
struct Header {
    count: usize,
    marked: usize,
    sentence: Option<usize>,
    root: Option<usize>,
    penta: Option<usize>,
    event: Option<usize>,
    binary: Option<usize>,
}

impl Header {
    fn of(names: &[&str]) -> Result<Self, Damage> {
        let column = |name: &str| names.iter().position(|found| found.trim() == name);
        let header = Self {
            count: names.len(),
            marked: column("marked_sentence")
                .ok_or_else(|| Damage::of("marked_sentence", "is not among the columns of the header"))?,
            sentence: column("sentence_id").or_else(|| column("uid")),
            root: column("gold_root"),
            penta: column("gold_penta"),
            event: column("event_type"),
            binary: column("gold_binary"),
        };
        if header.penta.is_none() && header.binary.is_none() {
            return Err(Damage::of("gold_penta", "is not among the columns of the header, nor is `gold_binary`"));
        }
        Ok(header)
    }
}

const QUADS: [(Stance, &str); 5] = [
    (Stance::Neutral, "neutral"),
    (Stance::Supportive, "verbal cooperation"),
    (Stance::Supportive, "material cooperation"),
    (Stance::Critical, "verbal conflict"),
    (Stance::Critical, "material conflict"),
];

fn relation(place: &Place<'_>, header: &Header, fields: &[&str]) -> Pieces {
    if fields.len() != header.count {
        return Err(Damage::new(format!("has {} fields; the header has {}", fields.len(), header.count)));
    }
    let field = |column: Option<usize>| column.map(|column| fields[column].trim());
    let (text, sources, targets) = unmark(fields[header.marked])?;
    let points = CodePoints::of(&text);
    let places = |spans: &[Span]| json!(spans.iter().map(|span| points.range(*span)).collect::<Vec<_>>());
    let (all_sources, all_targets) = (places(&sources), places(&targets));
    let mut extra = serde_json::Map::new();
    let label = match (field(header.penta), field(header.binary)) {
        (Some(penta), _) => {
            // Tables with gaps write 3 as 3.0.
            let number = penta.strip_suffix(".0").unwrap_or(penta).parse().unwrap_or(usize::MAX);
            let (label, quad) = QUADS
                .get(number)
                .ok_or_else(|| Damage::of("gold_penta", format!("is `{}`; expected 0 to 4", shown(penta))))?;
            extra.insert("penta".to_owned(), json!(number));
            extra.insert("quad".to_owned(), json!(quad));
            *label
        }
        (None, Some("0")) => Stance::Supportive,
        (None, Some("1")) => Stance::Critical,
        (None, other) => {
            let found = shown(other.unwrap_or_default());
            return Err(Damage::of("gold_binary", format!("is `{found}`; expected 0 (cooperation) or 1 (conflict)")));
        }
    };
    let pick = |spans: &[Span], other: Option<Span>| {
        let apart = |span: &&Span| other.is_none_or(|other| !other.overlaps(**span));
        let whole = spans.iter().filter(apart).find(|span| is_whole(&text, **span));
        whole.or_else(|| spans.iter().find(apart)).copied()
    };
    let Some(holder) = pick(&sources, None) else { return Ok(vec![left_out("the text does not name the source")]) };
    let Some(target) = pick(&targets, Some(holder)) else {
        let reason = if targets.is_empty() { "the text does not name the target" } else { "source and target overlap" };
        return Ok(vec![left_out(reason)]);
    };
    extra.insert("all_source_spans".to_owned(), all_sources);
    extra.insert("all_target_spans".to_owned(), all_targets);
    if let Some(sentence) = field(header.sentence) {
        extra.insert("sentence_id".to_owned(), json!(sentence));
    }
    let set = place.stem.to_lowercase().replace('_', "-");
    // The header is the record 0.
    let mut found = PairRow::new(format!("{set}-{}", place.index - 1), Arc::from(text), Some(holder), target);
    found.label = Some(label);
    found.act = field(header.root).and_then(|root| root.parse().ok());
    if let Some(root) = field(header.root).and_then(|root| root.parse::<Root>().ok()) {
        extra.insert("root".to_owned(), json!(root.name()));
    }
    found.source_label = field(header.root).or_else(|| field(header.event)).map(str::to_owned);
    found.extra = extra;
    Ok(vec![row(found)])
}

/// The sentence without its marks, and the places that `<s>` and `<t>` marked, without blanks at their ends.
fn unmark(marked: &str) -> Result<(String, Vec<Span>, Vec<Span>), Damage> {
    let wrong = |tag: &str| Damage::of("marked_sentence", format!("has a `{tag}` without its other half"));
    let mut text = String::with_capacity(marked.len());
    let mut open: [Option<usize>; 2] = [None; 2];
    let mut found: [Vec<Span>; 2] = [Vec::new(), Vec::new()];
    let mut rest = marked;
    const TAGS: [(&str, &str); 2] = [("<s>", "</s>"), ("<t>", "</t>")];
    'text: while let Some(first) = rest.chars().next() {
        for (which, (begin, end)) in TAGS.iter().enumerate() {
            if let Some(after) = rest.strip_prefix(begin) {
                if open[which].replace(text.len()).is_some() {
                    return Err(wrong(begin));
                }
                rest = after;
                continue 'text;
            }
            if let Some(after) = rest.strip_prefix(end) {
                let start = open[which].take().ok_or_else(|| wrong(end))?;
                found[which].push(Span::new(start, text.len()));
                rest = after;
                continue 'text;
            }
        }
        text.push(first);
        rest = &rest[first.len_utf8()..];
    }
    for (which, (begin, _)) in TAGS.iter().enumerate() {
        if open[which].is_some() {
            return Err(wrong(begin));
        }
    }
    let [sources, targets] = found.map(|spans| {
        spans.into_iter().map(|span| trimmed(&text, span)).filter(|span| !span.is_empty()).collect::<Vec<_>>()
    });
    Ok((text, sources, targets))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import_text, left_out, rejected, rows};
    use serde_json::json;

    const PLV: &str = "\tsentence_id\tsentence\tmarked_sentence\tsource\ttarget\tgold_penta\tgold_root\r\n";

    fn plv(records: &str) -> Vec<super::super::Imported> {
        import_text("plv", "PLV_train.tsv", &format!("\u{FEFF}{PLV}{records}"))
    }

    #[test]
    fn roots_are_acts_and_pentacodes_are_stances() {
        let found = plv(
            "\t7\t-\t🤝 <s>Côte d’Ivoire </s> freed <t>Togo</t>lese crew of <t>Togo</t>.\tCôte d’Ivoire\tTogo\t2.0\tYIELD\n\
             \t8\t-\t\"<s><t>Peru</t>vian guards</s> said \"\"no\"\" to <t>Peru</t>.\"\tPeruvian guards\tPeru\t3\tREJECT\n",
        );
        let rows = rows(&found);
        assert_eq!(rejected(&found), [] as [&str; 0]);
        assert_eq!(rows[0]["holder"], json!({"start": 2, "end": 15, "text": "Côte d’Ivoire"}));
        assert_eq!(rows[0]["target"], json!({"start": 40, "end": 44, "text": "Togo"}));
        assert_eq!((&rows[0]["label"], &rows[0]["source_label"]), (&json!("supportive"), &json!("YIELD")));
        assert!(rows[0].get("act").is_none());
        assert_eq!((&rows[0]["id"], &rows[0]["quad"]), (&json!("plv-train-0"), &json!("material cooperation")));
        assert_eq!(rows[0]["all_target_spans"], json!([[23, 27], [40, 44]]));
        assert_eq!(rows[1]["text"], "Peruvian guards said \"no\" to Peru.");
        assert_eq!(rows[1]["target"]["start"], 29);
        assert_eq!((&rows[1]["act"], &rows[1]["label"]), (&json!("REJECT"), &json!("critical")));
    }

    #[test]
    fn what_the_text_does_not_name_is_left_out() {
        let found = plv("\t1\t-\t<s>A</s> looks into it.\tA\ta recipient\t3\tACCUSE\n\
             \t2\t-\tSomebody met <t>B</t>.\ta source\tB\t1\tCONSULT\n\
             \t3\t-\t<s><t>B</t> men</s> left.\tB men\tB\t1\tCONSULT\n");
        assert_eq!(
            left_out(&found),
            ["the text does not name the target", "the text does not name the source", "source and target overlap"]
        );
    }

    #[test]
    fn damage_is_named() {
        let found =
            plv("\t1\t-\t<s>A met <t>B</t>.\tA\tB\t1\tCONSULT\n\t1\t-\t<s>A</s> met <t>B</t>.\tA\tB\t7\tX\n\t1\t-\n");
        assert_eq!(
            rejected(&found),
            [
                "PLV_train.tsv:2: field `marked_sentence`: has a `<s>` without its other half",
                "PLV_train.tsv:3: field `gold_penta`: is `7`; expected 0 to 4",
                "PLV_train.tsv:4: has 3 fields; the header has 8",
            ]
        );
        let found = import_text("plv", "x.tsv", "a\tb\n1\t2\n");
        assert_eq!(rejected(&found), ["x.tsv:1: field `marked_sentence`: is not among the columns of the header"]);
        assert_eq!(import_text("plv", "x.tsv", ""), []);
    }

    #[test]
    fn events_have_two_classes() {
        let found = import_text(
            "plv",
            "AW_test.tsv",
            "uid\tmarked_sentence\tevent_type\tgold_binary\n4\t<s>A</s> struck <t>B</t>.\tConflict:Attack\t1\n",
        );
        let rows = rows(&found);
        assert_eq!((&rows[0]["label"], &rows[0]["source_label"]), (&json!("critical"), &json!("Conflict:Attack")));
        assert_eq!(rows[0]["id"], "aw-test-0");
    }
}
