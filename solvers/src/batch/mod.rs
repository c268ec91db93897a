//! Several simulations at once, each in one lane of the vectors of the processor.
//!
//! A mode or a point of every simulation stands in one vector, so that transforms, functions of points and integrators are
//! loops over whole vectors without any shuffle. The vectors are the widest that the processor has (AVX-512, AVX2, NEON),
//! chosen when the program runs. What a simulation gives does not depend on the others beside it, on their number or on
//! the width of the vectors, to the bit.

mod butterfly;
mod complex;
mod fft;
mod group;
mod lane;
mod line;
mod plan;
mod scheme;
mod term;
#[cfg(test)]
mod tests;
mod update;

pub(crate) use lane::{Lane, Wide};

use std::fmt;

use crate::{Precision, SimulationSpec, SolverError};
use group::Group;

/// Simulations that differ in numbers alone: parameters, lengths, time step and initial state.
///
/// ```
/// use ondine_solvers::{Batch, Grid, Integrator, Precision, SimulationSpec, equation};
///
/// let burgers = |viscosity| -> Result<_, ondine_solvers::SolverError> {
///     Ok(SimulationSpec {
///         equation: equation::find("burgers").expect("in the list"),
///         parameters: vec![viscosity],
///         drawn: vec![],
///         grid: Grid::new(&[64], &[1.0])?,
///         dt: 0.1,
///         substeps: 4,
///         integrator: Integrator::Etdrk2,
///         precision: Precision::F64,
///         threads: 1,
///     })
/// };
/// let simulations = [burgers(0.01)?, burgers(0.02)?, burgers(0.04)?];
/// let x = simulations[0].grid.coordinates(0);
/// let mut u: Vec<f64> = x.iter().map(|x| (x * std::f64::consts::TAU).sin()).collect();
///
/// let mut batch = Batch::new(&simulations)?;
/// (0..3).for_each(|i| batch.start(i, &u));
/// batch.step(); // one frame, of four steps
/// let peaks = [0, 1, 2].map(|i| {
///     batch.read(i, &mut u);
///     u.iter().copied().fold(0.0, f64::max)
/// });
/// assert!(peaks[0] > peaks[1] && peaks[1] > peaks[2]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub struct Batch {
    groups: Groups,
    lanes: usize,
    len: usize,
}

enum Groups {
    F64(Vec<Group<f64>>),
    F32(Vec<Group<f32>>),
}

impl Batch {
    /// All `simulations`, which share equation, number of points, integrator, steps per frame and precision.
    ///
    /// # Errors
    ///
    /// [`SolverError::Unlike`] when they do not, or when the equation or the grid is none for batches, see
    /// [`takes`](Self::takes), and what is wrong with a simulation alone, see [`SimulationSpec::stepper`].
    pub fn new(simulations: &[SimulationSpec]) -> Result<Self, SolverError> {
        check(simulations)?;
        let (groups, lanes) = match simulations[0].precision {
            Precision::F64 => {
                let lanes = lane::lanes::<f64>();
                (Groups::F64(groups(simulations, lanes)?), lanes)
            }
            Precision::F32 => {
                let lanes = lane::lanes::<f32>();
                (Groups::F32(groups(simulations, lanes)?), lanes)
            }
        };
        Ok(Self {
            groups,
            lanes,
            len: simulations.len(),
        })
    }

    /// Whether simulations of this kind can be in a batch: all axes periodic, solved in Fourier space, with a term that is
    /// a function of the fields at one point.
    ///
    /// # Errors
    ///
    /// As [`SimulationSpec::stepper`].
    pub fn takes(simulation: &SimulationSpec) -> Result<bool, SolverError> {
        let (entry, dims) = (simulation.equation, simulation.grid.dims());
        if entry.own_stepper.is_some()
            || !simulation.grid.axes().all(|axis| axis.kind.is_periodic())
        {
            return Ok(false);
        }
        let equation = entry.build_drawn(&simulation.parameters, &simulation.drawn, dims)?;
        Ok(equation.own_term().is_none())
    }

    /// Number of simulations that vectors of this processor hold at once; batches of a multiple of it waste nothing.
    #[must_use]
    pub fn width(precision: Precision) -> usize {
        match precision {
            Precision::F64 => lane::lanes::<f64>(),
            Precision::F32 => lane::lanes::<f32>(),
        }
    }

    /// Number of simulations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no simulation; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Begins simulation `i` with the values `u`, channel after channel.
    ///
    /// # Panics
    ///
    /// When there is no such simulation, or `u` does not have the size of its state.
    pub fn start(&mut self, i: usize, u: &[f64]) {
        assert!(i < self.len, "simulation {i} of {}", self.len);
        let (group, lane) = (i / self.lanes, i % self.lanes);
        match &mut self.groups {
            Groups::F64(groups) => groups[group].start(lane, u),
            Groups::F32(groups) => groups[group].start(lane, u),
        }
    }

    /// Advances every simulation by one frame.
    pub fn step(&mut self) {
        match &mut self.groups {
            Groups::F64(groups) => groups.iter_mut().for_each(Group::step),
            Groups::F32(groups) => groups.iter_mut().for_each(Group::step),
        }
    }

    /// Writes the values of simulation `i` now.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn read(&mut self, i: usize, u: &mut [f64]) {
        assert!(i < self.len, "simulation {i} of {}", self.len);
        let (group, lane) = (i / self.lanes, i % self.lanes);
        match &mut self.groups {
            Groups::F64(groups) => groups[group].read(lane, u),
            Groups::F32(groups) => groups[group].read(lane, u),
        }
    }
}

fn groups<T: Lane>(
    simulations: &[SimulationSpec],
    lanes: usize,
) -> Result<Vec<Group<T>>, SolverError> {
    let parts = simulations.chunks(lanes);
    parts.map(|part| Group::new(part, lanes)).collect()
}

/// Whether two simulations have the same of something.
type Same = fn(&SimulationSpec, &SimulationSpec) -> bool;

/// Checks that simulations can be one batch.
fn check(simulations: &[SimulationSpec]) -> Result<(), SolverError> {
    let unlike = |name| Err(SolverError::Unlike { name });
    let Some((first, others)) = simulations.split_first() else {
        return unlike("number of simulations");
    };
    for spec in simulations {
        spec.check()?;
    }
    if !Batch::takes(first)? {
        return unlike("kind of equation or grid");
    }
    let same: [(&str, Same); 5] = [
        ("equation", |a, b| a.equation.kind == b.equation.kind),
        ("number of points", |a, b| {
            a.grid.points() == b.grid.points()
        }),
        ("integrator", |a, b| a.integrator == b.integrator),
        ("number of substeps", |a, b| a.substeps == b.substeps),
        ("precision", |a, b| a.precision == b.precision),
    ];
    let differ = |same: Same| others.iter().any(|other| !same(first, other));
    match same.into_iter().find(|(_, same)| differ(*same)) {
        Some((name, _)) => unlike(name),
        None => Ok(()),
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
