//! Single values that say where the points of a grid lie, and are no conditions of a simulation.

use super::{Labelled, Variable};

/// Names of variables that describe the projection of the points, where no attribute says so.
const MAPPINGS: [&str; 3] = ["crs", "spatial_ref", "grid_mapping"];

/// Standard names of coordinates.
const COORDINATES: [&str; 9] = [
    "height",
    "depth",
    "altitude",
    "air_pressure",
    "latitude",
    "longitude",
    "time",
    "forecast_reference_time",
    "forecast_period",
];

impl Labelled<'_> {
    /// Whether a variable is a number of all trajectories.
    pub(super) fn is_number(&self, variable: &Variable) -> bool {
        let single = variable.dims.is_empty() && !self.is_moment(variable);
        single && !self.is_mapping(variable) && !self.is_place(variable)
    }

    /// Whether a variable describes the projection of the points (CF conventions, §5.6): its value says nothing.
    fn is_mapping(&self, variable: &Variable) -> bool {
        let mut others = self.variables.iter();
        variable.mapping_name.is_some()
            || others.any(|other| names(other.grid_mapping.as_deref(), &variable.name))
            || MAPPINGS.contains(&&variable.name.to_lowercase()[..])
    }

    /// Whether a single value is a coordinate of all points, as the height of a field at the surface is (CF conventions, §5.7).
    fn is_place(&self, variable: &Variable) -> bool {
        let standard = variable.standard_name.as_deref().unwrap_or_default();
        let mut others = self.variables.iter();
        variable.axis.is_some()
            || COORDINATES.contains(&standard)
            || self.place(&variable.name).is_some()
                && others.any(|other| names(other.coordinates.as_deref(), &variable.name))
    }

    /// Words on a single value that is left out.
    pub(super) fn note_on_place(&self, variable: &Variable) -> Option<String> {
        let name = &variable.name;
        if !variable.dims.is_empty() || self.is_moment(variable) {
            None
        } else if self.is_mapping(variable) {
            Some(format!(
                "`{name}` is left out: it describes the projection of the points, and is no condition"
            ))
        } else if self.is_place(variable) {
            Some(format!(
                "`{name}` is left out: it is the place or the time of all points, and no condition"
            ))
        } else {
            None
        }
    }
}

/// Whether a list of words, as attributes have them, names a variable.
fn names(list: Option<&str>, variable: &str) -> bool {
    let mut words = list.unwrap_or_default().split_whitespace();
    words.any(|word| word.trim_end_matches(':') == variable)
}
