//! Exponential integrators of all lanes; the formulas are those of `etdrk/`, a mode of every lane at a time.

use std::ops::Range;

use pulp::Arch;

use super::lane::Lane;
use super::term::Term;
use super::update::{Entry, Formula, Update};
use crate::Integrator;
use crate::etdrk::Weights;

/// Weights and stages of an integrator.
pub(super) struct Scheme<T> {
    method: Method,
    /// Whether weights are complex numbers.
    complex: bool,
    weights: Vec<Vec<T>>,
    stages: Vec<Vec<T>>,
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
    /// From the weights of each lane, one list of modes of all channels per weight.
    pub(super) fn new(
        method: Method,
        lanes: &[Weights],
        (channels, modes, kept): (usize, usize, usize),
    ) -> Self {
        let all = || lanes.iter().flatten().flatten();
        let complex = !all().all(|weight| weight.im.abs() < f64::MIN_POSITIVE);
        let weight = |i: usize| laid_out(lanes, i, complex);
        let starts = (0..channels).map(|channel| channel * modes);
        let stage = vec![T::zero(); 2 * channels * modes * lanes.len()];
        let stages = match method {
            Method::Exact => 0,
            Method::Coupled(_) => 1,
            Method::Etdrk(Integrator::Etdrk1) => 1,
            Method::Etdrk(Integrator::Etdrk2) => 2,
            Method::Etdrk(Integrator::Etdrk3) => 4,
            Method::Etdrk(Integrator::Etdrk4) => 6,
        };
        Self {
            method,
            complex,
            weights: (0..lanes[0].len()).map(weight).collect(),
            stages: vec![stage; stages],
            active: starts.clone().map(|start| start..start + kept).collect(),
            idle: starts.map(|start| start + kept..start + modes).collect(),
        }
    }

    /// Replaces `u_hat(t)` by `u_hat(t + dt)`; linear equations have no term.
    pub(super) fn advance(&mut self, arch: Arch, term: Option<&mut Term<T>>, u_hat: &mut [T]) {
        match (self.method, term) {
            (Method::Coupled(channels), _) => self.coupled(arch, channels, u_hat),
            (Method::Etdrk(integrator), Some(term)) => {
                match integrator {
                    Integrator::Etdrk1 => self.first(arch, term, u_hat),
                    Integrator::Etdrk2 => self.second(arch, term, u_hat),
                    Integrator::Etdrk3 => self.third(arch, term, u_hat),
                    Integrator::Etdrk4 => self.fourth(arch, term, u_hat),
                }
                self.update(arch, Formula::Decay, &self.idle, u_hat, None, [0; 4], &[]);
            }
            _ => {
                for runs in [&self.active, &self.idle] {
                    self.update(arch, Formula::Decay, runs, u_hat, None, [0; 4], &[]);
                }
            }
        }
    }

    fn first(&mut self, arch: Arch, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u] = &mut stages[..] {
            term.evaluate(arch, u_hat, n_u);
            self.active(arch, Formula::One, u_hat, None, [0, 1, 0, 0], &[&n_u[..]]);
        }
        self.stages = stages;
    }

    fn second(&mut self, arch: Arch, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a] = &mut stages[..] {
            term.evaluate(arch, u_hat, n_u);
            self.active(arch, Formula::One, u_hat, None, [0, 1, 0, 0], &[&n_u[..]]); // a
            term.evaluate(arch, u_hat, n_a);
            self.active(
                arch,
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
    fn third(&mut self, arch: Arch, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a, n_b, stage] = &mut stages[..] {
            term.evaluate(arch, u_hat, n_u);
            self.active(
                arch,
                Formula::One,
                stage,
                Some(&*u_hat),
                [1, 3, 0, 0],
                &[&n_u[..]],
            ); // a
            term.evaluate(arch, stage, n_a);
            self.active(
                arch,
                Formula::Twice,
                stage,
                Some(&*u_hat),
                [0, 2, 0, 0],
                &[&n_u[..], n_a],
            ); // b
            term.evaluate(arch, stage, n_b);
            self.active(
                arch,
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
    fn fourth(&mut self, arch: Arch, term: &mut Term<T>, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [n_u, n_a, n_b, n_c, a, stage] = &mut stages[..] {
            term.evaluate(arch, u_hat, n_u);
            self.active(
                arch,
                Formula::One,
                a,
                Some(&*u_hat),
                [1, 2, 0, 0],
                &[&n_u[..]],
            ); // a
            term.evaluate(arch, a, n_a);
            self.active(
                arch,
                Formula::One,
                stage,
                Some(&*u_hat),
                [1, 2, 0, 0],
                &[&n_a[..]],
            ); // b
            term.evaluate(arch, stage, n_b);
            self.active(
                arch,
                Formula::Twice,
                stage,
                Some(&*a),
                [1, 2, 0, 0],
                &[&n_u[..], n_b],
            ); // c
            term.evaluate(arch, stage, n_c);
            let all: [&[T]; 4] = [n_u, n_a, n_b, n_c];
            self.active(arch, Formula::Four, u_hat, None, [0, 3, 4, 5], &all);
        }
        self.stages = stages;
    }

    fn active(
        &self,
        arch: Arch,
        formula: Formula,
        x: &mut [T],
        base: Option<&[T]>,
        weights: [usize; 4],
        stages: &[&[T]],
    ) {
        self.update(arch, formula, &self.active, x, base, weights, stages);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one formula")]
    fn update(
        &self,
        arch: Arch,
        formula: Formula,
        runs: &[Range<usize>],
        x: &mut [T],
        base: Option<&[T]>,
        weights: [usize; 4],
        stages: &[&[T]],
    ) {
        let weight = |i: usize| &self.weights[weights[i]][..];
        let stage = |i: usize| stages.get(i).copied().unwrap_or(&[]);
        arch.dispatch(Update {
            formula,
            complex: self.complex,
            runs,
            x,
            base,
            weights: std::array::from_fn(weight),
            stages: std::array::from_fn(stage),
        });
    }

    fn coupled(&mut self, arch: Arch, channels: usize, u_hat: &mut [T]) {
        let mut stages = std::mem::take(&mut self.stages);
        if let [old] = &mut stages[..] {
            old.copy_from_slice(u_hat);
            for (i, entry) in self.weights.iter().enumerate() {
                arch.dispatch(Entry {
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

/// A weight of all lanes, a lane innermost; imaginary parts behind the real ones where weights are `complex`.
fn laid_out<T: Lane>(lanes: &[Weights], i: usize, complex: bool) -> Vec<T> {
    let of_mode = |mode: usize| {
        let parts = 0..if complex { 2 } else { 1 };
        parts.flat_map(move |part| {
            let of_lane = move |lane: &Weights| [lane[i][mode].re, lane[i][mode].im][part];
            lanes.iter().map(move |lane| T::of(of_lane(lane)))
        })
    };
    (0..lanes[0][i].len()).flat_map(of_mode).collect()
}
