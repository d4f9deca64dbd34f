//! Fits multinomial logistic regression to a matrix in SVMlight format and says how long that took.
//!
//! In: `cargo bench --bench fit -- FILE.svm [--alpha A] [--threads N] [--memory M] [--tolerances T,T,...]`, the file as
//! `demarche train --export-matrix` writes it, with `FILE.svm.weights` beside it where rows are weighted. Out: one JSON
//! object a line for each tolerance: seconds of the fit alone (objective and solver, as `demarche train` uses them), the
//! objective reached, iterations and evaluations. `benches/vs_sklearn.py` runs it beside scikit-learn.

use demarche::model::{MultinomialObjective, SparseRecords, SparseRecordsBuilder, optimize::Lbfgs};
use std::{error::Error, fs::File, io::BufRead, io::BufReader, time::Instant};

/// What to fit and how.
struct Settings {
    file: String,
    alpha: f64,
    threads: usize,
    memory: usize,
    tolerances: Vec<f64>,
}

/// Iterations after which a fit ends in any case.
const MOST_ITERATIONS: usize = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(settings) = settings()? else {
        eprintln!("fit: name a matrix: cargo bench --bench fit -- FILE.svm (see benches/vs_sklearn.py)");
        return Ok(());
    };
    // `cargo bench -- NAME` hands the name of another bench to all of them.
    if std::path::Path::new(&settings.file).extension().is_none_or(|extension| extension != "svm") {
        eprintln!("fit: `{}` is no matrix (FILE.svm); nothing to do", settings.file);
        return Ok(());
    }
    if settings.threads > 0 {
        rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build_global()?;
    }
    let (records, classes) = matrix(&settings.file)?;
    let weights = weights(&format!("{}.weights", settings.file), classes.len())?;
    let count = classes.iter().max().map_or(0, |class| class + 1);
    let total: f64 = weights.iter().sum();
    for tolerance in &settings.tolerances {
        let start = Instant::now();
        let mut objective = MultinomialObjective::new(&records, &classes, &weights, count, settings.alpha);
        let mut point = vec![0.0; objective.parameters()];
        let solver =
            Lbfgs { memory: settings.memory, max_iterations: MOST_ITERATIONS, gradient_tolerance: tolerance * total };
        let end = solver.minimize(|point, gradient| objective.evaluate(point, gradient), &mut point);
        println!(
            "{{\"rows\":{},\"columns\":{},\"cells\":{},\"classes\":{count},\"threads\":{},\"tolerance\":{tolerance},\
             \"seconds\":{:.4},\"objective\":{},\"iterations\":{},\"evaluations\":{}}}",
            classes.len(),
            records.matrix().cols(),
            records.matrix().nnz(),
            rayon::current_num_threads(),
            start.elapsed().as_secs_f64(),
            end.objective,
            end.iterations,
            end.evaluations
        );
    }
    Ok(())
}

fn settings() -> Result<Option<Settings>, Box<dyn Error>> {
    let mut settings = Settings { file: String::new(), alpha: 1.0, threads: 0, memory: 5, tolerances: vec![3e-5] };
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--alpha" => settings.alpha = value()?.parse()?,
            "--threads" => settings.threads = value()?.parse()?,
            "--memory" => settings.memory = value()?.parse()?,
            "--tolerances" => {
                settings.tolerances = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            _ if argument.starts_with("--") => return Err(format!("there is no option {argument}").into()),
            _ => settings.file = argument,
        }
    }
    Ok((!settings.file.is_empty()).then_some(settings))
}

/// Reads rows of `label column:value ...`; columns count from 1. In two passes, so that no row is held twice.
fn matrix(path: &str) -> Result<(SparseRecords, Vec<usize>), Box<dyn Error>> {
    let wrong = |number: u64, word: &str| format!("{path}:{number}: `{word}` is not a label or column:value");
    let cell = |number: u64, word: &str| -> Result<(u32, f32), String> {
        let (column, value) = word.split_once(':').ok_or_else(|| wrong(number, word))?;
        let column: u32 = column.parse().map_err(|_| wrong(number, word))?;
        let value = value.parse().map_err(|_| wrong(number, word))?;
        Ok((column.checked_sub(1).ok_or_else(|| wrong(number, word))?, value))
    };
    let mut columns = 0;
    each_row(path, |number, words| {
        // They ascend.
        if let Some(last) = words.last().filter(|last| last.contains(':')) {
            columns = columns.max(cell(number, last)?.0 as usize + 1);
        }
        Ok(())
    })?;
    let mut builder = SparseRecordsBuilder::new(columns)?;
    let mut classes = Vec::new();
    let mut cells = Vec::new();
    each_row(path, |number, words| {
        cells.clear();
        for word in &words[1..] {
            cells.push(cell(number, word)?);
        }
        builder.push_row(&cells)?;
        classes.push(words[0].parse().map_err(|_| wrong(number, words[0]))?);
        Ok(())
    })?;
    Ok((builder.finish()?, classes))
}

/// Hands out the words of every line that has any, without comments.
fn each_row(
    path: &str,
    mut take: impl FnMut(u64, &[&str]) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut line, mut number) = (String::new(), 0);
    while file.read_line(&mut line)? > 0 {
        number += 1;
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_ascii_whitespace().collect();
        if !words.is_empty() {
            take(number, &words)?;
        }
        line.clear();
    }
    Ok(())
}

/// A weight a line; all 1 where there is no file.
fn weights(path: &str, rows: usize) -> Result<Vec<f64>, Box<dyn Error>> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(vec![1.0; rows]) };
    // As `f32`, which is what training has.
    let weights: Vec<f64> = text.lines().map(|line| line.parse::<f32>().map(f64::from)).collect::<Result<_, _>>()?;
    if weights.len() != rows {
        return Err(format!("{path}: {} weights for {rows} rows", weights.len()).into());
    }
    Ok(weights)
}
