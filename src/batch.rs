//! Host memory becomes device tensors here and nowhere else.

#[cfg(test)]
mod doubles;
mod resident;
mod solver;
mod steppers;
mod teacher;

pub(crate) use resident::frames;
pub use solver::{BatchSolver, SolverOf};
pub(crate) use steppers::Steppers;
pub use teacher::{BatchTeacher, TeacherOf};

use burn::tensor::{Device, Int, Shape, Tensor, TensorData};
use ondine_datasets::{Conditions, Window};
use ondine_models::{Inputs, Reach};
use ondine_solvers::problem::Motion;
use ondine_solvers::{AxisKind, Problem};

/// A batch of windows on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The states, one tensor `[batch, point, channel]` each, with the channels of all their frames and static fields.
    pub frames: Vec<Tensor<3>>,
    /// Conditioning parameters of the step from the first frame to the next, `[batch, parameter]`.
    pub parameters: Tensor<2>,
    /// Grid points per axis.
    pub grid: Vec<usize>,
    /// The solver of the windows, where the objective [asks for it](crate::objective::ObjectiveConfig::asks_solver).
    pub solver: Option<BatchSolver>,
    /// The teacher of the windows, where the objective [has one](crate::objective::ObjectiveConfig::teacher).
    pub teacher: Option<BatchTeacher>,
}

impl Batch {
    /// The solver of the windows.
    ///
    /// # Panics
    /// When the objective did not ask for it.
    pub fn solver(&self) -> &BatchSolver {
        let solver = self.solver.as_ref();
        solver.expect("an objective that asks for the solver gets it")
    }

    /// The teacher of the windows.
    ///
    /// # Panics
    /// When the objective has none.
    pub fn teacher(&self) -> &BatchTeacher {
        let teacher = self.teacher.as_ref();
        teacher.expect("an objective with a teacher gets it before its first batch")
    }
}

/// The effect of a motion on the values of a state.
#[derive(Debug, Clone)]
pub struct Placed {
    /// For every point, the point whose value moves there.
    sources: Vec<usize>,
    /// The sign that every channel gets.
    signs: Vec<f32>,
}

impl Placed {
    /// The effects of `motions` on the states of a problem on a grid.
    pub fn all(motions: &[Motion], problem: &Problem, grid: &[usize]) -> Vec<Self> {
        let placed = |motion: &Motion| Self {
            sources: motion.sources(grid, &problem.axis_kinds()),
            signs: problem
                .signs(&motion.reflected)
                .into_iter()
                .map(|sign| sign as f32)
                .collect(),
        };
        motions.iter().map(placed).collect()
    }
}

/// A tensor of values, the last axis of its shape fastest.
///
/// # Panics
/// When there are not as many values as the shape says.
pub fn to_tensor<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, Shape::new(shape)), device)
}

/// A tensor of indices, the last axis of its shape fastest.
fn indices<const D: usize>(values: Vec<i64>, shape: [usize; D], device: &Device) -> Tensor<D, Int> {
    Tensor::from_data(TensorData::new(values, Shape::new(shape)), device)
}

/// The values of a tensor, on the host.
///
/// # Panics
/// When the tensor holds no 32-bit floats.
pub fn to_values(tensor: Tensor<1>) -> Vec<f32> {
    let values = tensor.into_data().convert::<f32>();
    values.try_to_vec::<f32>().expect("converted to f32")
}

/// Rows of parameters as one tensor.
///
/// # Shapes   → `[batch, parameter]`
pub(crate) fn conditioning(rows: Vec<Vec<f64>>, device: &Device) -> Tensor<2> {
    let shape = Shape::new([rows.len(), rows.first().map_or(0, Vec::len)]);
    let values = rows.into_iter().flatten().map(|value| value as f32);
    let values: Vec<f32> = values.collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The shape of states and the meaning of a surrogate step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Grid points per axis.
    pub grid: Vec<usize>,
    /// Grid points per axis of the training.
    pub trained: Vec<usize>,
    /// Ends of every axis, and where its points lie.
    pub axes: Vec<AxisKind>,
    /// The unit the network counts distances in, and so the spacing it is told on another grid than the trained one.
    pub reach: Reach,
    /// Channels of a frame.
    pub channels: usize,
    /// Frames of an answer, which a step advances by.
    pub bundle: usize,
    /// Frames of a state, as many as those of an answer or more.
    pub history: usize,
    /// Channels of the fields that do not change in time, behind the frames of a state.
    pub statics: usize,
    /// Frames per surrogate step.
    pub stride: usize,
    /// Inputs of the surrogate; where they are parameters alone, the time is one of them.
    pub inputs: Inputs,
}

impl Layout {
    /// Grid points altogether.
    pub fn num_points(&self) -> usize {
        self.grid.iter().product()
    }

    /// The batch of the frames `frames` of `windows` on `device`, all frames of a window moved as `placed` says; where it
    /// is empty, none is.
    pub fn batch(
        &self,
        windows: &[Window],
        frames: &[usize],
        placed: &[Placed],
        device: &Device,
    ) -> Batch {
        let state = |frames: &[usize]| self.states_of(windows, frames, placed, device);
        let states = frames.windows(self.history).step_by(self.bundle);
        Batch {
            frames: states.map(state).collect(),
            parameters: self.rows(
                windows
                    .iter()
                    .map(|window| (&*window.conditions, window.start)),
                device,
            ),
            grid: self.grid.clone(),
            solver: None,
            teacher: None,
        }
    }

