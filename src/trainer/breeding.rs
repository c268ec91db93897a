//! Losses of simulations for an adaptive sampler, or errors of rollouts over frames that the buffer holds.
//!
//! The error of a rollout costs its steps, without gradients, for every simulation that may be a parent, at every
//! generation: with 100 parents, 8 steps and batches of 32 as much as 25 predictions of a batch.

use super::Trainer;
use super::feed::Feed;
use crate::batch::Layout;
use crate::metric::nrmse;
use burn::tensor::Device;
use ondine_datasets::{Conditions, Frame, Window};
use ondine_models::{Model, Surrogate, SurrogateRng};
use ondine_solvers::{Rng, Stream};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest error that counts: states that have nothing in common are `√2` apart.
const LOST: f64 = 2.0;
/// Random numbers of a generation come after those of all simulations.
const GENERATIONS: u64 = 1 << 63;

/// The ends of a stretch of a simulation.
struct Stretch {
    simulation: u64,
    conditions: Arc<Conditions>,
    /// The place of its first frame.
    place: usize,
    /// The frames that a forecast begins with.
    start: Vec<Values>,
    static_fields: Values,
    end: Values,
}

/// Which frames of a simulation a rollout needs, in its frames.
struct Reach {
    /// From one frame of a window to the next.
    every: usize,
    /// From one frame of a rollout to the next.
    stride: usize,
    /// Frames that it begins with.
    known: usize,
    /// Frames that it forecasts.
    steps: usize,
}

impl Trainer<'_> {
    /// Makes a generation where one is due and simulations are left for it.
    pub(super) fn breed(&mut self) {
        let (Some(breed), Feed::Online { buffer, .. }) = (self.plan.breed(), &self.feed) else {
            return;
        };
        let due = self.step.is_multiple_of(breed.every as usize);
        if !due || buffer.unbred() >= self.plan.recipe.ensemble.simulations {
            return;
        }
        if let Some(steps) = breed.rollout_steps() {
            let number = GENERATIONS | u64::from(buffer.generations());
            let mut rng = Rng::stream(self.plan.recipe.seed, Stream::Breed, number);
            let layout = &self.plan.stage_after(self.step).layout;
            let reach = Reach {
                every: self.plan.cut.stride,
                stride: layout.stride,
                known: layout.history,
                steps,
            };
            let mut held = buffer.held();
            Window::fetch(&mut held);
            let stretches = stretches(&held, &reach, &mut rng);
            let latest = stretches.len().saturating_sub(breed.window as usize);
            let (surrogate, device) = (self.learner.best(), self.device.clone());
            let rollouts = Rollouts {
                layout,
                surrogate: &surrogate,
                device: device.without_autodiff(),
                steps,
            };
            let mut draws = self.plan.draws(Stream::Rollout, number);
            let batch = self.plan.recipe.train.batch;
            let judged = stretches[latest..].chunks(batch).flat_map(|chunk| {
                let errors = rollouts.errors(chunk, &mut draws);
                chunk.iter().zip(errors)
            });
            let judged: Vec<(&Stretch, f32)> = judged.collect();
            let quantities = &self.plan.quantities;
            let known = judged
                .iter()
                .map(|(s, error)| (s.simulation, quantities.point(&s.conditions), *error));
            self.monitor.record(known.collect());
        }
        if let Some(parents) = self.monitor.parents(breed) {
            buffer.breed(breed, parents);
        }
    }
}

/// The values of a frame of a simulation.
type Values = Arc<[f32]>;
/// A window of a simulation with those of its frames that are held, by their places.
type Held<'a> = (&'a Window, BTreeMap<usize, Values>);

/// One stretch of every simulation of which both ends are held, by simulation.
fn stretches(held: &[Window], reach: &Reach, rng: &mut Rng) -> Vec<Stretch> {
    let mut simulations: BTreeMap<u64, Held<'_>> = BTreeMap::new();
    for window in held {
        let entry = simulations.entry(window.simulation);
        let (_, frames) = entry.or_insert_with(|| (window, BTreeMap::new()));
        let places = (window.start..).step_by(reach.every);
        frames.extend(places.zip(window.frames.iter().map(Frame::on_host)));
    }
    let choose = |(simulation, (window, frames)): (u64, Held<'_>)| {
        let ends = frames.keys().filter_map(|&first| {
            let after = |steps: usize| frames.get(&(first + steps * reach.stride)).cloned();
            let start: Option<Vec<Values>> = (0..reach.known).map(after).collect();
            Some((first, start?, after(reach.known - 1 + reach.steps)?))
        });
        let ends: Vec<(usize, Vec<Values>, Values)> = ends.collect();
        let last = ends.len().checked_sub(1)?;
        let (place, start, end) = &ends[rng.integer(0, last as u64) as usize];
        Some(Stretch {
            simulation,
            conditions: window.conditions.clone(),
            place: *place,
            start: start.clone(),
            static_fields: window.static_fields.clone(),
            end: end.clone(),
        })
    };
    simulations.into_iter().filter_map(choose).collect()
}

/// A surrogate under judgement.
struct Rollouts<'a> {
    layout: &'a Layout,
    surrogate: &'a Model,
    device: Device,
    steps: usize,
}

