//! Trajectories made by another program, `data/README.md` says how and how exactly.

mod common;

use std::f64::consts::TAU;
use std::path::Path;

use common::{difference, final_state, simulation};
use ondine_solvers::{Complex64, Dealias, Grid, SimulationSpec, Transform};
use safetensors::{Dtype, SafeTensors};

/// Stored frames and their times.
struct Reference {
    times: Vec<f64>,
    frames: Vec<Vec<f64>>,
}

fn reference(kind: &str) -> Reference {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let file = folder.join(format!("{kind}.safetensors"));
    let bytes = std::fs::read(file).expect("the reference file can be read");
    let arrays = SafeTensors::deserialize(&bytes).expect("the file is whole");
    let array = |name: &str| -> Vec<f64> {
        let array = arrays.tensor(name).expect("the file has the array");
        assert_eq!(array.dtype(), Dtype::F64, "{kind}: {name}");
        let numbers = array.data().chunks_exact(8);
        numbers
            .map(|bytes| f64::from_le_bytes(bytes.try_into().expect("8 bytes")))
            .collect()
    };
    let (times, frames) = (array("times"), array("frames"));
    let points = frames.len() / times.len();
    let frames = frames.chunks_exact(points).map(<[f64]>::to_vec).collect();
    Reference { times, frames }
}

/// Values on twice as many points: the same modes, and none above.
fn refine(u: &[f64]) -> Vec<f64> {
    let transform = |points| {
        let grid = Grid::new(&[points], &[1.0]).expect("valid");
        Transform::new(&grid, Dealias::None).expect("one axis")
    };
    let n = u.len();
    let mut u_hat = vec![Complex64::ZERO; n + 1];
    transform(n).forward(u, &mut u_hat[..=n / 2]);
    u_hat[n / 2] *= 0.5; // shared between the waves +N/2 and −N/2
    u_hat.iter_mut().for_each(|mode| *mode *= 2.0); // twice the points
    let mut fine = vec![0.0; 2 * n];
    transform(2 * n).inverse(&u_hat, &mut fine);
    fine
}

/// Runs `spec`, which has twice the points, through every stored frame.
fn compare(mut spec: SimulationSpec, inner_dt: f64, tolerance: f64) {
    let kind = spec.equation.kind;
    let reference = reference(kind);
    let mut u = refine(&reference.frames[0]);
    for i in 1..reference.times.len() {
        spec.dt = reference.times[i] - reference.times[i - 1];
        spec.substeps = (spec.dt / inner_dt).round() as usize;
        u = final_state(&spec, &u, 1);
        let coarse: Vec<f64> = u.iter().copied().step_by(2).collect();
        let error = difference(&coarse, &reference.frames[i]);
        println!("{kind} at time {}: error {error:.1e}", reference.times[i]);
        assert!(
            error < tolerance,
            "{kind} at time {}: {error:e}",
            reference.times[i]
        );
    }
}

#[test]
fn advection_matches_the_reference() {
    let spec = simulation("advection", 1.0, (512, TAU), 1.0);
    compare(spec, 0.1, 1e-12); // both exact
}

#[test]
fn burgers_matches_the_reference() {
    let spec = simulation("burgers", 0.05, (1024, TAU), 1.0);
    compare(spec, 2.5e-3, 1e-7);
}

#[test]
fn kdv_matches_the_reference() {
    let spec = simulation("kdv", 0.0, (512, 40.0), 1.0);
    compare(spec, 1e-3, 1e-7);
}

#[test]
fn kuramoto_sivashinsky_matches_the_reference() {
    let spec = simulation("kuramoto_sivashinsky", 1.0, (512, 64.0), 1.0);
    compare(spec, 5e-3, 1e-7);
}
