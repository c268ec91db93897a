//! Diffusion and sorption in a column: `R(u) uₜ = D uₓₓ`, `u = u_in` at 0 and `−D uₓ = u` at `L`.
//!
//! The retardation `R(u) = 1 + a n (u + ε)ⁿ⁻¹` is the slope of the solute in water and on grains, `G(u) = u + a ((u + ε)ⁿ − εⁿ)`,
//! with Freundlich's isotherm kept from its vertical tangent as in M. Takamoto et al., "`PDEBench`" (2022), appendix D.5,
//! `ε = 10⁻⁶`. So `G(u)ₜ = D uₓₓ` is solved, which conserves the solute: differences of fluxes between cell centres, half a
//! spacing from the first and the last of them to the ends, where the flux that leaves is `2D/h u / (1 + 2D/h)`. In time the
//! L-stable second-order rule of R. Alexander, SIAM J. Numer. Anal. 14, 1006 (1977), `γ = 1 − 1/√2`:
//!
//! ```text
//! G(y) = G(u) + γ dt D δ²y,   G(u⁺) = G(u) + (1 − γ) dt D δ²y + γ dt D δ²u⁺
//! ```
//!
//! Each stage by Newton's method, whose matrices are tridiagonal. As `G` is concave and the matrices have inverses without negative
//! entries, its iterations rise to the solution from whatever they begin with (J. M. Ortega & W. C. Rheinboldt, "Iterative solution
//! of nonlinear equations", 1970, section 13.3). A step after which a concentration would be negative, as is possible behind a front that leaves, is made of
//! implicit Euler steps instead, which keep all of them positive.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::stepper::check_time_step;
use crate::{AxisKind, Grid, SolverError, Stepper};

/// A column that a solute diffuses into and is sorbed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Diffusivity `D > 0`.
    pub diffusivity: f64,
    /// Solute on the grains per solute in the water at `u = 1`, `a = (1 − φ)/φ ρ k`.
    pub sorption: f64,
    /// Exponent `n` of Freundlich's isotherm, above 0 and at most 1.
    pub exponent: f64,
    /// Concentration `u_in` at 0.
    pub inlet: f64,
}

/// The concentration in a column.
///
/// ```
/// use ondine_solvers::finite_difference::{Column, Sorption};
/// use ondine_solvers::{AxisKind, Grid, Stepper};
///
/// let column = Column { diffusivity: 1.0, sorption: 0.0, exponent: 0.9, inlet: 1.0 };
/// let grid = Grid::of_kinds(&[100], &[1.0], &[AxisKind::WALLS; 3])?;
/// let mut sorption = Sorption::new(column, &grid, 10.0)?;
/// let mut u = vec![0.5; 100];
/// sorption.start(&u);
/// (0..5).for_each(|_| sorption.step());
/// sorption.read(&mut u);
/// assert!((u[0] - 0.9975).abs() < 1e-6); // steady: a ramp from 1 to ½, where −uₓ = u
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub struct Sorption {
    column: Column,
    grid: Grid,
    dt: f64,
    u: Vec<f64>,
    /// The state that a step begins with.
    before: Vec<f64>,
    /// Solute that a stage begins with.
    solute: Vec<f64>,
    /// Residual of a stage and the update.
    residual: Vec<f64>,
    /// Superdiagonal of the matrix that is being eliminated.
    above: Vec<f64>,
}

/// The equation named in errors.
const OWNER: &str = "diffusion_sorption";

/// `γ` of the rule.
const GAMMA: f64 = 1.0 - FRAC_1_SQRT_2;

/// `ε`, kept from a concentration of 0, where the isotherm has a vertical tangent.
const LEAST: f64 = 1e-6;

/// Most iterations of a stage; three or four are usual, and some ten where solute enters an empty column.
const ITERATIONS: usize = 100;

/// Largest update, relative to the largest concentration and to [`LEAST`], with which a stage is solved.
const SOLVED: f64 = 1e-13;

/// Implicit Euler steps in the place of a step after which a concentration would be negative.
const EULER: usize = 4;

impl Column {
    /// `G(u)` and `G′(u) = R(u)`; below 0 the isotherm goes on straight.
    fn solute(&self, u: f64) -> [f64; 2] {
        let (n, a) = (self.exponent, self.sorption);
        let above = u.max(0.0) + LEAST;
        let slope = a * n * above.powf(n - 1.0);
        let sorbed = a * (above.powf(n) - LEAST.powf(n)) + slope * u.min(0.0);
        [u + sorbed, 1.0 + slope]
    }
}

