//! Equations solved by finite volumes, through the binary: ends of the axes, static fields, wrong states.

use crate::common::{Folder, printed, run, simulate, text};
use ondine::datasets::files::{DatasetReader, WellReader};

/// Water over hills between walls along x.
const WATER: &str = r#"
seed = 3

[equation]
kind = "shallow_water_over_hills"
relief = 0.4

[grid]
points = [16, 12]
length = 2.0
boundary = ["wall", "open"]

[time]
dt = 0.05
frames = 4

[initial]
kind = "disc"
inside = 1.5
radius = [0.2, 0.3]

[ensemble]
simulations = 2
"#;

#[test]
fn a_file_holds_the_ends_of_the_axes_and_the_static_fields_of_each_simulation() {
    let folder = Folder::new("hills");
    let (recipe, output) = (folder.write("water.toml", WATER), folder.path("water.h5"));
    let (success, said) = simulate(&recipe, &output);
    assert!(success, "{said}");
    let file = WellReader::open(&output).expect("a dataset");
    let info = file.info();
    let ends = [0, 1].map(|axis| info.axes[axis].kind.ends().to_string());
    assert_eq!(ends, ["between walls", "between open ends"]);
    let names: Vec<&str> = info.fields.iter().map(|field| &field.name[..]).collect();
    assert_eq!(names, ["depth", "discharge"]);
    assert_eq!(info.constants[0].name, "topography");
    let [first, second] = [0, 1].map(|index| {
        let hills = file.constants(index).expect("static fields");
        let frames = file.trajectory(index).expect("it is there").frames;
        (hills, frames)
    });
    assert_ne!(first.0, second.0, "every simulation has hills of its own");
    for (hills, frames) in [first, second] {
        let highest = hills.iter().copied().fold(0.0, f64::max);
        assert!((0.01..=0.4).contains(&highest), "{highest}");
        // The surface is that of the disc: 1 outside, 1.5 inside.
        let surface = frames[..192].iter().zip(&hills).map(|(h, b)| h + b);
        for height in surface {
            assert!(
                (height - 1.0).abs() < 1e-12 || (height - 1.5).abs() < 1e-12,
                "{height}"
            );
        }
    }
}

#[test]
fn wrong_states_ends_and_spacings_are_refused_with_the_key_and_the_remedy() {
    let folder = Folder::new("refused");
    for (from, to, parts) in [
        (
            "inside = 1.5",
            "inside = 1.5\noutside = nan",
            ["outside", "write a finite number"].as_slice(),
        ),
        (
            "\"wall\", \"open\"",
            "[\"periodic\", \"wall\"], \"open\"",
            &["boundary", "make both periodic or none"],
        ),
        (
            "\"wall\", \"open\"",
            "\"wall\"",
            &["boundary has 1 entry", "write one per axis"],
        ),
        (
            "boundary = ",
            "points_at = [\"cells\", \"cells\"]\nboundary = ",
            &["points_at", "remove the key"],
        ),
        (
            "dt = 0.05",
            "dt = 1e6",
            &["time", "a million", "shorten `dt`"],
        ),
        (
            "frames = 4",
            "frames = 4\nintegrator = \"etdrk4\"",
            &["`integrator` has no effect"],
        ),
        ("relief = 0.4", "relief = -0.4", &["relief", "-0.4"]),
    ] {
        let recipe = folder.write("water.toml", &WATER.replace(from, to));
        let (success, said) = simulate(&recipe, &folder.path("water.h5"));
        assert!(!success, "{to} is accepted");
        for part in parts {
            assert!(said.contains(part), "{to}: `{part}` is missing: {said}");
        }
    }
    let negative = WATER
        .replace("shallow_water_over_hills", "shallow_water")
        .replace("relief = 0.4", "")
        .replace("inside = 1.5", "outside = -1.0");
    let recipe = folder.write("negative.toml", &negative);
    let (success, said) = simulate(&recipe, &folder.path("negative.h5"));
    assert!(
        !success && said.contains("in cell [0, 0], where depth"),
        "{said}"
    );
    let periodic = WATER
        .replace("shallow_water_over_hills", "burgers")
        .replace("relief = 0.4", "viscosity = 0.1");
    let recipe = folder.write("burgers.toml", &periodic);
    let (success, said) = simulate(&recipe, &folder.path("burgers.h5"));
    assert!(
        !success && said.contains("`burgers` has boundaries"),
        "{said}"
    );
}

