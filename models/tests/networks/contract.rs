//! Promises of every network of the list: shape kept, finite, learns one batch, commutes with shifts, runs on another
//! grid or says why not.

use crate::common::{Case, cases, central, moved, slope, spec, states};
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use ondine_models::network::Network;
use ondine_models::weights::Dialect;
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

#[test]
fn every_network_learns_one_batch() {
    let device = Device::flex().autodiff();
    for case in cases() {
        let network = case.network(&[32], &device);
        let mut surrogate = Model::residual(network, Scaling::identity(&spec(&[32])));
        let mut optimizer = AdamWConfig::new().init();
        let u = states(4, 32, &device);
        let next = u.clone() * 0.5 + states(4, 32, &device).flip([1]) * 0.3;
        let mut losses = Vec::new();
        for _ in 0..400 {
            let parameters = Tensor::ones([4, 3], &device);
            let loss = surrogate.loss(
                u.clone(),
                next.clone(),
                parameters,
                &[32],
                &mut SurrogateRng::new(0),
            );
            losses.push(loss.clone().into_scalar::<f32>());
            let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
            surrogate = optimizer.step(1e-2, surrogate, gradients);
        }
        let (first, last) = (losses[0], losses[losses.len() - 1]);
        assert!(
            last < first / 100.0,
            "{} {}: {first} fell only to {last}",
            case.kind,
            case.options
        );
    }
}

#[test]
fn every_network_is_the_same_function_after_save_and_load() {
    let device = Device::flex();
    for case in cases() {
        let saved = moved(case.network(&[32], &device), 0.05, 0.3);
        let record = saved.clone().into_record();
        let bytes = record.into_bytes().expect("records serialise");
        let record = burn::store::ModuleRecord::from_bytes(bytes).expect("the bytes are a record");
        let other = case.config().init(&spec(&[32]), &mut Init::new(2, &device));
        let loaded = other.load_record(record);
        let run = |network: &Network| {
            let u = states(2, 32, &device);
            let parameters = Tensor::ones([2, 3], &device);
            network.forward(u, parameters, &[32]).into_data()
        };
        run(&saved).assert_eq(&run(&loaded), true);
    }
}

#[test]
fn every_network_is_the_same_after_its_weights_went_out_and_in_under_each_of_their_names() {
    let device = Device::flex();
    for case in cases() {
        for grid in GRIDS {
            let written = moved(case.network(grid, &device), 0.05, 0.3);
            let own = written
                .arrays(Dialect::Ondine)
                .expect("every network has it");
            assert_eq!(own.num_values(), written.num_parameters(), "{}", case.kind);
            for dialect in written.dialects() {
                let arrays = written.arrays(dialect).expect("one of its dialects");
                let other = case.config().init(&spec(grid), &mut Init::new(2, &device));
                let read = other.with_arrays(&arrays);
                let read =
                    read.unwrap_or_else(|error| panic!("{} {dialect:?}: {error}", case.kind));
                assert!(read.dialect == dialect && read.conditioned, "{}", case.kind);
                let again = read
                    .network
                    .arrays(Dialect::Ondine)
                    .expect("every network has it");
                assert!(again == own, "{} on {grid:?} as {dialect:?}", case.kind);
            }
        }
    }
}

#[test]
fn parameters_are_counted_without_being_drawn() {
    let device = Device::flex();
    for case in cases() {
        for grid in GRIDS {
            let counted = case.config().num_parameters(&spec(grid));
            let built = case.network(grid, &device).num_parameters();
            assert_eq!(counted, built, "{} on {grid:?}", case.kind);
        }
    }
}

#[test]
fn the_gradient_by_the_state_matches_finite_differences() {
    let device = Device::flex().autodiff();
    let loss_of = |surrogate: &Model, u: Tensor<3>| {
        let next = u.clone() * 0.5;
        surrogate.loss(
            u,
            next,
            Tensor::ones([2, 3], &device) * 0.3,
            &[16],
            &mut SurrogateRng::new(0),
        )
    };
    for case in cases() {
        let surrogate = case.surrogate(&[16], &device);
        let u = states(2, 16, &device).require_grad();
        let along = states(2, 16, &device).flip([1]);
        let gradients = loss_of(&surrogate, u.clone()).backward();
        let slope = u.grad(&gradients).expect("u requires it") * along.clone().inner();
        let slope = f64::from(slope.sum().into_scalar::<f32>());
        let at = |s: f64| loss_of(&surrogate, u.clone() + along.clone() * s);
        let difference = central(1e-2, |s| f64::from(at(s).into_scalar::<f32>()));
        // f32 rounding of the loss limits the difference to about 1e-4.
        let error = (difference - slope).abs() / slope.abs();
        let name = format!("{} {}", case.kind, case.options);
        assert!(error < 2e-3, "{name}: {slope} against {difference}");
    }
}

#[test]
fn the_gradient_by_the_weights_matches_finite_differences() {
    let device = Device::flex().autodiff();
    let u = states(2, 16, &device);
    let loss_of = |surrogate: &Model| {
        let next = u.clone() * 0.5;
        surrogate.loss(
            u.clone(),
            next,
            Tensor::ones([2, 3], &device) * 0.3,
            &[16],
            &mut SurrogateRng::new(0),
        )
    };
    for case in cases() {
        let surrogate = case.surrogate(&[16], &device);
        let gradients = loss_of(&surrogate).backward();
        let gradients = GradientsParams::from_grads(gradients, &surrogate);
        let slope = slope(&surrogate, &gradients, 1.1);
        let at = |s: f64| loss_of(&moved(surrogate.clone(), s, 1.1));
        let difference = central(1e-3, |s| f64::from(at(s).into_scalar::<f32>()));
        // f32 rounding of the loss limits the difference to about 2e-5, and where parts cancel the slope is small.
        let error = (difference - slope).abs() / slope.abs().max(0.05);
        let name = format!("{} {}", case.kind, case.options);
        assert!(error < 2e-3, "{name}: {slope} against {difference}");
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
