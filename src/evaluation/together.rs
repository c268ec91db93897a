//! Held-out simulations and rollouts that the processes of a group share out: trajectory `i` belongs to process `i` modulo their
//! number. What was computed is gathered as it is, and judged by one process in the order of the trajectories, so that the
//! numbers are those of one process.

use super::held_out::Done;
use super::{HeldOut, Known, Truth};
use crate::forecast::Forecasts;
use crate::group::{Group, joined, split};
use crate::plan::Plan;
use ondine_datasets::Conditions;
use std::sync::Arc;

/// The trajectories of this process, of so many.
pub(super) fn own(group: &dyn Group, count: usize) -> impl Iterator<Item = usize> + use<> {
    (group.rank()..count).step_by(group.size())
}

/// The simulations of all processes in order, in each of them, of those that this one has made.
pub(super) fn shared(group: &dyn Group, own: Vec<Done>, plan: &Plan) -> Vec<Done> {
    if group.size() == 1 {
        return own;
    }
    let packed: Vec<Vec<u8>> = own.iter().map(packed).collect();
    let all = group.all_gather(&joined(&packed));
    let parts: Vec<Vec<Vec<u8>>> = all.iter().map(|bytes| split(bytes)).collect();
    let parts = in_order(&parts);
    parts.map(|bytes| unpacked(bytes, plan)).collect()
}

/// The forecasts of all processes in the first one, of those that this one has made; none in the others.
pub(super) fn gathered(group: &dyn Group, own: Forecasts, held_out: &HeldOut) -> Option<Forecasts> {
    if group.size() == 1 {
        return Some(own);
    }
    let steps = own.iter().map(|of_step| {
        let states: Vec<Vec<u8>> = of_step.iter().map(|state| bytes_of_32(state)).collect();
        joined(&states)
    });
    let all = group.gather(&joined(&steps.collect::<Vec<_>>()));
    if !group.leads() {
        return None;
    }
    let ranks: Vec<Vec<Vec<u8>>> = all.iter().map(|bytes| split(bytes)).collect();
    let of_step = |step: usize| {
        let parts: Vec<Vec<Vec<u8>>> = ranks.iter().map(|steps| split(&steps[step])).collect();
        in_order(&parts).map(|bytes| numbers_in_32(bytes)).collect()
    };
    Some((0..held_out.steps()).map(of_step).collect())
}

/// Items that are dealt out in turn, in their order.
fn in_order<T>(parts: &[Vec<T>]) -> impl Iterator<Item = &T> {
    let count: usize = parts.iter().map(Vec::len).sum();
    (0..count).map(|index| &parts[index % parts.len()][index / parts.len()])
}

/// A simulation and its failures as bytes.
fn packed((truth, failures): &Done) -> Vec<u8> {
    let Conditions {
        dt,
        length,
        spacing,
        parameters,
    } = &truth.conditions;
    let numbers = [&[truth.dt, *dt][..], length, spacing, parameters].map(bytes_of_64);
    let failures = serde_json::to_vec(failures).unwrap_or_default();
    let frames = truth.frames.iter().map(|frame| bytes_of_32(frame));
    let rest = [failures, bytes_of_32(&truth.static_fields)];
    let parts: Vec<Vec<u8>> = numbers.into_iter().chain(rest).chain(frames).collect();
    joined(&parts)
}

fn unpacked(bytes: &[u8], plan: &Plan) -> Done {
    let parts = split(bytes);
    let [
        times,
        length,
        spacing,
        parameters,
        failures,
        still,
        frames @ ..,
    ] = &parts[..]
    else {
        unreachable!("every process packs all of them");
    };
    let times = numbers_in_64(times);
    let static_fields: Arc<[f32]> = numbers_in_32(still).into();
    let truth = Truth {
        conditions: Conditions {
            dt: times[1],
            length: numbers_in_64(length),
            spacing: numbers_in_64(spacing),
            parameters: numbers_in_64(parameters),
        },
        dt: times[0],
        frames: frames
            .iter()
            .map(|frame| numbers_in_32(frame).into())
            .collect(),
        known: Known::of(&plan.problem, &static_fields),
        static_fields,
    };
    let failures = serde_json::from_slice(failures).unwrap_or_default();
    (truth, failures)
}

fn bytes_of_64(numbers: &[f64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn bytes_of_32(numbers: &[f32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn numbers_in_64(bytes: &[u8]) -> Vec<f64> {
    let (chunks, _) = bytes.as_chunks();
    chunks
        .iter()
        .map(|chunk| f64::from_le_bytes(*chunk))
        .collect()
}

fn numbers_in_32(bytes: &[u8]) -> Vec<f32> {
    let (chunks, _) = bytes.as_chunks();
    chunks
        .iter()
        .map(|chunk| f32::from_le_bytes(*chunk))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_were_dealt_out_are_in_order_again() {
        let parts = [vec![0, 3, 6], vec![1, 4], vec![2, 5]];
        let all: Vec<i32> = in_order(&parts).copied().collect();
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(in_order::<u8>(&[vec![], vec![]]).count(), 0);
    }

    #[test]
    fn numbers_keep_their_bits() {
        let numbers = [0.1, -0.0, f64::MIN_POSITIVE / 3.0, 1e300];
        assert_eq!(numbers_in_64(&bytes_of_64(&numbers)), numbers);
        let numbers = [0.1f32, f32::NAN, -1e-42];
        let same = numbers_in_32(&bytes_of_32(&numbers));
        assert_eq!(same.map_bits(), numbers.to_vec().map_bits());
    }

    trait Bits {
        fn map_bits(&self) -> Vec<u32>;
    }

    impl Bits for Vec<f32> {
        fn map_bits(&self) -> Vec<u32> {
            self.iter().map(|number| number.to_bits()).collect()
        }
    }
}
