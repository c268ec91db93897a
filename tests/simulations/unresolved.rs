//! The look at a few simulations: what `check` and `train` say of a grid that is too coarse, through the binary.

mod trained;

use crate::common::{Folder, printed, run, text};
use serde_json::Value;

/// Fronts that 128 points resolve.
const FRONTS: &str = r#"
[equation]
kind = "burgers"
viscosity = 0.1

[grid]
points = [128]
length = 6.283185307179586

[time]
dt = 0.05
frames = 11
substeps = 2

[ensemble]
simulations = 2
workers = 1
"#;

/// The JSON that `ondine check --json` prints, and the text beside it.
fn checked(folder: &Folder, recipe: &str, sets: &[&str]) -> (Value, String) {
    let path = text(&folder.write("recipe.toml", recipe));
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let arguments: Vec<&str> = ["check", &path, "--json"].into_iter().chain(sets).collect();
    let result = run(&arguments);
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
    (
        found["resolution"].clone(),
        String::from_utf8_lossy(&result.stderr).into_owned(),
    )
}

fn problems(seen: &Value) -> Vec<&str> {
    let problems = seen["problems"].as_array().expect("a list").iter();
    problems
        .map(|problem| problem.as_str().expect("a sentence"))
        .collect()
}

#[test]
fn a_grid_that_is_too_coarse_is_told_with_a_number_of_points_that_is_not() {
    let folder = Folder::new("unresolved-points");
    let (seen, _) = checked(&folder, FRONTS, &["grid.points=[16]"]);
    assert!(
        seen["spatial"].as_f64().is_some_and(|error| error > 1e-4),
        "{seen}"
    );
    let enough = &seen["enough"];
    let (points, substeps) = (&enough["points"], &enough["substeps"]);
    let said = problems(&seen).concat();
    assert!(said.contains("too coarse"), "{said}");
    assert!(
        said.contains(&format!("grid.solver_points = [{}]", points[0])),
        "{said}"
    );
    let [points, substeps] = [
        format!("grid.solver_points={points}"),
        format!("time.substeps={substeps}"),
    ];
    let (seen, warned) = checked(&folder, FRONTS, &["grid.points=[16]", &points, &substeps]);
    assert!(
        seen["spatial"].as_f64().is_some_and(|error| error < 1e-4),
        "{seen}"
    );
    assert!(
        problems(&seen).is_empty() && !warned.contains("warning"),
        "{seen}\n{warned}"
    );
}

/// Checks that following the advice leaves no problem.
#[track_caller]
fn followed(folder: &Folder, sets: &[&str]) -> Value {
    let (seen, _) = checked(folder, FRONTS, sets);
    let points = format!("grid.solver_points={}", seen["enough"]["points"]);
    let said = problems(&seen).concat();
    assert!(said.contains("too coarse"), "{seen}");
    let advice = format!("Write {}", points.replace('=', " = ").replace(',', ", "));
    assert!(said.contains(&advice), "{said}");
    let more = [sets, &[&points, "time.substeps=auto"]].concat();
    let (then, warned) = checked(folder, FRONTS, &more);
    assert!(problems(&then).is_empty(), "{seen}\n{then}\n{warned}");
    seen
}

