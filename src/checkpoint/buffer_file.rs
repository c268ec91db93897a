//! The contents of the training buffer on disk: every frame, and the conditions and static fields of every simulation once,
//! windows as rows of indices.

use ondine_datasets::Snapshot;
use ondine_datasets::{Conditions, Frame, Window};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Numbers of a window beside its frames: simulation, start, read.
const HEAD: usize = 3;

/// The bytes of a snapshot's windows.
pub(super) fn to_bytes(snapshot: &Snapshot) -> Result<Vec<u8>, SafeTensorError> {
    let mut rows: HashMap<*const (), i64> = HashMap::new();
    let mut frames: Vec<u8> = Vec::new();
    let mut windows: Vec<u8> = Vec::new();
    for (window, read) in &snapshot.contents {
        let head = [
            window.simulation as i64,
            window.start as i64,
            i64::from(*read),
        ];
        windows.extend(head.iter().flat_map(|number| number.to_le_bytes()));
        for frame in &window.frames {
            let next = rows.len() as i64;
            let row = *rows.entry(frame.address()).or_insert_with(|| {
                let values = frame.on_host();
                frames.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                next
            });
            windows.extend(row.to_le_bytes());
        }
    }
    let first = snapshot.contents.first().map(|(window, _)| &window.frames);
    let count = first.map_or(0, Vec::len);
    let size = frames.len() / size_of::<f32>() / rows.len().max(1);
    let width = HEAD + count;
    let of_simulation = |(window, _): &'_ (Window, bool)| {
        let known = (window.conditions.clone(), window.static_fields.clone());
        (window.simulation, known)
    };
    let known: BTreeMap<u64, Known> = snapshot.contents.iter().map(of_simulation).collect();
    let simulations: Vec<u8> = (known.keys().map(|&index| index as i64))
        .flat_map(i64::to_le_bytes)
        .collect();
    let rows_of_conditions: Vec<Vec<f64>> = known.values().map(|(one, _)| numbers(one)).collect();
    let each = rows_of_conditions.first().map_or(0, Vec::len);
    let conditions: Vec<u8> = (rows_of_conditions.iter().flatten())
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let still: Vec<u8> = known
        .values()
        .flat_map(|(_, fields)| fields.iter())
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let static_values = known.values().next().map_or(0, |(_, fields)| fields.len());
    let mut views = vec![
        (
            "frames",
            TensorView::new(Dtype::F32, vec![rows.len(), size], &frames)?,
        ),
        (
            "windows",
            TensorView::new(Dtype::I64, vec![snapshot.contents.len(), width], &windows)?,
        ),
        (
            "simulations",
            TensorView::new(Dtype::I64, vec![known.len(), 1], &simulations)?,
        ),
        (
            "conditions",
            TensorView::new(Dtype::F64, vec![known.len(), each], &conditions)?,
        ),
    ];
    if static_values > 0 {
        let shape = vec![known.len(), static_values];
        views.push((STATIC_FIELDS, TensorView::new(Dtype::F32, shape, &still)?));
    }
    safetensors::serialize(views, None)
}

/// Table of the static fields of the simulations, where the problem has any.
const STATIC_FIELDS: &str = "static_fields";

/// Conditions and static fields of a simulation.
type Known = (Arc<Conditions>, Arc<[f32]>);

/// The bounds of the windows of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Simulations of the run.
    pub(super) simulations: u64,
    /// Frames of each.
    pub(super) frames: usize,
    /// Values of a frame.
    pub(super) values: usize,
    /// Axes of the grid.
    pub(super) axes: usize,
    /// Conditions beside lengths and time step.
    pub(super) parameters: usize,
    /// Values of the static fields of a simulation.
    pub(super) static_values: usize,
}

/// Conditions of a simulation that a source knows by its index, of a problem without static fields.
type ByIndex<'a> = dyn Fn(u64) -> Option<Conditions> + 'a;

