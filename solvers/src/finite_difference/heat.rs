//! Heat between walls of fixed temperature: `uₜ = ν ∆u` on `(0, L)` per axis, `u` given on each wall.
//!
//! Second-order differences on the points `xⱼ = (j + 1) L / (N + 1)`, `j = 0 … N − 1`: the walls
//! are one spacing before the first and after the last point. The distance `w` to the steady
//! state obeys `w′ = (A_x + A_y) w` with matrices that commute, so a step is one factor per axis,
//! without error of splitting, and each factor the L-stable second-order rule
//!
//! ```text
//! w⁺ = (1 − γz)⁻² (1 + (1 − 2γ) z) w,   z = A dt,   γ = 1 − 1/√2
//! ```
//!
//! of R. Alexander, SIAM J. Numer. Anal. 14, 1006 (1977): stable for any step, and corners where
//! temperatures jump do not ring. The steady state itself is a sum over sines along the walls,
//! exact for the differences. The use case of L. Meyer et al., "Training deep surrogate models
//! with large scale online learning" (2023).

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::tridiagonal::Tridiagonal;
use crate::{AxisKind, Grid, SolverError, Stepper};

/// Temperatures of the walls of one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Walls {
    /// Temperature at 0.
    pub low: f64,
    /// Temperature at `L`.
    pub high: f64,
}

/// Heat in a rod or a plate.
///
/// ```
/// use ondine_solvers::finite_difference::{Heat, Walls};
/// use ondine_solvers::{Axis, AxisKind, Grid, Stepper};
///
/// let walls = [Walls { low: 100.0, high: 200.0 }];
/// let rod = Axis { points: 4, length: 1.0, kind: AxisKind::FIXED_WALLS };
/// let mut heat = Heat::new(1.0, &walls, &Grid::of(&[rod])?, 10.0)?;
/// let mut u = vec![300.0; 4];
/// heat.start(&u);
/// (0..5).for_each(|_| heat.step());
/// heat.read(&mut u);
/// assert!((u[0] - 120.0).abs() < 0.01); // steady: a ramp between the walls
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub struct Heat {
    grid: Grid,
    dt: f64,
    axes: Vec<Factor>,
    steady: Vec<f64>,
    /// Distance to the steady state.
    w: Vec<f64>,
    scratch: Vec<f64>,
}

/// One factor of a step.
struct Factor {
    num_points: usize,
    /// Lines side by side: points of the axes behind this one.
    width: usize,
    /// `ν dt / h²`.
    number: f64,
    implicit: Tridiagonal,
}

/// `γ` of the rule.
const GAMMA: f64 = 1.0 - FRAC_1_SQRT_2;

