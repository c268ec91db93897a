//! Functions of the fields at one point.

use std::marker::PhantomData;

use pulp::{Simd, WithSimd};

use super::{Number, Program};
use crate::batch::{Lane, Vectors, Wide};
use crate::{Real, Threads};

/// A function `f` of `F` fields at one point with `P` parameters, written once for all kinds of numbers.
///
/// Parameters are numbers too, as simulations that are computed at once have different ones.
///
/// ```
/// use ondine_solvers::nonlinear::{Number, Pointwise};
///
/// /// Growth `r u²`.
/// struct Growth;
///
/// impl Pointwise<1, 1> for Growth {
///     fn at<N: Number>([rate]: [N; 1], [u]: &mut [N; 1]) {
///         *u = rate * *u * *u;
///     }
/// }
/// let mut u = [3.0];
/// Growth::at([2.0], &mut u);
/// assert_eq!(u, [18.0]);
/// ```
pub trait Pointwise<const P: usize, const F: usize>: 'static {
    /// Replaces the values of the fields by those of the products. There may be fewer products than fields: the last
    /// fields are then left arbitrary. To be marked `#[inline(always)]`, as it stands in loops that are compiled for several
    /// sets of vector instructions.
    fn at<N: Number>(parameters: [N; P], fields: &mut [N; F]);
}

/// A [`Pointwise`] function as an object. Implemented by the crate for each of them.
pub trait Function: Send + Sync {
    /// Number of fields that the function holds at once.
    fn num_fields(&self) -> usize;

    /// Number of parameters.
    fn num_parameters(&self) -> usize;

    /// Its operations.
    fn program(&self) -> Program;

    /// Applies the function to every point of fields that lie one after the other.
    fn apply_f64(&self, parameters: &[f64], threads: &Threads, fields: &mut [f64]);

    /// As [`apply_f64`](Self::apply_f64).
    fn apply_f32(&self, parameters: &[f64], threads: &Threads, fields: &mut [f32]);

    /// Applies the function to every point of fields that lie one after the other, of several simulations with parameters
    /// of their own: in the place of each number stands one of each simulation, as many as `lanes`, those of a vector of the
    /// processor.
    fn apply_in_lanes_f64(&self, lanes: usize, parameters: &[f64], fields: &mut [f64]);

    /// As [`apply_in_lanes_f64`](Self::apply_in_lanes_f64).
    fn apply_in_lanes_f32(&self, lanes: usize, parameters: &[f32], fields: &mut [f32]);
}

/// The object of the function `G`.
pub(super) struct Object<G, const P: usize, const F: usize>(PhantomData<fn(G)>);

impl<G, const P: usize, const F: usize> Object<G, P, F> {
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<G: Pointwise<P, F>, const P: usize, const F: usize> Function for Object<G, P, F> {
    fn num_fields(&self) -> usize {
        F
    }

    fn num_parameters(&self) -> usize {
        P
    }

    fn program(&self) -> Program {
        Program::of::<G, P, F>()
    }

    fn apply_f64(&self, parameters: &[f64], threads: &Threads, fields: &mut [f64]) {
        on_slices::<f64, G, P, F>(parameters, threads, fields);
    }

    fn apply_f32(&self, parameters: &[f64], threads: &Threads, fields: &mut [f32]) {
        on_slices::<f32, G, P, F>(parameters, threads, fields);
    }

    fn apply_in_lanes_f64(&self, lanes: usize, parameters: &[f64], fields: &mut [f64]) {
        let vectors = Vectors::of::<f64>(lanes);
        vectors.dispatch(InLanes::<f64, G, P, F>(parameters, fields, PhantomData));
    }

    fn apply_in_lanes_f32(&self, lanes: usize, parameters: &[f32], fields: &mut [f32]) {
        let vectors = Vectors::of::<f32>(lanes);
        vectors.dispatch(InLanes::<f32, G, P, F>(parameters, fields, PhantomData));
    }
}

/// The function at every point of the fields of all lanes.
struct InLanes<'a, T, G, const P: usize, const F: usize>(&'a [T], &'a mut [T], PhantomData<fn(G)>);

impl<T: Lane, G: Pointwise<P, F>, const P: usize, const F: usize> WithSimd
    for InLanes<'_, T, G, P, F>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (parameters, fields) = (T::vectors::<S>(self.0), T::vectors_mut::<S>(self.1));
        let parameters = std::array::from_fn(|i| Wide::<T, S>::new(simd, parameters[i]));
        let points = fields.len() / F;
        let mut rest = fields.chunks_exact_mut(points);
        let mut fields: [_; F] = std::array::from_fn(|_| rest.next().expect("as many as it holds"));
        for i in 0..points {
            let mut at = std::array::from_fn(|j| Wide::new(simd, fields[j][i]));
            G::at(parameters, &mut at);
            for (field, value) in fields.iter_mut().zip(at) {
                field[i] = value.vector;
            }
        }
    }
}

fn on_slices<T: Real + Number, G: Pointwise<P, F>, const P: usize, const F: usize>(
    parameters: &[f64],
    threads: &Threads,
    fields: &mut [T],
) {
    let parameters: [T; P] = std::array::from_fn(|i| T::of(parameters[i]));
    let mut rest = fields.chunks_exact_mut(fields.len() / F);
    let fields = std::array::from_fn(|_| rest.next().expect("as many fields as it holds"));
    threads.each_of::<T, F>(fields, |_, fields| {
        let points = fields[0].len();
        let mut fields = fields.map(|field| &mut field[..points]);
        for i in 0..points {
            let mut at: [T; F] = std::array::from_fn(|j| fields[j][i]);
            G::at(parameters, &mut at);
            for (field, value) in fields.iter_mut().zip(at) {
                field[i] = value;
            }
        }
    });
}
