//! The way of parameters through a trait object.
//!
//! `burn` shows the parameters of a module to methods that are generic in their rank, which a trait object can't have.
//! Here a parameter goes through the trait object as [`Any`], and is known again by its rank on the other side.

use burn::module::{Flag, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Bool, Int, Tensor};
use std::any::Any;

/// A visitor behind a trait object. A parameter is a `&Param<Tensor<D, K>>`.
pub(super) trait Visit {
    fn enter(&mut self, name: &str, container: &str);
    fn exit(&mut self, name: &str, container: &str);
    fn parameter(&mut self, parameter: &dyn Any);
    fn flag(&mut self, flag: &Param<Flag>);
}

/// A mapper behind a trait object. A parameter is a `Param<Tensor<D, K>>`, before and after.
pub(super) trait Map {
    fn enter(&mut self, name: &str, container: &str);
    fn exit(&mut self, name: &str, container: &str);
    fn parameter(&mut self, parameter: Box<dyn Any>) -> Box<dyn Any>;
    fn flag(&mut self, flag: Param<Flag>) -> Param<Flag>;
}

/// The side of the module: from `burn`'s visitor into the trait object.
pub(super) struct IntoObject<'a>(pub(super) &'a mut dyn Visit);

impl ModuleVisitor for IntoObject<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.0.enter(name, container);
    }

    fn exit_module(&mut self, name: &str, container: &str) {
        self.0.exit(name, container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.parameter(param);
    }

    fn visit_int<const D: usize>(&mut self, param: &Param<Tensor<D, Int>>) {
        self.0.parameter(param);
    }

    fn visit_bool<const D: usize>(&mut self, param: &Param<Tensor<D, Bool>>) {
        self.0.parameter(param);
    }

    fn visit_flag(&mut self, flag: &Param<Flag>) {
        self.0.flag(flag);
    }
}

/// The side of the module: from `burn`'s mapper into the trait object and back.
pub(super) struct ThroughObject<'a>(pub(super) &'a mut dyn Map);

impl ThroughObject<'_> {
    fn parameter<P: 'static>(&mut self, parameter: P) -> P {
        let mapped = self.0.parameter(Box::new(parameter));
        *mapped.downcast().expect("a mapper keeps the type")
    }
}

impl ModuleMapper for ThroughObject<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.0.enter(name, container);
    }

    fn exit_module(&mut self, name: &str, container: &str) {
        self.0.exit(name, container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.parameter(param)
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        self.parameter(param)
    }

    fn map_bool<const D: usize>(
        &mut self,
        param: Param<Tensor<D, Bool>>,
    ) -> Param<Tensor<D, Bool>> {
        self.parameter(param)
    }

    fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        self.0.flag(flag)
    }
}

/// The other side: out of the trait object to a visitor or mapper that is generic in the rank.
pub(super) struct OutOfObject<'a, V>(pub(super) &'a mut V);

impl<V: ModuleVisitor> Visit for OutOfObject<'_, V> {
    fn enter(&mut self, name: &str, container: &str) {
        self.0.enter_module(name, container);
    }

    fn exit(&mut self, name: &str, container: &str) {
        self.0.exit_module(name, container);
    }

    fn parameter(&mut self, parameter: &dyn Any) {
        let ranks = [
            visited::<V, 1>,
            visited::<V, 2>,
            visited::<V, 3>,
            visited::<V, 4>,
            visited::<V, 5>,
            visited::<V, 6>,
        ];
        let known = ranks.iter().any(|visited| visited(self.0, parameter));
        assert!(known, "{TOO_MANY_AXES}");
    }

    fn flag(&mut self, flag: &Param<Flag>) {
        self.0.visit_flag(flag);
    }
}

impl<M: ModuleMapper> Map for OutOfObject<'_, M> {
    fn enter(&mut self, name: &str, container: &str) {
        self.0.enter_module(name, container);
    }

    fn exit(&mut self, name: &str, container: &str) {
        self.0.exit_module(name, container);
    }

    fn parameter(&mut self, parameter: Box<dyn Any>) -> Box<dyn Any> {
        let ranks = [
            mapped::<M, 1>,
            mapped::<M, 2>,
            mapped::<M, 3>,
            mapped::<M, 4>,
            mapped::<M, 5>,
            mapped::<M, 6>,
        ];
        let mut rest = parameter;
        for mapped in ranks {
            match mapped(self.0, rest) {
                Ok(mapped) => return mapped,
                Err(same) => rest = same,
            }
        }
        panic!("{TOO_MANY_AXES}")
    }

    fn flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        self.0.map_flag(flag)
    }
}

const TOO_MANY_AXES: &str = "a parameter of an own network has at most 6 axes";

/// Shows a parameter to the visitor, if it has `D` axes; whether it has.
fn visited<V: ModuleVisitor, const D: usize>(visitor: &mut V, parameter: &dyn Any) -> bool {
    if let Some(float) = parameter.downcast_ref::<Param<Tensor<D>>>() {
        visitor.visit_float(float);
    } else if let Some(int) = parameter.downcast_ref::<Param<Tensor<D, Int>>>() {
        visitor.visit_int(int);
    } else if let Some(bool) = parameter.downcast_ref::<Param<Tensor<D, Bool>>>() {
        visitor.visit_bool(bool);
    } else {
        return false;
    }
    true
}

/// A parameter after the mapper, if it has `D` axes; else the parameter as it was.
fn mapped<M: ModuleMapper, const D: usize>(
    mapper: &mut M,
    parameter: Box<dyn Any>,
) -> Result<Box<dyn Any>, Box<dyn Any>> {
    let parameter = match parameter.downcast::<Param<Tensor<D>>>() {
        Ok(float) => return Ok(Box::new(mapper.map_float(*float))),
        Err(other) => other,
    };
    let parameter = match parameter.downcast::<Param<Tensor<D, Int>>>() {
        Ok(int) => return Ok(Box::new(mapper.map_int(*int))),
        Err(other) => other,
    };
    let bool = parameter.downcast::<Param<Tensor<D, Bool>>>()?;
    Ok(Box::new(mapper.map_bool(*bool)))
}

/// Refuses parameters of more axes than come back through a trait object.
pub(super) struct Ranks;

impl ModuleVisitor for Ranks {
    fn visit_float<const D: usize>(&mut self, _: &Param<Tensor<D>>) {
        assert!(D <= 6, "{TOO_MANY_AXES}");
    }

    fn visit_int<const D: usize>(&mut self, _: &Param<Tensor<D, Int>>) {
        assert!(D <= 6, "{TOO_MANY_AXES}");
    }

    fn visit_bool<const D: usize>(&mut self, _: &Param<Tensor<D, Bool>>) {
        assert!(D <= 6, "{TOO_MANY_AXES}");
    }
}
