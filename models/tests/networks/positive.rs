//! Surrogates that keep channels above 0: every network, every method around one, and gradients through the floor.

use crate::common::{Case, cases, central, decode, moved, spec, states};
use burn::tensor::{Device, Tensor};
use ondine_models::surrogate::{CoarseSolver, Correction, CorrectionConfig, find};
use ondine_models::{
    Backbone, FieldSpec, HeldMeans, Init, Method, Model, ModelConfig, Norm, Options, Positive,
    Scaling, Surrogate, SurrogateRng,
};
use std::sync::Arc;
use toml::de::ValueDeserializer;

const POINTS: usize = 32;

/// Scales of a gas, thin in places, that answers move by more than there is.
fn scaling(spec: &FieldSpec) -> Scaling {
    let channels = spec.channels() * spec.history;
    Scaling {
        mean: vec![1.0; channels],
        deviation: vec![0.5; channels],
        increment: vec![3.0; spec.outputs],
        ..Scaling::identity(spec)
    }
}

/// The first channel positive, the second of both signs.
fn gas(batch: usize, device: &Device) -> Tensor<3> {
    let u = states(batch, POINTS, device);
    let density = u.clone().narrow(2, 0, 1).abs() + 0.05;
    Tensor::cat(vec![density, u.narrow(2, 1, 1)], 2)
}

fn told(batch: usize, device: &Device) -> Tensor<2> {
    Tensor::ones([batch, 3], device) * 0.3
}

fn first() -> Positive {
    Positive::of(vec![true, false])
}

fn least(u: &Tensor<3>) -> f32 {
    u.clone().min().into_scalar::<f32>()
}

fn density(u: &Tensor<3>) -> Tensor<3> {
    u.clone().narrow(2, 0, 1)
}

fn surrogate(case: &Case, device: &Device) -> Model {
    case.surrogate(&[POINTS], device)
        .with_scaling(scaling(&spec(&[POINTS])))
}

/// Steps of a rollout.
fn rollout(model: &Model, steps: usize, device: &Device) -> Vec<Tensor<3>> {
    let (mut u, mut draws) = (gas(3, device), SurrogateRng::new(5));
    let step = |_| {
        u = model.step(u.clone(), told(3, device), &[POINTS], &mut draws);
        u.clone()
    };
    (0..steps).map(step).collect()
}

/// A surrogate whose answers are below 0 in places, by increments of the scale and sign that that takes, and such an answer.
fn falling(case: &Case, device: &Device) -> (Model, Tensor<3>) {
    for size in [3.0, -3.0, 30.0, -30.0, 300.0, -300.0] {
        let scaling = Scaling {
            increment: vec![size; 2],
            ..scaling(&spec(&[POINTS]))
        };
        let model = case.surrogate(&[POINTS], device).with_scaling(scaling);
        let raw = rollout(&model, 1, device).remove(0);
        if least(&density(&raw)) < 0.0 {
            return (model, raw);
        }
    }
    panic!("{}: nothing to keep", case.kind)
}

#[test]
fn every_network_stays_positive_over_a_rollout_and_holds_means_beside() {
    let device = Device::flex();
    for case in cases() {
        let (free, raw) = falling(case, &device);
        let kept = free.keeping_positive(first());
        let once = rollout(&kept, 1, &device).remove(0);
        let other = |u: &Tensor<3>| u.clone().narrow(2, 1, 1).into_data();
        assert!(
            other(&raw) == other(&once),
            "{}: the other field",
            case.kind
        );
        for u in rollout(&kept, 4, &device) {
            assert!(least(&density(&u)) > 0.0, "{}", case.kind);
        }
        let both = kept.conserving(HeldMeans::of(vec![true, false]));
        let mut mean = density(&gas(3, &device)).mean_dim(1);
        for u in rollout(&both, 4, &device) {
            let size = raw.clone().abs().max().into_scalar::<f32>();
            let now = density(&u).mean_dim(1);
            let drift = (now.clone() - mean).abs().max().into_scalar::<f32>();
            mean = now;
            // f32: sums of 32 numbers of the size of increments
            let allowed = 1e-5 * size.max(1.0);
            assert!(
                least(&density(&u)) > 0.0 && drift < allowed,
                "{}: {drift}",
                case.kind
            );
        }
    }
}

