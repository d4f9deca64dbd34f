use super::{shingles::LONG_LIST, *};
use proptest::prelude::*;
use std::{collections::BTreeSet, io::Write, sync::Mutex};

/// Remembers the pairs it is told of.
#[derive(Default)]
struct Told {
    runs: Mutex<BTreeSet<(u32, u32)>>,
    alike: Mutex<BTreeSet<(u32, u32, u32, u32)>>,
}

impl Links for Told {
    fn part(&self, _: u32) -> u32 {
        0
    }

    fn run(&self, texts: &[u32]) {
        let mut told = self.runs.lock().unwrap();
        for (at, one) in texts.iter().enumerate() {
            told.extend(texts[at + 1..].iter().map(|other| (*one, *other)));
        }
    }

    fn alike(&self, shorter: u32, longer: u32, shared: u32, of: u32) {
        self.alike.lock().unwrap().insert((shorter.min(longer), shorter.max(longer), shared, of));
    }
}

fn corpus(texts: &[String]) -> (tempfile::TempDir, Corpus, Vec<Unit>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let mut file = std::fs::File::create(&path).unwrap();
    for text in texts {
        // A line that is no unit stands between the rows.
        writeln!(file, "{}\nnot a row", serde_json::json!({"id": 1, "text": text})).unwrap();
    }
    let units = (0..texts.len() as u32).map(|text| Unit { file: 0, line: 2 * text + 1 }).collect();
    let corpus = Corpus::new(&[path]).unwrap();
    (folder, corpus, units)
}

fn found(texts: &[String]) -> Told {
    let (_folder, corpus, units) = corpus(texts);
    let told = Told::default();
    find(&corpus, &units, Extent { bytes: texts.iter().map(|text| text.len() as u64).sum() }, &told);
    told
}

#[test]
fn a_shared_run_of_twelve_words_is_found_and_one_of_eleven_is_not() {
    let run = "one two three four five six seven eight nine ten eleven";
    let texts = [
        format!("{run} twelve {}", "some thing quite else that goes on and on for a long long while here".repeat(2)),
        format!(
            "Before all this: {run}, Twelve! After {}",
            "it there are many more words of its own in store".repeat(4)
        ),
        format!("{run} and then other words follow, more than enough of them to be told apart from all others"),
        "Nothing of the kind stands in this one.".to_owned(),
    ];
    assert_eq!(found(&texts).runs.into_inner().unwrap(), BTreeSet::from([(0, 1)]));
}

#[test]
fn boilerplate_is_linked_to_its_first_texts() {
    let texts: Vec<String> =
        (0..LONG_LIST + 200).map(|n| format!("our offices remain closed until further notice n{n}")).collect();
    let told = found(&texts).alike.into_inner().unwrap();
    assert!(
        (1..texts.len() as u32).all(|text| told.iter().any(|pair| pair.1 == text && pair.0 < 64)),
        "{}",
        told.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn all_pairs_are_those_that_comparing_all_finds(
        drawn in prop::collection::vec(prop::collection::vec(0_u8..4, 0..30), 2..12),
    ) {
        let texts: Vec<String> = drawn
            .iter()
            .map(|words| words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" "))
            .collect();
        let told = found(&texts);
        let grams: Vec<(Vec<u64>, Vec<u64>)> = texts
            .iter()
            .map(|text| {
                let mut grams = Grams::default();
                grams.read(text);
                (grams.runs, grams.shingles)
            })
            .collect();
        let shared = |one: &[u64], other: &[u64]| one.iter().filter(|hash| other.contains(hash)).count() as u32;
        let (mut runs, mut alike) = (BTreeSet::new(), BTreeSet::new());
        for one in 0..texts.len() {
            for other in one + 1..texts.len() {
                if shared(&grams[one].0, &grams[other].0) > 0 {
                    runs.insert((one as u32, other as u32));
                }
                let of = grams[one].1.len().min(grams[other].1.len()) as u32;
                let count = shared(&grams[one].1, &grams[other].1);
                if of > 0 && count >= of.div_ceil(3) {
                    alike.insert((one as u32, other as u32, count, of));
                }
            }
        }
        prop_assert_eq!(told.runs.into_inner().unwrap(), runs);
        prop_assert_eq!(told.alike.into_inner().unwrap(), alike);
    }
}
