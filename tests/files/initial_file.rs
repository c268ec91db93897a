//! `[initial] kind = "file"` through the binary.

use crate::common::{Folder, RECIPE, metrics, ondine, printed, run, succeed, text, timeless};
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::solvers::{Field, Grid, initial::Interpolant};
use std::path::Path;

/// Two states of Burgers flow on 12 points.
const STATES: &str = r#"
[equation]
kind = "burgers"
viscosity = 0.1

[grid]
points = [12]
length = 6.0

[time]
dt = 0.1
frames = 3
substeps = 4

[ensemble]
simulations = 2
"#;

fn simulate(recipe: &Path, output: &Path, more: &[&str]) {
    let (recipe, output) = (text(recipe), text(output));
    let start = ["simulate", &recipe, "--output", &output, "--dtype", "f64"];
    succeed(&[&start[..], more].concat());
}

#[test]
fn simulations_begin_with_stored_states_on_another_grid_and_box() {
    let folder = Folder::new("initial-file");
    let recipe = folder.write("states.toml", STATES);
    let [states, begun] = ["states.h5", "begun.h5"].map(|name| folder.path(name));
    simulate(&recipe, &states, &[]);
    let reader = WellReader::open(&states).expect("a dataset");
    for (frame, stored) in [("first", 0), ("last", 2)] {
        let initial = format!(
            "initial={{ kind = 'file', path = '{}', frame = '{frame}' }}",
            states.display()
        );
        let more = ["grid.points=[32]", "grid.length=3.0", &initial];
        let more = more.iter().flat_map(|set| ["--set", set]);
        let more: Vec<_> = more.chain(["--count", "8"]).collect();
        simulate(&recipe, &begun, &more);
        let file = WellReader::open(&begun).expect("a dataset");
        let mut begins = [0, 0];
        let grid = Grid::new(&[32], &[3.0]).expect("valid");
        let expected = [0, 1].map(|index| {
            let values = reader.frame(index, stored).expect("three frames");
            Interpolant::new(&[12], &[3.0], values).sample(&grid, 1)
        });
        for index in 0..8 {
            let found = file.frame(index, 0).expect("three frames");
            let is =
                |state: &Vec<f64>| state.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-14);
            let which = expected.iter().position(is);
            begins[which.unwrap_or_else(|| panic!("{frame}, {index}: {found:?}"))] += 1;
        }
        assert!(begins[0] > 0 && begins[1] > 0, "{frame}: {begins:?}");
        std::fs::remove_file(&begun).expect("for the next round");
    }
}

#[test]
fn a_training_from_stored_states_goes_on_from_another_directory() {
    let folder = Folder::new("initial-resume");
    let small = RECIPE.replace("steps = 300", "steps = 100");
    let recipe = text(&folder.write("small.toml", &small));
    let states = folder.path("states.h5");
    simulate(Path::new(&recipe), &states, &["--count", "5"]);
    let elsewhere = folder.path("elsewhere");
    std::fs::create_dir(&elsewhere).expect("the folder can be made");
    let initial = "initial={ kind = 'file', path = 'states.h5', frame = 'any' }";
    let train = |output: &str, more: &[&str]| {
        let start = ["train", &recipe, "--output", output, "--set", initial];
        let mut command = ondine(&[&start[..], more].concat());
        command.current_dir(states.parent().expect("a folder"));
        let ended = command.output().expect("the binary starts");
        assert!(ended.status.success(), "{}", printed(&ended));
    };
    train("whole", &[]);
    train("cut", &[]);
    let cut = folder.path("cut");
    let resolved = std::fs::read_to_string(cut.join("recipe.toml")).expect("the run keeps it");
    assert!(
        resolved.contains(&format!("path = \"{}\"", states.display())),
        "{resolved}"
    );
    // As if it had been killed after the first of its two checkpoints.
    std::fs::remove_dir_all(cut.join("checkpoints/step-00000100")).expect("two checkpoints");
    let mut command = ondine(&["train", "--resume", &text(&cut)]);
    let ended = command
        .current_dir(&elsewhere)
        .output()
        .expect("the binary starts");
    assert!(ended.status.success(), "{}", printed(&ended));
    assert_eq!(timeless(&cut), timeless(&folder.path("whole")));
    assert!(metrics(&cut).len() > 10);
}

#[test]
fn files_that_do_not_fit_are_refused_at_the_key() {
    let folder = Folder::new("initial-misfit");
    let states = folder.path("states.h5");
    simulate(&folder.write("states.toml", STATES), &states, &[]);
    folder.write("notes.h5", "no dataset");
    let output = text(&folder.path("out.h5"));
    let flow = STATES.replace("[12]", "[12, 12]");
    let reaction =
        "kind = \"gray_scott\"\ndiffusivity_u = 1e-3\ndiffusivity_v = 1e-3\nfeed = 0.1\nkill = 0.1";
    let reaction = STATES.replace("kind = \"burgers\"\nviscosity = 0.1", reaction);
    for (recipe, name, expected) in [
        (STATES, "nowhere.h5", "nowhere.h5: No such file"),
        (STATES, "notes.h5", "not an HDF5 file"),
        (&flow, "states.h5", "have 1 axis, those of the recipe 2"),
        (
            &reaction,
            "states.h5",
            "have 1 channels, those of the equation 2",
        ),
    ] {
        let path = folder.path(name);
        let initial = format!(
            "{recipe}\n[initial]\nkind = \"file\"\npath = {:?}\n",
            text(&path)
        );
        let line = initial.lines().count();
        let recipe = text(&folder.write("misfit.toml", &initial));
        for command in [
            &["check", &recipe][..],
            &["simulate", &recipe, "--output", &output],
        ] {
            if command[0] == "check" && expected.starts_with("have") {
                continue; // without a [model] a recipe is refused for that first
            }
            let result = run(command);
            let said = printed(&result);
            assert_eq!(result.status.code(), Some(2), "{name}: {said}");
            assert!(said.contains(expected), "{name}: {said}");
            assert!(
                said.contains(&format!("misfit.toml:{line}:8")),
                "{name}: {said}"
            );
        }
    }
    assert!(!folder.path("out.h5").exists());
    assert!(succeed(&["list", "initial"]).contains("file"));
}
