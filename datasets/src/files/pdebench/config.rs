//! The configuration that a file by seeds keeps as YAML.

/// Settings that describe grid, times and run, and no parameter of an equation.
const OTHER: [&str; 14] = [
    "t",
    "tdim",
    "T_end",
    "n_time_steps",
    "xdim",
    "ydim",
    "x_left",
    "x_right",
    "y_bottom",
    "y_top",
    "n",
    "seed",
    "x_min",
    "x_max",
];

/// The numbers of the section `sim`: the parameters of the equation.
pub(super) fn simulation(yaml: &str) -> Vec<(String, f64)> {
    let lines = yaml.lines().skip_while(|line| line.trim_end() != "sim:");
    let section = lines.skip(1).take_while(|line| line.starts_with(' '));
    let mut numbers: Vec<(String, f64)> = section.filter_map(number).collect();
    numbers.retain(|(name, _)| !OTHER.contains(&&name[..]));
    numbers
}

/// The number called `name`, whatever section it stands in.
pub(super) fn find(yaml: &str, name: &str) -> Option<f64> {
    let mut numbers = yaml.lines().filter_map(number);
    numbers.find(|(other, _)| other == name).map(|(_, n)| n)
}

/// Name and number of a line.
fn number(line: &str) -> Option<(String, f64)> {
    let (name, value) = line.split_once(':')?;
    let value = value.split('#').next()?.trim();
    Some((name.trim().to_owned(), value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_simulation_are_its_parameters() {
        let yaml = "name: 2d_diff-react\nn: 3\nsim:\n  Du: 0.001\n  k: 5E-3 # rate\n  xdim: 128\n  seed: 7\nplot:\n  dim: 2\n";
        let expected = [("Du".to_owned(), 1e-3), ("k".to_owned(), 5e-3)];
        assert_eq!(simulation(yaml), expected);
        assert_eq!(find("NU: 0.01\nDT: 0.00005\n", "NU"), Some(0.01));
        assert_eq!(simulation("no: yaml of theirs"), []);
    }
}
