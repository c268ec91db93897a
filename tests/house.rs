//! Rules of the house that no compiler checks: crate boundaries, the order of rooms, one gate to the device, valid
//! recipes.

#[path = "house/rooms.rs"]
mod rooms;

use ondine::recipe::Recipe;
use ondine::{cli, pages};
use std::collections::{BTreeMap, BTreeSet};
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

/// Direct dependencies of every package of the lock file, dev-dependencies of our own crates included.
fn locked() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file is committed");
    let lock: toml::Table = toml::from_str(&text).expect("the lock file is TOML");
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("a list") {
        let name = package["name"].as_str().expect("a name").to_owned();
        let dependencies = package.get("dependencies").and_then(toml::Value::as_array);
        let names = dependencies
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_str);
        let first_words = names.map(|name| name.split(' ').next().unwrap_or(name).to_owned());
        packages.entry(name).or_default().extend(first_words);
    }
    packages
}

fn reaches(packages: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        if seen.insert(name.clone()) {
            open.extend(packages.get(&name).into_iter().flatten().cloned());
        }
    }
    seen
}

#[test]
fn crates_below_the_models_link_no_burn_and_models_know_no_solver() {
    let packages = locked();
    let below = [
        "ondine-solvers",
        "ondine-metrics",
        "ondine-datasets",
        "ondine-report",
        "ondine-coupling",
    ];
    for name in below {
        let reached = reaches(&packages, name);
        assert!(reached.len() > 3, "{name} is in the lock file");
        let burn: Vec<_> = reached
            .iter()
            .filter(|name| name.starts_with("burn"))
            .collect();
        assert!(burn.is_empty(), "{name} reaches {burn:?}");
    }
    let client = packages["ondine-coupling"].iter();
    let ours = client.filter(|name| name.starts_with("ondine"));
    assert_eq!(ours.count(), 0, "clients build alone");
    let models = reaches(&packages, "ondine-models");
    assert!(models.contains("burn"));
    assert!(!models.contains("ondine-solvers") && !models.contains("ondine-datasets"));
    let tensors = packages["ondine-tensor-solvers"].iter();
    assert_eq!(tensors.collect::<Vec<_>>(), ["burn", "ondine-solvers"]);
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(sources(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                files.push(path);
            }
            false => {}
        }
    }
    files
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
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = toml::from_str(&manifest).expect("it is TOML");
    let members = manifest["workspace"]["members"].as_array();
    let members = members
        .expect("a list")
        .iter()
        .filter_map(toml::Value::as_str);
    let mut names = BTreeSet::new();
    for package in members.chain(["."]) {
        let folder = root().join(package).join("examples");
        for entry in fs::read_dir(folder).into_iter().flatten() {
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

#[test]
fn the_pages_of_the_equations_are_those_of_the_list() {
    const REMEDY: &str = "run `cargo run --release --example equation_pages -- docs/equations`";
    let folder = root().join("docs/equations");
    let files = pages::files().unwrap_or_else(|error| panic!("{error}"));
    let mut names = BTreeSet::new();
    for (name, text) in files {
        let found = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            found == text,
            "docs/equations/{name} is not what the list says: {REMEDY}"
        );
        if name.ends_with(".toml") {
            let picture = name.replace(".toml", ".png");
            let png = fs::read(folder.join(&picture)).unwrap_or_default();
            assert!(png.starts_with(b"\x89PNG"), "{picture}: {REMEDY}");
            assert!(png.len() < 80_000, "{picture} has {} bytes", png.len());
            names.insert(picture);
        }
        names.insert(name);
    }
    let entries = fs::read_dir(&folder).expect("a folder").flatten();
    let found = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(found.collect::<BTreeSet<_>>(), names, "nothing else");
}

#[test]
fn the_pages_of_the_reference_are_those_of_the_lists() {
    const REMEDY: &str =
        "run `cargo run --release --example reference_pages -- docs/book/reference`";
    let folder = root().join("docs/book/reference");
    let commands = ("commands.md", cli::manual());
    let mut names = BTreeSet::new();
    for (name, text) in pages::reference_pages().into_iter().chain([commands]) {
        let found = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            found == text,
            "docs/book/reference/{name} is not what the lists say: {REMEDY}"
        );
        names.insert(name.to_owned());
    }
    let entries = fs::read_dir(&folder).expect("a folder").flatten();
    let found = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(found.collect::<BTreeSet<_>>(), names, "nothing else");
}
