//! Gradients, weights and training.

use super::GRIDS;
use crate::common::{cases, central, moved, slope, spec, states};
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use ondine_models::network::Network;
use ondine_models::weights::Dialect;
use ondine_models::{Init, Model, Scaling, Surrogate, SurrogateRng};

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
