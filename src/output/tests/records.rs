//! Both formats: exact bytes, offsets, round trips.

use super::super::*;
use crate::{
    pairs::{Act, Stance, Tone},
    span::{CodePoints, Span},
};
use proptest::prelude::*;

const TEXT: &str = "📰 Đà Nẵng. Côte d’Ivoire “condemns” Curaçao’s move.";

fn find(words: &str) -> Span {
    let start = TEXT.find(words).unwrap();
    Span::new(start, start + words.len())
}

fn record() -> StanceRecord {
    let points = CodePoints::of(TEXT);
    let actor = |id: &str, name: &str, words: &str| {
        let actor = ActorField {
            id: Some(id.into()),
            name: Some(name.into()),
            kind: Some("state".into()),
            ..ActorField::default()
        };
        actor.place(find(words), TEXT, &points)
    };
    let mut record = StanceRecord {
        doc_id: "d,1".into(),
        doc_date: Some("2026-01".parse().unwrap()),
        issuer: Some("CIV".into()),
        sentence: Some(1),
        holder: Some(actor("CIV", "Côte d'Ivoire", "Côte d’Ivoire")),
        target: actor("CUW", "Curaçao", "Curaçao"),
        stance: Stance::Critical,
        confidence: 2.0 / 3.0,
        probabilities: [2.0 / 3.0, 0.25, 1.0 / 12.0].into(),
        score: 1.0 / 12.0 - 2.0 / 3.0,
        act: Some(Act::Accuse),
        act_confidence: Some(0.5),
        intensity: Some(8.0),
        tone: Some(Tone::Negative),
        tone_score: Some(-1e-9),
        reported: true,
        evidence: "“condemns”".into(),
        model: "m".into(),
        gazetteer: "g".into(),
        ..StanceRecord::default()
    };
    record.place(Span::new(find("Côte").start, TEXT.len()), TEXT, &points);
    record
}

