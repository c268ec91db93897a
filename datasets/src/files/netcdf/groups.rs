//! Groups of netCDF-4: the variables that are read, of the root or of a group within.

use super::super::DatasetError;
use netcdf_reader::{NcGroup, NcVariable};
use std::path::Path;

/// A variable with its path in the file.
pub(super) type Placed<'a> = (String, &'a NcVariable);

/// The variables of the root; where none of them has two axes, those of the one group that has such variables, with the
/// lists of points and the numbers of the groups around it.
///
/// # Errors
/// When several groups have such variables.
pub(super) fn chosen<'a>(path: &Path, root: &'a NcGroup) -> Result<Vec<Placed<'a>>, DatasetError> {
    let root_alone = || own("", root).collect();
    if has_fields(root) {
        return Ok(root_alone());
    }
    let mut found = Vec::new();
    look(root, &mut vec![], &mut found);
    match &found[..] {
        [] => Ok(root_alone()),
        [chain] => Ok(inherited(root, chain)),
        [first, second, ..] => Err(DatasetError::Invalid {
            path: path.to_path_buf(),
            what: format!(
                "{} of its groups have fields, `{}` and `{}` among them: say in `[data.layout]` which arrays are read, as fields = \
                 {{ u = \"/{}/u\" }}",
                found.len(),
                place(first),
                place(second),
                place(first)
            ),
        }),
    }
}

fn has_fields(group: &NcGroup) -> bool {
    let number = |variable: &&NcVariable| super::is_number(variable.dtype());
    let mut numbers = group.variables.iter().filter(number);
    numbers.any(|variable| variable.dimensions().len() > 1)
}

/// The groups that have fields, each with those around it, the outermost first.
fn look<'a>(group: &'a NcGroup, around: &mut Vec<&'a NcGroup>, found: &mut Vec<Vec<&'a NcGroup>>) {
    for inner in &group.groups {
        around.push(inner);
        if has_fields(inner) {
            found.push(around.clone());
        }
        look(inner, around, found);
        around.pop();
    }
}

fn place(chain: &[&NcGroup]) -> String {
    let names = chain.iter().map(|group| &group.name[..]);
    names.collect::<Vec<_>>().join("/")
}

fn own<'a>(place: &str, group: &'a NcGroup) -> impl Iterator<Item = Placed<'a>> {
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("{place}/")
    };
    let variables = group.variables.iter();
    variables.map(move |variable| (format!("{place}{}", variable.name), variable))
}

/// The variables of the last group of a chain, and those of the groups around it that it has not.
fn inherited<'a>(root: &'a NcGroup, chain: &[&'a NcGroup]) -> Vec<Placed<'a>> {
    let mut all: Vec<Placed<'a>> = Vec::new();
    for depth in (0..=chain.len()).rev() {
        let group = depth.checked_sub(1).map_or(root, |last| chain[last]);
        for (place, variable) in own(&place(&chain[..depth]), group) {
            if !all.iter().any(|(_, other)| other.name == variable.name) {
                all.push((place, variable));
            }
        }
    }
    all
}
