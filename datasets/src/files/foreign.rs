//! Files of other programs that are not in the layout that is read, called what they are.

use super::source::Attributes;
use hdf5_reader::group::Group;

/// The remedy.
const REWRITE: &str =
    "write its frames in The Well's layout (https://polymathic-ai.org/the_well/data_format)";

/// Groups of The Well's layout, one of which a file in it has.
const LAYOUT: [&str; 4] = ["dimensions", "t0_fields", "t1_fields", "t2_fields"];

/// Names listed, at most.
const LISTED: usize = 4;

/// Name for the kind of an HDF5 file without the marks of The Well's layout, with the remedy.
pub(super) fn hdf5(root: &Group) -> Option<String> {
    let (groups, datasets) = root.member_names().ok()?;
    let group = |name: &str| groups.iter().any(|other| other == name);
    let dataset = |name: &str| datasets.iter().any(|other| other == name);
    let attribute = |name: &str| root.stored(name).is_some();
    let named = |end: &str| datasets.iter().any(|name| name.ends_with(end));
    let kind = if dataset("data") && attribute("field_attributes") {
        "a file of py-pde"
    } else if group("state_phys") {
        "a state of FluidSim"
    } else if group("patch1") {
        "a frame of PyClaw"
    } else if group("tasks") && group("scales") {
        "a file of Dedalus"
    } else if named("-coordinate") || (!groups.is_empty() && groups.iter().all(|name| counts(name)))
    {
        "a file of PDEBench"
    } else if attribute("_NCProperties") || scales(root, &datasets) {
        "a netCDF-4 file"
    } else if datasets.iter().any(|name| has(root, name, "MATLAB_class")) {
        return Some(
            "it is a file of MATLAB 7.3: describe its arrays by [data.layout], for which `ondine inspect` prints a template"
                .to_owned(),
        );
    } else if !LAYOUT.iter().any(|name| group(name)) {
        return Some(format!(
            "it is an HDF5 file{}, not in The Well's layout: {REWRITE}, or describe its arrays by [data.layout], for which `ondine inspect` prints a template",
            listed(&groups, &datasets)
        ));
    } else {
        return None;
    };
    Some(format!("it is {kind}, which is not read: {REWRITE}"))
}

/// Whether a name is a number, as those of `PDEBench`'s groups are.
fn counts(name: &str) -> bool {
    name.len() == 4 && name.bytes().all(|letter| letter.is_ascii_digit())
}

/// Whether there is a dimension of netCDF-4.
fn scales(root: &Group, datasets: &[String]) -> bool {
    datasets.iter().any(|name| has(root, name, "_Netcdf4Dimid"))
}

/// Whether a dataset has an attribute.
fn has(root: &Group, dataset: &str, attribute: &str) -> bool {
    let dataset = root.dataset(dataset).ok();
    dataset.is_some_and(|dataset| dataset.stored(attribute).is_some())
}

/// The names at the top of a file, in words.
fn listed(groups: &[String], datasets: &[String]) -> String {
    let all = groups.iter().chain(datasets);
    let first: Vec<String> = all.take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = if groups.len() + datasets.len() > LISTED {
        ", ..."
    } else {
        ""
    };
    if first.is_empty() {
        " with nothing in it".to_owned()
    } else {
        format!(" with {}{more}", first.join(", "))
    }
}
