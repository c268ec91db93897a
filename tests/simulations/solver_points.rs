//! `grid.solver_points` through the binary.

use crate::common::{Folder, RECIPE, printed, run, succeed, text};
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::solvers::Resample;

/// Viscous flow that eight points per axis do not resolve.
const FLOW: &str = r#"
[equation]
kind = "kolmogorov_flow"
viscosity = 0.01
forcing_wavenumber = 2

[grid]
points = [8, 8]
solver_points = [32, 32]
length = 6.283185307179586

[time]
dt = 0.1
frames = 3
substeps = 8

[initial]
kind = "filtered_velocity"

[ensemble]
simulations = 2
"#;

#[test]
fn a_training_sees_the_frames_and_its_evaluation_too() {
    let folder = Folder::new("solver-points");
    let recipe = RECIPE
        .replace("points = [32]", "points = [32]\nsolver_points = [96]")
        .replace("steps = 300", "steps = 40");
    let recipe = text(&folder.write("small.toml", &recipe));
    let output = folder.path("run");
    let said = succeed(&["check", &recipe]);
    assert!(said.contains("[32] points, solved on [96]"), "{said}");
    succeed(&["train", &recipe, "--output", &text(&output)]);
    let resolved = std::fs::read_to_string(output.join("recipe.toml")).expect("the run keeps it");
    assert!(resolved.contains("solver_points = [96]"), "{resolved}");
    succeed(&["evaluate", &text(&output)]);
    let sample = std::fs::read(output.join("sample.safetensors")).expect("the run keeps it");
    let header = String::from_utf8_lossy(&sample[8..400.min(sample.len())]).into_owned();
    assert!(header.contains(",1,32]"), "{header}"); // [frame, channel, point]
}

#[test]
fn a_dataset_holds_filtered_frames_and_goes_on_from_them() {
    let folder = Folder::new("solver-points-dataset");
    let recipe = text(&folder.write("flow.toml", FLOW));
    let [filtered, fine, later] = ["filtered.h5", "fine.h5", "later.h5"].map(|n| folder.path(n));
    let simulate = |output: &std::path::Path, more: &[&str]| {
        let output = text(output);
        let start = ["simulate", &recipe, "--output", &output, "--dtype", "f64"];
        succeed(&[&start[..], more].concat())
    };
    simulate(&filtered, &[]);
    simulate(&fine, &["--set", "grid.points=[32, 32]"]);
    simulate(&later, &["--initial", &text(&filtered)]);
    let [filtered, fine, later] =
        [filtered, fine, later].map(|path| WellReader::open(path).expect("a dataset"));
    assert_eq!(filtered.info().points(), [8, 8]);
    let provenance = &filtered.info().provenance.recipe;
    let kept = provenance.as_ref().expect("the file keeps its recipe");
    assert!(kept.contains("solver_points"), "{kept}");
    let mut filter = Resample::new(&[32, 32], &[8, 8]);
    for index in 0..2 {
        for frame in 0..3 {
            let whole = fine.frame(index, frame).expect("three frames");
            let found = filtered.frame(index, frame).expect("three frames");
            assert_eq!(
                found,
                filter.apply(&whole),
                "trajectory {index}, frame {frame}"
            );
        }
        let last = filtered.last_frame(index).expect("three frames");
        assert_eq!(later.frame(index, 0).expect("three frames"), last);
        assert_ne!(later.frame(index, 1).expect("three frames"), last);
    }
}

/// Water over hills that are drawn for every simulation, on cells with a wall and an open end.
const WATER: &str = r#"
[equation]
kind = "shallow_water_over_hills"
relief = 0.4

[grid]
points = [8, 12]
length = 2.0
boundary = ["wall", "open"]

[time]
dt = 0.05
frames = 3

[initial]
kind = "disc"
inside = 1.5

[ensemble]
simulations = 2
"#;

/// Averages of a field on `[24, 24]` cells over blocks of 3 × 2.
fn block_means(field: &[f64]) -> Vec<f64> {
    let mean = |cell: usize| {
        let (row, column) = (3 * (cell / 12), 2 * (cell % 12));
        let rows = (row..row + 3).flat_map(|row| [24 * row + column, 24 * row + column + 1]);
        rows.map(|at| field[at]).sum::<f64>() / 6.0
    };
    (0..96).map(mean).collect()
}

