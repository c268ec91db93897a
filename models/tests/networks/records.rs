//! Names of weights in checkpoints: those of every version so far, so that old runs go on.

use crate::common::{decode, spec};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use ondine_models::{Backbone, Init, Model, ModelConfig, Options, SURROGATES, Scaling};
use toml::de::ValueDeserializer;

/// Paths of weights, as a record of burn has them.
#[derive(Default)]
struct Names {
    path: Vec<String>,
    found: Vec<String>,
}

impl ModuleVisitor for Names {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, _param: &Param<Tensor<D>>) {
        self.found.push(self.path.join("."));
    }
}

fn names(model: &Model) -> Vec<String> {
    let mut names = Names::default();
    model.visit(&mut names);
    names.found
}

fn mlp(options: &str) -> Backbone {
    Backbone {
        kind: "mlp",
        config: decode("mlp", options).unwrap_or_else(|error| panic!("{error}")),
    }
}

fn built(config: &ModelConfig) -> Model {
    let spec = spec(&[8]);
    let init = &mut Init::new(0, &Device::flex());
    config.init(&spec, Scaling::identity(&spec), init)
}

/// The model of a list entry, around a network of one layer.
fn around(kind: &str) -> Model {
    let entry = SURROGATES.iter().find(|entry| entry.kind == kind);
    let entry = entry.expect("it is in the list");
    let options: Options<'_> = ValueDeserializer::parse("{}").expect("TOML");
    let backbone = mlp("{ width = 4, layers = 1 }");
    let method = (entry.decode)(options, &backbone).unwrap_or_else(|error| panic!("{error}"));
    built(&ModelConfig::around(entry.kind, method, backbone))
}

#[test]
fn weights_have_the_names_that_checkpoints_have_had() {
    let alone = ModelConfig::alone(mlp("{ width = 4, layers = 1 }"));
    let told = ModelConfig::alone(mlp("{ width = 4, layers = 1, inputs = \"parameters\" }"));
    let models = [
        ("Residual", built(&alone)),
        ("Direct", built(&told)),
        ("PdeRefiner", around("pde_refiner")),
        ("CrpsEnsemble", around("crps_ensemble")),
    ];
    for (first, model) in models {
        let layers = ["layers.layers.0", "layers.layers.1"];
        let weights = layers.map(|layer| ["weight", "bias"].map(|part| format!("{layer}.{part}")));
        let expected = weights.as_flattened().iter();
        let expected: Vec<String> = expected
            .map(|name| format!("{first}.network.Mlp.{name}"))
            .collect();
        assert_eq!(names(&model), expected);
    }
}

#[test]
fn a_model_is_read_from_the_record_of_another_by_these_names() {
    let saved = crate::common::moved(around("pde_refiner"), 0.1, 0.3);
    let read = around("pde_refiner").load_record(saved.clone().into_record());
    let weights = |model: &Model| {
        let arrays = model
            .network
            .arrays(ondine_models::weights::Dialect::Ondine);
        arrays.expect("every network has names of its own")
    };
    assert_eq!(weights(&read), weights(&saved));
    let other = around("crps_ensemble").try_load_record(saved.into_record());
    assert!(other.is_err(), "a refiner is no ensemble");
}
