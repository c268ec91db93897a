//! Factors of modes.

use burn::tensor::Tensor;

/// Factors of the modes of one field or of several, one set for all simulations or one for each.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "a few of them live at once, and tensors are handles"
)]
pub(crate) enum Weight {
    One,
    Number(f64),
    /// `[batch or 1, field, 2, mode]`, each number for both parts; or one number per simulation, `[batch, 1, 1, 1]`.
    Real(Tensor<4>),
    /// `i s`: `−s` for the real part of the result and `s` for the imaginary part, in the same shape.
    Imaginary(Tensor<4>),
    /// Sum of both.
    Complex(Tensor<4>, Tensor<4>),
}

impl Weight {
    /// The factors times modes.
    ///
    /// # Shapes   `[batch, field, 2, mode]` → the same
    pub(crate) fn of(&self, u_hat: Tensor<4>) -> Tensor<4> {
        // Real and imaginary part change places in a product with an imaginary number.
        match self {
            Self::One => u_hat,
            Self::Number(factor) => u_hat * *factor,
            Self::Real(factors) => u_hat * factors.clone(),
            Self::Imaginary(factors) => swapped(u_hat) * factors.clone(),
            Self::Complex(real, imaginary) => {
                u_hat.clone() * real.clone() + swapped(u_hat) * imaginary.clone()
            }
        }
    }
}

/// Imaginary before real parts; the halves are copied, as elementwise products of flipped tensors cost more than that.
///
/// # Shapes   `[batch, field, 2, mode]` → the same
fn swapped(u_hat: Tensor<4>) -> Tensor<4> {
    let part = |i| u_hat.clone().narrow(2, i, 1);
    Tensor::cat(vec![part(1), part(0)], 2)
}