/// The windows of a file with their conditions; where an older one has none, they come from the source.
pub(super) fn from_bytes(
    bytes: &[u8],
    by_index: &ByIndex<'_>,
    bounds: Bounds,
) -> Result<Vec<(Window, bool)>, String> {
    let tensors = SafeTensors::deserialize(bytes);
    let tensors = tensors.map_err(|_| "it does not hold the windows of a buffer")?;
    let tensor = |name: &str, dtype: Dtype| {
        let found = tensors.tensor(name).ok();
        let found = found.filter(|tensor| tensor.dtype() == dtype && tensor.shape().len() == 2);
        found.ok_or(format!("it has no table `{name}`"))
    };
    let (frames, windows) = (
        tensor("frames", Dtype::F32)?,
        tensor("windows", Dtype::I64)?,
    );
    let (rows, size) = (frames.shape()[0], frames.shape()[1]);
    if rows > 0 && size != bounds.values {
        let values = bounds.values;
        return Err(format!(
            "its frames have {size} values, those of the run {values}"
        ));
    }
    let frames: Vec<Arc<[f32]>> = match rows {
        0 => Vec::new(),
        _ => frames.data().chunks_exact(4 * size).map(floats).collect(),
    };
    let mut known = kept(&tensors, bounds)?;
    let rows = windows.data().chunks_exact(8 * windows.shape()[1].max(1));
    rows.map(|row| window(&integers(row), &frames, by_index, bounds, &mut known))
        .collect()
}

fn window(
    row: &[i64],
    frames: &[Arc<[f32]>],
    by_index: &ByIndex<'_>,
    bounds: Bounds,
    known: &mut HashMap<u64, Known>,
) -> Result<(Window, bool), String> {
    let [simulation, start, read, indices @ ..] = row else {
        return Err("a window has no frames".to_owned());
    };
    let (simulation, start) = (*simulation as u64, *start as usize); // negative ones become too large
    if simulation >= bounds.simulations || start >= bounds.frames {
        return Err(format!(
            "simulation {simulation} of the run has no window from frame {start} on"
        ));
    }
    let (conditions, static_fields) = match known.entry(simulation) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let found = by_index(simulation);
            let found =
                found.ok_or_else(|| format!("it has no conditions of simulation {simulation}"))?;
            unknown.insert((Arc::new(found), Arc::default()))
        }
    };
    let frame = |&index: &i64| {
        frames
            .get(index as usize)
            .map(|frame| Frame::from(frame.clone()))
            .ok_or("a frame is missing")
    };
    let window = Window {
        simulation,
        grid: 0,
        start,
        conditions: conditions.clone(),
        frames: indices.iter().map(frame).collect::<Result<_, _>>()?,
        static_fields: static_fields.clone(),
    };
    Ok((window, *read != 0))
}

/// The conditions and static fields that a file keeps, by simulation; none in an older one.
fn kept(tensors: &SafeTensors<'_>, bounds: Bounds) -> Result<HashMap<u64, Known>, String> {
    let (Ok(simulations), Ok(conditions)) =
        (tensors.tensor("simulations"), tensors.tensor("conditions"))
    else {
        return Ok(HashMap::new());
    };
    let each = 1 + 2 * bounds.axes + bounds.parameters;
    let rows = simulations.shape().first().copied().unwrap_or(0);
    let types = [simulations.dtype(), conditions.dtype()] == [Dtype::I64, Dtype::F64];
    if !types || (rows > 0 && conditions.shape() != [rows, each]) {
        return Err("its conditions are not those of the run".to_owned());
    }
    let values = conditions.data().chunks_exact(8 * each);
    let values = values.map(|row| Arc::new(conditions_of(row, bounds.axes)));
    let known = values.zip(static_fields(tensors, rows, bounds.static_values)?);
    let indices = integers(simulations.data()).into_iter();
    Ok(indices.map(|index| index as u64).zip(known).collect())
}

/// The static fields of so many simulations.
fn static_fields(
    tensors: &SafeTensors<'_>,
    simulations: usize,
    values: usize,
) -> Result<Vec<Arc<[f32]>>, String> {
    if values == 0 || simulations == 0 {
        return Ok(vec![Arc::default(); simulations]);
    }
    let found = tensors.tensor(STATIC_FIELDS).ok();
    let found = found
        .filter(|found| found.dtype() == Dtype::F32 && found.shape() == [simulations, values])
        .ok_or("its static fields are not those of the run")?;
    Ok(found.data().chunks_exact(4 * values).map(floats).collect())
}

