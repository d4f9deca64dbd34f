//! Whole reports in every format.

use super::*;
use crate::{
    document::Document,
    evaluate::{
        AUTHOR, Certainty, FoundPair, GoldDocument, GoldPair, GoldStance, Outcome, ScoreOptions, compare, majority,
        score, score_documents,
    },
    pairs::{Label, Stance, Tone},
};

fn options() -> ScoreOptions {
    ScoreOptions { resamples: 100, bins: 2, ..ScoreOptions::default() }
}

/// Eight rows in four groups.
fn outcomes() -> Vec<Outcome<Stance>> {
    use Stance::{Critical, Neutral};
    let labels = [(Critical, Critical), (Critical, Neutral), (Neutral, Neutral), (Neutral, Neutral)];
    let row = |(index, (gold, predicted)): (usize, (Stance, Stance))| {
        let confidence = if index < 4 { 0.75 } else { 0.5 };
        let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
        probabilities[predicted as usize] = confidence;
        Outcome { gold, predicted, probabilities, group: format!("g{}", index / 2).into() }
    };
    labels.into_iter().cycle().take(8).enumerate().map(row).collect()
}

fn documents() -> Vec<(GoldDocument, Vec<FoundPair>)> {
    let pair = |holder: &str, target: &str, stance, evidence: &str| GoldPair {
        holder: holder.into(),
        target: target.into(),
        stance,
        certainty: Certainty::Clear,
        evidence: evidence.into(),
    };
    let found = |holder: &str, target: &str, stance, score| FoundPair {
        holder: holder.into(),
        target: target.into(),
        stance,
        score,
    };
    let gold = GoldDocument {
        document: Document { id: "a|1".into(), ..Document::default() },
        pairs: vec![
            pair("RUS", "USA", GoldStance::Critical, "deplores"),
            pair(AUTHOR, "VEN", GoldStance::Supportive, "we thank\nCaracas"),
            pair("USA", "VEN", GoldStance::Critical, ""),
        ],
    };
    let answer = vec![
        found("RUS", "USA", Stance::Critical, -0.9),
        found("USA", "VEN", Stance::Supportive, 0.25),
        found("VEN", "USA", Stance::Critical, -0.5),
    ];
    vec![(gold, answer)]
}

fn report(sections: Vec<Section>) -> Report {
    Report {
        title: "Evaluation".into(),
        model: Some(ModelIdentity { name: "default".into(), hash: "0a1b".into() }),
        data: vec![DataFile { name: "test.jsonl".into(), hash: "2c3d".into(), rows: 8 }],
        notes: vec!["1 row was left out".into()],
        sections,
    }
}

fn head() -> Section {
    let rows = outcomes();
    let baseline = majority(&rows, Some(&[1, 3, 2])).unwrap();
    let (scores, comparisons) = compare(&rows, &[baseline], &options()).unwrap();
    Section::head(&scores, &comparisons)
}

fn shown(sections: Vec<Section>, format: ReportFormat) -> String {
    render(&report(sections), format)
}

fn end_to_end() -> Section {
    Section::Documents(score_documents(&documents(), &options()).unwrap())
}

