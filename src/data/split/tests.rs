use super::*;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};

fn file(rows: &[Value]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    fs::write(&path, rows.iter().map(|row| format!("{row}\n")).collect::<String>()).unwrap();
    (folder, path)
}

/// Rows that share no run of words; every third critical, one in ten supportive.
fn rows(count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| {
            let words: String = (0..6).map(|word| format!(" w{n}x{word}")).collect();
            json!({
                "id": n, "text": format!("Oslo answered Paris{words}."), "holder": "Oslo", "target": "Paris",
                "label": if n % 10 == 9 { "supportive" } else if n % 3 == 0 { "critical" } else { "neutral" },
                "date": format!("{}-0{}", 1990 + n % 30, 1 + n % 9), "publisher": format!("paper {}", n % 7), "kept": [1, {"a": "ü"}],
            })
        })
        .collect()
}

fn split(path: &PathBuf, shares: &str, by: SplitBy, seed: u64) -> Result<Split, SplitError> {
    Split::new(std::slice::from_ref(path), &shares.parse().unwrap(), by, seed)
}

#[test]
fn parts_have_their_shares_of_rows_and_classes() {
    let (_folder, path) = file(&rows(500));
    let counts = split(&path, "train=0.8,dev=0.1,test=0.1", SplitBy::Group, 7).unwrap().counts();
    assert_eq!(counts.iter().map(|part| part.rows).collect::<Vec<_>>(), [400, 50, 50]);
    for part in &counts[1..] {
        // 167 - 17 critical, 50 supportive of 500.
        assert!((14..=16).contains(&part.stances[0]) && (4..=6).contains(&part.stances[2]), "{part:?}");
    }
}

#[test]
fn the_seed_decides_and_the_order_of_rows_does_not() {
    let mut all = rows(60);
    let train = |all: &[Value], seed: u64| -> BTreeSet<String> {
        let (_folder, path) = file(all);
        let split = split(&path, "a=0.5,b=0.5", SplitBy::Group, seed).unwrap();
        all.iter().zip(split.parts()).filter(|(_, part)| **part == 0).map(|(row, _)| row["id"].to_string()).collect()
    };
    let first = train(&all, 1);
    assert_ne!(first, train(&all, 2));
    all.reverse();
    assert_eq!(first, train(&all, 1));
}

#[test]
fn groups_texts_and_near_duplicates_stay_on_one_side() {
    let mut all = rows(40);
    for n in [3, 17, 29] {
        all[n]["group"] = json!("one story");
    }
    all[5]["text"] = all[21]["text"].clone();
    let run = "one two three four five six seven eight nine ten eleven twelve";
    all[8]["text"] = json!(format!("Oslo answered Paris: {run}, so it was said in the end of a very long day."));
    all[33]["text"] = json!(format!("Later Oslo told Paris that {run} and no more words than these could be found."));
    let (_folder, path) = file(&all);
    for seed in 0..8 {
        let split = split(&path, "a=0.4,b=0.3,c=0.3", SplitBy::Group, seed).unwrap();
        let parts = split.parts();
        assert!(parts[3] == parts[17] && parts[17] == parts[29]);
        assert!(parts[5] == parts[21] && parts[8] == parts[33]);
        assert_eq!(split.bundles, 36);
    }
}

#[test]
fn by_date_the_oldest_rows_come_first_and_all_need_a_date() {
    let mut all = rows(300);
    let (_folder, path) = file(&all);
    let counts = split(&path, "train=0.7,test=0.3", SplitBy::Date, 0).unwrap().counts();
    let dates: Vec<_> = counts.iter().map(|part| part.dates.clone().unwrap()).collect();
    assert!(dates[0][1] < dates[1][0], "{dates:?}");
    assert!((200..=220).contains(&counts[0].rows), "{counts:?}");
    all[4]["date"] = Value::Null;
    let (_folder, path) = file(&all);
    let error = split(&path, "train=0.7,test=0.3", SplitBy::Date, 0).unwrap_err().to_string();
    assert!(error.starts_with("1 rows have no date") && error.ends_with("rows.jsonl:5"), "{error}");
}

#[test]
fn by_source_a_publisher_is_in_one_part() {
    let (_folder, path) = file(&rows(210));
    let split = split(&path, "a=0.6,b=0.4", SplitBy::Source, 3).unwrap();
    let parts = split.parts();
    assert!((0..210).all(|row| parts[row] == parts[row % 7]));
    assert_eq!(split.bundles, 7);
}

#[test]
fn rows_are_written_as_they_stood_and_damaged_ones_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let mut text: String = rows(30).iter().map(|row| format!("  {row} \n\n")).collect();
    text.push_str("{broken\n");
    fs::write(&path, &text).unwrap();
    let split = split(&path, "a=0.5,b=0.5", SplitBy::Group, 0).unwrap();
    assert_eq!(split.rejected.len(), 1);
    let out = folder.path().join("new/parts");
    let paths = split.write(&out).unwrap();
    let mut written: Vec<String> = paths
        .iter()
        .flat_map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut expected: Vec<String> = text.lines().filter(|line| line.contains("kept")).map(str::to_owned).collect();
    written.sort();
    expected.sort();
    assert_eq!(written, expected);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2);
}

#[test]
fn too_few_bundles_leave_a_part_empty_and_that_is_an_error() {
    let mut all = rows(4);
    all.iter_mut().for_each(|row| row["group"] = json!("all"));
    let (_folder, path) = file(&all);
    let error = split(&path, "a=0.5,b=0.5", SplitBy::Group, 0).unwrap_err().to_string();
    assert_eq!(error, "the part `b` gets no row: 4 rows in 1 bundles that cannot be divided are too few");
}

#[test]
fn parts_are_checked() {
    let wrong = |text: &str| text.parse::<Shares>().unwrap_err().to_string();
    assert_eq!(wrong("train"), "`train` is no part; expected NAME=SHARE, such as train=0.8");
    assert!(wrong("a/b=0.5,c=0.5").starts_with("`a/b` cannot name a part"));
    assert!(wrong("..=0.5,c=0.5").starts_with("`..` cannot name a part"));
    assert_eq!(wrong("a=0.5,A=0.5"), "the part `A` is given twice");
    assert_eq!(wrong("a=0.5,b=0.4"), "the shares add up to 0.9, not to 1");
    assert_eq!(wrong("a=1.5,b=-0.5"), "the share of `a` must be above 0 and below 1");
    assert_eq!(wrong("a=NaN,b=0.5"), "the share of `a` must be above 0 and below 1");
    assert_eq!(wrong("a=0.9999"), "1 parts are given; expected 2 to 100");
    assert!("a=0.333,b=0.333,c=0.333".parse::<Shares>().is_ok());
}
