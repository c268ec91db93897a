//! Checks that this machine can hold a training or a file of a recipe, without an allocation.
//!
//! The sizes are lower bounds: a recipe that they refuse can't run, and one that they let pass may still need too much.

use crate::recipe::{Recipe, RecipeError};
use crate::size::{Part, count, product, too_large};
use ondine_datasets::policy::Reads;
use ondine_solvers::Precision;
use std::num::NonZero;
use std::thread::available_parallelism;

/// States that a spectral solver holds at least: those of its integrator and the factors of its modes.
const SPECTRAL_STATES: usize = 16;

/// States that a stepper of an equation's own holds at least.
const OWN_STATES: usize = 4;

impl Recipe {
    /// Checks that one simulation fits into memory.
    pub(super) fn check_one_simulation(&self) -> Result<(), RecipeError> {
        self.fits(self.solver_part(1).into_iter().collect())
    }

    /// Checks that memory suffices for a file of `simulations` simulations, a number that `key` gives: those that run
    /// at the same time, and the conditions of all.
    pub(super) fn check_file(&self, simulations: u64, key: &str) -> Result<(), RecipeError> {
        let at_a_time = cores().min(usize::try_from(simulations).unwrap_or(usize::MAX));
        let (frame, frames) = (self.frame(), self.time.frames);
        let of_frames = format!(
            "{at_a_time} simulations at a time, each with {frames} frames of {} values,",
            count(frame)
        );
        let of_conditions = format!(
            "the parameters, times and positions that the file has of each of {simulations} simulations"
        );
        let own = [
            Part {
                key: "time.frames".into(),
                what: of_frames,
                bytes: product([at_a_time, frames, 8]).saturating_mul(frame),
            },
            Part {
                key: key.into(),
                what: of_conditions,
                bytes: u128::from(simulations).saturating_mul(self.conditions()),
            },
        ];
        let parts = self.solver_part(at_a_time).into_iter();
        self.fits(parts.chain(own).collect())
    }

    /// Checks that the held-out simulations fit into memory.
    pub(super) fn check_held_out(&self) -> Result<(), RecipeError> {
        self.fits(vec![self.held_out_part()])
    }

    /// Checks that all that a training holds fits into memory together.
    pub(super) fn check_memory(&self) -> Result<(), RecipeError> {
        let mut parts = vec![self.held_out_part(), self.network_part(), self.batch_part()];
        if self.data.is_none() {
            let on_device = self.group_part();
            let on_threads = || self.solver_part(self.ensemble.workers.most());
            parts.extend(on_device.or_else(on_threads));
            parts.push(self.buffer_part());
        }
        self.fits(parts)
    }

    /// Bytes of what a file has of every simulation beside its frames: values that vary, and the times of the frames and
    /// the positions of the points where those do, as lists and one after the other.
    fn conditions(&self) -> u128 {
        let quantities = self.quantities();
        let times = if quantities.dt.varies() {
            self.time.frames as u128
        } else {
            0
        };
        let axes = quantities.length.iter().zip(&self.grid.points);
        let varying = axes.filter(|(length, _)| length.varies());
        let positions: u128 = varying.map(|(_, &points)| points as u128).sum();
        let lists = (times + positions).saturating_mul(2 * 8);
        lists.saturating_add(8 * quantities.dims() as u128 + 1)
    }

    /// The memory of so many solvers of the equation; none where there is no equation.
    fn solver_part(&self, solvers: usize) -> Option<Part> {
        let equation = self.equation()?;
        let state = self.state();
        let key = match self.grid.solver_points {
            Some(_) => "grid.solver_points",
            None => "grid.points",
        };
        let points = self.grid.solver_points();
        let states = if equation.has_modes() {
            SPECTRAL_STATES
        } else {
            OWN_STATES
        };
        let number = match self.time.precision {
            Precision::F64 => 8,
            Precision::F32 => 4,
        };
        let owners = match solvers {
            1 => "a solver, which holds".to_owned(),
            _ => format!("{solvers} solvers at a time, each with"),
        };
        Some(Part {
            key: key.into(),
            what: format!(
                "{owners} {states} states of {} values on {points:?} points,",
                count(state)
            ),
            bytes: product([states, solvers, number]).saturating_mul(state),
        })
    }

