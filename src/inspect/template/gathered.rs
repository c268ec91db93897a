//! Arrays of one name and shape in groups beside each other, as one: `/run_1/u` and `/run_2/u` as `/run_*/u`.

use super::last;
use ondine_datasets::files::StoredArray;
use std::collections::BTreeMap;

/// An array, or several of one shape in groups beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gathered {
    /// Its path, with a `*` where those of several differ.
    pub(super) path: String,
    /// Its shape, of several behind their number.
    pub(super) shape: Vec<usize>,
    /// The path of the first of several.
    first: Option<String>,
}

impl Gathered {
    /// Whether it is several arrays.
    pub(super) fn is_pattern(&self) -> bool {
        self.first.is_some()
    }

    /// Number of values.
    pub(super) fn len(&self) -> usize {
        self.shape.iter().fold(1, |all, &n| all.saturating_mul(n))
    }

    /// Whether it is several files of one array each.
    pub(super) fn is_files(&self) -> bool {
        self.is_pattern() && !self.path.contains('/')
    }

    /// Its name as a field: the last part of the path, without the number and the ending of a file.
    pub(super) fn name(&self) -> String {
        let name = last(&self.path).trim_end_matches(".npy");
        let name = if self.is_files() {
            name.replace('*', "")
        } else {
            name.to_owned()
        };
        name.trim_end_matches(['_', '-', '.']).to_owned()
    }

    /// The number of values of a list: an array with one axis, or with others of one entry as MATLAB writes it.
    pub(super) fn count(&self) -> Option<usize> {
        let long = self.shape.iter().filter(|n| **n != 1).count();
        (long == 1).then(|| self.len())
    }

    /// The number of values of each, as a list of the points of an axis or of times.
    pub(super) fn list_len(&self) -> Option<usize> {
        match &self.first {
            None => self.count(),
            Some(_) => (self.shape.len() == 2).then(|| self.shape[1]),
        }
    }

    /// The path of the list of an axis: the times of all, the points of the first.
    pub(super) fn list(&self, axis: &str) -> &str {
        match &self.first {
            Some(first) if axis != "time" => first,
            _ => &self.path,
        }
    }
}

/// The arrays of a file with those of several groups as one.
pub(super) fn gathered(arrays: &[StoredArray]) -> Vec<Gathered> {
    let mut alike: BTreeMap<(String, String), Vec<&StoredArray>> = BTreeMap::new();
    for array in arrays {
        if let Some((within, rest)) = parts(&array.path) {
            alike.entry((within, rest)).or_default().push(array);
        }
    }
    let mut all: Vec<Gathered> = Vec::new();
    for array in arrays {
        let together = parts(&array.path).and_then(|key| Some((key.0.clone(), alike.get(&key)?)));
        let together = together.filter(|(_, several)| {
            several.len() > 1 && several.iter().all(|one| one.shape == array.shape)
        });
        let one = match together {
            Some((within, several)) => pattern(&within, several),
            None => Gathered {
                path: array.path.clone(),
                shape: array.shape.clone(),
                first: None,
            },
        };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// The path of the group around the one that an array lies in, and what stands behind its name, or what stands before and
/// behind the number of a file; none of other arrays at the top.
fn parts(path: &str) -> Option<(String, String)> {
    let digit = |c: char| c.is_ascii_digit();
    if let Some(stem) = path.strip_suffix(".npy").filter(|stem| !stem.contains('/')) {
        let before = stem.trim_end_matches(digit);
        return (before != stem).then(|| (before.to_owned(), ".npy".to_owned()));
    }
    let (group, name) = path.rsplit_once('/')?;
    let (within, own) = group.rsplit_once('/')?;
    (!own.is_empty()).then(|| (within.to_owned(), name.to_owned()))
}

/// Arrays of groups within one, by the letters that the names of the groups begin with alike.
fn pattern(within: &str, several: &[&StoredArray]) -> Gathered {
    let shape = [&[several.len()], &several[0].shape[..]].concat();
    let first_path = Some(several[0].path.clone());
    if !several[0].path.contains('/') {
        return Gathered {
            path: format!("{within}*.npy"),
            shape,
            first: first_path,
        };
    }
    let groups = several.iter().filter_map(|array| {
        let (group, _) = array.path.rsplit_once('/')?;
        Some(last(group))
    });
    let groups: Vec<&str> = groups.collect();
    let first = groups[0];
    let alike = |len: &usize| groups.iter().all(|group| group.starts_with(&first[..*len]));
    let ends = first.char_indices().map(|(at, _)| at);
    let common = ends.filter(alike).max().unwrap_or(0);
    let common = first[..common].trim_end_matches(|c: char| c.is_ascii_digit());
    let name = last(&several[0].path);
    Gathered {
        path: format!("{within}/{common}*/{name}"),
        shape,
        first: first_path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(path: &str, shape: &[usize]) -> StoredArray {
        StoredArray {
            path: path.to_owned(),
            shape: shape.to_vec(),
            values: String::new(),
            chunk: None,
            filters: Vec::new(),
            words: Vec::new(),
        }
    }

    #[test]
    fn arrays_of_groups_beside_each_other_are_one() {
        let arrays = [
            array("/run_10/u", &[5, 8]),
            array("/run_11/u", &[5, 8]),
            array("/run_9/u", &[5, 8]),
            array("/x", &[8]),
            array("/a/v", &[3]),
            array("/b/v", &[4]),
            array("q_0009.npy", &[16]),
            array("q_0010.npy", &[16]),
            array("q0.npy", &[2]),
        ];
        let found = gathered(&arrays);
        let found: Vec<(&str, &[usize])> = found
            .iter()
            .map(|one| (&one.path[..], &one.shape[..]))
            .collect();
        let expected: [(&str, &[usize]); 6] = [
            ("/run_*/u", &[3, 5, 8]),
            ("/x", &[8]),
            ("/a/v", &[3]),
            ("/b/v", &[4]),
            ("q_*.npy", &[2, 16]),
            ("q0.npy", &[2]),
        ];
        let names: Vec<String> = gathered(&arrays).iter().map(Gathered::name).collect();
        assert_eq!(names[4..], ["q", "q0"]);
        assert_eq!(found, expected);
    }
}
