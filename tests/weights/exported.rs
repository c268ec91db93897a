//! Surrogates in one file: the same numbers as the run that they come from, and a sentence for every file that is not whole.

use crate::common::{Folder, RECIPE, printed, succeed, text};
use burn::tensor::Device;
use ondine::forecast::Forecaster;
use ondine::gate::Calibration;
use ondine::solvers::{Rng, Stream};
use ondine::weights::WeightFile;
use std::fs;
use std::path::{Path, PathBuf};

const FNO: &str = "model={kind=\"fno\",width=8,modes=6,layers=2}";
const REFINER: &str = "model={kind=\"pde_refiner\",min_noise_variance=1e-2,steps=2,\
                       backbone={kind=\"fno\",width=8,modes=6,layers=2}}";
const CORRECTION: &str =
    "model={kind=\"correction\",points=[16],backbone={kind=\"fno\",width=8,modes=6,layers=2}}";
const SPEED: [(&str, f64); 1] = [("velocity", 0.9)];

/// A folder with a run of the small recipe, a few steps long, and the file of its surrogate.
fn exported(name: &str, sets: &[&str]) -> (Folder, PathBuf, PathBuf) {
    let folder = Folder::new(&format!("exported-{name}"));
    let recipe = text(&folder.write("small.toml", RECIPE));
    let [output, file] = ["run", "surrogate.safetensors"].map(|name| folder.path(name));
    let own = ["train.steps=20", "ensemble.simulations=40"];
    let sets = own.iter().chain(sets).flat_map(|set| ["--set", *set]);
    let sets: Vec<&str> = sets.collect();
    let train = ["train", &recipe, "--output", &text(&output)];
    succeed(&[&train[..], &sets].concat());
    succeed(&["export", &text(&output), &text(&file)]);
    (folder, output, file)
}

fn open(path: &Path) -> Forecaster {
    Forecaster::open(path, &Device::flex()).unwrap_or_else(|error| panic!("{error}"))
}

/// The reason why a file can't be opened.
fn refusal(path: &Path) -> String {
    let opened = Forecaster::open(path, &Device::flex());
    opened.err().expect("it is refused").to_string()
}

#[test]
fn a_file_gives_the_numbers_of_its_run_to_the_bit() {
    for (name, sets) in [
        ("plain", vec![FNO]),
        (
            "frames",
            vec![FNO, "objective.history=3", "objective.bundle=2"],
        ),
        ("refiner", vec![REFINER]),
        ("correction", vec![CORRECTION]),
    ] {
        let (folder, run, file) = exported(name, &sets);
        let alone = folder.path("moved.safetensors");
        fs::copy(&file, &alone).expect("a copy");
        let (mut of_run, mut of_file) = (open(&run), open(&alone));
        let state: Vec<f64> = (0..of_run.state_len())
            .map(|i| (0.2 * i as f64).sin())
            .collect();
        let rollout =
            |forecaster: &mut Forecaster| forecaster.rollout(&state, &SPEED, 5).expect(name);
        assert_eq!(rollout(&mut of_run), rollout(&mut of_file), "{name}");
        assert_eq!(of_run.conditions(), of_file.conditions());
        assert_eq!(of_run.trained_steps(), of_file.trained_steps());
        assert!(of_run.horizon().is_some() && of_run.horizon() == of_file.horizon());
    }
}

#[test]
fn the_ends_of_axes_stand_in_a_file() {
    let walls = "grid.boundary=[\"wall\"]";
    let spread = "equation={kind=\"diffusion\",diffusivity=0.1}";
    let (_folder, run, file) = exported("walls", &[FNO, walls, spread]);
    let recipe = fs::read_to_string(run.join("recipe.toml")).expect("it was kept");
    assert!(recipe.contains("padding = [\"mirror\"]"), "{recipe}");
    let (mut of_run, mut of_file) = (open(&run), open(&file));
    let state: Vec<f64> = (0..32).map(|i| 0.5 + 0.01 * f64::from(i)).collect();
    let rollout = |forecaster: &mut Forecaster| forecaster.rollout(&state, &[], 5).expect("walls");
    assert_eq!(rollout(&mut of_run), rollout(&mut of_file));
}

#[test]
fn predictions_of_a_file_are_those_of_its_run() {
    let (folder, run, file) = exported("predict", &[FNO]);
    let states = text(&folder.path("states.h5"));
    let recipe = text(&folder.path("small.toml"));
    succeed(&["simulate", &recipe, "--output", &states, "--count", "2"]);
    let predict = |of: &Path, name: &str| {
        let output = folder.path(name);
        let to = text(&output);
        let own = ["predict", &text(of), "--initial", &states, "--output", &to];
        succeed(&[&own[..], &["--frames", "4"]].concat());
        fs::read(output).expect("it was written")
    };
    let of_run = predict(&run, "of_run.h5");
    fs::remove_dir_all(&run).expect("the run can go");
    assert!(predict(&file, "of_file.h5") == of_run, "the files differ");
}