    /// States as one tensor.
    ///
    /// # Shapes   states: frames of each and its static fields, channel-major `[channel, point]` → `[batch, point, channel]`
    pub fn states<'a>(
        &self,
        states: impl Iterator<Item = impl AsRef<[&'a [f32]]>>,
        device: &Device,
    ) -> Tensor<3> {
        let points = self.num_points();
        let mut values = Vec::with_capacity(points * self.state_channels());
        for state in states {
            for point in 0..points {
                for part in state.as_ref() {
                    let channels = part.len() / points;
                    values.extend((0..channels).map(|channel| part[channel * points + point]));
                }
            }
        }
        self.tensor(values, device)
    }

    /// One state as a tensor, each of its values as a 32-bit `number`.
    ///
    /// # Shapes   state: `[frame, channel, point]`, static fields: `[channel, point]` → `[1, point, channel]`
    pub(crate) fn one_state<T: Copy>(
        &self,
        state: &[T],
        number: impl Fn(T) -> f32,
        static_fields: &[f32],
        device: &Device,
    ) -> Tensor<3> {
        let points = self.num_points();
        let mut values = Vec::with_capacity(points * self.state_channels());
        for point in 0..points {
            let still = static_fields.iter().skip(point).step_by(points);
            let moving = state[point..].iter().step_by(points);
            values.extend(moving.map(|value| number(*value)));
            values.extend(still);
        }
        self.tensor(values, device)
    }

    /// States, each moved, as one tensor; static fields are scalars, which keep their signs.
    fn moved_states<'a, 'b>(
        &self,
        states: impl Iterator<Item = (Vec<&'a [f32]>, &'b Placed)>,
        device: &Device,
    ) -> Tensor<3> {
        let points = self.num_points();
        let mut values = Vec::new();
        for (state, placed) in states {
            let (still, frames) = state.split_last().expect("a state has a frame");
            for &source in &placed.sources {
                for frame in frames {
                    let signs = placed.signs.iter().enumerate();
                    values.extend(signs.map(|(c, sign)| sign * frame[c * points + source]));
                }
                values.extend(still.chunks(points).map(|channel| channel[source]));
            }
        }
        self.tensor(values, device)
    }

    /// # Shapes   → `[batch, point, channel]`
    fn tensor(&self, values: Vec<f32>, device: &Device) -> Tensor<3> {
        let (points, channels) = (self.num_points(), self.state_channels());
        let shape = Shape::new([values.len() / (points * channels), points, channels]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Parameters of steps as one tensor, each with the frame that it begins at.
    ///
    /// # Shapes   → `[batch, parameter]`
    pub fn rows<'a>(
        &self,
        steps: impl Iterator<Item = (&'a Conditions, usize)>,
        device: &Device,
    ) -> Tensor<2> {
        let rows = steps.map(|(conditions, frame)| self.parameters(conditions, frame));
        conditioning(rows.collect(), device)
    }

    /// Parameters of a step of one state.
    ///
    /// # Shapes   → `[1, parameter]`
    pub(crate) fn row(&self, conditions: &Conditions, device: &Device) -> Tensor<2> {
        let known = 1 + conditions.spacing.len() + conditions.parameters.len();
        let mut values = Vec::with_capacity(known);
        values.extend(self.conditioning(conditions, 0).map(|value| value as f32));
        let shape = Shape::new([1, values.len()]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Shows `reader` the values of states, frame after frame, each channel-major.
    ///
    /// # Panics
    /// When the tensor holds no 32-bit floats.
    pub(crate) fn read(&self, states: Tensor<3>, reader: impl FnOnce(&[f32])) {
        let values = states.swap_dims(1, 2).into_data().convert::<f32>();
        reader(values.as_slice::<f32>().expect("converted to f32"));
    }

    /// States back on the host, frame after frame, each channel-major.
    ///
    /// # Panics
    /// When the tensor holds no 32-bit floats.
    pub fn to_host(&self, states: Tensor<3>) -> Vec<Vec<f32>> {
        let channels = states.dims()[2];
        let values = states.swap_dims(1, 2).into_data().convert::<f32>();
        let values = values.try_to_vec::<f32>().expect("converted to f32");
        values
            .chunks(channels * self.num_points())
            .map(<[f32]>::to_vec)
            .collect()
    }

    /// Channels of a state, all frames and static fields.
    fn state_channels(&self) -> usize {
        self.history * self.channels + self.statics
    }

    /// The frames of states that a step has answered with.
    ///
    /// # Shapes   `[batch, point, channel]` of states → the same of answers
    pub(crate) fn answered(&self, states: Tensor<3>) -> Tensor<3> {
        if self.state_channels() == self.bundle * self.channels {
            return states;
        }
        let before = (self.history - self.bundle) * self.channels;
        states.narrow(2, before, self.bundle * self.channels)
    }

    /// The frames of answers, `[frame][state]`, each channel-major on the host.
    ///
    /// # Panics
    /// When the tensor holds no 32-bit floats.
    pub fn unbundled(&self, answers: Tensor<3>) -> Vec<Vec<Vec<f32>>> {
        let states = self.to_host(answers);
        let frame = |i: usize| {
            let part = i * self.frame_len()..(i + 1) * self.frame_len();
            states
                .iter()
                .map(|state| state[part.clone()].to_vec())
                .collect()
        };
        (0..self.bundle).map(frame).collect()
    }

    /// Numbers of a frame.
    pub fn frame_len(&self) -> usize {
        self.num_points() * self.channels
    }
}

#[cfg(test)]
mod tests;
