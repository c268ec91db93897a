//! A healthy case for the tests, to be spoiled.

use super::{Case, History, Rule};
use crate::evaluation::{Evaluation, Judged, SimulationScore, Spectra};
use crate::recipe::Recipe;

const RECIPE: &str = r#"
[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.8, 1.2] }
[grid]
points = [64]
length = 32.0
[time]
dt = 0.2
frames = 140
[ensemble]
simulations = 500
[model]
kind = "fno"
modes = 20
[objective]
stride = 4
[train]
steps = 2000
"#;

/// What a case is made from, owned.
pub(super) struct Double {
    pub(super) evaluation: Evaluation,
    pub(super) recipe: Recipe,
    pub(super) history: History,
    pub(super) reference_error: Option<f64>,
}

impl Double {
    /// A surrogate that errs by 1 % a step, and follows the truth twenty times as long as persistence.
    pub(super) fn healthy() -> Self {
        Self {
            evaluation: evaluation(),
            recipe: recipe(&[]),
            history: history(),
            reference_error: Some(1e-7),
        }
    }

    /// With other keys in the recipe.
    pub(super) fn with(overrides: &[&str]) -> Self {
        let recipe = recipe(overrides);
        Self {
            recipe,
            ..Self::healthy()
        }
    }

    pub(super) fn case(&self) -> Case<'_> {
        Case {
            evaluation: &self.evaluation,
            recipe: &self.recipe,
            history: &self.history,
            reference_error: self.reference_error,
        }
    }

    /// Makes sure that a rule says all of `parts`.
    pub(super) fn assert_said(&self, rule: &Rule, parts: &[&str]) {
        let said = (rule.judge)(&self.case())
            .expect("the case is a bad one")
            .to_string();
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
    }

    /// Makes sure that a rule has nothing to say.
    pub(super) fn assert_silent(&self, rule: &Rule) {
        assert_eq!((rule.judge)(&self.case()), None);
    }
}

fn recipe(overrides: &[&str]) -> Recipe {
    let overrides: Vec<String> = overrides.iter().map(|&set| set.to_owned()).collect();
    Recipe::parse("double.toml", RECIPE, &overrides).unwrap_or_else(|error| panic!("{error}"))
}

/// A loss that falls by a factor of ten, and the errors of ten evaluations.
fn history() -> History {
    let share = |step: usize| step as f64 / 2000.0;
    let loss = |step: usize| (step, 0.1_f64.powf((2.0 * share(step)).min(1.0)));
    let error = |step: usize| (step, 0.05 - 0.04 * share(step));
    History {
        losses: (1..=200).map(|i| loss(10 * i)).collect(),
        errors: (1..=10).map(|i| error(200 * i)).collect(),
    }
}

fn evaluation() -> Evaluation {
    let times: Vec<f64> = (1..=100).map(|step| 0.8 * f64::from(step)).collect();
    Evaluation {
        step: 2000,
        trajectories: 32,
        surrogate: judged(&times, 0.01, 40.0),
        persistence: judged(&times, 0.5, 2.0),
        spectra: vec![spectra(1, 0.01), spectra(26, 0.1), spectra(100, 1.2)],
        fields: vec!["u".into()],
        guards: Vec::new(),
        quiet: Vec::new(),
        baselines: Vec::new(),
        speed: None,
        file: None,
        refinements: Vec::new(),
        uncertainty: None,
        simulations: (0..32).map(score).collect(),
        spectral_errors: None,
        times,
    }
}

fn judged(times: &[f64], nrmse: f64, lost: f64) -> Judged {
    let correlation = |time: &f64| (1.0 - 0.2 * time / lost).max(0.0);
    Judged {
        nrmse,
        nrmse_over_time: times
            .iter()
            .map(|t| (nrmse * (t / 16.0).exp()).min(1.4))
            .collect(),
        correlation_over_time: times.iter().map(correlation).collect(),
        correlation_quantiles: [Vec::new(), Vec::new()],
        correlation_time: [("0.8".to_owned(), lost)].into(),
        finite_share: 1.0,
        curves: Vec::new(),
    }
}

/// Waves around wavenumber 5; a step changes half of them, and errs in all alike.
fn spectra(rollout_step: usize, error: f64) -> Spectra {
    let wavenumber: Vec<f64> = (0..=32).map(f64::from).collect();
    let waves = |size: f64| -> Vec<f64> {
        let wave = |k: &f64| size * (-((k - 5.0) / 3.0).powi(2)).exp() * f64::from(*k > 0.5);
        wavenumber.iter().map(wave).collect()
    };
    Spectra {
        rollout_step,
        time: 0.8 * rollout_step as f64,
        truth: waves(1.0),
        prediction: waves(0.99),
        error: waves(error),
        persistence_error: waves(0.5),
        wavenumber_unit: None,
        resolved_wavenumber: None,
        waves: Vec::new(),
        wavenumber: wavenumber.clone(),
    }
}

/// Viscosities all over their range, and errors that have nothing to do with them.
fn score(index: u64) -> SimulationScore {
    let viscosity = 0.81 + 0.38 * index as f64 / 31.0;
    SimulationScore {
        index,
        seed: Some(1),
        attempt: 0,
        conditions: [
            ("viscosity".to_owned(), viscosity),
            ("dt".to_owned(), 0.2),
            ("length".to_owned(), 32.0),
        ]
        .into(),
        nrmse: 0.01 + 0.004 * f64::from((index * 13 % 32) as u32) / 32.0,
        correlation_time: 40.0,
        to_the_end: false,
        final_nrmse: 1.2,
    }
}
