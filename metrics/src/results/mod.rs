//! Results of an evaluation as plain data, with their form on disk.
//!
//! [`Evaluation`] is what `evaluation.json` of a run holds; [`Sample`] is `sample.safetensors`. Nothing here computes
//! them: metrics, evaluations, reports and the diagnosis read and write these types and need no tensors for it.

mod at_step;
mod baseline;
mod conformal;
#[cfg(any(test, feature = "doubles"))]
pub mod doubles;
mod evaluation;
mod field_scores;
mod grid_scores;
mod horizon;
mod json;
mod quiet;
mod refinement;
mod sample;
mod score;
mod solver_errors;
mod source_file;
mod spectral_errors;
mod speed;
mod stress;
mod uncertainty;

pub use at_step::AtStep;
pub use baseline::{Baseline, BaselineKind, Setup};
pub use conformal::{Conformal, ConformalBound, ConformalScore};
pub use evaluation::{Curve, Evaluation, Judged, Spectra};
pub use field_scores::{FieldScores, SCALED};
pub use grid_scores::GridScores;
pub use horizon::{Horizon, THRESHOLD};
pub use quiet::QuietSimulation;
pub use refinement::Refinement;
pub use sample::Sample;
pub use score::SimulationScore;
pub use solver_errors::{SolverErrors, read_solver_errors};
pub use source_file::SourceFile;
pub use spectral_errors::SpectralErrors;
pub use speed::{Breakeven, MatchedSolver, Speed, TimedSolver};
pub use stress::{StressCase, StressKind, StressScores};
pub use uncertainty::{Agreement, Coverage, SpreadSpectrum, TestedHorizon, Uncertainty};
