//! A file of weights: arrays as safetensors, with what is known of their network.

use super::{About, WeightError, shown};
use crate::files::{is_no_file, json_fault, write_atomically};
use half::{bf16, f16};
use ondine_datasets::FileKind;
use ondine_models::weights::{Array, Arrays};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Key of [`About`] in the metadata.
const KEY: &str = "ondine";

/// The contents of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    /// Its path.
    pub path: PathBuf,
    /// Its arrays, as 32-bit numbers; complex ones have real and imaginary part along a last axis.
    pub arrays: Arrays,
    /// Its description of the network, if it was written by Ondine.
    pub about: Option<About>,
}

impl WeightFile {
    /// Reads a file of 64-, 32- or 16-bit numbers.
    ///
    /// # Errors
    /// When it can't be read, is no such file, or what it says of itself is damaged.
    pub fn read(path: &Path) -> Result<Self, WeightError> {
        let unread = |source| WeightError::Read {
            path: shown(path),
            source,
        };
        let format = |reason: String| WeightError::Format {
            path: shown(path),
            reason,
        };
        let kind = FileKind::of(path).map_err(unread)?;
        if let Some(refusal) = refusal(kind) {
            return Err(format(refusal));
        }
        let bytes = std::fs::read(path).map_err(unread)?;
        let arrays = arrays(&bytes).map_err(format)?;
        let about = about(&bytes).map_err(format)?;
        let path = path.to_owned();
        Ok(Self {
            path,
            arrays,
            about,
        })
    }

    /// Makes sure that a file may be written at `path`.
    ///
    /// # Errors
    /// When there is a file that is not to be replaced, or something else that never is.
    pub fn check_place(path: &Path, overwrite: bool) -> Result<(), WeightError> {
        match (path.exists(), is_no_file(path)) {
            (_, true) => Err(WeightError::NoFile(shown(path))),
            (true, _) if !overwrite => Err(WeightError::Exists(shown(path))),
            _ => Ok(()),
        }
    }

    /// Writes the file under a temporary name and renames it.
    ///
    /// # Errors
    /// When it exists and is not to be replaced, or the disk refuses.
    pub fn write(&self, overwrite: bool) -> Result<(), WeightError> {
        Self::check_place(&self.path, overwrite)?;
        let written = self.to_bytes().map_err(std::io::Error::other);
        let written = written.and_then(|bytes| write_atomically(&self.path, &bytes));
        written.map_err(|source| WeightError::Write {
            path: shown(&self.path),
            source,
        })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let floats = |array: &Array| -> Vec<u8> {
            let values = array.values().iter();
            values.flat_map(|value| value.to_le_bytes()).collect()
        };
        let data: Vec<Vec<u8>> = self.arrays.iter().map(|(_, array)| floats(array)).collect();
        let named = self.arrays.iter().zip(&data);
        let views = named.map(|((name, array), bytes)| {
            let view = TensorView::new(Dtype::F32, array.shape().to_vec(), bytes)?;
            Ok((name, view))
        });
        let views = views.collect::<Result<Vec<_>, SafeTensorError>>()?;
        let about = self.about.as_ref().map(|about| {
            let json = serde_json::to_string(about).expect("plain data is valid JSON");
            HashMap::from([(KEY.to_owned(), json)])
        });
        safetensors::serialize(views, about)
    }
}

/// The words for bytes that the format does not allow.
const NO_SAFETENSORS: &str = "it is not in the format of safetensors, or damaged";

/// The description in the metadata.
fn about(bytes: &[u8]) -> Result<Option<About>, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|_| NO_SAFETENSORS)?;
    let json = header.metadata().as_ref().and_then(|all| all.get(KEY));
    let about = json.map(|json| serde_json::from_str(json)).transpose();
    about.map_err(|error| format!("its metadata `{KEY}` are damaged: {}", json_fault(&error)))
}

/// Why a file of this kind holds no weights, where that is certain.
fn refusal(kind: FileKind) -> Option<String> {
    match kind {
        // An unknown format may be a damaged one.
        FileKind::Safetensors | FileKind::Other => None,
        FileKind::Pickle | FileKind::Zip => Some(
            "it is a pickle of PyTorch; write its state_dict with safetensors.torch.save_file, as docs/weights.md shows"
                .to_owned(),
        ),
        FileKind::Run => Some(
            "it is the directory of a run; `ondine export` writes the weights of one".to_owned(),
        ),
        other => Some(format!("it is {other}, not one in the format of safetensors")),
    }
}

fn arrays(bytes: &[u8]) -> Result<Arrays, String> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|_| NO_SAFETENSORS)?;
    let named = tensors.iter();
    named
        .map(|(name, view)| Ok((name.to_owned(), array(name, &view)?)))
        .collect()
}

/// An array as 32-bit numbers.
fn array(name: &str, view: &TensorView<'_>) -> Result<Array, String> {
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 | Dtype::C64 => numbers(view.data(), f32::from_le_bytes),
        Dtype::F64 => numbers(view.data(), |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::F16 => numbers(view.data(), |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => numbers(view.data(), |bytes| bf16::from_le_bytes(bytes).to_f32()),
        other => {
            return Err(format!(
                "`{name}` holds numbers of the type {other:?}, and weights are F64, F32, F16, BF16 or C64"
            ));
        }
    };
    let mut shape = view.shape().to_vec();
    if view.dtype() == Dtype::C64 {
        shape.push(2);
    }
    Ok(Array::new(&shape, values))
}

/// Numbers of `N` bytes each.
fn numbers<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let words = bytes.chunks_exact(N);
    words
        .map(|word| read(word.try_into().expect("chunks of N bytes")))
        .collect()
}
