//! Derivatives of tables by the parameters of the equation.
//!
//! `f' ≈ (f(p − 2h) − 8 f(p − h) + 8 f(p + h) − f(p + 2h)) / 12h`, which is exact for polynomials up to the fourth degree,
//! as symbols and factors are. Weights of modes are functions of symbols, `dw/dp = w'(ℒ̂) dℒ̂/dp`, with derivatives from
//! Cauchy's integral. The solution of coupled channels is none of one symbol: it turns by angles of up to thousands, and there
//! `h` is so small that they change by little.

use super::build::{at_kept, symbols_of, tables};
use super::{Factors, Propagator, Tables};
use crate::etdrk::{exact_slopes, slopes};
use crate::{Complex64, Parameter, SimulationSpec};

/// Step of the differences, relative to the parameter.
const STEP: f64 = 1e-3;

/// The same of coupled channels.
const SMALL_STEP: f64 = 3e-6;

/// Part of the good values below which a parameter counts as that part.
const SMALL: f64 = 1e-2;

/// Points and weights of the differences.
const STENCIL: [(f64, f64); 4] = [
    (-2.0, 1.0 / 12.0),
    (-1.0, -8.0 / 12.0),
    (1.0, 8.0 / 12.0),
    (2.0, -1.0 / 12.0),
];

/// The derivative by each parameter.
pub(super) fn tangents(spec: &SimulationSpec) -> Vec<Tables> {
    let parameters = spec.equation.values_in(spec.grid.dims()).enumerate();
    parameters
        .map(|(i, parameter)| tangent(spec, i, parameter))
        .collect()
}

fn tangent(spec: &SimulationSpec, i: usize, parameter: &Parameter) -> Tables {
    let mut sum = tables(spec, &spec.parameters);
    let coupled = matches!(sum.frame, Propagator::Coupled(_));
    let step = if coupled { SMALL_STEP } else { STEP } * size(spec.parameters[i], parameter);
    let zeroed = numbers(&mut sum).into_iter();
    zeroed.for_each(|number| *number = 0.0);
    if parameter.whole {
        return sum;
    }
    let mut slope = vec![Complex64::ZERO; sum.channels * sum.all.len()];
    for (at, weight) in STENCIL {
        let mut parameters = spec.parameters.clone();
        parameters[i] += at * step;
        let mut shifted = tables(spec, &parameters);
        let pairs = numbers(&mut sum).into_iter().zip(numbers(&mut shifted));
        pairs.for_each(|(sum, shifted)| *sum += *shifted * weight / step);
        let symbols = symbols_of(spec, &parameters).into_iter();
        let pairs = slope.iter_mut().zip(symbols);
        pairs.for_each(|(slope, symbol)| *slope += symbol * weight / step);
    }
    chain(&mut sum, spec, &slope);
    sum
}

/// Writes the derivatives of weights, from those of the symbols.
fn chain(sum: &mut Tables, spec: &SimulationSpec, slope: &[Complex64]) {
    let symbols = symbols_of(spec, &spec.parameters);
    let times = |slopes: &mut Vec<Complex64>, by: &[Complex64]| {
        slopes
            .iter_mut()
            .zip(by)
            .for_each(|(slope, by)| *slope *= by);
    };
    if let Propagator::Each(factors) = &mut sum.frame {
        *factors = exact_slopes(&symbols, spec.dt).concat();
        times(factors, slope);
    }
    if let Some(term) = &mut sum.term {
        let [symbols, slope] = [&symbols[..], slope].map(|of| at_kept(of, &term.kept, &sum.all));
        let dt = spec.dt / spec.substeps as f64;
        term.weights = slopes(spec.integrator, &symbols, dt);
        term.weights
            .iter_mut()
            .for_each(|weight| times(weight, &slope));
    }
}

/// The size of a parameter, or a part of its good values where it is smaller than that.
fn size(value: f64, parameter: &Parameter) -> f64 {
    let good = parameter.good.map(f64::abs);
    let size = value.abs().max(SMALL * good[0].max(good[1]));
    if size > 0.0 { size } else { 1.0 }
}

