//! Sound in a medium of layers and inclusions, by finite volumes: `finite_volume/acoustics.rs` has law and flux.
//!
//! Media as those of the sets `acoustic_scattering` of R. Ohana et al., "The Well" (2024): two layers of
//! densities in `[1, 7]` and up to 15 ellipses with `ln ρ` in `[−1, 10]`.

use super::bounded::{bounded, count};
use super::{BoxedStepper, StillFields};
use crate::finite_volume::{Acoustics, Central, FiniteVolumes};
use crate::problem::{Field, Reflection, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter, Rng};
use std::f64::consts::PI;

/// Most inclusions of a simulation.
const INCLUSIONS: usize = 15;

/// Numbers that describe an inclusion, all in `[0, 1)`: place, half axes, angle, density.
const PER_INCLUSION: usize = 7;

/// Numbers that describe the layers, all in `[0, 1)`: where the second one begins, the share of the most
/// inclusions that there are, densities.
const OF_LAYERS: usize = 4;

/// Smallest and largest half axis of an inclusion, as fractions of the shortest side.
const SIZE: [f64; 2] = [0.02, 0.1];

/// Smallest and largest `ln ρ` of an inclusion.
const DENSITY: [f64; 2] = [-1.0, 10.0];

fn fields(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::scalar("pressure")];
    fields.extend(Field::vector_of("velocity", dims, false));
    fields
}

fn draw(rng: &mut Rng) -> Vec<f64> {
    (0..OF_LAYERS + INCLUSIONS * PER_INCLUSION)
        .map(|_| rng.uniform(0.0, 1.0))
        .collect()
}

fn between([low, high]: [f64; 2], share: f64) -> f64 {
    low + (high - low) * share
}

/// An inclusion: an ellipse, a segment in one dimension, alike along a third axis.
struct Inclusion {
    centre: [f64; 3],
    half_axes: [f64; 2],
    angle: f64,
    density: f64,
}

impl Inclusion {
    fn of(numbers: &[f64], length: &[f64]) -> Self {
        let shortest = length.iter().copied().fold(f64::INFINITY, f64::min);
        let centre = |axis: usize| numbers[axis] * length.get(axis).copied().unwrap_or(0.0);
        Self {
            centre: [centre(0), centre(1), centre(2)],
            half_axes: [3, 4].map(|i| shortest * between(SIZE, numbers[i])),
            angle: PI * numbers[5],
            density: between(DENSITY, numbers[6]).exp(),
        }
    }

    /// Whether a point lies in it or in one of its periodic images.
    fn holds(&self, x: &[f64], length: &[f64]) -> bool {
        let away = |axis: usize| {
            let Some(x) = x.get(axis) else { return 0.0 };
            let away = x - self.centre[axis];
            away - length[axis] * (away / length[axis]).round()
        };
        let ([dx, dy], (sin, cos)) = ([away(0), away(1)], self.angle.sin_cos());
        let [a, b] = self.half_axes;
        ((cos * dx + sin * dy) / a).powi(2) + ((cos * dy - sin * dx) / b).powi(2) < 1.0
    }
}

/// The density; 1 where nothing was drawn.
fn density(values: &[f64], grid: &Grid) -> Vec<f64> {
    let (length, drawn) = (grid.length(), &values[3..]);
    let Some((layers, inclusions)) = drawn.split_at_checked(OF_LAYERS) else {
        return vec![1.0; grid.num_points()];
    };
    let count = ((values[2] + 1.0) * layers[1]) as usize;
    let inclusions = inclusions.chunks_exact(PER_INCLUSION).take(count);
    let inclusions: Vec<_> = inclusions.map(|i| Inclusion::of(i, length)).collect();
    let of_layers = [2, 3].map(|i| between([1.0, values[1]], layers[i]));
    let at = |x: &[f64]| {
        let first = (x[0] / length[0] - layers[0]).rem_euclid(1.0) < 0.5;
        let layer = of_layers[usize::from(first)];
        let mut inclusions = inclusions.iter().filter(|i| i.holds(x, length));
        inclusions.next().map_or(layer, |found| found.density)
    };
    at_points(grid, at)
}

