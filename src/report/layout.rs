//! From scores to headings, lines and tables: what a report shows, whatever its format.

use super::{
    AbstentionSection, HeadSection, Report, Section,
    table::{Block, Table, count, cut, estimate, number, plain},
};
use crate::{
    evaluate::{
        Bootstrap, Consistency, Differences, DocumentScores, Estimate, GoldStance, IntensityScores, RepeatSpread,
        Scores,
    },
    label::{Label, Stance},
};

/// Most errors a report lists; JSON has them all.
const MOST_ERRORS: usize = 200;
/// Most kinds of contradictions a report lists; JSON has them all.
const MOST_KINDS: usize = 10;
/// Most characters of evidence that are shown.
const MOST_EVIDENCE: usize = 60;

/// The blocks of a report.
pub(super) fn blocks(report: &Report) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, plain(&report.title))];
    let model = report.model.iter().map(|model| format!("model {}, hash {}", model.name, model.hash));
    let data =
        report.data.iter().map(|file| format!("data {}, {}, hash {}", file.name, count(file.rows, "row"), file.hash));
    let lines: Vec<String> = model.chain(data).chain(report.notes.iter().cloned()).map(|line| plain(&line)).collect();
    if !lines.is_empty() {
        blocks.push(Block::Lines(lines));
    }
    for section in &report.sections {
        match section {
            Section::Head(head) => blocks.extend(head_blocks(head)),
            Section::Documents(scores) => blocks.extend(document_blocks(scores)),
            Section::Intensity(scores) => blocks.extend(intensity_blocks(scores)),
            Section::Consistency(found) => blocks.extend(consistency_blocks(found)),
            Section::Abstention(section) => blocks.extend(abstention_blocks(section)),
            Section::Repeats { heads } => blocks.extend(repeat_blocks(heads)),
        }
    }
    blocks
}

fn table<const N: usize>(left: usize, header: [&str; N], rows: Vec<Vec<String>>) -> Block {
    Block::Table(Table::of(left, header, rows))
}

fn intervals(bootstrap: Bootstrap, drawn: usize, unit: &str) -> String {
    if bootstrap.resamples == 0 || drawn < 2 {
        return format!(
            "no intervals: {} of {}",
            count(bootstrap.resamples as u64, "resample"),
            count(drawn as u64, unit)
        );
    }
    // Two decimals, and none that say nothing.
    let level = format!("{:.2}", bootstrap.level * 100.0);
    let level = level.trim_end_matches('0').trim_end_matches('.');
    let Bootstrap { resamples, seed, .. } = bootstrap;
    format!("in brackets: {level}% percentile intervals from {resamples} resamples of {unit}s, seed {seed}")
}

fn head_blocks(section: &HeadSection) -> Vec<Block> {
    let HeadSection { head, scores, comparisons } = section;
    let mut lines = vec![intervals(scores.bootstrap, scores.groups, "group")];
    if !scores.calibration.is_empty() {
        let bins = count(scores.calibration.len() as u64, "bin");
        lines.push(format!(
            "ECE: {bins} of equally many rows, by the predicted label's probability; equal ones share a bin"
        ));
    }
    let mut blocks = vec![
        Block::Heading(
            2,
            format!("{head}: {}, {}", count(scores.rows as u64, "row"), count(scores.groups as u64, "group")),
        ),
        Block::Lines(lines),
    ];
    let names = || comparisons.iter().map(|comparison| plain(&comparison.name));
    let systems: Vec<_> =
        std::iter::once(scores).chain(comparisons.iter().map(|comparison| &comparison.scores)).map(figures).collect();
    let header = ["figure".to_owned(), "model".to_owned()].into_iter().chain(names()).collect();
    blocks.push(Block::Table(Table { header, left: 1, rows: by_figure(&systems) }));
    if !comparisons.is_empty() {
        let differences: Vec<_> = comparisons.iter().map(|comparison| differences(&comparison.differences)).collect();
        let header =
            std::iter::once("difference".to_owned()).chain(names().map(|name| format!("model - {name}"))).collect();
        blocks.push(Block::Table(Table { header, left: 1, rows: by_figure(&differences) }));
    }
    let classes = scores.classes.iter().map(|class| {
        vec![
            class.label.to_owned(),
            class.support.to_string(),
            class.predicted.to_string(),
            estimate(class.precision),
            estimate(class.recall),
            estimate(class.f1),
        ]
    });
    blocks.push(table(1, ["class", "gold", "predicted", "precision", "recall", "F1"], classes.collect()));
    blocks.push(confusion(scores));
    if !scores.calibration.is_empty() {
        let bins = scores.calibration.iter().map(|bin| {
            let (confidence, accuracy) = (number(Some(bin.confidence)), number(Some(bin.accuracy)));
            vec![number(Some(bin.lowest)), number(Some(bin.highest)), bin.rows.to_string(), confidence, accuracy]
        });
        blocks.push(table(0, ["confidence from", "to", "rows", "mean confidence", "accuracy"], bins.collect()));
    }
    blocks
}

