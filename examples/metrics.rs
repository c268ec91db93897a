//! All metrics of a file of rollouts, as JSON: the door through which other programs compare theirs.
//!
//! ```sh
//! cargo run --release --example metrics -- RUN/sample.safetensors [scalars|velocity|vorticity|wave]
//! ```
//!
//! The file holds 32-bit tensors `truth` and `prediction` of shape `[frame, channel, point…]`, and may hold a 64-bit
//! tensor `length` with one entry per axis (1 if absent): `sample.safetensors` of a run, say, whose first frame is the
//! initial state. What the channels are decides which quantities `drift` finds; scalars unless said. Printed are the
//! numbers of every metric that measures states, a list over the frames each, and the energy spectrum of the truth, a
//! list over shells for every frame.

use ondine::metrics::{Definition, Fields, METRICS, Meaning, Modes, Pair, energy_spectrum};
use ondine::solvers::AxisKind;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (file, meaning) = match words[..] {
        [file] | [file, "scalars"] => (file, Meaning::Scalars),
        [file, "velocity"] => (file, Meaning::Velocity),
        [file, "vorticity"] => (file, Meaning::Vorticity),
        [file, "wave"] => (file, Meaning::Wave),
        _ => {
            eprintln!("usage: metrics FILE.safetensors [scalars|velocity|vorticity|wave]");
            return Ok(ExitCode::from(2));
        }
    };
    let read = std::fs::read(file).map_err(Into::into);
    match read.and_then(|bytes| Rollout::read(&bytes)) {
        Ok(rollout) => {
            let found = rollout.judge(meaning)?;
            println!("{}", serde_json::to_string(&found)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("{file}: {error}");
            Ok(ExitCode::from(2))
        }
    }
}

/// A rollout and its truth, as read from a file.
struct Rollout {
    /// `[frame, channel, point…]`.
    shape: Vec<usize>,
    truth: Vec<f32>,
    prediction: Vec<f32>,
    length: Vec<f64>,
}

impl Rollout {
    fn read(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        let file = SafeTensors::deserialize(bytes)?;
        let [truth, prediction] = [file.tensor("truth")?, file.tensor("prediction")?];
        let shape = truth.shape().to_vec();
        let dims = shape.len().saturating_sub(2);
        if prediction.shape() != shape || !(1..=3).contains(&dims) || shape.contains(&0) {
            let message = format!(
                "`truth` has the shape {shape:?}, `prediction` {:?}; both are [frame, channel, point…] with 1 to 3 axes",
                prediction.shape()
            );
            return Err(message.into());
        }
        let length = match file.tensor("length") {
            Err(SafeTensorError::TensorNotFound(_)) => vec![1.0; dims],
            found => numbers(&found?, "length", Dtype::F64, f64::from_le_bytes)?,
        };
        if length.len() != dims {
            return Err(format!("`length` has {} entries for {dims} axes", length.len()).into());
        }
        Ok(Self {
            truth: numbers(&truth, "truth", Dtype::F32, f32::from_le_bytes)?,
            prediction: numbers(&prediction, "prediction", Dtype::F32, f32::from_le_bytes)?,
            shape,
            length,
        })
    }

    /// The numbers of every metric, by name, over the frames.
    fn judge(
        &self,
        meaning: Meaning,
    ) -> Result<BTreeMap<String, serde_json::Value>, Box<dyn Error>> {
        let points = &self.shape[2..];
        let size = self.shape[1..].iter().product();
        let fields = Fields {
            points,
            axes: &[AxisKind::PERIODIC; 3],
            lengths: &[&self.length],
            meaning,
        };
        let mut found = BTreeMap::new();
        for entry in METRICS {
            let Definition::States(make) = entry.definition else {
                continue;
            };
            let mut measure = make(&fields)?;
            let frames = self.prediction.chunks(size).zip(self.truth.chunks(size));
            let measured = frames.map(|(prediction, truth)| {
                measure.of(&Pair {
                    prediction,
                    truth,
                    length: &self.length,
                    parameters: &[1.0], // the speed of waves
                })
            });
            let values: Vec<Vec<f64>> = measured.collect();
            for (i, name) in measure.names.iter().enumerate() {
                let curve: Vec<f64> = values.iter().map(|of_frame| of_frame[i]).collect();
                found.insert(name.clone(), curve.into());
            }
        }
        let mut modes = Modes::new(points)?;
        let frames = self.truth.chunks(size);
        let spectra: Vec<Vec<f64>> = frames
            .map(|u| energy_spectrum(&mut modes, u, &self.length))
            .collect();
        found.insert("energy_spectrum".to_owned(), spectra.into());
        Ok(found)
    }
}

/// The values of a tensor of `dtype`.
fn numbers<T, const N: usize>(
    tensor: &TensorView<'_>,
    name: &str,
    dtype: Dtype,
    read: fn([u8; N]) -> T,
) -> Result<Vec<T>, Box<dyn Error>> {
    if tensor.dtype() != dtype {
        return Err(format!("`{name}` is {:?}, it has to be {dtype:?}", tensor.dtype()).into());
    }
    let (chunks, _) = tensor.data().as_chunks::<N>();
    Ok(chunks.iter().map(|bytes| read(*bytes)).collect())
}