#[test]
fn a_report_for_a_terminal() {
    insta::assert_snapshot!(shown(vec![head(), end_to_end()], ReportFormat::Text), @r#"
    Evaluation
    ==========

    model default, hash 0a1b
    data test.jsonl, 8 rows, hash 2c3d
    1 row was left out

    stance: 8 rows, 4 groups
    ------------------------

    in brackets: 95% percentile intervals from 100 resamples of groups, seed 1
    ECE: 2 bins of equally many rows, by the predicted label's probability; equal ones share a bin

    figure                   model  majority of training
    accuracy  0.750 [0.500, 1.000]  0.500 [0.000, 1.000]
    macro-F1  0.733 [0.333, 1.000]  0.333 [0.000, 1.000]
    micro-F1  0.750 [0.500, 1.000]  0.500 [0.000, 1.000]
    MCC       0.577 [0.447, 0.655]                     -
    log loss  0.801 [0.389, 1.112]  1.158 [0.811, 1.504]
    Brier     0.453 [0.164, 0.672]  0.691 [0.469, 0.914]
    ECE       0.125 [0.000, 0.438]  0.056 [0.056, 0.556]

    difference  model - majority of training
    accuracy            0.250 [0.000, 0.500]
    macro-F1            0.400 [0.000, 0.419]
    micro-F1            0.250 [0.000, 0.500]
    MCC                                    -
    log loss         -0.356 [-0.494, -0.193]
    Brier            -0.238 [-0.332, -0.131]
    ECE                0.069 [-0.415, 0.290]

    class       gold  predicted             precision                recall                    F1
    critical       4          2  1.000 [1.000, 1.000]  0.500 [0.500, 0.500]  0.667 [0.667, 0.667]
    neutral        4          6  0.667 [0.000, 1.000]  1.000 [1.000, 1.000]  0.800 [0.000, 1.000]
    supportive     0          0                     -                     -                     -

    gold \ predicted  critical  neutral
    critical                 2        2
    neutral                  0        4

    confidence from     to  rows  mean confidence  accuracy
              0.500  0.500     4            0.500     0.750
              0.750  0.750     4            0.750     0.750

    documents: 1
    ------------

    no intervals: 100 resamples of 1 document
    all: every pair; clear: without arguable gold pairs; polar: without neutral ones
    pair: (holder, target); triple: with the stance; holder right: of predictions toward a gold target

    view   gold  predicted  found  missed  spurious  stance right  target right
    all       3          3      2       1         1             1             3
    clear     3          3      2       1         1             1             3
    polar     3          3      2       1         1             1             3

    figure              all  clear  polar
    pair precision    0.667  0.667  0.667
    pair recall       0.667  0.667  0.667
    pair F1           0.667  0.667  0.667
    triple precision  0.333  0.333  0.333
    triple recall     0.333  0.333  0.333
    triple F1         0.333  0.333  0.333
    stance accuracy   0.500  0.500  0.500
    stance macro-F1   0.333  0.333  0.333
    holder right      0.667  0.667  0.667

    view   triples     gold  predicted  right  precision  recall     F1
    all    critical       2          2      1      0.500   0.500  0.500
    all    neutral        0          0      0          -       -      -
    all    supportive     1          1      0      0.000   0.000  0.000
    clear  critical       2          2      1      0.500   0.500  0.500
    clear  neutral        0          0      0          -       -      -
    clear  supportive     1          1      0      0.000   0.000  0.000
    polar  critical       2          2      1      0.500   0.500  0.500
    polar  neutral        0          0      0          -       -      -
    polar  supportive     1          1      0      0.000   0.000  0.000

    gold \ found  critical  neutral  supportive
    critical             1        0           1
    neutral              0        0           0
    supportive           0        0           0
    mixed                0        0           0

    errors
    ------

    document  error         holder  target  gold        found       score   certainty  evidence
    a|1       missed        AUTHOR  VEN     supportive  -           -       clear      we thank Caracas
    a|1       spurious      VEN     USA     -           critical    -0.500  -          -
    a|1       wrong stance  USA     VEN     critical    supportive  0.250   clear      -
    "#);
}

#[test]
fn a_report_in_markdown() {
    insta::assert_snapshot!(shown(vec![head(), end_to_end()], ReportFormat::Markdown), @r#"
    # Evaluation

    - model default, hash 0a1b
    - data test.jsonl, 8 rows, hash 2c3d
    - 1 row was left out

    ## stance: 8 rows, 4 groups

    - in brackets: 95% percentile intervals from 100 resamples of groups, seed 1
    - ECE: 2 bins of equally many rows, by the predicted label's probability; equal ones share a bin

    | figure | model | majority of training |
    | --- | ---: | ---: |
    | accuracy | 0.750 [0.500, 1.000] | 0.500 [0.000, 1.000] |
    | macro-F1 | 0.733 [0.333, 1.000] | 0.333 [0.000, 1.000] |
    | micro-F1 | 0.750 [0.500, 1.000] | 0.500 [0.000, 1.000] |
    | MCC | 0.577 [0.447, 0.655] | - |
    | log loss | 0.801 [0.389, 1.112] | 1.158 [0.811, 1.504] |
    | Brier | 0.453 [0.164, 0.672] | 0.691 [0.469, 0.914] |
    | ECE | 0.125 [0.000, 0.438] | 0.056 [0.056, 0.556] |

    | difference | model - majority of training |
    | --- | ---: |
    | accuracy | 0.250 [0.000, 0.500] |
    | macro-F1 | 0.400 [0.000, 0.419] |
    | micro-F1 | 0.250 [0.000, 0.500] |
    | MCC | - |
    | log loss | -0.356 [-0.494, -0.193] |
    | Brier | -0.238 [-0.332, -0.131] |
    | ECE | 0.069 [-0.415, 0.290] |

    | class | gold | predicted | precision | recall | F1 |
    | --- | ---: | ---: | ---: | ---: | ---: |
    | critical | 4 | 2 | 1.000 [1.000, 1.000] | 0.500 [0.500, 0.500] | 0.667 [0.667, 0.667] |
    | neutral | 4 | 6 | 0.667 [0.000, 1.000] | 1.000 [1.000, 1.000] | 0.800 [0.000, 1.000] |
    | supportive | 0 | 0 | - | - | - |

    | gold \\ predicted | critical | neutral |
    | --- | ---: | ---: |
    | critical | 2 | 2 |
    | neutral | 0 | 4 |

    | confidence from | to | rows | mean confidence | accuracy |
    | ---: | ---: | ---: | ---: | ---: |
    | 0.500 | 0.500 | 4 | 0.500 | 0.750 |
    | 0.750 | 0.750 | 4 | 0.750 | 0.750 |

    ## documents: 1

    - no intervals: 100 resamples of 1 document
    - all: every pair; clear: without arguable gold pairs; polar: without neutral ones
    - pair: (holder, target); triple: with the stance; holder right: of predictions toward a gold target

    | view | gold | predicted | found | missed | spurious | stance right | target right |
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    | all | 3 | 3 | 2 | 1 | 1 | 1 | 3 |
    | clear | 3 | 3 | 2 | 1 | 1 | 1 | 3 |
    | polar | 3 | 3 | 2 | 1 | 1 | 1 | 3 |

    | figure | all | clear | polar |
    | --- | ---: | ---: | ---: |
    | pair precision | 0.667 | 0.667 | 0.667 |
    | pair recall | 0.667 | 0.667 | 0.667 |
    | pair F1 | 0.667 | 0.667 | 0.667 |
    | triple precision | 0.333 | 0.333 | 0.333 |
    | triple recall | 0.333 | 0.333 | 0.333 |
    | triple F1 | 0.333 | 0.333 | 0.333 |
    | stance accuracy | 0.500 | 0.500 | 0.500 |
    | stance macro-F1 | 0.333 | 0.333 | 0.333 |
    | holder right | 0.667 | 0.667 | 0.667 |

    | view | triples | gold | predicted | right | precision | recall | F1 |
    | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | all | critical | 2 | 2 | 1 | 0.500 | 0.500 | 0.500 |
    | all | neutral | 0 | 0 | 0 | - | - | - |
    | all | supportive | 1 | 1 | 0 | 0.000 | 0.000 | 0.000 |
    | clear | critical | 2 | 2 | 1 | 0.500 | 0.500 | 0.500 |
    | clear | neutral | 0 | 0 | 0 | - | - | - |
    | clear | supportive | 1 | 1 | 0 | 0.000 | 0.000 | 0.000 |
    | polar | critical | 2 | 2 | 1 | 0.500 | 0.500 | 0.500 |
    | polar | neutral | 0 | 0 | 0 | - | - | - |
    | polar | supportive | 1 | 1 | 0 | 0.000 | 0.000 | 0.000 |

    | gold \\ found | critical | neutral | supportive |
    | --- | ---: | ---: | ---: |
    | critical | 1 | 0 | 1 |
    | neutral | 0 | 0 | 0 |
    | supportive | 0 | 0 | 0 |
    | mixed | 0 | 0 | 0 |

    ### errors

    | document | error | holder | target | gold | found | score | certainty | evidence |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | a\|1 | missed | AUTHOR | VEN | supportive | - | - | clear | we thank Caracas |
    | a\|1 | spurious | VEN | USA | - | critical | -0.500 | - | - |
    | a\|1 | wrong stance | USA | VEN | critical | supportive | 0.250 | clear | - |
    "#);
}

#[test]
fn a_report_as_json_has_the_documented_keys() {
    let mut answer = documents();
    // What is no number must not make the file unreadable.
    answer[0].1[2].score = f64::NAN;
    let documents = Section::Documents(score_documents(&answer, &options()).unwrap());
    let text = shown(vec![head(), documents], ReportFormat::Json);
    assert!(text.ends_with("}\n"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(keys(&json), "data format model notes sections title version");
    assert_eq!((json["format"].as_str(), json["version"].as_u64()), (Some("demarche-report"), Some(1)));
    let head = &json["sections"][0];
    assert_eq!(keys(head), "comparisons head kind scores");
    assert_eq!(
        keys(&head["scores"]),
        "accuracy bootstrap brier calibration classes confusion ece groups log_loss macro_f1 mcc micro_f1 rows"
    );
    assert_eq!(head["scores"]["confusion"].to_string(), "[[2,2,0],[0,4,0],[0,0,0]]");
    let absent = &head["scores"]["classes"][2]["f1"];
    assert_eq!(keys(absent), "high low value");
    assert!(absent["value"].is_null() && absent["low"].is_null());
    // Full precision, not three decimals.
    assert_eq!(head["scores"]["classes"][0]["f1"]["value"].as_f64(), Some(2.0 / 3.0));
    assert_eq!(head["comparisons"][0]["name"], "majority of training");
    assert_eq!(keys(&head["comparisons"][0]["differences"]), "accuracy brier ece log_loss macro_f1 mcc micro_f1");
    let documents = &json["sections"][1];
    assert_eq!(keys(documents), "bootstrap documents errors kind views");
    assert_eq!(
        keys(&documents["views"][0]),
        "by_stance holder_right pairs stance_accuracy stance_macro_f1 stance_table target_right triples view"
    );
    assert_eq!(keys(&documents["errors"][0]), "id missed spurious wrong_stance");
    assert!(documents["errors"][0]["spurious"][0]["score"].is_null());
}

#[test]
fn several_heads_stand_in_one_report() {
    let tones = [Tone::Negative, Tone::Positive].map(|tone| Outcome {
        gold: tone,
        predicted: Tone::Positive,
        probabilities: Vec::new(),
        group: tone.name().into(),
    });
    let tone = Section::head(&score(&tones, &ScoreOptions { resamples: 0, ..options() }).unwrap(), &[]);
    let text = shown(vec![head(), tone], ReportFormat::Text);
    assert!(text.contains("\nstance: 8 rows, 4 groups\n") && text.contains("\ntone: 2 rows, 2 groups\n"));
    // Without probabilities and resamples: no losses, no calibration table, no brackets, no differences.
    let tone = text.split("\ntone").nth(1).unwrap();
    assert!(tone.contains("no intervals: 0 resamples of 2 groups") && tone.contains("\nlog loss      -\n"), "{tone}");
    assert!(!tone.contains("confidence") && !tone.contains('[') && !tone.contains("difference"), "{tone}");
}

#[test]
fn an_empty_report_is_a_title() {
    let empty = Report { title: "Nothing\nhere".into(), ..Report::default() };
    assert_eq!(render(&empty, ReportFormat::Text), "Nothing here\n============\n");
    assert_eq!(render(&empty, ReportFormat::Markdown), "# Nothing here\n");
}

#[test]
fn a_long_list_of_errors_is_cut_and_says_so() {
    let gold = GoldDocument { document: Document { id: "a".into(), ..Document::default() }, pairs: Vec::new() };
    let found = |index: usize| FoundPair {
        holder: format!("A{index:03}"),
        target: "USA".into(),
        stance: Stance::Neutral,
        score: 0.0,
    };
    let scores = score_documents(&[(gold, (0..203).map(found).collect())], &options()).unwrap();
    let text = shown(vec![Section::Documents(scores)], ReportFormat::Text);
    assert!(text.contains("A199") && !text.contains("A200"));
    assert!(text.ends_with("and 3 more errors; the JSON report lists them all\n"));
}
