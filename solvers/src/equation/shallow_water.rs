//! Shallow water over flat ground and over hills, by finite volumes: `finite_volume/shallow_water.rs` has law and flux.
//!
//! Frames hold depth and discharge, the depth times the velocity; initial states give depth and velocity, or the height
//! of the surface and the velocity where there are hills.

use super::bounded::{bounded, count};
use super::{BoxedStepper, DrawnAs, StillFields};
use crate::finite_volume::{
    Central, FiniteVolumes, OverTopography, Reconstruction, ShallowWater, Weno5,
};
use crate::problem::{Field, Reflection, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter, Rng};
use std::f64::consts::TAU;

/// Hills of a simulation.
const HILLS: usize = 5;

/// Numbers that describe a hill, all in `[0, 1)`: height, width, place.
const PER_HILL: usize = 4;

/// Smallest and largest width of a hill, as fractions of the box.
const WIDTH: [f64; 2] = [0.05, 0.15];

fn fields(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("depth")];
    fields.extend(Field::vector_of("discharge", dims, true));
    fields
}

fn fields_over_hills(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("depth")];
    fields.extend(Field::vector_of("discharge", dims, false));
    fields
}

fn drawn(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("depth")];
    fields.extend(Field::vector_of("velocity", dims, false));
    fields
}

fn drawn_over_hills(dims: usize) -> Vec<Field> {
    let mut fields = vec![Field::positive("surface")];
    fields.extend(Field::vector_of("velocity", dims, false));
    fields
}

/// Discharge of depth and velocity.
fn frame(_values: &[f64], grid: &Grid, u: &mut [f64]) {
    let (depth, velocity) = u.split_at_mut(grid.num_points());
    for along in velocity.chunks_exact_mut(depth.len()) {
        for (velocity, depth) in along.iter_mut().zip(&*depth) {
            *velocity *= depth;
        }
    }
}

/// Depth and discharge of surface and velocity; hills may stand out of the water.
fn frame_over_hills(values: &[f64], grid: &Grid, u: &mut [f64]) {
    for (depth, ground) in u.iter_mut().zip(hills(values, grid)) {
        *depth = (*depth - ground).max(0.0);
    }
    frame(values, grid, u);
}

fn draw(rng: &mut Rng) -> Vec<f64> {
    (0..HILLS * PER_HILL)
        .map(|_| rng.uniform(0.0, 1.0))
        .collect()
}

/// The height of the ground, the highest of its hills at each point: periodic bells, the highest one `relief` high.
fn hills(values: &[f64], grid: &Grid) -> Vec<f64> {
    let (relief, drawn) = (values[1], &values[2..]);
    let axes: Vec<Vec<f64>> = grid.axes().map(|axis| axis.coordinates()).collect();
    let at = |mut point: usize| {
        let mut turns = [0.0; 3];
        for (axis, x) in axes.iter().enumerate().rev() {
            turns[axis] = x[point % x.len()] / grid.length()[axis];
            point /= x.len();
        }
        let hill = |numbers: &[f64]| {
            let width = TAU * (WIDTH[0] + (WIDTH[1] - WIDTH[0]) * numbers[1]);
            let axes = turns.iter().zip(&numbers[2..]).take(axes.len());
            let away = axes.map(|(turn, place)| (TAU * (turn - place)).cos() - 1.0);
            numbers[0] * (away.sum::<f64>() / (width * width)).exp()
        };
        let highest = drawn.chunks_exact(PER_HILL).map(hill).fold(0.0, f64::max);
        relief * highest
    };
    (0..grid.num_points()).map(at).collect()
}

fn stepper<S: Reconstruction + 'static>(
    scheme: S,
    values: &[f64],
    grid: &Grid,
    dt: f64,
) -> BoxedStepper {
    let water = ShallowWater { gravity: values[0] };
    match grid.dims() {
        1 => FiniteVolumes::<_, 2, 2, 0>::new(FLAT.kind, water, grid, dt).build(scheme),
        _ => FiniteVolumes::<_, 3, 3, 0>::new(FLAT.kind, water, grid, dt).build(scheme),
    }
}

fn stepper_over_hills(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let water = ShallowWater { gravity: values[0] };
    let (law, ground) = (OverTopography { water }, hills(values, grid));
    match grid.dims() {
        1 => FiniteVolumes::<_, 2, 3, 1>::new(HILLY.kind, law, grid, dt)
            .still(&ground)
            .build(Central),
        _ => FiniteVolumes::<_, 3, 4, 1>::new(HILLY.kind, law, grid, dt)
            .still(&ground)
            .build(Central),
    }
}

static BOUNDED: [EquationEntry; count(2)] = bounded(FLAT);
static BOUNDED_OVER_TOPOGRAPHY: [EquationEntry; count(2)] = bounded(HILLY);

