//! The sample rollout of an evaluation, in memory and on disk.

use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView};

/// One rollout, for space-time maps: `sample.safetensors` of a run holds it as the two f32 tensors `truth` and
/// `prediction` of shape `[frames, channels, points…]`, the last known frame first, and the f64 tensors `times`
/// (`[frames]`) and `length` (one entry an axis).
#[derive(Debug, Clone)]
pub struct Sample {
    /// Shape `[frames, channels, points…]`.
    pub shape: Vec<usize>,
    /// The solver's frames.
    pub truth: Vec<f32>,
    /// The surrogate's frames.
    pub prediction: Vec<f32>,
    /// Time of every frame, 0 first.
    pub times: Vec<f64>,
    /// Domain length of every axis.
    pub length: Vec<f64>,
}

impl Sample {
    /// The bytes of `sample.safetensors`.
    ///
    /// # Errors
    /// When the shape does not fit the values.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let [truth, prediction] = [&self.truth, &self.prediction].map(|values| {
            values
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .collect::<Vec<u8>>()
        });
        let [times, length] = [&self.times, &self.length].map(|values| {
            values
                .iter()
                .flat_map(|x| x.to_le_bytes())
                .collect::<Vec<u8>>()
        });
        let views = [
            (
                "truth",
                TensorView::new(Dtype::F32, self.shape.clone(), &truth)?,
            ),
            (
                "prediction",
                TensorView::new(Dtype::F32, self.shape.clone(), &prediction)?,
            ),
            (
                "times",
                TensorView::new(Dtype::F64, vec![self.times.len()], &times)?,
            ),
            (
                "length",
                TensorView::new(Dtype::F64, vec![self.length.len()], &length)?,
            ),
        ];
        safetensors::serialize(views, None)
    }
}
