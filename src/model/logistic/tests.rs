use super::*;
use crate::{
    model::optimize::vector::max_norm,
    pairs::{
        Act,
        Stance::{self, Critical, Neutral, Supportive},
    },
};
use linfa::traits::Predict;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array2, array};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Data = DatasetBase<SparseRecords, Array1<Stance>>;

/// Rows of normal-looking features whose label depends on the first three, with noise.
fn simulated(rows: usize, features: u32, density: f64, seed: u64) -> Data {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut targets = Vec::new();
    let cells: Vec<Vec<(u32, f32)>> = (0..rows)
        .map(|_| {
            let row: Vec<(u32, f32)> = (0..features)
                .map(|j| (j, if random.gen_bool(density) { random.gen_range(-2.0..2.0) } else { 0.0 }))
                .collect();
            let value = |j| row.iter().find(|cell| cell.0 == j).map_or(0.0, |cell| cell.1);
            let scores = [value(0) + 0.3, value(1), value(2) - 0.3].map(|s| s + random.gen_range(-1.5..1.5));
            let best = (0..3).fold(0, |best, k| if scores[k] > scores[best] { k } else { best });
            targets.push(Stance::ALL[best]);
            row
        })
        .collect();
    DatasetBase::new(SparseRecords::from_rows(features as usize, cells).unwrap(), Array1::from_vec(targets))
}

fn exact(alpha: f64) -> MultinomialLogisticValid<Stance> {
    MultinomialLogistic::default().alpha(alpha).gradient_tolerance(1e-9).max_iterations(2000).check().unwrap()
}

fn flat(classifier: &LinearClassifier<Stance>) -> Vec<f64> {
    classifier.weights().iter().map(|w| f64::from(*w)).chain(classifier.intercepts().iter().copied()).collect()
}

fn objective(data: &Data, alpha: f64, parameters: &[f64]) -> (f64, f64) {
    let examples = Examples::gather(data, &ClassWeights::None).unwrap();
    let count = examples.labels.len();
    let mut objective = MultinomialObjective::new(&data.records, &examples.classes, &examples.weights, count, alpha);
    let mut gradient = vec![0.0; parameters.len()];
    let value = objective.evaluate(parameters, &mut gradient);
    (value, max_norm(&gradient))
}

#[test]
fn the_minimum_is_that_of_linfa_logistic() {
    let data = simulated(300, 8, 0.9, 11);
    let (classifier, report) = exact(1.0).fit_reporting(&data).unwrap();
    assert!(report.converged(), "{report:?}");
    let columns: Vec<u32> = (0..8).collect();
    let dense = DatasetBase::new(data.records.dense_columns(&columns).unwrap(), data.targets.mapv(Stance::index));
    let reference = MultiLogisticRegression::default().alpha(1.0).max_iterations(1000).fit(&dense).unwrap();
    let reference: Vec<f64> = reference.params().iter().chain(reference.intercept()).copied().collect();
    let (ours, theirs) = (objective(&data, 1.0, &flat(&classifier)).0, objective(&data, 1.0, &reference).0);
    assert!((ours - theirs).abs() < 1e-3 * theirs, "{ours} {theirs}");
    // Ours is the lower of the two, but for the rounding of weights to f32.
    assert!(ours < theirs + 1e-6, "{ours} {theirs}");
    assert!((report.objective - ours).abs() < 1e-6);
}

#[test]
fn small_penalties_are_minimised_too() {
    // Where linfa-logistic goes astray.
    let data = simulated(120, 60, 0.5, 4);
    let (classifier, report) = exact(1e-4).fit_reporting(&data).unwrap();
    assert!(report.converged(), "{report:?}");
    let (value, slope) = objective(&data, 1e-4, &flat(&classifier));
    assert!(value < 1.0 && slope < 1e-3, "{value} {slope}");
}