impl Heat {
    /// Heat with diffusivity `ν`, one pair of walls per axis, in one or two dimensions, on a grid
    /// whose axes are all [`AxisKind::FIXED_WALLS`].
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`] on three axes, [`SolverError::ParameterCount`] when there are not
    /// as many walls as axes, [`SolverError::AxisKind`] for other axes, [`SolverError::OutOfRange`]
    /// for a diffusivity or a time step that is not above zero.
    pub fn new(
        diffusivity: f64,
        walls: &[Walls],
        grid: &Grid,
        dt: f64,
    ) -> Result<Self, SolverError> {
        check_positive("diffusivity", diffusivity)?;
        check_positive("dt", dt)?;
        check_axes(walls.len(), grid)?;
        let axis = |axis| Factor::new(grid, axis, diffusivity * dt);
        Ok(Self {
            axes: (0..grid.dims()).map(axis).collect(),
            steady: steady(walls, grid),
            w: vec![0.0; grid.num_points()],
            scratch: vec![0.0; grid.num_points()],
            grid: grid.clone(),
            dt,
        })
    }

    /// The state that all others approach.
    #[must_use]
    pub fn steady(&self) -> &[f64] {
        &self.steady
    }
}

impl Stepper for Heat {
    fn grid(&self) -> &Grid {
        &self.grid
    }

    fn channels(&self) -> usize {
        1
    }

    fn dt(&self) -> f64 {
        self.dt
    }

    fn start(&mut self, u: &[f64]) {
        assert_eq!(u.len(), self.w.len(), "the state has the stepper's size");
        for ((w, u), steady) in self.w.iter_mut().zip(u).zip(&self.steady) {
            *w = u - steady;
        }
    }

    fn step(&mut self) {
        for axis in &self.axes {
            axis.advance(&mut self.w, &mut self.scratch);
        }
    }

    fn read(&mut self, u: &mut [f64]) {
        assert_eq!(u.len(), self.w.len(), "the state has the stepper's size");
        for ((u, w), steady) in u.iter_mut().zip(&self.w).zip(&self.steady) {
            *u = w + steady;
        }
    }
}

impl Factor {
    fn new(grid: &Grid, axis: usize, diffusion: f64) -> Self {
        let num_points = grid.points()[axis];
        let number = diffusion / grid.spacing(axis).powi(2);
        Self {
            num_points,
            width: grid.points()[axis + 1..].iter().product(),
            number,
            implicit: Tridiagonal::new(num_points, GAMMA * number),
        }
    }

    fn advance(&self, w: &mut [f64], scratch: &mut [f64]) {
        let (width, explicit) = (self.width, (1.0 - 2.0 * GAMMA) * self.number);
        let size = self.num_points * width;
        for (w, old) in w.chunks_exact_mut(size).zip(scratch.chunks_exact_mut(size)) {
            old.copy_from_slice(w);
            for (w, old) in w.iter_mut().zip(&*old) {
                *w -= 2.0 * explicit * old;
            }
            for (w, before) in w[width..].iter_mut().zip(&*old) {
                *w += explicit * before;
            }
            for (w, after) in w.iter_mut().zip(&old[width..]) {
                *w += explicit * after;
            }
            self.implicit.solve(w, width);
            self.implicit.solve(w, width);
        }
    }
}

/// The solution of the difference equations `δ²u = 0` between the walls.
fn steady(walls: &[Walls], grid: &Grid) -> Vec<f64> {
    let points = grid.points();
    let Some(across) = walls.get(1) else {
        let part = |j: usize| (j + 1) as f64 / (points[0] + 1) as f64;
        let ramp = |j| walls[0].low + (walls[0].high - walls[0].low) * part(j);
        return (0..points[0]).map(ramp).collect();
    };
    let (nx, ny) = (points[0], points[1]);
    let ratio = (grid.spacing(0) / grid.spacing(1)).powi(2);
    let from_x = between(walls[0], nx, ny, ratio);
    let from_y = between(*across, ny, nx, 1.0 / ratio);
    let value = |i: usize| from_x[i] + from_y[i % ny * nx + i / ny];
    (0..nx * ny).map(value).collect()
}

/// The steady state, `n × m` points, between two walls across the first axis when the walls of
/// the second one are at 0: `Σ c_l sin(θ_l (j + 1)) (low sinh μ(n − i) + high sinh μ(i + 1)) / sinh
/// μ(n + 1)` with `θ_l = πl / (m + 1)` and `cosh μ = 1 + ratio (1 − cos θ_l)`.
fn between(walls: Walls, n: usize, m: usize, ratio: f64) -> Vec<f64> {
    let mut u = vec![0.0; n * m];
    // The sine coefficients of a constant vanish for even l.
    for l in (1..=m).step_by(2) {
        let theta = PI * l as f64 / (m + 1) as f64;
        let coefficient = 2.0 / ((m + 1) as f64 * (0.5 * theta).tan());
        let mu = (1.0 + ratio * (1.0 - theta.cos())).acosh();
        // sinh μa / sinh μb without overflow.
        let part = |a: usize| {
            let (a, b) = (mu * a as f64, mu * (n + 1) as f64);
            (a - b).exp() * (-2.0 * a).exp_m1() / (-2.0 * b).exp_m1()
        };
        let sines: Vec<f64> = (1..=m)
            .map(|j| coefficient * (theta * j as f64).sin())
            .collect();
        for (i, row) in u.chunks_exact_mut(m).enumerate() {
            let height = walls.low * part(n - i) + walls.high * part(i + 1);
            for (u, sine) in row.iter_mut().zip(&sines) {
                *u += height * sine;
            }
        }
    }
    u
}

fn check_axes(walls: usize, grid: &Grid) -> Result<(), SolverError> {
    let dims = grid.dims();
    if dims > 2 {
        return Err(SolverError::Dimension {
            owner: "heat",
            dims,
            supported: &[1, 2],
        });
    }
    if walls != dims {
        return Err(SolverError::ParameterCount {
            equation: "heat",
            expected: dims,
            found: walls,
            names: "one pair of walls per axis".to_owned(),
        });
    }
    grid.check_kinds("heat", &[AxisKind::FIXED_WALLS; 3])
}

fn check_positive(name: &'static str, value: f64) -> Result<(), SolverError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(SolverError::OutOfRange {
        owner: "heat",
        name,
        value,
        min: f64::MIN_POSITIVE,
        max: f64::INFINITY,
    })
}
