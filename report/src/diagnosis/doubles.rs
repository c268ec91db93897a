//! A healthy case for tests, to be spoiled.

use super::{Case, Disagreement, History, Rule};
use crate::files::Subject;
use ondine_metrics::results::{
    Curve, Evaluation, Judged, Refinement, SimulationScore, SolverErrors, Spectra, Uncertainty,
};

/// The facts of a small training.
const SUBJECT: &str = r#"
version = "0.1.0"
trained = { dt = [0.2, 0.2], dx = [0.5, 0.5], viscosity = [0.8, 1.2], length = [32.0, 32.0] }
[problem]
name = "kuramoto_sivashinsky"
title = "Kuramoto–Sivashinsky"
formula = "uₜ + ½(u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0"
fields = [{ name = "u", conserved = true }]
axes = [{ name = "x", points = 64, length = [32.0, 32.0], ends = ["periodic", "periodic"] }]
one_length = true
conditions = [{ name = "viscosity" }]
dt = [0.2, 0.2]
frames = 140
[model]
kind = "fno"
options = { kind = "fno", width = 32, modes = 20, layers = 4, conserve_mean = true }
learns = "errors"
inputs = "state"
conserve_mean = true
[training]
steps = 2000
[training.main]
steps = 2000
learning_rate = [1e-3, 0.0]
schedule = "linear"
objective = { kind = "one_step", keys = [], stride = 4, noise = 0.0, norm = "l2", steps = 2 }
[source]
kind = "equation"
simulations = 500
held_out_of_file = false
solver = { points = [64], points_key = "grid.solver_points", tolerance = 1e-6 }
[stream]
workers = 2
batch = 32
steps = 2000
capacity = 5000
simulations = 500
kind = "reservoir"
reads = "many"
warmup = 0
frames = 140
held_whole = false
adaptive = false
"#;

/// A refiner in the place of the network of [`Double::healthy`].
pub const REFINER: &str = "model={kind=\"pde_refiner\",learns=\"noise\",inputs=\"state\",conserve_mean=true,\
                           options={kind=\"pde_refiner\",steps=3,min_noise_variance=2e-7,cutoff=1.0,fresh_noise=1.0,\
                           backbone={kind=\"fno\",width=32,modes=20}}}";
/// An ensemble in its place.
pub const CRPS: &str = "model={kind=\"crps_ensemble\",learns=\"scores\",inputs=\"state\",conserve_mean=true,\
                        options={kind=\"crps_ensemble\",members=2,backbone={kind=\"fno\",width=32,modes=20}}}";
/// Two stages.
pub const STAGED: &str = "training.stages=[\
    {steps=100,learning_rate=[1e-3,0.0],schedule=\"linear\",\
    objective={kind=\"one_step\",keys=[],stride=4,noise=0.0,norm=\"l2\",steps=2}},\
    {steps=20,learning_rate=[1e-3,0.0],schedule=\"linear\",\
    objective={kind=\"one_step\",keys=[],stride=4,noise=0.0,norm=\"l2\",steps=2}}]";

/// The parts of a case, owned.
pub struct Double {
    /// Results of the evaluation.
    pub evaluation: Evaluation,
    /// Facts of the training.
    pub subject: Subject,
    /// The course of the training.
    pub history: History,
    /// Errors of the solver.
    pub solver_errors: SolverErrors,
    /// How the frames of a file differ from those of the solver.
    pub disagreement: Option<Disagreement>,
}

impl Double {
    /// A surrogate that errs by 1 % per step, and follows the truth twenty times as long as persistence.
    #[must_use]
    pub fn healthy() -> Self {
        Self::with(&[])
    }

    /// The same with other facts of its training, as in `model.options.modes=3`.
    ///
    /// # Panics
    /// When there is no such fact.
    #[must_use]
    pub fn with(facts: &[&str]) -> Self {
        let mut subject: toml::Table = SUBJECT.parse().expect("the facts are TOML");
        facts.iter().for_each(|fact| set(&mut subject, fact));
        Self::of(subject.try_into().expect("these are facts"))
    }

    /// A healthy case of another training.
    #[must_use]
    pub fn of(subject: Subject) -> Self {
        Self {
            evaluation: evaluation(),
            subject,
            history: history(),
            solver_errors: SolverErrors::in_time(Some(1e-7)),
            disagreement: None,
        }
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> Case<'_> {
        Case {
            evaluation: &self.evaluation,
            subject: &self.subject,
            history: &self.history,
            solver_errors: &self.solver_errors,
            disagreement: self.disagreement.as_ref(),
            takes: None,
        }
    }

    /// Makes sure that a rule says all of `parts`.
    ///
    /// # Panics
    /// When it does not.
    pub fn assert_said(&self, rule: &Rule, parts: &[&str]) {
        let said = (rule.judge)(&self.case())
            .expect("the case is a bad one")
            .to_string();
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
    }

    /// Makes sure that a rule has nothing to say.
    ///
    /// # Panics
    /// When it has.
    pub fn assert_silent(&self, rule: &Rule) {
        assert_eq!((rule.judge)(&self.case()), None);
    }
}