#[test]
fn initial_states_that_the_grid_can_not_hold_are_told_for_linear_equations() {
    let folder = Folder::new("unresolved-initial");
    for (warmup, equation, initial) in [
        (
            0,
            "{kind=\"diffusion\", diffusivity=1e-4}",
            "{kind=\"blobs\", width=0.005}",
        ),
        (
            3,
            "{kind=\"diffusion\", diffusivity=1e-4}",
            "{kind=\"blobs\", width=0.005}",
        ),
        (
            0,
            "{kind=\"hyper_diffusion\", hyper_diffusivity=1e-9}",
            "{kind=\"shock\", width=0.005}",
        ),
        (0, "{kind=\"wave\", speed=1.0}", "{kind=\"shock\"}"),
    ] {
        let sets = [
            format!("equation={equation}"),
            format!("initial={initial}"),
            format!("time.warmup={warmup}"),
            "grid={points=[32], length=1.0}".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let seen = followed(&folder, &sets);
        assert!(seen["sampling"].as_f64() > Some(1e-3), "{seen}");
        assert!(
            problems(&seen)
                .concat()
                .contains("samples of an initial state"),
            "{seen}"
        );
    }
}

#[test]
fn steps_that_diverge_are_not_called_a_coarse_grid() {
    let folder = Folder::new("unresolved-steps");
    let sets = ["equation.viscosity=0.05", "time.dt=50.0", "time.substeps=4"];
    let (seen, _) = checked(&folder, FRONTS, &sets);
    let said = problems(&seen).concat();
    assert!(
        said.contains("The time steps are too long: with 4 steps a frame diverges"),
        "{said}"
    );
    assert!(!said.contains("too coarse"), "{said}");
    let automatic = [sets[0], sets[1], "time.substeps=auto"];
    let (seen, _) = checked(&folder, FRONTS, &automatic);
    assert!(problems(&seen).is_empty(), "{seen}");
}

#[test]
fn a_frame_that_takes_longer_than_the_look_is_left_out_with_its_time() {
    let folder = Folder::new("unresolved-slow");
    let begun = std::time::Instant::now();
    let (seen, _) = checked(&folder, FRONTS, &["time.substeps=1000000000"]);
    assert!(begun.elapsed().as_secs() < 20, "{seen}");
    let notes = seen["notes"].to_string();
    assert!(
        notes.contains("time.substeps") && notes.contains("takes about"),
        "{seen}"
    );
    assert!(
        seen["spatial"].is_null() && seen["sampling"].is_f64(),
        "{seen}"
    );
}

/// A front that forms within two frames and has decayed long before an eighth of them.
#[test]
fn a_front_between_the_frames_that_are_looked_at_is_not_missed() {
    let folder = Folder::new("unresolved-front");
    let sets = [
        "equation.viscosity=0.02",
        "time.dt=0.5",
        "time.frames=201",
        "time.substeps=64",
        "initial={kind=\"sine_series\"}",
    ];
    let (seen, _) = checked(&folder, FRONTS, &sets);
    let path = text(&folder.write("recipe.toml", FRONTS));
    let more = sets.iter().flat_map(|set| ["--set", set]);
    let arguments: Vec<&str> = ["check", &path, "--accuracy", "--json"]
        .into_iter()
        .chain(more)
        .collect();
    let result = run(&arguments);
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
    let measured = found["accuracy"]["spatial"]["a_frame"]["error"].as_f64();
    let [seen_error, measured] =
        [seen["spatial"].as_f64(), measured].map(|error| error.expect("a number"));
    assert!(measured > 1e-2, "{found}");
    assert!(
        seen_error > 0.2 * measured,
        "{seen_error}, measured {measured}: {seen}"
    );
    // The number of points that it advises is enough for the front, too.
    let points = seen["enough"]["points"][0].as_u64().expect("a number");
    assert!(points >= 512, "{seen}");
}

#[test]
fn an_error_in_space_that_was_not_measured_is_not_known() {
    let folder = Folder::new("unresolved-unknown");
    let path = text(&folder.write("recipe.toml", FRONTS));
    let result = run(&[
        "check",
        &path,
        "--json",
        "--set",
        "time.substeps=1000000000",
    ]);
    assert!(result.status.success(), "{}", printed(&result));
    let found: Value = serde_json::from_slice(&result.stdout).expect("JSON alone");
    assert!(found["resolution"]["spatial"].is_null(), "{found}");
    assert_eq!(found["error_in_space"], "not known", "{found}");
}

#[test]
fn eddies_on_too_few_points_are_told() {
    let folder = Folder::new("unresolved-eddies");
    let sets = [
        "equation={kind=\"kolmogorov_flow\", viscosity=1e-4}",
        "grid.points=[32, 32]",
        "time.substeps=64",
        "initial={kind=\"filtered_velocity\"}",
        "ensemble.simulations=1",
    ];
    let (seen, _) = checked(&folder, FRONTS, &sets);
    assert!(
        seen["spatial"].as_f64().is_none_or(|error| error > 1e-3),
        "{seen}"
    );
    assert!(
        seen["spectrum_tail"]
            .as_f64()
            .is_some_and(|share| share > 1e-4),
        "{seen}"
    );
    assert!(
        problems(&seen).concat().contains("grid.solver_points = ["),
        "{seen}"
    );
}

#[test]
fn hopeless_viscosities_and_steps_are_told() {
    let folder = Folder::new("unresolved-hopeless");
    let thin = [
        "equation.viscosity=1e-9",
        "grid.points=[64]",
        "time.frames=60",
    ];
    let (seen, _) = checked(&folder, FRONTS, &thin);
    assert!(!problems(&seen).is_empty(), "{seen}");
    let (seen, _) = checked(&folder, FRONTS, &["time.dt=1000.0"]);
    assert!(!problems(&seen).is_empty(), "{seen}");
    let long = [
        "equation.viscosity=0.2",
        "time.integrator=etdrk1",
        "time.substeps=1",
        "time.dt=0.1",
    ];
    let (seen, _) = checked(&folder, FRONTS, &long);
    let said = problems(&seen).concat();
    assert!(
        said.contains("time steps are too long") && said.contains("time.substeps ="),
        "{said}"
    );
    assert!(!said.contains("too coarse"), "{said}");
}

#[test]
fn a_key_decides_between_a_warning_an_error_and_silence() {
    let folder = Folder::new("unresolved-key");
    let path = text(&folder.write("recipe.toml", FRONTS));
    let check = |value: &str| {
        let key = format!("time.resolution={value}");
        run(&["check", &path, "--set", "grid.points=[16]", "--set", &key])
    };
    let [warned, refused, ignored] = ["warn", "refuse", "ignore"].map(check);
    assert!(warned.status.success(), "{}", printed(&warned));
    assert!(printed(&warned).contains("warning: The grid of [16] points is too coarse"));
    assert!(
        printed(&warned).contains("seen on 2 simulations"),
        "{}",
        printed(&warned)
    );
    assert_eq!(refused.status.code(), Some(2), "{}", printed(&refused));
    assert!(
        printed(&refused).contains("grid.solver_points = ["),
        "{}",
        printed(&refused)
    );
    assert!(ignored.status.success(), "{}", printed(&ignored));
    assert!(
        !printed(&ignored).contains("too coarse"),
        "{}",
        printed(&ignored)
    );
    let wrong = check("maybe");
    assert_eq!(wrong.status.code(), Some(2), "{}", printed(&wrong));
    assert!(printed(&wrong).contains("refuse"), "{}", printed(&wrong));
}

#[test]
fn shocks_and_walls_are_judged_by_what_has_a_meaning() {
    let folder = Folder::new("unresolved-meaning");
    let shocks = ["equation={kind=\"combined\"}", "grid.length=16.0"];
    let (seen, _) = checked(&folder, FRONTS, &shocks);
    assert!(
        seen["spatial"].is_null() && seen["spectrum_tail"].is_null(),
        "{seen}"
    );
    assert!(seen["temporal"].is_f64(), "{seen}");
    assert!(
        seen["notes"].to_string().contains("may have shocks"),
        "{seen}"
    );
    let wall = "equation={kind=\"heat\", diffusivity=1.0, initial_temperature=1.0, low_wall=0.0, high_wall=0.0}";
    let sets = [
        wall,
        "grid.points=[16]",
        "grid.length=1.0",
        "time.dt=0.001",
        "time.warmup=20",
    ];
    let (seen, _) = checked(&folder, FRONTS, &sets);
    assert!(seen["spectrum_tail"].is_null(), "{seen}");
    assert!(
        seen["spatial"].as_f64().is_some_and(|error| error > 1e-5),
        "{seen}"
    );
    let (finer, _) = checked(
        &folder,
        FRONTS,
        &[wall, "grid.points=[96]", sets[2], sets[3], sets[4]],
    );
    let error = |seen: &Value| seen["spatial"].as_f64().expect("it was measured");
    assert!(error(&finer) < 0.1 * error(&seen), "{finer}");
}
