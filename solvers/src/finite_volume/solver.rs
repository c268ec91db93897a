//! Finite volumes as a stepper: settings, time steps, and what is done where a state leaves its law.

use super::faces::{Cells, Marks};
use super::ghosts::Ghosts;
use super::layout::{Layout, places};
use super::pass::{Pass, Stage, Worker};
use super::planes::{Planes, Seen};
use super::settings::FiniteVolumes;
use super::{Law, Reconstruction};
use crate::{AxisKind, Grid, SolverError, Stepper, Threads};

/// Most time steps of a frame.
pub const MOST_STEPS: f64 = 1e6;

/// Courant number `∆t Σ s/∆x` of a step. Straight lines between faces keep averages positive up to ½: X. Zhang & C.-W. Shu,
/// Proc. R. Soc. A 467, 2752 (2011), section 2.
const COURANT: f64 = 0.45;

/// Trials of a step: as it is, twice with averages at the faces of wrong cells, then at all faces.
const TRIALS: usize = 4;

/// A solver with its buffers.
pub(super) struct Solver<L, S, const N: usize, const M: usize, const A: usize> {
    pub(super) owner: &'static str,
    pub(super) law: L,
    pub(super) scheme: S,
    pub(super) grid: Grid,
    dt: f64,
    pub(super) planes: Planes,
    pub(super) ghosts: Ghosts,
    threads: Threads,
    workers: Vec<Worker>,
    still: Vec<f64>,
    u: Vec<f64>,
    old: Vec<f64>,
    pub(super) w: Vec<f64>,
    /// The share of slopes that is kept in each cell.
    pub(super) slopes: Vec<f64>,
    pub(super) solid: Vec<f64>,
    pub(super) has_solid: bool,
    /// Whether slopes are cut in some cells.
    pub(super) is_cut: bool,
    seen: Seen,
}

impl<L, S, const N: usize, const M: usize, const A: usize> Solver<L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    pub(super) fn new(settings: FiniteVolumes<L, N, M, A>, scheme: S) -> Self {
        let grid = settings.grid;
        let layout = Layout::new(&grid, S::CELLS);
        let (mut per_spacing, mut ends) = ([0.0; 3], [AxisKind::PERIODIC.ends(); 3]);
        for (axis, &place) in grid.axes().zip(places(grid.dims())) {
            per_spacing[place] = 1.0 / axis.spacing();
            ends[place] = axis.kind.ends();
        }
        let planes = Planes {
            layout,
            dims: grid.dims(),
            per_spacing,
        };
        let mut still = vec![0.0; settings.still.len()];
        if A > 0 {
            layout.pack(&settings.still, &mut still);
        }
        let size = N * grid.num_points();
        let mut solver = Self {
            owner: settings.owner,
            law: settings.law,
            scheme,
            dt: settings.dt,
            ghosts: Ghosts { layout, ends },
            threads: Threads::one(),
            workers: vec![Worker::new(&layout, N)],
            still,
            u: vec![0.0; size],
            old: vec![0.0; size],
            w: vec![0.0; layout.padded_size(M)],
            slopes: vec![1.0; layout.padded_size(1)],
            solid: vec![0.0; layout.padded_size(1)],
            has_solid: settings.solid.contains(&true),
            is_cut: false,
            seen: Seen::NOTHING,
            grid,
            planes,
        };
        solver.mark(&settings.solid);
        solver
    }

    /// The place of a cell of the grid among marks.
    pub(super) fn place_of(&self, cell: usize) -> usize {
        let layout = &self.planes.layout;
        let (plane, n) = (layout.plane(), layout.cells[2]);
        layout.start(1, [cell / plane, cell % plane / n]) + cell % n
    }

    /// Planes of each thread.
    fn planes_each(&self) -> usize {
        self.planes.layout.cells[0].div_ceil(self.workers.len())
    }

    /// Makes primitive variables of the conserved ones.
    fn refresh(&mut self) {
        let (planes, law, share) = (&self.planes, &self.law, self.planes_each());
        let layout = planes.layout;
        let (size, padded) = (N * layout.plane(), M * layout.padded_plane());
        let inside = layout.ghosts[0] * padded..(layout.ghosts[0] + layout.cells[0]) * padded;
        let (still, coefficients) = (&self.still, share * A * layout.plane());
        self.threads.share_pair(
            &mut self.workers,
            (&mut self.w[inside], share * padded),
            (&mut self.u, share * size),
            |i, worker, w, u| {
                let still = still.get(i * coefficients..).unwrap_or(&[]);
                worker.seen = planes.primitive(law, (u, still), w);
            },
        );
        let normal = |axis| planes.normal(axis);
        self.ghosts.fill(&mut self.w, M, |component, axis| {
            if component == normal(axis) { -1.0 } else { 1.0 }
        });
        let used = layout.cells[0].div_ceil(share);
        let all = self.workers[..used].iter().map(|worker| worker.seen);
        self.seen = all.fold(Seen::NOTHING, Seen::and);
    }

    /// Takes one stage.
    fn stage(&mut self, stage: Stage) {
        let (planes, each) = (&self.planes, self.planes_each());
        let size = each * N * planes.layout.plane();
        let marked = self.has_solid || self.is_cut;
        let marks = marked.then_some(Marks {
            slopes: &self.slopes,
            solid: &self.solid,
        });
        let pass = Pass {
            planes,
            law: &self.law,
            scheme: self.scheme,
            cells: Cells {
                w: &self.w,
                plane: planes.layout.padded_plane(),
                marks,
            },
            stage,
        };
        self.threads.share_pair(
            &mut self.workers,
            (&mut self.u, size),
            (&mut self.old, size),
            |i, worker, u, old| pass.advance(worker, i * each, u, old),
        );
    }

    /// Advances by one time step. Where a state leaves the law, the step is taken again with averages at the faces around.
    fn advance(&mut self, dt: f64) -> bool {
        for trial in 0..TRIALS {
            let valid = S::METHOD.stages().iter().all(|&[old, new]| {
                self.stage(Stage { old, new, dt });
                self.refresh();
                self.seen.valid
            });
            if valid || trial + 1 == TRIALS {
                self.restore_slopes();
                return valid;
            }
            self.cut(trial + 2 == TRIALS);
            self.u.copy_from_slice(&self.old);
            self.refresh();
        }
        unreachable!("the last trial returns")
    }

    /// Applies `f` to the numbers of every cell of `u`.
    fn each_cell(&self, u: &mut [f64], f: impl Fn(&L, &mut [f64; N], [f64; A])) {
        let plane = self.planes.layout.plane();
        for (i, u) in u.chunks_exact_mut(N * plane).enumerate() {
            for k in 0..plane {
                let still = std::array::from_fn(|c| self.still[(i * A + c) * plane + k]);
                let mut cell = std::array::from_fn(|c| u[c * plane + k]);
                f(&self.law, &mut cell, still);
                for (c, value) in cell.into_iter().enumerate() {
                    u[c * plane + k] = value;
                }
            }
        }
    }

    /// Time steps that `time` takes as the state is now; no number where the state has none.
    fn steps(&self, time: f64) -> f64 {
        (time * self.seen.rate / COURANT).ceil().max(1.0)
    }
}