/// Sets a value by its path.
fn set(table: &mut toml::Table, fact: &str) {
    let (path, value) = fact.split_once('=').expect("a path and a value");
    let value: toml::Table = format!("value = {value}").parse().expect("TOML");
    let (sections, key) = path.rsplit_once('.').unwrap_or(("", path));
    let sections = sections.split('.').filter(|name| !name.is_empty());
    let section = sections.fold(table, |table, name| {
        let section = table.get_mut(name).and_then(toml::Value::as_table_mut);
        section.unwrap_or_else(|| panic!("no {name} of {fact}"))
    });
    section.insert(key.to_owned(), value["value"].clone());
}

/// The ways to spoil a case, so that every rule has one that it speaks on.
pub const SPOILED: &[fn(&mut Double)] = &[
    |double| double.evaluation.surrogate.finite_share = 0.5,
    |double| {
        let spectra = &mut double.evaluation.spectra[0];
        let change = spectra.persistence_error[3..].to_vec();
        spectra.error[3..].copy_from_slice(&change); // blind above 2, fine scales too
    },
    |double| {
        for simulation in &mut double.evaluation.simulations {
            let viscosity = simulation.conditions["viscosity"];
            simulation.nrmse = 0.1 * (viscosity - 0.8);
            simulation
                .conditions
                .insert("viscosity".into(), 2.0 * viscosity);
        }
    },
    |double| {
        for simulation in &mut double.evaluation.simulations {
            simulation.nrmse = 0.1 * (simulation.conditions["viscosity"] - 0.8);
        }
    },
    |double| {
        double
            .history
            .losses
            .iter_mut()
            .for_each(|line| line.1 *= 1e-4);
    },
    |double| double.evaluation.surrogate.nrmse = 0.9,
    |double| double.solver_errors.temporal = Some(1e-2),
    |double| double.evaluation.spectra[0].error[11..15].fill(0.02),
    |double| double.evaluation.spectra[2].prediction[25..].fill(0.05),
    |double| {
        double.evaluation.spectra[2]
            .prediction
            .iter_mut()
            .for_each(|a| *a *= 2.0);
    },
    |double| {
        double.evaluation.spectra[2]
            .prediction
            .iter_mut()
            .for_each(|a| *a *= 0.5);
    },
    |double| double.evaluation.spectra[2].error[0] = 0.5,
    |double| {
        double
            .evaluation
            .surrogate
            .correlation_time
            .insert("0.8".into(), 4.0);
    },
    |double| {
        let calls = [4e-2, 1e-5, 1e-5, 1e-5]
            .into_iter()
            .zip([0.0, 0.1, 1e-2, 1e-6]);
        let call = |(i, (mse, noise))| Refinement {
            calls: i + 1,
            noise,
            mse,
            noise_amplitude: None,
            error: Vec::new(),
        };
        double.evaluation.refinements = calls.enumerate().map(call).collect();
    },
    |double| double.evaluation.uncertainty = Some(sampled(double, 0.2)),
    |double| double.evaluation.uncertainty = Some(sampled(double, 2.5)),
    |double| {
        let falling = |line: &mut (usize, f64)| line.1 = (-0.005 * line.0 as f64).exp();
        double.history.losses.iter_mut().for_each(falling);
    },
    |double| {
        let lines = double.history.losses.iter_mut().enumerate();
        lines.for_each(|(i, line)| line.1 = if i % 2 == 0 { 0.08 } else { 0.12 });
    },
    |double| double.evaluation.surrogate.curves = split(0.2, 1.0),
    |double| double.evaluation.surrogate.curves = split(1.0, 0.2),
];

/// White noise of an amplitude in the frames of the truth, of which the surrogate foresees nothing.
pub fn noise(double: &mut Double, amplitude: f64) {
    let mut healthy = evaluation().spectra.swap_remove(0);
    let spread = |of: &mut Vec<f64>, factor: f64| {
        for a in of {
            *a = (*a * *a + factor * amplitude * amplitude).sqrt();
        }
    };
    spread(&mut healthy.truth, 1.0);
    spread(&mut healthy.persistence_error, 2.0);
    spread(&mut healthy.error, 1.0);
    double.evaluation.spectra[0] = healthy;
}

/// The uncertainty from samples whose spread is `ratio` times the error of their mean.
pub fn sampled(double: &Double, ratio: f64) -> Uncertainty {
    let steps = double.evaluation.times.len();
    Uncertainty {
        samples: 8,
        mean: double.evaluation.surrogate.clone(),
        spread_over_time: vec![0.1; steps],
        spread_skill_over_time: vec![ratio; steps],
        crps_over_time: vec![0.1; steps],
        cross_correlation_over_time: vec![0.9; steps],
        sample_correlation_over_time: vec![0.9; steps],
        coverage: Vec::new(),
        horizons: Vec::new(),
        horizon_agreement: None,
        spectra: Vec::new(),
    }
}

/// Errors of amplitude and phase that grow by 2 % a step.
pub fn split(amplitude: f64, phase: f64) -> Vec<Curve> {
    let curve = |name: &str, size: f64| Curve {
        metric: "amplitude_phase".to_owned(),
        name: name.to_owned(),
        mean: (1..=100)
            .map(|step| size * 0.02 * f64::from(step))
            .collect(),
        quantiles: [Vec::new(), Vec::new()],
    };
    vec![
        curve("amplitude_error", amplitude),
        curve("phase_error", phase),
    ]
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
        metrics: [].into(),
        at: Vec::new(),
        by_field: Vec::new(),
        baselines: Vec::new(),
        speed: None,
        file: None,
        refinements: Vec::new(),
        uncertainty: None,
        solver_errors: None,
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
        correlation_steps: [].into(),
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
