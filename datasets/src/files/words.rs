//! The contents of a file in words, and how to store them so that they are read.

use hdf5_reader::{Datatype, VarLenKind};

/// The command that writes a dataset anew, by a program that comes with HDF5.
pub(super) const REPACK: &str = "write it with gzip, as `h5repack -f GZIP=4 IN.h5 OUT.h5` does";

/// A filter by its number in the registry of HDF5.
pub(super) fn filter(id: u16) -> String {
    let name = match id {
        305 => "LZO",
        307 => "bzip2",
        32000 => "LZF",
        32001 => "Blosc",
        32004 => "LZ4",
        32008 => "bitshuffle",
        32013 => "ZFP",
        32015 => "Zstandard",
        32017 => "SZ",
        32024 => "SZ3",
        32026 => "Blosc2",
        _ => return format!("the HDF5 filter {id}"),
    };
    format!("{name} (HDF5 filter {id})")
}

/// Values that are no numbers, in words, and what to do about them in the dataset called `name`.
pub(super) fn no_numbers(name: &str, datatype: &Datatype) -> String {
    let floats = "store it as 32-bit or 64-bit floats";
    let found = match datatype {
        Datatype::Compound { fields, .. } => {
            let parts: Vec<String> = fields
                .iter()
                .map(|field| format!("`{name}/{}`", field.name))
                .collect();
            let kind = match fields.as_slice() {
                [re, im] if re.name.starts_with('r') && im.name.starts_with('i') => {
                    "complex numbers"
                }
                _ => "records of several values",
            };
            let parts = parts.join(", ");
            return format!(
                "{kind}, which are read as fields of their own: a layout names {parts} as fields; or {floats}"
            );
        }
        Datatype::FloatingPoint { size, .. } => format!("floats of {} bits", 8 * size),
        Datatype::FixedPoint { size, .. } => format!("integers of {} bits", 8 * size),
        Datatype::VarLen { kind, .. } if *kind == VarLenKind::String => "words".into(),
        Datatype::VarLen { .. } => "lists of varying length".into(),
        Datatype::Array { .. } => "an array of no numbers at every point".into(),
        Datatype::String { .. } => "words".into(),
        Datatype::Reference { .. } => "references to other datasets".into(),
        _ => "values of another kind".into(),
    };
    format!("{found}, which are not read: {floats}")
}