#[test]
fn frames_of_finite_volumes_are_averages_over_the_cells_of_the_solver() {
    let folder = Folder::new("solver-points-cells");
    let recipe = text(&folder.write("water.toml", WATER));
    let [averaged, fine, later] = ["averaged.h5", "fine.h5", "later.h5"].map(|n| folder.path(n));
    let simulate = |output: &std::path::Path, more: &[&str]| {
        let output = text(output);
        let start = ["simulate", &recipe, "--output", &output, "--dtype", "f64"];
        succeed(&[&start[..], more].concat())
    };
    let solver = "grid.solver_points=[24, 24]";
    simulate(&averaged, &["--set", solver]);
    simulate(&fine, &["--set", "grid.points=[24, 24]"]);
    simulate(&later, &["--set", solver, "--initial", &text(&averaged)]);
    let [averaged, fine, later] =
        [averaged, fine, later].map(|path| WellReader::open(path).expect("a dataset"));
    assert_eq!(averaged.info().points(), [8, 12]);
    let close = |found: &[f64], whole: &[f64]| {
        let means: Vec<f64> = whole.chunks_exact(576).flat_map(block_means).collect();
        assert_eq!(found.len(), means.len());
        let apart = found.iter().zip(&means).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-12, "averages of all fields"); // rounding
    };
    for index in 0..2 {
        let [found, whole] = [&averaged, &fine].map(|file| file.constants(index).expect("hills"));
        close(&found, &whole);
        for frame in 0..3 {
            let [found, whole] =
                [&averaged, &fine].map(|file| file.frame(index, frame).expect("three frames"));
            close(&found, &whole);
        }
        let last = averaged.last_frame(index).expect("three frames");
        assert_eq!(later.frame(index, 0).expect("three frames"), last);
    }
    let output = text(&folder.path("out.h5"));
    for (set, expected) in [
        (
            "grid.solver_points=[20, 24]",
            [
                "20 along axis 0 is no multiple of points = 8",
                "write 16 or 24",
            ],
        ),
        (
            "grid={points=[8, 12], solver_points=[24, 24], length=2.0, obstacles=[{kind=\"disc\", centre=[0.5, 0.5], radius=0.2}]}",
            ["solid in part", "leave solver_points out"],
        ),
    ] {
        let result = run(&["simulate", &recipe, "--output", &output, "--set", set]);
        let said = crate::common::unwrapped(&printed(&result));
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        for part in expected {
            assert!(
                said.contains(part),
                "{set}: {part:?} is missing in:\n{said}"
            );
        }
    }
}

#[test]
fn a_training_on_averages_over_finer_cells_ends_with_an_evaluation() {
    let folder = Folder::new("solver-points-cells-train");
    let model = "[model]\nkind = \"fno\"\nwidth = 4\nmodes = 2\nlayers = 1\n[train]\nsteps = 4\nbatch = 4\n[evaluate]\ntrajectories = 2\n[buffer]\ncapacity = 40\n";
    let water = WATER.replace("simulations = 2", "simulations = 8\nworkers = 1");
    let water = water.replace(
        "points = [8, 12]",
        "points = [8, 12]\nsolver_points = [16, 24]",
    );
    let recipe = text(&folder.write("water.toml", &format!("{water}{model}")));
    let output = text(&folder.path("run"));
    succeed(&["train", &recipe, "--output", &output]);
    let said = succeed(&["evaluate", &output]);
    assert!(said.contains("persistence"), "{said}");
}

#[test]
fn wrong_grids_are_refused_at_their_line_with_the_remedy() {
    let folder = Folder::new("solver-points-wrong");
    let flow = text(&folder.write("flow.toml", FLOW));
    let heat = FLOW.split("[equation]").last().expect("a section");
    let heat = heat.replace(
        "kind = \"kolmogorov_flow\"\nviscosity = 0.01\nforcing_wavenumber = 2",
        "",
    );
    let walls = "kind = \"heat\"\ninitial_temperature = 1\nlow_wall = 1\nhigh_wall = 2\n";
    let heat = text(&folder.write("heat.toml", &format!("[equation]\n{walls}{heat}")));
    let output = text(&folder.path("out.h5"));
    let at_line = "flow.toml:9:17";
    for (recipe, set, expected) in [
        (
            &flow,
            "grid.points=[64, 8]",
            ["32 along axis 0", "64 or more", at_line],
        ),
        (
            &flow,
            "grid.solver_points=[32]",
            ["1 entry", "2: write one per axis", "--set"],
        ),
        (
            &flow,
            "grid.solver_points=[33, 32]",
            ["33 points", "34", "--set"],
        ),
        (
            &flow,
            "grid.solver_points=32",
            [
                "solver_points",
                "--set",
                "expected a list; found the number 32",
            ],
        ),
        (
            &heat,
            "time.frames=3",
            ["`heat`", "leave solver_points out", "heat.toml:"],
        ),
    ] {
        let result = run(&["simulate", recipe, "--output", &output, "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{set}: {said}");
        for part in expected {
            assert!(
                said.contains(part),
                "{set}: {part:?} is missing in:\n{said}"
            );
        }
    }
    assert!(!folder.path("out.h5").exists());
}
