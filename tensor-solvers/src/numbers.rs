//! Tables of simulations as tensors, which change with the parameters of the equation as the tables do.
//!
//! Every number `c(p)` of the tables becomes `c(p₀) + Σᵢ ∂c/∂pᵢ (pᵢ − p₀ᵢ)` where gradients are wanted. Its value is that of
//! the host, and its first derivative too, which is all that reverse differentiation of first order asks for.

use burn::tensor::{Device, Tensor, TensorData};
use ondine_solvers::Complex64;
use ondine_solvers::tables::{Factors, Tables};

use crate::weight::Weight;

/// The tables of one simulation that stands for all, or of each.
pub(crate) struct Numbers {
    pub(crate) tables: Vec<Tables>,
    /// The derivatives of each by the parameters; none where no gradients are wanted.
    pub(crate) tangents: Vec<Vec<Tables>>,
    /// Zeros that carry the gradients of the parameters, `[batch, parameter]`.
    pub(crate) zeros: Option<Tensor<2>>,
    pub(crate) device: Device,
}

impl Numbers {
    /// The tables that say how many numbers there are of each.
    pub(crate) fn first(&self) -> &Tables {
        &self.tables[0]
    }

    /// Factors of the modes of `fields` fields that are complex numbers.
    pub(crate) fn complex(&self, fields: usize, of: impl Fn(&Tables) -> &[Complex64]) -> Weight {
        let modes = of(self.first()).len() / fields;
        let imaginary =
            |tables: &Tables| of(tables).iter().any(|z| z.im.abs() >= f64::MIN_POSITIVE);
        let real = self.real(fields, modes, |tables| {
            of(tables).iter().map(|z| z.re).collect()
        });
        if !self.all().any(imaginary) {
            return Weight::Real(real);
        }
        let imaginary = |tables: &Tables| of(tables).iter().map(|z| z.im).collect();
        Weight::Complex(real, self.imaginary(fields, modes, imaginary))
    }

    /// Factors of the modes of one field.
    pub(crate) fn factors(&self, of: impl Fn(&Tables) -> &Factors) -> Weight {
        let values = |tables: &Tables| match of(tables) {
            Factors::Constant(value) => vec![*value],
            Factors::Real(values) | Factors::Imaginary(values) => values.clone(),
        };
        match of(self.first()) {
            Factors::Constant(_) => self.constant(|tables| values(tables)[0]),
            Factors::Real(all) => Weight::Real(self.real(1, all.len(), values)),
            Factors::Imaginary(all) => Weight::Imaginary(self.imaginary(1, all.len(), values)),
        }
    }

    /// One factor of all modes.
    pub(crate) fn constant(&self, of: impl Fn(&Tables) -> f64) -> Weight {
        match self.same(&of) {
            Some(1.0) => Weight::One,
            Some(value) => Weight::Number(value),
            None => Weight::Real(self.tensor([1, 1, 1], |tables| vec![of(tables)])),
        }
    }

    /// A number that is the same in all simulations, whatever their parameters.
    pub(crate) fn same(&self, of: impl Fn(&Tables) -> f64) -> Option<f64> {
        let value = of(self.first());
        let mut others = self.tables.iter().map(&of);
        let mut slopes = self.tangents.iter().flatten().map(&of);
        let fixed = others.all(|other| other.to_bits() == value.to_bits());
        (fixed && slopes.all(|slope| slope.abs() < f64::MIN_POSITIVE)).then_some(value)
    }

    fn real(&self, fields: usize, modes: usize, of: impl Fn(&Tables) -> Vec<f64>) -> Tensor<4> {
        let both = |values: &[f64]| [values, values].concat();
        self.tensor([fields, 2, modes], |tables| {
            of(tables).chunks_exact(modes).flat_map(both).collect()
        })
    }

    fn imaginary(
        &self,
        fields: usize,
        modes: usize,
        of: impl Fn(&Tables) -> Vec<f64>,
    ) -> Tensor<4> {
        let both = |values: &[f64]| {
            let negative = values.iter().map(|value| -value);
            negative.chain(values.iter().copied()).collect::<Vec<_>>()
        };
        self.tensor([fields, 2, modes], |tables| {
            of(tables).chunks_exact(modes).flat_map(both).collect()
        })
    }

    /// Numbers of the tables of each simulation.
    ///
    /// # Shapes   → `[batch or 1, …shape]`
    pub(crate) fn tensor(&self, shape: [usize; 3], of: impl Fn(&Tables) -> Vec<f64>) -> Tensor<4> {
        let rows =
            |tables: Vec<&Tables>| -> Vec<f64> { tables.into_iter().flat_map(&of).collect() };
        let tensor = |values: Vec<f64>| {
            let [a, b, c] = shape;
            let shape = [self.tables.len(), a, b, c];
            Tensor::<4>::from_data(TensorData::new(values, shape), &self.device)
        };
        let mut sum = tensor(rows(self.tables.iter().collect()));
        let Some(zeros) = &self.zeros else {
            return sum;
        };
        for parameter in 0..zeros.dims()[1] {
            let slopes = rows(self.tangents.iter().map(|of| &of[parameter]).collect());
            if slopes.iter().any(|slope| slope.abs() >= f64::MIN_POSITIVE) {
                let zero = zeros.clone().narrow(1, parameter, 1);
                sum = sum + tensor(slopes) * zero.reshape([-1, 1, 1, 1]);
            }
        }
        sum
    }

    /// All tables and derivatives.
    fn all(&self) -> impl Iterator<Item = &Tables> {
        self.tables.iter().chain(self.tangents.iter().flatten())
    }
}
