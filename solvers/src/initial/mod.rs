//! Random initial states `u₀(x)`, drawn as functions of the continuous domain.
//!
//! A new initial state is one file of this folder and one line of [`INITIAL_STATES`].

mod around;
mod between_walls;
mod blobs;
mod checks;
mod disc;
mod entry;
mod filtered_velocity;
mod fourier_series;
mod gaussian_random_field;
mod interpolant;
mod layers;
mod parts;
mod pieces;
mod profile;
mod rings;
mod shaped;
mod shock;
mod sine;
mod sine_series;
mod turbulence;
mod waves;

pub use around::Around;
pub use between_walls::draw_between_walls;
pub use blobs::Blobs;
pub use disc::Disc;
pub use entry::{InitialEntry, Options};
pub use filtered_velocity::FilteredVelocity;
pub use fourier_series::FourierSeries;
pub use gaussian_random_field::GaussianRandomField;
pub use interpolant::Interpolant;
pub use layers::Layers;
pub use pieces::Pieces;
pub use profile::{Field, Profile, sample};
pub use rings::Rings;
pub use shock::Shock;
pub use sine::Sine;
pub use sine_series::SineSeries;
pub use turbulence::Turbulence;

use crate::{Rng, SolverError};
use std::sync::Arc;

/// A distribution of initial states.
///
/// ```
/// use ondine_solvers::initial::SineSeries;
/// use ondine_solvers::{Grid, InitialState, Rng, Stream, sample};
///
/// let mut rng = Rng::stream(0, Stream::Initial, 1234);
/// let profile = SineSeries::default().draw(&[64.0], 1, &mut rng);
/// let coarse = sample(&profile, &Grid::new(&[32], &[64.0])?, 1);
/// let fine = sample(&profile, &Grid::new(&[64], &[64.0])?, 1);
/// assert_eq!(coarse[1], fine[2]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub trait InitialState: Send + Sync {
    /// Draws one state on a box of the given `length` per axis.
    ///
    /// The draw does not depend on a grid: two samplings of the returned profile agree wherever their
    /// points do.
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile;

    /// Draws as [`draw`](Self::draw), where that can fail: a state may have to be read first, and
    /// may have other fields or axes than are asked for.
    ///
    /// # Errors
    ///
    /// [`SolverError::State`]; never where a distribution is a formula.
    fn try_draw(
        &self,
        length: &[f64],
        channels: usize,
        rng: &mut Rng,
    ) -> Result<Profile, SolverError> {
        Ok(self.draw(length, channels, rng))
    }

    /// The same distribution for states with the fields called `names`, in this order; none where it
    /// does not ask for names.
    fn of_fields(&self, names: &[&str]) -> Option<Arc<dyn InitialState>> {
        let _ = names;
        None
    }

    /// The same distribution for states of these fields, as initial states of an equation give them: some of them may have
    /// to stay above 0. None where fields do not matter.
    fn of_drawn(&self, fields: &[crate::problem::Field]) -> Option<Arc<dyn InitialState>> {
        let _ = fields;
        None
    }

    /// Weight of a state and its mirror image in the sum that is as likely a state between walls, see
    /// [`draw_between_walls`]; none where states are no random fields, and are taken as they are.
    fn mirror_weight(&self) -> Option<f64> {
        None
    }

    /// Whether it gives frames rather than the fields that an equation makes its first frame of, as a file does.
    fn gives_frames(&self) -> bool {
        false
    }

    /// Every option with the value in use, without `kind`.
    fn options(&self) -> toml::Table;
}

/// Every initial state that can be named.
pub const INITIAL_STATES: &[&InitialEntry] = &[
    &sine_series::ENTRY,
    &fourier_series::ENTRY,
    &gaussian_random_field::ENTRY,
    &filtered_velocity::ENTRY,
    &blobs::ENTRY,
    &sine::ENTRY,
    &shock::ENTRY,
    &pieces::ENTRY,
    &disc::ENTRY,
    &rings::ENTRY,
    &layers::ENTRY,
    &turbulence::ENTRY,
];

/// The initial state called `kind`.
#[must_use]
pub fn find(kind: &str) -> Option<&'static InitialEntry> {
    INITIAL_STATES
        .iter()
        .copied()
        .find(|entry| entry.kind == kind)
}

/// `|k|` of the wave with `m` periods per axis, in periods across the longest axis.
fn periods(m: &[f64], length: &[f64]) -> f64 {
    let longest = length.iter().copied().fold(0.0, f64::max);
    let along = |(m, l): (&f64, &f64)| (m * longest / l).powi(2);
    m.iter().zip(length).map(along).sum::<f64>().sqrt()
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/wave_packet.rs"]
pub mod wave_packet;
