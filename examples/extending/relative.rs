//! Relative: the error of one step over the norm of the true next state.
//!
//! `L = mean ‖f(u) − u*‖₂ / ‖u*‖₂`: Li et al. (2021), Fourier Neural Operator for Parametric Partial Differential Equations.

use super::{Objective, ObjectiveConfig, ObjectiveEntry, ObjectiveSection, noise};
use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Norm, Surrogate, SurrogateRng};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of objectives.
pub(super) const ENTRY: ObjectiveEntry = ObjectiveEntry {
    kind: "relative",
    summary: "error of one predicted step over the size of the state, the mean over states",
    keys: &[(
        "floor",
        "smallest size of a state that an error is divided by, 0 or more; default 0.0",
    )],
    by_surrogate: false,
    decode: |options| Ok(Arc::new(RelativeConfig::deserialize(options)?)),
};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RelativeConfig {
    /// Smallest size of a state that an error is divided by.
    floor: f64,
}

impl ObjectiveConfig for RelativeConfig {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.floor >= 0.0 {
            return Ok(());
        }
        Err(("floor", format!("floor = {} is below 0", self.floor)))
    }

    fn build(&self, section: &ObjectiveSection) -> Box<dyn Objective> {
        Box::new(Relative {
            floor: self.floor,
            noise: section.noise,
            norm: section.error_norm(),
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

struct Relative {
    /// Smallest size of a state.
    floor: f64,
    /// Standard deviation of the noise, in units of the state's.
    noise: f64,
    norm: Norm,
}

impl Objective for Relative {
    fn frames(&self) -> usize {
        2
    }

    fn losses(
        &self,
        surrogate: &dyn Surrogate,
        batch: &Batch,
        draws: &mut SurrogateRng,
    ) -> Tensor<1> {
        let u = noise::start(surrogate, batch, self.noise, draws);
        let next = batch.frames[1].clone();
        let predicted = surrogate.step(u, batch.parameters.clone(), &batch.grid, draws);
        let square = |u: Tensor<3>| self.norm.square(u, &batch.grid); // [batch]
        let size = square(next.clone()).clamp_min(self.floor * self.floor);
        (square(predicted - next) / size).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_models::Options;

    #[test]
    fn it_reads_two_states_of_a_window_and_its_own_option() {
        let decoded = |text| (ENTRY.decode)(Options::parse(text).expect("TOML"));
        let config = decoded("{ floor = 0.5 }").expect("an option");
        assert_eq!(config.build(&ObjectiveSection::default()).frames(), 2);
        let (key, _) = decoded("{ floor = -1.0 }")
            .expect("a number")
            .check()
            .expect_err("too low");
        assert_eq!(key, "floor");
        assert!(decoded("{ flor = 0.5 }").is_err());
    }
}
