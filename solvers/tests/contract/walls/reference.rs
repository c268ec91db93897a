//! Solutions of `PDEBench`'s own differences by scipy, refined: `data/between_walls.py` made them.

use super::{Kind, simulation};
use ondine_solvers::{Grid, Integrator, Precision, SimulationSpec, equation};
use safetensors::SafeTensors;
use std::f64::consts::PI;
use std::ops::ControlFlow;
use std::path::Path;

/// An array of a reference file.
fn array(file: &str, name: &str) -> Vec<f64> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let bytes = std::fs::read(folder.join(file)).expect("the reference file can be read");
    let arrays = SafeTensors::deserialize(&bytes).expect("the file is whole");
    let array = arrays.tensor(name).expect("the file has the array");
    let numbers = array.data().chunks_exact(8);
    let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("8 bytes"));
    numbers.map(number).collect()
}

/// States at the times of a file, which are multiples of `spec.dt`.
fn states(spec: &SimulationSpec, u0: &[f64], times: &[f64]) -> Vec<Vec<f64>> {
    let at = |time: &f64| (time / spec.dt).round() as usize;
    let wanted: Vec<usize> = times.iter().map(at).collect();
    let mut found = Vec::new();
    let last = wanted.last().expect("a file has frames") + 1;
    spec.run(u0, 0, last, &mut |frame, u| {
        if wanted.contains(&frame) {
            found.push(u.to_vec());
        }
        ControlFlow::Continue(())
    })
    .unwrap_or_else(|error| panic!("{error}"));
    found
}

fn largest(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "the states have the same points");
    let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    distances.fold(0.0, f64::max)
}

#[test]
fn diffusion_reaction_of_pdebench_is_that_of_its_differences_refined() {
    let file = "diffusion_reaction.safetensors";
    let (times, frames) = (array(file, "times"), array(file, "frames"));
    let axes = [Kind::WALLS, Kind::WALLS];
    let mut spec = simulation(
        "fitzhugh_nagumo",
        &axes,
        &[1e-3, 5e-3, 5e-3],
        &[189, 189],
        0.5,
    );
    spec.grid = Grid::of_kinds(&[189, 189], &[2.0, 2.0], &[Kind::WALLS; 3]).expect("valid");
    spec.equation = super::walled("fitzhugh_nagumo", &axes);
    spec.substeps = 10;
    let half = |x: f64, m: f64| (m * PI * x / 2.0).cos();
    let u = |x: f64, y: f64| {
        0.6 * half(x, 1.0) * half(y, 3.0) + 0.5 * half(x, 4.0) - 0.3 * half(y, 2.0)
    };
    let v = |x: f64, y: f64| 0.4 * half(x, 2.0) * half(y, 1.0) - 0.2;
    let at_points = |f: &dyn Fn(f64, f64) -> f64| super::at_points(&spec.grid, |x| f(x[0], x[1]));
    let u0 = [at_points(&u), at_points(&v)].concat();
    let mut worst: f64 = 0.0;
    for (state, frame) in states(&spec, &u0, &times)
        .iter()
        .zip(frames.chunks_exact(2 * 27 * 27))
    {
        let shared = |i: &usize| i % 189 % 7 == 3 && i / 189 % 189 % 7 == 3;
        let stored: Vec<f64> = (0..state.len()).filter(shared).map(|i| state[i]).collect();
        worst = worst.max(largest(&stored, frame));
    }
    println!("diffusion-reaction: {worst:.1e}");
    assert!(worst < 1e-4, "{worst:e}"); // what the extrapolation of differences on 81² and 243² cells leaves
}

#[test]
fn diffusion_sorption_of_pdebench_is_that_of_its_differences_refined() {
    let file = "diffusion_sorption.safetensors";
    let (times, frames) = (array(file, "times"), array(file, "frames"));
    let column = |points: usize| SimulationSpec {
        equation: equation::find("diffusion_sorption").expect("in the list"),
        parameters: vec![5e-4, 0.29, 2880.0, 3.5e-4, 0.874, 1.0, 0.1],
        drawn: vec![],
        grid: Grid::of_kinds(&[points], &[1.0], &[Kind::WALLS; 3]).expect("valid"),
        dt: 10.0,
        substeps: 4,
        integrator: Integrator::Etdrk4,
        precision: Precision::F64,
        threads: 1,
    };
    let errors = [81, 243].map(|points: usize| {
        let spec = column(points);
        let ratio = points / 27;
        let mut worst: f64 = 0.0;
        let found = states(&spec, &vec![0.1; points], &times);
        for (state, frame) in found.iter().zip(frames.chunks_exact(27)).skip(1) {
            let thirds = state.iter().skip(ratio / 2).step_by(ratio);
            worst = worst.max(largest(&thirds.copied().collect::<Vec<_>>(), frame));
        }
        worst
    });
    println!("diffusion-sorption: {errors:?}");
    assert!(errors[1] < 2e-4, "{errors:?}"); // what the extrapolation of first-order ends leaves, and dt = 2.5
    assert!(errors[1] < 0.5 * errors[0], "{errors:?}");
}
