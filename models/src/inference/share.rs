//! Loops over pieces of arrays, on one thread or on several.

use rayon::prelude::*;

/// Pieces of equal length of an array that is written.
pub(super) struct Pieces<'a>(pub(super) &'a mut [f32], pub(super) usize);

/// Runs `work` for the pieces of an array, each of which has a place.
pub(super) fn each(shared: bool, all: Pieces<'_>, work: impl Fn(usize, &mut [f32]) + Sync) {
    let Pieces(all, size) = all;
    if shared {
        let pieces = all.par_chunks_mut(size).enumerate();
        pieces.for_each(|(place, piece)| work(place, piece));
    } else {
        let pieces = all.chunks_mut(size).enumerate();
        pieces.for_each(|(place, piece)| work(place, piece));
    }
}

/// Runs `work` for the pieces of two arrays with the same number of them.
pub(super) fn each_of_two(
    shared: bool,
    first: Pieces<'_>,
    second: Pieces<'_>,
    work: impl Fn(usize, &mut [f32], &mut [f32]) + Sync,
) {
    let (Pieces(first, a), Pieces(second, b)) = (first, second);
    if shared {
        let pieces = first.par_chunks_mut(a).zip(second.par_chunks_mut(b));
        let pieces = pieces.enumerate();
        pieces.for_each(|(place, (first, second))| work(place, first, second));
    } else {
        let pieces = first.chunks_mut(a).zip(second.chunks_mut(b)).enumerate();
        pieces.for_each(|(place, (first, second))| work(place, first, second));
    }
}
