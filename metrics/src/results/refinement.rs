//! A refiner's error after every call of its network.

use serde::{Deserialize, Serialize};

/// Error of a predicted step after a call of the network, over the held-out simulations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refinement {
    /// Calls so far, 1 and more.
    pub calls: usize,
    /// Standard deviation of the noise in the slot of this call, in units of the increment's; 0 where there is none.
    pub noise: f64,
    /// Amplitude of every mode of that noise, in units of the fields; none in files of older versions.
    #[serde(default)]
    pub noise_amplitude: Option<f64>,
    /// Mean squared error, in units of the fields.
    pub mse: f64,
    /// Amplitudes of the error, as in [`Spectra`](super::Spectra).
    pub error: Vec<f64>,
}
