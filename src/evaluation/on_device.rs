//! Solvers on the device of a surrogate: all simulations in a batch, as tensors, so that costs are those of one machine.
//!
//! Frames are within 5·10⁻⁶ of the solver in 64 bits, relative to the state, where the device computes in 32 bits.

use super::JudgeError;
use super::rollout::BATCH;
use super::solvers::{Solvers, bound};
use crate::batch::{to_tensor, to_values};
use crate::control::{Advance, Control};
use crate::forecast::Forecasts;
use crate::plan::Plan;
use crate::results::Setup;
use burn::tensor::{Device, Tensor};
use ondine_solvers::spectral::Resample;
use ondine_solvers::{SimulationSpec, SolverError};
use ondine_tensor_solvers::{TensorResample, TensorStepper};

/// Where the solvers run that a surrogate is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SolversOn {
    /// On the device of the surrogate where that is no processor and the equation can be stepped there, else on threads.
    #[default]
    Auto,
    /// On threads of the processor, a simulation each.
    Threads,
    /// On the device of the surrogate, many simulations at once.
    Device,
}

/// Solvers of some simulations under way on a device.
struct Batch {
    stepper: TensorStepper,
    /// From the points of the solver to those of the frames, where they are others.
    onto: Option<TensorResample>,
    /// First states, channel-major, one simulation after the other.
    first: Vec<f32>,
    /// The state of every simulation, `[batch, point, channel]`; none before the first frame.
    now: Option<Tensor<3>>,
    /// Largest plausible `|u|` of every simulation; of one that diverged no number.
    bounds: Vec<f32>,
    channels: usize,
    device: Device,
}

impl<'a> Solvers<'a> {
    /// The same on the device of the surrogate, where that is wanted and can be had.
    pub(super) fn on(mut self, wanted: SolversOn, device: &Device) -> Self {
        let elsewhere = match wanted {
            SolversOn::Threads => false,
            SolversOn::Device => true,
            SolversOn::Auto => *device != Device::flex(),
        };
        let device = device.clone().without_autodiff();
        let possible = elsewhere && self.batch_of(&device, &self.own(), &[0]).is_ok();
        self.device = possible.then_some(device);
        self
    }

    /// Simulations that are stepped together on a device; none on threads.
    pub(super) fn batch(&self) -> Option<usize> {
        let all = self.held_out().trajectories.len();
        self.device.as_ref().map(|_| all.min(BATCH))
    }

    /// As [`forecasts`](Self::forecasts), on a device.
    pub(super) fn forecasts_there(
        &self,
        device: &Device,
        (setup, frames): (&Setup, usize),
        what: &'static str,
        control: Control<'_>,
    ) -> Result<Forecasts, JudgeError> {
        let indices: Vec<usize> = (0..self.held_out().trajectories.len()).collect();
        let of = indices.len() * frames;
        let (mut all, mut done): (Forecasts, usize) = (vec![Vec::new(); frames], 0);
        for indices in indices.chunks(BATCH) {
            let mut batch = self.batch_of(device, setup, indices)?;
            for of_step in &mut all {
                of_step.extend(batch.next());
                done += indices.len();
                control.tell(Advance { what, done, of })?;
            }
        }
        Ok(all)
    }

    /// The work of one frame of the first `batch` simulations, from states on the host to frames on the host.
    ///
    /// # Errors
    /// When the equation refuses the grid, or can't be stepped there.
    pub(super) fn frame_there(
        &self,
        setup: &Setup,
        batch: usize,
    ) -> Result<impl FnMut() + use<>, SolverError> {
        let device = self.device.clone().unwrap_or_else(Device::flex);
        let indices: Vec<usize> = (0..batch).collect();
        let mut batch = self.batch_of(&device, setup, &indices)?;
        Ok(move || {
            batch.now = None; // from the host again
            std::hint::black_box(batch.next());
        })
    }

    /// Solvers of some simulations at the beginning of their forecasts.
    fn batch_of(
        &self,
        device: &Device,
        setup: &Setup,
        indices: &[usize],
    ) -> Result<Batch, SolverError> {
        let specs = indices.iter().map(|&index| self.spec(setup, index));
        let specs = specs.collect::<Result<Vec<SimulationSpec>, SolverError>>()?;
        let stepper = TensorStepper::new(&specs, device)?;
        let points = &self.held_out().points;
        let kinds = specs[0].grid.kinds();
        let mut coarse =
            (*points != setup.points).then(|| Resample::along(kinds, points, &setup.points));
        let (mut first, mut bounds) = (Vec::new(), Vec::new());
        for &index in indices {
            let frame = self.first_frame(index).iter();
            let wide: Vec<f64> = frame.map(|&value| f64::from(value)).collect();
            let state: &[f64] = match &mut coarse {
                Some(coarse) => coarse.apply(&wide),
                None => &wide,
            };
            bounds.push(bound(state) as f32);
            first.extend(state.iter().map(|&value| value as f32));
        }
        let solved: usize = setup.points.iter().product();
        Ok(Batch {
            channels: first.len() / indices.len() / solved,
            onto: coarse.map(|_| stepper.resample(points)),
            now: None,
            device: device.clone(),
            stepper,
            first,
            bounds,
        })
    }
}

impl Batch {
    /// The next frame of every simulation, channel-major; one that is not a number, as all that follow, of those that have
    /// diverged.
    fn next(&mut self) -> Vec<Vec<f32>> {
        let state = self.now.take().unwrap_or_else(|| self.begun());
        let state = self.stepper.step(state);
        let frame = match &self.onto {
            Some(onto) => onto.apply(state.clone()),
            None => state.clone(),
        };
        self.now = Some(state);
        let values = to_values(frame.swap_dims(1, 2).flatten(0, 2));
        let frames = values.chunks(values.len() / self.bounds.len());
        let watched = frames.zip(&mut self.bounds).map(|(frame, bound)| {
            if frame.iter().all(|u| u.abs() <= *bound) {
                return frame.to_vec();
            }
            *bound = f32::NAN; // nothing is below it
            vec![f32::NAN; frame.len()]
        });
        watched.collect()
    }