#[test]
fn a_weight_of_two_is_a_row_twice() {
    let data = simulated(80, 6, 0.7, 5);
    let (mut weights, mut rows) = (Array1::ones(80), Vec::new());
    for row in 0..80 {
        let times = row % 3;
        weights[row] = times as f32;
        rows.extend(std::iter::repeat_n(row, times));
    }
    let repeated = DatasetBase::new(
        data.records.select(&rows).unwrap(),
        rows.iter().map(|&row| data.targets[row]).collect::<Array1<_>>(),
    );
    let weighted = data.with_weights(weights);
    for class_weights in [ClassWeights::None, ClassWeights::Balanced, ClassWeights::Given(vec![(Neutral, 4.0)])] {
        let fit = |data: &Data| {
            let params = MultinomialLogistic::default().class_weights(class_weights.clone());
            flat(&params.gradient_tolerance(1e-10).max_iterations(1000).fit(data).unwrap())
        };
        for (left, right) in fit(&weighted).iter().zip(fit(&repeated)) {
            assert!((left - right).abs() < 1e-5, "{left} {right}");
        }
    }
}

#[test]
fn class_weights_move_the_intercepts() {
    let records = SparseRecords::from_rows(1, vec![[(0, 0.0)]; 4]).unwrap();
    let data = DatasetBase::new(records, array![Critical, Critical, Critical, Neutral]);
    let fit = |weights| MultinomialLogistic::default().gradient_tolerance(1e-10).class_weights(weights).fit(&data);
    // Without features the probabilities are the weighted shares of the labels.
    let plain = fit(ClassWeights::None).unwrap().probabilities(&[]);
    let balanced = fit(ClassWeights::Balanced).unwrap().probabilities(&[]);
    assert!((plain[0] - 0.75).abs() < 1e-6 && (balanced[0] - 0.5).abs() < 1e-6, "{plain:?} {balanced:?}");
    assert_eq!(plain[Supportive.index()], 0.0);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let data = simulated(3000, 5000, 0.01, 6);
    let fit = |threads, l1| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let params = MultinomialLogistic::default().l1(l1).max_iterations(30).check().unwrap();
            let (classifier, report) = params.fit_reporting(&data).unwrap();
            let bits: Vec<u64> = flat(&classifier).iter().map(|w| w.to_bits()).collect();
            (bits, report.objective.to_bits(), classifier.predict(&data.records))
        })
    };
    for l1 in [0.0, 0.5] {
        let one = fit(1, l1);
        assert_eq!(one, fit(2, l1));
        assert_eq!(one, fit(5, l1));
    }
}

/// How far a solution is from the Karush-Kuhn-Tucker conditions of the elastic net: the largest violation.
fn violation(data: &Data, alpha: f64, l1: f64, parameters: &[f64]) -> f64 {
    let examples = Examples::gather(data, &ClassWeights::None).unwrap();
    let mut objective = MultinomialObjective::new(&data.records, &examples.classes, &examples.weights, 3, alpha);
    let mut gradient = vec![0.0; parameters.len()];
    objective.evaluate(parameters, &mut gradient);
    let penalised = objective.penalised();
    let of_weight = |(place, slope): (usize, &f64)| match parameters[place] {
        _ if place >= penalised => slope.abs(),
        0.0 => (slope.abs() - l1).max(0.0),
        weight => (slope + l1 * weight.signum()).abs(),
    };
    gradient.iter().enumerate().map(of_weight).fold(0.0, f64::max)
}

#[test]
fn the_elastic_net_ends_where_its_conditions_hold() {
    let data = simulated(400, 30, 0.5, 12);
    let mut zeros = Vec::new();
    for l1 in [0.5, 4.0, 12.0] {
        let params = MultinomialLogistic::default().alpha(0.3).l1(l1).gradient_tolerance(1e-9).max_iterations(3000);
        let (classifier, report) = params.check().unwrap().fit_reporting(&data).unwrap();
        assert!(report.converged(), "{l1}: {report:?}");
        // Weights are kept as f32.
        let off = violation(&data, 0.3, l1, &flat(&classifier));
        assert!(off < 1e-4, "{l1}: {off}");
        zeros.push(classifier.zero_weights());
    }
    assert!(zeros[0] < zeros[1] && zeros[1] < zeros[2] && zeros[2] > 60, "{zeros:?}");
    // The first three features decide, and stay.
    let strong: LinearClassifier<Stance> = MultinomialLogistic::default().l1(12.0).fit(&data).unwrap();
    for feature in 0..3 {
        assert!(strong.weights().row(feature).iter().any(|weight| *weight != 0.0), "{feature}");
    }
}

