//! A training on a solver of the program's own: stopped and resumed to the same bits, and read by every command.

#[path = "../../examples/own_solver/channel.rs"]
mod channel;

use crate::common::{Folder, printed, run, text, timeless};
use channel::{Channel, problem};
use ondine::burn::tensor::Device;
use ondine::control::Control;
use ondine::datasets::{Source, files};
use ondine::evaluation::{Options, evaluate};
use ondine::observer::{Observer, Progress};
use ondine::training::Training;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Sets a flag after some steps.
struct Stopping(usize, Arc<AtomicBool>);

impl Observer for Stopping {
    fn stepped(&mut self, progress: &Progress) {
        self.1.store(progress.step >= self.0, Ordering::Relaxed);
    }
}

fn begun<'a>(run: &Path) -> Training<'a> {
    let keys = [
        "model={kind=\"fno\",width=6,modes=4,layers=1}",
        "ensemble.workers=1",
        "evaluate.every=15",
        "train.log=5",
    ];
    let training = Training::of(&problem(), Channel(0));
    let training = training.simulations(20).steps(30).batch(8).seed(5);
    let set = |training: Training<'a>, key: &&str| training.set(key).expect("a key");
    let training = keys.iter().fold(training, set);
    let training = training.held_out(Channel(1), 3);
    training.into_run(run).expect("a new directory")
}

#[test]
fn a_training_on_ones_own_solver_resumes_to_the_same_bits_and_every_command_reads_it() {
    let folder = Folder::new("own-solver");
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path(name));
    let outcome = begun(&whole)
        .run()
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.is_finished());
    drop(outcome);
    let flag = Arc::new(AtomicBool::new(false));
    let mut stopping = Stopping(17, flag.clone());
    let stopped = begun(&parts).observe(&mut stopping).stop(flag).run();
    let stopped = stopped.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((stopped.is_finished(), stopped.summary.steps), (false, 17));
    drop(stopped);
    let refused = Training::resume(&parts)
        .run()
        .map_err(|error| error.to_string());
    assert!(refused.expect_err("no source").contains("library"));
    let resumed = Training::resume(&parts)
        .source(Channel(0))
        .held_out(Channel(1), 3);
    assert!(
        resumed
            .run()
            .unwrap_or_else(|error| panic!("{error}"))
            .is_finished()
    );
    assert_eq!(timeless(&parts), timeless(&whole));

    let options = Options {
        timed: false,
        ..Options::default()
    };
    let found = evaluate(&parts, &options, Control::none());
    let found = found.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.evaluation.trajectories, 3);
    assert_eq!(found.evaluation.fields, ["u", "v"]);
    let to = text(&parts);
    let weights = text(&folder.path("weights.safetensors"));
    for command in [
        &["evaluate", &to, "--no-speed"][..],
        &["report", &to, "--output", &text(&folder.path("page.html"))],
        &["export", &to, &weights],
    ] {
        let result = run(command);
        assert!(result.status.success(), "{}", printed(&result));
    }
    let outcome = ondine::forecast::Forecaster::open(&parts, &Device::flex());
    let mut forecaster = outcome.unwrap_or_else(|error| panic!("{error}"));
    let mut state = vec![0.1_f64; forecaster.state_len()];
    let refused = forecaster.step(&mut state, &[("diffusivity", 0.01)]);
    let refused = refused.map_err(|error| error.to_string());
    assert!(
        refused
            .expect_err("no obstacle")
            .contains("the static fields solid")
    );
    let solid = Channel(1).static_fields(2);
    let held_out = files::open(parts.join("held_out.h5")).expect("it was kept");
    assert_eq!(held_out.constants(2).expect("a mask"), solid);
    assert!(solid.contains(&1.0) && solid.contains(&0.0));
    forecaster
        .set_static_fields(&solid)
        .expect("one value per cell");
    let stepped = forecaster.step(&mut state, &[("diffusivity", 0.01)]);
    stepped.unwrap_or_else(|error| panic!("{error}"));
    assert!(state.iter().all(|value| value.is_finite()));
}
