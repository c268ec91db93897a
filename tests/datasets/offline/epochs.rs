//! Windows of an epoch: each once, from memory and from the disk, shuffled in blocks.

use super::Data;
use crate::common::timeless;
use ondine::datasets::offline::EpochLoader;
use ondine::datasets::{Source, Window, WindowCutter};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;

#[test]
fn frames_and_conditions_are_those_of_the_online_training() {
    let data = Data::new("equal");
    for sets in [&[][..], &["objective.stride=3"]] {
        let plan = data.plan(sets);
        let file = data.windows(sets, u64::MAX);
        let mut index = 0;
        for simulation in [0, 1] {
            let ensemble = &plan.solver.as_ref().expect("an equation").training;
            let mut cutter =
                WindowCutter::new(plan.cut, simulation, ensemble.conditions(simulation));
            let mut compare = |online: Window| {
                let offline = file.window(index).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(
                    (offline.simulation, offline.start),
                    (online.simulation, online.start)
                );
                assert_eq!(offline.conditions, online.conditions);
                assert_eq!(offline.frames, online.frames, "window {index}");
                index += 1;
            };
            let ran = ensemble.run(simulation, &mut |frame| {
                cutter.push(frame).into_iter().for_each(&mut compare);
                ControlFlow::Continue(())
            });
            ran.unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(index, 2 * plan.cut.windows(20) as u64);
    }
}

#[test]
fn every_window_is_drawn_once_an_epoch_from_memory_and_from_the_disk() {
    let data = Data::new("once");
    let draw = |bytes: u64| {
        let sets = ["data.trajectories=10"];
        let file = Arc::new(data.windows(&sets, bytes));
        assert_eq!(file.windows(), 190);
        // A trajectory of 20 frames of 32 values takes 2560 bytes.
        assert_eq!(file.held(), 19 * (bytes / 2560).min(10));
        let mut loader = EpochLoader::start(file, 5, 0, 8, Arc::default());
        let mut batches =
            (0..38).map(|_| loader.draw(10).unwrap_or_else(|error| panic!("{error}")));
        let windows: Vec<Window> = batches.by_ref().flatten().collect();
        assert_eq!(loader.handed_out(), 380);
        windows
    };
    let places = |windows: &[Window]| -> Vec<(u64, usize)> {
        windows
            .iter()
            .map(|window| (window.simulation, window.start))
            .collect()
    };
    let all = draw(u64::MAX);
    let (first, second) = all.split_at(190);
    for epoch in [first, second] {
        assert_eq!(
            places(epoch).into_iter().collect::<BTreeSet<_>>().len(),
            190
        );
    }
    assert_ne!(places(first), places(second));
    for bytes in [0, 3 * 2560] {
        let again = draw(bytes);
        assert_eq!(places(&again), places(&all));
        assert!(again.iter().zip(&all).all(|(a, b)| a.frames == b.frames));
    }
}

#[test]
fn blocks_are_shuffled_in_themselves_whatever_memory_holds() {
    let data = Data::new("blocks");
    let sets = ["data.trajectories=10", "data.block=3"];
    let draw = |bytes: u64, handed_out: u64| -> Vec<Window> {
        let file = Arc::new(data.windows(&sets, bytes));
        // Blocks come and go unless all fits.
        assert_eq!(file.held(), if bytes < 10 * 2560 { 0 } else { 190 });
        let mut loader = EpochLoader::start(file, 5, handed_out, 8, Arc::default());
        let rest = (380 - handed_out) as usize / 10;
        let batches = (0..rest).map(|_| loader.draw(10).unwrap_or_else(|error| panic!("{error}")));
        batches.flatten().collect()
    };
    let all = draw(u64::MAX, 0);
    let block = |window: &Window| window.simulation / 3;
    for epoch in all.chunks(190) {
        let places = epoch.iter().map(|window| (window.simulation, window.start));
        assert_eq!(places.collect::<BTreeSet<_>>().len(), 190);
        let mut blocks: Vec<u64> = epoch.iter().map(block).collect();
        blocks.dedup();
        assert_eq!(blocks.len(), 4, "{blocks:?}");
    }
    for (bytes, handed_out) in [(0, 0), (6 * 2560, 0), (0, 100), (0, 190)] {
        let again = draw(bytes, handed_out);
        let rest = &all[handed_out as usize..];
        assert_eq!(again.len(), rest.len());
        let same = |(a, b): (&Window, &Window)| {
            (a.simulation, a.start, &a.frames) == (b.simulation, b.start, &b.frames)
        };
        assert!(again.iter().zip(rest).all(same), "{bytes} {handed_out}");
    }
}

#[test]
fn a_training_in_blocks_is_the_same_each_time_and_keeps_their_size() {
    let data = Data::new("in_blocks");
    let train = |name: &str, sets: &[&str]| timeless(&data.train(&data.recipe, name, sets).0);
    let sets = ["train.steps=40", "data.block=10"];
    let once = train("once", &sets);
    assert_eq!(once, train("twice", &sets));
    assert_ne!(once, train("all", &sets[..1]));
    let kept = fs::read_to_string(data.folder.path("once").join("recipe.toml"));
    assert!(kept.expect("a recipe").contains("block = 10"));
}

#[test]
fn memory_does_not_change_the_training() {
    let data = Data::new("memory");
    let sets = ["train.steps=100", "data.trajectories=50"];
    let [held, read] = ["4096", "0"].map(|memory| {
        let memory = format!("data.memory={memory}");
        let sets = [&sets[..], &[&memory]].concat();
        timeless(&data.train(&data.recipe, &memory, &sets).0)
    });
    let fill = |lines: &[Value]| lines[0]["buffer_fill"].as_f64();
    assert_eq!((fill(&held), fill(&read)), (Some(1.0), Some(0.0)));
    let trained = |lines: &[Value]| -> Vec<(Value, Value)> {
        lines
            .iter()
            .map(|line| (line["loss"].clone(), line["nrmse"].clone()))
            .collect()
    };
    assert_eq!(trained(&held), trained(&read));
}