impl<L, S, const N: usize, const M: usize, const A: usize> Stepper for Solver<L, S, N, M, A>
where
    L: Law<N, M, A>,
    S: Reconstruction,
{
    fn grid(&self) -> &Grid {
        &self.grid
    }

    fn channels(&self) -> usize {
        N
    }

    fn dt(&self) -> f64 {
        self.dt
    }

    fn share(&mut self, threads: &Threads) {
        let count = threads.count().min(self.planes.layout.cells[0]);
        self.threads = threads.clone();
        self.workers.truncate(1);
        self.workers.resize(count, self.workers[0].clone());
    }

    fn admit(&mut self, u: &[f64]) -> Result<(), SolverError> {
        self.start(u);
        if let Some(cell) =
            (0..self.grid.num_points()).find(|&cell| self.margin(self.place_of(cell)) <= 0.0)
        {
            return Err(SolverError::NotPositive {
                owner: self.owner,
                what: L::POSITIVE,
                cell: cell_of(&self.grid, cell),
            });
        }
        let steps = self.steps(self.dt);
        if steps <= MOST_STEPS {
            return Ok(());
        }
        Err(SolverError::TooManySteps {
            owner: self.owner,
            dt: self.dt,
            longest: COURANT / self.seen.rate,
        })
    }

    fn start(&mut self, u: &[f64]) {
        assert_eq!(u.len(), self.u.len(), "the state has the stepper's size");
        let mut packed = std::mem::take(&mut self.u);
        self.planes.layout.pack(u, &mut packed);
        self.each_cell(&mut packed, |law, u, still| {
            law.conserved_of_frame(u, still);
        });
        self.u = packed;
        self.refresh();
    }

    fn step(&mut self) {
        let (mut left, mut taken) = (self.dt, 0.0);
        while left > 0.0 {
            let parts = self.steps(left);
            taken += 1.0;
            if !(parts + taken <= MOST_STEPS && self.advance(left / parts)) {
                return self.u.fill(f64::NAN);
            }
            left = if parts > 1.0 {
                left - left / parts
            } else {
                0.0
            };
        }
    }

    fn read(&mut self, u: &mut [f64]) {
        assert_eq!(u.len(), self.u.len(), "the state has the stepper's size");
        let mut frame = std::mem::take(&mut self.old); // free between time steps
        frame.copy_from_slice(&self.u);
        self.each_cell(&mut frame, |law, u, still| law.frame_of_conserved(u, still));
        self.planes.layout.unpack(&frame, u);
        self.old = frame;
    }
}

/// The indices of a cell.
fn cell_of(grid: &Grid, mut cell: usize) -> Vec<usize> {
    let mut indices = vec![0; grid.dims()];
    for (index, n) in indices.iter_mut().zip(grid.points()).rev() {
        *index = cell % n;
        cell /= n;
    }
    indices
}
