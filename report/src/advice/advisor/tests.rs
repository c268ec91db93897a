use super::*;
use crate::advice::doubles::good;
use crate::advice::rules::LONG_WAIT;
use ondine_datasets::policy::Reads;
use std::collections::BTreeSet;

fn setting() -> Setting {
    Setting {
        device_batch: None,
        workers: Some(2),
        cores: Some(8),
        batch: 32,
        steps: 1000,
        capacity: 5000,
        simulations: 100,
        kind: "reservoir".to_owned(),
        reads: Reads::Many,
        asked: None,
        warmup: 0,
        frames: 101,
        adaptive: false,
        memory: None,
        held_whole: false,
    }
}

fn said(setting: &Setting, lines: &[Reading]) -> Vec<Advice> {
    advise(setting, lines, None)
}

fn bad(change: impl Fn(&mut Reading)) -> Vec<Reading> {
    let mut lines = good();
    lines.iter_mut().for_each(change);
    lines
}

#[test]
fn a_stream_in_order_needs_no_advice() {
    assert_eq!(said(&setting(), &good()), []);
    assert_eq!(said(&setting(), &good()[..FEWEST_LINES - 1]), []);
}

#[test]
fn every_rule_speaks_alone_with_its_number_and_its_remedy() {
    let same = setting;
    let seconds = |ranks: f64, reduce: f64| {
        bad(|line| {
            line.step_compute_s = 1.0;
            (line.step_ranks_s, line.step_reduce_s) = (ranks, reduce);
        })
    };
    let cases: [(&str, Vec<Reading>, Setting, &[&str]); 13] = [
        (
            "ranks_apart",
            seconds(1.0, 0.0),
            same(),
            &["wait for each other 50 %", "as many cores as the others"],
        ),
        (
            "long_reduction",
            seconds(0.0, 1.0),
            same(),
            &[
                "gradients take 50 %",
                "train.batch",
                "from 32 to 64",
                "fewer ranks",
            ],
        ),
        (
            "trainer_waits",
            bad(|line| line.trainer_wait = 0.41),
            same(),
            &[
                "41 %",
                "workers from 2 to 4, or to \"auto\", or",
                "from 3.2 to 5.4",
            ],
        ),
        (
            "trainer_waits",
            bad(|line| (line.trainer_wait, line.workers_active) = (0.41, 8)),
            Setting {
                workers: None,
                ..same()
            },
            &["41 % of the time with 8 automatic workers: raise buffer.reads_per_sample from 3.2"],
        ),
        (
            "trainer_waits",
            bad(|line| line.trainer_wait = 0.41),
            Setting {
                cores: Some(2),
                reads: Reads::Once,
                ..same()
            },
            &["41 % of the time: let buffer.kind = \"reservoir\""],
        ),
        (
            "trainer_waits",
            bad(|line| line.trainer_wait = 0.41),
            Setting {
                device_batch: Some(16),
                workers: Some(1),
                ..same()
            },
            &["41 % of the time: raise source.batch from 16 to 32, which a GPU"],
        ),
        (
            "solvers_idle",
            bad(|line| line.solver_wait_recent = 0.97),
            same(),
            &["97 %", "3.2 times", "= 320 instead of 100"],
        ),
        (
            "few_simulations",
            bad(|line| line.batch_simulations = 4.0),
            same(),
            &["batch of 32", "4.0 simulations", "from 5000 to 10000"],
        ),
        (
            "time_order",
            bad(|line| line.time_correlation = Some(0.93)),
            same(),
            &["correlation 0.93", "from 5000 to 10000"],
        ),
        (
            "off_prior",
            bad(|line| line.prior_distance = Some(0.3)),
            same(),
            &["`viscosity`", "0.30", "0.14", "from 5000 to 10000"],
        ),
        (
            "dropped_unread",
            bad(|line| line.windows_dropped = line.windows_arrived / 4),
            Setting {
                kind: "uniform_reservoir".to_owned(),
                ..same()
            },
            &["% of the windows were dropped", "\"reservoir\""],
        ),
        (
            "never_read",
            good(),
            Setting {
                steps: 200,
                ..same()
            },
            &["6400 of 10000", "from 200 to 313", "from 100 to 64"],
        ),
        (
            "large_buffer",
            good(),
            Setting {
                capacity: 20_000,
                ..same()
            },
            &["20000", "10000 would do"],
        ),
    ];
    let mut spoken = BTreeSet::new();
    for (rule, lines, setting, parts) in cases {
        spoken.insert(rule);
        let advice = said(&setting, &lines);
        let rules: Vec<&str> = advice.iter().map(|one| one.rule).collect();
        assert_eq!(rules, [rule], "{advice:?}");
        for part in parts {
            assert!(
                advice[0].text.contains(part),
                "`{part}`: {}",
                advice[0].text
            );
        }
    }
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(spoken, rules, "each has a case here");
}

