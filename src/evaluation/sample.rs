//! The sample rollout on disk.

use super::Sample;
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView};

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
