//! A refiner around networks that are known.

use super::*;
use crate::network::fno::FnoConfig;
use crate::network::{Modes, Network, NetworkConfig};
use crate::norm::mean_square;
use crate::{HeldMeans, Init, Norm, Scaling, Surrogate};

const GRID: [usize; 2] = [8, 6];

/// A model with a refiner of these options, and the refiner.
fn refiner(options: &PdeRefinerConfig) -> (Model, PdeRefiner) {
    let spec = FieldSpec::new(2, 1, &GRID);
    let fno = FnoConfig {
        width: 4,
        modes: Modes::All(2),
        layers: 1,
        spectral_scale: 1.0,
        ..FnoConfig::default()
    };
    let refiner = PdeRefiner::new(options);
    let inner = refiner.inner(&spec);
    let network: Network = NetworkConfig::init(&fno, &inner, &mut Init::new(0, &Device::flex()));
    let scaling = Scaling {
        increment: vec![0.3, 2.0],
        ..Scaling::identity(&spec)
    };
    (Model::new(network, scaling, refiner.clone()), refiner)
}

fn configs() -> Vec<PdeRefinerConfig> {
    let base = PdeRefinerConfig::default();
    let [velocity, blur] = [0, 1].map(|_| base.clone());
    vec![
        PdeRefinerConfig {
            prediction: Prediction::Velocity,
            ..velocity
        },
        PdeRefinerConfig {
            blur: 2.0,
            steps: 8,
            fresh_noise: 0.3,
            ..blur
        },
        PdeRefinerConfig {
            levels: TrainedLevels::Continuous,
            max_noise_variance: Some(1e-2),
            fresh_noise: 0.0,
            steps: 5,
            ..base.clone()
        },
        base,
    ]
}

fn random(seed: u64) -> Tensor<3> {
    SurrogateRng::new(seed).normal([3, 48, 2], &Device::flex())
}

fn largest(x: Tensor<3>) -> f32 {
    x.abs().max().into_scalar()
}

/// A network that knows the increment and so what noise is in the slot.
fn oracle(
    refiner: &PdeRefiner,
    y: &Tensor<3>,
    calls: &[Call],
    k: usize,
    slot: Tensor<3>,
    parameters: &Tensor<2>,
) -> Tensor<3> {
    let level = (parameters.clone().narrow(1, 0, 1) + 1.0) / 2.0;
    let y = refiner.blurred(y.clone(), &level.unsqueeze_dim(2), &GRID, 1.0);
    let [[of_y, of_noise], [a, b]] = [calls[k].slot, calls[k].answer];
    if of_noise > 0.0 {
        (slot - y.clone() * of_y) * (b / of_noise) + y * a
    } else {
        y * a
    }
}

#[test]
fn with_a_perfect_network_every_estimate_is_the_increment() {
    let y = random(1);
    for options in configs() {
        let (model, mut refiner) = refiner(&options);
        for schedule in [
            refiner.trained_schedule(),
            Schedule::geometric(2, Some(1e-3), 1e-5),
        ] {
            refiner.schedule = schedule;
            let calls = refiner.schedule.calls(options.prediction);
            let k = std::cell::Cell::new(0);
            let network = |_, slot, parameters| {
                let answer = oracle(&refiner, &y, &calls, k.get(), slot, &parameters);
                k.set(k.get() + 1);
                answer
            };
            let parameters = Tensor::ones([3, 1], &Device::flex());
            let draws = &mut SurrogateRng::new(2);
            let estimates = refiner.estimates(&model, random(3), parameters, &GRID, draws, network);
            assert_eq!(estimates.len(), refiner.schedule.num_calls());
            for estimate in estimates {
                let error = largest(estimate - y.clone());
                // Single precision: e² times 1e-6 where a blurred mode is sharpened again.
                assert!(error < 3e-5, "{options:?}: {error}");
            }
        }
    }
}

#[test]
fn training_asks_every_call_alike_and_the_last_one_too() {
    let (_, refiner) = refiner(&PdeRefinerConfig::default());
    let drawn = refiner.draw(4000, &Device::flex(), &mut SurrogateRng::new(5));
    let levels = drawn.level.into_data().try_to_vec::<f32>().expect("f32");
    for k in 0..=3 {
        let level = k as f32 / 3.0;
        let count = levels.iter().filter(|l| (*l - level).abs() < 1e-6).count();
        // Standard deviation √(3/16 · 4000) = 27.
        assert!((count as f64 - 1000.0).abs() < 140.0, "{k}: {count}");
    }
    let of_noise = drawn.slot[1].clone().into_data();
    let least = 2e-7_f32.sqrt();
    let noises = of_noise.try_to_vec::<f32>().expect("f32");
    for (noise, level) in noises.iter().zip(&levels) {
        let expected = if *level > 0.0 {
            least.powf(*level)
        } else {
            0.0
        };
        assert!((noise - expected).abs() < 1e-5 * expected + 1e-12);
    }
}

