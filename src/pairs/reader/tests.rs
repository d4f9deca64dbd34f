use super::*;
use crate::pairs::{Act, Stance, Tone};
use std::{fs, path::Path};

/// Reads `text` as a pair file `set.jsonl` of its own.
fn read(text: &str, options: &PairOptions) -> PairSet {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set.jsonl");
    fs::write(&path, text).unwrap();
    let mut set = read_pairs(&[path], options).unwrap();
    let prefix = format!("{}/", folder.path().display());
    for error in &mut set.rejected {
        error.file = error.file.replace(&prefix, "");
    }
    set
}

fn problem(row: &str) -> String {
    let set = read(row, &PairOptions::default());
    assert!(set.pairs.is_empty(), "{row} was accepted");
    assert_eq!(set.rejected.len(), 1, "{row}");
    set.rejected[0].to_string()
}

const ROW: &str = r#"{"id":"a","text":"“Perú” thanked Chile.","holder":{"start":1,"end":5,"text":"Perú"},
"target":{"text":"Chile"},"label":"supportive","act":"SUPPORT","tone":"positive","intensity":6,"date":"1987-03",
"issuer":"PER","group":"g","weight":0.5,"dataset":"d","other":[1]}"#;

/// [`ROW`] on one line, with `from` replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    let row = ROW.replace('\n', "");
    assert!(row.contains(from), "{from}");
    row.replace(from, to)
}

#[test]
fn a_full_row_is_read_with_byte_spans() {
    let set = read(&changed("", ""), &PairOptions::default());
    assert_eq!(set.rejected, []);
    let pair = &set.pairs[0];
    assert_eq!(pair.holder.unwrap().of(&pair.text), "Perú");
    // “ is three bytes and ú is two.
    assert_eq!((pair.holder.unwrap().start, pair.holder.unwrap().end), (3, 8));
    assert_eq!(pair.target.of(&pair.text), "Chile");
    assert_eq!((pair.stance, pair.act), (Some(Stance::Supportive), Some(Act::Support)));
    assert_eq!((pair.tone, pair.intensity), (Some(Tone::Positive), Some(6)));
    assert_eq!((pair.id.as_str(), pair.group.as_ref(), pair.source.as_ref()), ("a", "g", "d"));
    assert_eq!((pair.weight, pair.line), (0.5, 1));
    assert_eq!(pair.date.unwrap().to_string(), "1987-03");
    assert_eq!(pair.issuer.as_deref(), Some("PER"));
}

#[test]
fn a_bare_row_gets_its_defaults() {
    let set = read("\n{\"text\":\"He left.\",\"target\":\"He\",\"stance\":\"neutral\"}\n", &PairOptions::default());
    let pair = &set.pairs[0];
    assert!(pair.id.ends_with("set.jsonl:2"), "{}", pair.id);
    assert!(Arc::ptr_eq(&pair.group, &pair.text));
    assert_eq!((pair.holder, pair.weight, pair.source.as_ref()), (None, 1.0, "set"));
    assert_eq!((pair.stance, pair.act, pair.tone, pair.intensity), (Some(Stance::Neutral), None, None, None));
}

#[test]
fn each_bad_field_is_named() {
    for (from, to, expected) in [
        ("“Perú” thanked Chile.", " ", "field `text`: is empty"),
        ("\"start\":1", "\"start\":40", "field `holder.start`: is 40, past the end of the text"),
        ("\"start\":1,\"end\":5", "\"start\":2,\"end\":6", "field `holder.text`: text[2:6] is `erú”`, not `Perú`"),
        ("\"start\":1,\"end\":5", "\"start\":5,\"end\":5", "field `holder.end`: is 5, not after the start"),
        ("{\"text\":\"Chile\"}", "null", "field `target`: is null; a pair needs a target"),
        ("\"target\"", "\"goal\"", "field `target`: is missing; a pair needs a target"),
        ("{\"text\":\"Chile\"}", "{\"start\":4,\"end\":9}", "field `holder`: at 1..5 overlaps the target at 4..9"),
        ("\"supportive\"", "\"friendly\"", "field `label`: `friendly` is not one of critical, neutral, supportive"),
        ("\"supportive\"", "1", "field `label`: is a number; expected a string"),
        ("\"SUPPORT\"", "\"YIELD\"", "field `act`: `YIELD` is not one of AGREE"),
        ("\"positive\"", "\"good\"", "field `tone`: `good` is not one of negative, neutral, positive"),
        ("\"intensity\":6", "\"intensity\":11", "field `intensity`: is 11; expected a whole number from 0 to 10"),
        ("\"intensity\":6", "\"intensity\":6.5", "field `intensity`: is 6.5; expected"),
        ("\"weight\":0.5", "\"weight\":-1", "field `weight`: is -1; expected a number from 0"),
        ("\"weight\":0.5", "\"weight\":\"NaN\"", "field `weight`: is \"NaN\"; expected a number from 0"),
        ("\"weight\":0.5", "\"weight\":1e300", "field `weight`: is 1e+300; expected"),
        ("\"1987-03\"", "\"March\"", "field `date`: `March` is not a date"),
        ("\"id\":\"a\"", "\"id\":[]", "field `id`: is an array; expected a string or a number"),
        (
            "\"label\"",
            "\"stance\":\"critical\",\"label\"",
            "field `label`: is `supportive`, but `stance` is `critical`",
        ),
        ("{\"id\"", "{id", "wrong JSON at column 2"),
    ] {
        let found = problem(&changed(from, to));
        assert!(found.starts_with(&format!("set.jsonl:1: {expected}")), "{found}\nexpected {expected}");
    }
    assert_eq!(problem("[1]"), "set.jsonl:1: expected one JSON object a line");
}

