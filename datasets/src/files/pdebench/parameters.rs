//! Parameters in attributes or in the name of a file.

use crate::files::Varying;
use crate::files::source::Attributes;
use hdf5_reader::group::Group;
use std::f64::consts::PI;
use std::path::Path;

/// The equations, by what their files are called after.
const EQUATIONS: [(&[&str], &[&str]); 3] = [
    (&["beta"], &["velocity"]),
    (&["nu"], &["viscosity"]),
    (&["nu", "rho"], &["diffusivity", "rate"]),
];

/// Parameters that some equation has, as attributes and in names of files.
const KNOWN: [&str; 6] = ["beta", "nu", "rho", "eta", "zeta", "m"];

/// Parameters of an equation, by the names that they have in Ondine where it knows the equation.
pub(super) fn of_arrays(path: &Path, root: &Group, is_steady: bool) -> Vec<(String, Varying<f64>)> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let attribute = |name: &&'static str| {
        let spellings = [name.to_string(), capital(name)];
        let mut values = spellings.iter().filter_map(|name| root.number(name));
        Some((*name, values.next()?))
    };
    let mut found: Vec<(&str, f64)> = KNOWN.iter().filter_map(attribute).collect();
    if found.is_empty() {
        let named = |name: &&'static str| Some((*name, in_name(&stem, name)?));
        found = KNOWN.iter().filter_map(named).collect();
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let equation = EQUATIONS.iter().find(|(theirs, _)| *theirs == names);
    let ours = equation.filter(|_| !is_steady).map(|(_, ours)| *ours);
    let parameter = |(place, (name, value)): (usize, (&str, f64))| {
        let of_burgers = ours == Some(&["viscosity"][..]);
        let value = if of_burgers { value / PI } else { value };
        let name = ours.map_or(name, |ours| ours[place]);
        (name.to_owned(), Varying::Same(value))
    };
    found.into_iter().enumerate().map(parameter).collect()
}

/// The name with a first capital letter.
fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

/// The number behind a name in the name of a file, as in `1D_Burgers_Sols_Nu0.001`.
fn in_name(stem: &str, name: &str) -> Option<f64> {
    let number = |word: &str| {
        let (letters, number) = word.split_at_checked(name.len())?;
        let same = letters.eq_ignore_ascii_case(name);
        number.parse().ok().filter(|_| same)
    };
    stem.split('_').find_map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_hold_numbers() {
        assert_eq!(in_name("1D_Burgers_Sols_Nu0.001", "nu"), Some(0.001));
        assert_eq!(
            in_name("1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_trans_Train", "zeta"),
            Some(1e-8)
        );
        assert_eq!(in_name("2D_CFD_Rand_M0.1_Eta0.01", "m"), Some(0.1));
        assert_eq!(in_name("2D_CFD_Rand_Multi", "m"), None);
        assert_eq!(in_name("2D_DarcyFlow_beta1.0_Train", "beta"), Some(1.0));
    }
}
