//! Exponential Runge–Kutta methods; the formulas are those of `etdrk/` of the solvers, and so are their weights.
//! S. M. Cox & P. C. Matthews, J. Comput. Phys. 176, 430 (2002).

use burn::tensor::Tensor;
use ondine_solvers::Integrator;

use crate::numbers::Numbers;
use crate::term::Term;
use crate::weight::Weight;

/// An integrator with its weights.
#[derive(Debug, Clone)]
pub(crate) struct Scheme {
    integrator: Integrator,
    weights: Vec<Weight>,
}

impl Scheme {
    /// For simulations that have a nonlinear term.
    pub(crate) fn new(integrator: Integrator, numbers: &Numbers) -> Self {
        let term = numbers.first().term.as_ref();
        let count = term.map_or(0, |term| term.weights.len());
        let weight = |i: usize| {
            numbers.complex(numbers.first().channels, |tables| {
                tables
                    .term
                    .as_ref()
                    .map_or(&[][..], |term| &term.weights[i])
            })
        };
        Self {
            integrator,
            weights: (0..count).map(weight).collect(),
        }
    }

    /// `û(t) → û(t + dt)`.
    ///
    /// # Shapes   `[batch, channel, 2, mode]` → the same
    pub(crate) fn advance(&self, term: &Term, u: Tensor<4>) -> Tensor<4> {
        match self.integrator {
            Integrator::Etdrk1 => self.first(term, u),
            Integrator::Etdrk2 => self.second(term, u),
            Integrator::Etdrk3 => self.third(term, u),
            Integrator::Etdrk4 => self.fourth(term, u),
        }
    }

    /// Weight `i` times modes.
    fn w(&self, i: usize, modes: Tensor<4>) -> Tensor<4> {
        self.weights[i].of(modes)
    }

    /// Weights: `eᶻ`, `φ₁`.
    fn first(&self, term: &Term, u: Tensor<4>) -> Tensor<4> {
        let n_u = term.evaluate(u.clone());
        self.w(0, u) + self.w(1, n_u)
    }

    /// Weights: `eᶻ`, `φ₁`, `φ₂`.
    fn second(&self, term: &Term, u: Tensor<4>) -> Tensor<4> {
        let n_u = term.evaluate(u.clone());
        let a = self.w(0, u) + self.w(1, n_u.clone());
        let n_a = term.evaluate(a.clone());
        a + self.w(2, n_a - n_u)
    }

    /// Weights: `eᶻ`, `e^{z/2}`, `φ₁`, `φ₁/2`, `α`, `4β`, `γ`.
    fn third(&self, term: &Term, u: Tensor<4>) -> Tensor<4> {
        let n_u = term.evaluate(u.clone());
        let a = self.w(1, u.clone()) + self.w(3, n_u.clone());
        let n_a = term.evaluate(a);
        let b = self.w(0, u.clone()) + self.w(2, n_a.clone() * 2.0 - n_u.clone());
        let n_b = term.evaluate(b);
        self.w(0, u) + self.w(4, n_u) + self.w(5, n_a) + self.w(6, n_b)
    }

    /// Weights: `eᶻ`, `e^{z/2}`, `φ₁/2`, `α`, `2β`, `γ`.
    fn fourth(&self, term: &Term, u: Tensor<4>) -> Tensor<4> {
        let n_u = term.evaluate(u.clone());
        let half = self.w(1, u.clone());
        let a = half.clone() + self.w(2, n_u.clone());
        let n_a = term.evaluate(a.clone());
        let n_b = term.evaluate(half + self.w(2, n_a.clone()));
        let c = self.w(1, a) + self.w(2, n_b.clone() * 2.0 - n_u.clone());
        let n_c = term.evaluate(c);
        self.w(0, u) + self.w(3, n_u) + self.w(4, n_a + n_b) + self.w(5, n_c)
    }
}
