//! Exponential integrators of all lanes; the formulas are those of `etdrk/`, a mode of every lane at a time.

use std::mem::take;
use std::ops::Range;

use super::lane::Lane;
use super::layout::Layout;
use super::row::Row;
use super::steps::{Part, Place, Sum, parts};
use super::term::Term;
use super::update::{Entry, Formula, Update};
use super::vectors::Vectors;
use crate::Integrator;
use crate::etdrk::Weights;

/// Weights and stages of an integrator.
pub(super) struct Scheme<T> {
    method: Method,
    /// Whether weights are complex numbers.
    complex: bool,
    weights: Vec<Row<T>>,
    stages: Vec<Row<T>>,
    /// Modes of all channels where the nonlinear term may differ from zero, and the others.
    active: Vec<Range<usize>>,
    idle: Vec<Range<usize>>,
}

/// The way that a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// `û⁺ = eᶻ û`.
    Exact,
    /// `û⁺ = M û`, a matrix of so many channels per mode.
    Coupled(usize),
    /// An exponential Runge–Kutta method.
    Etdrk(Integrator),
}

impl<T: Lane> Scheme<T> {
    /// From the weights of each simulation, one list of modes of all channels per weight; pairs of vectors that
    /// are not `active` have no nonlinear term in any channel.
    pub(super) fn new(
        method: Method,
        layout: &Layout,
        simulations: &[&Weights],
        channels: usize,
        active: &[Range<usize>],
    ) -> Self {
        let mut all = simulations.iter().copied().flatten().flatten();
        let complex = !all.all(|weight| weight.im.abs() < f64::MIN_POSITIVE);
        let weight = |i: usize| laid_out(layout, simulations, i, complex);
        let pairs = layout.mode_pairs();
        let stages = match method {
            Method::Exact => 0,
            Method::Coupled(_) => 1,
            Method::Etdrk(integrator) => parts(integrator).1,
        };
        let stage = |_| Row::zeros(2 * channels * pairs * layout.lanes);
        Self {
            method,
            complex,
            weights: (0..simulations[0].len()).map(weight).collect(),
            stages: (0..stages).map(stage).collect(),
            active: of_channels(active, channels, pairs),
            idle: of_channels(&gaps(active, pairs), channels, pairs),
        }
    }

    /// Replaces `u_hat(t)` by `u_hat(t + dt)`; linear equations have no term.
    pub(super) fn advance(
        &mut self,
        vectors: Vectors,
        term: Option<&mut Term<T>>,
        u_hat: &mut [T],
    ) {
        match (self.method, term) {
            (Method::Coupled(channels), _) => self.coupled(vectors, channels, u_hat),
            (Method::Etdrk(integrator), Some(term)) => {
                for part in parts(integrator).0 {
                    self.part(vectors, part, term, u_hat);
                }
                self.decay(vectors, &self.idle, u_hat);
            }
            _ => {
                for runs in [&self.active, &self.idle] {
                    self.decay(vectors, runs, u_hat);
                }
            }
        }
    }

    fn part(&mut self, vectors: Vectors, part: &Part, term: &mut Term<T>, u_hat: &mut [T]) {
        match part {
            Part::Term(of, into) => {
                let mut out = take(&mut self.stages[*into]);
                term.evaluate(vectors, self.at(*of, u_hat), &mut out);
                self.stages[*into] = out;
            }
            Part::Sum(sum) => match sum.into {
                Place::State => self.sum(vectors, sum, u_hat, None),
                Place::Stage(into) => {
                    let mut out = take(&mut self.stages[into]);
                    self.sum(vectors, sum, &mut out, Some(self.at(sum.of, u_hat)));
                    self.stages[into] = out;
                }
            },
        }
    }

    fn at<'a>(&'a self, place: Place, u_hat: &'a [T]) -> &'a [T] {
        match place {
            Place::State => u_hat,
            Place::Stage(i) => &self.stages[i],
        }
    }

    /// Writes a sum to `x`, of the modes at `base`, or of `x` itself.
    fn sum(&self, vectors: Vectors, sum: &Sum, x: &mut [T], base: Option<&[T]>) {
        let stage = |i: usize| sum.stages.get(i).map_or(&[][..], |&i| &self.stages[i][..]);
        vectors.dispatch(Update {
            formula: sum.formula,
            complex: self.complex,
            runs: &self.active,
            x,
            base,
            weights: sum.weights.map(|i| &self.weights[i][..]),
            stages: std::array::from_fn(stage),
        });
    }

    /// `û⁺ = eᶻ û` at modes without a nonlinear term.
    fn decay(&self, vectors: Vectors, runs: &[Range<usize>], u_hat: &mut [T]) {
        vectors.dispatch(Update {
            formula: Formula::Decay,
            complex: self.complex,
            runs,
            x: u_hat,
            base: None,
            weights: [&self.weights[0][..]; 4],
            stages: [&[]; 4],
        });
    }

    fn coupled(&mut self, vectors: Vectors, channels: usize, u_hat: &mut [T]) {
        let [old] = &mut self.stages[..] else {
            unreachable!("the old state is the only stage");
        };
        old.copy_from_slice(u_hat);
        for (i, entry) in self.weights.iter().enumerate() {
            vectors.dispatch(Entry {
                place: [i / channels, i % channels],
                channels,
                complex: self.complex,
                entry,
                old,
                u: u_hat,
            });
        }
    }
}

/// The same runs of modes of every channel.
fn of_channels(runs: &[Range<usize>], channels: usize, pairs: usize) -> Vec<Range<usize>> {
    let starts = (0..channels).map(|channel| channel * pairs);
    let of_channel = |start| {
        let run = move |run: &Range<usize>| start + run.start..start + run.end;
        runs.iter().map(run)
    };
    starts.flat_map(of_channel).collect()
}

/// The gaps between runs, up to `end`.
fn gaps(runs: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let starts = [0].into_iter().chain(runs.iter().map(|run| run.end));
    let ends = runs.iter().map(|run| run.start).chain([end]);
    let gaps = starts.zip(ends).map(|(start, end)| start..end);
    gaps.filter(|gap| !gap.is_empty()).collect()
}

/// A weight of all simulations in vectors; imaginary parts behind the real ones where weights are `complex`.
fn laid_out<T: Lane>(layout: &Layout, simulations: &[&Weights], i: usize, complex: bool) -> Row<T> {
    let (modes, lanes, parts) = (
        layout.num_modes(),
        layout.lanes,
        if complex { 2 } else { 1 },
    );
    let channels = simulations[0][i].len() / modes;
    let mut out = Row::zeros(parts * channels * layout.mode_pairs() * lanes);
    for (simulation, weights) in simulations.iter().enumerate() {
        for (entry, weight) in weights[i].iter().enumerate() {
            let (pair, lane) = layout.mode(entry % modes, simulation);
            let pair = entry / modes * layout.mode_pairs() + pair;
            for (part, value) in [weight.re, weight.im].into_iter().take(parts).enumerate() {
                out[(parts * pair + part) * lanes + lane] = T::of(value);
            }
        }
    }
    out
}
