//! Round trips: what is exported and imported again is what it was.

use super::*;
use crate::{
    data::{
        PairRow,
        import::{ImportOptions, Imported, import, importer},
    },
    label::{Act, Root, Stance, Tone},
    pairs::{PairOptions, read_pairs},
    span::Span,
};
use proptest::prelude::*;
use std::{fs, path::Path, sync::Arc};

/// Exports, imports and reads again; `name` is that of the exported file in the folder.
fn round_trip(format: ExportFormat, pairs: &[LabelledPair]) -> Vec<LabelledPair> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(if format == ExportFormat::FastText { "out.txt" } else { "out.json" });
    if format.is_folder() {
        let out = AtomicFolder::create(&path).unwrap();
        let parts = [part("train", pairs)];
        export_folder(format, &parts, &CardFields::default(), &out).unwrap();
        out.commit().unwrap();
    } else {
        let mut out = Vec::new();
        export_file(format, pairs, &mut out).unwrap();
        fs::write(&path, out).unwrap();
    }
    if format == ExportFormat::HuggingFace {
        return read(&path.join("data/train.jsonl"));
    }
    let mut lines = Vec::new();
    import(importer(format.name()).unwrap(), &[path], &ImportOptions::default(), &mut |piece| {
        let Imported::Row(row) = piece else { panic!("{piece:?}") };
        lines.extend(row.line().unwrap());
        Ok(())
    })
    .unwrap();
    let rows = folder.path().join("rows.jsonl");
    fs::write(&rows, lines).unwrap();
    read(&rows)
}

fn part(name: &str, pairs: &[LabelledPair]) -> NamedPairs {
    NamedPairs { name: name.to_owned(), pairs: pairs.to_vec() }
}

fn read(path: &Path) -> Vec<LabelledPair> {
    let set = read_pairs(&[path.to_owned()], &PairOptions::default()).unwrap();
    assert_eq!(set.rejected, []);
    set.pairs
}

/// The pairs without the file that they were read from.
fn anywhere(pairs: &[LabelledPair]) -> Vec<LabelledPair> {
    pairs.iter().map(|pair| LabelledPair { file: Arc::from(""), line: 0, ..pair.clone() }).collect()
}

/// Only what fastText carries.
fn bare(pairs: &[LabelledPair]) -> Vec<LabelledPair> {
    let carried = |pair: &LabelledPair| LabelledPair {
        id: String::new(),
        act: None,
        root: None,
        tone: None,
        intensity: None,
        date: None,
        issuer: None,
        group: Arc::clone(&pair.text),
        weight: 1.0,
        source: Arc::from(""),
        ..pair.clone()
    };
    anywhere(pairs).iter().filter(|pair| pair.stance.is_some()).map(carried).collect()
}

const ROWS: &str = r##"{"id":"p","text":"“Perú” 🤝 Chile:\nboth\r\nthanked Côte\nd’Ivoire; Perú\tdid not.","date":"1987-03","issuer":"PER","tone":"positive","dataset":"mine","group":"g","weight":0.5,"pairs":[{"holder":null,"target":"Chile","stance":"neutral"},{"holder":"Perú","target":"Côte\nd’Ivoire","stance":"supportive","act":"SUPPORT","intensity":6},{"holder":"Perú#2","target":"Chile","stance":"critical"},{"holder":"Perú","target":"Chile"},{"holder":"Perú","target":"Chile","stance":"critical","act":"ACCUSE"},{"holder":null,"target":"Chile","stance":"critical"}]}
{"id":"q","text":"Quito __label__x \\n </s> __target__ __ _ left Lima.","target":"Lima","label":"critical"}
{"id":"r","text":"Quito __label__x \\n </s> __target__ __ _ left Lima.","holder":"Quito","target":"Lima","label":"neutral","tone":"negative"}
{"id":"s","text":"Lima","target":"Lima"}
"##;

fn pairs() -> Vec<LabelledPair> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.jsonl");
    fs::write(&path, ROWS).unwrap();
    read(&path)
}

#[test]
fn every_format_gives_the_pairs_back() {
    let pairs = pairs();
    assert_eq!(pairs.len(), 9);
    for format in ExportFormat::ALL {
        let back = round_trip(format, &pairs);
        if format == ExportFormat::FastText {
            assert_eq!(bare(&back), bare(&pairs));
        } else {
            assert_eq!(anywhere(&back), anywhere(&pairs), "{format}");
        }
    }
}