#[test]
fn a_missing_stance_is_an_error_only_when_asked() {
    let row = changed("\"label\":\"supportive\",", "");
    assert_eq!(read(&row, &PairOptions::default()).pairs[0].stance, None);
    let options = PairOptions { require_stance: true, ..PairOptions::default() };
    let set = read(&row, &options);
    assert_eq!(
        set.rejected[0].to_string(),
        "set.jsonl:1: field `label`: is missing; expected critical, neutral or supportive"
    );
}

#[test]
fn a_passage_gives_its_pairs_in_one_group() {
    let row = concat!(
        r#"{"id":"stmt-7","date":"2022","issuer":"KEN","genre":"x","text":"We thank Côte d’Ivoire; it told him that him.","#,
        r#""tone":"positive","pairs":[{"holder":null,"target":"Côte d’Ivoire","stance":"supportive","act":"SUPPORT","#,
        r#""intensity":6,"case":["far-target"]},{"holder":{"start":24,"end":26},"target":"him#2","stance":"neutral"}]}"#
    );
    let set = read(row, &PairOptions::default());
    assert_eq!(set.rejected, []);
    let ids: Vec<&str> = set.pairs.iter().map(|pair| pair.id.as_str()).collect();
    assert_eq!(ids, ["stmt-7-1", "stmt-7-2"]);
    let (first, second) = (&set.pairs[0], &set.pairs[1]);
    assert!(Arc::ptr_eq(&first.text, &second.text));
    assert_eq!((first.group.as_ref(), second.source.as_ref()), ("stmt-7", "set"));
    assert_eq!(first.target.of(&first.text), "Côte d’Ivoire");
    assert_eq!(second.holder.unwrap().of(&second.text), "it");
    assert_eq!(second.text[second.target.end..], *".");
    assert_eq!((second.tone, second.act, second.intensity), (Some(Tone::Positive), None, None));
}

