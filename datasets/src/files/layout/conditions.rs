//! Conditions of a described file: from arrays, attributes, its name, and a table beside it.

use super::super::folder;
use super::super::{DatasetError, Varying};
use super::Layout;
use super::described::Described;
use super::pattern::Pattern;
use super::stars::is_pattern;
use crate::read_text;
use std::path::PathBuf;

/// Names of the column of a table with the names of files.
const FILE: [&str; 5] = ["file", "filename", "file_name", "name", "path"];

/// A condition with its values.
type Condition = (String, Varying<f64>);

impl Described<'_> {
    /// The conditions of all trajectories, or of each.
    pub(super) fn conditions(&self, trajectories: usize) -> Result<Vec<Condition>, DatasetError> {
        let paths = self.layout.conditions.iter();
        let mut all = paths
            .map(|(name, place)| self.condition(name, place, trajectories))
            .collect::<Result<Vec<_>, _>>()?;
        all.extend(self.of_name()?);
        all.extend(self.of_table()?);
        if let Some(what) = Layout::taken(all.iter().map(|(name, _)| &name[..])) {
            return Err(self.fault("conditions", what));
        }
        let twice = |(at, (name, _)): &(usize, &Condition)| {
            all[..*at].iter().any(|(other, _)| other == name)
        };
        match all.iter().enumerate().find(twice) {
            None => Ok(all),
            Some((_, (name, _))) => {
                let what = format!(
                    "the condition `{name}` comes from two of data.layout.conditions, file_name and table: keep one of them"
                );
                Err(self.fault("conditions", what))
            }
        }
    }

    /// The values of an array or an attribute.
    fn condition(
        &self,
        name: &str,
        place: &str,
        trajectories: usize,
    ) -> Result<Condition, DatasetError> {
        let key = format!("conditions.{name}");
        if is_pattern(place) {
            let values = self.one_of_each(&key, place)?;
            return self.of_count(&key, name, values, trajectories);
        }
        if let Some(attribute) = self.store.attribute(self.path, place) {
            return match attribute {
                Ok(value) => Ok((name.to_owned(), Varying::Same(value))),
                Err(word) => Err(self.fault(
                    &key,
                    format!("the attribute `{place}` is {word:?}, and a condition is a number"),
                )),
            };
        }
        let values = self.array(&key, place)?.all()?;
        self.of_count(&key, name, values, trajectories)
    }

    /// The numbers that a pattern stands for: attributes, or arrays of one value.
    pub(super) fn one_of_each(&self, key: &str, place: &str) -> Result<Vec<f64>, DatasetError> {
        let places = self.store.matching(self.path, place);
        let places = places.map_err(|error| self.fault(key, error.inner()))?;
        let number = |place: &String| match self.store.attribute(self.path, place) {
            Some(Ok(value)) => Ok(value),
            Some(Err(word)) => Err(self.fault(
                key,
                format!("the attribute `{place}` is {word:?}, and a condition is a number"),
            )),
            None => match self.array(key, place)?.all()?[..] {
                [value] => Ok(value),
                ref values => Err(self.fault(
                    key,
                    format!(
                        "`{place}` has {} values, and a condition is one number",
                        values.len()
                    ),
                )),
            },
        };
        places.iter().map(number).collect()
    }

    /// A condition of these values.
    fn of_count(
        &self,
        key: &str,
        name: &str,
        values: Vec<f64>,
        trajectories: usize,
    ) -> Result<Condition, DatasetError> {
        match values.len() {
            1 => Ok((name.to_owned(), Varying::Same(values[0]))),
            n if n == trajectories => Ok((name.to_owned(), Varying::Each(values))),
            n => {
                let what = format!(
                    "the condition `{name}` has {n} values for {trajectories} trajectories"
                );
                Err(self.fault(key, what))
            }
        }
    }

    /// The numbers in the name of the file.
    fn of_name(&self) -> Result<Vec<Condition>, DatasetError> {
        let Some(text) = &self.layout.file_name else {
            return Ok(Vec::new());
        };
        let pattern = Pattern::of(text).map_err(|what| self.fault("file_name", what))?;
        let name = folder::name(self.path);
        let Some(found) = pattern.numbers(name) else {
            let what = format!(
                "data.layout.file_name = \"{text}\" does not fit `{name}`: write {{nu}} where the number of a condition `nu` \
                 stands, and * for anything else that differs"
            );
            return Err(self.fault("file_name", what));
        };
        let same = |(name, value)| (name, Varying::Same(value));
        Ok(found.into_iter().map(same).collect())
    }

    /// The numbers in the row of the table that names the file.
    fn of_table(&self) -> Result<Vec<Condition>, DatasetError> {
        let Some(table) = &self.layout.table else {
            return Ok(Vec::new());
        };
        let beside = self.path.parent().map(|folder| folder.join(table));
        let path = beside.filter(|path| path.exists());
        let path: PathBuf = path.unwrap_or_else(|| table.clone());
        let fault = |what: String| {
            let what = format!("data.layout.table = \"{}\": {what}", path.display());
            self.fault("table", what)
        };
        let text = read_text(&path, "a table of conditions").map_err(fault)?;
        let found = row(&text, folder::name(self.path)).map_err(fault)?;
        let same = |(name, value)| (name, Varying::Same(value));
        Ok(found.into_iter().map(same).collect())
    }
}

