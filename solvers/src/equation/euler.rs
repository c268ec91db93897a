//! The Euler equations of an ideal gas, by finite volumes: `finite_volume/euler.rs` has law and flux.
//!
//! Frames hold density, momentum and energy; initial states give density, velocity and pressure.

use super::bounded::{bounded, count};
use super::{BoxedStepper, DrawnAs};
use crate::finite_volume::{Central, Euler, FiniteVolumes, Law, Reconstruction, Viscous, Weno5};
use crate::problem::{Field, Reflection, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter};

fn fields(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("density")];
    fields.extend(Field::vector_of("momentum", dims, true));
    fields.push(Field::positive("energy"));
    fields
}

fn drawn(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("density")];
    fields.extend(Field::vector_of("velocity", dims, false));
    fields.push(Field::positive("pressure"));
    fields
}

/// Momentum and energy of velocity and pressure.
fn frame(values: &[f64], grid: &Grid, u: &mut [f64]) {
    let gas = Euler { gamma: values[0] };
    let points = grid.num_points();
    match grid.dims() {
        1 => conserve::<3>(gas, points, u),
        2 => conserve::<4>(gas, points, u),
        _ => conserve::<5>(gas, points, u),
    }
}

fn conserve<const N: usize>(gas: Euler, points: usize, u: &mut [f64]) {
    for point in 0..points {
        let w: [f64; N] = std::array::from_fn(|c| u[c * points + point]);
        for (c, value) in gas.conserved(w).into_iter().enumerate() {
            u[c * points + point] = value;
        }
    }
}

fn stepper<S: Reconstruction + 'static>(
    scheme: S,
    values: &[f64],
    grid: &Grid,
    dt: f64,
) -> BoxedStepper {
    let gas = Euler { gamma: values[0] };
    match grid.dims() {
        1 => FiniteVolumes::<_, 3, 3, 0>::new(PERIODIC.kind, gas, grid, dt).build(scheme),
        2 => FiniteVolumes::<_, 4, 4, 0>::new(PERIODIC.kind, gas, grid, dt).build(scheme),
        _ => FiniteVolumes::<_, 5, 5, 0>::new(PERIODIC.kind, gas, grid, dt).build(scheme),
    }
}

fn viscous_stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let gas = Viscous {
        gas: Euler { gamma: values[0] },
        shear: values[1],
        bulk: values[2],
    };
    match grid.dims() {
        1 => FiniteVolumes::<_, 3, 3, 0>::new(VISCOUS.kind, gas, grid, dt).build(Central),
        _ => FiniteVolumes::<_, 4, 4, 0>::new(VISCOUS.kind, gas, grid, dt).build(Central),
    }
}

static BOUNDED: [EquationEntry; count(3)] = bounded(PERIODIC);
static BOUNDED_VISCOUS: [EquationEntry; count(2)] = bounded(VISCOUS);

pub(super) const WITH_VISCOSITY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED_VISCOUS),
    ..VISCOUS
};

static BOUNDED_BY_WENO: [EquationEntry; count(3)] = bounded(BY_WENO);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED),
    reconstructions: &[&WENO5],
    ..PERIODIC
};

static WENO5: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED_BY_WENO),
    ..BY_WENO
};

const BY_WENO: EquationEntry = EquationEntry {
    reconstruction: Some("weno5"),
    own_stepper: Some(OwnStepper {
        method: "finite volumes: WENO5, HLLC, third-order Runge–Kutta",
        order: 3,
        order_in_space: 2, // of averages in two and three dimensions, with a flux in the middle of each face
        stepper: |values, grid, dt| stepper(Weno5, values, grid, dt),
    }),
    ..PERIODIC
};

pub(super) const GAMMA: Parameter = Parameter {
    name: "gamma",
    symbol: "γ",
    doc: "ratio of specific heats: 5/3 without, 7/5 with two degrees of freedom of rotation",
    default: Some(1.4),
    min: 1.01,
    max: 10.0,
    good: [1.13, 1.76],
    ..Parameter::POSITIVE
};