static BOUNDED_BY_WENO: [EquationEntry; count(2)] = bounded(BY_WENO);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED),
    reconstructions: &[&WENO5],
    ..FLAT
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
        order_in_space: 2, // of averages in two dimensions, with a flux in the middle of each face
        stepper: |values, grid, dt| stepper(Weno5, values, grid, dt),
    }),
    ..FLAT
};

pub(super) const OVER_TOPOGRAPHY: EquationEntry = EquationEntry {
    bounded: Some(&BOUNDED_OVER_TOPOGRAPHY),
    ..HILLY
};

const GRAVITY: Parameter = Parameter {
    name: "gravity",
    symbol: "g",
    doc: "acceleration; waves on water of depth h run at √(gh)",
    default: Some(1.0),
    good: [1.0, 9.81],
    ..Parameter::POSITIVE
};

const REFERENCES: &[&str] = &[
    "E. Audusse, F. Bouchut, M.-O. Bristeau, R. Klein & B. Perthame, *SIAM J. Sci. Comput.* 25, 2050 (2004)",
    "R. J. LeVeque, *Finite Volume Methods for Hyperbolic Problems* (Cambridge, 2002), chapter 13",
];

const FLAT: EquationEntry = EquationEntry {
    kind: "shallow_water",
    formula: "h_t + ∇·q = 0, q_t + ∇·(q qᵀ/h) + ∇(½ g h²) = 0",
    summary: "shallow water over flat ground, dam breaks on wet and dry beds; periodic, open or between walls",
    fields,
    dims: &[1, 2],
    symmetries: Symmetries {
        reflection: Reflection::Vector,
        ..Symmetries::ALL
    },
    parameters: &[GRAVITY],
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
        title: "Shallow water",
        signs: "The discharge `q = hv` is depth times velocity. Initial states give depth and velocity, from which the \
                first frame is made; a depth of 0 is dry ground. `grid.boundary` chooses the ends of each axis: \
                `\"periodic\"`, `\"wall\"` or `\"open\"`, where waves leave.",
        expect: "Waves steepen into bores, which stay two or three cells wide. A dam break sends a bore down and a fan \
                 up the water; on dry ground its front is a thin film that runs at 2√(gh), where a surrogate that \
                 sees only the depth has no way to tell how fast it is. Frames are averages over cells; errors fall \
                 with the second power of the spacing where solutions are smooth and with the first at bores. Depths \
                 do not become negative. Time steps follow from the fastest wave: `substeps` only makes them \
                 shorter.",
        references: REFERENCES,
        example: r#"
seed = 0

[equation]
kind = "shallow_water"

[grid]
points = [128, 128]
length = 5.0
boundary = ["open", "open"]

[time]
dt = 0.1
frames = 16

[initial]
kind = "disc"
inside = 2.0
radius = [0.1, 0.14]

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};

const HILLY: EquationEntry = EquationEntry {
    kind: "shallow_water_over_hills",
    formula: "h_t + ∇·q = 0, q_t + ∇·(q qᵀ/h) + ∇(½ g h²) = −g h ∇b",
    summary: "shallow water over hills that differ in every simulation; water at rest stays at rest",
    fields: fields_over_hills,
    parameters: &[
        GRAVITY,
        Parameter {
            name: "relief",
            symbol: "",
            doc: "largest height of a hill",
            default: Some(0.5),
            good: [0.2, 0.8],
            ..Parameter::NON_NEGATIVE
        },
    ],
    draw: Some(draw),
    own_stepper: Some(OwnStepper {
        method: "finite volumes: MUSCL, HLLC over the higher side of a face, second-order Runge–Kutta",
        order: 2,
        order_in_space: 2,
        stepper: stepper_over_hills,
    }),
    reconstruction: None,
    drawn_as: Some(DrawnAs {
        fields: drawn_over_hills,
        frame: frame_over_hills,
    }),
    still: Some(StillFields {
        names: &["topography"],
        values: hills,
    }),
    page: super::Page {
        title: "Shallow water over hills",
        signs: "The discharge `q = hv` is depth times velocity, and `b` the height of the ground: five hills at random \
                places, each up to `relief` high. Initial states give the surface `h + b` and the velocity; a hill \
                above the surface is an island. `grid.boundary` chooses the ends of each axis, as in `shallow_water`.",
        expect: "Waves are slower and higher over hills, break there, and run round islands; water at rest stays at rest \
                 to rounding, so small waves are not drowned by errors of the ground. The ground is a static field, \
                 `topography`, that networks see beside the state. The volume of water is conserved between walls \
                 and in a periodic box, its momentum is not: hills push back. Frames are averages over cells, of second \
                 order where solutions are smooth and of first order at bores and shores.",
        references: REFERENCES,
        example: r#"
seed = 2

[equation]
kind = "shallow_water_over_hills"
relief = 1.2

[grid]
points = [128, 128]
length = 5.0
boundary = ["wall", "wall"]

[time]
dt = 0.2
frames = 16

[initial]
kind = "disc"
inside = 1.6
radius = [0.1, 0.14]

[ensemble]
simulations = 1
"#,
    },
    ..FLAT
};
