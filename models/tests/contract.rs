//! What every network of the list promises: shape kept, finite, learns one batch, runs on another grid.

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor};
use ondine_models::network::{NETWORKS, Network, NetworkConfig, find};
use ondine_models::{FieldSpec, Init, Residual, Scaling, Surrogate};
use std::sync::Arc;
use toml::de::ValueDeserializer;

const GRIDS: [&[usize]; 3] = [&[32], &[12, 16], &[6, 8, 10]];

/// The options of a small member of every kind.
fn config(kind: &str) -> Arc<dyn NetworkConfig> {
    let options = match kind {
        "fno" => "{ width = 8, modes = 4, layers = 2 }",
        other => panic!("give `{other}` small options here"),
    };
    let entry = find(kind).expect("the kind is in the list");
    let options = ValueDeserializer::parse(options).expect("the options are TOML");
    (entry.decode)(options).expect("the options are valid")
}

fn small(kind: &str, spec: &FieldSpec, device: &Device) -> Network {
    config(kind).init(spec, &mut Init::new(1, device))
}

fn surrogate(kind: &str, dims: usize, device: &Device) -> Residual {
    let spec = FieldSpec {
        channels: 2,
        parameters: 3,
        dims,
    };
    Residual::new(small(kind, &spec, device), Scaling::identity(&spec))
}

fn states(batch: usize, points: usize, device: &Device) -> Tensor<3> {
    device.seed(3);
    Tensor::random([batch, points, 2], Distribution::Normal(0.0, 1.0), device)
}

#[test]
fn every_network_keeps_the_shape_in_every_dimension_and_stays_finite() {
    let device = Device::flex();
    for entry in NETWORKS {
        for grid in GRIDS {
            let points = grid.iter().product();
            let u = states(3, points, &device);
            let v = surrogate(entry.kind, grid.len(), &device).step(
                u,
                Tensor::ones([3, 3], &device),
                grid,
            );
            assert_eq!(v.dims(), [3, points, 2], "{} on {grid:?}", entry.kind);
            let values = v.into_data().try_to_vec::<f32>().expect("f32");
            assert!(
                values.iter().all(|x| x.is_finite()),
                "{} on {grid:?}",
                entry.kind
            );
        }
    }
}

#[test]
fn every_network_trained_on_one_grid_runs_on_finer_and_coarser_ones() {
    let device = Device::flex();
    for entry in NETWORKS {
        for (coarse, fine) in [(&[6][..], &[64][..]), (&[6, 4][..], &[20, 24][..])] {
            let surrogate = surrogate(entry.kind, coarse.len(), &device);
            for grid in [coarse, fine, coarse] {
                let points = grid.iter().product();
                let u = states(1, points, &device);
                let v = surrogate.step(u, Tensor::ones([1, 3], &device), grid);
                assert_eq!(v.dims(), [1, points, 2], "{} on {grid:?}", entry.kind);
            }
        }
    }
}

#[test]
fn every_network_learns_one_batch() {
    let device = Device::flex().autodiff();
    for entry in NETWORKS {
        let mut surrogate = surrogate(entry.kind, 1, &device);
        let mut optimizer = AdamWConfig::new().init();
        let u = states(4, 32, &device);
        let next = u.clone() * 0.5 + states(4, 32, &device).flip([1]) * 0.3;
        let mut losses = Vec::new();
        for _ in 0..400 {
            let loss = surrogate.loss(
                u.clone(),
                next.clone(),
                Tensor::ones([4, 3], &device),
                &[32],
            );
            losses.push(loss.clone().into_scalar::<f32>());
            let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
            surrogate = optimizer.step(1e-2, surrogate, gradients);
        }
        let (first, last) = (losses[0], losses[losses.len() - 1]);
        assert!(
            last < first / 20.0,
            "{}: {first} fell only to {last}",
            entry.kind
        );
    }
}

#[test]
fn every_network_is_the_same_function_after_save_and_load() {
    let device = Device::flex();
    for entry in NETWORKS {
        let spec = FieldSpec {
            channels: 2,
            parameters: 3,
            dims: 1,
        };
        let saved = small(entry.kind, &spec, &device);
        let bytes = saved
            .clone()
            .into_record()
            .into_bytes()
            .expect("records serialise");
        let record = burn::store::ModuleRecord::from_bytes(bytes).expect("the bytes are a record");
        let other = config(entry.kind).init(&spec, &mut Init::new(2, &device));
        let loaded = other.load_record(record);
        let run = |network: &Network| {
            let u = states(2, 32, &device);
            network
                .forward(u, Tensor::ones([2, 3], &device), &[32])
                .into_data()
        };
        run(&saved).assert_eq(&run(&loaded), true);
    }
}

#[test]
fn the_scaled_parameter_gradient_matches_finite_differences() {
    let device = Device::flex().autodiff();
    let loss_of = |surrogate: &Residual, u: Tensor<3>| {
        let next = u.clone() * 0.5;
        surrogate.loss(u, next, Tensor::ones([2, 3], &device) * 0.3, &[16])
    };
    for entry in NETWORKS {
        let surrogate = surrogate(entry.kind, 1, &device);
        let u = states(2, 16, &device).require_grad();
        let direction = states(2, 16, &device).flip([1]);
        let gradients = loss_of(&surrogate, u.clone()).backward();
        let slope = (u.grad(&gradients).expect("u requires it") * direction.clone().inner()).sum();
        let slope = f64::from(slope.into_scalar::<f32>());
        let h = 1e-2;
        let at = |s: f64| {
            f64::from(loss_of(&surrogate, u.clone() + direction.clone() * s).into_scalar::<f32>())
        };
        // Fourth-order central difference; f32 rounding of the loss limits it to about 1e-4.
        let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
        let error = (difference - slope).abs() / slope.abs();
        assert!(
            error < 2e-3,
            "{}: autodiff {slope}, finite differences {difference}",
            entry.kind
        );
    }
}

#[test]
fn a_conserving_surrogate_holds_the_mean_of_every_channel() {
    let device = Device::flex();
    for entry in NETWORKS {
        let u = states(3, 32, &device) + 2.0;
        let conserving = surrogate(entry.kind, 1, &device).conserving_mean(true);
        let v = conserving.step(u.clone(), Tensor::ones([3, 3], &device), &[32]);
        let drift = (v.mean_dim(1) - u.mean_dim(1))
            .abs()
            .max()
            .into_scalar::<f32>();
        assert!(drift < 1e-6, "{}: {drift}", entry.kind); // f32, 32 points of order one
    }
}
