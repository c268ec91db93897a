//! Parts of fields in the state of a gas.

use crate::problem::{Field, FieldKind};

/// The part of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Density,
    Pressure,
    /// The velocity along an axis.
    Velocity(usize),
    /// None: 0.
    Other,
}

/// The part of every field: the first scalar is the density, another one that has to stay above 0 the pressure.
pub(super) fn parts_of(fields: &[Field]) -> Vec<Part> {
    let is_scalar = |field: &Field| field.kind == FieldKind::Scalar;
    let density = fields.iter().position(is_scalar);
    let part = |(i, field): (usize, &Field)| match &field.kind {
        FieldKind::Component { axis, .. } => Part::Velocity(*axis),
        FieldKind::Scalar if Some(i) == density => Part::Density,
        FieldKind::Scalar if field.positive => Part::Pressure,
        FieldKind::Scalar => Part::Other,
    };
    fields.iter().enumerate().map(part).collect()
}
