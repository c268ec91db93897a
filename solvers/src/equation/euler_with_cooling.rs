//! An ideal gas that radiates, by finite volumes: `finite_volume/cooling.rs` has the law.

use super::BoxedStepper;
use super::bounded::{bounded, count};
use super::euler::{GAMMA, PERIODIC as ADIABATIC};
use crate::finite_volume::{Central, Cooling, Euler, FiniteVolumes};
use crate::problem::Field;
use crate::{EquationEntry, Grid, OwnStepper, Parameter};

/// Energy is lost.
fn fields(dims: usize) -> Vec<Field> {
    let lossy = |field: Field| Field {
        conserved: field.conserved && field.name != "energy",
        ..field
    };
    (ADIABATIC.fields)(dims).into_iter().map(lossy).collect()
}

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let [gamma, time, hot, contrast] = [values[0], values[1], values[2], values[3]];
    let law = Cooling {
        gas: Euler { gamma },
        time,
        phases: [hot / contrast, hot],
    };
    let kind = PERIODIC.kind;
    match grid.dims() {
        1 => FiniteVolumes::<_, 3, 3, 0>::new(kind, law, grid, dt).build(Central),
        _ => FiniteVolumes::<_, 4, 4, 0>::new(kind, law, grid, dt).build(Central),
    }
}

static BOUNDED: [EquationEntry; count(2)] = bounded(PERIODIC);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "euler_with_cooling",
    formula: "ρ_t + ∇·m = 0, m_t + ∇·(m mᵀ/ρ) + ∇p = 0, E_t + ∇·((E + p) m/ρ) = −f(p/ρ) p/((γ − 1) τ)",
    summary: "an ideal gas of a cold and a hot phase that cools where they mix; periodic, open or between walls",
    fields,
    dims: &[1, 2],
    parameters: &[
        GAMMA,
        Parameter {
            name: "cooling_time",
            symbol: "τ",
            doc: "time in which mixed gas loses its heat where it cools fastest",
            good: [0.03, 3.0],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "temperature",
            symbol: "T_h",
            doc: "temperature p/ρ of the hot phase",
            default: Some(1.0),
            good: [0.02, 1.0],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "contrast",
            symbol: "T_h/T_c",
            doc: "temperature of the hot phase over that of the cold one",
            default: Some(10.0),
            min: 1.01,
            good: [10.0, 100.0],
            ..Parameter::POSITIVE
        },
    ],
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, HLLC, the source in the middle of cells, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper,
    }),
    reconstruction: None,
    page: super::Page {
        title: "Euler equations with cooling",
        signs: "Fields, initial states and ends are those of `euler`. Heat `p/(γ − 1)` is lost at the rate `f(T)/τ`, `T = p/ρ`, with \
                `f = (1 − T_c/T)(1 − T/T_h)/(1 − √(T_c/T_h))²` between the temperatures of both phases, where `f` is 0, as beyond \
                them; it is 1 at `√(T_c T_h)`.",
        expect: "Cold and hot gas at rest stay as they are. Where shear mixes them the mixture cools and contracts, so that hot gas \
                 flows towards the interface and becomes cold: the faster, the shorter `cooling_time` is beside the time in which \
                 eddies turn. Cooling layers become as thin as a cell. Time steps follow from the fastest wave and from `τ`.",
        references: &[
            "D. B. Fielding, E. C. Ostriker, G. L. Bryan & A. S. Jermyn, *Astrophys. J. Lett.* 894, L24 (2020)",
            "R. Ohana et al., *The Well: a Large-Scale Collection of Diverse Physics Simulations* (NeurIPS 2024)",
        ],
        example: r#"
seed = 0

[equation]
kind = "euler_with_cooling"
gamma = 1.6666666666666667
cooling_time = 0.3

[grid]
points = [64, 128]
length = [1.0, 2.0]
boundary = ["periodic", "open"]

[time]
dt = 0.1
frames = 21

[initial]
kind = "layers"
height = 0.4

[ensemble]
simulations = 1
"#,
    },
    ..ADIABATIC
};
