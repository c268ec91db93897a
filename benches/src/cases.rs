//! Simulations that programs of this crate time.

use ondine_solvers::equation::find;
use ondine_solvers::initial::SineSeries;
use ondine_solvers::{
    Grid, InitialState, Integrator, Precision, Rng, SimulationSpec, Stream, sample,
};

/// Simulations of one equation on a grid.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Name on the command line.
    pub name: &'static str,
    /// Name of the equation.
    pub kind: &'static str,
    /// Its parameters.
    pub parameters: &'static [f64],
    /// Grid points per axis.
    pub points: usize,
    /// Axes.
    pub dims: usize,
    /// Length of every axis.
    pub length: f64,
    /// Time of a step.
    pub dt: f64,
    /// Number of simulations.
    pub simulations: usize,
    /// Steps of each.
    pub steps: usize,
}

/// The case that the others of one dimension differ from.
const ONE: Case = Case {
    name: "ks",
    kind: "kuramoto_sivashinsky",
    parameters: &[1.0],
    points: 256,
    dims: 1,
    length: 64.0,
    dt: 0.1,
    simulations: 100,
    steps: 1000,
};

/// The cases.
pub const CASES: [Case; 5] = [
    ONE,
    Case {
        name: "burgers",
        kind: "burgers",
        parameters: &[0.01],
        length: std::f64::consts::TAU,
        dt: 0.002,
        ..ONE
    },
    Case {
        name: "kdv",
        kind: "kdv",
        parameters: &[0.001],
        dt: 0.002,
        ..ONE
    },
    Case {
        name: "kolmogorov",
        kind: "kolmogorov_flow",
        parameters: &[0.001, 0.1, 4.0, 1.0],
        points: 64,
        dims: 2,
        length: std::f64::consts::TAU,
        dt: 0.005,
        simulations: 32,
        steps: 200,
    },
    Case {
        name: "flow",
        kind: "navier_stokes",
        parameters: &[0.001, 0.0],
        points: 256,
        dims: 2,
        length: std::f64::consts::TAU,
        dt: 0.001,
        simulations: 1,
        steps: 200,
    },
];

impl Case {
    /// The case called `name`.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        CASES.iter().find(|case| case.name == name)
    }

    /// One of its simulations, whose frame is all steps.
    ///
    /// # Panics
    /// Never: the cases are valid.
    #[must_use]
    pub fn simulation(&self, precision: Precision) -> SimulationSpec {
        let grid = Grid::new(&vec![self.points; self.dims], &vec![self.length; self.dims]);
        SimulationSpec {
            equation: find(self.kind).expect("in the list"),
            parameters: self.parameters.to_vec(),
            drawn: vec![],
            grid: grid.expect("valid"),
            dt: self.dt * self.steps as f64,
            substeps: self.steps,
            integrator: Integrator::Etdrk2,
            precision,
            threads: 1,
        }
    }

    /// The initial state of simulation `index`.
    #[must_use]
    pub fn state(&self, index: u64) -> Vec<f64> {
        let spec = self.simulation(Precision::F64);
        let mut rng = Rng::stream(0, Stream::Initial, index);
        let drawn = SineSeries::default().draw(spec.grid.length(), 1, &mut rng);
        sample(&drawn, &spec.grid, 1)
    }
}
