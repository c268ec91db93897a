//! Promises of every network of the list: shape kept, finite, learns one batch, commutes with shifts, runs on another
//! grid or says why not.

mod gradients;

use crate::common::{Case, cases, spec, states};
use burn::tensor::{Device, Tensor};
use ondine_models::{FieldSpec, HeldMeans, Init, Model, Reach, Scaling, Surrogate, SurrogateRng};

const GRIDS: [&[usize]; 3] = [&[32], &[12, 16], &[6, 8, 10]];

#[test]
fn every_network_keeps_the_shape_in_every_dimension_and_stays_finite() {
    let device = Device::flex();
    for case in cases() {
        for grid in GRIDS {
            let points = grid.iter().product();
            let surrogate = case.surrogate(grid, &device);
            let v = surrogate.step(
                states(3, points, &device),
                Tensor::ones([3, 3], &device),
                grid,
                &mut SurrogateRng::new(0),
            );
            assert_eq!(v.dims(), [3, points, 2], "{} on {grid:?}", case.kind);
            let values = v.into_data().try_to_vec::<f32>().expect("f32");
            let finite = values.iter().all(|x| x.is_finite());
            assert!(finite, "{} on {grid:?}", case.kind);
        }
    }
}

#[test]
fn a_network_answers_with_other_channels_than_it_sees() {
    let device = Device::flex();
    for case in cases() {
        let mut spec = spec(&[16]);
        (spec.inputs, spec.outputs) = (3, 1);
        let network = case.config().init(&spec, &mut Init::new(1, &device));
        let u = Tensor::ones([2, 16, 3], &device);
        let v = network.forward(u, Tensor::ones([2, 3], &device), &[16]);
        assert_eq!(v.dims(), [2, 16, 1], "{}", case.kind);
    }
}

#[test]
fn every_network_steps_from_bundles_of_frames_to_bundles() {
    let device = Device::flex();
    for case in cases() {
        let spec = FieldSpec::new(2, 3, &[16]).bundled(3);
        let network = case.config().init(&spec, &mut Init::new(1, &device));
        let bundling = Model::residual(network, Scaling::identity(&spec)).of_fields(&spec);
        let u = Tensor::cat(vec![states(2, 16, &device); 3], 2) * 0.3;
        let parameters = Tensor::ones([2, 3], &device);
        let next = bundling.step(u, parameters, &[16], &mut SurrogateRng::new(0));
        assert_eq!(next.dims(), [2, 16, 6], "{}", case.kind);
    }
}

#[test]
fn every_frame_of_a_bundle_is_predicted_from_the_last_known_one() {
    let device = Device::flex();
    let case = &cases()[0];
    let spec = FieldSpec::new(2, 3, &[16]).bundled(3);
    let scaling = Scaling {
        increment: vec![0.0; 6], // whatever the network answers, nothing changes
        ..Scaling::identity(&spec)
    };
    let network = case.config().init(&spec, &mut Init::new(1, &device));
    let bundling = Model::residual(network, scaling).of_fields(&spec);
    let frames = [1.0, 2.0, 3.0].map(|factor| states(2, 16, &device) * factor);
    let u = Tensor::cat(frames.to_vec(), 2);
    let parameters = Tensor::ones([2, 3], &device);
    let next = bundling.step(u, parameters, &[16], &mut SurrogateRng::new(0));
    let expected = Tensor::cat(vec![frames[2].clone(); 3], 2);
    let error = (next - expected).abs().max().into_scalar::<f32>();
    assert!(error < 1e-7, "{error}");
}

