//! A distribution of initial states around another one.

use super::{InitialState, Profile};
use crate::problem::Field;
use crate::{Rng, SolverError};
use std::sync::Arc;

/// A distribution whose draws are those of another one, changed; everything else it leaves to that one: fields, mirror images,
/// options.
///
/// ```
/// use ondine_solvers::initial::{Around, Field, Profile, SineSeries};
/// use ondine_solvers::{Grid, InitialState, Rng, Stream, sample};
/// use std::sync::Arc;
///
/// /// States of the other sign.
/// struct Negated(Arc<dyn InitialState>);
///
/// struct Minus(Profile);
///
/// impl Field for Minus {
///     fn at(&self, channel: usize, x: &[f64]) -> f64 {
///         -self.0.at(channel, x)
///     }
/// }
///
/// impl Around for Negated {
///     fn inner(&self) -> &Arc<dyn InitialState> {
///         &self.0
///     }
///
///     fn around(&self, inner: Arc<dyn InitialState>) -> Arc<dyn InitialState> {
///         Arc::new(Self(inner))
///     }
///
///     fn changed(&self, drawn: Profile) -> Profile {
///         Box::new(Minus(drawn))
///     }
/// }
///
/// let waves: Arc<dyn InitialState> = Arc::new(SineSeries::default());
/// let grid = Grid::new(&[8], &[1.0])?;
/// let first = |states: &dyn InitialState| {
///     let drawn = states.draw(&[1.0], 1, &mut Rng::stream(0, Stream::Initial, 0));
///     sample(&drawn, &grid, 1)[0]
/// };
/// assert!((first(&*waves) + first(&Negated(waves.clone()))).abs() < 1e-15);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub trait Around: Send + Sync {
    /// The distribution within.
    fn inner(&self) -> &Arc<dyn InitialState>;

    /// The same around another distribution.
    fn around(&self, inner: Arc<dyn InitialState>) -> Arc<dyn InitialState>;

    /// A draw of the distribution within, changed.
    fn changed(&self, drawn: Profile) -> Profile;
}

impl<T: Around> InitialState for T {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        self.changed(self.inner().draw(length, channels, rng))
    }

    fn try_draw(
        &self,
        length: &[f64],
        channels: usize,
        rng: &mut Rng,
    ) -> Result<Profile, SolverError> {
        let drawn = self.inner().try_draw(length, channels, rng)?;
        Ok(self.changed(drawn))
    }

    fn of_fields(&self, names: &[&str]) -> Option<Arc<dyn InitialState>> {
        Some(self.around(self.inner().of_fields(names)?))
    }

    fn of_drawn(&self, fields: &[Field]) -> Option<Arc<dyn InitialState>> {
        Some(self.around(self.inner().of_drawn(fields)?))
    }

    fn mirror_weight(&self) -> Option<f64> {
        self.inner().mirror_weight()
    }

    fn gives_frames(&self) -> bool {
        self.inner().gives_frames()
    }

    fn options(&self) -> toml::Table {
        self.inner().options()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    /// A constant state, and a distribution that answers nothing as the defaults of the trait do.
    struct Odd(f64);

    impl super::super::Field for Odd {
        fn at(&self, _: usize, _: &[f64]) -> f64 {
            self.0
        }
    }

    impl InitialState for Odd {
        fn draw(&self, _: &[f64], _: usize, _: &mut Rng) -> Profile {
            Box::new(Self(self.0))
        }

        fn try_draw(&self, _: &[f64], _: usize, _: &mut Rng) -> Result<Profile, SolverError> {
            Ok(Box::new(Self(self.0 + 1.0)))
        }

        fn of_fields(&self, _: &[&str]) -> Option<Arc<dyn InitialState>> {
            Some(Arc::new(Self(10.0)))
        }

        fn of_drawn(&self, _: &[Field]) -> Option<Arc<dyn InitialState>> {
            Some(Arc::new(Self(20.0)))
        }

        fn mirror_weight(&self) -> Option<f64> {
            Some(0.25)
        }

        fn gives_frames(&self) -> bool {
            true
        }

        fn options(&self) -> toml::Table {
            [("odd".to_owned(), true.into())].into_iter().collect()
        }
    }

    /// Draws of the other sign.
    struct Negated(Arc<dyn InitialState>);

    struct Minus(Profile);

    impl super::super::Field for Minus {
        fn at(&self, channel: usize, x: &[f64]) -> f64 {
            -self.0.at(channel, x)
        }
    }

    impl Around for Negated {
        fn inner(&self) -> &Arc<dyn InitialState> {
            &self.0
        }

        fn around(&self, inner: Arc<dyn InitialState>) -> Arc<dyn InitialState> {
            Arc::new(Self(inner))
        }

        fn changed(&self, drawn: Profile) -> Profile {
            Box::new(Minus(drawn))
        }
    }

    /// The values of a plain draw and of one that may fail.
    fn drawn(states: &dyn InitialState) -> [f64; 2] {
        let mut rng = Rng::stream(0, Stream::Initial, 0);
        let plain = states.draw(&[1.0], 1, &mut rng);
        let tried = states
            .try_draw(&[1.0], 1, &mut rng)
            .expect("it never fails");
        [plain, tried].map(|profile| profile.at(0, &[0.0]))
    }

    #[test]
    fn everything_but_a_draw_is_that_of_the_distribution_within() {
        let states = Negated(Arc::new(Odd(3.0)));
        let named = states.of_fields(&["u"]).expect("it asks for names");
        let posed = states.of_drawn(&[]).expect("it asks for fields");
        let all: [(&dyn InitialState, f64); 3] = [(&states, 3.0), (&*named, 10.0), (&*posed, 20.0)];
        for (states, value) in all {
            let expected = [-value, -(value + 1.0)];
            let apart = drawn(states).into_iter().zip(expected);
            assert!(apart.map(|(a, b)| (a - b).abs()).sum::<f64>() < 1e-15);
            assert_eq!(states.mirror_weight(), Some(0.25));
            assert!(states.gives_frames());
            assert!(states.options().contains_key("odd"));
        }
    }
}
