//! Numbers of states.

/// A floating-point number of a state; surrogates compute in 32 bits.
pub trait Value: Copy + sealed::Sealed {
    /// The nearest 32-bit number.
    fn to_f32(self) -> f32;

    /// The same number.
    fn from_f32(value: f32) -> Self;
}

impl Value for f32 {
    fn to_f32(self) -> f32 {
        self
    }

    fn from_f32(value: f32) -> Self {
        value
    }
}

impl Value for f64 {
    fn to_f32(self) -> f32 {
        self as f32
    }

    fn from_f32(value: f32) -> Self {
        Self::from(value)
    }
}

mod sealed {
    /// Closed to other types.
    pub trait Sealed {}

    impl Sealed for f32 {}
    impl Sealed for f64 {}
}