/// The numbers of conditions: time step, lengths, spacings, parameters.
fn numbers(of: &Conditions) -> Vec<f64> {
    [&[of.dt], &of.length[..], &of.spacing, &of.parameters].concat()
}

/// The conditions of a row of [`numbers`].
fn conditions_of(row: &[u8], axes: usize) -> Conditions {
    let number = |word: &[u8]| f64::from_le_bytes(word.try_into().expect("chunks of 8 bytes"));
    let mut numbers = row.chunks_exact(8).map(number);
    Conditions {
        dt: numbers.next().unwrap_or_default(),
        length: numbers.by_ref().take(axes).collect(),
        spacing: numbers.by_ref().take(axes).collect(),
        parameters: numbers.collect(),
    }
}

fn floats(bytes: &[u8]) -> Arc<[f32]> {
    let words = bytes.chunks_exact(4);
    words
        .map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn integers(bytes: &[u8]) -> Vec<i64> {
    let word = |word: &[u8]| i64::from_le_bytes(word.try_into().expect("chunks of 8 bytes"));
    bytes.chunks_exact(8).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        simulations: 10,
        frames: 5,
        values: 2,
        axes: 2,
        parameters: 1,
        static_values: 3,
    };

    fn conditions(simulation: u64) -> Conditions {
        Conditions {
            dt: 0.1 + simulation as f64 / 3.0,
            length: vec![1.0 / 3.0, 2.0],
            spacing: vec![0.1, std::f64::consts::PI],
            parameters: vec![1e-300],
        }
    }

    fn still(simulation: u64) -> Arc<[f32]> {
        vec![simulation as f32, 0.1, -1e30].into()
    }

    fn snapshot() -> Snapshot {
        let frame: Arc<[f32]> = vec![1.0, 2.0].into();
        let window = |simulation| Window {
            simulation,
            grid: 0,
            start: 0,
            conditions: Arc::new(conditions(simulation)),
            frames: vec![frame.clone().into(), frame.clone().into()],
            static_fields: still(simulation),
        };
        let contents = [7, 3, 7].map(|simulation| (window(simulation), false));
        Snapshot {
            contents: contents.to_vec(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn conditions_come_back_to_the_bit_without_their_source() {
        let bytes = to_bytes(&snapshot()).expect("plain data");
        let read = from_bytes(&bytes, &|_| None, BOUNDS).expect("as it was written");
        let of = |(window, _): &(Window, bool)| {
            let conditions = (*window.conditions).clone();
            (conditions, window.static_fields.to_vec())
        };
        let expected = [7, 3, 7].map(|index| (conditions(index), still(index).to_vec()));
        assert!(read.iter().map(of).eq(expected));
    }

    #[test]
    fn a_file_without_conditions_has_those_of_the_source_or_is_refused() {
        let whole = to_bytes(&snapshot()).expect("plain data");
        let whole = SafeTensors::deserialize(&whole).expect("as it was written");
        let old = ["frames", "windows"].map(|name| (name, whole.tensor(name).expect(name)));
        let old = safetensors::serialize(old, None).expect("plain data");
        let read = from_bytes(&old, &|index| Some(conditions(index)), BOUNDS).expect("valid");
        assert_eq!(*read[1].0.conditions, conditions(3));
        let refused = from_bytes(&old, &|_| None, BOUNDS).expect_err("nobody knows them");
        assert_eq!(refused, "it has no conditions of simulation 7");
    }

    #[test]
    fn static_fields_of_another_problem_are_refused() {
        let bytes = to_bytes(&snapshot()).expect("plain data");
        let other = Bounds {
            static_values: 2,
            ..BOUNDS
        };
        let refused = from_bytes(&bytes, &|_| None, other).expect_err("two values");
        assert!(refused.contains("static fields are not those"), "{refused}");
    }

    #[test]
    fn conditions_of_another_problem_are_refused() {
        let bytes = to_bytes(&snapshot()).expect("plain data");
        let other = Bounds { axes: 1, ..BOUNDS };
        let refused = from_bytes(&bytes, &|_| None, other).expect_err("two axes");
        assert!(refused.contains("not those of the run"), "{refused}");
    }
}
