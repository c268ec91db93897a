//! An equation of one's own: modified Korteweg–de Vries, `uₜ + 6 u² uₓ + δ uₓₓₓ = 0`, solved by the spectral integrators of
//! `ondine-solvers`, and a surrogate of it. The folder of the run is the argument.
//!
//! ```sh
//! cargo run --release --example own_equation -- runs/mkdv
//! ```

use ondine::datasets::{Conditions, DataError, Source};
use ondine::solvers::nonlinear::{Nonlinear, Number, Pointwise, Symbol};
use ondine::solvers::problem::{Ranges, Symmetries};
use ondine::solvers::{
    Complex64, Dealias, Equation, EquationEntry, Grid, Integrator, Parameter, Precision, Problem,
    Rng, SimulationSpec, Stream,
};
use ondine::training::Training;
use std::error::Error;
use std::f64::consts::TAU;
use std::ops::ControlFlow;

const POINTS: usize = 64;
const LENGTH: f64 = 2.0 * TAU;
const DT: f64 = 0.05;
const FRAMES: usize = 60;
const DISPERSION: [f64; 2] = [0.5, 1.5];

struct ModifiedKdv {
    dispersion: f64,
}

impl Equation for ModifiedKdv {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(0.0, self.dispersion * k[0].powi(3)) // −δ (ik)³
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half // a product of three fields
    }

    /// `−2 (u³)ₓ`.
    fn nonlinear(&self) -> Option<Nonlinear> {
        let flux = Symbol::derivative(0, -2.0);
        Some(Nonlinear::new(Cube, []).field(0).output(0, 0, flux))
    }
}

/// `u³`.
struct Cube;

impl Pointwise<0, 1> for Cube {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u]: &mut [N; 1]) {
        *u = *u * *u * *u;
    }
}

static ENTRY: EquationEntry = EquationEntry {
    kind: "modified_kdv",
    formula: "uₜ + 6 u² uₓ + δ uₓₓₓ = 0",
    summary: "solitons and breathers of a cubic nonlinearity",
    dims: &[1],
    symmetries: Symmetries::SHIFTS,
    parameters: &[Parameter {
        name: "dispersion",
        symbol: "δ",
        doc: "waves of wavenumber k travel at −δk²",
        good: DISPERSION,
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, _dims| {
        Box::new(ModifiedKdv {
            dispersion: values[0],
        })
    },
    ..EquationEntry::LINEAR
};

/// Simulations from a seed of their own.
struct Waves(u64);

impl Source for Waves {
    fn conditions(&self, index: u64) -> Conditions {
        let mut rng = Rng::stream(self.0, Stream::Parameters, index);
        Conditions {
            dt: DT,
            length: vec![LENGTH],
            spacing: vec![LENGTH / POINTS as f64],
            parameters: vec![rng.uniform(DISPERSION[0], DISPERSION[1])],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let failed = |source| DataError::Simulation { index, source };
        let spec = SimulationSpec {
            equation: &ENTRY,
            parameters: self.conditions(index).parameters,
            drawn: vec![],
            grid: Grid::new(&[POINTS], &[LENGTH]).map_err(failed)?,
            dt: DT,
            substeps: 10,
            integrator: Integrator::Etdrk4,
            precision: Precision::F64,
            threads: 1,
        };
        let phase = Rng::stream(self.0, Stream::Initial, index).uniform(0.0, LENGTH);
        let bump = |x: f64| 0.8 * ((x - phase) * TAU / LENGTH).cos();
        let u0: Vec<f64> = spec.grid.coordinates(0).into_iter().map(bump).collect();
        spec.run(&u0, 0, FRAMES, &mut |_, u| sink(u))
            .map_err(failed)
    }
}

fn problem() -> Problem {
    ENTRY.problem(&Ranges {
        points: vec![POINTS],
        length: vec![[LENGTH; 2]],
        parameters: vec![DISPERSION],
        dt: [DT; 2],
        frames: FRAMES,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let run = arguments.next().ok_or("write a directory for the run")?;
    let steps = arguments.next().map_or(Ok(1000), |steps| steps.parse())?;
    let training = Training::of(&problem(), Waves(0)).network("fno");
    let training = training.simulations(100).steps(steps).into_run(&run)?;
    let outcome = training.held_out(Waves(1), 8).run()?;
    let scores = outcome.summary.scores.ok_or("nothing was judged")?;
    println!(
        "after {} steps: {:?}",
        outcome.summary.steps, scores.metrics
    );
    Ok(())
}