#[test]
fn where_simulations_are_mostly_warm_up_they_should_be_longer() {
    let lines = bad(|line| line.trainer_wait = 0.5);
    let setting = Setting {
        warmup: 300,
        frames: 100,
        ..setting()
    };
    let text = &said(&setting, &lines)[0].text;
    // (300 + 100)/100 frames are solved for one that is kept; half of it is bearable: (300 + 300)/300.
    let expected = "300 of 400 frames of each are warm-up: time.frames = 300 instead of 100, ensemble.simulations = 34";
    assert!(text.contains(expected), "{text}");
    let lines = bad(|line| line.batch_simulations = 4.0);
    let text = &said(&setting, &lines)[0].text;
    assert!(!text.contains("shorten"), "{text}"); // that would be warm-up alone
}

#[test]
fn a_training_from_a_file_is_told_of_memory_and_of_nothing_that_it_has_not() {
    let mut lines = bad(|line| line.trainer_wait = 0.41);
    for line in &mut lines {
        line.windows_arrived = line.windows_planned;
        line.prior_distance = Some(0.9);
    }
    let setting = Setting {
        memory: Some(512),
        ..setting()
    };
    let advice = said(&setting, &lines);
    assert_eq!(advice.len(), 1, "{advice:?}");
    assert!(
        advice[0].text.contains("data.memory, now 512 MiB"),
        "{advice:?}"
    );
    let setting = Setting {
        held_whole: true,
        ..setting
    };
    assert_eq!(said(&setting, &lines), [], "no more can be held");
}

#[test]
fn lines_after_the_last_window_has_arrived_do_not_count() {
    let mut lines = bad(|line| line.trainer_wait = 0.41);
    lines.extend((41..=200).map(|i| Reading {
        training_s: f64::from(i),
        trainer_wait: 0.41 * 40.0 / f64::from(i), // no waiting any more
        windows_arrived: 10_000,
        batch_simulations: 28.0,
        windows_planned: 10_000,
        reads_per_window: 3.2,
        ..Reading::default()
    }));
    let advice = said(&setting(), &lines);
    assert!(advice[0].text.contains("41 %"), "{advice:?}");
}

#[test]
fn an_advisor_repeats_itself_only_when_it_got_clearly_worse() {
    let mut advisor = Advisor::new(setting(), None);
    let mut spoken = Vec::new();
    for (wait, lines) in [(0.01, 30), (0.10, 40), (0.12, 40), (0.5, 60)] {
        for _ in 0..lines {
            let line = &mut good()[0];
            line.training_s = 0.0; // no difference: lines weigh alike
            line.trainer_wait_recent = wait;
            line.windows_arrived = 5000;
            spoken.extend(advisor.hear(line).into_iter().map(|new| new.severity));
        }
    }
    assert!((2..=4).contains(&spoken.len()), "{spoken:?}");
    assert!(spoken.is_sorted() && spoken[0] > LONG_WAIT, "{spoken:?}");
    assert!(advisor.lines.len() <= 2 * RECENT_LINES);
}
