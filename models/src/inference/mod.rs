//! Networks whose weights no longer change, for a surrogate that is loaded to be run: weights are laid out once, a step works on
//! slices, and its memory is kept by the thread.
//!
//! On the CPU, and for the networks that have such a form; the others stay as they are. Answers equal those of the network
//! within the rounding of single precision, for any number of threads to the bit.

mod dense;
mod operator;
mod plan;
mod share;

pub(crate) use operator::{LayerParts, Operator, OperatorParts};

use crate::network::unet::Unet;
use crate::pool::in_pool;
use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use std::sync::Arc;

/// A network without weights that could be trained.
#[derive(Module, Debug)]
pub struct Settled {
    #[module(skip)]
    network: Arc<Form>,
}

/// The networks that have a form for inference.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a surrogate has one network")]
enum Form {
    Operator(Operator),
    Unet(Unet),
}

impl Settled {
    pub(crate) fn operator(operator: Operator) -> Self {
        Self::of(Form::Operator(operator))
    }

    pub(crate) fn unet(unet: Unet) -> Self {
        Self::of(Form::Unet(unet))
    }

    fn of(network: Form) -> Self {
        Self {
            network: Arc::new(network),
        }
    }

    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub(crate) fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        match &*self.network {
            Form::Operator(operator) => answers(operator, u, parameters, grid),
            Form::Unet(unet) => in_pool(|| unet.forward(u, parameters, grid)),
        }
    }
}

fn answers(operator: &Operator, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
    let device = u.device();
    let [batch, points, _] = u.dims();
    let parameters = parameters.expand([batch as i32, -1]);
    let answer = operator.answers(&host(u), &host(parameters), batch, grid);
    let outputs = answer.len() / (batch * points).max(1);
    Tensor::from_data(TensorData::new(answer, [batch, points, outputs]), &device)
}

/// The numbers of a tensor, the last axis fastest.
pub(crate) fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    data.try_to_vec().expect("numbers in single precision")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Edge, Padding};
    use crate::network::fno::FnoConfig;
    use crate::network::recurrent_fno::RecurrentFnoConfig;
    use crate::network::tfno::TfnoConfig;
    use crate::network::unet::UnetConfig;
    use crate::network::{Modes, Network, NetworkConfig};
    use crate::{FieldSpec, Init, SurrogateRng};
    use burn::tensor::Device;

    /// A network of which no weight is zero.
    fn shaken(config: &dyn NetworkConfig, spec: &FieldSpec) -> Network {
        config
            .init(spec, &mut Init::new(0, &Device::flex()))
            .map(&mut Shaken(SurrogateRng::new(3)))
    }

    /// [`compared`] for a network that has a form of its own for inference.
    fn distance(network: Network, spec: &FieldSpec, batch: usize) -> f32 {
        let (distance, settled) = compared(network, spec, batch);
        assert!(settled);
        distance
    }

    /// The largest distance between the answers of a network and of its form for inference, of their size, and whether that
    /// is another one.
    fn compared(network: Network, spec: &FieldSpec, batch: usize) -> (f32, bool) {
        let device = Device::flex();
        let mut draws = SurrogateRng::new(4);
        let points = spec.grid.iter().product();
        let u = draws.normal([batch, points, 2], &device);
        let parameters = draws.normal([batch, 2], &device);
        let expected = network.forward(u.clone(), parameters.clone(), &spec.grid);
        let settled = network.for_inference();
        let distances = [0, 1].map(|_| {
            let answer = settled.forward(u.clone(), parameters.clone(), &spec.grid);
            let size = expected.clone().abs().max().into_scalar::<f32>();
            (answer - expected.clone()).abs().max().into_scalar::<f32>() / size
        });
        let is_settled = matches!(settled, Network::Settled(_));
        (distances[0].max(distances[1]), is_settled)
    }

    /// Adds a small random number to every weight.
    struct Shaken(SurrogateRng);

    impl burn::module::ModuleMapper for Shaken {
        fn map_float<const D: usize>(
            &mut self,
            weight: burn::module::Param<Tensor<D>>,
        ) -> burn::module::Param<Tensor<D>> {
            weight.map(|weight| {
                let draws = self.0.normal(weight.dims(), &weight.device());
                weight + draws * 0.1
            })
        }
    }

    #[test]
    fn a_settled_operator_equals_its_network_on_every_grid() {
        let grids = [
            (&[64][..], 12, 20, 1),
            (&[30], 24, 5, 3),
            (&[7], 16, 9, 2),
            (&[64, 48], 16, 6, 1),
            (&[48, 64], 32, 12, 1),
            (&[12, 10], 8, 8, 2),
            (&[6, 5, 8], 4, 4, 2),
        ];
        for (grid, width, modes, batch) in grids {
            let config = FnoConfig {
                width,
                modes: Modes::All(modes),
                layers: 3,
                spectral_scale: 1.0,
                ..FnoConfig::default()
            };
            let spec = FieldSpec::new(2, 2, grid);
            let error = distance(shaken(&config, &spec), &spec, batch);
            assert!(error < 2e-6, "{grid:?}: {error}"); // f32 through three layers
        }
    }

    #[test]
    fn an_operator_in_tucker_form_is_settled_and_a_recurrent_one_stays() {
        for grid in [&[30][..], &[12, 10]] {
            let spec = FieldSpec::new(2, 2, grid);
            let config = TfnoConfig {
                width: 12,
                modes: Modes::All(6),
                spectral_scale: 1.0,
                padding: Padding::Periodic,
                ..TfnoConfig::default()
            };
            let error = distance(shaken(&config, &spec), &spec, 2);
            assert!(error < 2e-6, "{grid:?}: {error}"); // f32 through four layers
            let config = RecurrentFnoConfig {
                width: 12,
                modes: Modes::All(6),
                padding: Padding::Periodic,
                ..RecurrentFnoConfig::default()
            };
            let (error, settled) = compared(shaken(&config, &spec), &spec, 2);
            assert!(error <= 0.0 && !settled, "{grid:?}: {error}"); // the same operations
        }
    }

    #[test]
    fn networks_between_walls_answer_for_inference_as_in_a_training() {
        let spec = FieldSpec::new(2, 2, &[16, 8]);
        let fno = FnoConfig {
            width: 8,
            modes: Modes::All(12),
            padding: Padding::Ends,
            ..FnoConfig::default()
        };
        let unet = UnetConfig {
            width: 48,
            multipliers: vec![1, 2],
            padding: Padding::Ends,
            ..UnetConfig::default()
        };
        let networks: [&dyn NetworkConfig; 2] = [&fno, &unet];
        for first in [Edge::Mirror, Edge::Constant, Edge::Zero] {
            for second in [Edge::Periodic, Edge::Mirror] {
                for (network, slices) in networks.into_iter().zip([false, true]) {
                    let between = network.between(&[first, second]).expect("an option");
                    let (error, settled) = compared(shaken(between.as_ref(), &spec), &spec, 2);
                    assert!(error <= 0.0, "{first:?}: {error}"); // the same operations
                    assert_eq!(settled, slices, "{first:?}");
                }
            }
        }
    }

    #[test]
    fn a_settled_unet_answers_as_its_network_to_the_bit() {
        let spec = FieldSpec::new(2, 2, &[16, 8]);
        let config = UnetConfig {
            width: 48,
            multipliers: vec![1, 2],
            ..UnetConfig::default()
        };
        let error = distance(shaken(&config, &spec), &spec, 2);
        assert!(error <= 0.0, "{error}");
    }
}
