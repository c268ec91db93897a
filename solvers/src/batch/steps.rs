//! Steps of the exponential Runge–Kutta methods of `etdrk/` as lists of parts.

use super::update::Formula::{self, Correction, Four, One, Three, Twice};
use crate::Integrator;
use Place::{Stage, State};

/// The state of a step, or one of its stages: a nonlinear term, or a state in between.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    State,
    Stage(usize),
}

/// A part of a step.
pub(super) enum Part {
    /// The nonlinear term at a place, into a stage.
    Term(Place, usize),
    Sum(Sum),
}

/// A formula of the modes at a place, into a place.
pub(super) struct Sum {
    pub(super) formula: Formula,
    /// The modes `u`; the state where the sum becomes the state.
    pub(super) of: Place,
    /// Places of the weights in their list.
    pub(super) weights: [usize; 4],
    pub(super) stages: &'static [usize],
    pub(super) into: Place,
}

const FIRST: &[Part] = &[
    Part::Term(State, 0),
    sum(One, State, [0, 1, 0, 0], &[0], State),
];

const SECOND: &[Part] = &[
    Part::Term(State, 0),
    sum(One, State, [0, 1, 0, 0], &[0], State), // a
    Part::Term(State, 1),
    sum(Correction, State, [2, 0, 0, 0], &[0, 1], State),
];

/// Weights: `eᶻ`, `e^{z/2}`, `φ₁`, `φ₁/2`, `α`, `4β`, `γ`.
const THIRD: &[Part] = &[
    Part::Term(State, 0),
    sum(One, State, [1, 3, 0, 0], &[0], Stage(3)), // a
    Part::Term(Stage(3), 1),
    sum(Twice, State, [0, 2, 0, 0], &[0, 1], Stage(3)), // b
    Part::Term(Stage(3), 2),
    sum(Three, State, [0, 4, 5, 6], &[0, 1, 2], State),
];

/// Weights: `eᶻ`, `e^{z/2}`, `φ₁/2`, `α`, `2β`, `γ`.
const FOURTH: &[Part] = &[
    Part::Term(State, 0),
    sum(One, State, [1, 2, 0, 0], &[0], Stage(4)), // a
    Part::Term(Stage(4), 1),
    sum(One, State, [1, 2, 0, 0], &[1], Stage(5)), // b
    Part::Term(Stage(5), 2),
    sum(Twice, Stage(4), [1, 2, 0, 0], &[0, 2], Stage(5)), // c
    Part::Term(Stage(5), 3),
    sum(Four, State, [0, 3, 4, 5], &[0, 1, 2, 3], State),
];

const fn sum(
    formula: Formula,
    of: Place,
    weights: [usize; 4],
    stages: &'static [usize],
    into: Place,
) -> Part {
    Part::Sum(Sum {
        formula,
        of,
        weights,
        stages,
        into,
    })
}

/// The parts of a step, and its number of stages.
pub(super) fn parts(integrator: Integrator) -> (&'static [Part], usize) {
    match integrator {
        Integrator::Etdrk1 => (FIRST, 1),
        Integrator::Etdrk2 => (SECOND, 2),
        Integrator::Etdrk3 => (THIRD, 4),
        Integrator::Etdrk4 => (FOURTH, 6),
    }
}
