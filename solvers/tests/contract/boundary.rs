//! An equation of a user's own, by a method of its own, on axes of its own.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use ondine_solvers::equation::{BoxedStepper, Page};
use ondine_solvers::{
    AxisKind, Convergence, EquationEntry, Grid, Integrator, OwnStepper, Parameter, Precision,
    Rollout, SimulationSpec, SolverError, Stepper, measure_convergence,
};

/// Advection `uₜ + c uₓ = 0` with `c > 0`, of averages over cells: first-order upwind fluxes, Euler
/// steps.
const UPWIND: EquationEntry = EquationEntry {
    kind: "upwind",
    formula: "uₜ + c uₓ = 0",
    summary: "advection of cell averages",
    dims: &[1],
    parameters: &[Parameter {
        name: "velocity",
        symbol: "c",
        doc: "speed to the right",
        good: [0.5, 2.0],
        ..Parameter::POSITIVE
    }],
    axes: [AxisKind::PERIODIC_CELLS; 3],
    own_stepper: Some(OwnStepper {
        method: "finite volumes",
        order: 1,
        order_in_space: 1,
        stepper,
    }),
    page: Page::EMPTY,
    ..EquationEntry::LINEAR
};

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    Ok(Box::new(Upwind {
        courant: values[0] * dt / grid.spacing(0),
        u: vec![0.0; grid.num_points()],
        grid: grid.clone(),
        dt,
    }))
}

struct Upwind {
    courant: f64,
    u: Vec<f64>,
    grid: Grid,
    dt: f64,
}

impl Stepper for Upwind {
    fn grid(&self) -> &Grid {
        &self.grid
    }
    fn channels(&self) -> usize {
        1
    }
    fn dt(&self) -> f64 {
        self.dt
    }
    fn start(&mut self, u: &[f64]) {
        self.u = u.to_vec();
    }
    fn step(&mut self) {
        let old = self.u.clone();
        for (j, u) in self.u.iter_mut().enumerate() {
            let before = if j > 0 {
                old[j - 1]
            } else {
                old[old.len() - 1]
            };
            *u -= self.courant * (*u - before);
        }
    }
    fn read(&mut self, u: &mut [f64]) {
        u.copy_from_slice(&self.u);
    }
}

const VELOCITY: f64 = 1.0;

fn simulation(points: usize, substeps: usize) -> SimulationSpec {
    SimulationSpec {
        equation: &UPWIND,
        parameters: vec![VELOCITY],
        drawn: vec![],
        grid: UPWIND.grid(&[points], &[TAU]).expect("cells have a grid"),
        dt: 0.1,
        substeps,
        integrator: Integrator::Etdrk4,
        precision: Precision::F64,
        threads: 1,
    }
}

/// `sin(x − ct)` at the cell centres.
fn exact(spec: &SimulationSpec, t: f64) -> Vec<f64> {
    let x = spec.grid.coordinates(0).into_iter();
    x.map(|x| (x - VELOCITY * t).sin()).collect()
}

/// `‖a − b‖ / ‖b‖`.
fn relative(a: &[f64], b: &[f64]) -> f64 {
    let distance: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    (crate::common::energy(&distance) / crate::common::energy(b)).sqrt()
}

#[test]
fn cells_of_a_users_equation_converge_at_the_order_of_its_scheme() {
    let error = |points: usize, substeps: usize| {
        let spec = simulation(points, substeps);
        let end = crate::common::final_state(&spec, &exact(&spec, 0.0), 5);
        relative(&end, &exact(&spec, 0.5))
    };
    // Odd numbers are as good as any; one Courant number for both.
    let (coarse, fine) = (error(75, 2), error(225, 6));
    let order = (coarse / fine).ln() / 3.0_f64.ln();
    assert!((order - 1.0).abs() < 0.05, "{coarse:e}, {fine:e}: {order}");
}

