//! Repeated application of a surrogate to the initial states of several simulations at once.

use super::together::{gathered, own};
use super::{HeldOut, JudgeError, Truth};
use crate::control::{Advance, Control, Stopped};
use crate::forecast::{Forecasts, RolledOut};
use crate::group::{Group, agreed};
use ondine_models::SurrogateRng;

/// Simulations that the network is given at a time.
pub(super) const BATCH: usize = 256;

/// Initial states of rollouts.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    /// The simulations; one that stands here twice is rolled out twice.
    pub(super) truths: &'a [&'a Truth],
    /// Frames of each that a forecast begins with.
    pub(super) num_initial_frames: usize,
}

impl RolledOut<'_> {
    /// Forecasts of all held-out simulations.
    pub(crate) fn all(
        self,
        held_out: &HeldOut,
        draws: &mut SurrogateRng,
        control: Control<'_>,
    ) -> Result<Forecasts, Stopped> {
        let truths = held_out.trajectories.iter().collect();
        self.of(truths, held_out, draws, control)
    }

    /// Forecasts of all held-out simulations by the processes of a group, in the first one. A surrogate that samples its answers
    /// is rolled out by that one alone, since its draws belong to all simulations together.
    pub(super) fn together(
        self,
        held_out: &HeldOut,
        draws: &mut SurrogateRng,
        control: Control<'_>,
        group: &dyn Group,
    ) -> Result<Option<Forecasts>, JudgeError> {
        if self.surrogate.is_stochastic() {
            let all = group.leads().then(|| self.all(held_out, draws, control));
            return agreed(group, all.transpose().map_err(JudgeError::from));
        }
        let own = own(group, held_out.trajectories.len());
        let own = own.map(|index| &held_out.trajectories[index]).collect();
        let own = self.of(own, held_out, draws, control);
        let own = agreed(group, own.map_err(JudgeError::from))?;
        Ok(gathered(group, own, held_out))
    }

    /// Forecasts of some of the held-out simulations.
    fn of(
        self,
        truths: Vec<&Truth>,
        held_out: &HeldOut,
        draws: &mut SurrogateRng,
        control: Control<'_>,
    ) -> Result<Forecasts, Stopped> {
        let (steps, num_initial_frames) = (held_out.steps(), held_out.num_initial_frames);
        let (mut all, count): (Forecasts, usize) = (vec![Vec::new(); steps], truths.len());
        for (batch, truths) in truths.chunks(BATCH).enumerate() {
            let before = batch * BATCH * steps;
            let told = |done: usize| {
                let done = before + done * truths.len();
                control.tell(Advance {
                    what: "rolling out",
                    done,
                    of: count * steps,
                })
            };
            let start = Start {
                truths,
                num_initial_frames,
            };
            let forecasts = self.roll_out(start, steps, draws, &told)?;
            let pairs = all.iter_mut().zip(forecasts);
            pairs.for_each(|(all, of_step)| all.extend(of_step));
        }
        Ok(all)
    }

    /// Forecasts of `steps` frames; `go_on` gets the number of frames that are done, and may end it.
    pub(super) fn roll_out(
        self,
        Start {
            truths,
            num_initial_frames,
        }: Start<'_>,
        steps: usize,
        draws: &mut SurrogateRng,
        go_on: &dyn Fn(usize) -> Result<(), Stopped>,
    ) -> Result<Forecasts, Stopped> {
        let starts = truths.iter().map(|truth| truth.start(num_initial_frames));
        let mut rollout = self.begin(starts, &[0]);
        let mut forecasts = Vec::with_capacity(steps + self.layout.bundle);
        while forecasts.len() < steps {
            let conditions = truths.iter().map(|truth| &truth.conditions);
            forecasts.extend(rollout.advance(conditions, draws));
            go_on(forecasts.len().min(steps))?;
        }
        forecasts.truncate(steps); // of the last bundle a part may lie beyond the truth
        Ok(forecasts)
    }
}
