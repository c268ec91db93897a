//! Weights of a trained network as the first ones of another with other channels and parameters.

use crate::common::{cases, moved};
use burn::tensor::{Device, Tensor};
use ondine_models::network::Network;
use ondine_models::weights::{Array, Arrays, ChannelNames, Dialect, Mix, Placed, Places};
use ondine_models::{Backbone, FieldSpec, Init, ModelConfig};

fn names(channels: &[&str], parameters: &[&str]) -> ChannelNames {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    ChannelNames {
        inputs: owned(channels),
        outputs: owned(channels),
        parameters: owned(parameters),
    }
}

/// The values of a tensor of fields, channel by channel.
fn channels(u: Tensor<3>) -> Vec<Vec<f32>> {
    let channel = |channel| {
        let values = u.clone().narrow(2, channel, 1).into_data();
        values.try_to_vec::<f32>().expect("f32")
    };
    (0..u.dims()[2]).map(channel).collect()
}

/// A tensor of the same waves for the same number, channel by channel.
fn fields(waves: &[f32], device: &Device) -> Tensor<3> {
    let wave = |&wave: &f32| {
        let x = Tensor::<1, burn::tensor::Int>::arange(0..16, device).float();
        (x * (wave * 0.39) + wave).sin().reshape([1, 16, 1])
    };
    Tensor::cat(waves.iter().map(wave).collect(), 2)
}

fn told(values: &[f32], device: &Device) -> Tensor<2> {
    Tensor::<1>::from_floats(values, device).reshape([1, values.len() as i32])
}

fn own(network: &Network) -> Arrays {
    network.arrays(Dialect::Ondine).expect("names of its own")
}

/// Arrays of the same shapes, all of one value.
fn filled(like: &Arrays, value: f32) -> Arrays {
    let filled = like.iter().map(|(name, array)| {
        let values = vec![value; array.values().len()];
        let array = Array::new(array.shape(), values);
        (name.to_owned(), array)
    });
    filled.collect()
}

#[test]
fn every_network_answers_as_before_where_weights_of_new_fields_and_parameters_are_zero() {
    let device = Device::flex();
    for case in cases() {
        let config = case.config();
        let model = ModelConfig::alone(Backbone {
            kind: case.kind,
            config: config.clone(),
        });
        let (old, new) = (FieldSpec::new(2, 2, &[16]), FieldSpec::new(3, 3, &[16]));
        let trained = moved(config.init(&old, &mut Init::new(1, &device)), 0.05, 0.3);
        let fresh = config.init(&new, &mut Init::new(2, &device));
        let there = model.places(&old, &names(&["u", "v"], &["dt", "a"]));
        let here = model.places(&new, &names(&["v", "w", "u"], &["b", "a", "dt"]));
        let silent = filled(&own(&fresh), 0.0);
        let first = Placed {
            arrays: &silent,
            places: &here,
        };
        let arrays = own(&trained);
        let trained_there = Placed {
            arrays: &arrays,
            places: &there,
        };
        let carried = first.with(trained_there, Mix::TRAINED);
        assert_eq!(carried.count, arrays.num_values(), "{}", case.kind);
        let reading = fresh.with_arrays(&carried.arrays);
        let grown = reading.unwrap_or_else(|error| panic!("{error}")).network;

        let (u, v, w) = (1.0, 2.0, 3.0);
        let before = trained.forward(fields(&[u, v], &device), told(&[0.3, -0.6], &device), &[16]);
        let after = grown.forward(
            fields(&[v, w, u], &device),
            told(&[0.9, -0.6, 0.3], &device),
            &[16],
        );
        let (before, after) = (channels(before), channels(after));
        for (old, new) in [(0, 2), (1, 0)] {
            for (a, b) in before[old].iter().zip(&after[new]) {
                let size = a.abs().max(1.0);
                // Sums in another order, in single precision.
                assert!((a - b).abs() < 1e-4 * size, "{}: {a} and {b}", case.kind);
            }
        }
        let moves = before[0].iter().any(|value| value.abs() > 1e-3);
        assert!(moves, "{}: a network that answers nothing", case.kind);
    }
}

#[test]
fn trained_weights_are_shrunk_and_first_ones_added_value_by_value() {
    let device = Device::flex();
    for case in cases() {
        let spec = FieldSpec::new(1, 2, &[16]);
        let [trained, fresh] = [1, 2].map(|seed| {
            let network = case.config().init(&spec, &mut Init::new(seed, &device));
            moved(network, 0.05, 0.1 * seed as f64)
        });
        let (old, new) = (own(&trained), own(&fresh));
        let [there, here] = [&trained, &fresh].map(Places::alike);
        let first = Placed {
            arrays: &new,
            places: &here,
        };
        let from = Placed {
            arrays: &old,
            places: &there,
        };
        let mix = Mix {
            shrink: 0.5,
            perturb: 0.25,
        };
        let mixed = first.with(from, mix);
        assert!(mixed.partly.is_empty() && mixed.fresh.is_empty());
        assert_eq!(mixed.count, new.num_values());
        for (name, array) in mixed.arrays.iter() {
            let [old, new] = [&old, &new].map(|arrays| arrays.get(name).expect("named alike"));
            let pairs = old.values().iter().zip(new.values());
            let expected: Vec<f32> = pairs.map(|(w, f)| 0.5 * w + 0.25 * f).collect();
            assert_eq!(array.values(), expected, "{}: {name}", case.kind);
        }
        assert_eq!(first.with(from, Mix::TRAINED).arrays, old, "{}", case.kind);
    }
}

#[test]
fn rows_of_layers_of_another_width_are_those_of_the_new_network() {
    let device = Device::flex();
    let spec = FieldSpec::new(1, 2, &[16]);
    let fno = |width: usize, seed: u64| {
        let options = format!("{{ width = {width}, modes = 4, layers = 2 }}");
        let config = crate::common::decode("fno", &options).expect("valid");
        config.init(&spec, &mut Init::new(seed, &device))
    };
    let (narrow, wide) = (fno(6, 1), fno(8, 2));
    let (old, new) = (own(&narrow), own(&wide));
    let [there, here] = [&narrow, &wide].map(Places::alike);
    let first = Placed {
        arrays: &new,
        places: &here,
    };
    let from = Placed {
        arrays: &old,
        places: &there,
    };
    let carried = first.with(from, Mix::TRAINED);
    let shape = |arrays: &Arrays, name: &str| arrays.get(name).map(|array| array.shape().to_vec());
    let alike = new
        .iter()
        .filter(|(name, _)| shape(&old, name) == shape(&new, name));
    let alike: Vec<usize> = alike.map(|(_, array)| array.values().len()).collect();
    assert!(!alike.is_empty() && alike.len() < new.len());
    assert_eq!(carried.count, alike.iter().sum::<usize>());
    assert_eq!(carried.fresh.len(), new.len() - alike.len());
    assert!(carried.partly.is_empty(), "{:?}", carried.partly);
}
