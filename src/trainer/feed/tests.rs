//! Windows of simulations on a device beside those of the workers.

use super::*;
use crate::recipe::Recipe;
use ondine_datasets::DataError;

/// Small simulations of which everything is drawn; the buffer hands each window out once, in order.
fn plan(equation: &str, sets: &[&str]) -> Plan {
    let text = format!(
        "[equation]\n{equation}\n[source]\nkind = \"device\"\nbatch = 4\n[grid]\npoints = [32]\n\
         length = {{ uniform = [20.0, 24.0] }}\n[time]\ndt = {{ uniform = [0.2, 0.4] }}\nframes = 6\nwarmup = 5\nsubsteps = 4\n\
         [ensemble]\nsimulations = 10\n[buffer]\nkind = \"fifo\"\ncapacity = 100\nwatermark = 5\n\
         [model]\nkind = \"fno\"\nwidth = 4\nmodes = 4\nlayers = 1\n[train]\nsteps = 10\nbatch = 5\n"
    );
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let checked = Recipe::parse("device.toml", &text, &sets).and_then(Recipe::check);
    checked.unwrap_or_else(|error| panic!("{error}"))
}

const KS: &str = "kind = \"kuramoto_sivashinsky\"\nviscosity = { uniform = [0.8, 1.2] }";

fn started(plan: &Plan, snapshot: Snapshot, device: Option<&Device>) -> Feed {
    let feed = Feed::start(plan, snapshot, device, &Arc::default());
    feed.unwrap_or_else(|error| panic!("{error}"))
}

fn fresh(plan: &Plan) -> Snapshot {
    Snapshot::of_share(plan.share)
}

/// So many batches of a feed.
fn drawn(plan: &Plan, feed: &mut Feed, batches: usize) -> Vec<Window> {
    let batch = |_| {
        assert!(feed.ready(plan.batch(0)).expect("no failure ends it"));
        feed.take(plan.batch(0))
    };
    (0..batches).flat_map(batch).collect()
}

/// The values of the frames of windows, in bits.
fn bits(windows: &[Window]) -> Vec<Vec<u32>> {
    let of = |window: &Window| {
        let frames = window.frames.iter().map(|frame| frame.on_host());
        let values = frames.flat_map(|frame| frame.iter().map(|u| u.to_bits()).collect::<Vec<_>>());
        values.collect()
    };
    windows.iter().map(of).collect()
}

/// `‖a − b‖ / ‖b‖`
fn difference(a: &[f32], b: &[f32]) -> f64 {
    let sum =
        |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>();
    let wrong = sum(&mut a.iter().zip(b).map(|(a, b)| a - b));
    (wrong / sum(&mut b.iter().copied())).sqrt()
}

#[test]
fn windows_on_the_device_are_those_of_the_workers_within_the_rounding_of_32_bits() {
    let device = Device::flex().autodiff();
    for (equation, sets) in [
        (KS, &[][..]),
        (
            KS,
            &[
                "grid.solver_points=[48]",
                "objective.stride=2",
                "train.steps=8",
            ],
        ),
        (
            "kind = \"burgers\"\nviscosity = { uniform = [0.5, 0.7] }",
            &["time.warmup=0", "ensemble.sampler={kind=\"halton\"}"],
        ),
        (
            "kind = \"gray_scott\"\ndiffusivity_u = 0.2\ndiffusivity_v = 0.1\nfeed = { uniform = [0.03, 0.05] }\nkill = 0.06",
            &["grid.points=[16,20]", "grid.solver_points=[24,20]"],
        ),
        (
            "kind = \"navier_stokes\"\nviscosity = 0.1\ndrag = 0.0",
            &["grid.points=[16,16]", "grid.length=20.0", "time.dt=0.3"],
        ),
    ] {
        let plan = plan(equation, sets);
        let [mut here, mut there] =
            [None, Some(&device)].map(|of| started(&plan, fresh(&plan), of));
        let count = plan.pace.total as usize / plan.batch(0);
        let [here, there] = [&mut here, &mut there].map(|feed| drawn(&plan, feed, count));
        assert!(
            here.len() >= 40,
            "{equation}: all windows of ten simulations"
        );
        for (ours, theirs) in there.iter().zip(&here) {
            assert!(ours.is_on_device() && !theirs.is_on_device());
            let name = (ours.simulation, ours.start);
            assert_eq!(name, (theirs.simulation, theirs.start), "{equation}");
            assert_eq!(ours.conditions, theirs.conditions);
            let pairs = ours.frames.iter().zip(&theirs.frames).enumerate();
            for (place, (ours, theirs)) in pairs {
                let stepped = plan.recipe.time.warmup + name.1 + place * plan.cut.stride;
                let error = difference(&ours.on_host(), &theirs.on_host());
                let most = 5e-6 * (1 + stepped) as f64; // per frame
                assert!(
                    error < most,
                    "{equation} {name:?}, frame {place}: {error:e}"
                );
            }
        }
    }
}

