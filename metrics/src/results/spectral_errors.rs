//! The surrogate's error over wavenumbers and time.

use serde::{Deserialize, Serialize};

/// The error relative to the truth, by time and wavenumber.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpectralErrors {
    /// Rollout steps, 1 is the first prediction; 128 of them at most, evenly spread, the last one included.
    pub rollout_steps: Vec<usize>,
    /// Their mean times, in the units of the problem.
    pub times: Vec<f64>,
    /// Wavenumbers of shells of `|k|`, as in [`Spectra`](super::Spectra).
    pub wavenumber: Vec<f64>,
    /// The relative error `[time][wavenumber]` to four digits; none where the truth is rounding.
    pub relative: Vec<Vec<Option<f64>>>,
    /// Amplitudes of the truth's change since the frame before, `[time][wavenumber]`: root mean square over simulations
    /// and channels, to four digits; 0 where that is rounding. Empty in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Vec<f64>>,
}
