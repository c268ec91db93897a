//! Errors over sizes: what counts where the truth has nothing.
//!
//! A forecast that is the truth has the error 0, whatever the size: `0/0 = 0`. A wrong one of nothing has none that could
//! be told, which is infinite here; [`Measure`](super::Measure) says it apart, so that means over simulations leave it
//! out, and where it stands alone it counts as [`WORST`](super::WORST).

/// `error/size`; 0 where there is no error.
#[must_use]
pub(super) fn ratio(error: f64, size: f64) -> f64 {
    if error.abs() <= 0.0 {
        0.0
    } else {
        error / size
    }
}

/// The mean of `of` over the channels of two states whose truth says that they are there, `size` being above 0; over all
/// of them where none is.
pub(super) fn mean_over_channels<'a, T: 'a>(
    u: &'a [T],
    truth: &'a [T],
    num_points: usize,
    size: impl Fn(&[T]) -> f64,
    of: impl Fn(&[T], &[T]) -> f64,
) -> f64 {
    let channels = || u.chunks(num_points).zip(truth.chunks(num_points));
    let there = |size: f64| size > 0.0 || size.is_nan();
    let any = channels().any(|(_, t)| there(size(t)));
    let counted = channels().filter(|(_, t)| !any || there(size(t)));
    let (mut sum, mut count) = (0.0, 0.0);
    for (u, t) in counted {
        sum += of(u, t);
        count += 1.0;
    }
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_over_nothing_is_no_error_and_something_is_infinite() {
        assert!(ratio(0.0, 0.0).abs() <= 0.0);
        assert!(ratio(1e-200, 0.0).is_infinite());
        assert!(ratio(f64::NAN, 0.0).is_nan());
        assert!((ratio(1e-60, 2e-60) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn channels_without_a_truth_are_left_out_unless_all_are() {
        let of = |u: &[f64], t: &[f64]| ratio((u[0] - t[0]).abs(), t[0].abs());
        let size = |t: &[f64]| t[0].abs();
        let mean = |u: &[f64], t: &[f64]| mean_over_channels(u, t, 1, size, of);
        assert!((mean(&[1.5, 1.0], &[1.0, 0.0]) - 0.5).abs() < 1e-15);
        assert!(mean(&[0.5, 0.0], &[0.0, 0.0]).is_infinite());
        assert!(mean(&[0.0, 0.0], &[0.0, 0.0]).abs() <= 0.0);
    }
}
