//! Burgers' equation without viscosity, by finite volumes: `finite_volume/burgers.rs` has law and flux.

use super::BoxedStepper;
use crate::finite_volume::{Central, FiniteVolumes, InviscidBurgers, Reconstruction, Weno5};
use crate::problem::{Field, Meaning, Reflection, Shift, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper};

fn stepper<S: Reconstruction + 'static>(scheme: S, grid: &Grid, dt: f64) -> BoxedStepper {
    let kind = PERIODIC.kind;
    FiniteVolumes::<_, 1, 1, 0>::new(kind, InviscidBurgers, grid, dt).build(scheme)
}

/// Periodic, and with open ends.
const fn between(periodic: EquationEntry) -> [EquationEntry; 2] {
    let mut open = periodic;
    open.axes = [AxisKind::OPEN; 3];
    open.symmetries.shift = [Shift::Never; 3];
    [periodic, open]
}

static BOUNDED: [EquationEntry; 2] = between(PERIODIC);
static BOUNDED_BY_WENO: [EquationEntry; 2] = between(BY_WENO);

static WENO5: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED_BY_WENO),
    ..BY_WENO
};

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED),
    reconstructions: &[&WENO5],
    ..PERIODIC
};

const BY_WENO: EquationEntry = EquationEntry {
    reconstruction: Some("weno5"),
    own_stepper: Some(OwnStepper {
        method: "finite volumes: WENO5, exact fluxes, third-order Runge–Kutta",
        order: 3,
        order_in_space: 5,
        stepper: |_, grid, dt| stepper(Weno5, grid, dt),
    }),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "inviscid_burgers",
    formula: "uₜ + ½ (u²)ₓ = 0",
    summary: "waves that steepen into shocks, without viscosity; periodic or open",
    fields: |dims| Field::velocity(dims, true),
    dims: &[1],
    meaning: Meaning::Velocity,
    symmetries: Symmetries {
        reflection: Reflection::Vector,
        ..Symmetries::ALL
    },
    axes: [AxisKind::PERIODIC_CELLS; 3],
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, exact fluxes, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper: |_, grid, dt| stepper(Central, grid, dt),
    }),
    chooses_steps: true,
    reconstruction: Some("muscl"),
    page: super::Page {
        title: "Burgers' equation without viscosity",
        signs: "Where u is positive the state moves towards larger x, the faster the larger u. `grid.boundary` is \
                `[\"periodic\"]` or `[\"open\"]`, where waves leave; `reconstruction = \"weno5\"` takes parabolas in the place of \
                straight lines between faces.",
        expect: "Slopes that fall become shocks at the time −1/min uₓ, which swallow what comes towards them and merge; \
                 at late times a sawtooth of height L/t is left. Shocks are two or three cells wide whatever the grid. \
                 Frames are averages over cells; errors fall with the first power of the spacing once there are \
                 shocks. The mean is conserved, the energy is lost in shocks. A surrogate has to keep jumps sharp \
                 and their speed, the mean of both sides.",
        references: &[
            "J. M. Burgers, *Adv. Appl. Mech.* 1, 171 (1948)",
            "R. J. LeVeque, *Finite Volume Methods for Hyperbolic Problems* (Cambridge, 2002), chapter 11",
        ],
        example: r#"
seed = 1

[equation]
kind = "inviscid_burgers"

[grid]
points = [256]
length = 6.283185307179586

[time]
dt = 0.05
frames = 101

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
