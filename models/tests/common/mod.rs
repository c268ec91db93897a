//! Small members of the list of networks.
#![allow(dead_code, reason = "each test binary uses a part")]

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor};
use ondine_models::network::{NETWORKS, Network, NetworkConfig, NetworkEntry, find};
use ondine_models::{FieldSpec, Init, Model, Options, Scaling, SurrogateRng};
use std::sync::Arc;
use toml::de::ValueDeserializer;

/// A network with few weights.
pub(crate) struct Case {
    pub(crate) kind: &'static str,
    pub(crate) options: &'static str,
    /// Shifts by multiples of so many points commute with the network; nothing where none do.
    pub(crate) shift: Option<usize>,
}

/// Smooth activations: gradients are compared with differences.
const CASES: &[Case] = &[
    case("fno", "{ width = 8, modes = 4, layers = 2 }", Some(1)),
    case(
        "tfno",
        "{ width = 8, modes = 4, layers = 2, rank = 0.75 }",
        Some(1),
    ),
    case(
        "recurrent_fno",
        "{ width = 8, modes = 4, iterations = 2, training_iterations = [2, 2] }",
        Some(1),
    ),
    case(
        "fno_neuraloperator",
        "{ width = 8, modes = 6, layers = 2, coordinates = false }",
        Some(1),
    ),
    case(
        "fno_neuraloperator",
        "{ width = 8, modes = 6, layers = 2, lifting = 1, projection = 3 }",
        None,
    ),
    case(
        "unet",
        "{ width = 8, multipliers = [1, 2], blocks = 1, attention = true }",
        Some(2),
    ),
    case(
        "unet",
        "{ width = 8, multipliers = [2], groups = 4, conditioning = \"scale_shift\", activation = \"tanh\" }",
        Some(1),
    ),
    case(
        "classic_unet",
        "{ width = 8, levels = 1, activation = \"silu\" }",
        Some(2),
    ),
    case("resnet", "{ width = 16, blocks = 2 }", Some(1)),
    case(
        "resnet",
        "{ width = 16, blocks = 2, order = \"post_activation\", groups = 0, activation = \"silu\" }",
        Some(1),
    ),
    case(
        "dilated_resnet",
        "{ width = 12, blocks = 1, dilations = [1, 4, 2], groups = 2 }",
        Some(1),
    ),
    case(
        "pde_transformer",
        "{ width = 24, heads = 3, patch = 1, window = 4, levels = 1, blocks = 2 }",
        None,
    ),
    case(
        "pde_transformer",
        "{ width = 24, heads = 2, patch = 2, window = 3, levels = 0, blocks = 3 }",
        None,
    ),
    case(
        "message_passing",
        "{ width = 16, layers = 2, radius = 2 }",
        Some(1),
    ),
    case(
        "mlp",
        "{ width = 48, layers = 1, activation = \"tanh\" }",
        None,
    ),
];

const fn case(kind: &'static str, options: &'static str, shift: Option<usize>) -> Case {
    Case {
        kind,
        options,
        shift,
    }
}

/// Small members of every kind, at least one each.
pub(crate) fn cases() -> &'static [Case] {
    for NetworkEntry { kind, .. } in NETWORKS {
        let known = CASES.iter().any(|case| case.kind == *kind);
        assert!(known, "give `{kind}` small options here");
    }
    CASES
}

/// Options as they would stand in a recipe.
pub(crate) fn decode(kind: &str, options: &str) -> Result<Arc<dyn NetworkConfig>, toml::de::Error> {
    let entry = find(kind).expect("the kind is in the list");
    let options: Options<'_> = ValueDeserializer::parse(options).expect("the options are TOML");
    (entry.decode)(options)
}

impl Case {
    pub(crate) fn config(&self) -> Arc<dyn NetworkConfig> {
        decode(self.kind, self.options).unwrap_or_else(|error| panic!("{}: {error}", self.kind))
    }

    /// The network as it starts, for two fields and three parameters.
    pub(crate) fn network(&self, grid: &[usize], device: &Device) -> Network {
        self.config().init(&spec(grid), &mut Init::new(1, device))
    }

    /// The surrogate with every weight moved, so that no branch starts at zero.
    pub(crate) fn surrogate(&self, grid: &[usize], device: &Device) -> Model {
        let network = moved(self.network(grid, device), 0.05, 0.3);
        Model::residual(network, Scaling::identity(&spec(grid)))
    }
}

pub(crate) fn spec(grid: &[usize]) -> FieldSpec {
    FieldSpec::new(2, 3, grid)
}

/// Random fields, `[batch, point, 2]`.
pub(crate) fn states(batch: usize, points: usize, device: &Device) -> Tensor<3> {
    let draws = SurrogateRng::new(3).normal([batch, points, 2], device);
    Tensor::from_data(draws.into_data(), device)
}

/// Every weight plus `step` times [`direction`].
pub(crate) fn moved<M: Module>(module: M, step: f64, phase: f64) -> M {
    module.map(&mut Moved { step, phase })
}

struct Moved {
    step: f64,
    phase: f64,
}

impl ModuleMapper for Moved {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (step, phase) = (self.step, self.phase);
        param.map(|weight| {
            let by = direction(weight.dims(), phase, &weight.device()) * step;
            let tracked = weight.is_require_grad();
            (weight.detach() + by).detach().set_require_grad(tracked)
        })
    }
}

/// Entries of order one without a pattern: a sine that is read at long steps.
pub(crate) fn direction<const D: usize>(
    dims: [usize; D],
    phase: f64,
    device: &Device,
) -> Tensor<D> {
    let device = device.clone().without_autodiff();
    let count = dims.iter().product::<usize>() as i64;
    let index = Tensor::<1, Int>::arange(0..count, &device).float();
    (index * 2.399_963 + phase).sin().reshape(dims)
}

/// The derivative along [`direction`] of what has these gradients by the weights of `module`.
pub(crate) fn slope<M: Module>(module: &M, gradients: &GradientsParams, phase: f64) -> f64 {
    let mut slope = Slope {
        gradients,
        phase,
        sum: 0.0,
    };
    module.visit(&mut slope);
    slope.sum
}

struct Slope<'g> {
    gradients: &'g GradientsParams,
    phase: f64,
    sum: f64,
}

impl ModuleVisitor for Slope<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = self.gradients.get::<D>(param.id);
        let gradient = gradient.expect("every weight has a gradient");
        let along = direction(gradient.dims(), self.phase, &gradient.device());
        self.sum += f64::from((gradient * along).sum().into_scalar::<f32>());
    }
}

/// The derivative at 0 by four values, to fourth order.
pub(crate) fn central(h: f64, at: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h)
}
