//! Symbols of the linear operator at the modes of a grid, and the weights of the integrators that follow from them.

use super::Integrator;
use super::coefficients::{Coefficients, Weight, alpha, beta, gamma, phi1, phi2};
use crate::equation::parity;
use crate::spectral::check_grid;
use crate::stepper::check_time_step;
use crate::{Complex64, Equation, Grid, SolverError, Wavenumbers};

/// One list of all modes per weight, or per entry of a matrix.
pub(crate) type Weights = Vec<Vec<Complex64>>;

/// The symbols `ℒ̂` of all modes, channel after channel.
pub(crate) fn symbols(equation: &dyn Equation, k: &Wavenumbers) -> Vec<Complex64> {
    let channels = 0..equation.channels();
    channels
        .flat_map(|channel| over_modes(k, |k| equation.linear(channel, k)))
        .collect()
}

/// The entries `e^{ℒ̂ dt}` of a coupled linear equation, all modes of each entry in a row.
pub(crate) fn propagators(equation: &dyn Equation, k: &Wavenumbers, dt: f64) -> Option<Weights> {
    let at = |k: &[f64]| equation.propagator(k, dt);
    let entries = at(&k.vectors(0)[0])?.len();
    let entry = |i| {
        let symbol = |k: &[f64]| at(k).map_or(Complex64::ZERO, |matrix| matrix[i]);
        over_modes(k, symbol)
    };
    Some((0..entries).map(entry).collect())
}

/// A symbol at every mode. The highest mode of an axis holds its waves `+N/2` and `−N/2` in
/// equal parts, as a cosine or a sine between walls does: the mean of their symbols counts, in
/// which odd derivatives are zero.
fn over_modes(k: &Wavenumbers, symbol: impl Fn(&[f64]) -> Complex64) -> Vec<Complex64> {
    let mean = |mode| {
        let vectors = k.vectors(mode);
        let sum: Complex64 = vectors.iter().map(|k| symbol(k)).sum();
        sum / vectors.len() as f64
    };
    (0..k.magnitude().len()).map(mean).collect()
}

/// `eᶻ`, the only weight of a linear equation.
pub(crate) fn exact_weights(symbols: &[Complex64], dt: f64) -> Weights {
    vec![Coefficients::new(symbols, dt).exp::<f64, _>(1.0)]
}

/// The weights of an integrator in the order of its file, `eᶻ` first.
pub(crate) fn weights(integrator: Integrator, symbols: &[Complex64], dt: f64) -> Weights {
    let coefficients = Coefficients::new(symbols, dt);
    in_order(
        integrator,
        &|fraction| coefficients.exp::<f64, _>(fraction),
        &|fraction, weight| coefficients.weight::<f64, _>(fraction, weight),
    )
}

/// The derivatives of [`exact_weights`] by the symbols.
pub(crate) fn exact_slopes(symbols: &[Complex64], dt: f64) -> Weights {
    vec![Coefficients::new(symbols, dt).exp_slope(1.0)]
}

/// The derivatives of [`weights`] by the symbols.
pub(crate) fn slopes(integrator: Integrator, symbols: &[Complex64], dt: f64) -> Weights {
    let coefficients = Coefficients::new(symbols, dt);
    in_order(
        integrator,
        &|fraction| coefficients.exp_slope(fraction),
        &|fraction, weight| coefficients.weight_slope(fraction, weight),
    )
}

/// Exponentials over fractions of a step, and weights over fractions of it, in the order of an integrator.
fn in_order(
    integrator: Integrator,
    exp: &dyn Fn(f64) -> Vec<Complex64>,
    weight: &dyn Fn(f64, Weight) -> Vec<Complex64>,
) -> Weights {
    let whole = |w| weight(1.0, w);
    let half_phi1 = || weight(0.5, phi1);
    match integrator {
        Integrator::Etdrk1 => vec![exp(1.0), whole(phi1)],
        Integrator::Etdrk2 => vec![exp(1.0), whole(phi1), whole(phi2)],
        Integrator::Etdrk3 => {
            let four_beta = whole(|z, exp| 4.0 * beta(z, exp));
            let [alpha, gamma] = [whole(alpha), whole(gamma)];
            let half = [exp(0.5), whole(phi1), half_phi1()];
            [vec![exp(1.0)], half.into(), vec![alpha, four_beta, gamma]].concat()
        }
        Integrator::Etdrk4 => {
            let twice_beta = whole(|z, exp| 2.0 * beta(z, exp));
            let [alpha, gamma] = [whole(alpha), whole(gamma)];
            vec![exp(1.0), exp(0.5), half_phi1(), alpha, twice_beta, gamma]
        }
    }
}

/// Checks that an equation can be integrated on a grid in steps of `dt`.
pub(crate) fn check(equation: &dyn Equation, grid: &Grid, dt: f64) -> Result<(), SolverError> {
    check_time_step("time", dt)?;
    equation.check(grid)?;
    check_grid(grid)?;
    parity::check(equation, grid, dt)
}