fn written(format: RecordFormat, records: &[StanceRecord]) -> String {
    let mut out = Vec::new();
    write_records(format, records, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_json_record_has_the_fields_of_the_design_in_their_order() {
    // Counted by hand: 📰, a space, "Đà Nẵng." (8) and a space come before the sentence, 11 code points.
    let expected = concat!(
        r#"{"doc_id":"d,1","doc_date":"2026-01","issuer":"CIV","publisher":null,"sentence":1,"start":11,"end":51,"#,
        r#""text":"Côte d’Ivoire “condemns” Curaçao’s move.","#,
        r#""holder":{"id":"CIV","name":"Côte d'Ivoire","kind":"state","role":null,"person":null,"#,
        r#""mention":"Côte d’Ivoire","start":11,"end":24},"speaker":null,"#,
        r#""target":{"id":"CUW","name":"Curaçao","kind":"state","role":null,"person":null,"#,
        r#""mention":"Curaçao","start":36,"end":43},"#,
        r#""stance":"critical","confidence":0.666667,"#,
        r#""probabilities":{"critical":0.666667,"neutral":0.25,"supportive":0.083333},"score":-0.583333,"#,
        r#""act":"ACCUSE","act_confidence":0.5,"intensity":8.0,"tone":"negative","tone_score":0.0,"#,
        r#""reported":true,"negated":false,"hypothetical":false,"evidence":"“condemns”","model":"m","gazetteer":"g"}"#,
        "\n"
    );
    assert_eq!(written(RecordFormat::Jsonl, &[record()]), expected);
    assert_eq!(header(RecordFormat::Jsonl), None);
}

#[test]
fn a_document_record_has_no_sentence_and_a_count() {
    let document = StanceRecord { sentence: None, start: None, end: None, text: None, records: Some(3), ..record() };
    let text = written(RecordFormat::Jsonl, std::slice::from_ref(&document));
    assert!(text.contains(r#""sentence":null,"start":null,"end":null,"text":null"#), "{text}");
    assert!(text.ends_with("\"gazetteer\":\"g\",\"records\":3}\n"), "{text}");
    assert!(written(RecordFormat::Csv, &[document]).ends_with(",m,g,3\n"));
}

#[test]
fn json_records_read_back() {
    let text = written(RecordFormat::Jsonl, &[record()]);
    let back: StanceRecord = serde_json::from_str(&text).unwrap();
    assert_eq!(written(RecordFormat::Jsonl, std::slice::from_ref(&back)), text);
    assert_eq!(back.target, record().target);
}

#[test]
fn a_csv_record_has_a_field_for_each_column() {
    let text = format!(
        "{}{}",
        String::from_utf8(header(RecordFormat::Csv).unwrap()).unwrap(),
        written(RecordFormat::Csv, &[record()])
    );
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let get = |name: &str| &row[names.iter().position(|column| column == name).unwrap()];
    for (name, value) in [
        ("doc_id", "d,1"),
        ("publisher", ""),
        ("start", "11"),
        ("text", "Côte d’Ivoire “condemns” Curaçao’s move."),
        ("holder_id", "CIV"),
        ("holder_mention", "Côte d’Ivoire"),
        ("speaker_id", ""),
        ("target_start", "36"),
        ("target_end", "43"),
        ("p_critical", "0.666667"),
        ("p_supportive", "0.083333"),
        ("score", "-0.583333"),
        ("intensity", "8"),
        ("tone_score", "0"),
        ("reported", "true"),
        ("negated", "false"),
        ("gazetteer", "g"),
        ("records", ""),
    ] {
        assert_eq!(get(name), value, "{name}");
    }
    assert_eq!(names.len(), 50);
}

#[test]
fn what_is_not_finite_is_missing() {
    let odd = StanceRecord { confidence: f64::NAN, tone_score: Some(f64::INFINITY), ..record() };
    let text = written(RecordFormat::Jsonl, std::slice::from_ref(&odd));
    assert!(text.contains(r#""confidence":null"#) && text.contains(r#""tone_score":null"#), "{text}");
    assert!(written(RecordFormat::Csv, &[odd]).contains(",critical,,0.666667,"));
}

#[test]
fn formats_are_known_by_name_and_by_path() {
    for format in RecordFormat::ALL {
        assert_eq!(format.name().parse::<RecordFormat>(), Ok(format));
    }
    assert!("xml".parse::<RecordFormat>().is_err());
    assert_eq!(RecordFormat::of_path("a/b.CSV.gz".as_ref()), Some(RecordFormat::Csv));
    assert_eq!(RecordFormat::of_path("b.jsonl.zst".as_ref()), Some(RecordFormat::Jsonl));
    assert_eq!(RecordFormat::of_path("csv".as_ref()), None);
}

proptest! {
    /// Batches may be cut anywhere.
    #[test]
    fn batches_join_to_the_same_bytes(cut in 0_usize..5, texts in prop::collection::vec("[a,\"\\n\\ré]{0,8}", 5)) {
        let records: Vec<StanceRecord> =
            texts.into_iter().map(|evidence| StanceRecord { evidence, ..record() }).collect();
        for format in RecordFormat::ALL {
            let whole = written(format, &records);
            let parts = written(format, &records[..cut]) + &written(format, &records[cut..]);
            prop_assert_eq!(whole, parts);
        }
    }

    /// `text[start:end] == mention`, as Python counts.
    #[test]
    fn placed_mentions_are_what_python_slices(text in "\\PC{1,400}", a in 0_usize..400, b in 0_usize..400) {
        let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (a, b) = (bounds[a % bounds.len()], bounds[b % bounds.len()]);
        let span = Span::new(a.min(b), a.max(b));
        let actor = ActorField::default().place(span, &text, &CodePoints::of(&text));
        let (start, end) = (actor.start.unwrap(), actor.end.unwrap());
        let sliced: String = text.chars().skip(start).take(end - start).collect();
        prop_assert_eq!(Some(sliced), actor.mention);
    }
}
