//! Networks on a GPU backend give the numbers of the CPU. Built with `--features wgpu`; any Vulkan driver will do, Mesa's
//! `llvmpipe` included, which needs no GPU.
#![cfg(feature = "wgpu")]

mod common;

use burn::tensor::{Device, DeviceType, Tensor};
use common::{cases, states};
use ondine_models::{Init, ModelConfig, Scaling, Surrogate, SurrogateRng, refiner};

/// Of the step and of the gradient, relative to the largest value: single precision with sums in another order, and
/// exponentials of a few units in the last place, which drivers are allowed; gradients go through twice as many.
const TOLERANCES: [(&str, f32); 2] = [("step", 1e-5), ("gradient", 1e-3)];

const GRIDS: [&[usize]; 2] = [&[16], &[8, 8]];

fn devices() -> [Device; 2] {
    let found = Device::enumerate(DeviceType::Wgpu).into_vec();
    let gpu = found.into_iter().next();
    let gpu = gpu.expect("a Vulkan driver: on Debian, apt-get install mesa-vulkan-drivers");
    [Device::flex(), gpu].map(Device::autodiff)
}

/// The step that `surrogate` makes, and the gradient of its loss by the state.
fn answers(surrogate: &impl Surrogate, grid: &[usize], device: &Device) -> [Vec<f32>; 2] {
    let points = grid.iter().product();
    let u = states(3, points, &Device::flex()).into_data();
    let u = Tensor::<3>::from_data(u, device).require_grad();
    let parameters = Tensor::<2>::ones([3, 3], device) * 0.3;
    let step = surrogate.step(
        u.clone(),
        parameters.clone(),
        grid,
        &mut SurrogateRng::new(1),
    );
    let next = u.clone().detach() * 0.5;
    let loss = surrogate.loss(u.clone(), next, parameters, grid, &mut SurrogateRng::new(2));
    let gradient = u.grad(&loss.backward()).expect("u requires it");
    [step.inner(), gradient].map(|x| x.into_data().try_to_vec().expect("f32"))
}

fn compare(name: &str, [cpu, gpu]: [[Vec<f32>; 2]; 2]) {
    for ((cpu, gpu), (what, tolerance)) in cpu.iter().zip(&gpu).zip(TOLERANCES) {
        let size = cpu.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
        let pairs = cpu.iter().zip(gpu);
        let error = pairs.fold(0.0_f32, |max, (a, b)| max.max((a - b).abs())) / size;
        println!("{name}: {what} {error:.1e}");
        assert!(size > 0.0 && error < tolerance, "{name}: {what} {error}");
    }
}

#[test]
fn every_network_gives_the_same_numbers_on_both() {
    let devices = devices();
    for case in cases() {
        for grid in GRIDS {
            let both = devices
                .each_ref()
                .map(|device| answers(&case.surrogate(grid, device), grid, device));
            compare(&format!("{} {} on {grid:?}", case.kind, case.options), both);
        }
    }
}

#[test]
fn a_refiner_gives_the_same_numbers_on_both() {
    let devices = devices();
    let spec = common::spec(&[16]);
    let backbone = ondine_models::Backbone {
        kind: "resnet",
        config: common::decode("resnet", "{ width = 8, blocks = 1 }").expect("it is valid"),
    };
    let text = "{ steps = 2, min_noise_variance = 1e-4, blur = 1.0, cutoff = 0.9 }";
    let options = toml::de::ValueDeserializer::parse(text).expect("it is TOML");
    let method = (refiner::ENTRY.decode)(options, &backbone).expect("it is valid");
    let config = ModelConfig::around("pde_refiner", method, backbone);
    let both = devices.each_ref().map(|device| {
        let scaling = Scaling::identity(&spec);
        let model = config.init(&spec, scaling, &mut Init::new(3, device));
        answers(&common::moved(model, 0.05, 0.3), &[16], device)
    });
    compare("refiner", both);
}
