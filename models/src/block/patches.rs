//! Patches of a grid as tokens: the points of every box of `p` per axis side by side, and back.
//!
//! A dense layer over them is a convolution with a kernel and a stride of `p` (Dosovitskiy et al. 2021, §3.1); back, it is what
//! "pixel shuffle" is to images.

use burn::tensor::Tensor;

/// # Shapes   x: `[batch, point, channel]` → `[batch, patch, point of a patch · channel]`
pub(crate) fn patched(x: Tensor<3>, grid: &[usize], size: usize) -> Tensor<3> {
    let [batch, _, channels] = x.dims();
    let sides = sides(grid, size);
    let [a, b, c] = sides.map(|[patches, _]| patches);
    let [p, q, r] = sides.map(|[_, points]| points);
    let x = x.reshape([batch, a, p, b, q, c, r, channels]);
    let x = x.permute([0, 1, 3, 5, 2, 4, 6, 7]);
    x.reshape([batch, a * b * c, p * q * r * channels])
}

/// The inverse of [`patched`].
///
/// # Shapes   x: `[batch, patch, point of a patch · channel]` → `[batch, point, channel]`
pub(crate) fn unpatched(x: Tensor<3>, grid: &[usize], size: usize) -> Tensor<3> {
    let [batch, _, numbers] = x.dims();
    let sides = sides(grid, size);
    let [a, b, c] = sides.map(|[patches, _]| patches);
    let [p, q, r] = sides.map(|[_, points]| points);
    let channels = numbers / (p * q * r);
    let x = x.reshape([batch, a, b, c, p, q, r, channels]);
    let x = x.permute([0, 1, 4, 2, 5, 3, 6, 7]);
    x.reshape([batch, a * p * b * q * c * r, channels])
}

/// Patches and points of a patch along three axes, the last ones those of the grid.
fn sides(grid: &[usize], size: usize) -> [[usize; 2]; 3] {
    let mut sides = [[1, 1]; 3];
    for (side, n) in sides[3 - grid.len()..].iter_mut().zip(grid) {
        *side = [n / size, size];
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Int};

    #[test]
    fn a_patch_has_the_points_of_its_box_and_they_go_back() {
        for (grid, size, first) in [
            (&[6][..], 3, vec![0, 1, 2]),
            (&[4, 6], 2, vec![0, 1, 6, 7]),
            (&[2, 4, 2], 2, vec![0, 1, 2, 3, 8, 9, 10, 11]),
            (&[5], 1, vec![0]),
        ] {
            let points = grid.iter().product::<usize>();
            let numbers = Tensor::<1, Int>::arange(0..2 * points as i64, &Device::flex()).float();
            let x = numbers.reshape([1, points, 2]);
            let y = patched(x.clone(), grid, size);
            let patch = y.clone().narrow(1, 0, 1).into_data();
            let patch = patch.try_to_vec::<f32>().expect("f32");
            let expected = first.iter().flat_map(|&point| [2 * point, 2 * point + 1]);
            let expected: Vec<f32> = expected.map(|number| number as f32).collect();
            assert_eq!(patch, expected, "{grid:?}");
            assert_eq!(unpatched(y, grid, size).into_data(), x.into_data());
        }
    }
}
