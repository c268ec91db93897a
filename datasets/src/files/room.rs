//! Room in memory for the values that a file says it holds: where there is none, an error, before anything is allocated.

use super::DatasetError;

/// Most values that are read at once: 16 GiB as 64-bit floats.
const MOST: usize = 1 << 31;

/// Most points of an axis, and most frames of a trajectory, that are counted where a file lists none.
const LONGEST: usize = 1 << 24;

/// Most channels of one array.
const CHANNELS: usize = 1 << 16;

/// Values that any file is trusted to hold.
const TRUSTED: usize = 1 << 24;

/// Values that a byte of a file is trusted to hold: deflate makes at most 1032 bytes of one.
const PER_BYTE: usize = 1032;

/// An empty list with room for as many values as a block with these extents has.
pub(super) fn room(name: &str, count: &[usize]) -> Result<Vec<f64>, DatasetError> {
    let values = count.iter().try_fold(1_usize, |all, &n| all.checked_mul(n));
    let mut out = Vec::new();
    match values {
        Some(values) if values <= MOST && out.try_reserve_exact(values).is_ok() => Ok(out),
        _ => Err(refused(
            name,
            format!(
                "a block of {count:?} values is more than memory holds: the file is damaged, or has to be cut into smaller frames"
            ),
        )),
    }
}

/// As many values as a block with these extents has, each of them `value`.
pub(super) fn filled(name: &str, count: &[usize], value: f64) -> Result<Vec<f64>, DatasetError> {
    let mut out = room(name, count)?;
    out.resize(count.iter().product(), value);
    Ok(out)
}

/// The numbers 0, 1, ... that stand for the points of an axis, or for times, where a file lists none.
pub(super) fn counted(name: &str, count: usize) -> Result<Vec<f64>, DatasetError> {
    if count <= LONGEST {
        Ok((0..count).map(|i| i as f64).collect())
    } else {
        Err(refused(
            name,
            format!(
                "it has {count} entries, more than {LONGEST}: the file is damaged, or the axis is no axis of a grid"
            ),
        ))
    }
}

/// Channels that axes with these extents tell apart, as many as are given names: the check of a dataset refuses more.
pub(super) fn channels(extents: &[usize]) -> usize {
    let all = extents
        .iter()
        .fold(1_usize, |all, &n| all.saturating_mul(n));
    all.min(CHANNELS)
}

/// Most values in one reading of a file of so many bytes, which holds them itself.
pub(super) fn trusted(bytes: u64) -> usize {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    bytes.saturating_mul(PER_BYTE).max(TRUSTED)
}

fn refused(name: &str, what: String) -> DatasetError {
    let name = name.to_owned();
    DatasetError::Description { name, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_memory_holds_is_refused_with_its_size() {
        assert_eq!(filled("u", &[2, 3], 1.5).unwrap(), [1.5; 6]);
        assert_eq!(filled("u", &[], 1.5).unwrap(), [1.5]);
        for count in [&[usize::MAX, 3][..], &[1 << 31, 2]] {
            let error = room("u", count).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("dataset `u`: a block of {count:?} values")),
                "{error}"
            );
        }
        assert_eq!(counted("x", 3).unwrap(), [0.0, 1.0, 2.0]);
        assert!(counted("x", usize::MAX).is_err());
        assert_eq!(trusted(100), TRUSTED);
        assert_eq!(trusted(u64::MAX), usize::MAX);
    }
}
