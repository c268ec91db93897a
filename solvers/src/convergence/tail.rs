//! The energy of short waves: `Σ |û(k)|²` over the top third of the resolved wavenumbers, over all.
//!
//! A resolved solution has next to nothing there, an unresolved one piles up energy.

use crate::{Complex64, Dealias, SimulationSpec, SolverError, Transform};

/// The top third of the wavenumbers of a grid.
pub(super) struct Tail {
    num_points: usize,
    transform: Transform,
    u_hat: Vec<Complex64>,
    /// Number of waves that every mode stands for.
    weights: Vec<f64>,
    /// Whether the first mode is the mean, which sines do not have.
    mean: bool,
    /// Whether a mode is in the top third of an axis, or above what the solver resolves.
    top: Vec<bool>,
}

impl Tail {
    /// The modes of the grid; `None` for an equation without Fourier modes.
    pub(super) fn of(spec: &SimulationSpec) -> Result<Option<Self>, SolverError> {
        if !spec.equation.has_modes() {
            return Ok(None);
        }
        let grid = &spec.grid;
        let equation = spec.equation.build_checked(&spec.parameters, grid.dims())?;
        let transform: Transform = Transform::new(grid, Dealias::None)?;
        let modes = 0..transform.num_modes();
        let limit = |axis| transform.highest(axis, equation.dealias()) * 2.0 / 3.0;
        let limits: Vec<f64> = (0..grid.dims()).map(limit).collect();
        let vectors = transform.vectors().clone();
        let above = |mode: usize| {
            let axes = limits.iter().enumerate();
            let mut distances = axes.map(|(axis, limit)| vectors.axis(axis)[mode].abs() - limit);
            distances.any(|distance| distance > 0.0)
        };
        Ok(Some(Self {
            num_points: grid.num_points(),
            u_hat: vec![Complex64::ZERO; modes.end],
            weights: modes.clone().map(|mode| transform.weight(mode)).collect(),
            top: modes.map(above).collect(),
            mean: transform.wavenumbers()[0].abs() <= 0.0,
            transform,
        }))
    }

    /// Share of the energy of `u`, channel after channel and without their means, in the top
    /// third; 0 for a constant.
    pub(super) fn share(&mut self, u: &[f64]) -> f64 {
        let (mut top, mut all) = (0.0, 0.0);
        for u in u.chunks_exact(self.num_points) {
            self.transform.forward(u, &mut self.u_hat);
            let energies = self.u_hat.iter().zip(&self.weights);
            let energies = energies.map(|(u_hat, weight)| weight * u_hat.norm_sqr());
            for (energy, is_top) in energies.zip(&self.top).skip(usize::from(self.mean)) {
                all += energy;
                top += if *is_top { energy } else { 0.0 };
            }
        }
        if top > 0.0 { top / all } else { 0.0 }
    }
}
