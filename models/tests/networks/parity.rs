//! Networks against the same networks in `PyTorch`; `data/README.md` says how the files were made.

use burn::module::Module;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use ondine_models::network::fno_neuraloperator::{FnoNeuraloperator, FnoNeuraloperatorConfig};
use ondine_models::network::unet::{Unet, UnetConfig};
use ondine_models::network::{Modes, Network};
use ondine_models::weights::{Array, Arrays, Dialect};
use ondine_models::{FieldSpec, Init, SurrogateRng};
use safetensors::{Dtype, SafeTensors};
use std::path::Path;

/// The contents of a file of `data/`.
struct File(Vec<u8>);

impl File {
    fn open(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        Self(std::fs::read(folder.join(name)).expect("the file can be read"))
    }

    fn arrays(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.0).expect("the file is whole")
    }

    /// Shape and values of an array.
    fn array(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let arrays = self.arrays();
        let array = arrays.tensor(name).expect("the file has the array");
        assert_eq!(array.dtype(), Dtype::F32, "{name}");
        let numbers = array.data().chunks_exact(4);
        let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("4 bytes"));
        (array.shape().to_vec(), numbers.map(number).collect())
    }

    /// The weights.
    fn state(&self) -> Arrays {
        let mut state = Arrays::default();
        for name in self.arrays().names() {
            if let Some(short) = name.strip_prefix("state.") {
                let (shape, values) = self.array(name);
                state.insert(short, Array::new(&shape, values));
            }
        }
        state
    }

    /// `[batch, channel, points …]` → `[batch, point, channel]`, and the grid
    fn fields(&self, name: &str, device: &Device) -> (Tensor<3>, Vec<usize>) {
        let (shape, values) = self.array(name);
        let grid = shape[2..].to_vec();
        let flat = Shape::new([shape[0], shape[1], grid.iter().product()]);
        let fields = Tensor::<3>::from_data(TensorData::new(values, flat), device);
        (fields.swap_dims(1, 2), grid)
    }

    fn parameters(&self, device: &Device) -> Tensor<2> {
        let (shape, values) = self.array("parameters");
        let shape = Shape::new([shape[0], shape[1]]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

/// The largest difference, relative to the largest value.
fn difference(found: Tensor<3>, expected: Tensor<3>) -> f32 {
    let scale = expected.clone().abs().max().into_scalar::<f32>();
    (found - expected).abs().max().into_scalar::<f32>() / scale
}

fn unet(config: &UnetConfig, grid: &[usize], device: &Device) -> Unet {
    let spec = FieldSpec {
        inputs: 2,
        outputs: 1,
        bundle: 1,
        history: 1,
        statics: 0,
        mask: None,
        parameters: 2,
        grid: grid.to_vec(),
    };
    Unet::new(config, &spec, &mut Init::new(0, device))
}

fn fno(parameters: usize, device: &Device) -> FnoNeuraloperator {
    fno_with(Modes::All(6), parameters, device)
}

fn fno_with(modes: Modes, parameters: usize, device: &Device) -> FnoNeuraloperator {
    let config = FnoNeuraloperatorConfig {
        width: 6,
        modes,
        layers: 2,
        ..FnoNeuraloperatorConfig::default()
    };
    let spec = FieldSpec {
        inputs: 3,
        outputs: 2,
        bundle: 1,
        history: 1,
        statics: 0,
        mask: None,
        parameters,
        grid: vec![8, 12],
    };
    FnoNeuraloperator::new(&config, &spec, &mut Init::new(0, device))
}

fn small() -> UnetConfig {
    UnetConfig {
        width: 8,
        multipliers: vec![1, 2],
        blocks: 1,
        attention: true,
        ..UnetConfig::default()
    }
}

#[test]
fn the_unet_is_the_function_of_the_one_in_pytorch() {
    let device = Device::flex();
    let file = File::open("unet.safetensors");
    let (u, grid) = file.fields("input", &device);
    let (expected, _) = file.fields("output", &device);
    let network = unet(&small(), &grid, &device).with_pdearena(&file.state());
    let network = network.unwrap_or_else(|error| panic!("{error}"));
    // Waves see 5 (1 + p).
    let scaled = file.parameters(&device) / 5.0 - 1.0;
    let error = difference(network.forward(u, scaled, &grid), expected);
    assert!(error < 1e-5, "{error}"); // f32 against f64
}

#[test]
fn the_fno_is_the_function_of_the_one_in_neuraloperator() {
    let device = Device::flex();
    let file = File::open("fno_neuraloperator.safetensors");
    let (u, grid) = file.fields("input", &device);
    let (expected, _) = file.fields("output", &device);
    let network = fno(0, &device);
    assert_eq!(network.num_params(), 3902);
    let network = network.with_neuraloperator(&file.state());
    let network = network.unwrap_or_else(|error| panic!("{error}"));
    let answer = network.forward(u, Tensor::zeros([2, 0], &device), &grid);
    let error = difference(answer, expected);
    assert!(error < 1e-5, "{error}"); // f32 against f32
}

/// An operator with fewer modes along the first axis is one with weights of zero for the others: its state has the rows in
/// the middle, as `neuraloperator` stores negative wavenumbers before the others.
#[test]
fn modes_of_each_axis_are_read_from_a_state_of_neuraloperator() {
    let device = Device::flex();
    let file = File::open("fno_neuraloperator.safetensors");
    let (u, grid) = file.fields("input", &device);
    let (mut zeroed, mut cut) = (file.state(), file.state());
    for layer in 0..2 {
        let name = format!("fno_blocks.convs.{layer}.weight.tensor");
        let all = zeroed.get(&name).expect("the state has it");
        let (shape, values) = (all.shape().to_vec(), all.values().to_vec());
        assert_eq!(shape, [6, 6, 6, 4, 2], "inputs, outputs, modes, parts");
        let rows = || values.chunks(4 * 2).enumerate();
        let kept = |row: usize| (1..5).contains(&(row % 6));
        let masked = rows()
            .flat_map(|(row, line)| line.iter().map(move |&w| if kept(row) { w } else { 0.0 }));
        let masked: Vec<f32> = masked.collect();
        let narrow: Vec<f32> = rows()
            .filter(|(row, _)| kept(*row))
            .flat_map(|(_, line)| line.to_vec())
            .collect();
        zeroed.insert(&name, Array::new(&shape, masked));
        cut.insert(&name, Array::new(&[6, 6, 4, 4, 2], narrow));
    }
    let narrow = fno_with(Modes::Each(vec![4, 6]), 0, &device);
    let narrow = narrow
        .with_neuraloperator(&cut)
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        narrow.to_neuraloperator() == cut,
        "it is written again as it was read"
    );
    let wide = fno(0, &device).with_neuraloperator(&zeroed);
    let wide = wide.unwrap_or_else(|error| panic!("{error}"));
    let none = || Tensor::zeros([2, 0], &device);
    let expected = wide.forward(u.clone(), none(), &grid);
    let error = difference(narrow.forward(u, none(), &grid), expected);
    assert!(error < 1e-6, "{error}"); // f32, the same products in another order
}

#[test]
fn a_state_of_another_network_is_refused() {
    let device = Device::flex();
    let file = File::open("unet.safetensors");
    let refused = |config: UnetConfig| {
        let network = unet(&config, &[8, 12], &device);
        network
            .with_pdearena(&file.state())
            .expect_err("the network is another one")
    };
    let wider = refused(UnetConfig {
        width: 16,
        ..small()
    });
    assert!(wider.missing.is_empty() && wider.unused.is_empty());
    let first = &wider.misshapen[0];
    assert_eq!(first.name, "time_embed.0.weight");
    assert_eq!(
        (&first.found, &first.expected),
        (&vec![32, 8], &vec![64, 16])
    );
    let longer = refused(UnetConfig {
        blocks: 2,
        ..small()
    });
    assert!(
        longer
            .missing
            .iter()
            .any(|array| array.name.starts_with("up.6."))
    );
    let plainer = refused(UnetConfig {
        groups: 0,
        ..small()
    });
    assert!(plainer.missing.is_empty() && plainer.misshapen.is_empty());
    let norms = plainer
        .unused
        .iter()
        .all(|array| array.name.contains("norm"));
    assert!(norms && plainer.unused.len() > 10, "{plainer}");
}

#[test]
fn what_pytorch_wrote_is_written_again_name_by_name() {
    let device = Device::flex();
    let file = File::open("unet.safetensors");
    let state = file.state();
    let network = unet(&small(), &[8, 12], &device).with_pdearena(&state);
    let network = network.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        network.to_pdearena() == state,
        "every name, shape and value of the U-Net"
    );
    let file = File::open("fno_neuraloperator.safetensors");
    let state = file.state();
    let network = fno(0, &device).with_neuraloperator(&state);
    let network = network.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        network.to_neuraloperator() == state,
        "every name, shape and value of the FNO"
    );
}

