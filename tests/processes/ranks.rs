//! Ranks that share simulations and evaluations out, as threads of this process: one rank's numbers, to the bit.

use crate::common::{Folder, RECIPE, printed, run as ondine_run, text, timeless, unwrapped};
use crate::threads::Threads;
use ondine::control::{Advance, Control};
use ondine::datasets::Failure;
use ondine::datasets::files::{DatasetReader, Dtype, WellReader};
use ondine::evaluation::{Options, evaluate_together};
use ondine::group::Group;
use ondine::plan::SimulationPlan;
use ondine::recipe::Recipe;
use ondine::simulate::{SimulateError, simulate_together};
use ondine::training::Training;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const REFINER: &str = "model={kind=\"pde_refiner\",min_noise_variance=1e-2,steps=2,\
                       backbone={kind=\"fno\",width=8,modes=6,layers=2}}";

/// A run on one rank with seven held-out simulations.
fn run(folder: &Folder, sets: &[&str]) -> PathBuf {
    let path = folder.path("run");
    let short = [
        "train.steps=30",
        "evaluate.every=30",
        "evaluate.trajectories=7",
    ];
    let training = Training::text("small.toml", RECIPE).expect("a recipe");
    let sets = short.iter().chain(sets);
    let training = sets.fold(training, |training, set| training.set(set).expect("a key"));
    let outcome = training.into_run(&path).expect("a new directory").run();
    assert!(
        outcome
            .unwrap_or_else(|error| panic!("{error}"))
            .is_finished()
    );
    path
}

/// The evaluation of a run by so many ranks, as it is written.
fn evaluated(folder: &Folder, run: &Path, ranks: usize, samples: usize) -> Vec<u8> {
    let output = folder.path(&format!("by-{ranks}"));
    let options = Options {
        output: Some(output.clone()),
        timed: false,
        samples,
        ..Options::default()
    };
    let results = Threads::run(ranks, |group| {
        let found = evaluate_together(run, &options, Control::none(), group);
        found.unwrap_or_else(|error| panic!("{error}")).is_some()
    });
    let first: Vec<bool> = (0..ranks).map(|rank| rank == 0).collect();
    assert_eq!(results, first, "one rank judges");
    fs::read(output.join("evaluation.json")).expect("an evaluation")
}

#[test]
fn an_evaluation_by_several_ranks_has_the_numbers_of_one() {
    for (name, sets, samples) in [
        ("fno", &[][..], 1),
        ("unet", &["model={kind=\"unet\",width=8}"], 1),
        ("refiner", &[REFINER], 3),
    ] {
        let folder = Folder::new(&format!("ranks-evaluate-{name}"));
        let run = run(&folder, sets);
        let alone = evaluated(&folder, &run, 1, samples);
        for ranks in [2, 3, 9] {
            assert!(
                alone == evaluated(&folder, &run, ranks, samples),
                "{name}, {ranks} ranks"
            );
        }
    }
}

fn plan(sets: &[&str]) -> SimulationPlan {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let recipe = Recipe::parse("small.toml", RECIPE, &sets);
    let plan = recipe.and_then(|recipe| recipe.check_simulations(None, Some(11)));
    plan.unwrap_or_else(|error| panic!("{error}"))
}

/// The simulations by so many ranks, each of which tells `control` of its progress.
fn simulated(
    path: &Path,
    ranks: usize,
    control: Control<'_>,
) -> Vec<Result<Vec<Failure>, SimulateError>> {
    Threads::run(ranks, |group| {
        let failed = &mut |_: &Failure| {};
        simulate_together(&plan(&[]), path, Dtype::F64, control, failed, group)
    })
}

fn frames(path: &Path) -> Vec<Vec<f64>> {
    let reader = WellReader::open(path).expect("a whole file");
    let info = reader.info();
    assert_eq!((info.trajectories, info.frames), (11, 20));
    let of = |index| reader.frames(index, 0..20).expect("a trajectory");
    (0..11).map(of).collect()
}