#[test]
fn the_calibration_of_a_gate_comes_along() {
    let (folder, run, file) = exported("gate", &[FNO]);
    let before = Calibration::read(&file)
        .expect_err("the run has none yet")
        .to_string();
    assert!(
        before.contains("exported before") && before.contains("ondine evaluate RUN"),
        "{before}"
    );
    let problem = open(&run).problem().clone();
    let states: Vec<f64> = (0..32).map(|i| (0.2 * f64::from(i)).sin()).collect();
    let calibration = Calibration::new(&problem, &[32], [&states[..]]).expect("a grid");
    let mut calibration = calibration.expect("a state");
    (1..40).for_each(|i| calibration.add(1 + i % 3, 0.1 / i as f64, None));
    let json = serde_json::to_string_pretty(&calibration).expect("plain data");
    fs::write(run.join("gate.json"), json).expect("a file");
    let again = folder.path("again.safetensors");
    succeed(&["export", &text(&run), &text(&again)]);
    let found = Calibration::read(&again).expect("it is there");
    assert_eq!(found, Calibration::read(&run).expect("it is there"));
}

#[test]
fn a_file_that_is_not_whole_is_refused_with_a_sentence() {
    let (folder, run, file) = exported("damaged", &[FNO]);
    let whole = fs::read(&file).expect("it was written");
    let damaged = |name: &str, bytes: &[u8]| {
        let path = folder.path(name);
        fs::write(&path, bytes).expect("a file");
        refusal(&path)
    };
    let mut flipped = whole.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    assert!(damaged("flipped", &flipped).contains("its bytes have changed"));
    for length in [whole.len() - 1, whole.len() / 2, 9] {
        let said = damaged("cut", &whole[..length]);
        assert!(
            said.contains("not in the format of safetensors, or damaged"),
            "{length}: {said}"
        );
    }
    let mut newer = WeightFile::read(&file).expect("it is whole");
    newer.path = folder.path("newer");
    newer.surrogate.as_mut().expect("it is a surrogate").version = 9;
    newer.write(false).expect("it is written");
    assert!(
        refusal(&newer.path).contains("version 9"),
        "{}",
        refusal(&newer.path)
    );
    let alone = folder.path("weights.safetensors");
    let mut weights = WeightFile::read(&file).expect("it is whole");
    (weights.path, weights.surrogate) = (alone.clone(), None);
    weights.write(false).expect("it is written");
    assert!(
        refusal(&alone).contains("it holds weights alone"),
        "{}",
        refusal(&alone)
    );
    let [initial, output] = ["none.h5", "no.h5"].map(|name| text(&folder.path(name)));
    let predict = [
        "predict",
        &text(&alone),
        "--initial",
        &initial,
        "--output",
        &output,
    ];
    let result = crate::common::run(&[&predict[..], &["--frames", "2"]].concat());
    let said = printed(&result);
    assert!(
        result.status.code() == Some(2) && said.contains("holds weights alone"),
        "{said}"
    );
    let text_file = refusal(&run.join("recipe.toml"));
    assert!(
        text_file.contains("is a text file, not the directory of a run"),
        "{text_file}"
    );
}

#[test]
fn a_file_whose_parts_do_not_belong_together_is_refused() {
    let (folder, _run, file) = exported("parts", &[FNO]);
    let changed = |name: &str, change: &dyn Fn(&mut WeightFile)| {
        let mut other = WeightFile::read(&file).expect("it is whole");
        change(&mut other);
        other.path = folder.path(name);
        other.write(false).expect("it is written");
        refusal(&other.path)
    };
    let recipe = |from: &'static str, to: &'static str| {
        move |file: &mut WeightFile| {
            let exported = file.surrogate.as_mut().expect("it is a surrogate");
            let text = exported.recipe.replacen(from, to, 1);
            assert_ne!(text, exported.recipe, "{from}");
            exported.recipe = text;
        }
    };
    let said = changed("wider", &recipe("width = 8", "width = 9"));
    assert!(said.contains("weights, and the file"), "{said}");
    let said = changed(
        "finer",
        &recipe("points = [32]", "points = [4000000000000]"),
    );
    assert!(said.contains("of memory"), "{said}");
    let said = changed("unknown", &recipe("kind = \"fno\"", "kind = \"oracle\""));
    assert!(said.contains("its recipe is not understood"), "{said}");
    let scales = |file: &mut WeightFile| {
        let about = file.about.as_mut().expect("it is an export");
        about.scaling.deviation[0] = 0.0;
    };
    assert!(changed("scales", &scales).contains("not all positive"));
}

#[test]
fn bytes_changed_at_random_are_found() {
    let (folder, _run, file) = exported("random", &[FNO]);
    let whole = fs::read(&file).expect("it was written");
    let mut rng = Rng::stream(7, Stream::Initial, 0);
    let path = folder.path("mutant");
    for attempt in 0..200 {
        let mut bytes = whole.clone();
        let header = rng.integer(0, 1) == 0; // as often as the numbers, which are most of the file
        let end = if header { 2000 } else { bytes.len() as u64 - 1 };
        let place = rng.integer(0, end) as usize;
        bytes[place] ^= 1 << rng.integer(0, 7);
        fs::write(&path, &bytes).expect("a file");
        assert!(
            Forecaster::open(&path, &Device::flex()).is_err(),
            "{attempt}: byte {place}"
        );
    }
}
