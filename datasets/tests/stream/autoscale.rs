//! The automatic number of workers: what it answers to made-up stretches, where it settles in a closed loop with workers
//! and a trainer in simulated time, and that a real pool under it gives what one worker gives.

use crate::doubles::{Experiment, Name, name, wait_until, within_patience};
use ondine_datasets::{Autoscale, Cursor, Interval, Order, Snapshot, WorkerPool};
use ondine_solvers::Rng;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ten seconds of `running` workers in which the two sides waited for these shares of their time.
fn stretch(trainer_wait: f64, production_wait: f64, running: f64) -> Interval {
    let seconds = Duration::from_secs_f64;
    Interval {
        training: seconds(10.0),
        trainer_wait: seconds(10.0 * trainer_wait),
        production: seconds(10.0 * running),
        production_wait: seconds(10.0 * running * production_wait),
        ended: 40,
    }
}

/// The answers to the same stretch, heard `count` times.
fn answers(balance: &mut Autoscale, stretch: &Interval, count: usize) -> Vec<Option<i32>> {
    (0..count).map(|_| balance.hear(stretch)).collect()
}

#[test]
fn a_trainer_that_waits_gets_more_workers_step_by_step_and_then_time_to_see_them() {
    let mut balance = Autoscale::automatic(4, 12);
    let waits = stretch(0.3, 0.0, 4.0); // as much work as for 5.7 workers
    let first = [Some(0), Some(1), Some(1), Some(0)];
    assert_eq!(answers(&mut balance, &waits, 4), first);
    assert_eq!(balance.active(), 6);
    let next = [Some(1), Some(1), Some(1), Some(0)];
    assert_eq!(answers(&mut balance, &stretch(0.3, 0.0, 6.0), 4), next);
    assert_eq!(balance.active(), 9);
    let mut balance = Autoscale::automatic(4, 100);
    answers(&mut balance, &stretch(0.999, 0.0, 4.0), 6);
    assert_eq!(balance.active(), 8, "twice as many before they are seen");
}

#[test]
fn a_trainer_that_waits_a_little_gets_one_more_if_it_does_so_on_average() {
    let mut balance = Autoscale::automatic(4, 8);
    let (little, none) = (stretch(0.07, 0.0, 4.0), stretch(0.0, 0.0, 4.0));
    for _ in 0..20 {
        assert_eq!(answers(&mut balance, &none, 3), [Some(0); 3]);
        assert_eq!(answers(&mut balance, &little, 1), [Some(0)]);
    }
    let expected = [Some(0), Some(0), Some(1)];
    let mut balance = Autoscale::automatic(4, 8);
    assert_eq!(answers(&mut balance, &little, 3), expected);
}

#[test]
fn workers_that_wait_on_average_are_fewer() {
    let mut balance = Autoscale::automatic(4, 8);
    let idle = stretch(0.0, 0.35, 4.0); // as much work as for 2.6 workers
    let expected = [Some(0), Some(0), Some(0), Some(0), Some(-1)];
    assert_eq!(answers(&mut balance, &idle, 5), expected);
    let idle = stretch(0.0, 0.2, 3.0);
    assert_eq!(answers(&mut balance, &idle, 20), [Some(0); 20]);
    assert_eq!(balance.active(), 3);
    let mut balance = Autoscale::automatic(8, 8);
    let expected = [Some(0), Some(-1), Some(-1), Some(-1), Some(0)];
    assert_eq!(answers(&mut balance, &stretch(0.0, 0.7, 8.0), 5), expected);
    assert_eq!(balance.active(), 5, "clearly more than the work of 2.4");
}

#[test]
fn waits_that_tell_nothing_change_nothing() {
    for (trainer_wait, production_wait) in [
        (0.0, 0.0),  // windows pile up or run out: nobody knows
        (0.04, 0.0), // few waits
        (0.3, 0.6),  // both wait: more workers would wait as well
        (0.0, 0.2),  // three would do 3.2 workers' work and let the trainer wait 6 %
    ] {
        let mut balance = Autoscale::automatic(4, 8);
        let heard = stretch(trainer_wait, production_wait, 4.0);
        let answers = answers(&mut balance, &heard, 20);
        assert_eq!(answers, [Some(0); 20], "{trainer_wait} {production_wait}");
    }
}

#[test]
fn a_stretch_goes_on_until_it_tells_something() {
    let mut balance = Autoscale::automatic(6, 8);
    let waits = stretch(0.2, 0.0, 6.0);
    let short = Interval {
        training: Duration::from_millis(900),
        ..waits
    };
    let few = Interval { ended: 7, ..waits };
    assert_eq!(answers(&mut balance, &short, 5), [None; 5]);
    assert_eq!(answers(&mut balance, &few, 5), [None; 5]);
    let mut quick = Autoscale::automatic(6, 8).every(Duration::from_millis(500));
    assert_eq!(answers(&mut quick, &short, 2), [Some(0), Some(1)]);
}

