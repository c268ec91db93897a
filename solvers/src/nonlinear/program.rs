//! A function of the fields at one point as a list of operations, for numbers that are no [`Number`]: tensors, say, or code
//! of another device.

use std::cell::RefCell;
use std::ops::{Add, Mul, Neg, Sub};

use super::{Number, Pointwise};

/// The operations of a [`Pointwise`] function in their order, recorded while it is computed once.
///
/// ```
/// use ondine_solvers::nonlinear::{Number, Operation, Pointwise, Program};
///
/// /// Growth `r u²`.
/// struct Growth;
///
/// impl Pointwise<1, 1> for Growth {
///     fn at<N: Number>([rate]: [N; 1], [u]: &mut [N; 1]) {
///         *u = rate * *u * *u;
///     }
/// }
/// let program = Program::of::<Growth, 1, 1>();
/// assert_eq!(program.operations[2..], [Operation::Product(0, 1), Operation::Product(2, 1)]);
/// assert_eq!(program.run(&[2.0], &[3.0]), [18.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// The operations, each of which makes one value.
    pub operations: Vec<Operation>,
    /// Numbers of the operations that make the products, one for each field.
    pub results: Vec<usize>,
}

/// A value of a program, made from earlier ones, which are named by the number of their operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operation {
    /// The parameter of this number.
    Parameter(usize),
    /// The field of this number.
    Field(usize),
    /// A number.
    Constant(f64),
    /// `a + b`.
    Sum(usize, usize),
    /// `a − b`.
    Difference(usize, usize),
    /// `a b`.
    Product(usize, usize),
    /// `−a`.
    Negative(usize),
}

impl Program {
    /// The operations of the function `G`.
    #[must_use]
    pub fn of<G: Pointwise<P, F>, const P: usize, const F: usize>() -> Self {
        let tape = Tape::default();
        let parameters = std::array::from_fn(|i| tape.record(Operation::Parameter(i)));
        let mut fields = std::array::from_fn(|i| tape.record(Operation::Field(i)));
        G::at::<Recorded<'_>>(parameters, &mut fields);
        let results = fields.iter().map(|field| field.place).collect();
        Self {
            operations: tape.0.into_inner(),
            results,
        }
    }

    /// The products of the fields at one point, as the function itself computes them.
    ///
    /// # Panics
    ///
    /// When there are fewer parameters or fields than the function has, or no field.
    pub fn run<N: Number>(&self, parameters: &[N], fields: &[N]) -> Vec<N> {
        let mut values: Vec<N> = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            let value = match *operation {
                Operation::Parameter(i) => parameters[i],
                Operation::Field(i) => fields[i],
                Operation::Constant(value) => fields[0].constant(value),
                Operation::Sum(a, b) => values[a] + values[b],
                Operation::Difference(a, b) => values[a] - values[b],
                Operation::Product(a, b) => values[a] * values[b],
                Operation::Negative(a) => -values[a],
            };
            values.push(value);
        }
        self.results.iter().map(|&place| values[place]).collect()
    }
}

/// The operations so far.
#[derive(Default)]
struct Tape(RefCell<Vec<Operation>>);

impl Tape {
    fn record(&self, operation: Operation) -> Recorded<'_> {
        let mut operations = self.0.borrow_mut();
        operations.push(operation);
        Recorded {
            tape: self,
            place: operations.len() - 1,
        }
    }
}

/// A number whose operations are written down.
#[derive(Clone, Copy)]
struct Recorded<'t> {
    tape: &'t Tape,
    place: usize,
}

impl Number for Recorded<'_> {
    fn constant(self, value: f64) -> Self {
        self.tape.record(Operation::Constant(value))
    }
}

impl Add for Recorded<'_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.tape.record(Operation::Sum(self.place, other.place))
    }
}

impl Sub for Recorded<'_> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let difference = Operation::Difference(self.place, other.place);
        self.tape.record(difference)
    }
}

impl Mul for Recorded<'_> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.tape
            .record(Operation::Product(self.place, other.place))
    }
}

impl Neg for Recorded<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.tape.record(Operation::Negative(self.place))
    }
}

#[cfg(test)]
mod tests {
    use crate::equation::EQUATIONS;
    use crate::{Nonlinear, Rng, Stream, Threads};

    /// The terms of all equations in all dimensions, with the name of each.
    fn terms() -> impl Iterator<Item = (&'static str, Nonlinear)> {
        let entries = EQUATIONS.iter().filter(|entry| entry.has_modes());
        let all = entries.flat_map(|entry| entry.dims.iter().map(move |&dims| (entry, dims)));
        all.filter_map(|(entry, dims)| {
            let values: Vec<f64> = entry.values_in(dims).map(|p| p.good[1]).collect();
            let equation = entry.build_checked(&values, dims).expect("good values");
            Some((entry.kind, equation.nonlinear()?))
        })
    }

    #[test]
    fn programs_of_all_equations_are_their_functions_to_the_bit() {
        let mut rng = Rng::stream(0, Stream::Noise, 0);
        let mut checked = 0;
        for (kind, term) in terms() {
            let (function, products) = (&term.function, term.num_products());
            let program = function.program();
            for _ in 0..20 {
                let mut fields = vec![0.0; function.num_fields()];
                fields.fill_with(|| rng.uniform(-3.0, 3.0));
                let replayed = program.run(&term.parameters, &fields);
                function.apply_f64(&term.parameters, &Threads::one(), &mut fields);
                let bits = |values: &[f64]| -> Vec<u64> {
                    values[..products].iter().map(|x| x.to_bits()).collect()
                };
                assert_eq!(bits(&replayed), bits(&fields), "{kind}");
            }
            checked += 1;
        }
        assert!(checked > 15, "{checked} terms");
    }
}
