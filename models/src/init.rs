//! Initial weights as a function of a seed, the same on every device.

use burn::module::{Param, ParamId};
use burn::nn::Linear;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws the parameters of a network in the order in which its layers ask for them.
///
/// The numbers come from the host (`ChaCha8`), so a CPU and a GPU start from equal weights.
pub struct Init {
    /// The generator; none where only the sizes of parameters are asked for.
    rng: Option<ChaCha8Rng>,
    device: Device,
}

impl Init {
    /// Weights that are a function of `seed`, placed on `device`.
    pub fn new(seed: u64, device: &Device) -> Self {
        Self {
            rng: Some(ChaCha8Rng::seed_from_u64(seed)),
            device: device.clone(),
        }
    }

    /// Parameters that have a shape and take no memory: to count those of a network. They are zeros once they are read.
    pub fn sizes() -> Self {
        Self {
            rng: None,
            device: Device::flex(),
        }
    }

    /// A parameter with entries from `U(-bound, bound)`.
    pub fn uniform<const D: usize>(&mut self, shape: [usize; D], bound: f64) -> Param<Tensor<D>> {
        let Some(rng) = &mut self.rng else {
            return self.unread(shape);
        };
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| (bound * (2.0 * unit(rng) - 1.0)) as f32)
            .collect();
        Param::from_data(TensorData::new(values, Shape::new(shape)), &self.device)
    }

    /// A parameter of ones: a factor that starts as if it were not there. Draws nothing.
    pub fn ones<const D: usize>(&mut self, shape: [usize; D]) -> Param<Tensor<D>> {
        match self.rng {
            None => self.unread(shape),
            Some(_) => Param::from_tensor(Tensor::ones(shape, &self.device)),
        }
    }

    fn unread<const D: usize>(&self, shape: [usize; D]) -> Param<Tensor<D>> {
        let zeros = move |device: &Device, _| Tensor::zeros(shape, device);
        Param::uninitialized(
            ParamId::new(),
            zeros,
            self.device.clone(),
            true,
            Shape::new(shape),
        )
    }

    /// A parameter of zeros: a branch that starts as if it were not there.
    pub fn zeros<const D: usize>(&mut self, shape: [usize; D]) -> Param<Tensor<D>> {
        self.uniform(shape, 0.0)
    }

    /// A dense layer with weights and biases from `U(-1/√in, 1/√in)`, as in `PyTorch`.
    pub fn linear(&mut self, inputs: usize, outputs: usize) -> Linear {
        let bound = 1.0 / (inputs as f64).sqrt();
        Linear {
            weight: self.uniform([inputs, outputs], bound),
            bias: Some(self.uniform([outputs], bound)),
        }
    }

    /// A dense layer of zeros.
    pub fn zero_linear(&mut self, inputs: usize, outputs: usize) -> Linear {
        Linear {
            weight: self.zeros([inputs, outputs]),
            bias: Some(self.zeros([outputs])),
        }
    }
}

/// A number from `[0, 1)` with 53 random bits.
fn unit(rng: &mut ChaCha8Rng) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (rng.next_u64() >> 11) as f64 * SCALE
}
