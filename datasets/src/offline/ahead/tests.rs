use super::*;
use crate::Cut;
use crate::files::doubles::{numbers, numbers_of};
use crate::files::{DatasetInfo, DatasetReader};
use std::ops::Range;
use std::path::Path;

/// Frames that are their numbers, six trajectories of which chunks mix two, and four frames; one frame can't be read.
struct Mixed {
    info: DatasetInfo,
    broken: f64,
}

impl DatasetReader for Mixed {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let values = numbers(trajectory..trajectory + 1, frames);
        if values.iter().all(|value| (value - self.broken).abs() > 0.5) {
            Ok(values)
        } else {
            Err(DatasetError::Description {
                name: "mixed".to_owned(),
                what: "it is broken".to_owned(),
            })
        }
    }

    fn stored_together(&self) -> [usize; 2] {
        [2, 4]
    }
}

fn file(broken: f64) -> Arc<WindowFile> {
    let cut = Cut {
        frames: 2,
        stride: 1,
    };
    let info = numbers_of(6, 12);
    let reader = Arc::new(Mixed { info, broken });
    let trajectories = (0..6).collect();
    Arc::new(WindowFile::new(Path::new("mixed"), reader, cut, &[], trajectories).unwrap())
}

fn begin(window: &Window) -> u32 {
    window.frames[0].on_host()[0].to_bits()
}

#[test]
fn windows_come_in_the_order_of_the_epochs() {
    let (file, stop) = (file(-1.0), AtomicBool::new(false));
    for ahead in [0, 1, 2, 7, 500] {
        for threads in [1, 3] {
            let windows = Ahead::start(file.clone(), file.order(5, 9), ahead, threads);
            for index in file.order(5, 9).take(150) {
                let window = windows.next(&stop).unwrap().unwrap();
                let expected = file.window(index).unwrap();
                assert_eq!(begin(&window), begin(&expected), "{ahead} {threads}");
            }
        }
    }
}

#[test]
fn a_run_lies_in_one_chunk_and_a_round_ends_where_the_next_one_begins() {
    let file = file(-1.0);
    let ahead = Ahead::start(file.clone(), file.order(5, 0), 80, 0);
    let round = || {
        let runs = (0..40).scan(0, |read, _| {
            let run = (*read < 40).then(|| ahead.0.next_run().unwrap())?;
            *read += run.len();
            Some(run)
        });
        runs.collect::<Vec<_>>()
    };
    let (first, second) = (round(), round());
    let chunk = |(_, window): &Placed| file.chunk(*window, [2, 4]);
    let mut order = (0..).zip(file.order(5, 0));
    for runs in [&first, &second] {
        let mut found: Vec<Placed> = runs.concat();
        found.sort_unstable();
        assert!(found.into_iter().eq(order.by_ref().take(40)));
        let alone = |run: &Vec<Placed>| run.iter().all(|one| chunk(one) == chunk(&run[0]));
        assert!(runs.iter().all(alone));
    }
    let chunks = |runs: &[Vec<Placed>]| runs.iter().map(|run| chunk(&run[0])).collect::<Vec<_>>();
    let rises = |pair: &[[usize; 2]]| pair[0] < pair[1];
    assert!(chunks(&first).windows(2).all(rises), "each chunk once");
    let mut second = chunks(&second);
    second.reverse();
    assert!(second.windows(2).all(rises), "in the opposite direction");
}

#[test]
fn an_error_comes_in_its_place_and_is_the_last() {
    let (file, stop) = (file(307.0), AtomicBool::new(false));
    for threads in [1, 3] {
        let windows = Ahead::start(file.clone(), file.order(2, 0), 16, threads);
        let found = std::iter::from_fn(|| windows.next(&stop)).take(1000);
        let found: Vec<bool> = found.map(|window| window.is_ok()).collect();
        let readable: Vec<bool> = file
            .order(2, 0)
            .take(found.len())
            .map(|i| file.window(i).is_ok())
            .collect();
        assert_eq!(found, readable);
        let error = found.iter().position(|read| !read).unwrap();
        assert!(found.len() <= error + 16, "{} after {error}", found.len());
    }
}

#[test]
fn a_trainer_that_was_told_to_stop_waits_for_nothing() {
    let file = file(-1.0);
    let windows = Ahead::start(file.clone(), file.order(2, 0), 4, 0);
    assert!(windows.next(&AtomicBool::new(true)).is_none());
}
