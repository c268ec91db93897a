//! Plans of transforms, made in numbers that are known here, so that the algorithms behind them are compiled in this crate alone.

use std::sync::Arc;

use realfft::{ComplexToReal, FftNum, RealFftPlanner, RealToComplex};
use rustdct::{DctPlanner, Dst1, TransformType2And3};
use rustfft::{Fft, FftPlanner};

/// A floating-point type with plans of transforms of a number of points.
pub trait Planned: FftNum {
    /// Complex transforms to the modes and back.
    fn fourier(num_points: usize) -> [Arc<dyn Fft<Self>>; 2];

    /// The transform of real values to their modes.
    fn to_modes(num_points: usize) -> Arc<dyn RealToComplex<Self>>;

    /// The transform of modes to real values.
    fn to_points(num_points: usize) -> Arc<dyn ComplexToReal<Self>>;

    /// Cosine transforms of the second and third type.
    fn cosines(num_points: usize) -> Arc<dyn TransformType2And3<Self>>;

    /// The sine transform of the first type.
    fn sines(num_points: usize) -> Arc<dyn Dst1<Self>>;
}

macro_rules! planned {
    ($real:ty) => {
        impl Planned for $real {
            fn fourier(num_points: usize) -> [Arc<dyn Fft<Self>>; 2] {
                let mut planner = FftPlanner::new();
                let forward = planner.plan_fft_forward(num_points);
                [forward, planner.plan_fft_inverse(num_points)]
            }

            fn to_modes(num_points: usize) -> Arc<dyn RealToComplex<Self>> {
                RealFftPlanner::new().plan_fft_forward(num_points)
            }

            fn to_points(num_points: usize) -> Arc<dyn ComplexToReal<Self>> {
                RealFftPlanner::new().plan_fft_inverse(num_points)
            }

            fn cosines(num_points: usize) -> Arc<dyn TransformType2And3<Self>> {
                DctPlanner::new().plan_dct2(num_points)
            }

            fn sines(num_points: usize) -> Arc<dyn Dst1<Self>> {
                DctPlanner::new().plan_dst1(num_points)
            }
        }
    };
}

planned!(f64);
planned!(f32);