    /// The simulations that are stepped together on a device, and those of the group before that no window was made of.
    fn group_part(&self) -> Option<Part> {
        let (batch, frames) = (self.trajectories.device_batch()?, self.time.frames);
        let kept = product([2, frames]).saturating_mul(self.frame());
        let stepped = (SPECTRAL_STATES as u128).saturating_mul(self.state());
        Some(Part {
            key: "source.batch".into(),
            what: format!(
                "{batch} simulations that are stepped together, each with {frames} frames of {} values,",
                count(self.frame())
            ),
            bytes: product([batch, 4]).saturating_mul(kept.saturating_add(stepped)),
        })
    }

    /// The windows that the buffer comes to hold.
    fn buffer_part(&self) -> Part {
        let windows = usize::try_from(self.windows()).unwrap_or(usize::MAX);
        let (key, held) = match self.policy.entry.reads {
            Reads::Many => ("buffer.capacity", self.buffer.capacity.min(windows)),
            // Production keeps just ahead of what is read once.
            Reads::Once | Reads::Chance => ("buffer.watermark", self.watermark().min(windows)),
        };
        let frame = self.frame();
        Part {
            key: key.into(),
            what: format!("{held} frames of {} values in the buffer", count(frame)),
            bytes: product([held, 4]).saturating_mul(frame),
        }
    }

    /// The held-out simulations and the rollouts beside them.
    fn held_out_part(&self) -> Part {
        let (trajectories, frames) = (self.evaluate.trajectories, self.evaluation_frames());
        let key = if trajectories > frames {
            "evaluate.trajectories"
        } else {
            "evaluate.frames"
        };
        let frame: u128 = self.frames().sum();
        let kept = frames.div_ceil(self.longest_stride().max(1));
        Part {
            key: key.into(),
            what: format!(
                "{trajectories} held-out simulations of {kept} frames of {} values, with rollouts as long,",
                count(frame)
            ),
            bytes: product([trajectories, kept, 2, 4]).saturating_mul(frame),
        }
    }

    /// Weights, gradients, two moments and the average of the weights.
    fn network_part(&self) -> Part {
        let parameters = self.model.num_parameters(&self.fields());
        let copies = 4 + usize::from(self.train.ema > 0.0);
        Part {
            key: "model".into(),
            what: format!("{parameters} weights with their gradients, moments and average"),
            bytes: product([parameters, copies, 4]),
        }
    }

    /// A batch: a state and its successor for every window.
    fn batch_part(&self) -> Part {
        let (batch, frame) = (
            self.batches().largest() as usize,
            self.frames().max().unwrap_or(0),
        );
        Part {
            key: "train.batch".into(),
            what: format!("{batch} windows of {} values in a batch", count(2 * frame)),
            bytes: product([batch, 2, 4]).saturating_mul(frame),
        }
    }

    /// Values of a state of the solver.
    pub(super) fn state(&self) -> u128 {
        self.values(self.grid.solver_points())
    }

    /// Values of a frame on every grid that is trained on.
    fn frames(&self) -> impl Iterator<Item = u128> {
        self.grids().map(|points| self.values(points))
    }

    /// Values of a frame.
    fn frame(&self) -> u128 {
        self.values(&self.grid.points)
    }

    fn values(&self, points: &[usize]) -> u128 {
        let channels = self.channels(points.len());
        product(points.iter().copied().chain([channels]))
    }

    fn fits(&self, parts: Vec<Part>) -> Result<(), RecipeError> {
        match too_large(parts) {
            None => Ok(()),
            Some((key, message)) => self.too_much(&key, message),
        }
    }
}

/// Cores of this machine.
pub(super) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}
