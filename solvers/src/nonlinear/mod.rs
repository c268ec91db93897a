//! Nonlinear terms `𝒩(u)` as values: fields that are brought to the points, a function of them at each point, and what
//! becomes of its products.
//!
//! ```text
//! at the points    vᵢ = Σ_c sᵢ_c(∂) u_c            inputs: sums of operators applied to channels
//!                  p = f(v)                        a function of one point
//! channel c        𝒩_c = Σⱼ t_cⱼ(∂) pⱼ + Σ_d a u_d + constants
//! ```
//!
//! Operators are [symbols](Symbol) in Fourier space. Inputs and products have no modes from the dealiasing bound upwards.
//! One value serves every way to compute: `slices.rs` for one simulation, `batch/` for several in the lanes of vectors, a
//! [`Program`] with [`Tables`](crate::Tables) for back ends that this crate does not know.

mod number;
mod own;
mod pointwise;
mod program;
mod slices;
mod symbol;
mod weight;

pub use number::Number;
pub use own::{Evaluate, OwnTerm};
pub use pointwise::{Function, Pointwise};
pub use program::{Operation, Program};
pub(crate) use slices::Slices;
pub use symbol::Symbol;

use std::fmt;

use pointwise::Object;

/// A nonlinear term.
///
/// ```
/// use ondine_solvers::nonlinear::{Nonlinear, Number, Pointwise, Symbol};
///
/// /// `½ u²`.
/// struct Flux;
///
/// impl Pointwise<0, 1> for Flux {
///     #[inline(always)]
///     fn at<N: Number>([]: [N; 0], [u]: &mut [N; 1]) {
///         *u = u.constant(0.5) * *u * *u;
///     }
/// }
///
/// // −(½ u²)ₓ
/// let convection = Nonlinear::new(Flux, []).field(0).output(0, 0, Symbol::derivative(0, -1.0));
/// assert_eq!((convection.inputs.len(), convection.outputs.len()), (1, 1));
/// ```
pub struct Nonlinear {
    /// The function of the inputs at one point.
    pub function: Box<dyn Function>,
    /// Its parameters.
    pub parameters: Vec<f64>,
    /// Fields that are brought to the points: sums of symbols times channels.
    pub inputs: Vec<Vec<(usize, Symbol)>>,
    /// Uses of the products, those of one channel added up.
    pub outputs: Vec<Output>,
    /// Linear terms between channels, which are not exact in time as those of the linear operator are.
    pub couplings: Vec<Coupling>,
    /// Waves that stand still.
    pub constants: Vec<Constant>,
}

/// An operator of a product as a part of a channel.
#[derive(Debug, Clone)]
pub struct Output {
    /// The channel.
    pub channel: usize,
    /// The number of the product.
    pub product: usize,
    /// The operator.
    pub symbol: Symbol,
}

/// A multiple of one channel as a part of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupling {
    /// The channel that it is a part of.
    pub channel: usize,
    /// The channel that it is a multiple of.
    pub of: usize,
    /// The factor.
    pub factor: f64,
}

/// One mode that is constant in time, and its image.
#[derive(Debug, Clone)]
pub struct Constant {
    /// The channel that it is a part of.
    pub channel: usize,
    /// Periods across the box along each axis; axes that are not named have none.
    pub periods: Vec<usize>,
    /// Amplitude at each point.
    pub amplitude: f64,
    /// An operator that is applied to it.
    pub symbol: Symbol,
}

impl Nonlinear {
    /// A term of a function with its parameters, without inputs and outputs.
    pub fn new<G: Pointwise<P, F>, const P: usize, const F: usize>(
        _function: G,
        parameters: [f64; P],
    ) -> Self {
        Self {
            function: Box::new(Object::<G, P, F>::NEW),
            parameters: parameters.to_vec(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            couplings: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// A reaction `𝒩(u) = f(u)` of the only channel, which acts at each point alone.
    pub fn reaction<G: Pointwise<P, 1>, const P: usize>(function: G, parameters: [f64; P]) -> Self {
        let term = Self::new(function, parameters);
        term.field(0).output(0, 0, Symbol::ONE)
    }

    /// The same with one more input: a channel as it is.
    #[must_use]
    pub fn field(self, channel: usize) -> Self {
        self.input([(channel, Symbol::ONE)])
    }

    /// The same with one more input: a sum of operators of channels, all real or all imaginary.
    #[must_use]
    pub fn input(mut self, sum: impl Into<Vec<(usize, Symbol)>>) -> Self {
        self.inputs.push(sum.into());
        self
    }

    /// The same with an operator of a product added to a channel.
    #[must_use]
    pub fn output(mut self, channel: usize, product: usize, symbol: Symbol) -> Self {
        self.outputs.push(Output {
            channel,
            product,
            symbol,
        });
        self
    }

    /// The same with `factor` times the channel `of` added to a channel.
    #[must_use]
    pub fn coupling(mut self, channel: usize, of: usize, factor: f64) -> Self {
        self.couplings.push(Coupling {
            channel,
            of,
            factor,
        });
        self
    }

    /// The same with the operator `symbol` of a constant wave added to a channel.
    #[must_use]
    pub fn constant(
        mut self,
        channel: usize,
        periods: &[usize],
        amplitude: f64,
        symbol: Symbol,
    ) -> Self {
        self.constants.push(Constant {
            channel,
            periods: periods.to_vec(),
            amplitude,
            symbol,
        });
        self
    }

    /// Number of products in use.
    pub(crate) fn num_products(&self) -> usize {
        let used = self.outputs.iter().map(|output| output.product + 1);
        used.max().unwrap_or(0)
    }
}

impl fmt::Debug for Nonlinear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonlinear")
            .field("parameters", &self.parameters)
            .field("inputs", &self.inputs)
            .field("outputs", &self.outputs)
            .field("couplings", &self.couplings)
            .field("constants", &self.constants)
            .finish_non_exhaustive()
    }
}
