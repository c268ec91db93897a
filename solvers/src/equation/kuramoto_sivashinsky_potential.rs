//! Kuramoto–Sivashinsky for the potential: `uₜ + ½|∇u|² + ∆u + ν ∆²u = 0`, the mean of the
//! nonlinear term removed; `ℒ̂ = |k|² − ν|k|⁴`.
//!
//! A flame front or a film surface `u`; in one dimension its slope `uₓ` obeys the conservative
//! form. Without the mean removed the front as a whole would move at the speed `−½⟨|∇u|²⟩`, to
//! no effect on its shape; so the mean of `u` is constant. Chaos on boxes longer than about 22
//! per axis for `ν = 1`. G. I. Sivashinsky, Acta Astronaut. 4, 1177 (1977).

use super::square;
use crate::real::{times_i, zero};
use crate::{
    Complex, Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter, Real, Workspace,
};

/// A front that wrinkles without end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KuramotoSivashinskyPotential {
    /// Viscosity `ν > 0` of the fourth derivative.
    pub viscosity: f64,
    /// Number of axes.
    pub dims: usize,
}

impl Equation for KuramotoSivashinskyPotential {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        let square = square(k);
        Complex64::new(square - self.viscosity * square * square, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn is_linear(&self) -> bool {
        false
    }

    fn num_products(&self) -> usize {
        self.dims + 1
    }
}

impl<T: Real> Nonlinear<T> for KuramotoSivashinskyPotential {
    fn nonlinear(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        let num_points = work.points.len() / (self.dims + 1);
        let (sum, slopes) = work.points.split_at_mut(num_points);
        sum.fill(T::zero());
        for (axis, slope) in slopes.chunks_exact_mut(num_points).enumerate() {
            let k = work.k.derivative(axis);
            let gradient = |i: usize| times_i(u_hat[i] * k[i]);
            work.transform.to_points_of(gradient, slope);
            for (sum, slope) in sum.iter_mut().zip(slope) {
                *sum -= T::of(0.5) * *slope * *slope;
            }
        }
        work.transform.to_modes(sum, out);
        out[0] = zero();
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "kuramoto_sivashinsky_potential",
    formula: "uₜ + ½|∇u|² + ∆u + ν ∆²u = 0",
    summary: "spatio-temporal chaos of a front; its mean is held",
    dims: &[1, 2],
    parameters: &[Parameter {
        name: "viscosity",
        symbol: "ν",
        doc: "damping of short waves; waves with k² < 1/ν grow",
        default: Some(1.0),
        good: [0.5, 1.5],
        ..Parameter::POSITIVE
    }],
    build: |values, dims| {
        Box::new(KuramotoSivashinskyPotential {
            viscosity: values[0],
            dims,
        })
    },
    ..EquationEntry::LINEAR
};