#[test]
fn the_loss_is_that_of_the_answer_that_a_perfect_network_gives() {
    let device = Device::flex();
    let (u, next) = (random(1), random(2));
    let parameters = Tensor::<2>::ones([3, 1], &device);
    for options in configs() {
        let (model, refiner) = refiner(&options);
        let loss = model.losses(
            u.clone(),
            next.clone(),
            parameters.clone(),
            &GRID,
            Norm::L2,
            &mut SurrogateRng::new(7),
        );
        let draws = &mut SurrogateRng::new(7);
        let drawn = refiner.draw(3, &device, draws);
        let noise = draws.normal([3, 48, 2], &device);
        let y = (next.clone() - u.clone()) / model.scaling.increments(&device);
        let y = refiner.blurred(y, &drawn.level, &GRID, 1.0);
        let slot = y.clone() * drawn.slot[0].clone() + noise.clone() * drawn.slot[1].clone();
        let target = y * drawn.answer[0].clone() + noise * drawn.answer[1].clone();
        let told = with_level(&drawn.level, parameters.clone());
        let inputs = Tensor::cat(vec![u.clone(), slot], 2);
        let answer = model.network.forward(inputs, told, &GRID);
        let expected = mean_square(answer - target);
        let error = (loss - expected).abs().max().into_scalar::<f32>();
        assert!(error < 1e-6, "{error}");
    }
}

#[test]
fn guards_hold_the_mean_and_cut_high_wavenumbers() {
    let options = PdeRefinerConfig {
        cutoff: Some(0.9),
        ..PdeRefinerConfig::default()
    };
    let (model, mut refiner) = refiner(&options);
    refiner.schedule.kept_noise = 0.5;
    let model = model.with_method(refiner).conserving(HeldMeans::All);
    let u = random(4);
    let parameters = Tensor::ones([3, 1], &Device::flex());
    let v = model.step(u.clone(), parameters, &GRID, &mut SurrogateRng::new(0));
    assert!(largest(v.clone().mean_dim(1) - u.mean_dim(1)) < 1e-5);
    // Shares of 8 points are 0, 1/4 … 1, of 6 points 0, 1/3 … 1.
    let highest = filtered(v.clone(), &GRID, |shares| {
        shares.greater_scalar(0.9).float().unsqueeze()
    });
    assert!(largest(highest) < 1e-5);
    let along = |axis: usize| {
        let axis = std::cell::Cell::new(axis);
        filtered(v.clone(), &GRID, |shares| {
            let left = axis.replace(axis.get().wrapping_sub(1));
            let all = shares.clone().zeros_like() + 1.0;
            let factors = if left == 0 {
                shares.greater_scalar(0.9).float()
            } else {
                all
            };
            factors.unsqueeze()
        })
    };
    assert!(largest(along(0)) < 1e-5 && largest(along(1)) < 1e-5);
}

#[test]
fn a_rollout_is_a_function_of_its_draws() {
    let (model, _) = refiner(&PdeRefinerConfig::default());
    let parameters = Tensor::<2>::ones([3, 1], &Device::flex());
    let step = |seed| {
        model.step(
            random(1),
            parameters.clone(),
            &GRID,
            &mut SurrogateRng::new(seed),
        )
    };
    assert!(step(1).to_data() == step(1).to_data());
    assert!(step(1).to_data() != step(2).to_data());
}

#[test]
fn kept_noise_leaves_its_share_of_the_last_slot_in_the_answer() {
    let y = random(1);
    for options in configs() {
        let (model, mut refiner) = refiner(&options);
        let calls = refiner.schedule.calls(options.prediction);
        let mut last = |kept| {
            refiner.schedule.kept_noise = kept;
            let k = std::cell::Cell::new(0);
            let network = |_, slot, parameters| {
                let answer = oracle(&refiner, &y, &calls, k.get(), slot, &parameters);
                k.set(k.get() + 1);
                answer
            };
            let parameters = Tensor::ones([3, 1], &Device::flex());
            let draws = &mut SurrogateRng::new(2);
            let mut all = refiner.estimates(&model, random(3), parameters, &GRID, draws, network);
            all.pop().expect("there is a call")
        };
        let deviation = |left: Tensor<3>| left.square().mean().sqrt().into_scalar::<f32>();
        let (all, half) = (
            deviation(last(1.0) - y.clone()),
            deviation(last(0.5) - y.clone()),
        );
        let least = calls[calls.len() - 1].slot[1] as f32;
        // The first slot is empty, and every step brings its share of fresh noise.
        let stale = (1.0 - options.fresh_noise.powi(2)).powi(options.steps as i32);
        let expected = least * (1.0 - stale as f32).sqrt();
        let tolerance = 0.12 * least + 3e-5; // 288 draws, single precision
        assert!((all - expected).abs() < tolerance, "{options:?}: {all}");
        assert!((half - 0.5 * all).abs() < 3e-5, "{options:?}: {half}");
    }
}
