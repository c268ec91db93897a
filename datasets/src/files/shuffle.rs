//! Bytes of values that were stored in planes: the first bytes of all values, then the second ones, and so on.

/// The bytes of values of this width out of their planes. Bytes behind the last whole value are stored as they are.
pub(super) fn unshuffled(planes: &[u8], width: usize) -> Vec<u8> {
    let mut values = planes.to_vec();
    match width {
        0 | 1 => {}
        2 => unshuffle::<2>(planes, &mut values),
        4 => unshuffle::<4>(planes, &mut values),
        8 => unshuffle::<8>(planes, &mut values),
        _ => {
            let count = (planes.len() / width).max(1);
            for (place, plane) in planes.chunks_exact(count).take(width).enumerate() {
                let bytes = values.iter_mut().skip(place).step_by(width);
                bytes.zip(plane).for_each(|(byte, stored)| *byte = *stored);
            }
        }
    }
    values
}

/// The same for a width that the compiler knows, so that its loops are unrolled.
fn unshuffle<const WIDTH: usize>(planes: &[u8], values: &mut [u8]) {
    let count = planes.len() / WIDTH;
    let plane: [&[u8]; WIDTH] = std::array::from_fn(|place| &planes[place * count..][..count]);
    let (values, _) = values.as_chunks_mut::<WIDTH>();
    for (at, value) in values.iter_mut().enumerate() {
        *value = std::array::from_fn(|place| plane[place][at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_of_bytes_are_values_again() {
        for width in 1..12 {
            for behind in [0, width - 1] {
                let values: Vec<u8> = (0..(5 * width + behind) as u8).collect();
                let of_plane = |place| values[..5 * width].iter().skip(place).step_by(width);
                let mut planes: Vec<u8> = (0..width).flat_map(of_plane).copied().collect();
                planes.extend(&values[5 * width..]);
                assert_eq!(unshuffled(&planes, width), values, "{width}, {behind}");
            }
        }
        assert_eq!(unshuffled(&[1, 2], 4), [1, 2], "no whole value");
    }
}
