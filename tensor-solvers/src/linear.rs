//! The linear operator over a frame, exact in time.

use burn::tensor::Tensor;
use ondine_solvers::Complex64;
use ondine_solvers::tables::{Propagator, Tables};

use crate::function::cat;
use crate::numbers::Numbers;
use crate::weight::Weight;

/// The linear operator over a frame.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "a few of them live at once, and tensors are handles"
)]
pub(crate) enum Linear {
    Each(Weight),
    /// A row of weights for each channel.
    Coupled(Vec<Vec<Weight>>),
}

impl Linear {
    /// # Shapes   `[batch, channel, 2, mode]` → the same
    pub(crate) fn of(&self, u_hat: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Each(weight) => weight.of(u_hat),
            Self::Coupled(rows) => {
                let row = |weights: &Vec<Weight>| {
                    let parts = weights.iter().enumerate();
                    let parts = parts.map(|(i, weight)| weight.of(u_hat.clone().narrow(1, i, 1)));
                    parts.reduce(Tensor::add)
                };
                cat(rows.iter().filter_map(row).collect())
            }
        }
    }
}

/// The linear operator over a frame, 0 for the modes that the integrator steps.
pub(crate) fn linear(numbers: &Numbers) -> Linear {
    let channels = numbers.first().channels;
    match &numbers.first().frame {
        Propagator::Each(_) => {
            Linear::Each(numbers.complex(channels, |tables| match &tables.frame {
                Propagator::Each(factors) => factors,
                Propagator::Coupled(_) => &[],
            }))
        }
        Propagator::Coupled(entries) => {
            let weight = |i: usize| {
                numbers.complex(1, move |tables| match &tables.frame {
                    Propagator::Coupled(entries) => &entries[i],
                    Propagator::Each(_) => &[],
                })
            };
            let weights: Vec<Weight> = (0..entries.len()).map(weight).collect();
            Linear::Coupled(weights.chunks(channels).map(<[Weight]>::to_vec).collect())
        }
    }
}

/// Tables whose factors of a frame are 0 for the modes that the integrator steps.
pub(crate) fn idle(mut tables: Tables) -> Tables {
    if let (Some(term), Propagator::Each(factors)) = (&tables.term, &mut tables.frame) {
        let places = term.kept.among(&tables.all);
        for channel in factors.chunks_exact_mut(tables.all.len()) {
            places
                .iter()
                .for_each(|&place| channel[place] = Complex64::ZERO);
        }
    }
    tables
}
