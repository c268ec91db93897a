//! Several simulations at once, each in one lane of the vectors of the processor.
//!
//! A mode or a point of every simulation stands in one vector, so that transforms, functions of points and integrators are
//! loops over whole vectors without any shuffle. A simulation alone has all lanes for itself, with neighbours side by side.
//! The vectors are those of the processor (AVX-512, AVX2, NEON), chosen when the program runs. What a simulation gives does
//! not depend on the others beside it, on their number or on the width of the vectors, to the bit.

mod alone;
mod butterfly;
mod complex;
mod fft;
mod group;
mod lane;
mod layout;
mod line;
mod plan;
mod row;
mod scheme;
mod single;
mod steps;
mod term;
#[cfg(test)]
mod tests;
mod update;
mod vectors;

pub(crate) use lane::{Lane, Wide};
pub(crate) use single::Single;
pub(crate) use vectors::Vectors;

use std::fmt;
use std::ops::ControlFlow;

use crate::rollout::Course;
use crate::{Grid, Precision, Rollout, SimulationSpec, SolverError};
use group::Group;
use layout::Layout;

/// Points of a line, and of a plane, up to which simulations are made in lanes: more do not fit the cache.
const SMALL: [usize; 2] = [1024, 64 * 64];

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
    simulations: Vec<SimulationSpec>,
}

/// The receiver of the frames of simulations: it gets the simulation, the number of the frame and its values.
type Sink<'a> = dyn FnMut(usize, usize, &[f64]) -> ControlFlow<()> + 'a;

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
                let lanes = Vectors::widest().lanes::<f64>();
                (Groups::F64(groups(simulations, lanes)?), lanes)
            }
            Precision::F32 => {
                let lanes = Vectors::widest().lanes::<f32>();
                (Groups::F32(groups(simulations, lanes)?), lanes)
            }
        };
        Ok(Self {
            groups,
            lanes,
            simulations: simulations.to_vec(),
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

    /// Whether [`SimulationSpec::stepper`] makes a simulation of this kind by the arithmetic of a batch, so that it has the
    /// same bits alone and in any batch: one that a batch [`takes`](Self::takes), on a small grid (up to 1024 points in one
    /// dimension, 64² in two), whose last axis has a multiple of 32 points in 64-bit and of 128 in 32-bit.
    ///
    /// # Errors
    ///
    /// As [`SimulationSpec::stepper`].
    pub fn makes(simulation: &SimulationSpec) -> Result<bool, SolverError> {
        let is_for = match simulation.precision {
            Precision::F64 => Layout::is_for::<f64>,
            Precision::F32 => Layout::is_for::<f32>,
        };
        let grid = &simulation.grid;
        Ok(is_small(grid) && is_for(grid) && Self::takes(simulation)?)
    }

    /// Number of simulations that vectors of this processor hold at once; batches of a multiple of it waste nothing.
    #[must_use]
    pub fn width(precision: Precision) -> usize {
        match precision {
            Precision::F64 => Vectors::widest().lanes::<f64>(),
            Precision::F32 => Vectors::widest().lanes::<f32>(),
        }
    }

    /// Number of simulations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.simulations.len()
    }

    /// Whether there is no simulation; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.simulations.is_empty()
    }

    /// Begins simulation `i` with the values `u`, channel after channel.
    ///
    /// # Panics
    ///
    /// When there is no such simulation, or `u` does not have the size of its state.
    pub fn start(&mut self, i: usize, u: &[f64]) {
        assert!(i < self.len(), "simulation {i} of {}", self.len());
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

    /// Runs every simulation `i` from the state `initial[i]` as [`SimulationSpec::run`] does, and calls `sink` with `i`, the
    /// number and the values of each kept frame, frame after frame. A sink that breaks ends simulation `i` alone. Returns
    /// how each of them ended.
    ///
    /// # Errors
    ///
    /// For each simulation, [`SolverError::Diverged`] when its values leave the range of physical ones.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start), or when there is not one state per simulation.
    pub fn run(
        &mut self,
        initial: &[Vec<f64>],
        rollout: Rollout,
        sink: &mut Sink<'_>,
    ) -> Vec<Result<(), SolverError>> {
        assert_eq!(initial.len(), self.len(), "one state per simulation");
        let mut states = initial.to_vec();
        let mut courses: Vec<Course> = initial.iter().map(|u| Course::new(u)).collect();
        for (i, u) in initial.iter().enumerate() {
            self.start(i, u);
        }
        for frame in 0..rollout.warmup + rollout.frames {
            if frame > 0 {
                self.step();
            }
            for (i, course) in courses.iter_mut().enumerate() {
                if !course.is_over() {
                    let u = &mut states[i];
                    if frame > 0 {
                        self.read(i, u);
                    }
                    let time = frame as f64 * self.simulations[i].frame_time();
                    course.take(u, time, |u| match frame.checked_sub(rollout.warmup) {
                        Some(kept) => sink(i, kept, u),
                        None => ControlFlow::Continue(()),
                    });
                }
            }
            if courses.iter().all(Course::is_over) {
                break;
            }
        }
        let ends = courses.into_iter().zip(&self.simulations);
        ends.map(|(course, spec)| {
            course
                .ended()
                .map_err(|divergence| spec.diverged(divergence))
        })
        .collect()
    }

    /// Writes the values of simulation `i` now.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn read(&mut self, i: usize, u: &mut [f64]) {
        assert!(i < self.len(), "simulation {i} of {}", self.len());
        let (group, lane) = (i / self.lanes, i % self.lanes);
        match &mut self.groups {
            Groups::F64(groups) => groups[group].read(lane, u),
            Groups::F32(groups) => groups[group].read(lane, u),
        }
    }
}

fn is_small(grid: &Grid) -> bool {
    let limit = SMALL.get(grid.dims() - 1);
    limit.is_some_and(|limit| grid.num_points() <= *limit)
}

fn groups<T: Lane>(
    simulations: &[SimulationSpec],
    lanes: usize,
) -> Result<Vec<Group<T>>, SolverError> {
    let parts = simulations.chunks(lanes);
    parts.map(Group::new).collect()
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
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