#[test]
fn the_number_stays_between_one_and_the_most_and_a_typed_one_stays() {
    let mut balance = Autoscale::automatic(9, 3);
    assert_eq!((balance.active(), balance.most()), (3, 3));
    answers(&mut balance, &stretch(0.9, 0.0, 3.0), 50);
    assert_eq!(balance.active(), 3);
    answers(&mut balance, &stretch(0.0, 0.999, 3.0), 50);
    assert_eq!(balance.active(), 1);
    let mut fixed = Autoscale::from(2);
    assert!(fixed.is_fixed() && !balance.is_fixed());
    assert_eq!(answers(&mut fixed, &stretch(0.9, 0.0, 2.0), 9), [None; 9]);
}

#[test]
fn a_number_that_was_too_few_is_tried_again_when_the_load_has_fallen() {
    let mut balance = Autoscale::automatic(3, 8);
    answers(&mut balance, &stretch(0.06, 0.0, 3.0), 3);
    assert_eq!(balance.active(), 4);
    // Four wait as if three were enough, which they were not.
    answers(&mut balance, &stretch(0.0, 0.25, 4.0), 50);
    assert_eq!(balance.active(), 4, "no second try");
    answers(&mut balance, &stretch(0.0, 0.4, 4.0), 50);
    assert_eq!(balance.active(), 3, "less work");
}

/// Workers and a trainer in simulated time.
struct Loop {
    /// Seconds of a simulation, on average.
    simulation: f64,
    /// Share by which simulations differ.
    jitter: f64,
    /// Windows of a simulation.
    windows: f64,
    /// Windows that the trainer would take a second.
    rate: f64,
}

/// One worker: seconds to the end of its simulation, then windows that it has to put.
#[derive(Clone, Copy)]
struct Busy {
    left: f64,
    windows: f64,
}

/// Course of a simulated training.
struct Ran {
    /// Active workers, one number a tick.
    numbers: Vec<usize>,
    /// Seconds that the trainer waited.
    waited: f64,
}

impl Loop {
    /// The share of its time that the trainer waits.
    fn wait(&self, balance: &mut Autoscale, seconds: f64) -> f64 {
        let ran = self.run(balance, seconds);
        ran.waited / seconds
    }

    fn run(&self, balance: &mut Autoscale, seconds: f64) -> Ran {
        let mut rng = Rng::stream(5, ondine_solvers::Stream::Noise, 0);
        let tick = (self.simulation / 40.0).min(0.1);
        let (mut workers, mut stock) = (Vec::<Busy>::new(), 0.0_f64);
        let mut waited = 0.0;
        let (mut heard, mut numbers) = (Interval::default(), Vec::new());
        for _ in 0..(seconds / tick) as usize {
            while workers.len() < balance.active() {
                let spread = rng.uniform(-self.jitter, self.jitter);
                workers.push(Busy {
                    left: self.simulation * (1.0 + spread),
                    windows: self.windows,
                });
            }
            let ahead = balance.active() as f64 * self.windows;
            let time = Duration::from_secs_f64(tick);
            let before = workers.len();
            heard.production += time * before as u32;
            for worker in &mut workers {
                worker.left -= tick;
                if worker.left <= 0.0 {
                    let put = worker.windows.min((ahead - stock).max(0.0));
                    (stock, worker.windows) = (stock + put, worker.windows - put);
                    heard.production_wait += time * u32::from(worker.windows > 0.0);
                }
            }
            workers.retain(|worker| worker.windows > 0.0);
            heard.ended += (before - workers.len()) as u64;
            let read = (self.rate * tick).min(stock);
            stock -= read;
            heard.training += time;
            let wait = 1.0 - read / (self.rate * tick);
            heard.trainer_wait += time.mul_f64(wait);
            waited += wait * tick;
            if balance.hear(&heard).is_some() {
                heard = Interval::default();
            }
            numbers.push(balance.active());
        }
        Ran { numbers, waited }
    }

    /// The smallest number with which the trainer waits less than 5 %, measured.
    fn needed(&self, most: usize) -> usize {
        let seconds = 400.0 * self.simulation;
        let waits = |workers: usize| self.wait(&mut workers.into(), seconds) >= 0.05;
        (1..most).find(|&workers| !waits(workers)).unwrap_or(most)
    }
}

