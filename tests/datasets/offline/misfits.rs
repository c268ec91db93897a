//! Files and recipes that don't fit each other, and values that are no data.

use super::{Data, refused, summary};
use crate::common::{RECIPE, printed, run, text, unwrapped};
use ondine::datasets::files::{
    DatasetInfo, DatasetReader, Dtype, Provenance, Time, Varying, WellReader, WellWriter,
};
use ondine::recipe::Recipe;

#[test]
fn files_and_recipes_that_do_not_fit_each_other_are_refused() {
    let data = Data::new("refused");
    let source = data.source();
    let wrong = |set: &str, expected: &[&str]| refused(&data, &[&source, set], expected);
    wrong(
        "grid.points=[64]",
        &["points = [64]", "has [32]", "grid.points"],
    );
    wrong("time.frames=21", &["frames = 21", "20 frames a trajectory"]);
    wrong(
        "time.dt=0.2",
        &["`dt` is 0.2, and 0.1 in trajectory 0", "--set time.dt"],
    );
    wrong("grid.length=6.0", &["`length` is 6, and 6.283"]);
    wrong(
        "equation.velocity={uniform=[0.5, 0.9]}",
        &["`velocity` is [0.5, 0.9], and ", "in trajectory "],
    );
    wrong(
        "equation={kind=\"diffusion\", diffusivity=0.1}",
        &["simulations of `advection`, not of `diffusion`"],
    );
    wrong(
        "data.trajectories=201",
        &["trajectories = 201 lies outside [1, 200]"],
    );
    wrong(
        "data.formats=\"npz\"",
        &["unknown key `formats` in [data]", "did you mean `format`?"],
    );
    wrong(
        "data.block=0",
        &["block = 0 lies outside [1, 200]", "data.block"],
    );
    refused(
        &data,
        &[&source, "data.block=10", "data.memory=0"],
        &[
            "memory = 0 MiB holds no two trajectories",
            "write 1 or more",
        ],
    );
    wrong("train.batch=4000", &["3800 windows", "no batch of 4000"]);
    wrong(
        "train.epochs=2",
        &[
            "2 reads of each of 3800 windows are 475 steps of 16, not 300",
            "`train.epochs`",
        ],
    );
    wrong("train.epochs=0", &["epochs = 0 lies outside (0, 1000000]"]);
    refused(
        &data,
        &["train.epochs=2"],
        &["epochs are passes over a file", "--set train.epochs=2"],
    );
    refused(
        &data,
        &["data.source=nowhere.h5"],
        &["nowhere.h5", "No such file", "--set data.source"],
    );
    let notes = text(&data.folder.write("notes.h5", "no dataset"));
    refused(
        &data,
        &[&format!("data.source={notes}")],
        &["not an HDF5 file"],
    );
}

/// The dataset as another program might have written it.
fn rewritten(data: &Data, change: impl FnOnce(&mut DatasetInfo)) -> String {
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let mut info = reader.info().clone();
    info.provenance = Provenance::default();
    change(&mut info);
    let path = data.folder.path("other.h5");
    let written = WellWriter::create(&path, &info, Dtype::F32).and_then(|mut writer| {
        for index in 0..info.trajectories {
            writer.append(&reader.trajectory(index)?)?;
        }
        writer.finish()
    });
    written.unwrap_or_else(|error| panic!("{error}"));
    format!("data.source={}", text(&path))
}

#[test]
fn a_file_without_the_parameter_is_refused() {
    let data = Data::new("parameter");
    let source = rewritten(&data, |info| info.parameters[0].0 = "speed".into());
    refused(
        &data,
        &[&source],
        &["no parameter `velocity`; it has: speed"],
    );
}

#[test]
fn frames_at_uneven_times_are_refused() {
    let data = Data::new("times");
    let source = rewritten(&data, |info| {
        let times = (0..20).map(|frame| 0.1 * f64::from(frame).powf(1.1));
        info.time = Time::Listed(Varying::Same(times.collect()));
    });
    refused(
        &data,
        &[&source, "time.dt={ uniform = [0.1, 0.2] }"],
        &["not evenly spaced: frame 1 lies 0.1 after frame 0"],
    );
}

