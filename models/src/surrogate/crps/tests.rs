//! The score, the spread that follows from it, and noise from step to step.

use super::*;
use crate::network::fno::FnoConfig;
use crate::network::{Modes, NetworkConfig};
use crate::{HeldMeans, Init, Scaling, Surrogate};
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::Device;

const GRID: [usize; 1] = [16];

fn ensemble(options: &CrpsEnsemble, device: &Device) -> Model {
    let spec = FieldSpec::new(1, 1, &GRID);
    let fno = FnoConfig {
        width: 12,
        modes: Modes::All(8),
        layers: 2,
        spectral_scale: 1.0,
        ..FnoConfig::default()
    };
    let inner = options.inner(&spec);
    let network = NetworkConfig::init(&fno, &inner, &mut Init::new(0, device));
    Model::new(network, Scaling::identity(&spec), options.clone())
}

#[test]
fn the_score_is_that_of_its_formula() {
    let device = Device::flex();
    let members = Tensor::<4>::from_data([[[[0.0]]], [[[1.0]]], [[[3.0]]]], &device);
    let truth = Tensor::<3>::from_data([[[2.0]]], &device);
    // (2 + 1 + 1)/3 − (1 − (1 − α)/3) (1 + 3 + 2) · 2 / (2 · 3 · 2)
    for (alpha, expected) in [
        (1.0, 4.0 / 3.0 - 1.0),
        (0.7, 4.0 / 3.0 - 0.9),
        (0.0, 2.0 / 3.0),
    ] {
        let score = almost_fair_crps(members.clone(), truth.clone(), alpha);
        let score = score.into_scalar::<f32>();
        assert!((score - expected).abs() < 1e-6, "{alpha}: {score}");
    }
}

/// `E|x − y| − ½ E|x − x'|` of a normal distribution and draws of the same is `σ/√π`, and more where it is narrower or
/// wider; the fair score says so with two members.
#[test]
fn two_members_of_the_distribution_of_the_truth_have_the_least_score() {
    let (device, mut draws) = (Device::flex(), SurrogateRng::new(3));
    let truth = draws.normal([200_000, 1, 1], &device);
    let members = draws.normal([2, 200_000, 1, 1], &device);
    let score = |width: f64| {
        let scores = almost_fair_crps(members.clone() * width, truth.clone(), 1.0);
        f64::from(scores.mean().into_scalar::<f32>())
    };
    let exact = 1.0 / std::f64::consts::PI.sqrt();
    assert!((score(1.0) - exact).abs() < 5e-3, "{}", score(1.0)); // standard error 2e-3
    // √(2/π) √(1 + w²) − w/√π at w = ½ and 2
    for (width, expected) in [(0.5, 0.610_0), (2.0, 0.655_7)] {
        assert!((score(width) - expected).abs() < 8e-3, "{}", score(width));
        assert!(score(width) > score(1.0) + 0.02);
    }
}

#[test]
fn training_spreads_members_as_far_as_the_truth_scatters() {
    let device = Device::flex().autodiff();
    let mut model = ensemble(&CrpsEnsemble::default(), &device);
    let mut optimizer = AdamWConfig::new().with_weight_decay(0.0).init();
    let mut draws = SurrogateRng::new(1);
    let parameters = Tensor::<2>::ones([64, 1], &device);
    let constant = |draws: &mut SurrogateRng| draws.normal([64, 1, 1], &device).repeat_dim(1, 16);
    for _ in 0..400 {
        // The state says half of the increment, the other half is a draw of deviation 1/2 at every point.
        let u = constant(&mut draws);
        let scatter = draws.normal([64, 16, 1], &device) * 0.5;
        let next = u.clone() * 1.5 + scatter;
        let losses = model.losses(u, next, parameters.clone(), &GRID, Norm::L2, &mut draws);
        let gradients = GradientsParams::from_grads(losses.mean().backward(), &model);
        model = optimizer.step(4e-3, model, gradients);
    }
    let trained = model.valid();
    let u = Tensor::<3>::ones([512, 16, 1], &Device::flex()) * 0.4;
    let parameters = Tensor::<2>::ones([512, 1], &Device::flex());
    let next = trained.step(u, parameters, &GRID, &mut draws);
    let mean = next.clone().mean().into_scalar::<f32>();
    let deviation = (next - mean).square().mean().sqrt().into_scalar::<f32>();
    assert!((mean - 0.6).abs() < 0.1, "{mean}");
    assert!((0.38..0.62).contains(&deviation), "{deviation}");
}

