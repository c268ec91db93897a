//! Finite volumes beside exact solutions, their order, and what they keep.

#[path = "volumes/cooling.rs"]
mod cooling;
#[path = "volumes/keep.rs"]
mod keep;
#[path = "volumes/order.rs"]
mod order;
#[path = "volumes/riemann.rs"]
mod riemann;
#[path = "volumes/shocks.rs"]
mod shocks;
#[path = "volumes/sound.rs"]
mod sound;
#[path = "volumes/viscosity.rs"]
mod viscosity;
#[path = "volumes/water.rs"]
mod water;

use ondine_solvers::finite_volume::{Euler, FiniteVolumes, Law, Reconstruction};
use ondine_solvers::{AxisKind, Grid, Stepper};

/// A grid of cells with the same ends along all axes.
fn cells(points: &[usize], length: f64, kind: AxisKind) -> Grid {
    let length = vec![length; points.len()];
    Grid::of_kinds(points, &length, &[kind; 3]).expect("the grid is valid")
}

/// Values of the fields at the cell centres, field after field.
fn fields<const C: usize>(grid: &Grid, f: impl Fn(&[f64]) -> [f64; C]) -> Vec<f64> {
    let axes: Vec<Vec<f64>> = grid.axes().map(|axis| axis.coordinates()).collect();
    let place = |mut cell: usize| {
        let mut x = vec![0.0; axes.len()];
        for (x, axis) in x.iter_mut().zip(&axes).rev() {
            *x = axis[cell % axis.len()];
            cell /= axis.len();
        }
        x
    };
    let values: Vec<[f64; C]> = (0..grid.num_points()).map(|cell| f(&place(cell))).collect();
    (0..C)
        .flat_map(|c| values.iter().map(move |value| value[c]))
        .collect()
}

/// Gas of density, velocity and pressure as conserved variables.
fn gas<const N: usize>(gamma: f64, w: [f64; N]) -> [f64; N] {
    Euler { gamma }.conserved(w)
}

/// The state after one frame.
fn after(stepper: &mut dyn Stepper, u0: &[f64]) -> Vec<f64> {
    stepper.admit(u0).unwrap_or_else(|error| panic!("{error}"));
    stepper.start(u0);
    stepper.step();
    let mut u = vec![0.0; u0.len()];
    stepper.read(&mut u);
    u
}

/// A gas in `N − 2` dimensions.
fn euler<const N: usize>(
    grid: &Grid,
    dt: f64,
    reconstruction: impl Reconstruction + 'static,
) -> Box<dyn Stepper> {
    FiniteVolumes::<_, N, N, 0>::new("euler", Euler { gamma: 1.4 }, grid, dt)
        .build(reconstruction)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Mean of `|a − b|`.
fn l1(a: &[f64], b: &[f64]) -> f64 {
    let distance = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    distance.sum::<f64>() / b.len() as f64
}
