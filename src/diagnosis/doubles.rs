//! A healthy case for the tests, to be spoiled.

use super::{Case, History, Rule};
use crate::recipe::Recipe;
use crate::results::{
    Curve, Evaluation, Judged, Refinement, SimulationScore, SolverErrors, Spectra, Uncertainty,
};
use ondine_datasets::Source;
use ondine_datasets::hdf5::{
    Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory, Varying,
    WellWriter,
};

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
    pub(super) solver_errors: SolverErrors,
}

impl Double {
    /// A surrogate that errs by 1 % a step, and follows the truth twenty times as long as persistence.
    pub(super) fn healthy() -> Self {
        Self {
            evaluation: evaluation(),
            recipe: recipe(&[]),
            history: history(),
            solver_errors: SolverErrors::in_time(Some(1e-7)),
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
            solver_errors: &self.solver_errors,
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

/// The ways to spoil a case, so that every rule has one that it speaks on.
pub(super) const SPOILED: &[fn(&mut Double)] = &[
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
pub(super) fn noise(double: &mut Double, amplitude: f64) {
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

/// A file of three trajectories of the recipe's solver at viscosity 1 with frames 0.2 apart, whose times say `scale` times as
/// much and whose values have noise of a size; without a word of where they come from.
pub(super) fn file(name: &str, scale: f64, noise: f64) -> std::path::PathBuf {
    let path = format!("ondine-diagnosis-{name}-{}.h5", std::process::id());
    let path = std::env::temp_dir().join(path);
    let sets = [
        "equation.viscosity=1.0",
        "time.frames=9",
        "time.dt=0.2",
        "time.warmup=100",
        "time.substeps=8",
        "objective.stride=1",
    ];
    let plan = recipe(&sets).check().expect("the recipe is valid");
    let info = DatasetInfo {
        name: "foreign".to_owned(),
        trajectories: 3,
        frames: 9,
        axes: vec![Axis {
            points: 64,
            length: Varying::Same(32.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".to_owned(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.2 * scale)),
        parameters: vec![("viscosity".to_owned(), Varying::Same(1.0))],
        provenance: Provenance::default(),
    };
    let mut file = WellWriter::create(&path, &info, Dtype::F32).expect("a folder to write in");
    let mut rng = ondine_solvers::Rng::stream(1, ondine_solvers::Stream::Noise, 0);
    for index in 0..3 {
        let mut frames = Vec::new();
        let run = plan.ensemble.run(index as u64, &mut |u| {
            frames.extend(u.iter().map(|u| u + noise * rng.normal()));
            std::ops::ControlFlow::Continue(())
        });
        run.expect("it is solved");
        let trajectory = Trajectory { index, frames };
        file.append(&trajectory).expect("there is room");
    }
    file.finish().expect("there is room");
    path
}

/// The uncertainty from samples whose spread is `ratio` times the error of their mean.
pub(super) fn sampled(double: &Double, ratio: f64) -> Uncertainty {
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
pub(super) fn split(amplitude: f64, phase: f64) -> Vec<Curve> {
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
