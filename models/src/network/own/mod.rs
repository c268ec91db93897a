//! Networks of a program that uses this library: any module of `burn` with a forward pass.
//!
//! A trait object holds the module; [`passage`] brings visitors and mappers of `burn` through it.

mod passage;

use super::Network;
use burn::module::{
    Content, Devices, DisplaySettings, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper,
    ModuleVisitor,
};
use burn::tensor::{Device, Tensor};
use passage::{IntoObject, Map, OutOfObject, Ranks, ThroughObject, Visit};
use std::fmt;

/// A module of `burn` that answers as a network.
///
/// Its [`NetworkConfig`](super::NetworkConfig) builds it with [`Network::own`]. It is then trained, averaged, saved and
/// read as the networks of the list are; the names of its weights in checkpoints are those of its fields.
///
/// ```
/// use burn::module::Module;
/// use burn::nn::Linear;
/// use burn::tensor::{Device, Tensor, activation::tanh};
/// use ondine_models::network::{Network, OwnNetwork};
/// use ondine_models::{SurrogateRng, FieldSpec, Init, Model, Scaling, Surrogate};
///
/// /// The same two layers at every point.
/// #[derive(Module, Debug)]
/// struct Pointwise {
///     lift: Linear,
///     project: Linear,
/// }
///
/// impl OwnNetwork for Pointwise {
///     fn forward(&self, u: Tensor<3>, _parameters: Tensor<2>, _grid: &[usize]) -> Tensor<3> {
///         self.project.forward(tanh(self.lift.forward(u)))
///     }
/// }
///
/// let device = Device::flex();
/// let init = &mut Init::new(0, &device);
/// let network = Network::own(Pointwise { lift: init.linear(2, 8), project: init.linear(8, 2) });
/// let model = Model::residual(network, Scaling::identity(&FieldSpec::new(2, 0, &[16])));
/// let u = Tensor::<3>::ones([1, 16, 2], &device); // [batch, point, channel]
/// let v = model.step(u, Tensor::<2>::zeros([1, 1], &device), &[16], &mut SurrogateRng::new(0));
/// assert_eq!(v.dims(), [1, 16, 2]);
/// ```
pub trait OwnNetwork: Module + Sync + 'static {
    /// The answer of the network, in scaled units.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3>;
}

impl Network {
    /// A network of a program's own.
    ///
    /// # Panics
    /// When a parameter has more than six axes.
    pub fn own(network: impl OwnNetwork) -> Self {
        network.visit(&mut Ranks);
        Self::Own(Own(Box::new(network)))
    }
}

/// An [`OwnNetwork`] of any type.
#[derive(Debug)]
pub struct Own(Box<dyn Erased>);

impl Own {
    /// The answer of the network.
    ///
    /// # Shapes   u: `[batch, point, channel]`, parameters: `[batch, parameter]` → `[batch, point, channel]`
    pub fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        self.0.answer(u, parameters, grid)
    }
}

/// The methods of [`Module`] that a trait object can have.
trait Erased: fmt::Debug + Send + Sync {
    fn answer(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3>;
    fn cloned(&self) -> Box<dyn Erased>;
    fn devices_with(&self, devices: Devices) -> Devices;
    fn forked(self: Box<Self>, device: &Device) -> Box<dyn Erased>;
    fn moved_to(self: Box<Self>, device: &Device) -> Box<dyn Erased>;
    fn training(self: Box<Self>) -> Box<dyn Erased>;
    fn validating(&self) -> Box<dyn Erased>;
    fn materialized(self: Box<Self>) -> Box<dyn Erased>;
    fn show(&self, visitor: &mut dyn Visit);
    fn mapped(self: Box<Self>, mapper: &mut dyn Map) -> Box<dyn Erased>;
}

impl<N: OwnNetwork> Erased for N {
    fn answer(&self, u: Tensor<3>, parameters: Tensor<2>, grid: &[usize]) -> Tensor<3> {
        self.forward(u, parameters, grid)
    }

    fn cloned(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }

    fn devices_with(&self, devices: Devices) -> Devices {
        self.collect_devices(devices)
    }

    fn forked(self: Box<Self>, device: &Device) -> Box<dyn Erased> {
        Box::new(self.fork(device))
    }

    fn moved_to(self: Box<Self>, device: &Device) -> Box<dyn Erased> {
        Box::new(self.to_device(device))
    }

    fn training(self: Box<Self>) -> Box<dyn Erased> {
        Box::new(self.train())
    }

    fn validating(&self) -> Box<dyn Erased> {
        Box::new(self.valid())
    }

    fn materialized(self: Box<Self>) -> Box<dyn Erased> {
        Box::new(self.materialize())
    }

    fn show(&self, visitor: &mut dyn Visit) {
        self.visit(&mut IntoObject(visitor));
    }

    fn mapped(self: Box<Self>, mapper: &mut dyn Map) -> Box<dyn Erased> {
        Box::new(self.map(&mut ThroughObject(mapper)))
    }
}

impl Clone for Own {
    fn clone(&self) -> Self {
        Self(self.0.cloned())
    }
}

impl Module for Own {
    fn collect_devices(&self, devices: Devices) -> Devices {
        self.0.devices_with(devices)
    }

    fn fork(self, device: &Device) -> Self {
        Self(self.0.forked(device))
    }

    fn to_device(self, device: &Device) -> Self {
        Self(self.0.moved_to(device))
    }

    fn train(self) -> Self {
        Self(self.0.training())
    }

    fn valid(&self) -> Self {
        Self(self.0.validating())
    }

    fn materialize(self) -> Self {
        Self(self.0.materialized())
    }

    fn visit<Visitor: ModuleVisitor>(&self, visitor: &mut Visitor) {
        self.0.show(&mut OutOfObject(visitor));
    }

    fn map<Mapper: ModuleMapper>(self, mapper: &mut Mapper) -> Self {
        Self(self.0.mapped(&mut OutOfObject(mapper)))
    }
}

impl ModuleDisplayDefault for Own {
    fn content(&self, content: Content) -> Option<Content> {
        content.set_top_level_type("Own").optional()
    }

    fn num_params(&self) -> usize {
        Module::num_params(self)
    }
}

impl ModuleDisplay for Own {}

impl fmt::Display for Own {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.format(DisplaySettings::default()))
    }
}
