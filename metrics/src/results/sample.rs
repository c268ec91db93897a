//! The sample rollout of an evaluation, in memory and on disk.

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

/// One rollout, for space-time maps: `sample.safetensors` of a run holds it as the two f32 tensors `truth` and
/// `prediction` of shape `[frames, channels, points…]`, the last known frame first, and the f64 tensors `times`
/// (`[frames]`) and `length` (one entry per axis).
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

    /// Reads the bytes of `sample.safetensors`.
    ///
    /// # Errors
    /// Why they are no sample, in words.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let tensors = SafeTensors::deserialize(bytes);
        let tensors = tensors.map_err(|_| "it is damaged, or not in the format of safetensors")?;
        let (shape, truth) = numbers(&tensors, "truth", Dtype::F32, f32::from_le_bytes)?;
        let (other_shape, prediction) =
            numbers(&tensors, "prediction", Dtype::F32, f32::from_le_bytes)?;
        let (_, times) = numbers(&tensors, "times", Dtype::F64, f64::from_le_bytes)?;
        let (_, length) = numbers(&tensors, "length", Dtype::F64, f64::from_le_bytes)?;
        let fits = shape.len() >= 3
            && !shape.contains(&0)
            && shape == other_shape
            && times.len() == shape[0]
            && length.len() == shape.len() - 2;
        if fits {
            Ok(Self {
                shape,
                truth,
                prediction,
                times,
                length,
            })
        } else {
            Err(format!(
                "its shapes {shape:?} and {other_shape:?} do not fit together"
            ))
        }
    }
}

/// Shape and values of one tensor.
fn numbers<const BYTES: usize, T>(
    tensors: &SafeTensors<'_>,
    name: &str,
    dtype: Dtype,
    decode: fn([u8; BYTES]) -> T,
) -> Result<(Vec<usize>, Vec<T>), String> {
    let tensor = tensors.tensor(name);
    let tensor = tensor.map_err(|_| format!("it lacks `{name}`"))?;
    if tensor.dtype() != dtype {
        return Err(format!(
            "`{name}` is {:?} instead of {dtype:?}",
            tensor.dtype()
        ));
    }
    let (chunks, _) = tensor.data().as_chunks::<BYTES>();
    Ok((
        tensor.shape().to_vec(),
        chunks.iter().map(|chunk| decode(*chunk)).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_read_as_it_was_written() {
        let written = Sample {
            shape: vec![2, 1, 3],
            truth: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            prediction: vec![1.5; 6],
            times: vec![0.0, 0.2],
            length: vec![22.0],
        };
        let bytes = written.to_bytes().expect("the shape fits");
        let read = Sample::from_bytes(&bytes).expect("it is a sample");
        assert_eq!((read.shape, read.truth), (written.shape, written.truth));
        assert_eq!(
            (read.prediction, read.times),
            (written.prediction, written.times)
        );
        assert_eq!(read.length, written.length);
        assert!(Sample::from_bytes(&bytes[..bytes.len() - 2]).is_err());
    }
}
