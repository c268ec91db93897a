//! The number of forecasts that pay a training back, in words.

use super::text::{counted, duration, number, percent};
use ondine_metrics::results::{Breakeven, Speed, TimedSolver};

/// The number as it stands in a table, and how it comes about.
pub fn breakeven(found: &Breakeven) -> (String, String) {
    let (length, training) = (number(found.length), duration(found.training));
    let data = if found.without_data {
        ", the simulations it learned from not counted"
    } else {
        ""
    };
    let place = match found.batch {
        Some(batch) => format!("the same device, {batch} at once"),
        None => counted(found.threads, "thread"),
    };
    let each = format!(
        "{} s each by the surrogate, {} s by that solver on {place}",
        number(found.surrogate),
        number(found.solver)
    );
    match found.forecasts {
        Some(forecasts) => {
            let how = format!(
                "forecasts of {length} time units pay the training of {training} back{data}: {each}"
            );
            (format!("{forecasts:.0}"), how)
        }
        None => {
            let how = format!(
                "the solver at the same error is no slower, so no number of forecasts pays the training of {training} \
                 back{data}: {each}"
            );
            ("never".to_owned(), how)
        }
    }
}

/// The least share of a processor that a program has on a machine without much other work.
const IDLE: f64 = 0.8;

/// Words for wall times that other programs made longer; none where these had little of the processors.
#[must_use]
pub fn busy_machine(speed: &Speed) -> Option<String> {
    let share = speed.processor_share.filter(|share| *share < IDLE)?;
    Some(format!(
        "other programs had the processors while the surrogate was timed, this one {} of the time: the surrogate, whose threads wait \
         for each other, looks slower than it is, measure again on an idle machine",
        percent(share)
    ))
}

/// The place where a solver was timed, in words.
#[must_use]
pub fn solver_place(solver: &TimedSolver) -> String {
    match solver.batch {
        Some(batch) => format!("a trajectory, {batch} at once on the device of the surrogate"),
        None => "one thread".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_training_that_never_pays_is_called_so() {
        let pays = Breakeven {
            training: 100.0,
            without_data: false,
            length: 10.0,
            threads: 2,
            batch: None,
            surrogate: 1.0,
            solver: 3.0,
            forecasts: Some(50.0),
        };
        let (number, how) = breakeven(&pays);
        assert_eq!(number, "50");
        assert!(
            how.contains("pay the training of 1 min 40 s back: 1 s each"),
            "{how}"
        );
        assert!(how.contains("3 s by that solver on 2 threads"), "{how}");
        let there = Breakeven {
            batch: Some(16),
            ..pays.clone()
        };
        let (_, how) = breakeven(&there);
        assert!(how.contains("on the same device, 16 at once"), "{how}");
        let never = Breakeven {
            forecasts: None,
            without_data: true,
            ..pays
        };
        let (number, how) = breakeven(&never);
        assert_eq!(number, "never");
        assert!(
            how.contains("no number of forecasts") && how.contains("not counted"),
            "{how}"
        );
    }
}
