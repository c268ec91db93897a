//! Conditions that a surrogate was not trained on.

pub use ondine_report::diagnosis::inside;

use super::trained;
use ondine_models::Inputs;
use ondine_solvers::Problem;
use std::collections::BTreeMap;
use std::fmt;

/// A condition of some simulations that the surrogate was not trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct Outside {
    /// Its name.
    pub name: String,
    /// The range that it was trained on.
    pub trained: [f64; 2],
    /// The first value outside.
    pub value: f64,
    /// Number of simulations that have one outside, and of all.
    pub share: [usize; 2],
    /// Whether it is the distance of two points, which another grid changes and no recipe names.
    pub is_spacing: bool,
}

impl Outside {
    /// Every condition that lies outside of its trained range in one of `simulations`, each its conditions by name.
    pub fn of(
        problem: &Problem,
        inputs: Inputs,
        simulations: &[BTreeMap<String, f64>],
    ) -> Vec<Self> {
        let outside = |(name, trained): (String, [f64; 2])| {
            let values = simulations.iter().filter_map(|known| known.get(&name));
            let wrong: Vec<f64> = values
                .copied()
                .filter(|value| !inside(trained, *value))
                .collect();
            Some(Self {
                trained,
                value: *wrong.first()?,
                share: [wrong.len(), simulations.len()],
                is_spacing: problem.is_spacing(&name),
                name,
            })
        };
        let trained = trained(problem, inputs).into_iter();
        trained.filter_map(outside).collect()
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value, [low, high], [wrong, all]) =
            (&self.name, self.value, self.trained, self.share);
        write!(
            formatter,
            "{name} = {value} lies outside of [{low}, {high}], which the surrogate was trained on ({wrong} of {all} \
             states)"
        )?;
        if self.is_spacing {
            write!(
                formatter,
                "; its network counts neighbours by points, which lie at other distances on this grid"
            )
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    #[test]
    fn rounding_is_inside_and_what_is_outside_is_named_once() {
        assert!(inside([0.1, 0.2], f64::from(0.2_f32)) && !inside([0.1, 0.2], 0.21));
        let text = "[equation]\nkind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\
                    [grid]\npoints = [32]\nlength = 1.0\n[time]\ndt = 0.1\nframes = 9\n[ensemble]\nsimulations = 4\n";
        let recipe =
            Recipe::parse("told.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let simulation = |velocity| BTreeMap::from([("velocity".to_owned(), velocity)]);
        let found = Outside::of(
            &recipe.problem(),
            recipe.model.inputs(),
            &[1.0, 2.0, 3.0].map(simulation),
        );
        let said: Vec<String> = found.iter().map(Outside::to_string).collect();
        let expected = "velocity = 2 lies outside of [0.5, 1.5], which the surrogate was trained on (2 of 3 states)";
        assert_eq!(said, [expected]);
    }
}