#[test]
fn a_state_of_more_frames_than_the_answer_keeps_its_last_ones() {
    let device = Device::flex();
    let frames = [1.0, 2.0, 3.0].map(|factor| states(2, 16, &device) * factor);
    for (case, bundle) in cases().iter().flat_map(|case| [(case, 1), (case, 2)]) {
        let spec = FieldSpec::new(2, 3, &[16]).bundled(bundle).with_history(3);
        assert_eq!((spec.inputs, spec.outputs), (6, 2 * bundle));
        let scaling = Scaling {
            increment: vec![0.0; 2 * bundle], // whatever the network answers, nothing changes
            ..Scaling::identity(&spec)
        };
        let network = case.config().init(&spec, &mut Init::new(1, &device));
        let surrogate = Model::residual(network, scaling).of_fields(&spec);
        let (u, parameters) = (
            Tensor::cat(frames.to_vec(), 2),
            Tensor::ones([2, 3], &device),
        );
        let next = surrogate.step(u, parameters, &[16], &mut SurrogateRng::new(0));
        let [_, second, third] = &frames;
        let expected = match bundle {
            1 => [second, third, third],
            _ => [third, third, third],
        };
        let expected = Tensor::cat(expected.map(Tensor::clone).to_vec(), 2);
        let error = (next - expected).abs().max().into_scalar::<f32>();
        assert!(error < 1e-6, "{} {bundle}: {error}", case.kind);
    }
}

#[test]
fn a_network_without_parameters_keeps_the_shape() {
    let device = Device::flex();
    let without = |case: &&Case| !["fno", "tfno", "recurrent_fno"].contains(&case.kind);
    for case in cases().iter().filter(without) {
        let spec = FieldSpec::new(2, 0, &[16]);
        let network = case.config().init(&spec, &mut Init::new(1, &device));
        let v = network.forward(
            states(2, 16, &device),
            Tensor::zeros([2, 0], &device),
            &[16],
        );
        assert_eq!(v.dims(), [2, 16, 2], "{}", case.kind);
    }
}

#[test]
fn every_network_runs_on_finer_and_coarser_grids_or_refuses_them() {
    let device = Device::flex();
    for case in cases() {
        for (coarse, fine) in [(&[6][..], &[64][..]), (&[6, 4][..], &[20, 24][..])] {
            let surrogate = case.surrogate(coarse, &device);
            for grid in [coarse, fine, coarse] {
                if let Err(message) = case.config().check_grid(coarse, grid) {
                    assert_eq!(case.kind, "mlp", "{message}");
                    assert!(grid == fine && message.contains("train"), "{message}");
                    continue;
                }
                let points = grid.iter().product();
                let u = states(1, points, &device);
                let v = surrogate.step(
                    u,
                    Tensor::ones([1, 3], &device),
                    grid,
                    &mut SurrogateRng::new(0),
                );
                assert_eq!(v.dims(), [1, points, 2], "{} on {grid:?}", case.kind);
            }
        }
    }
}

#[test]
fn networks_that_count_by_the_box_are_the_same_on_every_grid_and_others_are_not() {
    let device = Device::flex();
    for case in cases() {
        let (coarse, fine) = (&[32][..], &[96][..]);
        if case.config().check_grid(coarse, fine).is_err() {
            continue;
        }
        let surrogate = case.surrogate(coarse, &device);
        let answer = |points: usize| {
            let angle = |i: usize| std::f32::consts::TAU * i as f32 / points as f32;
            let state = |i: usize| [angle(i).sin(), 0.5 * (2.0 * angle(i)).cos()];
            let state: Vec<f32> = (0..points).flat_map(state).collect();
            let u = Tensor::<1>::from_floats(&state[..], &device).reshape([1, points, 2]);
            let told = Tensor::ones([1, 3], &device);
            let v = surrogate.step(u, told, &[points], &mut SurrogateRng::new(0));
            v.into_data().try_to_vec::<f32>().expect("f32")
        };
        let (few, many) = (answer(32), answer(96));
        let there = many.chunks(6).flat_map(|three| &three[..2]); // every third point
        let apart = few.iter().zip(there).map(|(a, b)| (a - b).abs());
        let apart = apart.fold(0.0, f32::max);
        match case.config().reach() {
            Reach::Domain => assert!(apart < 2e-3, "{}: {apart}", case.kind),
            Reach::Points => assert!(apart > 2e-3, "{}: {apart}", case.kind),
        }
    }
}

