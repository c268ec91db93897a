//! Training steps with a clock.

use crate::arguments::{Arguments, Place};
use crate::case::Case;
use crate::memory::{gpu_mib, peak_mib, processor_time, resident_mib};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Distribution, FloatDType, Tensor};
use ondine_models::network::find;
use ondine_models::optimizer::AdamW;
use ondine_models::{FieldSpec, Init, Model, Scaling, Surrogate, SurrogateRng};
use serde_json::{Value, json};
use std::time::Instant;
use toml::de::ValueDeserializer;

/// The optimiser of the measured steps.
const ADAMW: AdamW = AdamW {
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    weight_decay: 1e-4,
};

/// Steps before the clock starts.
const WARM_UP: usize = 5;

/// The medians over the steps, and what the process took.
pub(crate) fn measure(case: &Case, arguments: &Arguments) -> Result<Value, String> {
    let device = device(arguments)?;
    let before = (resident_mib(), gpu_mib());
    let mut training = Training::new(case, &device);
    let weights = training.surrogate.network.num_params();
    for _ in 0..WARM_UP {
        training.step(&device);
    }
    let used = processor_time();
    let steps: Vec<[f64; 4]> = (0..arguments.steps)
        .map(|_| training.step(&device))
        .collect();
    let used = (processor_time() - used) / arguments.steps as f64;
    let [forward, backward, optimizer, step] =
        [0, 1, 2, 3].map(|part| median(steps.iter().map(|times| times[part]).collect()));
    let fastest = steps.iter().map(|times| times[3]).fold(f64::MAX, f64::min);
    Ok(json!({
        "network": case.name(),
        "options": case.options,
        "grid": case.grid,
        "batch": case.batch,
        "device": arguments.device_name(),
        "dtype": arguments.dtype_name(),
        "weights": weights,
        "forward_ms": forward,
        "backward_ms": backward,
        "optimizer_ms": optimizer,
        "step_ms": step,
        "fastest_ms": fastest,
        "processor_ms": used,
        "resident_mib": before.0,
        "peak_mib": peak_mib(),
        "gpu_mib": gpu_mib().zip(before.1).map(|(after, before)| after - before),
    }))
}

/// The device, told the type of its numbers before it makes any.
fn device(arguments: &Arguments) -> Result<Device, String> {
    let mut device = match arguments.place {
        Place::Flex => Device::flex(),
        Place::Cuda => cuda()?,
    };
    if arguments.dtype != FloatDType::F32 {
        if arguments.place == Place::Flex {
            return Err("`--dtype bf16` is for `--device cuda`".to_owned());
        }
        device
            .configure(arguments.dtype)
            .map_err(|error| format!("`--dtype {}`: {error}", arguments.dtype_name()))?;
    }
    Ok(device.autodiff())
}

#[cfg(feature = "cuda")]
fn cuda() -> Result<Device, String> {
    use burn::tensor::DeviceType;
    match Device::enumerate(DeviceType::Cuda).is_empty() {
        true => Err("no CUDA device is here".to_owned()),
        false => Ok(Device::cuda(0)),
    }
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Device, String> {
    Err("this program was built without CUDA: build it with `--features cuda`".to_owned())
}

/// A network under training on one batch of random numbers.
struct Training {
    surrogate: Model,
    optimizer: ModuleOptimizer,
    u: Tensor<3>,
    next: Tensor<3>,
    parameters: Tensor<2>,
    grid: &'static [usize],
}

impl Training {
    fn new(case: &Case, device: &Device) -> Self {
        let spec = FieldSpec::new(1, 1, case.grid);
        let options = ValueDeserializer::parse(case.options).expect("the options are TOML");
        let entry = find(case.kind).expect("the network is in the list");
        let config = (entry.decode)(options).expect("the options are valid");
        let network = config.init(&spec, &mut Init::new(0, device));
        let shape = [case.batch, case.grid.iter().product(), 1];
        let states = || Tensor::random(shape, Distribution::Normal(0.0, 1.0), device);
        Self {
            surrogate: Model::residual(network, Scaling::identity(&spec)),
            optimizer: ADAMW.init(),
            u: states(),
            next: states(),
            parameters: Tensor::ones([case.batch, 1], device),
            grid: case.grid,
        }
    }

    /// Milliseconds of the forward pass, the backward pass, the optimiser, and all of them.
    fn step(&mut self, device: &Device) -> [f64; 4] {
        let start = Instant::now();
        let (u, next) = (self.u.clone(), self.next.clone());
        let loss = self.surrogate.loss(
            u,
            next,
            self.parameters.clone(),
            self.grid,
            &mut SurrogateRng::new(0),
        );
        wait(device);
        let forward = start.elapsed();
        let gradients = GradientsParams::from_grads(loss.backward(), &self.surrogate);
        wait(device);
        let backward = start.elapsed();
        self.surrogate = self.optimizer.step(1e-3, self.surrogate.clone(), gradients);
        wait(device);
        let end = start.elapsed();
        [forward, backward - forward, end - backward, end].map(|time| time.as_secs_f64() * 1e3)
    }
}

/// Until the device has done what it was told.
fn wait(device: &Device) {
    device.sync().expect("the device computes");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
