//! A file of weights: arrays as safetensors, with what is known of their network.

use super::checksum::Checksum;
use super::{About, Exported, WeightError, shown};
use crate::files::{is_no_file, json_fault, write_atomically};
use half::{bf16, f16};
use ondine_datasets::FileKind;
use ondine_models::weights::{Array, Arrays};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Key of [`About`] in the metadata.
const KEY: &str = "ondine";

/// Key of [`Exported`] in the metadata.
const SURROGATE: &str = "surrogate";

/// Key of the checksum in the metadata.
const CHECKSUM: &str = "crc32";

/// Bytes of the length of the header, which come first.
const LENGTH: usize = size_of::<u64>();

/// The contents of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    /// Its path.
    pub path: PathBuf,
    /// Its arrays, as 32-bit numbers; complex ones have real and imaginary part along a last axis.
    pub arrays: Arrays,
    /// Its description of the network, if it was written by Ondine.
    pub about: Option<About>,
    /// All that is needed to run its network as the surrogate of a run, if it was written for that.
    pub surrogate: Option<Exported>,
}

impl WeightFile {
    /// Reads a file of 64-, 32- or 16-bit numbers.
    ///
    /// # Errors
    /// When it can't be read, is no such file, was written by a newer version, or has changed since.
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
        let texts = texts(&bytes).map_err(format)?;
        let surrogate = texts.get(SURROGATE).map(|json| Exported::from_json(json));
        let surrogate = surrogate.transpose().map_err(format)?;
        Ok(Self {
            path: path.to_owned(),
            arrays: arrays(&bytes, &texts).map_err(format)?,
            about: about(&texts).map_err(format)?,
            surrogate,
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
        let metadata = self.texts(&views);
        let bytes = safetensors::serialize(views, (!metadata.is_empty()).then_some(metadata))?;
        Ok(ordered(bytes))
    }

    /// The metadata: descriptions as JSON, and the checksum of a file with a surrogate.
    fn texts(&self, views: &[(&str, TensorView<'_>)]) -> HashMap<String, String> {
        let about = self.about.as_ref().map(|about| (KEY, json(about)));
        let surrogate = self.surrogate.as_ref().map(|one| (SURROGATE, json(one)));
        let texts = about.into_iter().chain(surrogate);
        let mut texts: HashMap<String, String> =
            texts.map(|(key, text)| (key.to_owned(), text)).collect();
        if self.surrogate.is_some() {
            let named = views.iter().map(|(name, view)| (*name, view));
            texts.insert(CHECKSUM.to_owned(), checksum(&texts, named));
        }
        texts
    }
}

/// The file with the names of its header in alphabetical order, so that equal contents are equal bytes: those of a hash map come
/// in another order every time.
fn ordered(mut bytes: Vec<u8>) -> Vec<u8> {
    let (length, rest) = bytes.split_at_mut(LENGTH);
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
    let header = &mut rest[..length];
    let mut names: Value = serde_json::from_slice(header).expect("the header is JSON");
    names.sort_all_objects();
    let mut sorted = serde_json::to_vec(&names).expect("JSON stays JSON");
    assert!(sorted.len() <= length, "an order takes no room");
    sorted.resize(length, b' '); // as the format fills it up
    header.copy_from_slice(&sorted);
    bytes
}

fn json(description: &impl Serialize) -> String {
    serde_json::to_string(description).expect("plain data is valid JSON")
}

/// The checksum of arrays in the order of their names, and of the descriptions beside them.
fn checksum<'a>(
    texts: &HashMap<String, String>,
    arrays: impl Iterator<Item = (&'a str, &'a TensorView<'a>)>,
) -> String {
    let described = [KEY, SURROGATE].map(|key| texts.get(key).map_or("", String::as_str));
    let mut sum = Checksum::of(described);
    for (name, view) in arrays {
        sum.array(name, view.shape(), view.data());
    }
    sum.digits()
}

/// The words for bytes that the format does not allow.
const NO_SAFETENSORS: &str = "it is not in the format of safetensors, or damaged";

/// The metadata.
fn texts(bytes: &[u8]) -> Result<HashMap<String, String>, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|_| NO_SAFETENSORS)?;
    Ok(header.metadata().clone().unwrap_or_default())
}

/// The description of the network in the metadata.
fn about(texts: &HashMap<String, String>) -> Result<Option<About>, String> {
    let json = texts.get(KEY);
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

/// The arrays, which are as they were written if the metadata have their checksum.
fn arrays(bytes: &[u8], texts: &HashMap<String, String>) -> Result<Arrays, String> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|_| NO_SAFETENSORS)?;
    let by_name: BTreeMap<String, TensorView<'_>> = tensors.tensors().into_iter().collect();
    let named = || by_name.iter().map(|(name, view)| (name.as_str(), view));
    let written = texts.get(CHECKSUM);
    if written.is_some_and(|written| *written != checksum(texts, named())) {
        return Err("its bytes have changed since it was written: export the run again".to_owned());
    }
    named()
        .map(|(name, view)| Ok((name.to_owned(), array(name, view)?)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_contents_are_equal_bytes() {
        let surrogate = Exported {
            version: super::super::VERSION,
            recipe: "name = \"two \u{2009}\"\n".to_owned(),
            conditions: Vec::new(),
            horizon: None,
            gate: None,
        };
        let array = |name: &str, value| (name.to_owned(), Array::new(&[2], vec![value; 2]));
        let file = WeightFile {
            path: PathBuf::from("file.safetensors"),
            arrays: ["b", "a", "Z", "_"]
                .map(|name| array(name, 0.5))
                .into_iter()
                .collect(),
            about: None,
            surrogate: Some(surrogate.clone()),
        };
        let first = file.to_bytes().expect("plain data");
        for _ in 0..20 {
            // Each hash map has an order of its own.
            assert!(file.to_bytes().expect("plain data") == first);
        }
        let texts = texts(&first).expect("a header");
        assert_eq!(Exported::from_json(&texts[SURROGATE]), Ok(surrogate));
        assert_eq!(arrays(&first, &texts), Ok(file.arrays));
    }
}