#[test]
fn a_bad_pair_in_a_passage_is_named_by_its_place() {
    let passage = |pair: &str| {
        problem(&format!(
            r#"{{"id":"p","text":"Iran met Oman.","pairs":[{{"target":"Iran","stance":"neutral"}},{pair}]}}"#
        ))
    };
    assert_eq!(
        passage(r#"{"holder":"Iran","target":"Qatar","stance":"neutral"}"#),
        "set.jsonl:1: field `pairs[1].target`: `Qatar` is not in the text as whole words"
    );
    assert_eq!(
        passage(r#"{"holder":"Iran","target":{"start":0,"end":99}}"#),
        "set.jsonl:1: field `pairs[1].target.end`: is 99, past the end of the text, which has 14 code points"
    );
    assert!(passage(r#"{"target":"Oman","stance":"cool"}"#).starts_with("set.jsonl:1: field `pairs[1].stance`:"));
    assert!(passage(r#"{"target":"Oman","intensity":-1}"#).starts_with("set.jsonl:1: field `pairs[1].intensity`:"));
    assert_eq!(passage("3"), "set.jsonl:1: field `pairs[1]`: is a number; expected an object");
    assert_eq!(
        problem(r#"{"text":"Iran met Oman.","pairs":[]}"#),
        "set.jsonl:1: field `pairs`: is empty; a passage needs a pair"
    );
    assert_eq!(
        problem(r#"{"text":"Iran met Oman.","pairs":{}}"#),
        "set.jsonl:1: field `pairs`: is an object; expected an array of pairs"
    );
}

#[test]
fn files_are_hashed_as_read_and_bad_rows_do_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "{\"text\":\"He left.\",\"target\":\"He\"}\nnot json\n\n{\"text\":\"She left.\",\"target\":\"She\"}\n";
    fs::create_dir(folder.path().join("b")).unwrap();
    fs::write(folder.path().join("b/y.jsonl"), rows).unwrap();
    fs::write(folder.path().join("a.jsonl.zst"), zstd::encode_all(rows.as_bytes(), 1).unwrap()).unwrap();
    fs::write(folder.path().join("c.csv"), "text\nx\n").unwrap();
    let set = read_pairs(&[folder.path().to_owned()], &PairOptions::default()).unwrap();
    let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(rows.as_bytes()));
    let file = |name: &str| FileHash { name: name.to_owned(), xxh3: hash.clone(), rows: 3 };
    assert_eq!(set.files, [file("a.jsonl.zst"), file("b/y.jsonl")]);
    assert_eq!((set.pairs.len(), set.rejected.len()), (4, 2));
    assert_eq!(set.rejected[0].line, Some(2));
    let error = read_pairs(&[folder.path().join("c.csv")], &PairOptions::default()).unwrap_err();
    assert!(error.problem.contains("is no JSONL file"), "{error}");
}

#[test]
fn a_row_over_the_limit_is_rejected_alone() {
    let long =
        format!("{{\"text\":\"{}\",\"target\":\"x\"}}\n{{\"text\":\"He left.\",\"target\":\"He\"}}", "x".repeat(200));
    let set = read(&long, &PairOptions { max_line_bytes: 100, ..PairOptions::default() });
    assert_eq!(set.rejected[0].to_string(), "set.jsonl:1: line is longer than the limit of 100 bytes");
    assert_eq!(set.pairs.len(), 1);
}

/// The data sets beside the package, where this machine has them.
fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.ancestors().skip(1).map(|folder| folder.join("shared/datasets").join(path)).find(|path| path.exists())
}

#[test]
fn the_real_data_sets_are_read_whole() {
    for (name, rows) in [("newsmtsc", 9524), ("dse", 24_262), ("cameo_penta", 628)] {
        let Some(path) = data(name) else { return };
        let set = read_pairs(&[path], &PairOptions { require_stance: true, ..PairOptions::default() }).unwrap();
        assert_eq!(set.rejected, [], "{name}");
        assert_eq!(set.pairs.len(), rows, "{name}");
    }
}

/// 20 rows of plv have no target and one has its holder inside its target: they are no pairs.
#[test]
fn of_plv_only_rows_that_are_no_pairs_are_rejected() {
    let Some(path) = data("plv") else { return };
    let set = read_pairs(&[path], &PairOptions { require_stance: true, ..PairOptions::default() }).unwrap();
    let count = |part: &str| set.rejected.iter().filter(|error| error.problem.contains(part)).count();
    assert_eq!((count("is null; a pair needs a target"), count("overlaps the target")), (20, 1));
    assert_eq!((set.pairs.len(), set.rejected.len()), (1029, 21));
}

#[test]
fn templates_and_texts_without_a_target_are_no_pairs() {
    let Some(path) = data("ngec") else { return };
    let set = read_pairs(&[path], &PairOptions::default()).unwrap();
    assert_eq!((set.pairs.len(), set.rejected.len()), (0, 4607));
}

#[test]
fn a_rejected_row_keeps_its_id() {
    let row = changed("supportive", "friendly");
    let set = read(&format!("{row}\n{}\nno json\n", row.replace(r#""id":"a""#, r#""id":7"#)), &PairOptions::default());
    let ids: Vec<Option<&str>> = set.rejected.iter().map(|error| error.id.as_deref()).collect();
    assert_eq!(ids, [Some("a"), Some("7"), None]);
}

#[test]
fn a_root_stands_for_the_act_where_yielding_is_merged() {
    use crate::label::Root;
    let read_root = |row: String| read(&row, &PairOptions::default()).pairs[0].root;
    assert_eq!(read_root(changed("", "")), Some(Root::Support));
    assert_eq!(read_root(changed("\"SUPPORT\"", "\"RETREAT\"")), Some(Root::Yield));
    assert_eq!(read_root(changed("\"act\":\"SUPPORT\"", "\"root\":\"YIELD\"")), Some(Root::Yield));
    let wrong = problem(&changed("\"tone\"", "\"root\":\"AID\",\"tone\""));
    assert!(wrong.contains("field `root`: is `AID`, but `act` is `SUPPORT`"), "{wrong}");
}