/// All numbers of tables, in one order.
fn numbers(tables: &mut Tables) -> Vec<&mut f64> {
    let mut all = Vec::new();
    match &mut tables.frame {
        Propagator::Each(factors) => all.extend(parts(factors)),
        Propagator::Coupled(entries) => {
            all.extend(entries.iter_mut().flat_map(|entry| parts(entry)));
        }
    }
    let Some(term) = &mut tables.term else {
        return all;
    };
    all.extend(term.weights.iter_mut().flat_map(|weight| parts(weight)));
    all.extend(&mut term.parameters);
    let inputs = term.inputs.iter_mut().flatten();
    all.extend(inputs.flat_map(|(_, factors)| of_factors(factors)));
    let outputs = term.outputs.iter_mut();
    all.extend(outputs.flat_map(|output| of_factors(&mut output.factors)));
    all.extend(term.couplings.iter_mut().map(|(_, _, factor)| factor));
    let constants = term.constants.iter_mut();
    all.extend(constants.flat_map(|(_, _, value)| [&mut value.re, &mut value.im]));
    all
}

fn parts(values: &mut [Complex64]) -> impl Iterator<Item = &mut f64> {
    let values = values.iter_mut();
    values.flat_map(|value| [&mut value.re, &mut value.im])
}

fn of_factors(factors: &mut Factors) -> std::slice::IterMut<'_, f64> {
    match factors {
        Factors::Constant(value) => std::slice::from_mut(value).iter_mut(),
        Factors::Real(values) | Factors::Imaginary(values) => values.iter_mut(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grid, Integrator, Precision, equation};

    fn spec(kind: &str, parameters: &[f64], dt: f64) -> SimulationSpec {
        SimulationSpec {
            equation: equation::find(kind).expect("in the list"),
            parameters: parameters.to_vec(),
            drawn: vec![],
            grid: Grid::new(&[128], &[1.0]).expect("valid"),
            dt,
            substeps: 1,
            integrator: Integrator::Etdrk4,
            precision: Precision::F64,
            threads: 1,
        }
    }

    fn frame(tables: &Tables) -> &[Complex64] {
        match &tables.frame {
            Propagator::Each(factors) => factors,
            Propagator::Coupled(entries) => &entries[0],
        }
    }

    #[test]
    fn derivatives_of_decay_are_those_of_an_exponential_with_and_without_viscosity() {
        for (viscosity, dt) in [(0.3, 0.01), (1e-6, 0.01), (0.0, 1e-4)] {
            let spec = spec("burgers", &[viscosity], dt);
            let tangents = Tables::tangents(&spec).expect("tables");
            for (mode, found) in frame(&tangents[0]).iter().enumerate() {
                let k = std::f64::consts::TAU * mode as f64;
                let z = -viscosity * k * k * dt;
                let exact = -k * k * dt * z.exp();
                let error = (found.re - exact).abs() / (k * k * dt).max(1.0);
                assert!(error < 1e-10, "ν = {viscosity}, mode {mode}: {error:e}");
            }
        }
    }

    #[test]
    fn derivatives_of_fast_waves_by_their_speed_are_those_of_a_cosine() {
        let spec = spec("wave", &[3.0], 2.5);
        let tangents = Tables::tangents(&spec).expect("tables");
        for (mode, found) in frame(&tangents[0]).iter().enumerate() {
            let k = std::f64::consts::TAU * mode as f64;
            let angle = 2.5 * k; // by the speed
            let error = (found.re + angle * (3.0 * angle).sin()).abs() / angle.max(1.0);
            assert!(error < 1e-8, "mode {mode}: {error:e}");
        }
    }

    #[test]
    fn a_number_of_periods_has_no_derivative() {
        let grid = Grid::new(&[16, 16], &[6.0; 2]).expect("valid");
        let spec = SimulationSpec {
            grid,
            ..spec("kolmogorov_flow", &[0.01, 0.1, 2.0, 1.0], 0.1)
        };
        let mut tangents = Tables::tangents(&spec).expect("tables");
        assert!(
            numbers(&mut tangents[2])
                .iter()
                .all(|number| **number == 0.0)
        );
        let forced = numbers(&mut tangents[3]);
        assert!(forced.iter().any(|number| number.abs() > 0.1));
    }
}
