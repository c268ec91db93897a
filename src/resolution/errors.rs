//! Errors of the solver with those of the look added.

use super::{Resolution, SMALL};
use crate::results::SolverErrors;

impl Resolution {
    /// The errors of a solver with those that the look at a few simulations has seen, the larger of the two.
    #[must_use]
    pub fn added_to(&self, known: &SolverErrors) -> SolverErrors {
        let finite = |error: Option<f64>| error.filter(|error| error.is_finite());
        let temporal = [known.temporal, finite(self.temporal)]
            .into_iter()
            .flatten();
        let unstable = [self.temporal, self.spatial]
            .into_iter()
            .flatten()
            .any(f64::is_infinite);
        let unstable = (unstable && self.steady.is_none())
            .then(|| "From some states a frame diverges.".to_owned());
        let failed = self
            .failure
            .as_ref()
            .map(|failure| format!("A simulation failed: {failure}."));
        let notes: Vec<String> = failed
            .into_iter()
            .chain(unstable)
            .chain(self.notes.clone())
            .collect();
        let spatial = finite(self.spatial);
        // Where no frame was compared, good samples of an initial state say nothing of the frames that follow.
        let sampling = finite(self.sampling).filter(|error| spatial.is_some() || *error > SMALL);
        let points = self.enough.as_ref().map(|enough| enough.points.clone());
        SolverErrors {
            temporal: temporal.reduce(f64::max),
            spatial: spatial.into_iter().chain(sampling).reduce(f64::max),
            points: points.or_else(|| known.points.clone()),
            note: notes.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolution::Enough;

    #[test]
    fn samples_that_err_are_an_error_in_space() {
        let seen = Resolution {
            spatial: Some(1e-16),
            sampling: Some(0.5),
            enough: Some(Enough {
                points: vec![512],
                substeps: Some(16),
                error: Some(1e-9),
            }),
            ..Resolution::default()
        };
        let known = seen.added_to(&SolverErrors::default());
        assert_eq!(known.spatial, Some(0.5));
        assert_eq!(known.points, Some(vec![512]));
    }

    #[test]
    fn good_samples_of_an_initial_state_are_no_error_of_frames_that_were_not_looked_at() {
        let spatial = |spatial: Option<f64>, sampling: f64| {
            let seen = Resolution {
                spatial,
                sampling: Some(sampling),
                ..Resolution::default()
            };
            seen.added_to(&SolverErrors::default()).spatial
        };
        assert_eq!(spatial(None, 1.5e-9), None);
        assert_eq!(spatial(Some(1e-12), 1.5e-9), Some(1.5e-9));
        assert_eq!(spatial(None, 0.02), Some(0.02), "so much at least");
    }

    #[test]
    fn the_larger_error_counts() {
        let seen = Resolution {
            temporal: Some(2e-7),
            spatial: Some(0.2),
            ..Resolution::default()
        };
        let both = seen.added_to(&SolverErrors::in_time(Some(1e-7)));
        assert_eq!((both.temporal, both.spatial), (Some(2e-7), Some(0.2)));
        let less = seen.added_to(&SolverErrors::in_time(Some(3e-7)));
        assert_eq!(less.temporal, Some(3e-7));
    }
}