#[test]
fn simulations_of_several_ranks_are_one_file_that_goes_on_after_an_end() {
    let folder = Folder::new("ranks-simulate");
    let [alone, three, stopped] =
        ["alone.h5", "three.h5", "stopped.h5"].map(|name| folder.path(name));
    for (path, ranks) in [(&alone, 1), (&three, 3)] {
        for result in simulated(path, ranks, Control::none()) {
            assert_eq!(result.expect("no failure"), []);
        }
    }
    assert_eq!(frames(&three), frames(&alone));
    assert!(!folder.path("three.h5.parts").exists());

    let flag = AtomicBool::new(false);
    let stop_soon = |advance: Advance| {
        flag.fetch_or(advance.done >= 2, Ordering::Relaxed);
    };
    let control = Control::none().telling(&stop_soon).stopped_by(&flag);
    let results = simulated(&stopped, 3, control);
    assert!(results.iter().all(Result::is_err));
    let parts = folder.path("stopped.h5.parts");
    let said = results.into_iter().find_map(Result::err).expect("an error");
    assert!(said.to_string().contains("stopped.h5.parts"), "{said}");
    assert!(parts.is_dir() && !stopped.exists());
    let other = Threads::run(2, |group| {
        let (plan, failed) = (plan(&["seed=4"]), &mut |_: &Failure| {});
        let other = simulate_together(&plan, &stopped, Dtype::F64, Control::none(), failed, group);
        other.expect_err("another recipe").to_string()
    });
    assert!(
        other[0].contains("another recipe: remove that folder"),
        "{other:?}"
    );
    let most = AtomicUsize::new(0);
    let count = |advance: Advance| {
        if advance.what == "simulating" {
            most.fetch_max(advance.of, Ordering::Relaxed);
        }
    };
    for result in simulated(&stopped, 1, Control::none().telling(&count)) {
        assert_eq!(result.expect("no failure"), []);
    }
    let most = most.load(Ordering::Relaxed);
    assert!(
        (1..=9).contains(&most),
        "two were done, at least: {most} of 11"
    );
    assert_eq!(frames(&stopped), frames(&alone));
    assert!(!parts.exists());
}

#[test]
fn failures_of_simulations_are_in_the_file_of_several_ranks_as_in_that_of_one() {
    let folder = Folder::new("ranks-failures");
    let sets = ["ensemble.time_limit=1e-9", "ensemble.max_failures=4"];
    let path = folder.path("late.h5");
    let errors = Threads::run(2, |group| {
        let (plan, failed) = (plan(&sets), &mut |_: &Failure| {});
        let result = simulate_together(&plan, &path, Dtype::F64, Control::none(), failed, group);
        (
            group.rank(),
            result.expect_err("none is fast enough").to_string(),
        )
    });
    assert!(
        errors
            .iter()
            .all(|(_, error)| error.contains("more than ensemble.max_failures = 2")),
        "{errors:?}"
    );
    assert!(!path.exists());
}

#[test]
fn workers_come_to_each_rank_and_losses_are_those_of_threads() {
    let folder = Folder::new("ranks-workers");
    let said = folder.path("said");
    let command = "echo $ONDINE_WORKERS $ONDINE_ENDPOINT >> \"$0\"; for i in $(seq $ONDINE_WORKERS); do \
                   $ONDINE_PROGRAM worker --connect $ONDINE_ENDPOINT & done; wait";
    let launcher = format!(
        "workers = 1\nlauncher = {{ endpoint = \"ipc://{}\", workers = 3, command = [\"sh\", \"-c\", '{command}', {said:?}] }}",
        folder.path("here").display()
    );
    let trained = |name: &str, ensemble: &str, ranks: usize| {
        let recipe = RECIPE.replace("seed = 3", "seed = 3\ndeterministic = true");
        let recipe = recipe.replace("substeps = 1", "substeps = 2000");
        let recipe = recipe.replace("workers = 1", ensemble);
        let path = folder.path(name);
        let short = [
            "train.steps=20",
            "ensemble.simulations=20",
            "evaluate.every=20",
            "train.log=1",
        ];
        Threads::run(ranks, |group| {
            let training = Training::text("small.toml", &recipe).expect("a recipe");
            let training = short
                .iter()
                .fold(training, |one, set| one.set(set).expect("a key"));
            let training = training.worker_program(env!("CARGO_BIN_EXE_ondine"));
            let run = training.group(group).into_run(&path);
            let outcome = run.expect("a new directory").run();
            assert!(
                outcome
                    .unwrap_or_else(|error| panic!("{error}"))
                    .is_finished()
            );
        });
        timeless(&path)
    };
    let alone = trained("threads", "workers = 1", 2);
    assert_eq!(trained("workers", &launcher, 2), alone);
    let mut said: Vec<String> = fs::read_to_string(said)
        .expect("both have started some")
        .lines()
        .map(str::to_owned)
        .collect();
    said.sort();
    let here = folder.path("here");
    let expected = [
        format!("2 ipc://{}", here.display()),
        format!("2 ipc://{}.1", here.display()),
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_check_says_where_each_rank_listens() {
    let folder = Folder::new("ranks-endpoints");
    let launcher = "workers = 1\nlauncher = { endpoint = \"tcp://127.0.0.1:4711\", workers = 3 }";
    let recipe = folder.write("small.toml", &RECIPE.replace("workers = 1", launcher));
    let check = |more: &[&str]| {
        let output = ondine_run(&[&["check", &text(&recipe), "--ranks", "2"], more].concat());
        (output.status.code(), unwrapped(&printed(&output)))
    };
    let (code, said) = check(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("tcp://127.0.0.1:4711, tcp://127.0.0.1:4712"),
        "{said}"
    );
    let (code, said) = check(&["--set", "train.shards=4"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("workers come to ranks with one shard"),
        "{said}"
    );
}
