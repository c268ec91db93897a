//! What a dataset of an HDF5 file holds, in words.

use hdf5_reader::Datatype;

/// The kind of the values: "whole numbers of 2 bytes".
pub(super) fn in_words(stored: &Datatype) -> String {
    match stored {
        Datatype::FixedPoint { size, signed, .. } => {
            let sign = if *signed { "" } else { " without a sign" };
            format!("whole numbers of {}{sign}", bytes(u32::from(*size)))
        }
        Datatype::FloatingPoint { size, .. } => {
            format!("floating-point numbers of {}", bytes(u32::from(*size)))
        }
        Datatype::String { .. } => "texts".to_owned(),
        Datatype::Compound { fields, .. } => format!("records of {} members", fields.len()),
        Datatype::Array { base, .. } => format!("arrays of {}", in_words(base)),
        Datatype::Enum { .. } => "names for numbers".to_owned(),
        Datatype::VarLen { base, .. } => format!("lists of {}", in_words(base)),
        Datatype::Opaque { size, .. } => format!("opaque values of {}", bytes(*size)),
        Datatype::Reference { .. } => "references to other parts of the file".to_owned(),
        Datatype::Bitfield { size, .. } => format!("bits in {}", bytes(u32::from(*size))),
    }
}

fn bytes(size: u32) -> String {
    match size {
        1 => "1 byte".to_owned(),
        _ => format!("{size} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdf5_reader::ByteOrder;

    #[test]
    fn what_is_stored_is_told_without_names_of_the_program() {
        let byte_order = ByteOrder::LittleEndian;
        let whole = |size, signed| Datatype::FixedPoint {
            size,
            signed,
            byte_order,
        };
        assert_eq!(in_words(&whole(2, true)), "whole numbers of 2 bytes");
        assert_eq!(
            in_words(&whole(1, false)),
            "whole numbers of 1 byte without a sign"
        );
        let base = Box::new(Datatype::FloatingPoint {
            size: 2,
            byte_order,
        });
        let arrays = Datatype::Array {
            base,
            dims: vec![3],
        };
        assert_eq!(
            in_words(&arrays),
            "arrays of floating-point numbers of 2 bytes"
        );
    }
}