/// The names and numbers of the row of a file in comma-separated text; columns of words are passed over.
fn row(text: &str, file: &str) -> Result<Vec<(String, f64)>, String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let mut lines = lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let header: Vec<&str> = lines.next().map(cells).unwrap_or_default();
    let of_files = header
        .iter()
        .position(|name| FILE.contains(&&name.to_lowercase()[..]));
    let Some(of_files) = of_files else {
        return Err(format!(
            "its first line ({}) has no column `file` with the names of the files: write one",
            header.join(", ")
        ));
    };
    let rows: Vec<Vec<&str>> = lines.map(cells).collect();
    let mut own = rows.iter().filter(|row| {
        let name = row.get(of_files).copied().unwrap_or_default();
        is_file(name, file)
    });
    let row = match (own.next(), own.next()) {
        (Some(row), None) => row,
        (None, _) => {
            return Err(format!(
                "none of its {} rows names `{file}` in the column `{}`",
                rows.len(),
                header[of_files]
            ));
        }
        (Some(_), Some(_)) => return Err(format!("two of its rows name `{file}`: keep one")),
    };
    let mut found = Vec::new();
    for (column, name) in header.iter().enumerate() {
        let number = |row: &Vec<&str>| row.get(column)?.parse::<f64>().ok();
        if column == of_files || !rows.iter().any(|row| number(row).is_some()) {
            continue;
        }
        match number(row).filter(|value| value.is_finite()) {
            Some(value) => found.push(((*name).to_owned(), value)),
            None => {
                let cell = row.get(column).copied().unwrap_or_default();
                return Err(format!(
                    "the row of `{file}` has {cell:?} in the column `{name}`, where others have numbers"
                ));
            }
        }
    }
    Ok(found)
}

/// Whether a cell names a file, by its whole name or without its ending, folders left aside.
fn is_file(cell: &str, file: &str) -> bool {
    let cell = cell.rsplit('/').next().unwrap_or(cell);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    cell == file || cell == stem
}

fn cells(line: &str) -> Vec<&str> {
    let cells = line.split(',').map(str::trim);
    cells.map(|cell| cell.trim_matches('"')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_the_name_of_the_file() {
        let text = "# runs of March\nfile,nu,scheme,Ra\nruns/a.nc,0.5,rk4,1e5\n\"b\",0.25,rk4,2e5\nc.nc,,rk4,1\nd,1,rk4,1\nd.nc,1,rk4,1\n";
        let own = |name: &str, value| (name.to_owned(), value);
        let expected = |nu, ra| Ok(vec![own("nu", nu), own("Ra", ra)]);
        assert_eq!(row(text, "a.nc"), expected(0.5, 1e5));
        assert_eq!(row(text, "b.nc"), expected(0.25, 2e5));
        for (file, words) in [
            ("e.nc", "none of its 5 rows names `e.nc`"),
            ("d.nc", "two of its rows"),
            ("c.nc", "has \"\" in the column `nu`"),
        ] {
            let error = row(text, file).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
        let error = row("nu,Ra\n1,2\n", "a.nc").unwrap_err();
        assert!(error.contains("no column `file`"), "{error}");
    }
}
