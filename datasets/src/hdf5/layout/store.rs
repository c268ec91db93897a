//! Arrays of a file by their paths, whatever holds them.

use super::super::array::Array;
use super::super::source::Source;
use super::super::{DatasetError, netcdf, numpy};
use crate::FileKind;
use std::path::Path;
use std::sync::Arc;

/// Arrays by path.
pub(super) enum Store {
    Hdf5(Source),
    Labelled(Vec<(String, Arc<dyn Array>)>),
    Zarr,
    Npz(numpy::Npz),
    Npy,
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
        Ok(match kind {
            FileKind::Hdf5 => Self::Hdf5(Source::open(path)?),
            FileKind::NetCdf3 => {
                let variables = netcdf::variables(path)?.into_iter();
                Self::Labelled(variables.map(|one| (one.name, one.array)).collect())
            }
            FileKind::Zarr => Self::Zarr,
            FileKind::Npz => Self::Npz(numpy::Npz::open(path)?),
            FileKind::Npy => Self::Npy,
            _ => {
                return Err(DatasetError::Invalid {
                    path: path.to_path_buf(),
                    what: format!(
                        "it is {kind}; data.layout describes HDF5, netCDF, Zarr and NumPy"
                    ),
                });
            }
        })
    }
}
