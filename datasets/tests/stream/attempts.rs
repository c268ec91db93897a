//! Attempts at a simulation: drawn again where the source can, and ended with the first error where it can't.

use ondine_datasets::{Conditions, DataError, FailureKind, FailureLog, Source, attempts};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source whose attempts below `good` fail; none is drawn again where `good` is not given.
#[derive(Clone, Copy)]
struct Trials {
    attempt: u32,
    good: Option<u32>,
}

impl Source for Trials {
    fn conditions(&self, _index: u64) -> Conditions {
        Conditions {
            dt: 1.0,
            length: vec![1.0],
            spacing: vec![1.0],
            parameters: vec![f64::from(self.attempt)],
        }
    }

    fn run(
        &self,
        index: u64,
        _sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        if self.good.is_some_and(|good| self.attempt >= good) {
            return Ok(());
        }
        let why = format!("attempt {} is bad", self.attempt);
        Err(DataError::failed(index, FailureKind::Refused, why))
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        self.good?;
        Some(Arc::new(Self { attempt, ..*self }))
    }
}

/// The parameter of the attempt that succeeds, and the log of the others.
fn outcome(good: Option<u32>, first: u32) -> (Result<f64, DataError>, FailureLog) {
    let mut log = FailureLog::new(Vec::new(), 100);
    let simulate = |source: &dyn Source| {
        source.run(7, &mut |_| ControlFlow::Continue(()))?;
        Ok(source.conditions(7).parameters[0])
    };
    let mut next = first;
    let note = |conditions, error| {
        log.note(7, conditions, error, false)?;
        next += 1;
        Ok(next)
    };
    let source = Trials { attempt: 0, good };
    (attempts(&source, 7, first, simulate, note), log)
}

#[test]
fn attempts_go_on_from_the_first_one_until_one_succeeds() {
    for (first, good) in [(0, 0), (0, 3), (2, 3), (5, 3)] {
        let (found, log) = outcome(Some(good), first);
        let succeeded = first.max(good);
        assert_eq!(
            found.ok().map(|parameter| parameter as u32),
            Some(succeeded)
        );
        let failed: Vec<u32> = (first..succeeded).collect();
        let noted = log
            .all()
            .iter()
            .filter_map(|failure| failure.conditions.as_ref());
        let noted: Vec<u32> = noted.map(|of| of.parameters[0] as u32).collect();
        assert_eq!(noted, failed, "from {first}, good from {good}");
    }
}

#[test]
fn where_nothing_can_be_drawn_again_the_first_error_is_the_last() {
    let (found, log) = outcome(None, 0);
    let said = found.expect_err("it fails").to_string();
    assert_eq!(said, "simulation 7: attempt 0 is bad");
    assert!(log.all().is_empty());
}

#[test]
fn attempts_that_fail_too_often_end_with_the_word_of_the_log() {
    let (found, _) = outcome(Some(1000), 0);
    let said = found.expect_err("ten attempts fail").to_string();
    assert!(
        said.contains("10 attempts") || said.contains("10 times"),
        "{said}"
    );
}
