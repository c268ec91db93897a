//! Convection of a velocity in rotational form: `−(u·∇)u = u × ω − ∇(½|u|²)`, `ω = ∇ × u`.
//!
//! An identity, so with products free of aliasing it is the convective form to rounding, and it
//! takes six transforms in two dimensions and ten in three instead of eight and fifteen.
//! T. A. Zang, Appl. Numer. Math. 7, 27 (1991).

use crate::real::times_i;
use crate::{Complex, Real, Threads, Workspace};

/// Fields at the points in two dimensions: `u, v, ω`.
pub(super) const PLANE_PRODUCTS: usize = 3;

/// Fields at the points in three dimensions: velocity and vorticity.
pub(super) const SPACE_PRODUCTS: usize = 6;

/// Writes the modes of `−(u·∇)u` in two dimensions to `out`.
pub(super) fn in_the_plane<T: Real>(
    work: &mut Workspace<T>,
    u_hat: &[Complex<T>],
    out: &mut [Complex<T>],
) {
    let Workspace {
        transform,
        k,
        points,
        modes,
        threads,
        ..
    } = work;
    let num_points = points.len() / PLANE_PRODUCTS;
    let (u, rest) = points.split_at_mut(num_points);
    let (v, omega) = rest.split_at_mut(num_points);
    let (u_hat, v_hat) = u_hat.split_at(modes.len());
    let (kx, ky) = (k.derivative(0), k.derivative(1));
    transform.to_points(u_hat, u);
    transform.to_points(v_hat, v);
    transform.to_points_of(|i| times_i(v_hat[i] * kx[i] - u_hat[i] * ky[i]), omega);
    threads.each_of([&mut *u, &mut *v, &mut *omega], |_, [u, v, omega]| {
        for ((u, v), omega) in u.iter_mut().zip(v).zip(omega) {
            let energy = T::of(0.5) * (*u * *u + *v * *v);
            (*u, *v, *omega) = (*v * *omega, -*u * *omega, energy);
        }
    });
    transform.to_modes(omega, modes);
    let (out_u, out_v) = out.split_at_mut(modes.len());
    for (out, product, k) in [(out_u, u, kx), (out_v, v, ky)] {
        transform.to_modes(product, out);
        subtract_gradient(threads, modes, k, out);
    }
}

/// Writes the modes of `−(u·∇)u` in three dimensions to `out`.
pub(super) fn in_space<T: Real>(
    work: &mut Workspace<T>,
    u_hat: &[Complex<T>],
    out: &mut [Complex<T>],
) {
    let Workspace {
        transform,
        k,
        points,
        modes,
        threads,
        ..
    } = work;
    let num_points = points.len() / SPACE_PRODUCTS;
    let hat = |axis: usize| &u_hat[axis * modes.len()..][..modes.len()];
    let mut fields = points.chunks_exact_mut(num_points);
    let [u, v, w, a, b, c] = std::array::from_fn(|_| fields.next().expect("six fields"));
    for (axis, u) in [&mut *u, &mut *v, &mut *w].into_iter().enumerate() {
        transform.to_points(hat(axis), u);
    }
    for (axis, omega) in [&mut *a, &mut *b, &mut *c].into_iter().enumerate() {
        let (next, last) = ((axis + 1) % 3, (axis + 2) % 3);
        let (k_next, k_last) = (k.derivative(next), k.derivative(last));
        let (u_next, u_last) = (hat(next), hat(last));
        let curl = |i| times_i(u_last[i] * k_next[i] - u_next[i] * k_last[i]);
        transform.to_points_of(curl, omega);
    }
    let fields = [&mut *u, v, w, &mut *a, &mut *b, &mut *c];
    threads.each_of(fields, |_, [u, v, w, a, b, c]| {
        let velocity = u.iter_mut().zip(v.iter()).zip(w.iter());
        let vorticity = a.iter_mut().zip(b).zip(c);
        for (((u, &v), &w), ((a, b), c)) in velocity.zip(vorticity) {
            let energy = T::of(0.5) * (*u * *u + v * v + w * w);
            (*a, *b, *c) = (v * *c - w * *b, w * *a - *u * *c, *u * *b - v * *a);
            *u = energy;
        }
    });
    transform.to_modes(u, modes);
    for (axis, product) in [a, b, c].into_iter().enumerate() {
        let out = &mut out[axis * modes.len()..][..modes.len()];
        transform.to_modes(product, out);
        subtract_gradient(threads, modes, k.derivative(axis), out);
    }
}

/// `out ← out − ik energy`.
fn subtract_gradient<T: Real>(
    threads: &Threads,
    energy: &[Complex<T>],
    k: &[T],
    out: &mut [Complex<T>],
) {
    threads.each(out, |start, out| {
        let modes = energy[start..].iter().zip(&k[start..]);
        for (out, (energy, &k)) in out.iter_mut().zip(modes) {
            out.re += k * energy.im;
            out.im -= k * energy.re;
        }
    });
}