fn changes(numbers: &[usize]) -> usize {
    numbers.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[test]
fn in_a_closed_loop_it_settles_at_the_smallest_number_and_stays_there() {
    let most = 24;
    for load in [0.1, 0.6, 1.5, 2.6, 3.4, 7.6, 12.5, 18.2, 60.0] {
        for (simulation, jitter) in [(0.05, 0.0), (0.3, 0.2), (4.0, 0.0), (4.0, 0.3)] {
            let windows = 100.0;
            let rate = load * windows / simulation;
            let case = Loop {
                simulation,
                jitter,
                windows,
                rate,
            };
            let needed = case.needed(most);
            for first in [1, 4, most] {
                // Hundreds of simulations, and time for a round with each number.
                let seconds = 400.0 + simulation * (200.0_f64).max(200.0 / load);
                let mut balance = Autoscale::automatic(first, most);
                let numbers = case.run(&mut balance, seconds).numbers;
                let late = &numbers[numbers.len() / 2..];
                let said = format!("load {load}, simulation {simulation} ± {jitter}, from {first}");
                // Among many, chance alone is as large as the work of one.
                let more = usize::from(jitter > 0.0 && needed > 8);
                assert!((needed..=needed + more).contains(&late[0]), "{said}");
                assert_eq!(changes(late), 0, "{said}");
                let (path, way) = (changes(&numbers), first.abs_diff(needed));
                assert!(path <= way + 6, "{said}: {path} changes on a way of {way}");
            }
        }
    }
}

#[test]
fn it_follows_a_trainer_that_becomes_faster_and_slower() {
    let mut balance = Autoscale::automatic(3, 24);
    for load in [2.5, 9.5, 4.5, 0.5, 6.5] {
        let case = Loop {
            simulation: 0.5,
            jitter: 0.2,
            windows: 100.0,
            rate: load * 200.0,
        };
        let numbers = case.run(&mut balance, 300.0).numbers;
        let late = &numbers[numbers.len() / 2..];
        assert_eq!(
            (late[0], changes(late)),
            (case.needed(24), 0),
            "load {load}"
        );
    }
}

/// A training whose trainer has no time until one worker is left, and then no patience, under workers that come and go.
/// Returns the batches and the numbers of active workers that were seen.
fn batches(order: Order, workers: Autoscale) -> (Vec<Vec<Name>>, Vec<usize>) {
    let mut experiment = Experiment {
        policy: "reservoir",
        order,
        simulations: 600,
        steps: 1_500,
        ..Experiment::default()
    };
    experiment.simulator.delay = |_| Duration::from_micros(200);
    within_patience(move || {
        let buffer = experiment.buffer(Snapshot::default());
        let pool = WorkerPool::start(
            workers,
            Arc::new(experiment.simulator),
            buffer.clone(),
            experiment.cut,
            &Cursor::default(),
            experiment.simulations,
        );
        let (mut all, mut seen, mut slow) = (Vec::new(), Vec::new(), true);
        for step in 0..experiment.steps {
            if slow && step < experiment.steps / 2 {
                // Until a worker waits, and longer: slower than one worker whatever else the machine does.
                let (began, moment) = (Instant::now(), Duration::from_millis(1));
                wait_until("full", || {
                    let before = buffer.telemetry().solver_wait;
                    sleep(moment);
                    buffer.telemetry().solver_wait >= before + moment
                });
                sleep(2 * began.elapsed());
            }
            let batch = buffer.draw(experiment.batch).expect("no simulation fails");
            let stride = experiment.cut.stride;
            all.push(batch.iter().map(|w| name(w, stride)).collect());
            let active = buffer.telemetry().active;
            slow &= active > 1;
            seen.push(active);
        }
        drop(pool);
        (all, seen)
    })
}

#[test]
fn batches_in_order_of_simulation_are_the_same_whatever_the_balance_does() {
    let order = Order::Simulation { ahead: 6 };
    let (one, alone) = batches(order, 1.into());
    assert!(alone.iter().all(|&active| active == 1));
    let balance = Autoscale::automatic(4, 6).every(Duration::from_millis(10));
    let (balanced, seen) = batches(order, balance);
    assert!(changes(&seen) > 0, "the number changed: {:?}", seen.last());
    assert_eq!(one, balanced);
}

#[test]
fn a_pool_under_a_balance_delivers_every_window_once() {
    let balance = Autoscale::automatic(4, 6).every(Duration::from_millis(10));
    let (batches, seen) = batches(Order::Arrival, balance);
    assert!(seen.contains(&1), "a slow trainer needs one worker");
    assert!(changes(&seen) > 1, "a fast one more: {:?}", seen.last());
    let mut names = batches.concat();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 600 * 10, "each is read");
}

#[test]
fn idle_workers_do_not_count_as_working_and_end_with_the_pool() {
    let experiment = Experiment::default();
    let buffer = experiment.buffer(Snapshot::default());
    let balance = Autoscale::automatic(1, 16);
    let simulator = Arc::new(experiment.simulator);
    let cursor = Cursor::default();
    let (cut, total) = (experiment.cut, u64::MAX);
    let started = Instant::now();
    let pool = WorkerPool::start(balance, simulator, buffer.clone(), cut, &cursor, total);
    let waits = || buffer.telemetry().solver_wait > Duration::ZERO;
    wait_until("ahead", waits);
    let telemetry = buffer.telemetry();
    assert_eq!((telemetry.active, telemetry.running), (1, 1));
    assert!(telemetry.worker_time <= started.elapsed());
    within_patience(move || drop(pool));
}
