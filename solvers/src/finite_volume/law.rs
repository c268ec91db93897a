//! Flux laws `∂u/∂t + Σ ∂F(u)/∂x = 0`: the physics of a finite-volume scheme, one file each.

use super::Number;
use super::number::each;

/// A system of `N` conservation laws with `M` primitive variables, which may depend on `A` coefficients
/// of each cell that stay what they are, such as the height of the ground.
///
/// Component 0 of both kinds of variables is a scalar, and the components from 1 on, one per axis,
/// are those of a vector; others follow. All methods see the vector with its component along the
/// normal of a face first, so that a law is written once for all axes. A wall turns the sign of that
/// component.
///
/// ```
/// use ondine_solvers::finite_volume::{Law, Number};
///
/// /// Sound of speed 1 in still air: `p_t + u_x = 0`, `u_t + p_x = 0`.
/// struct Sound;
///
/// impl Law<2, 2, 0> for Sound {
///     fn primitive<T: Number>(&self, u: [T; 2], _still: [T; 0]) -> [T; 2] {
///         u
///     }
///     fn conserved<T: Number>(&self, w: [T; 2]) -> [T; 2] {
///         w
///     }
///     fn flux<T: Number>(&self, w: [T; 2]) -> [T; 2] {
///         [w[1], w[0]]
///     }
///     fn speeds<T: Number>(&self, _w: [T; 2]) -> [T; 2] {
///         [T::of(-1.0), T::of(1.0)]
///     }
/// }
/// // A jump of the pressure sends half of it each way.
/// assert_eq!(Sound.rusanov([2.0, 0.0], [0.0, 0.0]), [1.0, 1.0]);
/// ```
pub trait Law<const N: usize, const M: usize, const A: usize>: Send + Sync {
    /// Whether the two cells at a face get different fluxes, as over uneven ground.
    const SPLIT: bool = false;

    /// Whether there are fluxes by gradients beside those of waves.
    const DIFFUSIVE: bool = false;

    /// Whether a state changes by itself too, as a gas that radiates does.
    const SOURCE: bool = false;

    /// Number of the last primitive variables that are the same all over a cell, and are taken to its
    /// faces as they are.
    const STILL: usize = 0;

    /// The quantities that [`margin`](Self::margin) watches, as `density and pressure`.
    const POSITIVE: &'static str = "";

    /// The primitive variables of the conserved ones `u` in a cell with the coefficients `still`.
    fn primitive<T: Number>(&self, u: [T; N], still: [T; A]) -> [T; M];

    /// The conserved variables of the primitive ones.
    fn conserved<T: Number>(&self, w: [T; M]) -> [T; N];

    /// The flux `F` along the first component of the vector.
    fn flux<T: Number>(&self, w: [T; M]) -> [T; N];

    /// The slowest and the fastest wave along the first component of the vector.
    fn speeds<T: Number>(&self, w: [T; M]) -> [T; 2];

    /// A number that is above 0 where the state is one of the law: the smaller one of density and
    /// pressure, say.
    #[inline(always)]
    fn margin<T: Number>(&self, w: [T; M]) -> T {
        let _ = w;
        T::of(1.0)
    }

    /// The flux by gradients of the primitive variables, of a law that is [`DIFFUSIVE`](Self::DIFFUSIVE): `slopes`
    /// are those along the normal and along the other axes, in the order of the components of the vector.
    #[inline(always)]
    fn diffusion<T: Number>(&self, w: [T; M], slopes: [[T; M]; 3]) -> [T; N] {
        let _ = (w, slopes);
        [T::of(0.0); N]
    }

    /// The largest diffusivity of a state, which limits time steps; 0 without diffusion.
    #[inline(always)]
    fn diffusivity<T: Number>(&self, w: [T; M]) -> T {
        let _ = w;
        T::of(0.0)
    }

    /// The gain of a cell per time by itself, of a law that has a [`SOURCE`](Self::SOURCE); components of the vector in the
    /// order of the axes.
    #[inline(always)]
    fn source<T: Number>(&self, w: [T; M]) -> [T; N] {
        let _ = w;
        [T::of(0.0); N]
    }

    /// The rate of that change at most, which limits time steps; 0 without a source.
    #[inline(always)]
    fn source_rate<T: Number>(&self, w: [T; M]) -> T {
        let _ = w;
        T::of(0.0)
    }

