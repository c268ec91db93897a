//! Fields: what a frame is made of.

/// Precision of the frames in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dtype {
    /// Single precision, the usual choice for training.
    #[default]
    F32,
    /// Double precision, for references.
    F64,
}

impl Dtype {
    /// Bytes of a value.
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// Rank of a field at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One number.
    Scalar,
    /// One number per axis.
    Vector,
    /// One number per pair of axes.
    Tensor,
}

impl FieldKind {
    /// Every kind, by rank.
    pub const ALL: [Self; 3] = [Self::Scalar, Self::Vector, Self::Tensor];

    /// Number of indices of a component.
    pub fn rank(self) -> usize {
        self as usize
    }

    /// Channels of such a field on `dims` axes.
    pub fn components(self, dims: usize) -> usize {
        dims.pow(self.rank() as u32)
    }
}

/// A field: one or more channels of the state that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its rank at a point.
    pub kind: FieldKind,
}
