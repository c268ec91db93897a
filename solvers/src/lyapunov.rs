//! Largest Lyapunov exponent: the mean rate `λ = ⟨ln ‖δ(t + dt)‖ − ln ‖δ(t)‖⟩/dt` at which two nearby solutions part.
//!
//! Benettin, Galgani & Strelcyn (1976), *Phys. Rev. A* 14, 2338: two trajectories, the second of which is brought back to a small
//! distance from the first after every frame, along the direction that it has taken.

use std::ops::ControlFlow;

use crate::{Precision, Rng, SimulationSpec, SolverError, Stepper};

/// Parts of a run whose means scatter by the uncertainty: many, and each of them long.
const BLOCKS: usize = 8;

/// Share of a run that is left out, in which the direction becomes the one that grows fastest.
const SETTLING: f64 = 0.1;

/// An exponent with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponent {
    /// The exponent per unit of time: above 0 where small errors grow.
    pub value: f64,
    /// Its standard error, by the scatter of the means of parts of the runs.
    pub error: f64,
}

impl Exponent {
    /// The exponent of runs with so many [rates](separation_rates) each, one after the other.
    ///
    /// # Panics
    ///
    /// When no run has ten rates or more.
    #[must_use]
    pub fn of(runs: &[Vec<f64>]) -> Self {
        let means: Vec<f64> = runs.iter().flat_map(|rates| block_means(rates)).collect();
        assert!(!means.is_empty(), "a run has ten rates or more");
        let count = means.len() as f64;
        let value = means.iter().sum::<f64>() / count;
        let squares: f64 = means.iter().map(|mean| (mean - value).powi(2)).sum();
        let error = (squares / (count - 1.0).max(1.0) / count).sqrt();
        Self { value, error }
    }
}

/// The means of equal parts of a run behind its beginning.
fn block_means(rates: &[f64]) -> impl Iterator<Item = f64> {
    let settled = &rates[(rates.len() as f64 * SETTLING).ceil() as usize..];
    let blocks = settled.chunks_exact((settled.len() / BLOCKS).max(1));
    blocks.map(|block| block.iter().sum::<f64>() / block.len() as f64)
}