#[test]
fn states_far_above_the_floor_are_those_of_a_surrogate_without_it() {
    let device = Device::flex();
    for case in cases() {
        let small = Scaling {
            increment: vec![1e-3; 2],
            ..scaling(&spec(&[POINTS]))
        };
        let free = surrogate(case, &device).with_scaling(small);
        let kept = free.clone().keeping_positive(first());
        let [free, kept] = [free, kept].map(|model| {
            let (u, mut draws) = (gas(3, &device), SurrogateRng::new(5));
            let next = model.step(u.clone(), told(3, &device), &[POINTS], &mut draws);
            let loss = model.loss(
                u,
                next.clone() * 1.1,
                told(3, &device),
                &[POINTS],
                &mut draws,
            );
            (next.into_data(), loss.into_data())
        });
        assert!(free == kept, "{}", case.kind);
    }
}

/// Every surrogate around a small network, and those by themselves.
fn methods(device: &Device) -> Vec<(String, Model)> {
    let network = |options: &str| Backbone {
        kind: "mlp",
        config: decode("mlp", options).unwrap_or_else(|error| panic!("{error}")),
    };
    let small = "{ width = 32, layers = 1, activation = \"tanh\" }";
    let by_time = "{ width = 32, layers = 1, activation = \"tanh\", inputs = \"parameters\" }";
    let around = |kind: &'static str, options: &str| {
        let backbone = network(small);
        let options: Options<'_> = ValueDeserializer::parse(options).expect("TOML");
        let entry = find(kind).expect("it is in the list");
        let method = (entry.decode)(options, &backbone).unwrap_or_else(|error| panic!("{error}"));
        let config = ModelConfig::around(entry.kind, method, backbone);
        match config.corrects() {
            Some(_) => config.with_solver(Arc::new(Half)),
            None => config,
        }
    };
    let configs = [
        ("alone", ModelConfig::alone(network(small))),
        ("from parameters", ModelConfig::alone(network(by_time))),
        ("crps", around("crps_ensemble", "{ members = 3 }")),
        (
            "refiner",
            around("pde_refiner", "{ steps = 2, min_noise_variance = 1e-4 }"),
        ),
        ("bypass", around("correction", "{ mode = \"bypass\" }")),
        (
            "sequential",
            around("correction", "{ mode = \"sequential\" }"),
        ),
    ];
    let spec = spec(&[POINTS]);
    let build = |(name, config): (&str, ModelConfig)| {
        let model = config.init(&spec, scaling(&spec), &mut Init::new(1, device));
        let network = moved(model.network.clone(), 0.2, 0.3);
        (name.to_owned(), model.with_network(network))
    };
    configs.into_iter().map(build).collect()
}

/// Half of the state.
#[derive(Debug)]
struct Half;

impl CoarseSolver for Half {
    fn step(&self, u: Tensor<3>, _: &Tensor<2>, _: &[usize]) -> Tensor<3> {
        u * 0.5
    }
}

#[test]
fn every_method_keeps_its_answers_positive() {
    let device = Device::flex();
    for (name, model) in methods(&device) {
        let thin = Scaling {
            mean: vec![0.05; 2],
            ..scaling(&spec(&[POINTS]))
        };
        let model = model.with_scaling(thin);
        let raw = rollout(&model, 1, &device).remove(0);
        assert!(least(&density(&raw)) < 0.0, "{name}: nothing to keep");
        let kept = model.keeping_positive(first());
        for u in rollout(&kept, 4, &device) {
            assert!(least(&density(&u)) > 0.0, "{name}");
        }
    }
}

/// Methods that learn errors of predicted states learn those of the states that they answer with.
#[test]
fn losses_are_those_of_the_positive_answers() {
    let device = Device::flex();
    for (name, model) in methods(&device) {
        if name == "crps" || name == "refiner" {
            continue; // they learn scores and noise
        }
        let model = model.keeping_positive(first());
        let (u, next) = (gas(3, &device), gas(3, &device).flip([1]));
        let mut draws = SurrogateRng::new(5);
        let answer = model.step(u.clone(), told(3, &device), &[POINTS], &mut draws);
        let expected = model.errors(answer, next.clone());
        let found = model.residuals(u, next, told(3, &device), &[POINTS], &mut draws);
        let apart = (found - expected).abs().max().into_scalar::<f32>();
        assert!(apart < 2e-6, "{name}: {apart}"); // f32, of order one
    }
}

