//! Host memory becomes device tensors here and nowhere else.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use ondine_datasets::{Conditions, Window};
use ondine_models::Inputs;

/// A batch of windows on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The states, one tensor `[batch, point, channel]` a frame.
    pub frames: Vec<Tensor<3>>,
    /// What is told of the step from the first frame to the next, `[batch, parameter]`.
    pub parameters: Tensor<2>,
    /// Grid points an axis.
    pub grid: Vec<usize>,
}

/// The values of a tensor, on the host.
///
/// # Panics
/// When the tensor holds no 32-bit floats.
pub fn to_values(tensor: Tensor<1>) -> Vec<f32> {
    let values = tensor.into_data().convert::<f32>();
    values.try_to_vec::<f32>().expect("converted to f32")
}

/// The shape of states and the meaning of a surrogate step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Grid points an axis.
    pub grid: Vec<usize>,
    /// Channels of a state.
    pub channels: usize,
    /// Frames a surrogate step.
    pub stride: usize,
    /// What the surrogate answers from; where that is parameters alone, the time is one of them.
    pub inputs: Inputs,
}

impl Layout {
    /// Grid points altogether.
    pub fn num_points(&self) -> usize {
        self.grid.iter().product()
    }

    /// What a network is told of a step that begins at frame `frame` of a simulation: time step, spacing of every axis,
    /// equation parameters; where it sees no state, also the time at the end of the step, which is 0 at frame 0.
    pub fn parameters(&self, conditions: &Conditions, frame: usize) -> Vec<f64> {
        let dt = conditions.dt * self.stride as f64;
        let rest = conditions.spacing.iter().chain(&conditions.parameters);
        let end = conditions.dt * (frame + self.stride) as f64;
        let time = (self.inputs == Inputs::Parameters).then_some(end);
        let all = std::iter::once(dt).chain(rest.copied()).chain(time);
        all.collect()
    }

    /// The batch of the frames `frames` of `windows` on `device`.
    pub fn batch(&self, windows: &[Window], frames: &[usize], device: &Device) -> Batch {
        let frame =
            |&i: &usize| self.states(windows.iter().map(|window| &*window.frames[i]), device);
        Batch {
            frames: frames.iter().map(frame).collect(),
            parameters: self.rows(
                windows
                    .iter()
                    .map(|window| (&*window.conditions, window.start)),
                device,
            ),
            grid: self.grid.clone(),
        }
    }

    /// States as one tensor.
    ///
    /// # Shapes   states: each channel-major `[channel, point]` → `[batch, point, channel]`
    pub fn states<'a>(
        &self,
        states: impl Iterator<Item = &'a [f32]>,
        device: &Device,
    ) -> Tensor<3> {
        let points = self.num_points();
        let mut values = Vec::new();
        let mut batch = 0;
        for state in states {
            batch += 1;
            for point in 0..points {
                values.extend((0..self.channels).map(|channel| state[channel * points + point]));
            }
        }
        let shape = Shape::new([batch, points, self.channels]);
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
        let rows: Vec<Vec<f64>> = rows.collect();
        let shape = Shape::new([rows.len(), rows.first().map_or(0, Vec::len)]);
        let values: Vec<f32> = rows
            .into_iter()
            .flatten()
            .map(|value| value as f32)
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// States back on the host, each channel-major.
    ///
    /// # Panics
    /// When the tensor holds no 32-bit floats.
    pub fn to_host(&self, states: Tensor<3>) -> Vec<Vec<f32>> {
        let values = states.swap_dims(1, 2).into_data().convert::<f32>();
        let values = values.try_to_vec::<f32>().expect("converted to f32");
        values
            .chunks(self.num_points() * self.channels)
            .map(<[f32]>::to_vec)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_come_back_as_they_went() {
        let layout = Layout {
            grid: vec![4],
            channels: 2,
            stride: 1,
            inputs: Inputs::State,
        };
        let states: Vec<Vec<f32>> = (0..3)
            .map(|b| (0..8).map(|i| (b * 8 + i) as f32).collect())
            .collect();
        let tensor = layout.states(states.iter().map(|state| &state[..]), &Device::flex());
        assert_eq!(tensor.dims(), [3, 4, 2]);
        let second_point = tensor.clone().slice([0..1, 1..2, 0..2]).into_data();
        assert_eq!(second_point.try_to_vec::<f32>().expect("f32"), [1.0, 5.0]);
        assert_eq!(layout.to_host(tensor), states);
    }

    #[test]
    fn a_network_without_a_state_is_told_the_time_at_the_end_of_a_step() {
        let conditions = Conditions {
            dt: 0.5,
            length: vec![2.0],
            spacing: vec![0.25],
            parameters: vec![7.0],
        };
        let mut layout = Layout {
            grid: vec![8],
            channels: 1,
            stride: 2,
            inputs: Inputs::State,
        };
        assert_eq!(layout.parameters(&conditions, 3), [1.0, 0.25, 7.0]);
        layout.inputs = Inputs::Parameters;
        assert_eq!(layout.parameters(&conditions, 0), [1.0, 0.25, 7.0, 1.0]);
        assert_eq!(layout.parameters(&conditions, 3), [1.0, 0.25, 7.0, 2.5]);
        let rows = layout.rows(
            [(&conditions, 0), (&conditions, 3)].into_iter(),
            &Device::flex(),
        );
        let rows = rows.into_data().try_to_vec::<f32>().expect("f32");
        assert_eq!(rows, [1.0, 0.25, 7.0, 1.0, 1.0, 0.25, 7.0, 2.5]);
    }
}