/// The rates `ln (‖δ(t + dt)‖ / ‖δ(t)‖) / dt` of `frames` frames behind `warmup` ones, from the state `u0`; `tick` gets the
/// number of frames that are done, and may end the run, which gives none.
///
/// The distance is 10⁻⁷ of the state, or 10⁻³ in single precision, in a random direction at first.
///
/// ```
/// use ondine_solvers::lyapunov::{Exponent, separation_rates};
/// use ondine_solvers::{Integrator, Precision, Rng, SimulationSpec, Stream, equation};
/// use std::ops::ControlFlow;
///
/// // Waves of a diffusing field decay, and its mean stays: nothing grows.
/// let entry = equation::find("diffusion").expect("it is in the catalogue");
/// let spec = SimulationSpec {
///     equation: entry,
///     parameters: vec![0.1],
///     drawn: Vec::new(),
///     grid: entry.grid(&[16], &[6.0])?,
///     dt: 5.0,
///     substeps: 1,
///     integrator: Integrator::Etdrk4,
///     precision: Precision::F64,
///     threads: 1,
/// };
/// let mut rng = Rng::stream(0, Stream::Noise, 0);
/// let go_on = &mut |_| ControlFlow::Continue(());
/// let rates = separation_rates(&spec, &[1.0; 16], [0, 400], &mut rng, go_on)?;
/// let found = Exponent::of(&[rates.expect("it went on to the end")]);
/// assert!(found.value.abs() < 1e-6);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
///
/// # Errors
///
/// As [`SimulationSpec::stepper`], and [`SolverError::Diverged`] of the first trajectory.
///
/// # Panics
///
/// When `u0` does not have the size of the state.
pub fn separation_rates(
    spec: &SimulationSpec,
    u0: &[f64],
    [warmup, frames]: [usize; 2],
    rng: &mut Rng,
    tick: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Vec<f64>>, SolverError> {
    let mut reference = spec.stepper()?;
    reference.admit(u0)?;
    reference.start(u0);
    for done in 0..warmup {
        if tick(done).is_break() {
            return Ok(None);
        }
        reference.step();
    }
    let mut pair = Pair::new([reference, spec.stepper()?], spec.precision, rng);
    let mut rates = Vec::with_capacity(frames);
    for frame in 0..frames {
        if tick(warmup + frame).is_break() {
            return Ok(None);
        }
        let time = (warmup + frame) as f64 * spec.dt;
        let growth = pair.grown(time);
        if !growth.is_finite() {
            let peak = pair.u.iter().fold(0.0, |peak: f64, u| peak.max(u.abs()));
            return Err(spec.diverged(crate::Divergence { time, peak }));
        }
        rates.push(growth / spec.dt);
    }
    Ok(Some(rates))
}

/// Two nearby trajectories.
struct Pair {
    steppers: [Box<dyn Stepper>; 2],
    /// The state of the first one.
    u: Vec<f64>,
    /// That of the second one.
    v: Vec<f64>,
    /// Its distance from the first one.
    delta: Vec<f64>,
    distance: f64,
}

impl Pair {
    fn new(steppers: [Box<dyn Stepper>; 2], precision: Precision, rng: &mut Rng) -> Self {
        let mut u = vec![0.0; steppers[0].grid().num_points() * steppers[0].channels()];
        let mut pair = Self {
            delta: u.iter().map(|_| rng.normal()).collect(),
            v: u.clone(),
            distance: 0.0,
            u: Vec::new(),
            steppers,
        };
        pair.read(0, &mut u);
        let share = match precision {
            Precision::F64 => 1e-7,
            Precision::F32 => 1e-3,
        };
        pair.distance = share * size(&u).max(f64::MIN_POSITIVE.sqrt());
        pair.u = u;
        pair.shorten();
        pair
    }

    fn read(&mut self, which: usize, u: &mut [f64]) {
        self.steppers[which].read(u);
    }

    /// Brings the distance back to what it was at first.
    fn shorten(&mut self) {
        let factor = self.distance / size(&self.delta);
        self.delta.iter_mut().for_each(|delta| *delta *= factor);
    }

    /// `ln ‖δ(t + dt)‖ − ln ‖δ(t)‖` of the frame that begins at a time.
    fn grown(&mut self, time: f64) -> f64 {
        let moved = self.v.iter_mut().zip(&self.u).zip(&self.delta);
        moved.for_each(|((v, u), delta)| *v = u + delta);
        self.steppers[1].start_at(time, &self.v);
        self.steppers.iter_mut().for_each(|stepper| stepper.step());
        self.steppers[0].read(&mut self.u);
        self.steppers[1].read(&mut self.v);
        let apart = self.delta.iter_mut().zip(&self.v).zip(&self.u);
        apart.for_each(|((delta, v), u)| *delta = v - u);
        let growth = (size(&self.delta) / self.distance).ln();
        self.shorten();
        growth
    }
}

/// The root mean square of a state.
fn size(u: &[f64]) -> f64 {
    (u.iter().map(|u| u * u).sum::<f64>() / u.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uncertainty_is_that_of_independent_parts() {
        // Two runs of eight parts each; the first tenth of each, nine rates, does not count.
        let run = |sign: f64| -> Vec<f64> {
            let settling = std::iter::repeat_n(1e9, 9);
            let value = |part: i32| 1.0 + sign * f64::from(part % 2);
            let parts = (0..9).flat_map(|part| std::iter::repeat_n(value(part), 10));
            settling.chain(parts).take(90).collect()
        };
        let found = Exponent::of(&[run(1.0), run(-1.0)]);
        assert!((found.value - 1.0).abs() < 1e-12, "{found:?}");
        // Values 1, 2 and 1, 0 in turn: deviation √(8/15) of 16 parts.
        assert!(
            (found.error - (8.0_f64 / 15.0 / 16.0).sqrt()).abs() < 1e-12,
            "{found:?}"
        );
    }
}