#[test]
fn errors_in_space_of_cells_are_measured_at_cells_that_coincide() {
    let spec = simulation(40, 64); // steps so short that errors in time don't count
    let start = |spec: &SimulationSpec| Ok(exact(spec, 0.0));
    let rollout = Rollout {
        warmup: 0,
        frames: 6,
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let measured = measure_convergence(&spec, &start, rollout, go_on);
    let Convergence { spatial, tail, .. } =
        measured.expect("it is stable").expect("nobody stops it");
    assert_eq!(tail, None);
    let states = crate::common::trajectory(&spec, &exact(&spec, 0.0), 5);
    for (i, state) in states[1..].iter().enumerate() {
        let frame = i + 1;
        let error = relative(state, &exact(&spec, 0.1 * frame as f64));
        let ratio = spatial.accumulated[i] / error;
        assert!((ratio - 1.0).abs() < 0.1, "frame {frame}: {ratio}");
    }
}

#[test]
fn a_periodic_equation_without_modes_says_so_and_refuses_other_grids() {
    assert!(UPWIND.is_periodic(1) && !UPWIND.has_modes());
    let owner = "upwind";
    let modes = UPWIND.build_checked(&[VELOCITY], 1).err();
    assert_eq!(modes, Some(SolverError::NoModes { owner }));
    let resampled = UPWIND.check_resampled(1);
    assert_eq!(resampled, Err(SolverError::NotAtNodes { owner }));
    let spec = SimulationSpec {
        grid: crate::common::cube(1, 40, TAU),
        ..simulation(40, 1)
    };
    let Err(error) = spec.stepper() else {
        panic!("nodes are not cells");
    };
    let said = error.to_string();
    let expected =
        "axis 0 of the grid is periodic with nodes, and has to be periodic with cell centres";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn transforms_refuse_open_ends_and_odd_numbers_of_points() {
    use ondine_solvers::{Dealias, Transform};
    let refused = |points: usize, kind: AxisKind| {
        let grid = Grid::of_kinds(&[points], &[1.0], &[kind; 3]).expect("valid");
        Transform::<f64>::new(&grid, Dealias::None).err()
    };
    assert_eq!(refused(8, AxisKind::PERIODIC_CELLS), None);
    assert_eq!(refused(8, AxisKind::WALLS), None); // cosines
    let open = refused(8, AxisKind::OPEN).expect("open ends").to_string();
    assert!(open.contains("open"), "{open}");
    let odd = refused(9, AxisKind::PERIODIC_CELLS).expect("odd");
    assert!(odd.to_string().contains("even number"), "{odd}");
}

#[test]
fn cosines_between_insulating_walls_decay_at_their_rate_with_second_order() {
    let error = |points: usize| {
        let grid = crate::insulated::ENTRY.grid(&[points, points], &[2.0, 2.0]);
        let spec = SimulationSpec {
            equation: &crate::insulated::ENTRY,
            parameters: vec![0.5],
            grid: grid.expect("cells have a grid"),
            dt: 0.02,
            ..simulation(points, 1)
        };
        let (x, y) = (spec.grid.coordinates(0), spec.grid.coordinates(1));
        let k = TAU / 4.0; // half a wave over the box
        let at = |t: f64| -> Vec<f64> {
            let decay = |n: f64| (-0.5 * (n * k).powi(2) * t).exp();
            let value = |x: f64, y: f64| {
                1.0 + decay(1.0) * (k * x).cos()
                    + decay(5.0_f64.sqrt()) * (2.0 * k * x).cos() * (k * y).cos()
            };
            x.iter()
                .flat_map(|&x| y.iter().map(move |&y| value(x, y)))
                .collect()
        };
        relative(&crate::common::final_state(&spec, &at(0.0), 10), &at(0.2))
    };
    let (coarse, fine) = (error(15), error(45));
    let order = (coarse / fine).ln() / 3.0_f64.ln();
    assert!((order - 2.0).abs() < 0.1, "{coarse:e}, {fine:e}: {order}");
}
