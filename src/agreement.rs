//! Agreement of a file's frames with the equation of a recipe: the solver's step from some frames beside the next ones.

mod compared;

use crate::numbers::text;
use compared::Compared;
use ondine_datasets::Ensemble;
use ondine_datasets::files::DatasetReader;
use ondine_solvers::Problem;
use std::ops::RangeInclusive;

/// Trajectories that are compared, evenly spread over the file.
const TRAJECTORIES: usize = 4;

/// Frames of each from which a step is made, evenly spread.
const STARTS: usize = 4;

/// Steps of a rollout from the first frame.
const STEPS: usize = 50;

/// Points times solver steps in all, some seconds of computing; one step is always made.
const WORK: usize = 30_000_000;

/// Relative differences below are those of other solvers of the same equation.
const SAID: f64 = 1e-3;

/// The same for a single step: initial states are sharper, and other solvers differ there by more.
const SAID_ONCE: f64 = 10.0 * SAID;

/// Ratio of the worst difference to the mean from which on its place is reported.
const APART: f64 = 4.0;

/// Smallest ratio of a difference to the error of the solver's own steps from which on it counts.
const CERTAIN: f64 = 4.0;

/// Distance of frames from the solver's, one step on from those before: root mean square, relative to the frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Name of the problem.
    pub kind: String,
    /// After one step, averaged over steps from frames of several trajectories; from all frames where that takes seconds.
    pub per_step: f64,
    /// Distance of the solver with half its time step from itself after one step.
    pub own: f64,
    /// The step with the largest difference.
    pub worst: Worst,
    /// The rollouts from first frames; none where they would take long.
    pub grown: Option<Grown>,
}

/// The step with the largest difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst {
    /// Its trajectory.
    pub trajectory: usize,
    /// The frame that it starts from.
    pub frame: usize,
    /// The difference.
    pub difference: f64,
}

/// Differences at the end of rollouts, averaged over trajectories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grown {
    /// Number of steps.
    pub steps: usize,
    /// The difference from the frames.
    pub difference: f64,
    /// That from a rollout with half the time step of a state that differs by as much as a step from a frame does: as far as
    /// small differences grow by themselves.
    pub own: f64,
}

impl Worst {
    /// The worse of two.
    fn or(self, other: Self) -> Self {
        if other.difference > self.difference || other.difference.is_nan() {
            other
        } else {
            self
        }
    }
}

impl Grown {
    /// The difference that says something: as large as if a said difference had been added at every step, and certain.
    fn limit(self) -> f64 {
        (self.steps as f64 * SAID).max(CERTAIN * self.own)
    }
}

impl Agreement {
    /// Compares trajectories of a file that has the grid, the fields and the conditions of a problem with the solver of an
    /// ensemble.
    ///
    /// # Errors
    /// Why they can't be compared, in words.
    pub fn measure(
        problem: &Problem,
        ensemble: &Ensemble,
        reader: &dyn DatasetReader,
        trajectories: &[usize],
    ) -> Result<Self, String> {
        let compared = Compared::new(problem, ensemble, reader)?;
        let frames = reader.info().shortest();
        let last = trajectories.len().checked_sub(1);
        let last = last.ok_or("no trajectory is compared")?;
        let some: Vec<usize> = spread(0..=last, TRAJECTORIES);
        let some: Vec<usize> = some.into_iter().map(|i| trajectories[i]).collect();
        // Once as it is, once in steps of half the size.
        let step = 3 * compared.work();
        let affordable = |count: usize| count.saturating_mul(step) <= WORK;
        let all = affordable(trajectories.len().saturating_mul(frames - 1));
        let (indices, starts) = if all {
            (trajectories, (0..frames - 1).collect())
        } else {
            (&some[..], spread(0..=frames - 2, STARTS))
        };
        let most = if all {
            usize::MAX
        } else {
            (WORK / step).max(1)
        };
        let steps = compared.steps(indices, &starts, most)?;
        let differences: Vec<f64> = steps.iter().map(|(worst, _)| worst.difference).collect();
        let per_step = mean(&differences);
        let length = STEPS.min(frames - 1);
        let sampled = some.len() * (3 * STARTS.min(frames - 1) + length);
        let grown = (sampled * compared.work() <= WORK && length > 1)
            .then(|| compared.grown(&some, length, per_step))
            .transpose()?;
        let worst = steps.iter().map(|(worst, _)| *worst);
        Ok(Self {
            kind: problem.name.clone(),
            per_step,
            own: steps.iter().map(|(_, own)| *own).fold(0.0, f64::max),
            worst: worst.reduce(Worst::or).ok_or("no step is compared")?,
            grown,
        })
    }

