//! Physical units to numbers of order one and back.

use crate::FieldSpec;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Scales of a stream of states, per channel, and of its parameters, per parameter. Mean and deviation have the channels of
/// all frames of a state and of the static fields behind them, increments those of all frames of an answer.
///
/// A network sees `(u − mean)/deviation` and `(p − center)/spread`; it answers with the increment of the state over one
/// frame divided by `increment`, or, where it sees no state, with the scaled state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// Mean of the state.
    pub mean: Vec<f32>,
    /// Standard deviation of the state; of a constant the size of its mean, of zero 1.
    pub deviation: Vec<f32>,
    /// Root mean square of the increment over one frame; the deviation where there is none.
    pub increment: Vec<f32>,
    /// Middle of every parameter's range.
    pub center: Vec<f32>,
    /// Half the width of every parameter's range; 1 for a constant.
    pub spread: Vec<f32>,
}

impl Scaling {
    /// The scaling that changes nothing.
    pub fn identity(spec: &FieldSpec) -> Self {
        Self {
            mean: vec![0.0; spec.channels() * spec.history + spec.statics],
            deviation: vec![1.0; spec.channels() * spec.history + spec.statics],
            increment: vec![1.0; spec.outputs],
            center: vec![0.0; spec.parameters],
            spread: vec![1.0; spec.parameters],
        }
    }

    /// States in the units of the network.
    ///
    /// # Shapes   u: `[batch, point, channel]` → the same
    pub fn normalize_state(&self, u: Tensor<3>) -> Tensor<3> {
        let device = u.device();
        (u - row(&self.mean, &device)) / row(&self.deviation, &device)
    }

    /// States, or frames of an answer, in physical units again: all frames have the same scales.
    ///
    /// # Shapes   u: `[batch, point, channel]` → the same
    pub fn restore_state(&self, u: Tensor<3>) -> Tensor<3> {
        let (device, channels) = (u.device(), u.dims()[2]);
        u * row(&self.deviation[..channels], &device) + row(&self.mean[..channels], &device)
    }

    /// Parameters in the units of the network.
    ///
    /// # Shapes   parameters: `[batch, parameter]` → the same
    pub fn normalize_parameters(&self, parameters: Tensor<2>) -> Tensor<2> {
        let device = parameters.device();
        let center: Tensor<3> = row(&self.center, &device);
        let spread: Tensor<3> = row(&self.spread, &device);
        (parameters - center.squeeze_dim::<2>(0)) / spread.squeeze_dim::<2>(0)
    }

    /// Standard deviations of a state as a tensor `[1, 1, channel]`.
    pub fn deviations(&self, device: &Device) -> Tensor<3> {
        row(&self.deviation, device)
    }

    /// Scales of the increments as a tensor `[1, 1, channel]`.
    pub fn increments(&self, device: &Device) -> Tensor<3> {
        row(&self.increment, device)
    }
}

/// A constant `[1, 1, n]`, outside of automatic differentiation.
fn row(values: &[f32], device: &Device) -> Tensor<3> {
    let data = TensorData::new(values.to_vec(), Shape::new([1, 1, values.len()]));
    Tensor::from_data(data, &device.clone().without_autodiff())
}