/// One row for each figure, one column for each system.
fn by_figure(systems: &[[(&str, Estimate); 7]]) -> Vec<Vec<String>> {
    let Some(first) = systems.first() else {
        return Vec::new();
    };
    let row = |(index, (name, _)): (usize, &(&str, Estimate))| {
        let cells = systems.iter().map(|figures| estimate(figures[index].1));
        std::iter::once((*name).to_owned()).chain(cells).collect()
    };
    first.iter().enumerate().map(row).collect()
}

fn figures(scores: &Scores<&'static str>) -> [(&'static str, Estimate); 7] {
    let Scores { accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece, .. } = scores;
    named([*accuracy, *macro_f1, *micro_f1, *mcc, *log_loss, *brier, *ece])
}

fn differences(differences: &Differences) -> [(&'static str, Estimate); 7] {
    let Differences { accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece } = *differences;
    named([accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece])
}

fn named(figures: [Estimate; 7]) -> [(&'static str, Estimate); 7] {
    let [accuracy, macro_f1, micro_f1, mcc, log_loss, brier, ece] = figures;
    [
        ("accuracy", accuracy),
        ("macro-F1", macro_f1),
        ("micro-F1", micro_f1),
        ("MCC", mcc),
        ("log loss", log_loss),
        ("Brier", brier),
        ("ECE", ece),
    ]
}

/// The classes that occur, rows gold.
fn confusion(scores: &Scores<&'static str>) -> Block {
    let occurs: Vec<(usize, &str)> = scores
        .classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.support + class.predicted > 0)
        .map(|(index, class)| (index, class.label))
        .collect();
    let header = std::iter::once("gold \\ predicted").chain(occurs.iter().map(|(_, label)| *label));
    let row = |(gold, label): &(usize, &str)| {
        let counts = occurs.iter().map(|(predicted, _)| scores.confusion.count(*gold, *predicted).to_string());
        std::iter::once((*label).to_owned()).chain(counts).collect()
    };
    Block::Table(Table { header: header.map(str::to_owned).collect(), left: 1, rows: occurs.iter().map(row).collect() })
}

/// A figure's name as the tables of scores have it.
fn shown(key: &'static str) -> &'static str {
    match key {
        "macro_f1" => "macro-F1",
        "micro_f1" => "micro-F1",
        "mcc" => "MCC",
        "log_loss" => "log loss",
        "brier" => "Brier",
        "ece" => "ECE",
        key => key,
    }
}

fn intensity_blocks(scores: &IntensityScores) -> [Block; 3] {
    let IntensityScores { groups, bootstrap, model, model_with_cue, cue } = scores;
    let sets = [("model, all rows", model), ("model, rows with a cue", model_with_cue), ("cue table, same rows", cue)];
    let rows = sets.map(|(name, figures)| {
        let figure = [figures.mean_absolute_error, figures.rank_correlation].map(estimate);
        [name.to_owned(), figures.rows.to_string()].into_iter().chain(figure).collect()
    });
    let title = format!("intensity: {}, {}", count(model.rows as u64, "row"), count(*groups as u64, "group"));
    [
        Block::Heading(2, title),
        Block::Lines(vec![intervals(*bootstrap, *groups, "group")]),
        table(1, ["of 0 to 10", "rows", "mean absolute error", "rank correlation"], rows.to_vec()),
    ]
}

fn consistency_blocks(found: &Consistency) -> Vec<Block> {
    let title = count(found.rows as u64, "row");
    let mut rows = vec![
        vec!["all rows".to_owned(), found.rows.to_string(), estimate(found.contradictions)],
        vec!["rows with an act".to_owned(), found.rows_with_act.to_string(), estimate(found.contradictions_with_act)],
    ];
    if found.gold.is_some() {
        rows.push(vec!["gold labels".to_owned(), found.rows_with_act.to_string(), number(found.gold)]);
    }
    let kinds = found.kinds.iter().take(MOST_KINDS);
    let kinds =
        kinds.map(|kind| vec![kind.stance.name().to_owned(), kind.act.name().to_owned(), kind.rows.to_string()]);
    let mut blocks = vec![
        Block::Heading(2, format!("stance and act together: {title}, {}", count(found.groups as u64, "group"))),
        Block::Lines(vec![
            intervals(found.bootstrap, found.groups, "group"),
            "contradictions: critical with an act of cooperation, supportive with one of conflict but a request"
                .to_owned(),
        ]),
        table(1, ["of", "rows", "contradictions"], rows),
    ];
    if !found.kinds.is_empty() {
        blocks.push(table(2, ["stance", "act", "rows"], kinds.collect()));
    }
    blocks
}

fn abstention_blocks(section: &AbstentionSection) -> [Block; 3] {
    let AbstentionSection { risk, level, rows, found, curve } = section;
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let told = match found {
        Some(point) => format!(
            "to err in at most {} of answers (with {} certainty), answer where the confidence is at least {}: that is {} of \
             rows, {} of them wrong here; `demarche classify --min-confidence {}` leaves out the rest",
            percent(*risk),
            percent(*level),
            point.threshold,
            percent(point.coverage),
            percent(point.error),
            point.threshold
        ),
        None => format!(
            "no threshold keeps the error of answers at {} or less with {} certainty on these rows",
            percent(*risk),
            percent(*level)
        ),
    };
    let lines = vec![
        told,
        "selection with guaranteed risk (Geifman & El-Yaniv 2017), Clopper-Pearson bounds; rows are taken as independent; each \
         bound of the table is for its threshold alone"
            .to_owned(),
    ];
    let rows_of = curve.iter().map(|point| {
        [point.threshold, point.coverage, point.error, point.bound].map(|value| number(Some(value))).to_vec()
    });
    [
        Block::Heading(2, format!("abstaining, stance: {}", count(*rows, "row"))),
        Block::Lines(lines),
        table(0, ["confidence from", "coverage", "error", "upper bound"], rows_of.collect()),
    ]
}

fn repeat_blocks(heads: &[RepeatSpread]) -> [Block; 3] {
    let repeats = heads.first().map_or(0, |head| head.repeats);
    let rows = heads.iter().flat_map(|head| {
        head.figures.iter().map(|figure| {
            let numbers = [Some(figure.mean), figure.deviation, Some(figure.lowest), Some(figure.highest)].map(number);
            [head.head, shown(figure.figure)].map(str::to_owned).into_iter().chain(numbers).collect()
        })
    });
    [
        Block::Heading(2, format!("spread over {repeats} repeats")),
        Block::Lines(vec![
            "deviation: of the figure from repeat to repeat, which deal the same rows into other folds; it says nothing of \
             other rows"
                .to_owned(),
        ]),
        table(2, ["head", "figure", "mean", "deviation", "lowest", "highest"], rows.collect()),
    ]
}

fn document_blocks(scores: &DocumentScores) -> Vec<Block> {
    let DocumentScores { documents, bootstrap, views, errors } = scores;
    let mut blocks = vec![
        Block::Heading(2, format!("documents: {documents}")),
        Block::Lines(vec![
            intervals(*bootstrap, *documents, "document"),
            "all: every pair; clear: without arguable gold pairs; polar: without neutral ones".to_owned(),
            "pair: (holder, target); triple: with the stance; holder right: of predictions toward a gold target"
                .to_owned(),
        ]),
    ];
    let counts = views.iter().map(|view| {
        let pairs = view.pairs;
        let (missed, spurious) = (pairs.gold.saturating_sub(pairs.right), pairs.predicted.saturating_sub(pairs.right));
        let counts =
            [pairs.gold, pairs.predicted, pairs.right, missed, spurious, view.triples.right, view.target_right];
        std::iter::once(view.view.name().to_owned()).chain(counts.map(|count| count.to_string())).collect()
    });
    let header = ["view", "gold", "predicted", "found", "missed", "spurious", "stance right", "target right"];
    blocks.push(table(1, header, counts.collect()));

    let columns: Vec<[(&str, Estimate); 9]> = views
        .iter()
        .map(|view| {
            [
                ("pair precision", view.pairs.precision),
                ("pair recall", view.pairs.recall),
                ("pair F1", view.pairs.f1),
                ("triple precision", view.triples.precision),
                ("triple recall", view.triples.recall),
                ("triple F1", view.triples.f1),
                ("stance accuracy", view.stance_accuracy),
                ("stance macro-F1", view.stance_macro_f1),
                ("holder right", view.holder_right),
            ]
        })
        .collect();
    let row = |index: usize| {
        let name = columns.first().map_or("", |column| column[index].0).to_owned();
        std::iter::once(name).chain(columns.iter().map(|column| estimate(column[index].1))).collect()
    };
    let header = std::iter::once("figure").chain(views.iter().map(|view| view.view.name()));
    let header = header.map(str::to_owned).collect();
    blocks.push(Block::Table(Table { header, left: 1, rows: (0..9).map(row).collect() }));

    let by_stance = views.iter().flat_map(|view| {
        view.by_stance.iter().map(|part| {
            let detection = part.detection;
            vec![
                view.view.name().to_owned(),
                part.stance.name().to_owned(),
                detection.gold.to_string(),
                detection.predicted.to_string(),
                detection.right.to_string(),
                estimate(detection.precision),
                estimate(detection.recall),
                estimate(detection.f1),
            ]
        })
    });
    let header = ["view", "triples", "gold", "predicted", "right", "precision", "recall", "F1"];
    blocks.push(table(2, header, by_stance.collect()));
    if let Some(view) = views.first() {
        let rows = GoldStance::ALL.iter().zip(view.stance_table.0).map(|(gold, counts)| {
            std::iter::once(gold.name().to_owned()).chain(counts.map(|count| count.to_string())).collect()
        });
        let header = std::iter::once("gold \\ found").chain(Stance::ALL.iter().map(|stance| stance.name()));
        let header = header.map(str::to_owned).collect();
        blocks.push(Block::Table(Table { header, left: 1, rows: rows.collect() }));
    }
    if !errors.is_empty() {
        blocks.extend(error_blocks(scores));
    }
    blocks
}

fn error_blocks(scores: &DocumentScores) -> Vec<Block> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for document in &scores.errors {
        let id = plain(&document.id);
        let mut push = |error: &str, holder: &str, target: &str, rest: [String; 5]| {
            let cells = [id.clone(), error.to_owned(), plain(holder), plain(target)];
            rows.push(cells.into_iter().chain(rest).collect());
        };
        let none = || "-".to_owned();
        let evidence = |text: &str| if text.is_empty() { none() } else { cut(&plain(text), MOST_EVIDENCE) };
        for pair in &document.missed {
            let (gold, certainty) = (pair.stance.name().to_owned(), pair.certainty.name().to_owned());
            push("missed", &pair.holder, &pair.target, [gold, none(), none(), certainty, evidence(&pair.evidence)]);
        }
        for pair in &document.spurious {
            let found = pair.stance.name().to_owned();
            push("spurious", &pair.holder, &pair.target, [none(), found, number(Some(pair.score)), none(), none()]);
        }
        for wrong in &document.wrong_stance {
            let pair = &wrong.found;
            let (gold, found) = (wrong.gold.name().to_owned(), pair.stance.name().to_owned());
            let certainty = wrong.certainty.name().to_owned();
            let rest = [gold, found, number(Some(pair.score)), certainty, evidence(&wrong.evidence)];
            push("wrong stance", &pair.holder, &pair.target, rest);
        }
    }
    let more = rows.len().saturating_sub(MOST_ERRORS);
    rows.truncate(MOST_ERRORS);
    let header = ["document", "error", "holder", "target", "gold", "found", "score", "certainty", "evidence"];
    let mut blocks = vec![Block::Heading(3, "errors".to_owned()), table(9, header, rows)];
    if more > 0 {
        blocks.push(Block::Lines(vec![format!(
            "and {}; the JSON report lists them all",
            count(more as u64, "more error")
        )]));
    }
    blocks
}
