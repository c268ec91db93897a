//! A table of values: simulation `i` has those of row `i`.
//!
//! The file is comma-separated text. Its first line names what the recipe draws (`viscosity`, `velocity_x`, `length`, `dt`),
//! in any order; each further line is a simulation, in the units of the recipe. Blank lines and lines that begin with `#`
//! are passed over. Every value has to lie within the range that the recipe draws it from. There may be more rows than
//! simulations. Held-out simulations, of which the table knows nothing, are drawn from the ranges by Sobol points.

use super::sobol::Sobol;
use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use crate::{Distribution, read_text};
use ondine_solvers::words::counted;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "table",
    summary: "the rows of a CSV file, one a simulation, with a column for every quantity that is drawn",
    options: &[
        ("path", "the file, beside the recipe if not absolute"),
        (
            "checksum",
            "FNV-1a of the file; if given, another file is refused",
        ),
    ],
    max_dims: usize::MAX,
    decode: decode::<Config>,
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    path: PathBuf,
    checksum: Option<String>,
}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        let text = self.read()?;
        let found = checksum(&text);
        if let Some(expected) = self.checksum.clone().filter(|expected| *expected != found) {
            let path = self.shown();
            return Err(SamplerError::Changed {
                path,
                found,
                expected,
            });
        }
        let rows = self.parse(&text, design.quantities)?;
        if (rows.len() as u64) < design.simulations.max(1) {
            return Err(SamplerError::Rows {
                path: self.shown(),
                rows: rows.len(),
                simulations: design.simulations,
            });
        }
        let priors = design
            .quantities
            .iter()
            .map(|(_, prior)| prior.clone())
            .collect();
        Ok(Arc::new(Table { priors, rows }))
    }

    fn build_held_out(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(Arc::new(Sobol { seed: design.seed }))
    }

    fn options(&self) -> toml::Table {
        let path = ("path".to_owned(), self.shown().into());
        let checksum = self.checksum.clone();
        let checksum = checksum.map(|checksum| ("checksum".to_owned(), checksum.into()));
        std::iter::once(path).chain(checksum).collect()
    }

    fn complete(
        &self,
        _simulations: u64,
        folder: &Path,
    ) -> Result<Option<Arc<dyn SamplerConfig>>, SamplerError> {
        let path = folder.join(&self.path);
        let path = std::path::absolute(&path).unwrap_or(path);
        let mut complete = Self {
            path,
            ..self.clone()
        };
        if complete.checksum.is_none() {
            complete.checksum = Some(checksum(&complete.read()?));
        }
        Ok(Some(Arc::new(complete)))
    }
}

impl Config {
    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    fn read(&self) -> Result<String, SamplerError> {
        read_text(&self.path, "a table of values").map_err(|reason| SamplerError::File {
            path: self.shown(),
            reason,
        })
    }

    /// The rows with their values in the order of the quantities.
    fn parse(
        &self,
        text: &str,
        quantities: &[(String, Distribution)],
    ) -> Result<Vec<Vec<f64>>, SamplerError> {
        if quantities.is_empty() {
            return Err(SamplerError::NothingDrawn { path: self.shown() });
        }
        let wrong = |line: usize, message| SamplerError::Line {
            path: self.shown(),
            line,
            message,
        };
        let lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
        let mut lines = lines.filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
        let names = quantities.iter().map(|(name, _)| name.as_str());
        let (header, number) = lines.next().ok_or_else(|| {
            let names = names.collect::<Vec<_>>().join(",");
            wrong(1, format!("the file is empty; its first line is `{names}`"))
        })?;
        let columns = columns(header, quantities).map_err(|message| wrong(number, message))?;
        let row = |(line, number): (&str, usize)| {
            row(line, &columns, quantities).map_err(|message| wrong(number, message))
        };
        lines.map(row).collect()
    }
}

/// The column of every quantity.
fn columns(header: &str, quantities: &[(String, Distribution)]) -> Result<Vec<usize>, String> {
    let names: Vec<&str> = cells(header).collect();
    let drawn: Vec<&str> = quantities.iter().map(|(name, _)| name.as_str()).collect();
    let drawn_list = drawn.join(", ");
    if let Some(unknown) = names.iter().find(|name| !drawn.contains(name)) {
        return Err(format!(
            "the recipe does not draw `{unknown}`; it draws {drawn_list}"
        ));
    }
    let place = |&name: &&str| {
        let mut places = (0..names.len()).filter(|&column| names[column] == name);
        match (places.next(), places.next()) {
            (Some(column), None) => Ok(column),
            (None, _) => Err(format!(
                "there is no column `{name}`; the recipe draws {drawn_list}"
            )),
            (Some(_), Some(_)) => Err(format!("there are two columns `{name}`")),
        }
    };
    drawn.iter().map(place).collect()
}

/// The values of a line in the order of the quantities.
fn row(
    line: &str,
    columns: &[usize],
    quantities: &[(String, Distribution)],
) -> Result<Vec<f64>, String> {
    let cells: Vec<&str> = cells(line).collect();
    if cells.len() != columns.len() {
        let (found, expected) = (cells.len(), columns.len());
        return Err(format!(
            "{} for {}",
            counted(found, "value"),
            counted(expected, "column")
        ));
    }
    let value = |(&column, (name, prior)): (&usize, &(String, Distribution))| {
        let cell = cells[column];
        let number = cell.parse::<f64>().ok();
        let value = number.ok_or_else(|| format!("`{name}` = `{cell}` is not a number"))?;
        let [low, high] = prior.range();
        if (low..=high).contains(&value) {
            Ok(value)
        } else {
            Err(format!("`{name}` = {value} lies outside [{low}, {high}]"))
        }
    };
    columns.iter().zip(quantities).map(value).collect()
}

/// The cells of a line, without space and quotes around them.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|cell| cell.trim().trim_matches('"'))
}

/// FNV-1a in 64 bits: G. Fowler, L. C. Noll & K.-P. Vo (1991).
fn checksum(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{hash:016x}")
}

struct Table {
    priors: Vec<Distribution>,
    rows: Vec<Vec<f64>>,
}

impl Table {
    /// The row of a simulation; after the last one comes the first again.
    fn row(&self, index: u64) -> &[f64] {
        &self.rows[(index % self.rows.len() as u64) as usize]
    }
}

impl Sampler for Table {
    fn point(&self, index: u64, point: &mut [f64]) {
        let values = self.row(index).iter().zip(&self.priors);
        for (coordinate, (value, prior)) in point.iter_mut().zip(values) {
            *coordinate = prior.share_below(*value).min(1.0_f64.next_down());
        }
    }

    /// As they stand in the file.
    fn values(&self, index: u64, _priors: &[Distribution]) -> Vec<f64> {
        self.row(index).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_authors() {
        // test_fnv.c of the authors.
        assert_eq!(checksum(""), "cbf29ce484222325");
        assert_eq!(checksum("a"), "af63dc4c8601ec8c");
        assert_eq!(checksum("foobar"), "85944171f73967e8");
    }
}