#[test]
fn windows_on_the_device_are_the_same_to_the_bit_in_every_run_and_after_a_resume() {
    let (plan, device) = (plan(KS, &[]), Device::flex());
    let batches = plan.pace.total as usize / plan.batch(0);
    let whole = drawn(
        &plan,
        &mut started(&plan, fresh(&plan), Some(&device)),
        batches,
    );
    let again = drawn(
        &plan,
        &mut started(&plan, fresh(&plan), Some(&device)),
        batches,
    );
    assert_eq!(bits(&again), bits(&whole));
    for stop in 1..batches {
        let mut before = started(&plan, fresh(&plan), Some(&device));
        drawn(&plan, &mut before, stop);
        let mut snapshot = before.snapshot();
        drop(before);
        for (window, _) in &mut snapshot.contents {
            Window::fetch(std::slice::from_mut(window)); // as a checkpoint has it
        }
        let mut after = started(&plan, snapshot, Some(&device));
        let rest = drawn(&plan, &mut after, batches - stop);
        assert!(rest.iter().all(Window::is_on_device));
        let names = |windows: &[Window]| {
            let names = windows
                .iter()
                .map(|window| (window.simulation, window.start));
            names.collect::<Vec<_>>()
        };
        let expected = &whole[stop * plan.batch(0)..];
        assert_eq!(names(&rest), names(expected), "after {stop} batches");
        assert_eq!(bits(&rest), bits(expected), "after {stop} batches");
    }
}

#[test]
fn simulations_that_diverge_on_the_device_are_drawn_again_as_those_of_workers_are() {
    let sets = [
        "time.dt={ uniform = [0.2, 0.8] }",
        "time.substeps=1",
        "time.warmup=0",
        "time.frames=20",
        "grid.length=6.283185307179586",
        "ensemble.simulations=20",
        "ensemble.max_failures=200",
        "train.steps=76",
    ];
    let plan = plan("kind = \"burgers\"\nviscosity = 0.01", &sets);
    let device = Device::flex();
    let count = plan.pace.total as usize / plan.batch(0);
    let failures = [None, Some(&device)].map(|device| {
        let mut feed = started(&plan, fresh(&plan), device);
        let windows = drawn(&plan, &mut feed, count);
        let finite = bits(&windows).concat();
        assert!(finite.iter().all(|&bits| f32::from_bits(bits).is_finite()));
        let failures = feed.failures(0).into_iter();
        let told = failures.map(|failure| {
            assert!(
                failure.cause.contains("diverged by time "),
                "{}",
                failure.cause
            );
            (
                failure.simulation,
                failure.attempt,
                failure.kind,
                failure.conditions,
            )
        });
        told.collect::<Vec<_>>()
    });
    assert!(failures[0].len() > 1, "some diverge: {failures:?}");
    assert_eq!(failures[1], failures[0]);
}

#[test]
fn a_group_is_the_same_whichever_simulation_is_asked_for_first() {
    let (plan, device) = (plan(KS, &[]), Device::flex());
    let trajectory = |source: &dyn Source, index: u64| {
        let mut frames = 0;
        let run = source.run(index, &mut |frame| {
            assert!(frame.is_empty(), "frames stay on the device");
            frames += 1;
            std::ops::ControlFlow::Continue(())
        });
        run.unwrap_or_else(|error: DataError| panic!("{error}"));
        let there = source.device_frames(index);
        assert_eq!((there.len(), frames), (6, 6));
        there
            .iter()
            .map(|frame| frame.on_host())
            .collect::<Vec<_>>()
    };
    let source = || plan.device_source(&device).expect("of such simulations");
    let (one, other) = (source(), source());
    for index in [6, 4, 5, 9, 0] {
        let alone = trajectory(&*source(), index);
        assert_eq!(trajectory(&*one, index), alone);
    }
    for index in 0..10 {
        assert_eq!(trajectory(&*other, index), trajectory(&*source(), index));
    }
}

#[test]
fn cancelled_simulations_give_no_frames() {
    let (plan, device) = (plan(KS, &[]), Device::flex());
    let source = plan.device_source(&device).expect("of such simulations");
    source.cancel();
    let run = source.run(0, &mut |_| panic!("a frame"));
    assert_eq!(run, Ok(()));
    assert!(source.device_frames(0).is_empty());
}
