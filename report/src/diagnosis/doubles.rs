//! A healthy case for tests, to be spoiled.

mod evaluation;

use super::{Disagreement, Evidence, History, Rule};
use crate::files::Subject;
use evaluation::{evaluation, history};
pub use evaluation::{noise, sampled, split};
use ondine_metrics::results::{Evaluation, Refinement, SolverErrors};

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
                        options={kind=\"crps_ensemble\",members=2,noise_correlation=0.0,backbone={kind=\"fno\",width=32,modes=20}}}";
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
    /// Distance of frames of a file from those of the solver.
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
    pub fn evidence(&self) -> Evidence<'_> {
        Evidence {
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
        let said = (rule.find)(&self.evidence())
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
        assert_eq!((rule.find)(&self.evidence()), None);
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
