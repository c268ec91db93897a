//! A source around another one.

use crate::{Conditions, DataError, Frame, Source};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source that runs the simulations of another one in its own way, and leaves everything else to it: conditions, static
/// fields, frames on a device, attempts and places.
///
/// ```
/// use ondine_datasets::{Around, DataError, Source};
/// use std::ops::ControlFlow;
/// use std::sync::Arc;
///
/// /// Every frame twice as large.
/// struct Doubled(Arc<dyn Source>);
///
/// impl Around for Doubled {
///     fn inner(&self) -> &Arc<dyn Source> {
///         &self.0
///     }
///
///     fn around(&self, inner: Arc<dyn Source>) -> Arc<dyn Source> {
///         Arc::new(Self(inner))
///     }
///
///     fn run_inner(
///         &self,
///         index: u64,
///         sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
///     ) -> Result<(), DataError> {
///         self.0.run(index, &mut |frame| {
///             let doubled: Vec<f64> = frame.iter().map(|value| 2.0 * value).collect();
///             sink(&doubled)
///         })
///     }
/// }
/// ```
pub trait Around: Send + Sync {
    /// The source within.
    fn inner(&self) -> &Arc<dyn Source>;

    /// The same around another source.
    fn around(&self, inner: Arc<dyn Source>) -> Arc<dyn Source>;

    /// Runs simulation `index` of the source within, see [`Source::run`].
    ///
    /// # Errors
    /// Those of the source within, and its own.
    fn run_inner(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError>;
}

impl<T: Around> Source for T {
    fn conditions(&self, index: u64) -> Conditions {
        self.inner().conditions(index)
    }

    fn begin(&self, index: u64) -> Result<Conditions, DataError> {
        self.inner().begin(index)
    }

    fn known(&self, index: u64) -> Option<Conditions> {
        self.inner().known(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.inner().static_fields(index)
    }

    fn device_frames(&self, index: u64) -> Vec<Frame> {
        self.inner().device_frames(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.run_inner(index, sink)
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(self.around(self.inner().again(attempt)?))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(self.around(self.inner().at(point)?))
    }

    fn cancel(&self) {
        self.inner().cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A source that answers nothing as the defaults of the trait do.
    struct Odd(Arc<AtomicUsize>, f64);

    impl Odd {
        fn at_dt(&self, dt: f64) -> Conditions {
            Conditions {
                dt,
                length: vec![1.0],
                spacing: vec![0.5],
                parameters: vec![self.1],
            }
        }
    }

    impl Source for Odd {
        fn conditions(&self, _: u64) -> Conditions {
            self.at_dt(1.0)
        }

        fn begin(&self, _: u64) -> Result<Conditions, DataError> {
            Ok(self.at_dt(2.0))
        }

        fn known(&self, _: u64) -> Option<Conditions> {
            Some(self.at_dt(3.0))
        }

        fn static_fields(&self, _: u64) -> Vec<f64> {
            vec![4.0]
        }

        fn device_frames(&self, _: u64) -> Vec<Frame> {
            vec![[5.0_f32].into_iter().collect()]
        }

        fn run(
            &self,
            _: u64,
            sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
        ) -> Result<(), DataError> {
            let _ = sink(&[6.0]);
            Ok(())
        }

        fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
            Some(Arc::new(Self(self.0.clone(), f64::from(attempt))))
        }

        fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
            Some(Arc::new(Self(self.0.clone(), point[0])))
        }

        fn cancel(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Frames of the other sign.
    struct Negated(Arc<dyn Source>);

    impl Around for Negated {
        fn inner(&self) -> &Arc<dyn Source> {
            &self.0
        }

        fn around(&self, inner: Arc<dyn Source>) -> Arc<dyn Source> {
            Arc::new(Self(inner))
        }

        fn run_inner(
            &self,
            index: u64,
            sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
        ) -> Result<(), DataError> {
            self.0.run(index, &mut |frame| sink(&[-frame[0]]))
        }
    }

    fn frame(source: &dyn Source) -> f64 {
        let mut found = 0.0;
        let run = source.run(0, &mut |frame| {
            found = frame[0];
            ControlFlow::Continue(())
        });
        run.expect("it never fails");
        found
    }

    #[test]
    fn everything_but_a_run_is_that_of_the_source_within() {
        let cancelled = Arc::new(AtomicUsize::new(0));
        let source = Negated(Arc::new(Odd(cancelled.clone(), 0.5)));
        let again = source.again(7).expect("another attempt");
        let placed = source.at(&[0.25]).expect("a place");
        let all: [(&dyn Source, f64); 3] = [(&source, 0.5), (&*again, 7.0), (&*placed, 0.25)];
        for (source, parameter) in all {
            let dts = [
                Some(source.conditions(0)),
                source.begin(0).ok(),
                source.known(0),
            ];
            let dts = dts.map(|of| of.map(|of| (of.dt, of.parameters)));
            let expected = [1.0, 2.0, 3.0].map(|dt| Some((dt, vec![parameter])));
            assert_eq!(dts, expected);
            assert_eq!(source.static_fields(0), [4.0]);
            assert_eq!(source.device_frames(0).len(), 1);
            assert!((frame(source) + 6.0).abs() < f64::EPSILON);
            source.cancel();
        }
        assert_eq!(cancelled.load(Ordering::Relaxed), 3);
    }
}