#[test]
fn members_differ_by_their_draws_alone_and_hold_the_mean_where_told() {
    let model = ensemble(&CrpsEnsemble::default(), &Device::flex());
    let model = model.conserving(HeldMeans::All);
    let u = SurrogateRng::new(5).normal([2, 16, 1], &Device::flex());
    let parameters = Tensor::<2>::ones([2, 1], &Device::flex());
    let step = |seed| {
        model.step(
            u.clone(),
            parameters.clone(),
            &GRID,
            &mut SurrogateRng::new(seed),
        )
    };
    assert!(step(1).to_data() == step(1).to_data());
    assert!(step(1).to_data() != step(2).to_data());
    let moved = (step(1).mean_dim(1) - u.clone().mean_dim(1)).abs().max();
    assert!(moved.into_scalar::<f32>() < 1e-6);
}

/// The members of three states, one after the other, with their parameters.
fn three_states(members: usize) -> (Tensor<3>, Tensor<2>) {
    let u: Tensor<3> = SurrogateRng::new(5).normal([3, 16, 1], &Device::flex());
    let parameters = Tensor::<2>::ones([3, 1], &Device::flex());
    (u.repeat_dim(0, members), parameters.repeat_dim(0, members))
}

#[test]
fn noise_goes_on_from_step_to_step_as_its_correlation_says() {
    let of = |noise_correlation: f64| {
        let options = CrpsEnsemble {
            noise_correlation,
            ..CrpsEnsemble::default()
        };
        let model = ensemble(&options, &Device::flex());
        let draws = &mut SurrogateRng::new(4);
        let (u, parameters) = three_states(1);
        let mut step = || model.step(u.clone(), parameters.clone(), &GRID, draws);
        let [first, second] = [step(), step()];
        draws.begin();
        let (u, parameters) = three_states(1);
        [first, second, model.step(u, parameters, &GRID, draws)]
    };
    let [none, some, all] = [0.0, 0.9, 1.0].map(of);
    let values = |u: &Tensor<3>| u.to_data();
    assert!(values(&none[0]) == values(&some[0]) && values(&none[0]) == values(&all[0]));
    assert!(
        values(&all[1]) == values(&all[0]),
        "the same state and noise"
    );
    assert!(values(&all[2]) != values(&all[0]), "another rollout");
    let apart = |steps: &[Tensor<3>]| {
        let square = (steps[0].clone() - steps[1].clone()).square().mean();
        square.sqrt().into_scalar::<f32>()
    };
    // √(2 (1 − c)) of the deviation where the network is linear in its noise: 1.41 and 0.45.
    let ratio = apart(&some) / apart(&none);
    assert!((0.2..0.45).contains(&ratio), "{ratio}");
}

#[test]
fn the_score_of_first_predictions_is_the_loss_of_a_step_whatever_the_correlation() {
    let losses = |noise_correlation: f64| {
        let options = CrpsEnsemble {
            members: 3,
            alpha: 0.9,
            noise_correlation,
            ..CrpsEnsemble::default()
        };
        let mut model = ensemble(&options, &Device::flex());
        model.scaling.increment = vec![0.5];
        assert_eq!(Surrogate::members(&model), 3);
        let (u, parameters) = three_states(1);
        let next = u.clone() * 1.5;
        let draws = &mut SurrogateRng::new(4);
        let (grid, norm) = (&GRID, Norm::L2);
        let one = model.losses(u, next.clone(), parameters, grid, norm, draws);
        let (u, parameters) = three_states(3);
        let predicted = model.step(u, parameters, grid, &mut SurrogateRng::new(4));
        let of_states = model.prediction_losses(predicted, next, grid, norm);
        [one, of_states].map(|losses| losses.into_data().try_to_vec::<f32>().expect("f32"))
    };
    let [one, of_states] = losses(0.0);
    assert_eq!(one.len(), 3);
    for (one, of_states) in one.iter().zip(&of_states) {
        // States are rounded to single precision, increments are not.
        assert!(
            (one - of_states).abs() < 1e-5 * one.abs().max(1.0),
            "{one} and {of_states}"
        );
    }
    assert_eq!(losses(0.7), [one, of_states]);
}