#[test]
fn states_at_faces_are_chosen_by_name() {
    let folder = Folder::new("weno");
    let water = WATER
        .replace("shallow_water_over_hills", "shallow_water")
        .replace("relief = 0.4", "reconstruction = \"weno5\"");
    let [lines, parabolas] = ["muscl", "weno5"].map(|name| {
        let recipe = folder.write("water.toml", &water.replace("weno5", name));
        let output = folder.path(name);
        let (success, said) = simulate(&recipe, &output);
        assert!(success, "{said}");
        let file = WellReader::open(&output).expect("a dataset");
        file.trajectory(0).expect("it is there").frames
    });
    let pairs = lines.iter().zip(&parabolas);
    let change = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(1e-6 < change && change < 0.3, "{change}");
    let recipe = folder.write("wrong.toml", &water.replace("weno5", "weno7"));
    let (success, said) = simulate(&recipe, &folder.path("wrong.h5"));
    assert!(
        !success && said.contains("unknown reconstruction `weno7`"),
        "{said}"
    );
    let checked = run(&[
        "check",
        &text(&folder.write("water.toml", &water)),
        "--resolved",
    ]);
    assert!(
        printed(&checked).contains("reconstruction = \"weno5\""),
        "{}",
        printed(&checked)
    );
}

const OBSTACLES: &str = r#"boundary = ["wall", "open"]
obstacles = [{ kind = "disc", centre = [0.25, 0.5], radius = 0.15 }, { kind = "block", from = [0.75, 0.5], to = [0.9, 1.0] }]"#;

const TRAINING: &str = r#"
[buffer]
capacity = 20

[model]
kind = "resnet"
width = 4
blocks = 1

[train]
steps = 4
batch = 2

[evaluate]
every = 4
trajectories = 2
"#;

/// The recipe with obstacles.
fn around_obstacles() -> String {
    assert!(WATER.contains("boundary = [\"wall\", \"open\"]"));
    WATER.replace("boundary = [\"wall\", \"open\"]", OBSTACLES)
}

#[test]
fn solid_cells_stay_as_they_began_and_are_a_mask_of_the_file() {
    let folder = Folder::new("obstacles");
    let (recipe, output) = (
        folder.write("water.toml", &around_obstacles()),
        folder.path("water.h5"),
    );
    let (success, said) = simulate(&recipe, &output);
    assert!(success, "{said}");
    let file = WellReader::open(&output).expect("a dataset");
    assert_eq!(file.info().mask.as_deref(), Some("mask"));
    let constants = file.constants(0).expect("static fields");
    let mask = &constants[192..];
    let solid = mask.iter().filter(|value| **value < 0.5).count();
    assert_eq!(solid, 12 + 12, "a disc and a block"); // 2 x 6 cells, and 12 centres within 0.3
    let frames = file.trajectory(0).expect("it is there").frames;
    let last = &frames[3 * 3 * 192..];
    let changed =
        |cell: usize| (0..3).any(|c| (last[c * 192 + cell] - frames[c * 192 + cell]).abs() > 1e-6); // f32
    assert!((0..192).all(|cell| mask[cell] > 0.5 || !changed(cell)));
    assert!((0..192).any(changed), "water flows round them");
}

#[test]
fn trainings_leave_solid_cells_out_of_their_errors() {
    let folder = Folder::new("around");
    let recipe = folder.write("water.toml", &format!("{}{TRAINING}", around_obstacles()));
    let output = text(&folder.path("run"));
    let train = [
        "train",
        &text(&recipe),
        "--output",
        &output,
        "--set",
        "ensemble.simulations=10",
    ];
    let result = run(&train);
    assert!(result.status.success(), "{}", printed(&result));
    let kept =
        std::fs::read_to_string(folder.path("run").join("recipe.toml")).expect("it was kept");
    assert!(
        kept.contains("obstacles") && kept.contains("conserve_mean = false"),
        "{kept}"
    );
    let again = run(&["evaluate", &output]);
    assert!(again.status.success(), "{}", printed(&again));
}

#[test]
fn obstacles_that_fit_no_box_or_no_equation_are_refused() {
    let folder = Folder::new("no-obstacles");
    let block = "from = [0.75, 0.5], to = [0.9, 1.0]";
    for (from, to, parts) in [
        (
            "radius = 0.15",
            "radius = -1.0",
            ["obstacles", "not above 0"],
        ),
        ("[0.25, 0.5]", "[0.25]", ["obstacles", "write one per axis"]),
        (
            "radius = 0.15",
            "radius = 1e-3",
            ["obstacles", "make it larger"],
        ),
        (
            block,
            "from = [0, 0], to = [1, 1]",
            ["obstacles", "leave some to the fluid"],
        ),
        ("\"block\"", "\"hole\"", ["obstacles", "disc"]),
        (
            "kind = \"shallow_water_over_hills\"\nrelief = 0.4",
            "kind = \"compressible_navier_stokes\"\nviscosity = 0.01\nbulk_viscosity = 0.01",
            ["obstacles", "without obstacles"],
        ),
    ] {
        let text_of = around_obstacles();
        assert!(text_of.contains(from), "{from}");
        let recipe = folder.write("water.toml", &text_of.replace(from, to));
        let result = run(&["check", &text(&recipe)]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{to}: {said}");
        for part in parts {
            assert!(said.contains(part), "{to}: `{part}` is missing: {said}");
        }
    }
}
