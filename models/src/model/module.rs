//! A surrogate as a module of `burn`.

use super::Model;
use burn::module::{Devices, Module, ModuleMapper, ModuleVisitor};
use burn::tensor::Device;

/// The network, under the names that checkpoints have had from the first version on.
impl Module for Model {
    fn collect_devices(&self, devices: Devices) -> Devices {
        self.network.collect_devices(devices)
    }

    fn fork(self, device: &Device) -> Self {
        self.over(|network| network.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.over(|network| network.to_device(device))
    }

    fn train(self) -> Self {
        self.over(|network| network.train())
    }

    fn valid(&self) -> Self {
        self.clone().with_network(self.network.valid())
    }

    fn materialize(self) -> Self {
        self.over(|network| network.materialize())
    }

    fn visit<Visitor: ModuleVisitor>(&self, visitor: &mut Visitor) {
        let name = self.method.record_name();
        let container = format!("Struct:{name}");
        visitor.enter_module(name, "Enum:Model");
        visitor.enter_module("network", &container);
        self.network.visit(visitor);
        visitor.exit_module("network", &container);
        visitor.exit_module(name, "Enum:Model");
    }

    fn map<Mapper: ModuleMapper>(self, mapper: &mut Mapper) -> Self {
        let name = self.method.record_name();
        let container = format!("Struct:{name}");
        mapper.enter_module(name, "Enum:Model");
        mapper.enter_module("network", &container);
        let mapped = self.over(|network| network.map(mapper));
        mapper.exit_module("network", &container);
        mapper.exit_module(name, "Enum:Model");
        mapped
    }
}