impl Rollouts<'_> {
    /// The error at the end of every stretch, relative to the state there.
    fn errors(&self, stretches: &[Stretch], draws: &mut SurrogateRng) -> Vec<f32> {
        let (layout, device) = (self.layout, &self.device);
        let views = stretches.iter().map(|s| -> Vec<&[f32]> {
            let parts = s.start.iter().chain([&s.static_fields]);
            parts.map(|part| &**part).collect()
        });
        let mut u = layout.states(views, device);
        draws.begin();
        for done in (0..self.steps).step_by(layout.bundle) {
            let begin = stretches
                .iter()
                .map(|s| (&*s.conditions, s.place + done * layout.stride));
            let parameters = layout.rows(begin, device);
            u = (self.surrogate).step(u, parameters, &layout.grid, draws);
        }
        let ends = layout.to_host(layout.answered(u));
        let ends = ends.into_iter().zip(stretches);
        let frame = (self.steps - 1) % layout.bundle * layout.frame_len();
        let error = |(u, stretch): (Vec<f32>, &Stretch)| {
            nrmse(&u[frame..][..layout.frame_len()], &stretch.end).min(LOST)
        };
        ends.map(|pair| error(pair) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::{Module, ModuleMapper, Param};
    use burn::tensor::Tensor;
    use ondine_models::network::mlp::MlpConfig;
    use ondine_models::{Backbone, FieldSpec, Init, Inputs, ModelConfig, Scaling};

    fn window(simulation: u64, start: usize) -> Window {
        let frame = |place: usize| Frame::from_iter([simulation as f32, place as f32]);
        Window {
            simulation,
            grid: 0,
            start,
            conditions: Arc::new(Conditions {
                dt: 1.0,
                length: vec![],
                spacing: vec![],
                parameters: vec![],
            }),
            frames: vec![frame(start), frame(start + 2)],
            static_fields: Arc::default(),
        }
    }

    #[test]
    fn stretches_begin_and_end_at_frames_that_are_held() {
        // Of simulation 4 there are the frames 0, 2, 3 and 5, of 7 the frames 1, 3, 5, 7, of 9 two frames alone.
        let held = [(7, 5), (4, 0), (7, 1), (4, 3), (9, 0), (7, 3)];
        let held = held.map(|(simulation, start)| window(simulation, start));
        let mut seen = BTreeMap::new();
        let reach = Reach {
            every: 2,
            stride: 2,
            known: 1,
            steps: 2,
        };
        for index in 0..50 {
            let mut rng = Rng::stream(index, Stream::Breed, 0);
            for stretch in stretches(&held, &reach, &mut rng) {
                let start = &stretch.start[0];
                assert!((stretch.end[1] - start[1] - 4.0).abs() < 1e-6);
                assert!((start[0] - stretch.simulation as f32).abs() < 1e-6);
                assert!((start[1] - stretch.place as f32).abs() < 1e-6);
                let starts: &mut Vec<u32> = seen.entry(stretch.simulation).or_default();
                starts.push(start[1] as u32);
            }
        }
        let bundle = Reach {
            known: 2,
            steps: 1,
            ..reach
        };
        let mut rng = Rng::stream(0, Stream::Breed, 0);
        for stretch in stretches(&held, &bundle, &mut rng) {
            let places = stretch.start.iter().chain([&stretch.end]);
            let places: Vec<u32> = places.map(|frame| frame[1] as u32).collect();
            assert_eq!(stretch.simulation, 7);
            assert!(places == [1, 3, 5] || places == [3, 5, 7], "{places:?}");
        }
        let starts = seen.into_iter().map(|(simulation, mut starts)| {
            starts.sort_unstable();
            starts.dedup();
            (simulation, starts)
        });
        assert_eq!(starts.collect::<Vec<_>>(), [(7, vec![1, 3])]);
    }

    /// Makes a network of one unit the identity of its last parameter, the time.
    struct Clock {
        tensor: usize,
    }

    impl ModuleMapper for Clock {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let tensor = self.tensor;
            self.tensor += 1;
            param.map(|weight| match tensor {
                0 => {
                    let last = weight.dims()[0] - 1;
                    weight.zeros_like().slice_fill(last..last + 1, 1.0)
                }
                2 => weight.ones_like(),
                _ => weight.zeros_like(),
            })
        }
    }

    #[test]
    fn rollouts_of_stretches_ask_for_the_times_of_their_frames() {
        let device = Device::flex();
        let spec = FieldSpec::new(1, 2, &[2]);
        let options = MlpConfig {
            inputs: Inputs::Parameters,
            width: 1,
            layers: 1,
            ..MlpConfig::default()
        };
        let backbone = Backbone {
            kind: "mlp",
            config: Arc::new(options),
        };
        let config = ModelConfig::alone(backbone);
        let surrogate = config.init(&spec, Scaling::identity(&spec), &mut Init::new(0, &device));
        let layout = Layout {
            stride: 2,
            inputs: Inputs::Parameters,
            ..Layout::of_frames(&[2], 1)
        };
        let rollouts = Rollouts {
            layout: &layout,
            surrogate: &surrogate.map(&mut Clock { tensor: 0 }),
            device,
            steps: 3,
        };
        let stretch = |place: usize| Stretch {
            simulation: 0,
            conditions: window(0, 0).conditions,
            place,
            start: vec![Arc::from([0.0, 0.0])],
            static_fields: Arc::default(),
            end: Arc::from([(place + 6) as f32; 2]), // six frames later, dt = 1
        };
        let errors = rollouts.errors(&[0, 1, 5].map(stretch), &mut SurrogateRng::new(0));
        assert!(errors.iter().all(|error| *error < 1e-6), "{errors:?}"); // f32
    }
}
