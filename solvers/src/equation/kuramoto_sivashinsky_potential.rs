//! Kuramoto–Sivashinsky for the potential: `uₜ + ½|∇u|² + ∆u + ν ∆²u = 0`, the mean of the
//! nonlinear term removed; `ℒ̂ = |k|² − ν|k|⁴`.
//!
//! A flame front or a film surface `u`; in one dimension its slope `uₓ` obeys the conservative
//! form. Without the mean removed the front as a whole would move at the speed `−½⟨|∇u|²⟩`, to
//! no effect on its shape; so the mean of `u` is constant. Chaos on boxes longer than about 22
//! per axis for `ν = 1`. G. I. Sivashinsky, Acta Astronaut. 4, 1177 (1977).

use super::square;
use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

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

    fn nonlinear(&self) -> Option<Nonlinear> {
        let term = match self.dims {
            1 => Nonlinear::new(Slopes::<1>, []),
            _ => Nonlinear::new(Slopes::<2>, []),
        };
        let slope = |axis| [(0, Symbol::derivative(axis, 1.0))];
        let term = (0..self.dims).fold(term, |term, axis| term.input(slope(axis)));
        let without_mean = Symbol::real(|k| if square(k) > 0.0 { 1.0 } else { 0.0 });
        Some(term.output(0, 0, without_mean))
    }
}

/// `−½|∇u|²` of `D` slopes.
struct Slopes<const D: usize>;

impl<const D: usize> Pointwise<0, D> for Slopes<D> {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], slopes: &mut [N; D]) {
        let zero = slopes[0].constant(0.0);
        let half = slopes[0].constant(0.5);
        slopes[0] = slopes
            .iter()
            .fold(zero, |sum, &slope| sum - half * slope * slope);
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
    page: super::Page {
        title: "Kuramoto–Sivashinsky, the potential",
        signs: "The square of the slope lowers u: steep places sink. Its mean is taken out at \
                every instant, so that the mean of u stays; without that the front as a whole \
                would move at −½⟨|∇u|²⟩. In one dimension the slope uₓ obeys \
                `kuramoto_sivashinsky`.",
        expect: "A film or flame front wrinkles into cells of about 2π √(2ν), which merge and \
                 split without end. Long waves of u are large and slow, the cells on top of them \
                 small and fast. Boxes longer than about 22 an axis (for ν = 1) are chaotic after \
                 some tens of time units, for which a warm-up is good. As with every chaotic \
                 system a surrogate follows a trajectory for a while only; here the correlation \
                 of u may stay high after the cells are lost, so look at spectra too.",
        references: &[
            "G. I. Sivashinsky, *Acta Astronaut.* 4, 1177 (1977)",
            "Y. Kuramoto & T. Tsuzuki, *Prog. Theor. Phys.* 55, 356 (1976)",
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 0

[equation]
kind = "kuramoto_sivashinsky_potential"
viscosity = 1.0

[grid]
points = [96, 96]
length = 64.0

[time]
dt = 1.0
warmup = 60
frames = 31
substeps = 8

[initial]
kind = "sine_series"

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
