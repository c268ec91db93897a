//! An equation on a grid: `ûₜ = ℒ̂û + 𝒩̂(û)`, with the memory its nonlinear term needs.

use crate::{Complex64, Equation, Grid, SolverError, Transform, Workspace};

/// An equation together with its grid.
pub(super) struct Semilinear {
    equation: Box<dyn Equation>,
    work: Workspace,
}

impl Semilinear {
    pub(super) fn new(equation: Box<dyn Equation>, grid: &Grid) -> Result<Self, SolverError> {
        let work = Workspace::new(equation.as_ref(), grid)?;
        Ok(Self { equation, work })
    }

    /// Writes `𝒩̂(û)`, channel after channel.
    pub(super) fn nonlinear(&mut self, u_hat: &[Complex64], out: &mut [Complex64]) {
        self.equation.nonlinear(&mut self.work, u_hat, out);
    }

    /// The symbols `ℒ̂` of all modes, channel after channel.
    pub(super) fn symbols(&self) -> Vec<Complex64> {
        let channels = 0..self.equation.channels();
        channels
            .flat_map(|channel| self.symbols_of(channel))
            .collect()
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

    /// Symbols of one channel. The highest mode holds the waves `+N/2` and `−N/2` in equal parts:
    /// the mean of their symbols is the real part, in which odd derivatives are zero.
    fn symbols_of(&self, channel: usize) -> Vec<Complex64> {
        let wavenumbers = self.work.transform.wavenumbers();
        let symbol = |&k: &f64| self.equation.linear(channel, &[k]);
        let mut symbols: Vec<_> = wavenumbers.iter().map(symbol).collect();
        let highest = symbols.last_mut().expect("a grid has modes");
        highest.im = 0.0;
        symbols
    }
}
