//! Trajectories of a file in the place of held-out simulations.

use super::{NETWORK, Trained, held_out, refused};
use crate::common::{printed, text};
use ondine::control::Control;
use ondine::evaluation::HeldOut;
use serde_json::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

#[test]
fn trajectories_of_a_file_are_judged_as_held_out_ones() {
    for (name, sets) in [("file", &[][..]), ("strides", &["objective.stride=3"])] {
        let trained = Trained::new(name, &[&[NETWORK], sets].concat());
        let simulated = HeldOut::simulate(&trained.plan(), 20, Control::none());
        let mut whole = simulated.unwrap_or_else(|error| panic!("{error}"));
        // Every frame of the same simulations, whatever the stride.
        for (index, truth) in whole.trajectories.iter_mut().enumerate() {
            truth.frames.clear();
            let keep = |frame: &[f64]| {
                truth
                    .frames
                    .push(frame.iter().map(|value| *value as f32).collect());
                ControlFlow::Continue(())
            };
            let solver = trained.plan().solver.expect("an equation");
            let run = (solver.held_out).run_from(index as u64, None, &mut { keep });
            run.unwrap_or_else(|error| panic!("{error}"));
        }
        let file = trained.write("held_out.h5", &whole);
        let own = trained.judged(&["--no-speed"]);
        let of_file = trained.judged(&["--no-speed", "--data", &file]);
        for key in [
            "times",
            "surrogate",
            "persistence",
            "baselines",
            "spectra",
            "trajectories",
        ] {
            assert_eq!(own[key], of_file[key], "{key}");
        }
        assert!(own.get("file").is_none());
        assert_eq!(of_file["file"]["path"], file.as_str());
        assert_eq!(
            of_file["file"]["warnings"].as_array().map(Vec::len),
            Some(0)
        );
        assert!(of_file["simulations"][0].get("seed").is_none());
        let part = [
            "--no-speed",
            "--data",
            &file,
            "--frames",
            "8",
            "--trajectories",
            "2",
        ];
        let part = trained.judged(&part);
        assert_eq!(part["trajectories"], 2);
        let (short, long) = (
            &part["simulations"][1]["nrmse"],
            &own["simulations"][1]["nrmse"],
        );
        assert_eq!(short, long);
        let kept = fs::read(Path::new(&trained.run).join("evaluation.json")).expect("it is there");
        let mut part = part;
        let printed = part.as_object_mut().expect("it is an object");
        assert!(printed.remove("diagnosis").is_some(), "printed alone");
        assert_eq!(
            serde_json::from_slice::<Value>(&kept).expect("it is JSON"),
            part
        );
    }
}

#[test]
fn files_that_can_not_be_judged_with_are_refused_with_a_reason() {
    let trained = Trained::new("refused", &[NETWORK, "objective.stride=3"]);
    let other = "equation={kind=\"advection_diffusion\",velocity=1.0,diffusivity=0.1}";
    let waves = "equation={kind=\"wave\",speed=1.0}";
    let mut broken = held_out(&trained.plan());
    let last = broken.trajectories[1].frames.len() - 1;
    broken.trajectories[1].frames[last] = vec![f32::NAN; 32].into();
    for (file, expected) in [
        (
            trained.simulate("one.h5", &["time.frames=1"]),
            "1 frames, too few",
        ),
        (trained.simulate("three.h5", &["time.frames=3"]), "needs 4"),
        (
            trained.simulate("other.h5", &[other]),
            "`advection_diffusion`, not of `advection`",
        ),
        (trained.simulate("waves.h5", &[waves]), "2 channels"),
        (
            trained.simulate("square.h5", &["grid.points=[8,8]"]),
            "2 axes",
        ),
        (
            trained.write("broken.h5", &broken),
            "frame 6 of trajectory 1 has `u` = NaN at point [0], which is not finite",
        ),
        (trained.recipe.clone(), "not an HDF5 file"),
        (text(&trained.folder.path("absent.h5")), "absent.h5"),
    ] {
        refused(&trained.evaluate(&["--data", &file]), expected);
    }
    let good = trained.simulate("good.h5", &[]);
    for (more, expected) in [
        (["--frames", "21"], "write a number from 4 to 20"),
        (["--trajectories", "3"], "write a number from 1 to 2"),
        (["--set", "evaluate.frames=9"], "write --frames alone"),
    ] {
        let with = [&["--data", &good], &more[..]].concat();
        refused(&trained.evaluate(&with), expected);
    }
}

#[test]
fn conditions_outside_of_the_training_are_judged_with_a_warning() {
    let trained = Trained::new("outside", &[NETWORK]);
    let sets = ["equation.velocity=9.0", "grid.points=[64]"];
    let file = trained.simulate("outside.h5", &sets);
    let output = trained.evaluate(&["--data", &file, "--no-speed"]);
    let said = printed(&output);
    assert!(output.status.success(), "{said}");
    for part in [
        "2 trajectories of outside.h5",
        "outside of [0.5, 1.5]",
        "[64] points",
    ] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let found = trained.judged(&["--data", &file, "--no-speed"]);
    assert_eq!(found["file"]["warnings"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["baselines"][0]["setup"]["points"][0], 32);
}
