//! Fields of a state, one per channel.

/// A field of a state: one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as `u` or `vorticity`.
    pub name: String,
    /// Scalar, or component of a vector.
    pub kind: FieldKind,
    /// Whether its mean over the domain stays what it was, for all conditions.
    pub conserved: bool,
    /// Whether it has to stay above 0, as a density does.
    pub positive: bool,
    /// Physical unit, as `m/s`; none where it is not known or there is none.
    pub unit: Option<String>,
}

/// Scalars, and components of vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One number.
    Scalar,
    /// A component of a vector, whose components follow each other in the order of the axes.
    Component {
        /// Name of the vector, as `velocity`.
        vector: String,
        /// Axis that it points along, counted from 0.
        axis: usize,
    },
}

impl Field {
    /// A scalar that is not known to be conserved or positive, without a unit.
    #[must_use]
    pub fn scalar(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: FieldKind::Scalar,
            conserved: false,
            positive: false,
            unit: None,
        }
    }

    /// A scalar whose mean over the domain stays what it was.
    #[must_use]
    pub fn conserved(name: &str) -> Self {
        Self {
            conserved: true,
            ..Self::scalar(name)
        }
    }

    /// A scalar that has to stay above 0, whose mean over the domain stays what it was.
    #[must_use]
    pub fn positive(name: &str) -> Self {
        Self {
            positive: true,
            ..Self::conserved(name)
        }
    }

    /// The components `NAME_x`, `NAME_y` and `NAME_z` of a vector on a grid of `dims` axes, three at most.
    #[must_use]
    pub fn vector_of(name: &str, dims: usize, conserved: bool) -> Vec<Self> {
        let axes = ["x", "y", "z"].into_iter().take(dims).enumerate();
        let component = |(axis, suffix)| Self {
            kind: FieldKind::Component {
                vector: name.to_owned(),
                axis,
            },
            conserved,
            ..Self::scalar(&format!("{name}_{suffix}"))
        };
        axes.map(component).collect()
    }

    /// The components `u`, `v` and `w` of a velocity on a grid of `dims` axes, three at most.
    #[must_use]
    pub fn velocity(dims: usize, conserved: bool) -> Vec<Self> {
        let names = ["u", "v", "w"].into_iter().take(dims).enumerate();
        let component = |(axis, name)| Self {
            kind: FieldKind::Component {
                vector: "velocity".to_owned(),
                axis,
            },
            conserved,
            ..Self::scalar(name)
        };
        names.map(component).collect()
    }

    /// The vector that it is a component of.
    #[must_use]
    pub fn vector(&self) -> Option<&str> {
        match &self.kind {
            FieldKind::Scalar => None,
            FieldKind::Component { vector, .. } => Some(vector),
        }
    }
}
