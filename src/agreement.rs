//! Whether the frames of a file solve the equation of a recipe: the solver's step from some frames beside the next ones.

use crate::numbers::text::difference;
use ondine_datasets::hdf5::{DatasetError, DatasetInfo, DatasetReader, Time};
use ondine_datasets::{Conditions, Ensemble, offline};
use ondine_solvers::{Problem, SimulationSpec, SolverError, Stepper};
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

/// How much larger a difference has to be than what the solver's own steps leave uncertain.
const CERTAIN: f64 = 4.0;

/// How far frames lie from what the solver makes of those before: root mean squares over points, relative to the frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Name of the problem.
    pub kind: String,
    /// After one step, averaged over steps from frames of several trajectories.
    pub per_step: f64,
    /// How far the solver with half its time step lies from itself after one step.
    pub own: f64,
    /// Number of steps of the rollouts from first frames, and the difference at their end; none where they would take long.
    pub grown: Option<(usize, f64)>,
}

impl Agreement {
    /// Compares the trajectories of a file that has the grid, the fields and the conditions of a problem with the solver
    /// of an ensemble.
    ///
    /// # Errors
    /// Why they can't be compared, in words.
    pub fn measure(
        problem: &Problem,
        ensemble: &Ensemble,
        reader: &dyn DatasetReader,
    ) -> Result<Self, String> {
        let compared = Compared::new(problem, ensemble, reader)?;
        let (count, frames) = (reader.info().trajectories, reader.info().frames);
        let trajectories: Vec<usize> = spread(0..=count - 1, TRAJECTORIES);
        let one = compared.work();
        let mut work = 0;
        let (mut steps, mut own) = (Vec::new(), 0.0_f64);
        for &trajectory in &trajectories {
            for start in spread(0..=frames - 2, STARTS) {
                work += 3 * one; // once as it is, once in steps of half the size
                if work > WORK && !steps.is_empty() {
                    break;
                }
                let step = compared.step(trajectory, start)?;
                steps.push(step.difference);
                own = own.max(step.own);
            }
        }
        let length = STEPS.min(frames - 1);
        let affordable = work + length * one * trajectories.len() <= WORK;
        let grown = (affordable && length > 1).then(|| {
            let ends = trajectories
                .iter()
                .map(|&index| compared.rollout(index, length));
            Ok::<_, String>((length, mean(&ends.collect::<Result<Vec<_>, _>>()?)))
        });
        Ok(Self {
            kind: problem.name.clone(),
            per_step: mean(&steps),
            own,
            grown: grown.transpose()?,
        })
    }

    /// Whether the frames contradict the equation.
    pub fn differs(&self) -> bool {
        self.per_step.is_nan() || self.per_step > SAID.max(CERTAIN * self.own)
    }

    /// The differences in words.
    pub fn describe(&self) -> String {
        let kind = &self.kind;
        if !self.per_step.is_finite() {
            return format!("a solver step of `{kind}` from its frames diverges");
        }
        let grown = match self.grown {
            Some((step, error)) if error > self.per_step => {
                format!(", growing to {} at step {step}", difference(error))
            }
            Some((step, error)) if !error.is_finite() => {
                format!(", and the solver diverges within {step} steps")
            }
            _ => String::new(),
        };
        let size = difference(self.per_step);
        format!("frames differ from `{kind}` by {size} per step{grown}")
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

/// The two sides of a comparison.
struct Compared<'a> {
    ensemble: &'a Ensemble,
    reader: &'a dyn DatasetReader,
    names: Vec<String>,
}

/// Differences after a step.
struct Step {
    difference: f64,
    own: f64,
}

impl<'a> Compared<'a> {
    fn new(
        problem: &Problem,
        ensemble: &'a Ensemble,
        reader: &'a dyn DatasetReader,
    ) -> Result<Self, String> {
        let info = reader.info();
        if ensemble.draws() {
            let kind = &problem.name;
            return Err(format!(
                "`{kind}` draws a force for every simulation, which the file does not hold"
            ));
        }
        if ensemble.solver_points != ensemble.points {
            return Err(
                "the solver has a finer grid than the frames, which the file does not hold".into(),
            );
        }
        if info.frames < 2 || info.trajectories == 0 {
            return Err("the file has no two frames of a trajectory".into());
        }
        Ok(Self {
            ensemble,
            reader,
            names: problem.condition_names(),
        })
    }

