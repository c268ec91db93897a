//! As many simulations as a vector has lanes, or one.

use std::iter::repeat;

use pulp::{Simd, WithSimd};

use super::complex::{C, pairs_mut};
use super::lane::{Lane, Wide};
use super::layout::Layout;
use super::row::Row;
use super::scheme::{Method, Scheme};
use super::term::{Laid, Term};
use super::vectors::Vectors;
use crate::etdrk::{self, Weights};
use crate::real::zero;
use crate::{
    Complex, Complex64, Equation, Grid, SimulationSpec, SolverError, Threads, Transform,
    Wavenumbers,
};

/// Simulations in the lanes of vectors.
pub(super) struct Group<T: Lane> {
    vectors: Vectors,
    layout: Layout,
    substeps: usize,
    scheme: Scheme<T>,
    term: Option<Term<T>>,
    /// Modes of all channels, real and imaginary part, a lane innermost.
    u_hat: Row<T>,
    /// Modes `k` and `−k` that are both stored.
    images: Vec<[usize; 2]>,
    transform: Transform<T>,
    channels: usize,
    /// A field of one simulation.
    points: Vec<T>,
    modes: Vec<Complex<T>>,
}

/// One simulation while the group is made.
struct One {
    equation: Box<dyn Equation>,
    grid: Grid,
    k: Wavenumbers,
    symbols: Vec<Complex64>,
    dt: f64,
}

impl One {
    fn new(spec: &SimulationSpec) -> Result<Self, SolverError> {
        let (grid, dt) = (spec.grid.clone(), spec.dt / spec.substeps as f64);
        let dims = grid.dims();
        let equation = spec
            .equation
            .build_drawn(&spec.parameters, &spec.drawn, dims)?;
        etdrk::check(equation.as_ref(), &grid, dt)?;
        let k = Wavenumbers::new(&grid);
        Ok(Self {
            symbols: etdrk::symbols(equation.as_ref(), &k),
            k,
            equation,
            grid,
            dt,
        })
    }
}

impl<T: Lane> Group<T> {
    /// Like simulations, at most one per lane of the widest vectors. Few take narrower vectors, and one all lanes for itself
    /// where its grid allows it; lanes that are left over repeat the last.
    pub(super) fn new(specs: &[SimulationSpec]) -> Result<Self, SolverError> {
        let ones = specs.iter().map(One::new).collect::<Result<Vec<_>, _>>()?;
        let (first, spec) = (&ones[0], &specs[0]);
        let (vectors, layout) = layout::<T>(&first.grid, specs.len());
        let (channels, dealias) = (first.equation.channels(), first.equation.dealias());
        let transform = Transform::on(Threads::one(), &first.grid, dealias)?;
        let method = method(spec, first);
        let weights = all_weights(method, &ones);
        let active = layout.runs(0..transform.num_kept_modes());
        let simulations = layout.simulations();
        let padded = weights.iter().chain(repeat(&weights[ones.len() - 1]));
        let weights: Vec<&Weights> = padded.take(simulations).collect();
        let padded: Vec<&One> = ones
            .iter()
            .chain(repeat(&ones[ones.len() - 1]))
            .take(simulations)
            .collect();
        Ok(Self {
            substeps: spec.substeps,
            scheme: Scheme::new(method, &layout, &weights, channels, &active),
            term: term(&padded, &layout, channels)?,
            u_hat: Row::zeros(2 * channels * layout.mode_pairs() * layout.lanes),
            images: transform.images().collect(),
            points: vec![T::zero(); first.grid.num_points()],
            modes: vec![zero(); transform.num_modes()],
            vectors,
            layout,
            transform,
            channels,
        })
    }

    /// Number of fields of a state.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Begins a simulation.
    pub(super) fn start(&mut self, simulation: usize, u: &[f64]) {
        let points = self.points.len();
        assert_eq!(
            u.len(),
            self.channels * points,
            "the state has the size of the grid"
        );
        for (channel, u) in u.chunks_exact(points).enumerate() {
            for (rounded, &u) in self.points.iter_mut().zip(u) {
                *rounded = T::of(u);
            }
            self.transform.forward(&self.points, &mut self.modes);
            for (i, mode) in self.modes.iter().enumerate() {
                let place = self.layout.of_channel(channel) + self.layout.place(i, simulation);
                (self.u_hat[place], self.u_hat[place + self.layout.lanes]) = (mode.re, mode.im);
            }
        }
    }

    /// Advances all simulations by one frame.
    pub(super) fn step(&mut self) {
        for _ in 0..self.substeps {
            self.scheme
                .advance(self.vectors, self.term.as_mut(), &mut self.u_hat);
            if self.layout.is_alone() {
                self.make_real();
            } else {
                self.vectors.dispatch(MakeReal {
                    images: &self.images,
                    channels: self.channels,
                    u_hat: &mut self.u_hat,
                });
            }
        }
    }

