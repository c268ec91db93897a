//! Functions of the fields at one point, run on all points at once.

use burn::tensor::Tensor;
use ondine_solvers::nonlinear::{Operation, Program};

use crate::numbers::Numbers;
use crate::weight::Weight;

/// A function with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    program: Program,
    parameters: Vec<Value>,
    products: usize,
}

/// A value of a program: the same number at all points of all simulations, or `[batch, 1, point]`.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "a few of them live at once, and tensors are handles"
)]
enum Value {
    Number(f64),
    Field(Tensor<3>),
}

impl Function {
    /// The function of the nonlinear term with its first `products` products.
    pub(crate) fn new(numbers: &Numbers, program: Program, products: usize) -> Self {
        let count = numbers
            .first()
            .term
            .as_ref()
            .map_or(0, |term| term.parameters.len());
        let parameter = |i: usize| {
            let factor = numbers
                .constant(|tables| tables.term.as_ref().map_or(0.0, |term| term.parameters[i]));
            match factor {
                Weight::Real(each) => Value::Field(each.reshape([-1, 1, 1])),
                Weight::Number(value) => Value::Number(value),
                _ => Value::Number(1.0),
            }
        };
        Self {
            program,
            parameters: (0..count).map(parameter).collect(),
            products,
        }
    }

    /// The products of fields.
    ///
    /// # Shapes   `[batch, field, point]` → `[batch, product, point]`
    pub(crate) fn run(&self, fields: Tensor<3>) -> Tensor<3> {
        let mut values: Vec<Value> = Vec::with_capacity(self.program.operations.len());
        for operation in &self.program.operations {
            let at = |place: usize| values[place].clone();
            let value = match *operation {
                Operation::Parameter(i) => self.parameters[i].clone(),
                Operation::Field(i) => Value::Field(field(&fields, i)),
                Operation::Constant(value) => Value::Number(value),
                Operation::Sum(a, b) => at(a).plus(at(b)),
                Operation::Difference(a, b) => at(a).plus(at(b).negative()),
                Operation::Product(a, b) => at(a).times(at(b)),
                Operation::Negative(a) => at(a).negative(),
            };
            values.push(value);
        }
        let results = self.program.results[..self.products].iter();
        let products = results.map(|&place| values[place].clone().at_points(&fields));
        cat(products.collect())
    }
}

/// # Shapes   `[batch, field, point]` → `[batch, 1, point]`
fn field(fields: &Tensor<3>, i: usize) -> Tensor<3> {
    if fields.dims()[1] == 1 {
        return fields.clone();
    }
    fields.clone().narrow(1, i, 1)
}

/// Fields one after the other.
pub(crate) fn cat<const D: usize>(mut fields: Vec<Tensor<D>>) -> Tensor<D> {
    if fields.len() == 1 {
        return fields.remove(0);
    }
    Tensor::cat(fields, 1)
}

impl Value {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Self::Number(a + b),
            (Self::Field(a), Self::Field(b)) => Self::Field(a + b),
            (Self::Field(a), Self::Number(b)) | (Self::Number(b), Self::Field(a)) => {
                Self::Field(a + b)
            }
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Self::Number(a * b),
            (Self::Field(a), Self::Field(b)) => Self::Field(a * b),
            (Self::Field(a), Self::Number(b)) | (Self::Number(b), Self::Field(a)) => {
                Self::Field(a * b)
            }
        }
    }

    fn negative(self) -> Self {
        match self {
            Self::Number(value) => Self::Number(-value),
            Self::Field(field) => Self::Field(-field),
        }
    }

    /// Its values at the points of the fields.
    ///
    /// # Shapes   fields: `[batch, field, point]` → `[batch, 1, point]`
    fn at_points(self, fields: &Tensor<3>) -> Tensor<3> {
        let [batch, _, points] = fields.dims();
        match self {
            Self::Number(value) => Tensor::full(
                [batch, 1, points],
                value,
                &fields.device().without_autodiff(),
            ),
            Self::Field(field) => field.expand([batch, 1, points]),
        }
    }
}