/// Values of a function of position.
fn at_points(grid: &Grid, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let axes: Vec<Vec<f64>> = grid.axes().map(|axis| axis.coordinates()).collect();
    let mut x = vec![0.0; axes.len()];
    let value = |mut point: usize| {
        for (x, axis) in x.iter_mut().zip(&axes).rev() {
            *x = axis[point % axis.len()];
            point /= axis.len();
        }
        f(&x)
    };
    (0..grid.num_points()).map(value).collect()
}

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let mut medium = density(values, grid);
    medium.resize(2 * grid.num_points(), values[0]);
    let kind = PERIODIC.kind;
    match grid.dims() {
        1 => FiniteVolumes::<_, 2, 4, 2>::new(kind, Acoustics, grid, dt)
            .still(&medium)
            .build(Central),
        _ => FiniteVolumes::<_, 3, 5, 2>::new(kind, Acoustics, grid, dt)
            .still(&medium)
            .build(Central),
    }
}

static BOUNDED: [EquationEntry; count(2)] = bounded(PERIODIC);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "acoustics",
    formula: "p_t + K ∇·v = 0, ρ v_t + ∇p = 0",
    summary: "sound in layers and inclusions that differ in every simulation; periodic, open or between walls",
    fields,
    dims: &[1, 2],
    symmetries: Symmetries {
        reflection: Reflection::Vector,
        ..Symmetries::ALL
    },
    parameters: &[
        Parameter {
            name: "bulk_modulus",
            symbol: "K",
            doc: "stiffness; sound runs at √(K/ρ)",
            default: Some(4.0),
            good: [1.0, 4.0],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "layer_density",
            symbol: "",
            doc: "largest density of a layer, drawn from 1 on",
            default: Some(7.0),
            min: 1.0,
            good: [1.0, 7.0],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "inclusions",
            symbol: "",
            doc: "most inclusions, of densities from e⁻¹ to e¹⁰",
            default: Some(15.0),
            min: 0.0,
            max: INCLUSIONS as f64,
            good: [0.0, 15.0],
            whole: true,
            ..Parameter::NON_NEGATIVE
        },
    ],
    draw: Some(draw),
    axes: [AxisKind::PERIODIC_CELLS; 3],
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, exact Riemann problems, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper,
    }),
    chooses_steps: true,
    has_obstacles: true,
    still: Some(StillFields {
        names: &["density"],
        values: density,
    }),
    page: super::Page {
        title: "Sound",
        signs: "Pressure and velocity are small deviations from a medium at rest, of either sign. The density of the medium \
                is drawn per simulation: two layers across the first axis, each half the box wide, with densities from 1 to \
                `layer_density`, and up to `inclusions` ellipses. `grid.boundary` chooses the ends of each axis: \
                `\"periodic\"`, `\"wall\"`, which reflects, or `\"open\"`, where sound leaves.",
        expect: "Sound is reflected where the impedance √(ρK) jumps, and slow in dense inclusions, which ring on for \
                 long. The density is a static field that networks see beside the state; without it the future is not \
                 known. The equation is linear, so errors of a surrogate that is not grow where it has seen little. \
                 Frames are averages over cells, of second order where solutions are smooth and of first order at jumps of \
                 the density. Time steps follow from the fastest sound: light inclusions make them short.",
        references: &[
            "R. J. LeVeque, *Finite Volume Methods for Hyperbolic Problems* (Cambridge, 2002), chapter 9",
            "R. Ohana et al., *The Well: a Large-Scale Collection of Diverse Physics Simulations for Machine \
             Learning* (NeurIPS 2024)",
        ],
        example: r#"
seed = 0

[equation]
kind = "acoustics"

[grid]
points = [128, 128]
length = 2.0
boundary = ["wall", "open"]

[time]
dt = 0.04
frames = 16

[initial]
kind = "rings"

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
