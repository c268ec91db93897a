//! Reasons for which a sampler can't be built.

/// Errors of samplers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplerError {
    /// A file can't be read.
    #[error("{path} can't be read: {reason}")]
    File {
        /// The file.
        path: String,
        /// The reason that the operating system gives.
        reason: String,
    },
    /// A line of a file is wrong.
    #[error("{path}:{line}: {message}")]
    Line {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// The fault of the line.
        message: String,
    },
    /// A file is not the one that the recipe was resolved with.
    #[error(
        "{path} has changed: its checksum is {found}, not {expected}; remove `checksum` to use it as it is now"
    )]
    Changed {
        /// The file.
        path: String,
        /// Its checksum.
        found: String,
        /// The checksum of the recipe.
        expected: String,
    },
    /// A table is too short.
    #[error("{path} has rows for {rows} of {simulations} simulations")]
    Rows {
        /// The file.
        path: String,
        /// Rows of numbers.
        rows: usize,
        /// Simulations of the recipe.
        simulations: u64,
    },
    /// There are no parameters that a sampler could adapt.
    #[error(
        "`{kind}` needs something that varies: write a range such as {{ uniform = [0.5, 1.5] }} for a parameter, a \
         length or dt, or use another sampler"
    )]
    NothingVaries {
        /// The sampler.
        kind: &'static str,
    },
    /// More quantities are drawn than a sampler has coordinates.
    #[error("`{kind}` has {max} dimensions, the recipe draws {dims} quantities")]
    Dimensions {
        /// The sampler.
        kind: &'static str,
        /// Its coordinates.
        max: usize,
        /// Quantities that are drawn.
        dims: usize,
    },
    /// The recipe draws no quantity, so a table has no columns.
    #[error(
        "{path}: the recipe draws nothing; write a range such as {{ uniform = [0.5, 1.5] }} for what the table sets"
    )]
    NothingDrawn {
        /// The file.
        path: String,
    },
}

impl SamplerError {
    /// The option that it is about; none where it is about the sampler as a whole.
    pub fn option(&self) -> Option<&'static str> {
        match self {
            Self::NothingVaries { .. } | Self::Dimensions { .. } => None,
            _ => Some("path"),
        }
    }
}
