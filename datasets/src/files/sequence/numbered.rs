//! Files that are called alike but for a number, in the order of the numbers: `out_0000.h5`, `out_0001.h5`, ...

use crate::files::folder::{name, natural};
use crate::files::spacing::Uneven;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Digits of a date without separators, of its year, month and day.
const DATE: usize = 8;

/// Files of one folder that are called alike but for a number, in the order of the numbers.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::files) struct Numbered {
    /// The files, at least one.
    pub(in crate::files) files: Vec<PathBuf>,
    /// Their numbers; none where dates tell them apart.
    numbers: Vec<f64>,
}

impl Numbered {
    /// Whether its files are called as those of another group but for numbers.
    pub(super) fn is_called_as(&self, other: &Self) -> bool {
        Name::of(&self.files[0]).texts == Name::of(&other.files[0]).texts
    }

    /// The first two files between which a number is missing, in words; none where the numbers rise in equal steps.
    pub(super) fn gap(&self) -> Option<String> {
        let names: Vec<&str> = self.files.iter().map(|file| name(file)).collect();
        gap(&names, &self.numbers)
    }
}

/// The first two of these names between which a number is missing, in words; none where the numbers rise in equal steps.
pub(in crate::files) fn gap(names: &[&str], numbers: &[f64]) -> Option<String> {
    Uneven::find(numbers)?;
    let steps: Vec<f64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if let Some(at) = steps.iter().position(|step| *step <= 0.0) {
        return Some(format!(
            "`{}` and `{}` have the same number",
            names[at],
            names[at + 1]
        ));
    }
    let smallest = steps.iter().copied().fold(f64::INFINITY, f64::min);
    let at = steps.iter().position(|step| *step > 1.5 * smallest)?;
    Some(format!(
        "`{}` is followed by `{}`, where the numbers of others lie {smallest} apart",
        names[at],
        names[at + 1]
    ))
}

/// Whether some of the files are called alike but for a number, as outputs of one simulation are.
pub fn are_numbered(files: &[PathBuf]) -> bool {
    numbered(files).iter().any(|group| group.files.len() > 1)
}

/// The files in groups of those that follow one another, in the order in which the groups begin.
pub(in crate::files) fn numbered(files: &[PathBuf]) -> Vec<Numbered> {
    families(files).into_iter().flat_map(split).collect()
}

/// A name in texts and the digits between them: `run_2_t0.5` as `run_`, 2, `_t`, 0, `.`, 5 and an empty text.
struct Name<'a> {
    file: &'a Path,
    texts: Vec<&'a str>,
    digits: Vec<&'a str>,
}

impl<'a> Name<'a> {
    fn of(file: &'a Path) -> Self {
        let (mut texts, mut digits) = (Vec::new(), Vec::new());
        let mut rest = name(file);
        loop {
            let begin = rest.find(|c: char| c.is_ascii_digit());
            let (text, from) = rest.split_at(begin.unwrap_or(rest.len()));
            texts.push(text);
            if from.is_empty() {
                return Self {
                    file,
                    texts,
                    digits,
                };
            }
            let end = from.find(|c: char| !c.is_ascii_digit());
            let (number, after) = from.split_at(end.unwrap_or(from.len()));
            digits.push(number);
            rest = after;
        }
    }

    /// The number in one column of digits, or before and behind the point in two.
    fn number(&self, columns: &Range<usize>) -> f64 {
        self.digits[columns.clone()]
            .join(".")
            .parse()
            .unwrap_or(f64::NAN)
    }

