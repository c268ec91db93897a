//! Tables of a simulation.

use super::{Factors, OutputTable, Propagator, Tables, TermTables, Waves};
use crate::etdrk::{self, exact_weights, propagators, symbols, weights};
use crate::nonlinear::{Nonlinear, Symbol};
use crate::spectral::check_grid;
use crate::{Complex64, Dealias, Equation, SimulationSpec, SolverError, Wavenumbers};

/// Checks that a simulation is one with tables.
pub(super) fn check(spec: &SimulationSpec) -> Result<(), SolverError> {
    spec.check()?;
    let (entry, grid) = (spec.equation, &spec.grid);
    let no_tables = |reason| {
        Err(SolverError::NoTables {
            owner: entry.kind,
            reason,
        })
    };
    entry.check(&spec.parameters, grid.dims())?;
    if !entry.has_modes() {
        return no_tables("is solved without Fourier modes");
    }
    if !grid.axes().all(|axis| axis.kind.is_periodic()) {
        return no_tables("has walls");
    }
    let equation = entry.build_drawn(&spec.parameters, &spec.drawn, grid.dims())?;
    if equation.own_term().is_some() {
        return no_tables("has a nonlinear term that is no function of the fields at one point");
    }
    check_grid(grid)?;
    etdrk::check(equation.as_ref(), grid, spec.dt / spec.substeps as f64)
}

/// The equation of a simulation with these parameters in the place of its own.
fn equation(spec: &SimulationSpec, parameters: &[f64]) -> Box<dyn Equation> {
    let values = [parameters, &spec.drawn].concat();
    (spec.equation.build)(&values, spec.grid.dims())
}

/// The symbols of a simulation that was checked with these parameters, all modes channel after channel.
pub(super) fn symbols_of(spec: &SimulationSpec, parameters: &[f64]) -> Vec<Complex64> {
    let k = Wavenumbers::new(&spec.grid);
    symbols(equation(spec, parameters).as_ref(), &k)
}

/// The tables of a simulation that was checked, with these parameters in the place of its own.
pub(super) fn tables(spec: &SimulationSpec, parameters: &[f64]) -> Tables {
    let equation = equation(spec, parameters);
    let k = Wavenumbers::new(&spec.grid);
    let all = Waves::below(&spec.grid, Dealias::None);
    let symbols = symbols(equation.as_ref(), &k);
    let frame = match propagators(equation.as_ref(), &k, spec.dt) {
        Some(entries) => Propagator::Coupled(entries),
        None => Propagator::Each(exact_weights(&symbols, spec.dt).concat()),
    };
    let kept = Waves::below(&spec.grid, equation.dealias());
    let term = equation.nonlinear();
    Tables {
        channels: equation.channels(),
        frame,
        term: term.map(|term| term_tables(spec, term, [&all, &kept], (&k, &symbols))),
        all,
    }
}

/// Numbers of all modes at the kept ones, channel after channel.
pub(super) fn at_kept(numbers: &[Complex64], kept: &Waves, all: &Waves) -> Vec<Complex64> {
    let places = kept.among(all);
    let channels = numbers.chunks_exact(all.len());
    channels
        .flat_map(|channel| places.iter().map(|&place| channel[place]))
        .collect()
}

fn term_tables(
    spec: &SimulationSpec,
    term: Nonlinear,
    [all, kept]: [&Waves; 2],
    (k, symbols): (&Wavenumbers, &[Complex64]),
) -> TermTables {
    let places = kept.among(all);
    let own = at_kept(symbols, kept, all);
    let factors = |symbol: &Symbol| factors(symbol, k, &places);
    let inputs = term.inputs.iter().map(|sum| {
        let parts = sum.iter();
        parts
            .map(|(channel, symbol)| (*channel, factors(symbol)))
            .collect()
    });
    let outputs = term.outputs.iter().map(|output| OutputTable {
        channel: output.channel,
        product: output.product,
        factors: factors(&output.symbol),
    });
    let couplings = term.couplings.iter();
    let constants = term.constants.iter().filter_map(|constant| {
        let place = kept.place(&constant.periods)?;
        let value = constant.amplitude * constant.symbol.at(k, places[place]);
        let value = if constant.symbol.is_imaginary() {
            Complex64::new(0.0, value)
        } else {
            value.into()
        };
        Some((constant.channel, place, value))
    });
    TermTables {
        weights: weights(spec.integrator, &own, spec.dt / spec.substeps as f64),
        inputs: inputs.collect(),
        outputs: outputs.collect(),
        couplings: couplings.map(|c| (c.channel, c.of, c.factor)).collect(),
        constants: constants.collect(),
        program: term.function.program(),
        parameters: term.parameters,
        kept: kept.clone(),
    }
}

/// A symbol at the modes of these places.
fn factors(symbol: &Symbol, k: &Wavenumbers, places: &[usize]) -> Factors {
    let all = || places.iter().map(|&place| symbol.at(k, place)).collect();
    match symbol {
        Symbol::Constant(value) => Factors::Constant(*value),
        Symbol::Real(_) => Factors::Real(all()),
        Symbol::Imaginary(_) => Factors::Imaginary(all()),
    }
}
