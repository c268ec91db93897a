//! Refusals that networks share: options out of range, grids that can't be halved.

use serde::de::Error as _;

/// An error for the first of the named values that lies outside its range.
pub(super) fn within(values: &[(&str, usize, [usize; 2])]) -> Result<(), toml::de::Error> {
    let outside = |(_, value, [min, max]): &&(_, usize, [usize; 2])| !(min..=max).contains(&value);
    match values.iter().find(outside) {
        None => Ok(()),
        Some((name, value, [min, max])) => {
            refuse(format!("`{name}` = {value} lies outside [{min}, {max}]"))
        }
    }
}

/// An error where channels can't be shared out evenly to the groups of a normalisation.
pub(super) fn divides(groups: usize, width: usize) -> Result<(), toml::de::Error> {
    if groups == 0 || width.is_multiple_of(groups) {
        return Ok(());
    }
    refuse(format!(
        "`groups` = {groups} does not divide `width` = {width}: write a divisor of it, or 0 for no normalisation"
    ))
}

/// Refuses the options of a recipe.
pub(super) fn refuse<T>(message: String) -> Result<T, toml::de::Error> {
    Err(toml::de::Error::custom(message))
}

/// An error where an axis of `grid` can't be halved `times` times.
pub(super) fn halves(grid: &[usize], times: usize) -> Result<(), String> {
    let does = format!("halves its grid {times} times");
    multiples(grid, 1 << times, &does, "fewer levels")
}

/// An error where an axis of `grid` is no multiple of `unit`, which a network that does this needs; `or` names the options that
/// make it smaller.
pub(super) fn multiples(grid: &[usize], unit: usize, does: &str, or: &str) -> Result<(), String> {
    let Some(axis) = grid.iter().position(|n| !n.is_multiple_of(unit)) else {
        return Ok(());
    };
    let (n, below) = (grid[axis], grid[axis] / unit * unit);
    let above = below + unit;
    let either = if below == 0 {
        String::new()
    } else {
        format!("{below} or ")
    };
    Err(format!(
        "{does}, and {n} points along axis {axis} are no multiple of {unit}: write {either}{above}, or {or}"
    ))
}
