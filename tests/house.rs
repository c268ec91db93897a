//! Rules of the house that no compiler checks: crate boundaries, the order of rooms, one gate to the device, valid
//! recipes.

#[path = "house/crates.rs"]
mod crates;
#[path = "house/current.rs"]
mod current;
#[path = "house/programs.rs"]
mod programs;
#[path = "house/rooms.rs"]
mod rooms;
#[path = "house/tokens.rs"]
mod tokens;

use ondine::recipe::Recipe;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src`, its top-level modules, in order: the code of a room uses rooms above it in this list.
const ROOMS: [(&str, &str); 41] = [
    ("memory", "memory that this process uses and may use"),
    ("size", "sizes in words, products that can't overflow"),
    ("control", "progress of long work, and its end on request"),
    ("parallel", "work shared out to threads"),
    ("group", "processes that train together"),
    ("wording", "faults of TOML and JSON in plain words"),
    ("device", "devices by name"),
    ("schedule", "learning rates over the steps"),
    ("batch", "host memory to tensors and back"),
    ("device_source", "simulations on the device of a training"),
    ("conditioning", "conditioning parameters of a network"),
    ("objective", "losses that a training minimises"),
    ("agreement", "frames of a file beside the solver"),
    ("recipe", "an experiment as typed"),
    ("resolution", "errors of grid and steps, by a short look"),
    ("plan", "an experiment as checked"),
    ("inspect", "files of trajectories in numbers"),
    ("convert", "files of trajectories into The Well's layout"),
    ("simulate", "simulations into a file"),
    ("accuracy", "errors of the simulations of a recipe"),
    (
        "chaos",
        "growth of small errors in the simulations of a recipe",
    ),
    ("run", "the directory of a run"),
    ("telemetry", "the stream of windows in numbers"),
    ("evidence", "facts of a training for its diagnosis"),
    ("checkpoint", "the state of a training on disk"),
    ("weights", "files of weights"),
    ("forecast", "the surrogate of a run for other programs"),
    ("warm", "first weights from a trained surrogate"),
    ("teacher", "trained surrogates that another one learns from"),
    (
        "gate",
        "states of a surrogate that are good enough, and those that a solver has to make",
    ),
    ("predict", "rollouts into a file"),
    ("report", "the page of a run"),
    ("evaluation", "rollouts judged against the truth"),
    ("tuning", "noise levels of a trained refiner"),
    ("observer", "lines and events of a training"),
    ("trainer", "the training loop"),
    (
        "throughput",
        "steps per second on more machines, by a model",
    ),
    ("training", "a training from its recipe to its report"),
    ("sweep", "trainings of combinations of values"),
    ("pages", "the pages of the equations"),
    ("cli", "commands; the only code that prints"),
];

/// The places of `src` that ask for an equation of the catalogue; all others read the problem that it makes.
const EQUATIONS: [(&str, &str); 4] = [
    ("recipe/", "decodes `[equation]` and makes the problem"),
    ("plan/", "checks values and makes solvers"),
    ("pages/", "writes a page per equation"),
    ("cli/list.rs", "lists the catalogue"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder, build outputs left out.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The folders of packages that a list of the workspace names: its `members`, or those with a lock of their own.
fn packages(list: &str) -> Vec<PathBuf> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = toml::from_str(&manifest).expect("it is TOML");
    let folders = manifest["workspace"][list].as_array().expect("a list");
    let folders = folders.iter().filter_map(toml::Value::as_str);
    folders.map(|folder| root().join(folder)).collect()
}

/// The files of `src`.
fn tree() -> rooms::Tree {
    let source = root().join("src");
    let file = |path: &PathBuf| {
        let below = path.strip_prefix(&source).expect("below the folder");
        let text = fs::read_to_string(path).expect("a source file");
        (below.to_string_lossy().replace('\\', "/"), text)
    };
    sources(&source).iter().map(file).collect()
}

#[test]
fn rooms_use_rooms_above_them_alone() {
    let faults = rooms::faults(&tree(), &ROOMS.map(|(name, _)| name));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn equations_are_asked_for_in_the_places_that_are_named() {
    let rows: [&[&str]; 3] = [&["equation", "::"], &["EquationEntry"], &[".", "equation"]];
    let tree = tree();
    let found = rooms::mentions(&tree, &rows);
    for file in &found {
        let named = EQUATIONS.iter().any(|(place, _)| file.starts_with(place));
        assert!(named, "{file} asks for an equation: read the problem");
    }
    for (place, use_of_it) in EQUATIONS {
        let needed = found.iter().any(|file| file.starts_with(place));
        assert!(needed, "{place} asks for no equation any more: {use_of_it}");
    }
}

/// Examples of all packages are built into one folder.
#[test]
fn examples_have_names_of_their_own() {
    let mut names = BTreeSet::new();
    for package in packages("members").into_iter().chain([root().to_owned()]) {
        for entry in fs::read_dir(package.join("examples")).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let is_example = path.extension().is_some_and(|extension| extension == "rs");
            if is_example || path.join("main.rs").is_file() {
                let name = path.file_stem().expect("a name").to_owned();
                assert!(names.insert(name.clone()), "two examples are {name:?}");
            }
        }
    }
    assert!(names.len() > 10, "{names:?}");
}

#[test]
fn the_architecture_has_the_rooms_in_their_order() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is committed");
    let rows = ROOMS.map(|(name, content)| format!("| `src/{name}` | {content} |\n"));
    assert!(text.contains(&rows.concat()), "write\n{}", rows.concat());
}

#[test]
fn host_memory_becomes_tensors_in_one_file() {
    let gates = [
        "TensorData::new",
        "Tensor::from_data",
        "Tensor::from_floats",
        "into_data()",
    ];
    let files = sources(&root().join("src"));
    let mut found = BTreeSet::new();
    for path in &files {
        let text = fs::read_to_string(path).expect("a source file");
        if path.ends_with("tests.rs") {
            continue; // what comes back is looked at there
        }
        if gates.iter().any(|gate| text.contains(gate)) {
            found.insert(
                path.strip_prefix(root())
                    .expect("below the root")
                    .to_owned(),
            );
        }
    }
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [PathBuf::from("src/batch.rs")]
    );
}

/// burn has one generator per device: tests of a process that share it draw other numbers in each run.
#[test]
fn random_numbers_come_from_generators_of_their_own() {
    let shared = [
        "device.seed(",
        "Tensor::random(",
        ">::random(",
        "random_like(",
    ];
    let folders = ["models", "tensor-solvers", "src", "tests", "examples"];
    let files = folders.map(|folder| sources(&root().join(folder)));
    for path in files.iter().flatten() {
        let text = fs::read_to_string(path).expect("a source file");
        let found = shared.iter().find(|words| text.contains(**words));
        let allowed = path.ends_with("tests/house.rs");
        assert!(allowed || found.is_none(), "{}: {found:?}", path.display());
    }
}

#[test]
fn threads_and_locks_live_in_the_places_that_are_named() {
    let words = [
        "Mutex",
        "Condvar",
        "thread::spawn",
        "thread::scope",
        "RwLock",
        "rayon",
    ];
    let files = [
        "solvers/src",
        "metrics/src",
        "datasets/src",
        "report/src",
        "src",
    ]
    .map(|folder| sources(&root().join(folder)));
    for path in files.iter().flatten() {
        let text = fs::read_to_string(path).expect("a source file");
        let homes = [
            "datasets/src/pool.rs",
            "datasets/src/buffer.rs",
            "datasets/src/source/process/mod.rs",
            "datasets/src/source/codes/begins.rs",
            "datasets/src/source/process/child.rs",
            "datasets/src/source/process/serve.rs",
            "datasets/src/source/remote/launch.rs",
            "datasets/src/source/remote/places.rs",
            "datasets/src/offline/blocks.rs",
            "datasets/src/parallel.rs",
            "datasets/src/offline/ahead.rs",
            "datasets/src/files/elsewhere.rs",
            "datasets/src/files/recent.rs",
            "solvers/src/threads.rs",
            "coupling/src/listener/serve.rs",
            "datasets/src/background.rs",
            "coupling/src/process.rs",
            "src/device_source.rs",
            "src/parallel.rs",
            "src/simulate.rs",
            "src/simulate/workers.rs",
            "src/trainer/turn.rs",
            "src/training/session.rs",
            "src/recipe/activity.rs",
            "src/cli/bar.rs",
            "src/cli/patience.rs",
        ];
        let home = homes.iter().any(|home| path.ends_with(home));
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code = code.collect::<Vec<_>>().join("\n");
        let word = words.iter().find(|word| code.contains(**word));
        assert!(home || word.is_none(), "{} uses {word:?}", path.display());
    }
}

/// The recipes below a folder.
fn recipes(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let below = entries.flat_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            recipes(&path)
        } else {
            vec![path]
        }
    });
    below.collect()
}

#[test]
fn every_recipe_is_valid_and_its_resolved_form_is_its_own() {
    let paths = recipes(&root().join("recipes"));
    assert!(!paths.is_empty());
    for path in paths {
        let recipe = Recipe::load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
        let alone = !recipe.missing.is_empty(); // for simulations alone
        let check = |recipe: Recipe| {
            if alone {
                recipe.check_simulations(None, None).map(|plan| plan.recipe)
            } else {
                recipe.check().map(|plan| plan.recipe)
            }
        };
        let check = |recipe: Recipe| check(recipe).unwrap_or_else(|error| panic!("{error}"));
        let resolved = check(recipe).text();
        let again = Recipe::parse("resolved.toml", &resolved, &[]);
        let again = check(again.unwrap_or_else(|error| panic!("{error}\n{resolved}")));
        assert_eq!(again.text(), resolved, "{}", path.display());
    }
}