    /// Whether the frames contradict the equation: on the mean, at one step, or more and more.
    pub fn differs(&self) -> bool {
        let beyond = |found: f64, limit: f64| found.is_nan() || found > limit;
        let certain = CERTAIN * self.own;
        let grown = |grown: Grown| beyond(grown.difference, grown.limit()) && !grown.own.is_nan();
        beyond(self.per_step, certain.max(SAID))
            || beyond(self.worst.difference, certain.max(SAID_ONCE))
            || self.grown.is_some_and(grown)
    }

    /// The differences in words.
    pub fn describe(&self) -> String {
        let kind = &self.kind;
        if !self.per_step.is_finite() {
            let (from, of) = (self.worst.frame, self.worst.trajectory);
            return format!(
                "a solver step of `{kind}` from its frames diverges (frame {from} of trajectory {of})"
            );
        }
        let grown = match self.grown {
            Some(Grown {
                steps, difference, ..
            }) if difference > self.per_step => {
                format!(
                    ", growing to {} at step {steps}",
                    text::difference(difference)
                )
            }
            Some(Grown {
                steps, difference, ..
            }) if !difference.is_finite() => {
                format!(", and the solver diverges within {steps} steps")
            }
            _ => String::new(),
        };
        let size = text::difference(self.per_step);
        format!(
            "frames differ from `{kind}` by {size} per step{grown}{}",
            self.place()
        )
    }

    /// The worst step in words, where it is far worse than the others.
    fn place(&self) -> String {
        let Worst {
            trajectory,
            frame,
            difference,
        } = self.worst;
        if difference <= SAID_ONCE.max(APART * self.per_step) {
            return String::new();
        }
        format!(
            "; frames {frame} and {} of trajectory {trajectory} differ by {}",
            frame + 1,
            text::difference(difference)
        )
    }

    /// The warning for a user; none where frames and equation agree.
    pub fn warning(&self) -> Option<String> {
        self.differs().then(|| {
            format!(
                "{} (relative, from the recipe's solver with the parameters of the file): equation, parameters or units \
                 are not those of the file, or its own solver is as inaccurate",
                self.describe()
            )
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// At most `count` places of a range, its ends among them.
fn spread(range: RangeInclusive<usize>, count: usize) -> Vec<usize> {
    let (first, last) = (*range.start(), *range.end());
    let count = count.min(last - first + 1);
    let place = |i: usize| first + (last - first) * i / (count - 1).max(1);
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(per_step: f64, grown: Option<(usize, f64)>) -> Agreement {
        Agreement {
            kind: "kdv".to_owned(),
            per_step,
            own: 1e-6,
            worst: Worst {
                trajectory: 3,
                frame: 14,
                difference: per_step,
            },
            grown: grown.map(|(steps, difference)| Grown {
                steps,
                difference,
                own: 1e-3,
            }),
        }
    }

    #[test]
    fn differences_are_said_in_words() {
        let said = |per_step, grown| agreement(per_step, grown).describe();
        assert_eq!(
            said(6.7e-3, Some((50, 0.46))),
            "frames differ from `kdv` by 6.7e-3 per step, growing to 0.46 at step 50"
        );
        assert_eq!(said(0.2, None), "frames differ from `kdv` by 0.20 per step");
        assert!(said(f64::NAN, None).contains("diverges"));
        assert!(agreement(6.7e-3, None).warning().is_some());
        assert!(agreement(f64::NAN, None).differs());
        assert!(!agreement(5e-4, None).differs());
        let uncertain = Agreement {
            own: 5e-3,
            ..agreement(6.7e-3, None)
        };
        assert!(!uncertain.differs(), "the solver is no better itself");
    }

    #[test]
    fn one_step_and_what_adds_up_are_differences_too() {
        let mut one = agreement(5e-4, None);
        one.worst.difference = 0.3;
        assert!(one.differs());
        let said = "frames differ from `kdv` by 5.0e-4 per step; frames 14 and 15 of trajectory 3 differ by 0.30";
        assert_eq!(one.describe(), said);
        assert!(agreement(5e-4, Some((50, 0.2))).differs(), "adds up");
        assert!(!agreement(5e-4, Some((50, 0.04))).differs());
        let mut chaotic = agreement(5e-4, Some((50, 0.2)));
        chaotic.grown.as_mut().expect("grown").own = 0.1;
        assert!(!chaotic.differs(), "small differences grow by themselves");
    }

    #[test]
    fn places_are_spread_over_a_range() {
        assert_eq!(spread(0..=9, 4), [0, 3, 6, 9]);
        assert_eq!(spread(0..=0, 4), [0]);
        assert_eq!(spread(2..=4, 4), [2, 3, 4]);
    }
}
