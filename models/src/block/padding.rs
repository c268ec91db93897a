//! Values beyond the edges of a grid, for convolutions.

use super::Edge;
use burn::tensor::Tensor;
use std::ops::Range;

/// The values beyond the edges of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Padding {
    /// The field continues from its other end.
    #[default]
    Periodic,
    /// Zeros.
    Zero,
    /// The field mirrored at its first and last points, which are not repeated.
    Reflect,
    /// Along each axis what its ends ask for, once they are known: see [`Padding::between`]; until then as
    /// [`Padding::Periodic`].
    Ends,
    /// Along each axis something else, with entries for the axes that there are.
    Each([Option<Edge>; 3]),
}

impl Padding {
    /// The option of a network that has it: the key and its values.
    pub const OPTION: (&'static str, &'static str) = (
        "padding",
        "beyond the edges: \"ends\" (what the ends of each axis ask for: mirrored at walls without flux, constant at open \
         ends, zeros at walls with values), \"periodic\", \"zero\" or \"reflect\", or a list with \"periodic\", \"mirror\", \
         \"constant\" or \"zero\" per axis; default \"ends\"",
    );

    /// The point of `n` whose value stands at `position`, which may lie beyond the edges; nothing for a zero. Axes of
    /// [`Padding::Each`] are continued before, by [`Margins`](super::edge::Margins), and what lies beyond is cut off.
    pub(crate) fn source(self, position: isize, n: usize) -> Option<usize> {
        let n = n as isize;
        let source = match self {
            Self::Periodic | Self::Ends | Self::Each(_) => position.rem_euclid(n),
            Self::Zero if (0..n).contains(&position) => position,
            Self::Zero => return None,
            Self::Reflect if n == 1 => 0,
            Self::Reflect => {
                let turn = position.rem_euclid(2 * (n - 1));
                turn.min(2 * (n - 1) - turn)
            }
        };
        Some(source as usize)
    }

    /// `x` with `margin` further points at both ends of `axis`.
    pub(crate) fn extend<const D: usize>(
        self,
        x: Tensor<D>,
        axis: usize,
        margin: usize,
    ) -> Tensor<D> {
        if margin == 0 {
            return x;
        }
        let n = x.dims()[axis];
        let piece = |(source, length): (Option<usize>, usize)| match source {
            Some(start) => x.clone().narrow(axis, start, length),
            None => x
                .clone()
                .narrow(axis, 0, 1)
                .zeros_like()
                .repeat_dim(axis, length),
        };
        let runs = self.runs(n, margin, 0..n + 2 * margin);
        let pieces = runs.into_iter().map(piece).collect();
        Tensor::cat(pieces, axis)
    }

    /// Some positions, counted from `−margin` on, as runs of adjacent sources: first source and length.
    pub(crate) fn runs(
        self,
        n: usize,
        margin: usize,
        positions: Range<usize>,
    ) -> Vec<(Option<usize>, usize)> {
        let mut runs: Vec<(Option<usize>, usize)> = Vec::new();
        for position in positions {
            let source = self.source(position as isize - margin as isize, n);
            match runs.last_mut() {
                Some((start, length)) if start.map(|s| s + *length) == source => *length += 1,
                _ => runs.push((source, 1)),
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_padding_continues_a_line_as_its_name_says() {
        for (padding, expected) in [
            (
                Padding::Periodic,
                [7.0, 8.0, 9.0, 7.0, 8.0, 9.0, 7.0, 8.0, 9.0],
            ),
            (Padding::Zero, [0.0, 0.0, 0.0, 7.0, 8.0, 9.0, 0.0, 0.0, 0.0]),
            (
                Padding::Reflect,
                [8.0, 9.0, 8.0, 7.0, 8.0, 9.0, 8.0, 7.0, 8.0],
            ),
        ] {
            let line = Tensor::<1>::from_floats([7.0, 8.0, 9.0], &Default::default());
            let extended = padding.extend(line, 0, 3).into_data();
            let values = extended.try_to_vec::<f32>().expect("f32");
            assert_eq!(values, expected, "{padding:?}");
        }
    }

    #[test]
    fn a_single_point_is_its_own_neighbour() {
        for (padding, expected) in [
            (Padding::Periodic, [Some(0); 3]),
            (Padding::Zero, [None, Some(0), None]),
            (Padding::Reflect, [Some(0); 3]),
        ] {
            assert_eq!([-1, 0, 1].map(|i| padding.source(i, 1)), expected);
        }
    }
}
