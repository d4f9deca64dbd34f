use super::*;
use linfa::composing::platt_scaling::platt_predict;
use ndarray::{Array2, array};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Decision values with classes drawn from softmax(values / temperature).
fn simulated(temperature: f64, rows: usize) -> (Array2<f64>, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let decisions = Array2::from_shape_fn((rows, 3), |_| random.gen_range(-4.0..4.0));
    let classes = decisions
        .rows()
        .into_iter()
        .map(|row| {
            let probabilities = Calibration::Temperature(temperature).probabilities(&row.to_vec());
            let draw: f64 = random.gen_range(0.0..1.0);
            usize::from(draw > probabilities[0]) + usize::from(draw > probabilities[0] + probabilities[1])
        })
        .collect();
    (decisions, classes)
}

fn temperature(calibration: &Calibration) -> f64 {
    match calibration {
        Calibration::Temperature(temperature) => *temperature,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_known_temperature_is_recovered() {
    for known in [0.5, 1.0, 2.5] {
        let (decisions, classes) = simulated(known, 20_000);
        let found = temperature(&Calibration::temperature(decisions.view(), &classes, None).unwrap());
        assert!((found / known - 1.0).abs() < 0.04, "{known} {found}");
    }
}

#[test]
fn two_rows_have_the_temperature_computed_by_hand() {
    // Margin ln 3 in both, right with weight 3 and wrong with weight 1: 3/4 is right at T = 1; with weights 9 and 1
    // it wants sigmoid(ln 3 / T) = 9/10, so T = 1/2.
    let decisions = array![[libm::log(3.0), 0.0], [libm::log(3.0), 0.0]];
    for (weights, expected) in [([3.0, 1.0], 1.0), ([9.0, 1.0], 0.5)] {
        let found = temperature(&Calibration::temperature(decisions.view(), &[0, 1], Some(&weights)).unwrap());
        assert!((found - expected).abs() < 1e-9, "{found}");
    }
}

#[test]
fn the_temperature_stays_in_range() {
    let decisions = array![[1.0, 0.0]];
    let always_right = Calibration::temperature(decisions.view(), &[0], None).unwrap();
    let always_wrong = Calibration::temperature(decisions.view(), &[1], None).unwrap();
    assert_eq!((temperature(&always_right), temperature(&always_wrong)), (0.05, 20.0));
    let level = Calibration::temperature(array![[1.0, 1.0]].view(), &[0], None).unwrap();
    assert!((0.05..=20.0).contains(&temperature(&level)));
}

#[test]
fn classes_that_a_fold_did_not_know_are_passed_over() {
    let (decisions, classes) = simulated(2.0, 500);
    let expected = Calibration::temperature(decisions.view(), &classes, None).unwrap();
    let mut wider = Array2::from_elem((502, 4), f64::NEG_INFINITY);
    for ((row, column), value) in decisions.indexed_iter() {
        wider[(row, column)] = *value;
    }
    let classes: Vec<usize> = classes.into_iter().chain([3, 3]).collect();
    assert_eq!(Calibration::temperature(wider.view(), &classes, None).unwrap(), expected);
}

#[test]
fn platt_rises_with_the_decision_and_agrees_with_linfa() {
    let (decisions, classes) = simulated(1.5, 2000);
    let fitted = Calibration::platt(decisions.view(), &classes).unwrap();
    let Calibration::Platt(parameters) = &fitted else { panic!("{fitted:?}") };
    assert!(parameters.iter().all(|(a, _)| *a < 0.0), "{parameters:?}");
    let mut last = 0.0;
    for step in -40..=40 {
        let decision = f64::from(step) / 4.0;
        let found = fitted.probabilities(&[decision, 0.0, 0.0])[0];
        assert!(found > last, "{decision}: {found}");
        last = found;
        let sigmoids: Vec<f64> = [decision, 0.0, 0.0]
            .iter()
            .zip(parameters)
            .map(|(d, (a, b))| f64::from(*platt_predict(*d, *a, *b)))
            .collect();
        assert!((found - sigmoids[0] / sigmoids.iter().sum::<f64>()).abs() < 1e-6);
    }
}

#[test]
fn platt_does_not_mind_the_scale_of_margins() {
    let (decisions, classes) = simulated(1.0, 1000);
    let small = Calibration::platt(decisions.view(), &classes).unwrap();
    let large = Calibration::platt((&decisions * 1e5).view(), &classes).unwrap();
    for row in decisions.rows().into_iter().take(50) {
        let (left, right) = (small.probabilities(&row.to_vec()), large.probabilities(&(&row * 1e5).to_vec()));
        assert!(left.iter().zip(right).all(|(l, r)| (l - r).abs() < 1e-5));
    }
}

#[test]
fn isotonic_curves_mend_what_no_temperature_can() {
    // Shares of 0.5 at every decision value above 0: a temperature can only soften all values alike.
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let decisions: Array2<f64> =
        Array2::from_shape_fn((3000, 2), |(_, class)| if class == 0 { random.gen_range(-4.0..4.0) } else { 0.0 });
    let share = |decision: f64| if decision > 0.0 { 0.5 } else { 0.02 };
    let classes: Vec<usize> =
        decisions.rows().into_iter().map(|row| usize::from(random.gen_range(0.0..1.0) >= share(row[0]))).collect();
    let fitted = Calibration::isotonic(decisions.view(), &classes, None).unwrap();
    for decision in [-3.0, -0.5, 0.5, 3.0] {
        let found = fitted.probabilities(&[decision, 0.0])[0];
        // The other class has one decision value and so a level curve: its share, 0.74.
        let own = found / (1.0 - found) * 0.74;
        assert!((own - share(decision)).abs() < 0.08, "{decision}: {own}");
    }
    fitted.validate(2).unwrap();
    assert!(fitted.validate(3).is_err());
    let spread = fitted.spread(&[0, 2], 3);
    let found = spread.probabilities(&[1.0, f64::NEG_INFINITY, 0.0]);
    assert_eq!((found[0], found[1]), (fitted.probabilities(&[1.0, 0.0])[0], 0.0));
}

#[test]
fn values_that_cannot_be_used_are_refused() {
    let fit = |decisions: Array2<f64>, classes: &[usize], weights: Option<&[f32]>| {
        Calibration::temperature(decisions.view(), classes, weights).unwrap_err().to_string()
    };
    assert_eq!(fit(array![[0.0, 1.0]], &[], None), "1 rows of decision values, but 0 classes");
    assert!(fit(array![[0.0, 1.0]], &[0], Some(&[])).ends_with("0 weights"));
    assert!(fit(array![[0.0, f64::NAN]], &[0], None).starts_with("row 0"));
    assert!(fit(array![[0.0, f64::INFINITY]], &[0], None).starts_with("row 0"));
    assert!(fit(array![[0.0, 1.0]], &[2], None).starts_with("row 0"));
    assert!(fit(array![[0.0, 1.0]], &[0], Some(&[-1.0])).starts_with("row 0"));
    assert!(fit(array![[0.0, 1.0]], &[0], Some(&[0.0])).starts_with("no held-out row"));
    assert!(fit(array![[f64::NEG_INFINITY, 1.0]], &[0], None).starts_with("no held-out row"));
    let one_sided = Calibration::platt(array![[0.0, 1.0], [1.0, 0.0]].view(), &[0, 0]).unwrap_err();
    assert!(matches!(one_sided, CalibrationError::OneSided { class: 0, positive: 2, rows: 2 }));
}

proptest! {
    #[test]
    fn probabilities_are_a_distribution(
        decisions in prop::collection::vec(-1e300_f64..1e300, 3),
        (a, b) in (-1e3_f64..1e3, -1e3_f64..1e3),
        t in 0.05_f64..20.0,
    ) {
        for calibration in [Calibration::None, Calibration::Temperature(t), Calibration::Platt(vec![(a, b); 3])] {
            let found = calibration.probabilities(&decisions);
            prop_assert!(found.iter().all(|p| (0.0..=1.0).contains(p)), "{:?}", found);
            prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
