//! A nonlinear term of all lanes.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::complex::{C, pairs, pairs_mut};
use super::lane::{Lane, Wide};
use super::layout::Layout;
use super::plan::Plan;
use super::row::Row;
use super::vectors::Vectors;
use crate::nonlinear::{Function, Nonlinear, Symbol};
use crate::{Dealias, Grid, SolverError, Wavenumbers};

/// Terms of like simulations, one per lane, with their transforms and memory.
pub(super) struct Term<T> {
    function: Box<dyn Function>,
    layout: Layout,
    parameters: Row<T>,
    inputs: Vec<Vec<Use<T>>>,
    products: Vec<Vec<Use<T>>>,
    couplings: Vec<Use<T>>,
    /// Place of a number and what is added to it.
    constants: Vec<(usize, T)>,
    /// Channels without products and couplings.
    still: Vec<usize>,
    plan: Plan<T>,
    kept: Vec<Range<usize>>,
    points: Row<T>,
    /// Modes of an input, zero from the bound on.
    input: Row<T>,
    /// Modes of a product.
    modes: Row<T>,
}

/// An operator of a field as a part of another.
struct Use<T> {
    from: usize,
    to: usize,
    weight: Weight<T>,
    /// Whether nothing is a part of it so far.
    first: bool,
}

/// A symbol at the modes of each lane.
enum Weight<T> {
    Constant(Row<T>),
    Real(Row<T>),
    Imaginary(Row<T>),
}

/// A simulation.
pub(super) struct Laid<'a> {
    pub(super) term: Nonlinear,
    pub(super) grid: &'a Grid,
    pub(super) k: &'a Wavenumbers,
}

impl<T: Lane> Term<T> {
    /// The terms of all simulations of a layout.
    ///
    /// # Errors
    ///
    /// [`SolverError::Unlike`] when they differ in more than numbers.
    pub(super) fn new(
        mut laid: Vec<Laid<'_>>,
        layout: &Layout,
        channels: usize,
        dealias: Dealias,
    ) -> Result<Self, SolverError> {
        let grid = laid[0].grid;
        check(&laid)?;
        let symbols = Symbols {
            laid: &laid,
            layout,
            dealias,
        };
        let (mut begun, mut products) = (vec![false; channels], Vec::new());
        let first = &laid[0].term;
        for product in 0..first.num_products() {
            let outputs = first.outputs.iter().enumerate();
            let own = outputs.filter(|(_, output)| output.product == product);
            let uses = own.map(|(i, output)| Use {
                from: product,
                to: output.channel,
                weight: symbols.weight(|term| &term.outputs[i].symbol),
                first: !std::mem::replace(&mut begun[output.channel], true),
            });
            products.push(uses.collect::<Vec<_>>());
        }
        let inputs = first.inputs.iter().enumerate().map(|(i, sum)| {
            let uses = sum.iter().enumerate().map(|(j, (channel, _))| Use {
                from: *channel,
                to: i,
                weight: symbols.scaled(|term| &term.inputs[i][j].1),
                first: j == 0,
            });
            uses.collect()
        });
        let couplings = first.couplings.iter().enumerate().map(|(i, coupling)| Use {
            from: coupling.of,
            to: coupling.channel,
            weight: symbols.constant(|laid| laid.term.couplings[i].factor),
            first: !std::mem::replace(&mut begun[coupling.channel], true),
        });
        let inputs = inputs.collect();
        let couplings = couplings.collect();
        let still = (0..channels).filter(|&channel| !begun[channel]).collect();
        let parameters = (0..first.parameters.len()).flat_map(|i| {
            let of_lane = move |laid: &Laid<'_>| T::of(laid.term.parameters[i]);
            let lanes = layout.lanes / layout.simulations();
            laid.iter()
                .flat_map(move |laid| std::iter::repeat_n(of_lane(laid), lanes))
        });
        let fields = first.function.num_fields();
        let spectrum = 2 * layout.mode_pairs() * layout.lanes;
        Ok(Self {
            inputs,
            products,
            couplings,
            still,
            parameters: Row::of(parameters),
            constants: constants(&laid, layout),
            plan: Plan::new(grid, layout, dealias),
            points: Row::zeros(fields * layout.field_len()),
            input: Row::zeros(spectrum),
            modes: Row::zeros(spectrum),
            kept: layout.runs(Layout::kept(grid, dealias)),
            layout: layout.clone(),
            function: laid.swap_remove(0).term.function,
        })
    }