    /// The states that forecasts begin with.
    ///
    /// # Shapes   → `[batch, point, channel]`
    fn begun(&self) -> Tensor<3> {
        let batch = self.bounds.len();
        let points = self.first.len() / batch / self.channels;
        let shape = [batch, self.channels, points];
        to_tensor(self.first.clone(), shape, &self.device).swap_dims(1, 2)
    }
}

impl Plan {
    /// Why the solver of the recipe can't be stepped as tensors, in words; none where it can.
    pub(super) fn no_tensors(&self) -> Option<String> {
        let Some(solver) = &self.solver else {
            return Some(format!("`{}` has no solver here", self.problem.name));
        };
        let simulations = &solver.held_out;
        let spec = simulations
            .spec(0)
            .and_then(|spec| TensorStepper::new(&[spec], &Device::flex()));
        spec.err().map(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::HeldOut;
    use crate::evaluation::solvers::Share;
    use crate::recipe::Recipe;

    /// Burgers with conditions, lengths and time steps of each simulation, solved on more points than the frames have.
    const RECIPE: &str = "[equation]\nkind = \"burgers\"\nviscosity = { uniform = [0.05, 0.1] }\n\
        [grid]\npoints = [32]\nsolver_points = [48]\nlength = { uniform = [6.0, 7.0] }\n\
        [time]\ndt = { uniform = [0.1, 0.2] }\nframes = 9\nsubsteps = 4\n\
        [ensemble]\nsimulations = 40\n[model]\nkind = \"fno\"\nmodes = 8\n[train]\nsteps = 10\nbatch = 8\n\
        [evaluate]\ntrajectories = 3\n";

    /// Heat between walls.
    const HEAT: &str =
        "equation={kind=\"heat\",initial_temperature=1.0,low_wall=2.0,high_wall=3.0}";

    fn plan(sets: &[&str]) -> Plan {
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        let checked = Recipe::parse("small.toml", RECIPE, &sets).and_then(Recipe::check);
        checked.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Forecasts on threads and on a device, by the setup that `choose` makes of the solvers.
    fn forecasts(
        plan: &Plan,
        held_out: &HeldOut,
        choose: fn(&Solvers<'_>) -> Setup,
    ) -> [Forecasts; 2] {
        [SolversOn::Threads, SolversOn::Device].map(|wanted| {
            let solvers = Solvers::new(plan, held_out, 1).unwrap_or_else(|why| panic!("{why}"));
            let solvers = solvers.on(wanted, &Device::flex());
            assert_eq!(solvers.batch(), (wanted == SolversOn::Device).then_some(3));
            let found = solvers.forecasts(&choose(&solvers), 8, "solving", Control::none());
            found.unwrap_or_else(|error| panic!("{error}"))
        })
    }

    fn held_out(plan: &Plan) -> HeldOut {
        let made = HeldOut::simulate(plan, 0, Control::none());
        made.unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn frames_on_a_device_are_those_of_threads_within_rounding_in_32_bits() {
        let plan = plan(&[]);
        let held_out = held_out(&plan);
        let setups: [fn(&Solvers<'_>) -> Setup; 3] = [
            |solvers| solvers.own(),
            |solvers| {
                solvers
                    .coarser(Share::HALF)
                    .unwrap_or_else(|why| panic!("{why}"))
            },
            |_| Setup {
                points: vec![32],
                steps: 1,
            },
        ];
        for choose in setups {
            let [threads, device] = forecasts(&plan, &held_out, choose);
            for (step, (threads, device)) in threads.iter().zip(&device).enumerate() {
                for (a, b) in threads.iter().zip(device) {
                    let square = |values: &mut dyn Iterator<Item = f32>| {
                        values.map(|x| x * x).sum::<f32>().sqrt()
                    };
                    let error = square(&mut a.iter().zip(b).map(|(a, b)| a - b));
                    let size = square(&mut a.iter().copied());
                    let bound = 5e-6 * (step + 1) as f32;
                    assert!(
                        error <= bound * size && size > 0.1,
                        "{step}: {error} of {size}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_simulation_that_diverges_is_lost_there_too_and_no_other() {
        let plan = plan(&[]);
        let mut held_out = held_out(&plan);
        let first = &mut held_out.trajectories[1].frames[0];
        *first = first.iter().map(|u| 1e7 * u).collect(); // far too fast for its steps
        let [threads, device] = forecasts(&plan, &held_out, |solvers| solvers.own());
        let sound =
            |forecasts: &Forecasts, index: usize| forecasts[7][index].iter().all(|u| u.is_finite());
        for forecasts in [&threads, &device] {
            assert_eq!(
                [0, 1, 2].map(|index| sound(forecasts, index)),
                [true, false, true]
            );
            assert!(forecasts[7][1].iter().all(|u| u.is_nan()));
        }
    }

    #[test]
    fn an_equation_between_walls_stays_on_threads_and_says_why() {
        let walled = plan(&[HEAT, "grid.solver_points=[32]"]);
        let held_out = held_out(&walled);
        let solvers = Solvers::new(&walled, &held_out, 1).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(solvers.on(SolversOn::Device, &Device::flex()).batch(), None);
        assert!(walled.no_tensors().is_some());
        assert_eq!(plan(&[]).no_tensors(), None);
    }
}
