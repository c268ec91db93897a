//! Every feature of HDF5 that h5py and hdf5plugin write, read as h5py reads it, where Python has them.

use super::*;
use serde_json::Value;
use std::process::Command;

/// Features of which nothing is read but the name of what is missing.
const REFUSED: usize = 6;

/// A folder with a file per feature; none without Python and its packages.
fn features() -> Option<PathBuf> {
    let python = std::env::var("ONDINE_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/make_hdf5_features.py");
    let folder = std::env::temp_dir().join(format!("ondine-features-{}", std::process::id()));
    let made = Command::new(python).arg(script).arg(&folder).output();
    if made.is_ok_and(|made| made.status.success()) {
        return Some(folder);
    }
    let _ = std::fs::remove_dir_all(&folder);
    None
}

fn whole(list: &Value) -> Vec<u64> {
    let numbers = list.as_array().into_iter().flatten();
    numbers.map(|number| number.as_u64().unwrap()).collect()
}

fn extents(list: &Value) -> Vec<usize> {
    whole(list).into_iter().map(|n| n as usize).collect()
}

/// The fault of what is read, where it is not what h5py reads.
fn fault(source: &Source, expected: &Value) -> Result<(), String> {
    let said = |error: DatasetError| error.to_string();
    if !expected["attribute"].is_null() {
        return attribute(source, expected);
    }
    if expected["words"].is_array() {
        return words(source.path(), expected);
    }
    let mut path = expected["dataset"].as_str().unwrap().to_owned();
    if let Some(part) = expected["part"].as_str() {
        path = format!("{path}/{part}");
    }
    let dataset = source.dataset_at(&path).map_err(said)?;
    let values = match &expected["start"] {
        Value::Null => dataset.all(),
        start => dataset.read(&extents(start), &extents(&expected["count"])),
    };
    let values = values.map_err(said)?;
    let found: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
    let truth = whole(&expected["data"]);
    let shape = &expected["shape"];
    let shaped =
        !expected["start"].is_null() || shape.is_null() || dataset.shape() == extents(shape);
    if found == truth && shaped {
        Ok(())
    } else {
        Err(format!(
            "wrong: {:?} {:?}",
            dataset.shape(),
            &values[..values.len().min(5)]
        ))
    }
}

/// The words of a dataset, as they are listed.
fn words(path: &Path, expected: &Value) -> Result<(), String> {
    let arrays = crate::files::contents(path).map_err(|error| error.to_string())?;
    let dataset = format!("/{}", expected["dataset"].as_str().unwrap());
    let found = arrays.into_iter().find(|array| array.path == dataset);
    let words = found.map_or(Vec::new(), |array| array.words);
    let same = expected["words"] == Value::from(words.clone());
    same.then_some(())
        .ok_or_else(|| format!("wrong: {words:?}"))
}

fn attribute(source: &Source, expected: &Value) -> Result<(), String> {
    let group = source.group_at(expected["group"].as_str().unwrap_or(""));
    let group = group.map_err(|error| error.to_string())?;
    let name = expected["attribute"].as_str().unwrap();
    let (words, flags) = (&expected["words"], &expected["flags"]);
    let same = if words.is_array() {
        *words == Value::from(group.words(name))
    } else if flags.is_array() {
        *flags == Value::from(group.flags(name))
    } else {
        expected["number"].as_f64() == group.number(name)
    };
    same.then_some(()).ok_or_else(|| "wrong".to_owned())
}

#[test]
fn every_feature_is_read_or_refused_by_its_name() {
    let Some(folder) = features() else {
        eprintln!("skipped: no Python with h5py and hdf5plugin (ONDINE_PYTHON chooses)");
        return;
    };
    let mut faults = Vec::new();
    let (mut read, mut refused) = (0, 0);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let source = Source::open(&path.with_extension("h5"));
        let found = source.and_then(|source| {
            let beside = source.dataset_at("u")?.all()?;
            assert_eq!(beside, [3.0, 5.0, 7.0], "{name}");
            Ok(fault(&source, &expected))
        });
        let found = found.unwrap_or_else(|error| Err(error.to_string()));
        match (found, expected["refused"].as_str()) {
            (Ok(()), None) => read += 1,
            (Err(error), Some(word)) if error.contains(word) && error.contains(": ") => {
                refused += 1;
            }
            (found, _) => faults.push(format!("{name}: {found:?}")),
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(refused, REFUSED);
    assert!(read >= 147, "only {read} features are read");
}
