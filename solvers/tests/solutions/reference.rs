//! Trajectories made by another program, `data/README.md` says how and how exactly.

use std::f64::consts::TAU;
use std::path::Path;

use crate::common::{coarsen, cube, difference, final_state, simulation_on};
use ondine_solvers::{Complex64, Dealias, Grid, SimulationSpec, Transform};
use safetensors::{Dtype, SafeTensors};

/// An array of a reference file.
fn array(file: &str, name: &str) -> Vec<f64> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let file = folder.join(format!("{file}.safetensors"));
    let bytes = std::fs::read(file).expect("the reference file can be read");
    let arrays = SafeTensors::deserialize(&bytes).expect("the file is whole");
    let array = arrays.tensor(name).expect("the file has the array");
    assert_eq!(array.dtype(), Dtype::F64, "{name}");
    let numbers = array.data().chunks_exact(8);
    numbers
        .map(|bytes| f64::from_le_bytes(bytes.try_into().expect("8 bytes")))
        .collect()
}

/// Values of one field on a finer grid: the same modes, and none above. The highest mode of an
/// axis is left out, because the references hold nothing there.
fn refine(u: &[f64], coarse: &Grid, fine: &Grid) -> Vec<f64> {
    let mut from = Transform::new(coarse, Dealias::None).expect("periodic");
    let mut to = Transform::new(fine, Dealias::None).expect("periodic");
    let mut modes = vec![Complex64::ZERO; from.num_modes()];
    from.forward(u, &mut modes);
    let mut u_hat = vec![Complex64::ZERO; to.num_modes()];
    let scale = fine.num_points() as f64 / coarse.num_points() as f64;
    for (mode, value) in modes.iter().enumerate() {
        let along = |axis: usize| {
            let k = from.vectors().axis(axis)[mode];
            let periods = (k * coarse.length()[axis] / TAU).round() as isize;
            let inside = 2 * periods.unsigned_abs() < coarse.points()[axis];
            inside.then(|| periods.rem_euclid(fine.points()[axis] as isize) as usize)
        };
        if let Some(periods) = (0..coarse.dims()).map(along).collect::<Option<Vec<_>>>() {
            u_hat[to.mode(&periods)] = value * scale;
        }
    }
    let mut values = vec![0.0; fine.num_points()];
    to.inverse(&u_hat, &mut values);
    values
}

/// Runs `spec` from `initial` on `from` through every stored frame of the file.
fn compare(file: &str, mut spec: SimulationSpec, from: (&Grid, &[f64]), inner_dt: f64, mark: f64) {
    let (times, frames) = (array(file, "times"), array(file, "frames"));
    let (coarse, initial) = from;
    let fields = initial.chunks_exact(coarse.num_points());
    let mut u: Vec<f64> = fields.flat_map(|u| refine(u, coarse, &spec.grid)).collect();
    let frames: Vec<_> = frames.chunks_exact(frames.len() / times.len()).collect();
    let channels = u.len() / spec.grid.num_points();
    let per_axis = (frames[0].len() / channels) as f64;
    let stored = per_axis.powf(1.0 / spec.grid.dims() as f64).round() as usize;
    for i in 1..times.len() {
        spec.dt = times[i] - times[i - 1];
        spec.substeps = (spec.dt / inner_dt).round().max(1.0) as usize;
        u = final_state(&spec, &u, 1);
        let found = coarsen(&u, &spec.grid, spec.grid.points()[0] / stored);
        let error = difference(&found, frames[i]);
        println!(
            "{file} at time {}: error {error:.1e}, mark {mark:.0e}",
            times[i]
        );
        assert!(error < mark, "{file} at time {}: {error:e}", times[i]);
    }
}

/// Runs from the first stored frame on `factor` times the points.
fn compare_from_first_frame(
    file: &str,
    (kind, parameters): (&str, &[f64]),
    (coarse, factor): (Grid, usize),
    inner_dt: f64,
    mark: f64,
) {
    let first = array(file, "frames")[..coarse.num_points()].to_vec();
    let fine = cube(
        coarse.dims(),
        factor * coarse.points()[0],
        coarse.length()[0],
    );
    let spec = simulation_on(kind, parameters, fine, 1.0);
    compare(file, spec, (&coarse, &first), inner_dt, mark);
}

#[test]
fn advection_matches_the_reference() {
    let grid = (cube(1, 256, TAU), 2);
    compare_from_first_frame("advection", ("advection", &[1.0]), grid, 10.0, 1e-12); // both exact
}

#[test]
fn diffusion_matches_the_reference() {
    let grid = (cube(1, 256, TAU), 2);
    compare_from_first_frame("diffusion", ("diffusion", &[0.05]), grid, 10.0, 1e-12);
}

#[test]
fn dispersion_matches_the_reference() {
    let grid = (cube(1, 256, TAU), 2);
    compare_from_first_frame("dispersion", ("dispersion", &[0.05]), grid, 10.0, 1e-12);
}

#[test]
fn advection_in_the_plane_matches_the_reference() {
    let grid = (cube(2, 64, TAU), 2);
    compare_from_first_frame(
        "advection_2d",
        ("advection", &[0.7, -0.4]),
        grid,
        10.0,
        1e-12,
    );
}

#[test]
fn burgers_matches_the_reference() {
    let grid = (cube(1, 512, TAU), 2);
    compare_from_first_frame("burgers", ("burgers", &[0.05]), grid, 2.5e-3, 1e-7);
}

#[test]
fn kdv_matches_the_reference() {
    let grid = (cube(1, 256, 40.0), 2);
    compare_from_first_frame("kdv", ("kdv", &[0.0]), grid, 1e-3, 1e-7);
}

#[test]
fn kuramoto_sivashinsky_matches_the_reference() {
    let (case, grid) = (
        ("kuramoto_sivashinsky", &[1.0][..]),
        (cube(1, 256, 64.0), 2),
    );
    compare_from_first_frame("kuramoto_sivashinsky", case, grid, 5e-3, 1e-7);
}

#[test]
fn allen_cahn_matches_the_reference() {
    let grid = (cube(1, 256, TAU), 4);
    compare_from_first_frame("allen_cahn", ("allen_cahn", &[0.01]), grid, 0.0125, 1e-7);
}

#[test]
fn navier_stokes_matches_the_reference() {
    let grid = (cube(2, 64, TAU), 2);
    compare_from_first_frame(
        "navier_stokes",
        ("navier_stokes", &[0.05, 0.0]),
        grid,
        0.0125,
        1e-6,
    );
}

#[test]
fn kolmogorov_flow_matches_the_reference() {
    let (case, grid) = (
        ("kolmogorov_flow", &[0.05, 0.1, 4.0, -1.0][..]),
        (cube(2, 64, TAU), 2),
    );
    compare_from_first_frame("kolmogorov_flow", case, grid, 0.0125, 1e-6);
}

#[test]
fn gray_scott_matches_the_reference() {
    let initial = array("gray_scott", "initial");
    let spec = simulation_on(
        "gray_scott",
        &[2e-5, 1e-5, 0.04, 0.06],
        cube(2, 256, 1.0),
        1.0,
    );
    compare("gray_scott", spec, (&cube(2, 64, 1.0), &initial), 1.0, 1e-4);
}