    /// Points times solver steps of a step.
    fn work(&self) -> usize {
        self.reader.info().num_points() * self.ensemble.substeps
    }

    /// One step from a frame.
    fn step(&self, trajectory: usize, start: usize) -> Result<Step, String> {
        let frames = self.frames(trajectory, start, 2)?;
        let (from, to) = frames.split_at(frames.len() / 2);
        let [once, finer] = [1, 2].map(|finer| {
            let mut stepper = self.stepper(trajectory, finer)?;
            stepper.start_at(self.time(trajectory, start), from);
            stepper.step();
            Ok::<_, String>(read(&mut *stepper, to.len()))
        });
        let (once, finer) = (once?, finer?);
        Ok(Step {
            difference: relative(&once, to),
            own: relative(&once, &finer),
        })
    }

    /// The difference after so many steps from the first frame.
    fn rollout(&self, trajectory: usize, steps: usize) -> Result<f64, String> {
        let first = self.frames(trajectory, 0, 1)?;
        let mut stepper = self.stepper(trajectory, 1)?;
        stepper.start_at(self.time(trajectory, 0), &first);
        (0..steps).for_each(|_| stepper.step());
        let found = read(&mut *stepper, first.len());
        Ok(relative(&found, &self.frames(trajectory, steps, 1)?))
    }

    fn frames(&self, trajectory: usize, start: usize, count: usize) -> Result<Vec<f64>, String> {
        let frames = self.reader.frames(trajectory, start..start + count);
        frames.map_err(|error: DatasetError| error.to_string())
    }

    /// The solver with so many times its steps.
    fn stepper(&self, trajectory: usize, finer: usize) -> Result<Box<dyn Stepper>, String> {
        let conditions = offline::conditions(self.reader, trajectory, &self.names)?;
        let said = |error: SolverError| error.to_string();
        let mut spec = simulation(self.ensemble, self.reader.info(), &conditions).map_err(said)?;
        spec.substeps *= finer;
        spec.stepper().map_err(said)
    }

    /// When a frame was taken, for equations that depend on time.
    fn time(&self, trajectory: usize, frame: usize) -> f64 {
        match &self.reader.info().time {
            Time::Listed(times) => times.get(trajectory)[frame],
            Time::Uniform(dt) => (self.ensemble.warmup + frame) as f64 * *dt.get(trajectory),
        }
    }
}

/// The simulation of an ensemble on the points of a file under the conditions of a trajectory, for equations that draw
/// nothing.
///
/// # Errors
/// When there is no such grid.
pub(crate) fn simulation(
    ensemble: &Ensemble,
    info: &DatasetInfo,
    conditions: &Conditions,
) -> Result<SimulationSpec, SolverError> {
    ensemble.spec_of(conditions, &info.points(), Vec::new())
}

/// The state of a solver now.
fn read(stepper: &mut dyn Stepper, len: usize) -> Vec<f64> {
    let mut state = vec![0.0; len];
    stepper.read(&mut state);
    state
}

/// The norm of `found − expected`, relative to that of `expected`; 0 of equal states, whatever they are.
fn relative(found: &[f64], expected: &[f64]) -> f64 {
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
    let difference = squares(&mut found.iter().zip(expected).map(|(a, b)| a - b));
    if difference == 0.0 {
        return 0.0;
    }
    (difference / squares(&mut expected.iter().copied())).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(per_step: f64, grown: Option<(usize, f64)>) -> Agreement {
        Agreement {
            kind: "kdv".to_owned(),
            per_step,
            own: 1e-6,
            grown,
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
    fn places_are_spread_over_a_range() {
        assert_eq!(spread(0..=9, 4), [0, 3, 6, 9]);
        assert_eq!(spread(0..=0, 4), [0]);
        assert_eq!(spread(2..=4, 4), [2, 3, 4]);
    }
}
