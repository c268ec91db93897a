//! Exponential integrators of all lanes; the formulas are those of `etdrk/`, a mode of every lane at a time.

use std::ops::Range;

use super::lane::Lane;
use super::layout::Layout;
use super::row::Row;
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
            Method::Etdrk(Integrator::Etdrk1) => 1,
            Method::Etdrk(Integrator::Etdrk2) => 2,
            Method::Etdrk(Integrator::Etdrk3) => 4,
            Method::Etdrk(Integrator::Etdrk4) => 6,
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
                match integrator {
                    Integrator::Etdrk1 => self.first(vectors, term, u_hat),
                    Integrator::Etdrk2 => self.second(vectors, term, u_hat),
                    Integrator::Etdrk3 => self.third(vectors, term, u_hat),
                    Integrator::Etdrk4 => self.fourth(vectors, term, u_hat),
                }
                self.update(
                    vectors,
                    Formula::Decay,
                    &self.idle,
                    u_hat,
                    None,
                    [0; 4],
                    &[],
                );
            }
            _ => {
                for runs in [&self.active, &self.idle] {
                    self.update(vectors, Formula::Decay, runs, u_hat, None, [0; 4], &[]);
                }
            }
        }
    }

    fn first(&mut self, vectors: Vectors, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u] = &mut stages[..] {
            term.evaluate(vectors, u_hat, n_u);
            self.active(
                vectors,
                Formula::One,
                u_hat,
                None,
                [0, 1, 0, 0],
                &[&n_u[..]],
            );
        }
        self.stages = stages;
    }

    fn second(&mut self, vectors: Vectors, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a] = &mut stages[..] {
            term.evaluate(vectors, u_hat, n_u);
            self.active(
                vectors,
                Formula::One,
                u_hat,
                None,
                [0, 1, 0, 0],
                &[&n_u[..]],
            ); // a
            term.evaluate(vectors, u_hat, n_a);
            self.active(
                vectors,
                Formula::Correction,
                u_hat,
                None,
                [2, 0, 0, 0],
                &[&n_u[..], n_a],
            );
        }
        self.stages = stages;
    }

    /// Weights: `eᶻ`, `e^{z/2}`, `φ₁`, `φ₁/2`, `α`, `4β`, `γ`.
    fn third(&mut self, vectors: Vectors, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a, n_b, stage] = &mut stages[..] {
            term.evaluate(vectors, u_hat, n_u);
            self.active(
                vectors,
                Formula::One,
                stage,
                Some(&*u_hat),
                [1, 3, 0, 0],
                &[&n_u[..]],
            ); // a
            term.evaluate(vectors, stage, n_a);
            self.active(
                vectors,
                Formula::Twice,
                stage,
                Some(&*u_hat),
                [0, 2, 0, 0],
                &[&n_u[..], n_a],
            ); // b
            term.evaluate(vectors, stage, n_b);
            self.active(
                vectors,
                Formula::Three,
                u_hat,
                None,
                [0, 4, 5, 6],
                &[&n_u[..], n_a, n_b],
            );
        }
        self.stages = stages;
    }

    /// Weights: `eᶻ`, `e^{z/2}`, `φ₁/2`, `α`, `2β`, `γ`.
    fn fourth(&mut self, vectors: Vectors, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a, n_b, n_c, a, stage] = &mut stages[..] {
            term.evaluate(vectors, u_hat, n_u);
            self.active(
                vectors,
                Formula::One,
                a,
                Some(&*u_hat),
                [1, 2, 0, 0],
                &[&n_u[..]],
            ); // a
            term.evaluate(vectors, a, n_a);
            self.active(
                vectors,
                Formula::One,
                stage,
                Some(&*u_hat),
                [1, 2, 0, 0],
                &[&n_a[..]],
            ); // b
            term.evaluate(vectors, stage, n_b);
            self.active(
                vectors,
                Formula::Twice,
                stage,
                Some(&*a),
                [1, 2, 0, 0],
                &[&n_u[..], n_b],
            ); // c
            term.evaluate(vectors, stage, n_c);
            let all: [&[T]; 4] = [n_u, n_a, n_b, n_c];
            self.active(vectors, Formula::Four, u_hat, None, [0, 3, 4, 5], &all);
        }
        self.stages = stages;
    }

    fn active(
        &self,
        vectors: Vectors,
        formula: Formula,
        x: &mut [T],
        base: Option<&[T]>,
        weights: [usize; 4],
        stages: &[&[T]],
    ) {
        self.update(vectors, formula, &self.active, x, base, weights, stages);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one formula")]
    fn update(
        &self,
        vectors: Vectors,
        formula: Formula,
        runs: &[Range<usize>],
        x: &mut [T],
        base: Option<&[T]>,
        weights: [usize; 4],
        stages: &[&[T]],
    ) {
        let weight = |i: usize| &self.weights[weights[i]][..];
        let stage = |i: usize| stages.get(i).copied().unwrap_or(&[]);
        vectors.dispatch(Update {
            formula,
            complex: self.complex,
            runs,
            x,
            base,
            weights: std::array::from_fn(weight),
            stages: std::array::from_fn(stage),
        });
    }

    fn coupled(&mut self, vectors: Vectors, channels: usize, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [old] = &mut stages[..] {
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
        self.stages = stages;
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
