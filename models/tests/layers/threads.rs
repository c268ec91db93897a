//! Values and gradients of layers are the same, bit for bit, on any number of threads.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine_models::block::{
    Activation, Convolution, ConvolutionConfig, GroupNorm, Pointwise, TransposedConfig,
    TransposedConvolution,
};
use ondine_models::{Init, SurrogateRng};
use rayon::ThreadPoolBuilder;

/// Layers whose sums are shared out: convolutions of each kind, a normalisation, a dense layer.
#[derive(Module, Debug)]
struct Layers {
    wide: Convolution,
    narrow: Convolution,
    halve: Convolution,
    norm: GroupNorm,
    double: TransposedConvolution,
    dense: Pointwise,
}

const GRID: [usize; 2] = [24, 20];

impl Layers {
    fn new(device: &Device) -> Self {
        let init = &mut Init::new(3, device);
        let config = |inputs, outputs, stride| ConvolutionConfig {
            dims: 2,
            inputs,
            outputs,
            stride,
            ..ConvolutionConfig::default()
        };
        let double = TransposedConfig {
            dims: 2,
            inputs: 9,
            outputs: 5,
            kernel: 4,
            padding: Default::default(),
        };
        Self {
            wide: Convolution::new(&config(50, 50, 1), init),
            narrow: Convolution::new(&config(50, 9, 1), init),
            halve: Convolution::new(&config(9, 9, 2), init),
            norm: GroupNorm::new(3, 9, init),
            double: TransposedConvolution::new(&double, init),
            dense: Pointwise::new(5, 7, init),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.narrow.forward(self.wide.forward(x, &GRID), &GRID);
        let x = self.norm.forward_activated(x, Activation::Gelu);
        let half = GRID.map(|n| n / 2);
        let x = self.double.forward(self.halve.forward(x, &GRID), &half);
        self.dense.forward(x)
    }

    /// The answer, and the gradients of all weights and of the argument.
    fn numbers(&self, x: &Tensor<3>) -> Vec<Vec<f32>> {
        let y = self.forward(x.clone());
        let gradients = y.clone().sin().sum().backward();
        let of_x = x.grad(&gradients).expect("it is tracked");
        let gradients = GradientsParams::from_grads(gradients, self);
        let weight = |convolution: &Convolution| {
            let gradient = gradients.get::<3>(convolution.weight.id);
            gradient.expect("it is tracked").flatten::<1>(0, 2)
        };
        let line = |scale: &burn::module::Param<Tensor<1>>| {
            let gradient = gradients.get::<1>(scale.id);
            gradient.expect("it is tracked")
        };
        let double = gradients.get::<3>(self.double.weight.id);
        let all = [
            y.inner().flatten(0, 2),
            of_x.flatten(0, 2),
            weight(&self.wide),
            weight(&self.narrow),
            weight(&self.halve),
            line(&self.norm.scale),
            line(&self.norm.shift),
            line(&self.double.bias),
            double.expect("it is tracked").flatten(0, 2),
        ];
        let numbers = all.map(|tensor| tensor.into_data().try_to_vec().expect("f32"));
        numbers.to_vec()
    }
}

#[test]
fn values_and_gradients_are_the_same_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let layers = Layers::new(&device);
    let shape = [11, GRID.iter().product(), 50];
    let x = SurrogateRng::new(1).normal(shape, &device);
    let x = Tensor::from_inner(x).require_grad();
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads can be started");
        pool.install(|| layers.numbers(&x))
    };
    let one = on(1);
    for threads in [2, 3, 7] {
        for (i, (a, b)) in one.iter().zip(on(threads)).enumerate() {
            let same = a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "array {i} on {threads} threads");
        }
    }
}