    /// The digits outside of these columns.
    fn others(&self, columns: &Range<usize>) -> Vec<&'a str> {
        let (before, behind) = (&self.digits[..columns.start], &self.digits[columns.end..]);
        [before, behind].concat()
    }

    /// Whether some of its digits are a date: `2026-01-31` or `20260131`.
    fn has_date(&self) -> bool {
        let number = |digits: &str| digits.parse::<u32>().unwrap_or(0);
        let is_date = |year: &str, month: &str, day: &str| {
            (1800..2200).contains(&number(year))
                && (1..=12).contains(&number(month))
                && (1..=31).contains(&number(day))
        };
        let compact = |digits: &&str| {
            digits.len() >= DATE && is_date(&digits[..4], &digits[4..6], &digits[6..DATE])
        };
        let apart = |at: usize| {
            let [year, month, day] = [0, 1, 2].map(|place| self.digits[at + place]);
            let parts = self.texts[at + 1] == "-" && self.texts[at + 2] == "-";
            parts && [year.len(), month.len(), day.len()] == [4, 2, 2] && is_date(year, month, day)
        };
        self.digits.iter().any(compact) || (2..self.digits.len()).any(|end| apart(end - 2))
    }
}

/// Files of one folder whose names have the same texts, in the order in which they begin.
fn families(files: &[PathBuf]) -> Vec<Vec<Name<'_>>> {
    let mut places: HashMap<(Option<&Path>, Vec<&str>), usize> = HashMap::new();
    let mut families: Vec<Vec<Name<'_>>> = Vec::new();
    for file in files {
        let name = Name::of(file);
        let next = families.len();
        let place = places
            .entry((file.parent(), name.texts.clone()))
            .or_insert(next);
        if *place == next {
            families.push(Vec::new());
        }
        families[*place].push(name);
    }
    families
}

/// The groups of a family: of names that differ in several numbers the last one counts the files, and the others tell groups
/// apart; a date counts as a whole.
fn split(mut family: Vec<Name<'_>>) -> Vec<Numbered> {
    let dated = family.iter().all(Name::has_date);
    let columns = if dated {
        0..family[0].digits.len()
    } else {
        counting(&family)
    };
    family.sort_by(|a, b| {
        let others = by_digits(&a.others(&columns), &b.others(&columns));
        let numbers = || a.number(&columns).total_cmp(&b.number(&columns));
        let counted = if dated { Ordering::Equal } else { numbers() };
        others
            .then(counted)
            .then_with(|| by_digits(&a.digits, &b.digits))
    });
    let groups = family.chunk_by(|a, b| a.others(&columns) == b.others(&columns));
    let numbers = |group: &[Name<'_>]| {
        let counted = group.iter().filter(|_| !dated && !columns.is_empty());
        counted.map(|name| name.number(&columns)).collect()
    };
    let group = |group: &[Name<'_>]| Numbered {
        numbers: numbers(group),
        files: group.iter().map(|name| name.file.to_path_buf()).collect(),
    };
    groups.map(group).collect()
}

fn by_digits(a: &[&str], b: &[&str]) -> Ordering {
    let pairs = a.iter().zip(b).map(|(a, b)| natural(a, b));
    pairs.fold(Ordering::Equal, Ordering::then)
}

