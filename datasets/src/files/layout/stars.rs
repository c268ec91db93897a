//! Paths with a `*`: the same array of several groups or files, one behind the other.

use super::super::array::{Array, Stack};
use super::super::{DatasetError, folder};
use super::store::Store;
use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

/// Whether a path stands for several arrays.
pub(super) fn is_pattern(place: &str) -> bool {
    place.contains('*')
}

/// Numbers by their size, others by their letters with the digits in them as numbers.
fn by_number(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        _ => folder::natural(a, b),
    }
}

impl Store {
    /// The paths that a pattern stands for, in the order of what the `*` stands for, numbers by their size.
    pub(super) fn matching(&self, path: &Path, pattern: &str) -> Result<Vec<String>, DatasetError> {
        let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
        if is_pattern(after) {
            return Err(DatasetError::Invalid {
                path: path.to_path_buf(),
                what: format!(
                    "`{pattern}` has several *: one is read, which stands for the numbers or words that differ"
                ),
            });
        }
        let (within, prefix) = before.rsplit_once('/').unwrap_or(("", before));
        let (suffix, inner) = after.split_once('/').unwrap_or((after, ""));
        let star = |name: &String| {
            let rest = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
            Some(rest.to_owned())
        };
        let members = self.members(path, within, !inner.is_empty())?;
        let mut stars: Vec<String> = members.iter().filter_map(star).collect();
        stars.sort_by(|a, b| by_number(a, b));
        let place = |star: String| format!("{before}{star}{after}");
        if stars.is_empty() {
            return Err(DatasetError::Missing {
                path: path.to_path_buf(),
                what: format!("any array `{pattern}`"),
            });
        }
        Ok(stars.into_iter().map(place).collect())
    }

    /// The names of the groups within a group, or of the arrays.
    fn members(
        &self,
        path: &Path,
        within: &str,
        groups: bool,
    ) -> Result<Vec<String>, DatasetError> {
        let inside = within.trim_matches('/');
        match self {
            Self::Hdf5(source) => {
                let (inner, arrays) = source.group_at(inside)?.member_names().unwrap_or_default();
                Ok(if groups {
                    [inner, arrays].concat()
                } else {
                    arrays
                })
            }
            Self::Zarr => {
                let folders = folder::paths(&path.join(inside))?;
                let folders = folders.iter().filter(|path| path.is_dir());
                Ok(folders.map(|path| folder::name(path).to_owned()).collect())
            }
            _ => Ok(self.names(path)),
        }
    }

    /// The arrays of a pattern one behind the other, along a new first axis.
    pub(super) fn stacked(
        &self,
        path: &Path,
        pattern: &str,
    ) -> Result<Arc<dyn Array>, DatasetError> {
        let places = self.matching(path, pattern)?;
        let first = self.array(path, &places[0])?;
        let (store, path) = (self.clone(), path.to_path_buf());
        let count = places.len();
        let open = move |index: usize| store.array(&path, &places[index]);
        Ok(Arc::new(Stack::new(pattern, count, first.shape(), open)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_stand_by_their_size() {
        for sorted in [
            &["0", "5e-05", "0.25", "0.5", "1", "2.5", "10", "100"][..],
            &["-1.5", "-1", "0", "9", "010"],
            &["step9", "step10", "step100"],
        ] {
            let mut stars = sorted.to_vec();
            stars.reverse();
            stars.sort_by(|a, b| by_number(a, b));
            assert_eq!(stars, sorted);
        }
    }
}