    /// Writes the modes of `𝒩(u)` below the bound to `out`, both channel after channel; those above stay as they are.
    pub(super) fn evaluate(&mut self, vectors: Vectors, u_hat: &[T], out: &mut [T]) {
        let size = self.modes.len();
        let field_len = self.layout.field_len();
        let fields = self.points.chunks_exact_mut(field_len);
        for (uses, field) in self.inputs.iter().zip(fields) {
            for one in uses {
                let from = &u_hat[one.from * size..][..size];
                vectors.dispatch(Weighted(one, &self.kept, from, &mut self.input));
            }
            self.plan.inverse(vectors, &self.input, field);
        }
        T::apply_in_lanes(
            self.function.as_ref(),
            self.layout.lanes,
            &self.parameters,
            &mut self.points,
        );
        let fields = self.points.chunks_exact(field_len);
        for (uses, field) in self.products.iter().zip(fields) {
            self.plan.forward(vectors, field, &mut self.modes);
            for one in uses {
                let out = &mut out[one.to * size..][..size];
                vectors.dispatch(Weighted(one, &self.kept, &self.modes, out));
            }
        }
        for one in &self.couplings {
            let from = &u_hat[one.from * size..][..size];
            let out = &mut out[one.to * size..][..size];
            vectors.dispatch(Weighted(one, &self.kept, from, out));
        }
        for &channel in &self.still {
            out[channel * size..][..size].fill(T::zero());
        }
        for &(place, value) in &self.constants {
            out[place] += value;
        }
    }
}

/// Checks that terms are alike but for numbers.
fn check(laid: &[Laid<'_>]) -> Result<(), SolverError> {
    let shape = |laid: &Laid<'_>| {
        let term = &laid.term;
        let inputs = term.inputs.iter().map(|sum| {
            let parts = sum.iter().map(|(channel, symbol)| (*channel, kind(symbol)));
            parts.collect::<Vec<_>>()
        });
        let outputs = term.outputs.iter();
        let outputs = outputs.map(|output| (output.channel, output.product, kind(&output.symbol)));
        let couplings = term
            .couplings
            .iter()
            .map(|coupling| (coupling.channel, coupling.of));
        (
            inputs.collect::<Vec<_>>(),
            outputs.collect::<Vec<_>>(),
            couplings.collect::<Vec<_>>(),
            (term.function.num_fields(), term.parameters.len()),
        )
    };
    let first = shape(&laid[0]);
    if laid.iter().all(|laid| shape(laid) == first) {
        return Ok(());
    }
    Err(SolverError::Unlike {
        name: "nonlinear term",
    })
}

fn kind(symbol: &Symbol) -> u8 {
    match symbol {
        Symbol::Constant(_) => 0,
        Symbol::Real(_) => 1,
        Symbol::Imaginary(_) => 2,
    }
}

/// Numbers of the modes that do not change, for each simulation.
fn constants<T: Lane>(laid: &[Laid<'_>], layout: &Layout) -> Vec<(usize, T)> {
    let of_simulation = |(simulation, laid): (usize, &Laid<'_>)| {
        let (axes, points) = (laid.grid.points(), laid.grid.num_points() as f64);
        let constant = |constant: &crate::nonlinear::Constant| {
            let axes = constant.periods.iter().zip(axes).rev();
            let mode = axes.fold(0, |mode, (periods, points)| mode * points + periods);
            let part = usize::from(constant.symbol.is_imaginary());
            let value = constant.amplitude * points * constant.symbol.at(laid.k, mode);
            let place = layout.place(mode, simulation) + part * layout.lanes;
            (layout.of_channel(constant.channel) + place, T::of(value))
        };
        laid.term.constants.iter().map(constant).collect::<Vec<_>>()
    };
    laid.iter().enumerate().flat_map(of_simulation).collect()
}

/// The symbols of all simulations.
struct Symbols<'a, 'b> {
    laid: &'a [Laid<'b>],
    layout: &'a Layout,
    dealias: Dealias,
}