#[test]
fn members_of_an_ensemble_are_scored_as_they_are_answered() {
    let device = Device::flex();
    let all = methods(&device);
    let (_, model) = all
        .into_iter()
        .find(|(name, _)| name == "crps")
        .expect("one of them");
    let model = model.keeping_positive(first());
    let (u, next) = (gas(2, &device), gas(2, &device).flip([1]));
    let members = 3;
    let (many, by) = (u.clone().repeat_dim(0, members), told(2 * members, &device));
    let answers = model.step(many, by, &[POINTS], &mut SurrogateRng::new(7));
    let answers = answers.reshape([members, 2, POINTS, 2]);
    let errors = (answers.clone() - next.clone().unsqueeze::<4>()).abs();
    let pairs = [(0, 1), (0, 2), (1, 2)].map(|(i, j)| {
        let [a, b] = [i, j].map(|member| answers.clone().narrow(0, member, 1));
        (a - b).abs().mean().into_scalar::<f32>()
    });
    let spread: f32 = pairs.iter().sum();
    let expected = (errors.mean().into_scalar::<f32>() - spread / 6.0) / 3.0;
    let mut draws = SurrogateRng::new(7);
    let found = model.losses(u, next, told(2, &device), &[POINTS], Norm::L2, &mut draws);
    let found = found.mean().into_scalar::<f32>();
    assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
}

/// Through values on both sides of the floor, means held and not, and two steps of a rollout.
#[test]
fn gradients_through_the_floor_match_finite_differences() {
    let device = Device::flex().autodiff();
    for held in [HeldMeans::None, HeldMeans::of(vec![true, false])] {
        for (name, model) in methods(&device) {
            let model = model.conserving(held.clone()).keeping_positive(first());
            let loss = |u: Tensor<3>| {
                let mut draws = SurrogateRng::new(5);
                let once = model.step(u.clone(), told(3, &device), &[POINTS], &mut draws);
                let twice = model.step(once, told(3, &device), &[POINTS], &mut draws);
                twice.square().mean()
            };
            let u = gas(3, &device).detach().require_grad();
            let along = states(3, POINTS, &device).flip([1]);
            let gradients = loss(u.clone()).backward();
            let slope = u.grad(&gradients).map_or(0.0, |gradient| {
                let along = along.clone().inner();
                f64::from((gradient * along).sum().into_scalar::<f32>())
            });
            let at = |s: f64| {
                let at = loss(u.clone() + along.clone() * s);
                f64::from(at.into_scalar::<f32>())
            };
            let difference = central(2e-3, at);
            // f32 rounding of the loss over 2e-3, and values that cross the floor within it
            let error = (difference - slope).abs() / slope.abs().max(0.1);
            assert!(
                error < 1e-2,
                "{name}, {held:?}: {slope} against {difference}"
            );
        }
    }
}

#[test]
fn the_constraint_is_said_in_words() {
    let device = Device::flex();
    let model = || surrogate(&cases()[0], &device);
    assert!(
        model()
            .keeping_positive(Positive::default())
            .guards()
            .is_empty()
    );
    let guards = |kept: Vec<bool>| model().keeping_positive(Positive::of(kept)).guards();
    assert_eq!(guards(vec![true, true]), ["every field is kept positive"]);
    assert_eq!(
        guards(vec![false, true]),
        ["1 of 2 fields are kept positive"]
    );
    assert!(guards(vec![false, false]).is_empty());
    let both = model().conserving(HeldMeans::All).keeping_positive(first());
    assert_eq!(both.guards().len(), 2);
}

/// A correction has the mean that its solver gives.
#[test]
fn a_correction_holds_the_mean_of_its_solver() {
    let device = Device::flex();
    let spec = spec(&[POINTS]);
    let network = moved(cases()[0].network(&[POINTS], &device), 0.05, 0.3);
    let method = Correction::new(CorrectionConfig::default(), Arc::new(Half));
    assert!(method.corrects().is_some());
    let model = Model::new(network, scaling(&spec), method)
        .conserving(HeldMeans::All)
        .keeping_positive(first());
    let u = gas(3, &device);
    let next = model.step(
        u.clone(),
        told(3, &device),
        &[POINTS],
        &mut SurrogateRng::new(1),
    );
    assert!(least(&density(&next)) > 0.0);
    let drift = (density(&next).mean_dim(1) - density(&u).mean_dim(1) * 0.5).abs();
    assert!(drift.max().into_scalar::<f32>() < 1e-5);
}