#[test]
fn what_annotators_change_holds() {
    let mut out = Vec::new();
    export_file(ExportFormat::Doccano, &pairs()[..6], &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let changed = text.replacen("\"type\":\"supportive\"", "\"type\":\"critical\"", 1);
    assert_ne!(changed, text);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, changed).unwrap();
    let mut rows: Vec<PairRow> = Vec::new();
    import(importer("doccano").unwrap(), &[path], &ImportOptions::default(), &mut |piece| {
        let Imported::Row(row) = piece else { panic!("{piece:?}") };
        rows.push(*row);
        Ok(())
    })
    .unwrap();
    assert_eq!((rows[1].id.as_str(), rows[1].label), ("p-2", Some(Stance::Critical)));
    assert_eq!((rows[1].act, rows[1].intensity, rows[1].tone), (None, None, Some(Tone::Positive)));
    assert_eq!((rows[4].id.as_str(), rows[4].act), ("p-5", Some(Act::Accuse)));
}

#[test]
fn formats_say_what_they_leave_out() {
    let mut out = Vec::new();
    let summary = export_file(ExportFormat::FastText, &pairs(), &mut out).unwrap();
    assert_eq!(
        summary.to_string(),
        "7 pairs in 7 records; 2 left out\nleft out: 2 because fastText learns from labelled lines only"
    );
    let error = export_file(ExportFormat::Brat, &pairs(), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "brat is a folder, not one file");
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse::<ExportFormat>(), Ok(format));
    }
    assert!("conll".parse::<ExportFormat>().unwrap_err().to_string().starts_with("`conll` is not an export format"));
}

#[test]
fn a_card_names_parts_features_and_licence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card");
    let parts = [part("train", &pairs()), part("test", &pairs()[..2])];
    let card = CardFields { title: "Notes: \"A\"".into(), licence: Some("CC-BY-4.0".into()), ..CardFields::default() };
    let out = AtomicFolder::create(&path).unwrap();
    assert_eq!(export_folder(ExportFormat::HuggingFace, &parts, &card, &out).unwrap().pairs, 11);
    out.commit().unwrap();
    let readme = fs::read_to_string(path.join("README.md")).unwrap();
    assert!(
        readme.starts_with("---\npretty_name: \"Notes: \\\"A\\\"\"\nlanguage:\n- \"en\"\nlicense: cc-by-4.0\n"),
        "{readme}"
    );
    assert!(readme.contains("  - split: test\n    path: data/test.jsonl\n"), "{readme}");
    assert!(readme.contains("| train | 9 | 4 | 2 | 1 | 2 |\n"), "{readme}");
    let wrong = [part("a b", &[])];
    let out = AtomicFolder::create(folder.path().join("x")).unwrap();
    let error = export_folder(ExportFormat::HuggingFace, &wrong, &card, &out).unwrap_err();
    assert!(error.to_string().starts_with("`a b` is no name of a part"));
}

fn any_pair() -> impl Strategy<Value = LabelledPair> {
    let text = "[ab_ \\\\\n\r\té🤝<>/s.,]{4,30}";
    (text, prop::array::uniform4(0_usize..40), any::<(bool, bool)>(), 0_usize..5, 0_usize..3).prop_filter_map(
        "two mentions with words",
        |(text, cuts, (alone, swapped), stance, more)| {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut cuts = cuts.map(|cut| places[cut % places.len()]);
            cuts.sort_unstable();
            let (first, second) = (Span::new(cuts[0], cuts[1]), Span::new(cuts[2], cuts[3]));
            let (holder, target) = if swapped { (second, first) } else { (first, second) };
            let blank = |span: Span| span.of(&text).trim().is_empty();
            if blank(holder) || blank(target) {
                return None;
            }
            let text: Arc<str> = Arc::from(text.as_str());
            Some(LabelledPair {
                id: format!("id{stance}{more}"),
                group: if more == 0 { Arc::clone(&text) } else { Arc::from(format!("g{more}")) },
                holder: (!alone).then_some(holder),
                target,
                text,
                stance: [Some(Stance::Critical), Some(Stance::Neutral), Some(Stance::Supportive), None][stance % 4],
                act: [None, Some(Act::Accuse), Some(Act::Aid)][more],
                root: [None, Some(Root::Accuse), Some(Root::Aid)][more],
                tone: [None, Some(Tone::Negative), None][more],
                intensity: [None, Some(0), Some(10)][more],
                date: ["2023", "1987-03", "2026-01-06"][more].parse().ok(),
                issuer: (more == 1).then(|| "PER".to_owned()),
                weight: [1.0, 0.25, 0.1][more],
                source: Arc::from("mine"),
                file: Arc::from(""),
                line: 0,
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn any_pairs_come_back(pairs in prop::collection::vec(any_pair(), 1..5), twice: bool) {
        let pairs = if twice { pairs.iter().flat_map(|pair| [pair.clone(), pair.clone()]).collect() } else { pairs };
        for format in ExportFormat::ALL {
            let back = round_trip(format, &pairs);
            if format == ExportFormat::FastText {
                prop_assert_eq!(bare(&back), bare(&pairs));
            } else {
                prop_assert_eq!(anywhere(&back), anywhere(&pairs), "{}", format);
            }
        }
    }
}