impl Symbols<'_, '_> {
    fn weight<T: Lane>(&self, symbol: impl Fn(&Nonlinear) -> &Symbol) -> Weight<T> {
        self.times(1.0, symbol)
    }

    /// A weight that also divides by the number of points, as the inverse transform has to.
    fn scaled<T: Lane>(&self, symbol: impl Fn(&Nonlinear) -> &Symbol) -> Weight<T> {
        self.times(1.0 / self.laid[0].grid.num_points() as f64, symbol)
    }

    fn times<T: Lane>(&self, scale: f64, symbol: impl Fn(&Nonlinear) -> &Symbol) -> Weight<T> {
        let at = |laid: &Laid<'_>, mode: usize| scale * symbol(&laid.term).at(laid.k, mode);
        match symbol(&self.laid[0].term) {
            Symbol::Constant(_) => self.constant(|laid| at(laid, 0)),
            Symbol::Real(_) => Weight::Real(self.at_modes(at)),
            Symbol::Imaginary(_) => Weight::Imaginary(self.at_modes(at)),
        }
    }

    /// A number of each simulation. Modes above the bound may share a vector with some below it, and have a weight of zero.
    fn constant<T: Lane>(&self, number: impl Fn(&Laid<'_>) -> f64) -> Weight<T> {
        if self.layout.is_alone() {
            Weight::Real(self.at_modes(|laid, _| number(laid)))
        } else {
            let lanes = self.laid.iter().map(|laid| T::of(number(laid)));
            Weight::Constant(Row::of(lanes))
        }
    }

    /// Numbers at the modes below the bound, zero at all others.
    fn at_modes<T: Lane>(&self, at: impl Fn(&Laid<'_>, usize) -> f64) -> Row<T> {
        let lanes = self.layout.lanes;
        let mut row = Row::zeros(self.layout.mode_pairs() * lanes);
        for (simulation, laid) in self.laid.iter().enumerate() {
            for mode in Layout::kept(laid.grid, self.dealias) {
                let (pair, lane) = self.layout.mode(mode, simulation);
                row[pair * lanes + lane] = T::of(at(laid, mode));
            }
        }
        row
    }
}

/// A weighted field as a part of another, of the kept modes.
struct Weighted<'a, T>(&'a Use<T>, &'a [Range<usize>], &'a [T], &'a mut [T]);

impl<T: Lane> WithSimd for Weighted<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(one, kept, from, to) = self;
        match &one.weight {
            Weight::Constant(weight) => {
                let weight = Wide::<T, S>::new(simd, T::vectors::<S>(weight)[0]);
                add::<T, S>(simd, kept, one.first, from, to, |z, _| z.scaled(weight));
            }
            Weight::Real(weights) => {
                let weights = T::vectors::<S>(weights);
                add::<T, S>(simd, kept, one.first, from, to, |z, i| {
                    z.scaled(Wide::<T, S>::new(simd, weights[i]))
                });
            }
            Weight::Imaginary(weights) => {
                let weights = T::vectors::<S>(weights);
                add::<T, S>(simd, kept, one.first, from, to, |z, i| {
                    z.scaled(Wide::<T, S>::new(simd, weights[i])).times_i()
                });
            }
        }
    }
}

/// `to = f(from, mode)`, or `to = to + f(from, mode)` unless it is the `first` part.
#[inline(always)]
fn add<T: Lane, S: Simd>(
    simd: S,
    kept: &[Range<usize>],
    first: bool,
    from: &[T],
    to: &mut [T],
    f: impl Fn(C<T, S>, usize) -> C<T, S>,
) {
    let (from, to) = (pairs::<T, S>(from), pairs_mut::<T, S>(to));
    for run in kept {
        let (from, to) = (&from[run.clone()], &mut to[run.clone()]);
        for ((i, from), to) in run.clone().zip(from).zip(to) {
            let part = f(C::<T, S>::load(simd, *from), i);
            let sum = if first {
                part
            } else {
                part + C::<T, S>::load(simd, *to)
            };
            *to = sum.store();
        }
    }
}