    /// The flux of V. V. Rusanov (1961): `½ (F(l) + F(r)) − ½ s (u(r) − u(l))`, `s` the speed of the
    /// fastest wave.
    #[inline(always)]
    fn rusanov<T: Number>(&self, left: [T; M], right: [T; M]) -> [T; N] {
        let [slow, fast] = outer(self.speeds(left), self.speeds(right));
        let s = slow.abs().max(fast.abs());
        let [fl, fr] = [self.flux(left), self.flux(right)];
        let [ul, ur] = [self.conserved(left), self.conserved(right)];
        each!(i => T::of(0.5) * (fl[i] + fr[i] - s * (ur[i] - ul[i])))
    }

    /// The flux between two states, by all waves that the law has; that of Rusanov unless the law has a
    /// better one.
    #[inline(always)]
    fn riemann<T: Number>(&self, left: [T; M], right: [T; M]) -> [T; N] {
        self.rusanov(left, right)
    }

    /// Fluxes as the two cells at a face see them, from the states on either side of it and in the
    /// middle of the cells. They are the same where the law is not [`SPLIT`](Self::SPLIT).
    #[inline(always)]
    fn fluxes<T: Number>(&self, faces: [[T; M]; 2], cells: [[T; M]; 2]) -> [[T; N]; 2] {
        let _ = cells;
        [self.riemann(faces[0], faces[1]); 2]
    }

    /// Conserved variables of the fields of a frame, in place: the same unless the law says otherwise.
    fn conserved_of_frame(&self, u: &mut [f64; N], still: [f64; A]) {
        let _ = (u, still);
    }

    /// Fields of a frame of the conserved variables, the inverse of [`conserved_of_frame`](Self::conserved_of_frame).
    fn frame_of_conserved(&self, u: &mut [f64; N], still: [f64; A]) {
        let _ = (u, still);
    }
}

/// Bounds of the speeds of all waves between two states: S. F. Davis, SIAM J. Sci. Stat. Comput. 9,
/// 445 (1988).
#[inline(always)]
pub(super) fn outer<T: Number>(left: [T; 2], right: [T; 2]) -> [T; 2] {
    [left[0].min(right[0]), left[1].max(right[1])]
}

/// Variables and waves of a law that are those of the law in a field of it, with its flux `riemann` where that is asked for.
macro_rules! waves_of {
    ($field:tt: $law:ty, [$n:tt, $m:tt, $a:tt] $(, $riemann:ident)?) => {
        const POSITIVE: &'static str = <$law as Law<$n, $m, $a>>::POSITIVE;

        #[inline(always)]
        fn primitive<T: Number>(&self, u: [T; $n], still: [T; $a]) -> [T; $m] {
            Law::<$n, $m, $a>::primitive(&self.$field, u, still)
        }

        #[inline(always)]
        fn conserved<T: Number>(&self, w: [T; $m]) -> [T; $n] {
            Law::<$n, $m, $a>::conserved(&self.$field, w)
        }

        #[inline(always)]
        fn flux<T: Number>(&self, w: [T; $m]) -> [T; $n] {
            Law::<$n, $m, $a>::flux(&self.$field, w)
        }

        #[inline(always)]
        fn speeds<T: Number>(&self, w: [T; $m]) -> [T; 2] {
            Law::<$n, $m, $a>::speeds(&self.$field, w)
        }

        #[inline(always)]
        fn margin<T: Number>(&self, w: [T; $m]) -> T {
            Law::<$n, $m, $a>::margin(&self.$field, w)
        }

        $(
            #[inline(always)]
            fn $riemann<T: Number>(&self, left: [T; $m], right: [T; $m]) -> [T; $n] {
                Law::<$n, $m, $a>::$riemann(&self.$field, left, right)
            }
        )?
    };
}
pub(super) use waves_of;

/// A law whose fluxes are all those of [`Law::rusanov`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rusanov<L>(pub L);

impl<L: Law<N, M, A>, const N: usize, const M: usize, const A: usize> Law<N, M, A> for Rusanov<L> {
    const STILL: usize = L::STILL;

    waves_of!(0: L, [N, M, A]);

    fn conserved_of_frame(&self, u: &mut [f64; N], still: [f64; A]) {
        self.0.conserved_of_frame(u, still);
    }

    fn frame_of_conserved(&self, u: &mut [f64; N], still: [f64; A]) {
        self.0.frame_of_conserved(u, still);
    }
}
