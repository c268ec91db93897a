//! netCDF, of version 3 in its three formats and of version 4, which is HDF5: <https://www.unidata.ucar.edu/netcdf>.
//!
//! Axes are known by the names of their dimensions ([`labelled`](super::labelled)). Packed values are unpacked, and values
//! that stand for no data, among them those that netCDF leaves where nothing was written, are NaN.

mod groups;

use super::arranged::Arranged;
use super::array::Array;
use super::decoded::{Decoded, OtherSign};
use super::labelled::{self, Variable};
use super::source::{Attributes, Source};
use super::{DatasetError, FormatEntry};
use crate::FileKind;
use netcdf_reader::{
    NcAttribute, NcFile, NcFormat, NcSliceInfo, NcSliceInfoElem, NcType, NcVariable,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// netCDF in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "netcdf",
    summary: "netCDF 3 and 4: axes by the names of dimensions, packed values and gaps by attributes",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// The value that netCDF leaves where no float was written.
const UNWRITTEN: f64 = 9.969_209_968_386_869e36;

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    labelled::open(path, variables(path)?, numbers(path))
}

/// The attributes of a whole file that are numbers.
fn numbers(path: &Path) -> Vec<(String, f64)> {
    let file = NcFile::open(path).ok();
    let all = file.as_ref().and_then(|file| file.global_attributes().ok());
    let all = all.into_iter().flatten();
    let number =
        |attribute: &NcAttribute| Some((attribute.name.clone(), attribute.value.as_f64()?));
    all.filter_map(number).collect()
}

/// The variables of a file that hold numbers.
pub(super) fn variables(path: &Path) -> Result<Vec<Variable>, DatasetError> {
    let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
    if !matches!(kind, FileKind::NetCdf3 | FileKind::Hdf5) {
        let path = path.to_path_buf();
        return Err(DatasetError::NotHdf5 { path, kind });
    }
    let file = NcFile::open(path).map_err(|error| damaged(path, &error.to_string()))?;
    let file = Arc::new(file);
    let hdf5 = match file.format() {
        NcFormat::Nc4 | NcFormat::Nc4Classic => Some(Source::open(path)?),
        _ => None,
    };
    let root = file.root_group();
    let stored = groups::chosen(
        path,
        root.map_err(|error| damaged(path, &error.to_string()))?,
    )?;
    let numbers = stored
        .iter()
        .filter(|(_, variable)| is_number(variable.dtype()));
    let read = |(place, variable): &(String, &NcVariable)| -> Result<Variable, DatasetError> {
        let array: Arc<dyn Array> = match &hdf5 {
            Some(source) => Arc::new(source.dataset_at(place)?),
            None => Arc::new(Classic {
                path: path.to_path_buf(),
                name: variable.name.clone(),
                shape: variable.shape().iter().map(|&n| n as usize).collect(),
                file: file.clone(),
            }),
        };
        let number = |name: &str| variable.attribute(name)?.value.as_f64();
        let word = |name: &str| variable.attribute(name)?.value.as_string();
        let floats = matches!(variable.dtype(), NcType::Float | NcType::Double);
        let gaps = if floats { vec![UNWRITTEN] } else { Vec::new() };
        Ok(Variable {
            name: variable.name.clone(),
            dims: variable
                .dimensions()
                .iter()
                .map(|dim| dim.name.clone())
                .collect(),
            array: Decoded::over(array, number, gaps, other_sign(variable)),
            units: word("units"),
            axis: word("axis"),
            calendar: word("calendar"),
            standard_name: word("standard_name"),
            coordinates: word("coordinates"),
            grid_mapping: word("grid_mapping"),
            mapping_name: word("grid_mapping_name"),
        })
    };
    numbers.map(read).collect()
}

/// The number in an attribute of a whole file, or the word; none where it has no such attribute.
pub(super) fn attribute(path: &Path, name: &str) -> Option<Result<f64, String>> {
    let file = NcFile::open(path).ok()?;
    let value = &file.global_attribute(name).ok()?.value;
    let word = || value.as_string().unwrap_or_default();
    Some(value.as_f64().ok_or_else(word))
}

/// The type of a variable as its attribute `_Unsigned` says it is meant; none where it is meant as it is stored.
fn other_sign(variable: &NcVariable) -> Option<OtherSign> {
    let attribute = variable.attribute("_Unsigned")?.value.as_string();
    let (bits, signed) = match variable.dtype() {
        NcType::Byte => (8, true),
        NcType::Short => (16, true),
        NcType::Int => (32, true),
        NcType::Int64 => (64, true),
        NcType::UByte => (8, false),
        NcType::UShort => (16, false),
        NcType::UInt => (32, false),
        NcType::UInt64 => (64, false),
        _ => return None,
    };
    OtherSign::of(attribute.as_deref(), bits, signed)
}

fn is_number(dtype: &NcType) -> bool {
    dtype.is_primitive() && !matches!(dtype, NcType::Char | NcType::String)
}

fn damaged(path: &Path, why: &str) -> DatasetError {
    DatasetError::Invalid {
        path: path.to_path_buf(),
        what: format!("it can't be read as netCDF: {why}"),
    }
}

/// A variable of a file of version 3.
struct Classic {
    path: PathBuf,
    name: String,
    shape: Vec<usize>,
    file: Arc<NcFile>,
}

impl Array for Classic {
    fn name(&self) -> &str {
        &self.name
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let selections = start
            .iter()
            .zip(count)
            .map(|(&start, &count)| NcSliceInfoElem::Slice {
                start: start as u64,
                end: (start + count) as u64,
                step: 1,
            });
        let selections: Vec<NcSliceInfoElem> = selections.collect();
        let values = if selections.is_empty() {
            self.file.read_variable_as_f64(&self.name)
        } else {
            self.file
                .read_variable_slice_as_f64(&self.name, &NcSliceInfo { selections })
        };
        let values =
            values.map_err(|error| damaged(&self.path, &format!("`{}`: {error}", self.name)))?;
        Ok(values.iter().copied().collect())
    }
}

/// Whether a file is netCDF 3, or HDF5 with the marks of netCDF 4.
fn recognises(path: &Path) -> bool {
    match FileKind::of(path) {
        Ok(FileKind::NetCdf3) => true,
        Ok(FileKind::Hdf5) => Source::open(path)
            .is_ok_and(|source| is_netcdf4(&source) && !source.has_groups(&["state_phys"])), // FluidSim's
        _ => false,
    }
}

/// Whether the root has the attribute of the library, or a dataset that of a dimension.
fn is_netcdf4(source: &Source) -> bool {
    let marked = |name: &String| {
        let dataset = source.dataset_at(name);
        dataset.is_ok_and(|dataset| dataset.has("_Netcdf4Dimid"))
    };
    let named = source
        .root()
        .is_ok_and(|root| root.stored("_NCProperties").is_some());
    named
        || source
            .names()
            .is_ok_and(|[_, datasets]| datasets.iter().any(marked))
}