#[test]
fn every_network_commutes_with_the_shifts_that_it_can() {
    let device = Device::flex();
    for case in cases() {
        let Some(shift) = case.shift else { continue };
        for (grid, axis) in [
            (&[24][..], 0),
            (&[8, 12], 0),
            (&[8, 12], 1),
            (&[4, 6, 8], 1),
        ] {
            let surrogate = case.surrogate(grid, &device);
            let points = grid.iter().product::<usize>();
            let roll = |u: Tensor<3>| {
                let after = grid[axis + 1..].iter().product::<usize>();
                let lines = u.reshape([
                    (2 * points / grid[axis] / after) as i32,
                    grid[axis] as i32,
                    -1,
                ]);
                lines
                    .roll(&[3 * shift as i64], &[1])
                    .reshape([2, points, 2])
            };
            let u = states(2, points, &device);
            let step = |u| {
                surrogate.step(
                    u,
                    Tensor::ones([2, 3], &device),
                    grid,
                    &mut SurrogateRng::new(0),
                )
            };
            let error = step(roll(u.clone())) - roll(step(u));
            let error = error.abs().max().into_scalar::<f32>();
            // The same sums in another order, f32, of fields of order one.
            assert!(
                error < 5e-5,
                "{} {} on {grid:?}: {error}",
                case.kind,
                case.options
            );
        }
    }
}

#[test]
fn every_network_listens_to_every_parameter() {
    let device = Device::flex();
    for case in cases() {
        let surrogate = case.surrogate(&[16], &device);
        let step = |values: [f32; 3]| {
            let parameters = Tensor::<2>::from_floats([values], &device);
            surrogate.step(
                states(1, 16, &device),
                parameters,
                &[16],
                &mut SurrogateRng::new(0),
            )
        };
        let at_zero = step([0.0; 3]);
        for j in 0..3 {
            let mut values = [0.0; 3];
            values[j] = 0.5;
            let change = (step(values) - at_zero.clone()).abs().max();
            let change = change.into_scalar::<f32>();
            assert!(change > 1e-4, "{} {}: {change}", case.kind, case.options);
        }
    }
}

/// The change of the mean of every channel in a step of a surrogate that holds these.
fn drift(case: &Case, held: HeldMeans) -> Tensor<3> {
    let device = Device::flex();
    let u = states(3, 32, &device) + 2.0;
    let told = Tensor::ones([3, 3], &device);
    let conserving = case.surrogate(&[32], &device).conserving(held);
    let v = conserving.step(u.clone(), told, &[32], &mut SurrogateRng::new(0));
    (v.mean_dim(1) - u.mean_dim(1)).abs()
}

#[test]
fn a_conserving_surrogate_holds_the_mean_of_every_channel() {
    for case in cases() {
        let drift = drift(case, HeldMeans::All).max().into_scalar::<f32>();
        assert!(drift < 2e-6, "{}: {drift}", case.kind); // f32, 32 points of order one
    }
}

#[test]
fn a_surrogate_holds_the_means_of_some_channels_alone() {
    for case in cases() {
        let free = drift(case, HeldMeans::None);
        let channels = free.dims()[2];
        let first = (0..channels).map(|channel| channel == 0).collect();
        let held = drift(case, HeldMeans::of(first));
        let of = |drift: &Tensor<3>, channel| {
            drift
                .clone()
                .narrow(2, channel, 1)
                .max()
                .into_scalar::<f32>()
        };
        assert!(of(&held, 0) < 2e-6, "{}: {}", case.kind, of(&held, 0));
        for channel in 1..channels {
            assert!(of(&held, channel) > 2e-6, "{}: {channel} moves", case.kind);
        }
    }
}
