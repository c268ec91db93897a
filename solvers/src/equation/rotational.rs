//! Convection of a velocity in rotational form: `−(u·∇)u = u × ω − ∇(½|u|²)`, `ω = ∇ × u`.
//!
//! An identity, so with products free of aliasing it is the convective form to rounding, and it
//! takes six transforms in two dimensions and ten in three instead of eight and fifteen.
//! T. A. Zang, Appl. Numer. Math. 7, 27 (1991).

use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};

/// `u × ω` and `½|u|²` of `u, v, ω`.
struct Plane;

impl Pointwise<0, 3> for Plane {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u, v, omega]: &mut [N; 3]) {
        let energy = u.constant(0.5) * (*u * *u + *v * *v);
        (*u, *v, *omega) = (*v * *omega, -*u * *omega, energy);
    }
}

/// `u × ω` and `½|u|²` of the components of velocity and vorticity.
struct Space;

impl Pointwise<0, 6> for Space {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], fields: &mut [N; 6]) {
        let [u, v, w, a, b, c] = *fields;
        let energy = u.constant(0.5) * (u * u + v * v + w * w);
        let products = [v * c - w * b, w * a - u * c, u * b - v * a, energy];
        fields[..4].copy_from_slice(&products);
    }
}

/// `−(u·∇)u` in two dimensions.
pub(super) fn in_the_plane() -> Nonlinear {
    let velocity = Nonlinear::new(Plane, []).field(0).field(1);
    let both = velocity.input(curl([0, 1]));
    (0..2).fold(both, |term, axis| force(term, axis, 2))
}

/// `−(u·∇)u` in three dimensions.
pub(super) fn in_space() -> Nonlinear {
    let velocity = Nonlinear::new(Space, []).field(0).field(1).field(2);
    let pairs = [[1, 2], [2, 0], [0, 1]];
    let both = pairs
        .into_iter()
        .fold(velocity, |term, axes| term.input(curl(axes)));
    (0..3).fold(both, |term, axis| force(term, axis, 3))
}

/// `∂ₐ u_b − ∂_b uₐ`.
fn curl([a, b]: [usize; 2]) -> [(usize, Symbol); 2] {
    [
        (b, Symbol::derivative(a, 1.0)),
        (a, Symbol::derivative(b, -1.0)),
    ]
}

/// A component of `u × ω` and the slope of the energy, the product behind all components.
fn force(term: Nonlinear, axis: usize, energy: usize) -> Nonlinear {
    let term = term.output(axis, axis, Symbol::ONE);
    term.output(axis, energy, Symbol::derivative(axis, -1.0))
}