/// The dataset with another value at point 5 of frame 3 of trajectory 7.
fn spoiled(data: &Data, value: f64) -> String {
    let reader = WellReader::open(&data.file).unwrap_or_else(|error| panic!("{error}"));
    let path = data.folder.path(&format!("spoiled{value}.h5"));
    let info = reader.info();
    let written = WellWriter::create(&path, info, Dtype::F32).and_then(|mut writer| {
        for index in 0..info.trajectories {
            let mut trajectory = reader.trajectory(index)?;
            if index == 7 {
                trajectory.frames[3 * 32 + 5] = value;
            }
            writer.append(&trajectory)?;
        }
        writer.finish()
    });
    written.unwrap_or_else(|error| panic!("{error}"));
    format!("data.source={}", text(&path))
}

#[test]
fn values_that_are_no_data_are_refused_with_their_place_before_there_is_a_run() {
    let data = Data::new("spoiled");
    for (value, what) in [
        (f64::NAN, "`u` = NaN at point [5], which is not finite"),
        (
            -9999.0,
            "`u` = -9999 at point [5], which is a fill value or an outlier",
        ),
        (1e20, "at point [5], which is a fill value or an outlier"),
    ] {
        let source = spoiled(&data, value);
        let expected = [
            "frame 3 of trajectory 7 has",
            what,
            "1 such value, in 1 of 200 trajectories",
            "data.skip = \"bad\"",
        ];
        refused(&data, &[&source], &expected);
        refused(&data, &[&source, "data.memory=0"], &expected);
    }
}

#[test]
fn a_bad_trajectory_can_be_left_out_and_is_counted() {
    let data = Data::new("skip");
    let source = spoiled(&data, -9999.0);
    let sets = [
        &source,
        "data.skip=bad",
        "train.steps=20",
        "evaluate.every=20",
    ];
    let output = data.folder.path("skipping");
    let (recipe, to) = (text(&data.recipe), text(&output));
    let mut arguments = vec!["train", &recipe, "--output", &to];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    assert!(said.contains("1 more left out"), "{said}");
    let summary = summary(&output);
    assert_eq!(
        (&summary["simulations"], &summary["skipped"]),
        (&199.into(), &1.into())
    );

    let checked = unwrapped(&printed(&run(&[
        "check",
        &recipe,
        "--set",
        &source,
        "--set",
        "data.skip=bad",
    ])));
    assert!(checked.contains("1 trajectory left out"), "{checked}");
    assert!(
        checked.contains("3781"),
        "windows of 199 trajectories: {checked}"
    );
    let typed: Vec<String> = [&source[..], "data.skip=bad"].map(str::to_owned).to_vec();
    let plan = Recipe::parse("small.toml", RECIPE, &typed).and_then(Recipe::check);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let windows = plan.window_file().expect("there is a file");
    let windows = windows.unwrap_or_else(|error| panic!("{error}"));
    let window = |index| {
        windows
            .window(index)
            .unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(window(19 * 6).simulation, 6);
    assert_eq!(window(19 * 7).simulation, 8, "7 is left out");
    refused(
        &data,
        &[&source, "data.skip=bad", "data.trajectories=200"],
        &[
            "trajectories = 200 lies outside [1, 199]",
            "1 more are left out",
        ],
    );
}

#[test]
fn frames_that_disagree_with_the_equation_are_said() {
    let data = Data::new("disagree");
    let recipe = text(&data.recipe);
    let typed = "equation.velocity={ uniform = [0.5, 1.8] }";
    let check = |file: &str| {
        let file = file.trim_start_matches("data.source=");
        let checked = run(&["check", &recipe, "--data", file, "--set", typed]);
        let said = printed(&checked);
        assert!(checked.status.success(), "{said}");
        unwrapped(&said)
    };
    let same = check(&data.source());
    assert!(same.contains("frames differ from `advection` by"), "{same}");
    assert!(!same.contains("are not those of the file"), "{same}");

    let other = rewritten(&data, |info| {
        let faster = info.parameters[0].1.map(|velocity| 1.2 * velocity);
        info.parameters[0].1 = faster;
    });
    let expected = [
        "frames differ from `advection` by ",
        " per step, growing to ",
        " at step 19",
        "equation, parameters or units are not those of the file",
    ];
    let said = |said: &str| {
        for part in expected {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    };
    said(&check(&other));

    let output = text(&data.folder.path("disagreeing"));
    let sets = ["data.trajectories=20", "train.steps=20", typed];
    let mut arguments = vec!["train", &recipe, "--output", &output, "--set", &other];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let trained = run(&arguments);
    assert!(trained.status.success(), "{}", printed(&trained));
    said(&printed(&trained));

    let file = other.trim_start_matches("data.source=");
    let judged = run(&["evaluate", &output, "--data", file, "--no-speed"]);
    assert!(judged.status.success(), "{}", printed(&judged));
    said(&printed(&judged));
}