/// The columns of digits that count the files: the last one that differs, with the one before it where both are a decimal
/// number; none of a single file.
fn counting(family: &[Name<'_>]) -> Range<usize> {
    let differs = |column: &usize| {
        let first = family[0].digits[*column];
        family.iter().any(|name| name.digits[*column] != first)
    };
    let columns = 0..family[0].digits.len();
    let Some(last) = columns.rev().find(differs) else {
        return 0..0;
    };
    let behind_point = last > 0 && family[0].texts[last] == "." && differs(&(last - 1));
    if behind_point && are_decimals(family, last) {
        last - 1..last + 1
    } else {
        last..last + 1
    }
}

/// Whether the column `last` has the digits behind the point of numbers, not counts beside those of the column before it: the
/// numbers are evenly spaced, or the counts are not.
fn are_decimals(family: &[Name<'_>], last: usize) -> bool {
    let even = |columns: Range<usize>, names: &[&Name<'_>]| {
        let mut numbers: Vec<f64> = names.iter().map(|name| name.number(&columns)).collect();
        numbers.sort_by(f64::total_cmp);
        Uneven::find(&numbers).is_none()
    };
    let all: Vec<&Name<'_>> = family.iter().collect();
    if even(last - 1..last + 1, &all) {
        return true;
    }
    let column = last..last + 1;
    let mut groups: HashMap<Vec<&str>, Vec<&Name<'_>>> = HashMap::new();
    for name in family {
        groups.entry(name.others(&column)).or_default().push(name);
    }
    let counted = |group: &Vec<&Name<'_>>| group.len() > 1 && even(column.clone(), group);
    !groups.values().all(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<Vec<String>> {
        let files: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        let text = |file: &PathBuf| file.to_string_lossy().into_owned();
        let groups = numbered(&files);
        groups
            .iter()
            .map(|group| group.files.iter().map(text).collect())
            .collect()
    }

    fn gap_of(names: &[&str]) -> Option<String> {
        let files: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        numbered(&files)[0].gap()
    }

    #[test]
    fn numbers_are_counted_as_numbers() {
        for names in [
            &["out_8.h5", "out_9.h5", "out_10.h5"][..],
            &["u0.9.npy", "u1.0.npy", "u1.1.npy"],
            &["u0.5.npy", "u0.75.npy", "u1.0.npy"],
            &["data.0009", "data.0010"],
            &["2026-01-31.nc", "2026-02-01.nc", "2027-01-01.nc"],
            &["20260131T06.nc", "20260201T00.nc"],
        ] {
            let mut turned = names.to_vec();
            turned.reverse();
            assert_eq!(groups(&turned), [names.to_vec()]);
        }
    }

    #[test]
    fn other_numbers_and_folders_tell_groups_apart() {
        let found = groups(&["b/t0.h5", "b/t1.h5", "a/t0.h5", "a/t1.h5", "mean.h5"]);
        assert_eq!(
            found,
            [
                vec!["b/t0.h5", "b/t1.h5"],
                vec!["a/t0.h5", "a/t1.h5"],
                vec!["mean.h5"]
            ]
        );
        let found = groups(&["s2_t0.h5", "s10_t1.h5", "s2_t1.h5", "s10_t0.h5"]);
        assert_eq!(
            found,
            [["s2_t0.h5", "s2_t1.h5"], ["s10_t0.h5", "s10_t1.h5"]]
        );
        let found = groups(&["r1.00.h5", "r1.01.h5", "r2.00.h5", "r2.01.h5"]);
        assert_eq!(found, [["r1.00.h5", "r1.01.h5"], ["r2.00.h5", "r2.01.h5"]]);
        let found = groups(&[
            "u_nu0.01_0.h5",
            "u_nu0.01_1.h5",
            "u_nu0.1_0.h5",
            "u_nu0.1_1.h5",
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_missing_number_is_found() {
        for names in [
            &["out_0.h5", "out_10.h5", "out_20.h5"][..],
            &["out_7.h5"],
            &["2026-01-31.nc", "2026-02-01.nc", "2026-02-09.nc"],
            &["u0.0.npy", "u0.5.npy", "u1.0.npy"],
        ] {
            assert_eq!(gap_of(names), None);
        }
        let said = gap_of(&["o_8.h5", "o_9.h5", "o_10.h5", "o_12.h5"]).unwrap();
        assert!(
            said.starts_with("`o_10.h5` is followed by `o_12.h5`"),
            "{said}"
        );
        let said = gap_of(&["u0.0.npy", "u0.1.npy", "u0.3.npy", "u1.0.npy"]).unwrap();
        assert!(
            said.starts_with("`u0.1.npy` is followed by `u0.3.npy`"),
            "{said}"
        );
        let said = gap_of(&["o_1.h5", "o_01.h5", "o_2.h5"]).unwrap();
        assert!(said.ends_with("have the same number"), "{said}");
    }
}