#[test]
fn names_are_recognized_below_a_prefix_beside_other_arrays() {
    let device = Device::flex();
    let file = File::open("fno_neuraloperator.safetensors");
    let state = file.state();
    let below = |(name, array): (&str, &Array)| (format!("state.model.{name}"), array.clone());
    let mut checkpoint: Arrays = state.iter().map(below).collect();
    checkpoint.insert("optimizer.bias", Array::new(&[1], vec![3.0]));
    let reading = Network::FnoNeuraloperator(fno(0, &device)).with_arrays(&checkpoint);
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(reading.dialect, Dialect::Neuraloperator);
    let again = reading.network.arrays(Dialect::Neuraloperator);
    assert!(
        again == Some(state),
        "every array of the state and no other"
    );
}

#[test]
fn a_network_that_is_told_no_parameters_is_read_as_one_that_does_not_listen() {
    let device = Device::flex();
    let file = File::open("fno_neuraloperator.safetensors");
    let (u, grid) = file.fields("input", &device);
    let (expected, _) = file.fields("output", &device);
    let reading = Network::FnoNeuraloperator(fno(2, &device)).with_arrays(&file.state());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    assert!(!reading.conditioned);
    let parameters = Tensor::ones([2, 2], &device);
    let error = difference(reading.network.forward(u, parameters, &grid), expected);
    assert!(error < 1e-5, "{error}");

    let spec = FieldSpec::new(1, 0, &[8, 12]);
    let silent = Unet::new(&small(), &spec, &mut Init::new(3, &device));
    let spec = FieldSpec::new(1, 2, &[8, 12]);
    let told = Network::Unet(Unet::new(&small(), &spec, &mut Init::new(4, &device)));
    let silent = noisy(silent.to_pdearena());
    let reading = told
        .with_arrays(&silent)
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(!reading.conditioned);
    let spec = FieldSpec::new(1, 0, &[8, 12]);
    let alone = Unet::new(&small(), &spec, &mut Init::new(5, &device)).with_pdearena(&silent);
    let alone = alone.unwrap_or_else(|error| panic!("{error}"));
    let u = SurrogateRng::new(6).normal([2, 96, 1], &device);
    let expected = alone.forward(u.clone(), Tensor::zeros([2, 0], &device), &[8, 12]);
    let answer = reading
        .network
        .forward(u, Tensor::ones([2, 2], &device), &[8, 12]);
    assert!(difference(answer, expected) < 1e-6);
}

/// The same arrays without zeros, which hide differences.
fn noisy(arrays: Arrays) -> Arrays {
    let noise = |(name, array): (&str, &Array)| {
        let values = array.values().iter().enumerate();
        let values = values
            .map(|(i, value)| value + 0.1 * (i as f32).sin())
            .collect();
        (name.to_owned(), Array::new(array.shape(), values))
    };
    arrays.iter().map(noise).collect()
}