    /// [`MakeReal`] of one simulation.
    fn make_real(&mut self) {
        let lanes = self.layout.lanes;
        for channel in 0..self.channels {
            let channel = self.layout.of_channel(channel);
            for pair in &self.images {
                let [a, b] = pair.map(|mode| channel + self.layout.place(mode, 0));
                let re = (self.u_hat[a] + self.u_hat[b]) * T::of(0.5);
                let im = (self.u_hat[a + lanes] - self.u_hat[b + lanes]) * T::of(0.5);
                (self.u_hat[a], self.u_hat[a + lanes]) = (re, im);
                (self.u_hat[b], self.u_hat[b + lanes]) = (re, -im);
            }
        }
    }

    /// Writes the values of a simulation now.
    pub(super) fn read(&mut self, simulation: usize, u: &mut [f64]) {
        let (points, lanes) = (self.points.len(), self.layout.lanes);
        assert_eq!(
            u.len(),
            self.channels * points,
            "the state has the size of the grid"
        );
        for (channel, u) in u.chunks_exact_mut(points).enumerate() {
            for (i, mode) in self.modes.iter_mut().enumerate() {
                let place = self.layout.of_channel(channel) + self.layout.place(i, simulation);
                let value = Complex::new(self.u_hat[place], self.u_hat[place + lanes]);
                // As in `etdrk/stepper.rs`.
                *mode = if value.norm_sqr() < T::min_positive_value() {
                    zero()
                } else {
                    value
                };
                (self.u_hat[place], self.u_hat[place + lanes]) = (mode.re, mode.im);
            }
            self.transform.inverse(&self.modes, &mut self.points);
            for (u, &rounded) in u.iter_mut().zip(&self.points) {
                // The sign of a zero depends on the layout: `−0 + 0 = 0`.
                *u = Into::<f64>::into(rounded) + 0.0;
            }
        }
    }
}

/// Vectors and layout of so many simulations.
fn layout<T: Lane>(grid: &Grid, simulations: usize) -> (Vectors, Layout) {
    let narrow = Vectors::narrow();
    let lanes = narrow.lanes::<T>();
    if simulations == 1 && lanes > 1 && Layout::is_for::<T>(grid) {
        return (narrow, Layout::alone(grid, lanes));
    }
    let vectors = if simulations <= lanes {
        narrow
    } else {
        Vectors::widest()
    };
    (vectors, Layout::together(grid, vectors.lanes::<T>()))
}

fn method(spec: &SimulationSpec, one: &One) -> Method {
    let coupled = one
        .equation
        .propagator(&one.k.vectors(0)[0], one.dt)
        .is_some();
    match (coupled, one.equation.is_linear()) {
        (true, _) => Method::Coupled(one.equation.channels()),
        (false, true) => Method::Exact,
        (false, false) => Method::Etdrk(spec.integrator),
    }
}

/// The weights of all simulations; of neighbours with the same operator and step they are computed once.
fn all_weights(method: Method, ones: &[One]) -> Vec<Weights> {
    let mut all: Vec<Weights> = Vec::with_capacity(ones.len());
    for (i, one) in ones.iter().enumerate() {
        let before = i.checked_sub(1).map(|before| &ones[before]);
        let same = before.filter(|before| {
            before.dt.to_bits() == one.dt.to_bits() && before.symbols == one.symbols
        });
        let known = same.filter(|_| !matches!(method, Method::Coupled(_)));
        let known = known.and_then(|_| all.last().cloned());
        all.push(known.unwrap_or_else(|| weights(method, one)));
    }
    all
}

fn weights(method: Method, one: &One) -> Weights {
    let equation = one.equation.as_ref();
    match method {
        Method::Coupled(_) => etdrk::propagators(equation, &one.k, one.dt).unwrap_or_default(),
        Method::Exact => etdrk::exact_weights(&one.symbols, one.dt),
        Method::Etdrk(integrator) => etdrk::weights(integrator, &one.symbols, one.dt),
    }
}

fn term<T: Lane>(
    ones: &[&One],
    layout: &Layout,
    channels: usize,
) -> Result<Option<Term<T>>, SolverError> {
    let laid = |one: &One| {
        let term = one.equation.nonlinear()?;
        Some((term, one.equation.dealias()))
    };
    let mut dealias = None;
    let mut terms = Vec::new();
    for one in ones {
        if let Some((term, bound)) = laid(one) {
            dealias = Some(bound);
            terms.push(Laid {
                term,
                grid: &one.grid,
                k: &one.k,
            });
        }
    }
    dealias
        .map(|dealias| Term::new(terms, layout, channels, dealias))
        .transpose()
}

/// The mean of `û(k)` and the conjugate of `û(−k)` in the place of both, see
/// [`Transform::make_real`](crate::Transform::make_real).
struct MakeReal<'a, T> {
    images: &'a [[usize; 2]],
    channels: usize,
    u_hat: &'a mut [T],
}

impl<T: Lane> WithSimd for MakeReal<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let u_hat = pairs_mut::<T, S>(self.u_hat);
        let modes = u_hat.len() / self.channels;
        let half = Wide::<T, S>::splat(simd, T::of(0.5));
        for u_hat in u_hat.chunks_exact_mut(modes) {
            for &[a, b] in self.images {
                let sum = C::<T, S>::load(simd, u_hat[a]) + C::<T, S>::load(simd, u_hat[b]).conj();
                let mean = sum.scaled(half);
                u_hat[a] = mean.store();
                u_hat[b] = mean.conj().store();
            }
        }
    }
}