impl Sorption {
    /// A column on a grid of one axis with cells.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`] on more axes, [`SolverError::AxisKind`] for other points,
    /// [`SolverError::OutOfRange`] for a time step that is not above zero.
    pub fn new(column: Column, grid: &Grid, dt: f64) -> Result<Self, SolverError> {
        check(grid, dt)?;
        let [u, before, solute, residual, above] = [(); 5].map(|()| vec![0.0; grid.num_points()]);
        Ok(Self {
            column,
            grid: grid.clone(),
            dt,
            u,
            before,
            solute,
            residual,
            above,
        })
    }

    /// `D/h²`.
    fn coupling(&self) -> f64 {
        self.column.diffusivity / self.grid.spacing(0).powi(2)
    }

    /// Couplings of the first cell to the inlet and of the last one to the outside of the outlet.
    fn ends(&self) -> [f64; 2] {
        let (h, d) = (self.grid.spacing(0), self.column.diffusivity);
        let half = 2.0 * d / h;
        [half / h, half / (1.0 + half) / h]
    }

    /// `D δ²u` of the cell `i`.
    fn diffusion(&self, i: usize) -> f64 {
        let (u, c, [inlet, outlet]) = (&self.u, self.coupling(), self.ends());
        let low = match i {
            0 => inlet * (self.column.inlet - u[0]),
            _ => c * (u[i - 1] - u[i]),
        };
        let high = match u.get(i + 1) {
            None => -outlet * u[i],
            Some(next) => c * (next - u[i]),
        };
        low + high
    }

    /// The step by the rule of second order.
    fn alexander(&mut self) {
        for (solute, u) in self.solute.iter_mut().zip(&self.u) {
            *solute = self.column.solute(*u)[0];
        }
        self.solve(GAMMA * self.dt);
        for i in 0..self.u.len() {
            self.solute[i] += (1.0 - GAMMA) * self.dt * self.diffusion(i);
        }
        self.solve(GAMMA * self.dt);
    }

    /// The step by implicit Euler steps.
    fn euler(&mut self) {
        for _ in 0..EULER {
            for (solute, u) in self.solute.iter_mut().zip(&self.u) {
                *solute = self.column.solute(*u)[0];
            }
            self.solve(self.dt / EULER as f64);
        }
    }

    /// Solves `G(y) = s + τ D δ²y` for `y`, which begins as a guess in `self.u`; `s` is `self.solute`.
    fn solve(&mut self, tau: f64) {
        for _ in 0..ITERATIONS {
            for i in 0..self.u.len() {
                let [solute, _] = self.column.solute(self.u[i]);
                self.residual[i] = self.solute[i] + tau * self.diffusion(i) - solute;
            }
            self.eliminate(tau);
            let (mut update, mut size) = (0.0_f64, self.column.inlet.abs().max(LEAST));
            for (u, by) in self.u.iter_mut().zip(&self.residual) {
                *u += by;
                (update, size) = (update.max(by.abs()), size.max(u.abs()));
            }
            if update <= SOLVED * size {
                return;
            }
        }
        self.u.fill(f64::NAN); // not a number came in: the run has diverged
    }

    /// Replaces the residual by the update of Newton's method, by elimination: L. H. Thomas (1949).
    fn eliminate(&mut self, tau: f64) {
        let (c, [inlet, outlet]) = (tau * self.coupling(), self.ends().map(|end| tau * end));
        let last = self.u.len() - 1;
        for i in 0..=last {
            let low = if i == 0 { inlet } else { c };
            let high = if i == last { outlet } else { c };
            let mut pivot = self.column.solute(self.u[i])[1] + low + high;
            if i > 0 {
                pivot -= c * self.above[i - 1];
                self.residual[i] += c * self.residual[i - 1];
            }
            self.above[i] = c / pivot;
            self.residual[i] /= pivot;
        }
        for i in (0..last).rev() {
            self.residual[i] += self.above[i] * self.residual[i + 1];
        }
    }
}

fn check(grid: &Grid, dt: f64) -> Result<(), SolverError> {
    if grid.dims() > 1 {
        return Err(SolverError::Dimension {
            owner: OWNER,
            dims: grid.dims(),
            supported: &[1],
        });
    }
    grid.check_kinds(OWNER, &[AxisKind::WALLS; 3])?;
    check_time_step("time", dt)
}

impl Stepper for Sorption {
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
        self.u.copy_from_slice(u);
    }

    fn admit(&mut self, u: &[f64]) -> Result<(), SolverError> {
        let wrong = u.iter().position(|u| u.is_nan() || *u < 0.0);
        wrong.map_or(Ok(()), |cell| {
            Err(SolverError::NotPositive {
                owner: OWNER,
                what: "concentrations",
                cell: vec![cell],
            })
        })
    }

    fn step(&mut self) {
        self.before.copy_from_slice(&self.u);
        self.alexander();
        if self.u.iter().any(|u| *u < 0.0) {
            self.u.copy_from_slice(&self.before);
            self.euler();
        }
    }

    fn read(&mut self, u: &mut [f64]) {
        u.copy_from_slice(&self.u);
    }
}