pub(super) const PERIODIC: EquationEntry = EquationEntry {
    kind: "euler",
    formula: "ρ_t + ∇·m = 0, m_t + ∇·(m mᵀ/ρ) + ∇p = 0, E_t + ∇·((E + p) m/ρ) = 0, p = (γ − 1)(E − ½|m|²/ρ)",
    summary: "an ideal gas without viscosity: shocks, contacts and sound; periodic, open or between walls",
    fields,
    dims: &[1, 2, 3],
    symmetries: Symmetries {
        reflection: Reflection::Vector,
        ..Symmetries::ALL
    },
    parameters: &[GAMMA],
    axes: [AxisKind::PERIODIC_CELLS; 3],
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, HLLC, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper: |values, grid, dt| stepper(Central, values, grid, dt),
    }),
    chooses_steps: true,
    has_obstacles: true,
    reconstruction: Some("muscl"),
    drawn_as: Some(DrawnAs {
        fields: drawn,
        frame,
    }),
    page: super::Page {
        title: "The Euler equations",
        signs: "Momentum `m = ρv` and energy `E = p/(γ − 1) + ½ρ|v|²` are those per volume. Initial states give density, \
                velocity and pressure, from which the first frame is made. `grid.boundary` chooses the ends of each \
                axis: `\"periodic\"`, `\"wall\"`, where the momentum across it turns round, or `\"open\"`, where waves \
                leave. `reconstruction = \"weno5\"` takes parabolas in the place of straight lines between faces.",
        expect: "Jumps split into a shock, a contact and a fan; shocks stay two or three cells wide, contacts widen with \
                 the cube root of time. Frames are averages over cells. Errors fall with the second power of the spacing \
                 where solutions are smooth and with the first at shocks, so that the errors of `check --accuracy`, in \
                 L², fall with its square root there. Time steps follow from the fastest wave, as many as a frame needs: \
                 `substeps` only makes them shorter. Where density or pressure of a cell would become negative, the step is \
                 taken again with averages at the faces around. Sound \
                 crosses a box of length 1 in a time of about √(ρ/γp).",
        references: &[
            "E. F. Toro, M. Spruce & W. Speares, *Shock Waves* 4, 25 (1994)",
            "C.-W. Shu & S. Osher, *J. Comput. Phys.* 77, 439 (1988)",
            "B. van Leer, *J. Comput. Phys.* 32, 101 (1979)",
        ],
        example: r#"
seed = 1

[equation]
kind = "euler"

[grid]
points = [128, 128]
length = 1.0
boundary = ["open", "open"]

[time]
dt = 0.02
frames = 16

[initial]
kind = "pieces"

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};

const VISCOUS: EquationEntry = EquationEntry {
    kind: "compressible_navier_stokes",
    formula: "ρ_t + ∇·m = 0, m_t + ∇·(m mᵀ/ρ) + ∇p = ∇·σ, E_t + ∇·((E + p) m/ρ − σ m/ρ) = 0",
    summary: "an ideal gas with viscosity and without conduction of heat; periodic, open or between slippery walls",
    dims: &[1, 2],
    parameters: &[
        GAMMA,
        Parameter {
            name: "viscosity",
            symbol: "η",
            doc: "shear viscosity; layers of width w even out in a time of about ρw²/η",
            default: Some(0.01),
            good: [1e-3, 0.1],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "bulk_viscosity",
            symbol: "ζ",
            doc: "bulk viscosity, against compression",
            default: Some(0.01),
            good: [1e-3, 0.1],
            ..Parameter::NON_NEGATIVE
        },
    ],
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, HLLC, central differences of the stress, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper: viscous_stepper,
    }),
    reconstruction: None,
    page: super::Page {
        title: "Compressible Navier–Stokes",
        signs: "Fields, initial states and ends are those of `euler`, with the stress `σ = η (∇v + ∇vᵀ − ⅔ ∇·v) + ζ ∇·v`. Heat \
                is not conducted. Walls are slippery: gas slides along them without friction.",
        expect: "Shear layers and shocks get a width that depends on the viscosity and not on the grid, once cells are smaller: \
                 about η/ρu for a shock of speed u. Below the viscosity of the scheme, about a tenth of a cell times the speed of \
                 sound, nothing is left of it and `euler` is the honest name. Viscosity shortens time steps with the second \
                 power of the spacing, ρ∆x²/η, which many cells and a large `viscosity` make the slower of the two bounds.",
        references: &[
            "L. D. Landau & E. M. Lifshitz, *Fluid Mechanics* (Pergamon, 1987), section 15",
            "M. Takamoto et al., *PDEBench: an Extensive Benchmark for Scientific Machine Learning* (NeurIPS 2022)",
        ],
        example: r#"
seed = 4

[equation]
kind = "compressible_navier_stokes"
gamma = 1.6666666666666667
viscosity = 0.003
bulk_viscosity = 0.003

[grid]
points = [128, 128]
length = 1.0

[time]
dt = 0.02
frames = 16

[initial]
kind = "pieces"

[ensemble]
simulations = 1
"#,
    },
    has_obstacles: false, // slopes along a face would see the other side of it
    ..PERIODIC
};
