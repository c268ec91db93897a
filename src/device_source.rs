//! Simulations on the device of a training: those of a group are stepped together as tensors, and their frames stay there.
//!
//! Conditions, initial states, warm-up and spacing of frames are those of the solver of the recipe, and so is the bound beyond
//! which a simulation has diverged. Numbers are those of the device: in 32 bits a frame is within 5·10⁻⁶ of the solver in 64
//! bits, relative to the state, which a chaotic equation makes larger from frame to frame.
//!
//! A group is a function of the index: the same simulations are beside each other whichever is asked for first, and again after
//! a resume. Products of matrices may be rounded otherwise in a larger batch, so that frames are the same to the bit for one
//! size of groups. A simulation that has a point or a draw of its own, after a failure say, is stepped alone.

mod roll;

use crate::batch::Steppers;
use burn::tensor::Device;
use ondine_datasets::{Conditions, DataError, Ensemble, Frame, Share, Source, guarded};
use ondine_solvers::{SimulationSpec, SolverError};
use roll::{Batch, Start};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A simulation that may begin, with its initial state on the grid of the solver.
type Begun = (u64, SimulationSpec, Vec<f64>);

/// The frames of a simulation, or the reason why it has none.
type Made = Result<Vec<Frame>, DataError>;

/// Simulations that are stepped together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Groups {
    /// Most of them.
    pub(crate) batch: usize,
    /// Simulations of this process, of which neighbours make a group.
    pub(crate) share: Share,
    /// Simulations of the whole training.
    pub(crate) simulations: u64,
}

impl Groups {
    /// The group of simulation `index`.
    fn of(self, index: u64) -> Vec<u64> {
        let (step, batch) = (self.share.size() as u64, self.batch as u64);
        let first = index / step / batch * batch;
        let members = (first..first + batch).map(|place| index % step + place * step);
        members
            .filter(|&member| member < self.simulations || member == index)
            .collect()
    }
}

/// Parts that the attempts at simulations share.
struct Shared {
    device: Device,
    steppers: Steppers,
    cancelled: AtomicBool,
}

/// Simulations of an ensemble whose equation has a [tensor form](ondine_tensor_solvers).
pub(crate) struct DeviceSource {
    ensemble: Ensemble,
    /// None where every simulation is stepped alone.
    groups: Option<Groups>,
    shared: Arc<Shared>,
    /// Simulations of the last group that nobody has taken.
    made: Arc<Mutex<BTreeMap<u64, Made>>>,
}

impl DeviceSource {
    /// The simulations of an ensemble on a device.
    pub(crate) fn new(ensemble: Ensemble, groups: Groups, device: &Device) -> Self {
        let shared = Shared {
            device: device.clone().without_autodiff(),
            steppers: Steppers::default(),
            cancelled: AtomicBool::new(false),
        };
        Self::alike(ensemble, Some(groups), Arc::new(shared))
    }

    fn alike(ensemble: Ensemble, groups: Option<Groups>, shared: Arc<Shared>) -> Self {
        Self {
            ensemble,
            groups,
            shared,
            made: Arc::default(),
        }
    }

    /// The simulations of another ensemble of the same equation, each by itself.
    fn alone(&self, ensemble: Ensemble) -> Arc<dyn Source> {
        Arc::new(Self::alike(ensemble, None, self.shared.clone()))
    }

    /// Makes simulation `index` unless that is done: its number of frames.
    fn make(&self, index: u64) -> Result<usize, DataError> {
        let made = self.made.lock();
        let mut made = made.expect("no thread panics while it has the simulations");
        if !made.contains_key(&index) {
            made.clear();
            let group = self.groups.map_or(vec![index], |groups| groups.of(index));
            let all = guarded(index, || Ok(self.simulated(&group)))?;
            // Those before it were asked for in an earlier process.
            made.extend(all.into_iter().filter(|(member, _)| *member >= index));
        }
        match made.get(&index) {
            Some(Ok(frames)) => Ok(frames.len()),
            Some(Err(_)) | None => match made.remove(&index) {
                Some(Err(error)) => Err(error),
                _ => Ok(0), // cancelled
            },
        }
    }

    /// The simulations of a group, each with its frames or its failure; none where they were cancelled.
    fn simulated(&self, group: &[u64]) -> BTreeMap<u64, Made> {
        let mut made = BTreeMap::new();
        let mut begun: Vec<Begun> = Vec::new();
        for &index in group {
            match self.begun(index) {
                Ok((spec, state)) => begun.push((index, spec, state)),
                Err(source) => drop(made.insert(index, failed(index, source))),
            }
        }
        made.extend(self.rolled(&begun));
        made
    }

    fn begun(&self, index: u64) -> Result<(SimulationSpec, Vec<f64>), SolverError> {
        let spec = self.ensemble.spec(index)?;
        let state = self.ensemble.initial_state(&spec, index)?;
        Ok((spec, state))
    }

    /// Simulations together; where they can't be, each by itself, so that no other suffers from one.
    fn rolled(&self, begun: &[Begun]) -> Vec<(u64, Made)> {
        let Some((index, first, _)) = begun.first() else {
            return Vec::new();
        };
        let specs: Vec<SimulationSpec> = begun.iter().map(|(_, spec, _)| spec.clone()).collect();
        let (points, device) = (first.grid.points(), &self.shared.device);
        let stepper = match self.shared.steppers.of(&specs, points, device) {
            Ok(stepper) => stepper,
            Err(source) if begun.len() == 1 => return vec![(*index, failed(*index, source))],
            Err(_) => return begun.chunks(1).flat_map(|one| self.rolled(one)).collect(),
        };
        let batch = Batch {
            onto: (points != self.ensemble.points).then(|| stepper.resample(&self.ensemble.points)),
            stepper: &stepper,
            warmup: self.ensemble.warmup,
            frames: self.ensemble.frames,
            device,
            cancelled: &self.shared.cancelled,
        };
        let starts = begun
            .iter()
            .map(|(_, spec, state)| Start { state, dt: spec.dt });
        let rolled = batch.run(&starts.collect::<Vec<_>>());
        let ended = begun.iter().zip(rolled);
        let ended = ended.map(|((index, spec, _), frames)| {
            let made = frames.map_err(|divergence| DataError::Simulation {
                index: *index,
                source: spec.diverged(divergence),
            });
            (*index, made)
        });
        ended.collect()
    }
}

fn failed(index: u64, source: SolverError) -> Made {
    Err(DataError::Simulation { index, source })
}

impl Source for DeviceSource {
    fn conditions(&self, index: u64) -> Conditions {
        self.ensemble.conditions(index)
    }

    fn device_frames(&self, index: u64) -> Vec<Frame> {
        let made = self.made.lock();
        let mut made = made.expect("no thread panics while it has the simulations");
        made.remove(&index).and_then(Result::ok).unwrap_or_default()
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let frames = self.make(index)?;
        let _ = (0..frames).try_for_each(|_| sink(&[]));
        Ok(())
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(match attempt {
            0 => Arc::new(Self {
                ensemble: self.ensemble.clone(),
                groups: self.groups,
                shared: self.shared.clone(),
                made: self.made.clone(),
            }),
            _ => self.alone(self.ensemble.redrawn(attempt)),
        })
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(self.alone(self.ensemble.placed(point)?))
    }

    fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}
