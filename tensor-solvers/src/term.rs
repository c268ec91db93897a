//! A nonlinear term on tensors.

use burn::tensor::Tensor;
use ondine_solvers::tables::{Tables, TermTables};

use crate::fourier::Fourier;
use crate::function::{Function, cat};
use crate::numbers::Numbers;
use crate::weight::Weight;

/// A term with its transforms.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    fourier: Fourier,
    function: Function,
    /// Parts of each input; none where the inputs are the channels as they are.
    inputs: Option<Vec<Vec<Use>>>,
    /// Parts of each channel that are products, and those that are channels.
    products: Vec<Vec<Use>>,
    couplings: Vec<Vec<Use>>,
    /// `[batch or 1, channel, 2, mode]`
    constants: Option<Tensor<4>>,
}

/// A multiple of a field as a part of a sum.
#[derive(Debug, Clone)]
struct Use {
    from: usize,
    weight: Weight,
}

/// The nonlinear term of tables that have one.
fn of(tables: &Tables) -> &TermTables {
    tables
        .term
        .as_ref()
        .expect("all simulations are of one equation")
}

impl Term {
    /// The term of simulations that have one, with the transforms of the kept modes on their grid.
    pub(crate) fn new(numbers: &Numbers, fourier: Fourier) -> Self {
        let (tables, channels) = (of(numbers.first()), numbers.first().channels);
        let inputs = tables.inputs.iter().enumerate().map(|(i, sum)| {
            let part = |(j, (from, _)): (usize, &(usize, _))| Use {
                from: *from,
                weight: numbers.factors(|tables| &of(tables).inputs[i][j].1),
            };
            sum.iter().enumerate().map(part).collect()
        });
        let inputs: Vec<Vec<Use>> = inputs.collect();
        let count = tables.outputs.iter().map(|output| output.product + 1).max();
        let products = (0..channels).map(|channel| {
            let outputs = tables.outputs.iter().enumerate();
            let own = outputs.filter(|(_, output)| output.channel == channel);
            own.map(|(i, output)| Use {
                from: output.product,
                weight: numbers.factors(|tables| &of(tables).outputs[i].factors),
            })
            .collect()
        });
        let couplings = (0..channels).map(|channel| {
            let couplings = tables.couplings.iter().enumerate();
            let own = couplings.filter(|(_, coupling)| coupling.0 == channel);
            own.map(|(i, coupling)| Use {
                from: coupling.1,
                weight: numbers.constant(|tables| of(tables).couplings[i].2),
            })
            .collect()
        });
        Self {
            fourier,
            function: Function::new(numbers, tables.program.clone(), count.unwrap_or(0)),
            products: products.collect(),
            couplings: couplings.collect(),
            constants: constants(numbers),
            inputs: (!are_channels(&inputs, channels)).then_some(inputs),
        }
    }

    /// `𝒩̂(û)`.
    ///
    /// # Shapes   `[batch, channel, 2, mode]` → the same
    pub(crate) fn evaluate(&self, u_hat: Tensor<4>) -> Tensor<4> {
        let inputs = match &self.inputs {
            None => u_hat.clone(),
            Some(inputs) => {
                let input = |uses: &Vec<Use>| sum(uses.iter().map(|one| one.of(&u_hat)));
                cat(inputs.iter().filter_map(input).collect())
            }
        };
        let products = self.function.run(self.fourier.inverse(inputs));
        let products = self.fourier.forward(products);
        let channel = |(uses, others): (&Vec<Use>, &Vec<Use>)| {
            let parts = uses.iter().map(|one| one.of(&products));
            let parts = parts.chain(others.iter().map(|one| one.of(&u_hat)));
            sum(parts).unwrap_or_else(|| field(&u_hat, 0).zeros_like())
        };
        let channels = self.products.iter().zip(&self.couplings).map(channel);
        let all = cat(channels.collect());
        match &self.constants {
            None => all,
            Some(constants) => all + constants.clone(),
        }
    }
}

impl Use {
    /// # Shapes   `[batch, field, 2, mode]` → `[batch, 1, 2, mode]`
    fn of(&self, fields: &Tensor<4>) -> Tensor<4> {
        self.weight.of(field(fields, self.from))
    }
}

/// # Shapes   `[batch, field, 2, mode]` → `[batch, 1, 2, mode]`
fn field(fields: &Tensor<4>, i: usize) -> Tensor<4> {
    if fields.dims()[1] == 1 {
        return fields.clone();
    }
    fields.clone().narrow(1, i, 1)
}

fn sum(parts: impl Iterator<Item = Tensor<4>>) -> Option<Tensor<4>> {
    parts.reduce(Tensor::add)
}

/// Whether the inputs are all channels in their order, each as it is.
fn are_channels(inputs: &[Vec<Use>], channels: usize) -> bool {
    let is_channel = |(i, sum): (usize, &Vec<Use>)| match &sum[..] {
        [one] => one.from == i && matches!(one.weight, Weight::One),
        _ => false,
    };
    inputs.len() == channels && inputs.iter().enumerate().all(is_channel)
}

/// Modes that are constant in time.
///
/// # Shapes   → `[batch or 1, channel, 2, mode]`
fn constants(numbers: &Numbers) -> Option<Tensor<4>> {
    let (term, channels) = (of(numbers.first()), numbers.first().channels);
    let modes = term.kept.len();
    let values = |tables: &Tables| {
        let mut values = vec![0.0; channels * 2 * modes];
        for (channel, place, value) in &of(tables).constants {
            let start = channel * 2 * modes + place;
            values[start] += value.re;
            values[start + modes] += value.im;
        }
        values
    };
    (!term.constants.is_empty()).then(|| numbers.tensor([channels, 2, modes], values))
}
