//! Solver steps and rollouts from the frames of a file, beside the frames that follow.

use super::{Grown, SAID, Worst, mean};
use ondine_datasets::files::{DatasetError, DatasetReader, Time};
use ondine_datasets::{Ensemble, offline};
use ondine_solvers::{Problem, SolverError, Stepper};

/// The two sides of a comparison.
pub(super) struct Compared<'a> {
    ensemble: &'a Ensemble,
    reader: &'a dyn DatasetReader,
    names: Vec<String>,
}

impl<'a> Compared<'a> {
    pub(super) fn new(
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
        if info.shortest() < 2 || info.trajectories == 0 {
            return Err("the file has no two frames of a trajectory".into());
        }
        Ok(Self {
            ensemble,
            reader,
            names: problem.condition_names(),
        })
    }

    /// Points times solver steps of a step.
    pub(super) fn work(&self) -> usize {
        self.reader.info().num_points() * self.ensemble.substeps
    }

    /// At most `most` steps from these frames of these trajectories, each with how far the solver with half the time step
    /// lies from it.
    pub(super) fn steps(
        &self,
        trajectories: &[usize],
        starts: &[usize],
        most: usize,
    ) -> Result<Vec<(Worst, f64)>, String> {
        let mut steps = Vec::new();
        for &trajectory in trajectories.iter().take(most.div_ceil(starts.len())) {
            let mut steppers = [self.stepper(trajectory, 1)?, self.stepper(trajectory, 2)?];
            // All of a trajectory are read at once: chunks of the file hold many frames.
            let whole = starts.len() + 1 == self.reader.info().frames;
            let held = whole.then(|| self.frames(trajectory, 0, starts.len() + 1));
            let held = held.transpose()?;
            for &frame in starts.iter().take(most - steps.len()) {
                let len = self.reader.info().frame_len();
                let frames = match &held {
                    Some(held) => held[frame * len..][..2 * len].to_vec(),
                    None => self.frames(trajectory, frame, 2)?,
                };
                let (from, to) = frames.split_at(len);
                let [once, finer] = steppers.each_mut().map(|stepper| {
                    stepper.start_at(self.time(trajectory, frame), from);
                    stepper.step();
                    read(&mut **stepper, to.len())
                });
                let step = Worst {
                    trajectory,
                    frame,
                    difference: relative(&once, to),
                };
                steps.push((step, relative(&once, &finer)));
            }
        }
        Ok(steps)
    }

    /// Differences after so many steps from first frames, and those of states that differ by `off` to begin with.
    pub(super) fn grown(
        &self,
        trajectories: &[usize],
        steps: usize,
        off: f64,
    ) -> Result<Grown, String> {
        let off = off.clamp(f64::from(f32::EPSILON), SAID); // neither of NaN
        let (mut differences, mut own) = (Vec::new(), Vec::new());
        for &index in trajectories {
            let first = self.frames(index, 0, 1)?;
            let moved: Vec<f64> = first.iter().map(|value| (1.0 + off) * value).collect();
            let found = self.rollout(index, 1, &first, steps)?;
            let finer = self.rollout(index, 2, &moved, steps)?;
            differences.push(relative(&found, &self.frames(index, steps, 1)?));
            own.push(relative(&found, &finer));
        }
        Ok(Grown {
            steps,
            difference: mean(&differences),
            own: mean(&own),
        })
    }

    /// The state after so many steps from a first frame, in `finer` times the solver's steps.
    fn rollout(
        &self,
        trajectory: usize,
        finer: usize,
        first: &[f64],
        steps: usize,
    ) -> Result<Vec<f64>, String> {
        let mut stepper = self.stepper(trajectory, finer)?;
        stepper.start_at(self.time(trajectory, 0), first);
        (0..steps).for_each(|_| stepper.step());
        Ok(read(&mut *stepper, first.len()))
    }

    fn frames(&self, trajectory: usize, start: usize, count: usize) -> Result<Vec<f64>, String> {
        let frames = self.reader.frames(trajectory, start..start + count);
        frames.map_err(|error: DatasetError| error.to_string())
    }

    /// The solver with so many times its steps.
    fn stepper(&self, trajectory: usize, finer: usize) -> Result<Box<dyn Stepper>, String> {
        let conditions = offline::conditions(self.reader, trajectory, &self.names)?;
        let said = |error: SolverError| error.to_string();
        let points = self.reader.info().points();
        let spec = self.ensemble.spec_of(&conditions, &points, Vec::new());
        let mut spec = spec.map_err(said)?;
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
