//! An equation on a grid: `ûₜ = ℒ̂û + 𝒩̂(û)`, with the memory its nonlinear term needs.

use std::ops::Range;

use crate::{Complex64, Equation, Grid, SolverError, Transform, Workspace};

/// An equation together with its grid.
pub(super) struct Semilinear {
    equation: Box<dyn Equation>,
    work: Workspace,
    active: Vec<Range<usize>>,
    idle: Vec<Range<usize>>,
}

impl Semilinear {
    pub(super) fn new(equation: Box<dyn Equation>, grid: &Grid) -> Result<Self, SolverError> {
        equation.check(grid)?;
        let work = Workspace::new(equation.as_ref(), grid)?;
        let (modes, kept) = (work.transform.num_modes(), work.transform.num_kept_modes());
        let starts = (0..equation.channels()).map(|channel| channel * modes);
        Ok(Self {
            active: starts.clone().map(|start| start..start + kept).collect(),
            idle: starts.map(|start| start + kept..start + modes).collect(),
            equation,
            work,
        })
    }

    /// Writes `𝒩̂(û)`, channel after channel. Only the active modes of `û` matter.
    pub(super) fn nonlinear(&mut self, u_hat: &[Complex64], out: &mut [Complex64]) {
        self.equation.nonlinear(&mut self.work, u_hat, out);
    }

    /// Where `𝒩̂` may differ from zero: modes in a row for each channel.
    pub(super) fn active(&self) -> &[Range<usize>] {
        &self.active
    }

    /// Where `𝒩̂` is zero, above the dealiasing bound.
    pub(super) fn idle(&self) -> &[Range<usize>] {
        &self.idle
    }

    /// The symbols `ℒ̂` of all modes, channel after channel.
    pub(super) fn symbols(&self) -> Vec<Complex64> {
        let channels = 0..self.equation.channels();
        channels
            .flat_map(|channel| self.over_modes(|k| self.equation.linear(channel, k)))
            .collect()
    }

    /// The entries `e^{ℒ̂ dt}` of a coupled linear equation, all modes of each entry in a row.
    pub(super) fn propagators(&self, dt: f64) -> Option<Vec<Vec<Complex64>>> {
        let at = |k: &[f64]| self.equation.propagator(k, dt);
        let entries = at(&self.work.k.vectors(0)[0])?.len();
        let entry = |i| self.over_modes(|k| at(k).map_or(Complex64::ZERO, |matrix| matrix[i]));
        Some((0..entries).map(entry).collect())
    }

    pub(super) fn equation(&self) -> &dyn Equation {
        self.equation.as_ref()
    }

    pub(super) fn transform(&mut self) -> &mut Transform {
        &mut self.work.transform
    }

    pub(super) fn num_modes(&self) -> usize {
        self.work.transform.num_modes()
    }

    /// A symbol at every mode. The highest mode of an axis holds its waves `+N/2` and `−N/2` in
    /// equal parts: the mean of their symbols counts, in which odd derivatives are zero.
    fn over_modes(&self, symbol: impl Fn(&[f64]) -> Complex64) -> Vec<Complex64> {
        let mean = |mode| {
            let vectors = self.work.k.vectors(mode);
            let sum: Complex64 = vectors.iter().map(|k| symbol(k)).sum();
            sum / vectors.len() as f64
        };
        (0..self.num_modes()).map(mean).collect()
    }
}
