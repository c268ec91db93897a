//! Networks against the same networks in `PyTorch`; `data/README.md` says how the files were made.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use ondine_models::import::{Arrays, ImportError};
use ondine_models::network::NetworkConfig;
use ondine_models::network::fno_neuraloperator::{FnoNeuraloperator, FnoNeuraloperatorConfig};
use ondine_models::network::unet::{Unet, UnetConfig};
use ondine_models::{FieldSpec, Init};
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
                state.insert(short, &shape, values);
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
        parameters: 2,
        grid: grid.to_vec(),
    };
    Unet::new(config, &spec, &mut Init::new(0, device))
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
    let config = FnoNeuraloperatorConfig {
        width: 6,
        modes: 6,
        layers: 2,
        ..FnoNeuraloperatorConfig::default()
    };
    let spec = FieldSpec {
        inputs: 3,
        outputs: 2,
        bundle: 1,
        parameters: 0,
        grid: grid.clone(),
    };
    assert_eq!(config.num_parameters(&spec), 3902);
    let network = FnoNeuraloperator::new(&config, &spec, &mut Init::new(0, &device));
    let network = network.with_neuraloperator(&file.state());
    let network = network.unwrap_or_else(|error| panic!("{error}"));
    let answer = network.forward(u, Tensor::zeros([2, 0], &device), &grid);
    let error = difference(answer, expected);
    assert!(error < 1e-5, "{error}"); // f32 against f32
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
    assert!(matches!(&wider, ImportError::Shape { name, .. } if name == "time_embed.0.weight"));
    let longer = refused(UnetConfig {
        blocks: 2,
        ..small()
    });
    assert!(matches!(
        longer,
        ImportError::Missing { .. } | ImportError::Shape { .. }
    ));
    let plainer = refused(UnetConfig {
        groups: 0,
        ..small()
    });
    let unused = matches!(&plainer, ImportError::Unused { name } if name.contains("norm"));
    assert!(unused, "{plainer}");
}
