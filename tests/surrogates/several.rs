//! Trainings on states of several frames: settings that are refused, predictions from the last frames of a file.

use crate::common::{Folder, RECIPE, printed, run, text};
use ondine::datasets::files::{DatasetReader, WellReader};
use std::path::{Path, PathBuf};
use std::process::Output;

/// A recipe, a setting, and words of the refusal by `check`.
type Case<'a> = (&'a str, &'a str, &'a str);

pub(crate) fn refused_by_check(folder: &Folder, cases: &[Case<'_>]) {
    for (recipe, set, expected) in cases {
        let recipe = text(&folder.write("wrong.toml", recipe));
        let result = run(&["check", &recipe, "--set", set]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in:\n{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

/// Asserts that `check` refuses rollouts as short as a state, whose frames the key `kind` of `[objective]` counts.
pub(crate) fn short_rollouts_are_refused(folder: &Folder, kind: &str) {
    let recipe = text(&folder.write("short.toml", RECIPE));
    let four = format!("objective.{kind}=4");
    let said = printed(&run(&[
        "check",
        &recipe,
        "--set",
        &four,
        "--set",
        "evaluate.frames=4",
    ]));
    assert!(
        said.contains(&format!("no frame after a {kind} of 4")),
        "{said}"
    );
    assert!(said.contains("write 5 or more"), "{said}");
}

/// A training of three frames, two apart, in `trained`.
pub(crate) struct Trained<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) recipe: &'a Path,
    pub(crate) trained: &'a Path,
}

impl Trained<'_> {
    /// Simulations of so many frames.
    pub(crate) fn simulated(&self, name: &str, frames: usize) -> PathBuf {
        let (recipe, file) = (text(self.recipe), self.folder.path(name));
        let frames = format!("time.frames={frames}");
        let own = ["simulate", &recipe, "--count", "4", "--set", &frames];
        let result = run(&[&own[..], &["--output", &text(&file)]].concat());
        assert!(result.status.success(), "{}", printed(&result));
        file
    }

    /// The outcome of a forecast of four steps from a file.
    pub(crate) fn predicted(&self, from: &Path, to: &Path) -> Output {
        let [run_directory, initial, output] = [self.trained, from, to].map(text);
        let arguments = ["predict", "--frames", "4", &run_directory];
        run(&[
            &arguments[..],
            &["--initial", &initial, "--output", &output],
        ]
        .concat())
    }

    /// Four steps from the last frames of a file, twice as near to the truth as the last one.
    pub(crate) fn predicts_from_the_last_frames(&self) {
        // Of 9 frames those at 4, 6 and 8 are the state; 10, 12, 14 and 16 follow.
        let (known, truth) = (
            self.simulated("known.h5", 9),
            self.simulated("truth.h5", 17),
        );
        let file = self.folder.path("forecast.h5");
        let result = self.predicted(&known, &file);
        assert!(result.status.success(), "{}", printed(&result));
        let open = |path: &Path| WellReader::open(path).unwrap_or_else(|error| panic!("{error}"));
        let (truth, forecast) = (open(&truth), open(&file));
        assert_eq!(forecast.info().frames, 5);
        for index in 0..4 {
            let at = |frame: usize| truth.frame(index, frame).expect("it is there");
            assert_eq!(forecast.frame(index, 0).expect("it is there"), at(8));
            for step in 1..5 {
                let found = forecast.frame(index, step).expect("it is there");
                let error = |u: &[f64]| -> f64 {
                    let pairs = u.iter().zip(at(8 + 2 * step));
                    pairs.map(|(u, truth)| (u - truth).powi(2)).sum()
                };
                assert!(error(&found) < 0.25 * error(&at(8)), "{index} {step}");
            }
        }
    }

    /// A file of too few frames is refused with these words.
    pub(crate) fn refuses_a_short_file(&self, expected: &[&str]) {
        let short = self.simulated("short.h5", 4);
        let result = self.predicted(&short, &self.folder.path("no.h5"));
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        for words in expected {
            assert!(said.contains(words), "{words} is missing in {said}");
        }
    }
}
