//! A source whose frames are checked before anything is made of them.

use super::Around;
use crate::{DataError, FailureKind, Source};
use ondine_solvers::words::counted;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source all whose trajectories have the same number of frames, of the same size and with finite values; any other is a
/// failure that says what was wrong. A trajectory that would go on is ended after the last frame.
pub struct Checked {
    /// The source that is checked.
    pub source: Arc<dyn Source>,
    /// Values of a frame.
    pub values: usize,
    /// Frames of a trajectory.
    pub frames: usize,
    /// Values of the static fields of a simulation.
    pub static_values: usize,
}

impl Checked {
    /// The fault of the static fields of simulation `index`.
    fn static_fault(&self, index: u64) -> Option<String> {
        let fields = self.source.static_fields(index);
        let (found, expected) = (fields.len(), self.static_values);
        if found != expected {
            return Some(format!(
                "its static fields have {found} values, and those of the problem {expected}: one per field and point"
            ));
        }
        let finite = fields.iter().all(|value| value.is_finite());
        (!finite).then(|| "its static fields have values that are not finite".to_owned())
    }

    /// The fault of frame `number`; none where it has none.
    fn fault(&self, number: usize, frame: &[f64]) -> Option<(FailureKind, String)> {
        let (found, expected) = (frame.len(), self.values);
        if found != expected {
            let text = format!(
                "frame {number} has {}, and a state of the problem {expected}: one per field and point",
                counted(found, "value")
            );
            return Some((FailureKind::Refused, text));
        }
        let finite = frame.iter().all(|value| value.is_finite());
        (!finite).then(|| {
            let text = format!("frame {number} has values that are not finite");
            (FailureKind::Diverged, text)
        })
    }
}

impl Around for Checked {
    fn inner(&self) -> &Arc<dyn Source> {
        &self.source
    }

    fn around(&self, source: Arc<dyn Source>) -> Arc<dyn Source> {
        Arc::new(Self { source, ..*self })
    }

    fn run_inner(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let (mut count, mut fault, mut unwanted) = (0, None, false);
        self.source.run(index, &mut |frame| {
            if count == self.frames {
                return ControlFlow::Break(());
            }
            fault = self.fault(count, frame);
            if fault.is_some() {
                return ControlFlow::Break(());
            }
            count += 1;
            let answer = sink(frame);
            unwanted = answer.is_break();
            answer
        })?;
        if let Some((kind, text)) = fault {
            return Err(DataError::failed(index, kind, text));
        }
        if count < self.frames && !unwanted {
            let text = format!("it ended after {count} frames of {}", self.frames);
            return Err(DataError::failed(index, FailureKind::Refused, text));
        }
        let fault = self.static_fault(index).filter(|_| !unwanted);
        fault.map_or(Ok(()), |text| {
            Err(DataError::failed(index, FailureKind::Refused, text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Conditions;

    /// Gives these frames.
    struct Frames(Vec<Vec<f64>>);

    impl Source for Frames {
        fn conditions(&self, _: u64) -> Conditions {
            Conditions {
                dt: 1.0,
                length: vec![1.0],
                spacing: vec![0.5],
                parameters: Vec::new(),
            }
        }

        fn run(
            &self,
            _: u64,
            sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
        ) -> Result<(), DataError> {
            let _ = self.0.iter().try_for_each(|frame| sink(frame));
            Ok(())
        }
    }

    fn run(frames: &[&[f64]], most: usize) -> (usize, Result<(), DataError>) {
        let frames = frames.iter().map(|frame| frame.to_vec()).collect();
        let checked = Checked {
            source: Arc::new(Frames(frames)),
            values: 2,
            frames: 3,
            static_values: 0,
        };
        let mut seen = 0;
        let result = checked.run(7, &mut |_| {
            seen += 1;
            if seen == most {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        (seen, result)
    }

    #[test]
    fn what_is_no_trajectory_is_a_failure_with_its_reason() {
        let two: &[f64] = &[1.0, 2.0];
        let said = |frames: &[&[f64]]| {
            let (seen, result) = run(frames, 9);
            let error = result.expect_err("refused");
            (seen, error.kind(), error.to_string())
        };
        let (seen, kind, text) = said(&[two, &[1.0]]);
        assert_eq!((seen, kind), (1, Some(FailureKind::Refused)));
        assert!(
            text.starts_with("simulation 7: frame 1 has 1 value,"),
            "{text}"
        );
        let (_, kind, _) = said(&[two, &[1.0, f64::NAN]]);
        assert_eq!(kind, Some(FailureKind::Diverged));
        let (seen, _, text) = said(&[two, two]);
        assert_eq!(seen, 2);
        assert!(text.contains("ended after 2 frames of 3"), "{text}");
    }

    #[test]
    fn static_fields_of_another_size_are_a_failure() {
        let checked = Checked {
            source: Arc::new(Frames(vec![vec![1.0, 2.0]; 3])),
            values: 2,
            frames: 3,
            static_values: 2,
        };
        let result = checked.run(7, &mut |_| ControlFlow::Continue(()));
        let error = result.expect_err("refused");
        assert_eq!(error.kind(), Some(FailureKind::Refused));
        let text = error.to_string();
        assert!(
            text.contains("have 0 values, and those of the problem 2"),
            "{text}"
        );
    }

    #[test]
    fn frames_beyond_the_last_are_left_out_and_nobody_has_to_take_all() {
        let two: &[f64] = &[1.0, 2.0];
        assert_eq!(run(&[two; 5], 9), (3, Ok(())));
        assert_eq!(run(&[two; 2], 2), (2, Ok(())));
    }
}
