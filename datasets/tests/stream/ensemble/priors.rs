//! Priors as written, and the points of the cube that they are drawn by.

use super::{Line, ensemble, uniform};
use crate::doubles::sampler;
use ondine_datasets::sampler::Sampler;
use ondine_datasets::{Distribution, Source};
use std::sync::{Arc, Mutex};

/// Gives the coordinates 0.1, 0.2, … and notes how many were asked for.
struct Ladder {
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Sampler for Ladder {
    fn point(&self, _index: u64, point: &mut [f64]) {
        self.asked.lock().expect("no panic").push(point.len());
        let coordinates = point.iter_mut().enumerate();
        coordinates.for_each(|(axis, x)| *x = 0.1 * (axis + 1) as f64);
    }
}

#[test]
fn what_does_not_vary_uses_up_no_coordinate() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let ladder = Ladder {
        asked: asked.clone(),
    };
    let mut ensemble = ensemble(Arc::new(ladder), 0);
    assert_eq!(ensemble.quantities.dims(), 3);
    for length in [Distribution::Constant(5.0), uniform(5.0, 5.0)] {
        ensemble.quantities.length = vec![length];
        assert_eq!(ensemble.quantities.dims(), 2);
        let drawn = ensemble.conditions(0);
        let expected = [
            (drawn.parameters[0], uniform(0.05, 0.2).quantile(0.1)),
            (drawn.length[0], 5.0),
            (drawn.dt, uniform(0.02, 0.04).quantile(0.2)),
        ];
        for (found, expected) in expected {
            assert!((found - expected).abs() < 1e-15, "{drawn:?}"); // rounding
        }
    }
    assert_eq!(*asked.lock().expect("no panic"), [2, 2]);
}

fn read(text: &str) -> Result<Distribution, String> {
    let read = toml::from_str::<Line>(&format!("value = {text}"));
    read.map(|line| line.value)
        .map_err(|error| error.to_string())
}

#[test]
fn distributions_are_read_as_they_are_written() {
    assert_eq!(read("1.5"), Ok(Distribution::Constant(1.5)));
    assert_eq!(read("2"), Ok(Distribution::Constant(2.0)));
    assert_eq!(read("{ uniform = [0, 1.5] }"), Ok(uniform(0.0, 1.5)));
    assert_eq!(read("{ uniform = [2.0, 2.0] }"), Ok(uniform(2.0, 2.0)));
}

#[test]
fn errors_of_distributions_say_what_to_write() {
    let ends = "needs two finite ends, the lower one first";
    let form = "expected a number or a distribution such as { uniform = [0.5, 1.5] }";
    for (text, expected) in [
        ("{ uniform = [2.0, 1.0] }", ends),
        ("{ uniform = [2.0, 1.0] }", "uniform = [2, 1]"),
        ("{ uniform = [nan, 1.0] }", ends),
        ("{ uniform = [0.0, inf] }", ends),
        ("nan", "is not a finite number"),
        ("-inf", "-inf is not a finite number"),
        (
            "{ gamma = [0.0, 1.0] }",
            "unknown field `gamma`, expected one of `uniform`, `log_uniform`, `normal`, `choice`",
        ),
        (
            "{ uniform = [0.0, 1.0], seed = 1 }",
            "`seed` beside `uniform`: a distribution has one key",
        ),
        ("{ uniform = [0.0] }", "an array of length 2"),
        (
            "{ log_uniform = [0.0, 1.0] }",
            "two finite ends greater than 0",
        ),
        (
            "{ log_uniform = [2.0, 1.0] }",
            "log_uniform = [2, 1] needs two finite ends",
        ),
        (
            "{ normal = [0.0, -1.0] }",
            "normal = [0, -1] needs a finite mean",
        ),
        ("{ choice = [] }", "choice = [] is empty"),
        (
            "{ choice = [1.0, nan] }",
            "NaN in choice is not a finite number",
        ),
        ("{ }", "expected a number or a distribution"),
        ("'0.1'", form),
        ("[0.5, 1.5]", form),
        ("true", form),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_choice_is_read_in_rising_order_and_its_values_alone_are_drawn() {
    let choice = |choice: &[f64]| Distribution::Choice {
        choice: choice.to_vec(),
    };
    assert_eq!(
        read("{ choice = [3, 1, 2.5] }"),
        Ok(choice(&[1.0, 2.5, 3.0]))
    );
    let mut ensemble = ensemble(sampler("sobol", 3), 3);
    ensemble.quantities.parameters = vec![choice(&[0.05, 0.1, 0.2])];
    let mut counts = [0; 3];
    for index in 0..300 {
        let viscosity = ensemble.conditions(index).parameters[0];
        let place = [0.05, 0.1, 0.2]
            .iter()
            .position(|value: &f64| value.to_bits() == viscosity.to_bits());
        counts[place.expect("one of the three")] += 1;
    }
    assert!(
        counts.iter().all(|count| (90..=110).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn points_of_the_cube_lead_back_to_the_values_of_every_distribution() {
    let mut ensemble = ensemble(sampler("sobol", 3), 3);
    for prior in [
        "{ log_uniform = [0.01, 1.0] }",
        "{ normal = [0.1, 0.02] }",
        "{ choice = [0.05, 0.1, 0.2] }",
    ] {
        ensemble.quantities.parameters = vec![read(prior).expect(prior)];
        for index in 0..20 {
            let conditions = ensemble.conditions(index);
            let point = ensemble.quantities.point(&conditions);
            let again = ensemble
                .at(&point)
                .expect("a point of the cube")
                .conditions(0);
            let (a, b) = (conditions.parameters[0], again.parameters[0]);
            assert!((a / b - 1.0).abs() < 1e-12, "{prior}: {a} and {b}");
        }
    }
}