#[test]
fn without_a_penalty_the_orthant_wise_minimum_is_that_of_the_other_solver() {
    let data = simulated(300, 8, 0.9, 11);
    let smooth = exact(1.0).fit(&data).unwrap();
    let tiny = MultinomialLogistic::default().l1(1e-9).gradient_tolerance(1e-9).max_iterations(2000);
    for (left, right) in flat(&smooth).iter().zip(flat(&tiny.fit(&data).unwrap())) {
        assert!((left - right).abs() < 1e-5, "{left} {right}");
    }
}

#[test]
fn features_that_no_row_has_change_nothing() {
    let data = simulated(100, 6, 0.8, 3);
    let places = [0_u32, 7, 11, 12, 90, 95];
    let rows: Vec<Vec<(u32, f32)>> = data
        .records
        .rows()
        .map(|row| row.iter().map(|(feature, value)| (places[feature as usize], value)).collect())
        .collect();
    let wide = DatasetBase::new(SparseRecords::from_rows(100, rows).unwrap(), data.targets.clone());
    let narrow = exact(1.0).fit(&data).unwrap();
    let found = exact(1.0).fit(&wide).unwrap();
    assert_eq!(found, narrow.clone().widened(&places, 100).unwrap());
    let warm = MultinomialLogistic::default().start_from(found).gradient_tolerance(1e-6).check().unwrap();
    assert!(warm.fit_reporting(&wide).unwrap().1.iterations < 3);
}

#[test]
fn ten_million_features_of_which_few_occur_are_no_burden() {
    let rows = (0..2000_u32).map(|i| [(i % 3, 1.0), (10 + i * 4999, 1.0)]);
    let targets = (0..2000).map(|i| Stance::ALL[i % 3]).collect();
    let data: Data = DatasetBase::new(SparseRecords::from_rows(10_000_000, rows).unwrap(), targets);
    let found = MultinomialLogistic::default().fit(&data).unwrap();
    assert_eq!((found.features(), found.predict(&data.records)), (10_000_000, data.targets));
}

#[test]
fn constant_features_and_rows_without_any_leave_the_shares() {
    let records = SparseRecords::from_rows(2, vec![vec![(1, 1.0)], vec![(1, 1.0)], vec![], vec![]]).unwrap();
    let data = DatasetBase::new(records, array![Critical, Neutral, Critical, Neutral]);
    for l1 in [0.0, 1.0] {
        let found = MultinomialLogistic::default().l1(l1).gradient_tolerance(1e-10).fit(&data).unwrap();
        let chances = found.probabilities(&[(1, 1.0)]);
        assert!((chances[0] - 0.5).abs() < 1e-9, "{chances:?}");
    }
}

#[test]
fn a_label_with_one_row_keeps_a_small_share() {
    let records = SparseRecords::from_rows(2, (0..20).map(|i| [(i % 2, 1.0)])).unwrap();
    let targets = (0..20).map(|i| if i == 0 { Supportive } else { Stance::ALL[i % 2] }).collect();
    let data: Data = DatasetBase::new(records, targets);
    let found = MultinomialLogistic::default().fit(&data).unwrap();
    let chances = found.probabilities(&[(0, 1.0)]);
    assert!(chances[0] > 0.5 && (0.01..0.2).contains(&chances[2]), "{chances:?}");
}

#[test]
fn a_warm_start_is_near_the_end() {
    let data = simulated(200, 10, 0.5, 7);
    let (classifier, cold) = exact(1.0).fit_reporting(&data).unwrap();
    let params = MultinomialLogistic::default().start_from(classifier.clone()).check().unwrap();
    let (_, warm) = params.fit_reporting(&data).unwrap();
    assert!(warm.iterations * 4 < cold.iterations, "{warm:?} {cold:?}");
    let other = simulated(50, 11, 0.5, 7);
    assert!(matches!(params.fit(&other), Err(FitError::WarmStart { model: 10, records: 11 })));
}

#[test]
fn a_warm_start_may_lack_a_label() {
    let two =
        DatasetBase::new(SparseRecords::from_rows(1, [[(0, 1.0)], [(0, -1.0)]]).unwrap(), array![Critical, Supportive]);
    let start = MultinomialLogistic::default().fit(&two).unwrap();
    let three = DatasetBase::new(
        SparseRecords::from_rows(1, [vec![(0, 1.0)], vec![], vec![(0, -1.0)]]).unwrap(),
        array![Critical, Neutral, Supportive],
    );
    let warm = MultinomialLogistic::default().start_from(start).gradient_tolerance(1e-9).fit(&three).unwrap();
    let cold = MultinomialLogistic::default().gradient_tolerance(1e-9).fit(&three).unwrap();
    for (left, right) in flat(&warm).iter().zip(flat(&cold)).take(3) {
        assert!((left - right).abs() < 1e-5, "{warm:?} {cold:?}");
    }
}

#[test]
fn parameters_out_of_range_are_named() {
    let refused = |params: MultinomialLogistic<Stance>| params.check().unwrap_err().to_string();
    assert_eq!(refused(MultinomialLogistic::default().alpha(0.0)), "alpha is 0, but must be a finite number above 0");
    assert!(refused(MultinomialLogistic::default().alpha(f64::NAN)).starts_with("alpha"));
    assert!(refused(MultinomialLogistic::default().l1(-1.0)).starts_with("l1 is -1"));
    assert!(refused(MultinomialLogistic::default().gradient_tolerance(-1.0)).starts_with("gradient_tolerance"));
    assert!(refused(MultinomialLogistic::default().max_iterations(0)).starts_with("max_iterations"));
    assert!(refused(MultinomialLogistic::default().memory(0)).starts_with("memory"));
}

#[test]
fn one_label_or_values_that_overflow_are_errors() {
    let single = DatasetBase::new(SparseRecords::from_rows(1, [[(0, 1.0)]]).unwrap(), array![Neutral]);
    assert!(matches!(MultinomialLogistic::default().fit(&single), Err(FitError::SingleClass { .. })));
    let huge = DatasetBase::new(
        SparseRecords::from_rows(1, [[(0, f32::MAX)], [(0, -f32::MAX)]]).unwrap(),
        array![Neutral, Critical],
    );
    // Whatever the solver makes of it, no weight is NaN.
    if let Ok(classifier) = MultinomialLogistic::default().fit(&huge) {
        assert!(classifier.is_finite());
    }
}

#[test]
fn sixteen_labels_of_which_some_never_occur() {
    let rows: Vec<Vec<(u32, f32)>> = (0..40).map(|i| vec![(i % 5, 1.0)]).collect();
    let targets: Array1<Act> = (0..40).map(|i| Act::ALL[(i % 5) * 3]).collect();
    let data = DatasetBase::new(SparseRecords::from_rows(5, rows).unwrap(), targets);
    let classifier = MultinomialLogistic::default().alpha(0.1).fit(&data).unwrap();
    assert_eq!(classifier.predict(&data.records), data.targets);
    assert_eq!(classifier.weights().dim(), (5, 5));
    let found = classifier.probabilities(&[(0, 1.0)]);
    assert_eq!(found.len(), Act::ALL.len());
    assert!(found.iter().enumerate().all(|(place, p)| (*p > 0.0) == (place % 3 == 0 && place < 13)), "{found:?}");
}

#[test]
fn an_earlier_model_that_is_not_finite_is_no_start() {
    let weights = Array2::from_elem((1, 2), f32::NAN);
    let start = LinearClassifier::new(vec![Critical, Neutral], weights, vec![0.0; 2]).unwrap();
    assert!(matches!(MultinomialLogistic::default().start_from(start).check(), Err(FitError::NotFinite)));
}
