//! A nonlinear term of one simulation, on slices.

use super::weight::Weight;
use super::{Function, Nonlinear, Symbol};
use crate::real::{times_i, zero};
use crate::{Complex, Grid, Real, Wavenumbers, Workspace};

/// A term with its symbols at the modes of a grid.
pub(crate) struct Slices<T> {
    function: Box<dyn Function>,
    parameters: Vec<f64>,
    inputs: Vec<Vec<(usize, Weight<T>)>>,
    products: Vec<Vec<(usize, Weight<T>)>>,
    couplings: Vec<(usize, usize, T)>,
    constants: Vec<(usize, Complex<T>)>,
}

impl<T: Real> Slices<T> {
    /// The term on the grid of `work`.
    ///
    /// # Panics
    ///
    /// When there are more inputs or products than the function has fields.
    pub(crate) fn new(term: Nonlinear, grid: &Grid, work: &Workspace<T>) -> Self {
        let (transform, k) = (&work.transform, Wavenumbers::new(grid));
        let (fields, kept) = (term.function.num_fields(), transform.num_kept_modes());
        let most = term.inputs.len().max(term.num_products());
        assert!(
            most <= fields,
            "inputs and products are fields of the function"
        );
        let input = |sum: &Vec<(usize, Symbol)>| {
            let parts = sum.iter();
            parts
                .map(|(channel, symbol)| (*channel, Weight::new(symbol, &k, kept)))
                .collect()
        };
        let product = |product| {
            let uses = term
                .outputs
                .iter()
                .filter(|output| output.product == product);
            uses.map(|output| (output.channel, Weight::new(&output.symbol, &k, kept)))
                .collect()
        };
        let couplings = term.couplings.iter();
        let constants = term.constants.iter().map(|constant| {
            let mode = transform.mode(&constant.periods);
            let amplitude = constant.amplitude * grid.num_points() as f64;
            let value = T::of(amplitude * constant.symbol.at(&k, mode));
            let value = Complex::new(value, T::zero());
            let turned = constant.symbol.is_imaginary();
            let place = constant.channel * transform.num_modes() + mode;
            (place, if turned { times_i(value) } else { value })
        });
        Self {
            inputs: term.inputs.iter().map(input).collect(),
            products: (0..term.num_products()).map(product).collect(),
            couplings: couplings
                .map(|c| (c.channel, c.of, T::of(c.factor)))
                .collect(),
            constants: constants.collect(),
            function: term.function,
            parameters: term.parameters,
        }
    }

    /// Writes the modes of `𝒩(u)` to `out`, both channel after channel.
    pub(crate) fn evaluate(
        &self,
        work: &mut Workspace<T>,
        u_hat: &[Complex<T>],
        out: &mut [Complex<T>],
    ) {
        self.to_points(work, u_hat);
        T::apply(
            self.function.as_ref(),
            &self.parameters,
            &work.threads,
            &mut work.points,
        );
        self.to_modes(work, out);
        self.couple(work, u_hat, out);
        for (place, value) in &self.constants {
            out[*place] += *value;
        }
    }

    fn to_points(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>]) {
        let (transform, modes) = (&mut work.transform, work.modes.len());
        let hat = |channel: usize| &u_hat[channel * modes..][..modes];
        let fields = work.points.chunks_exact_mut(work.num_points);
        for (sum, field) in self.inputs.iter().zip(fields) {
            match &sum[..] {
                [(channel, Weight::Constant(one))] if *one == T::one() => {
                    transform.to_points(hat(*channel), field);
                }
                [(channel, Weight::Imaginary(k))] => {
                    let u = hat(*channel);
                    transform.to_points_of(|i| times_i(u[i] * k[i]), field);
                }
                [
                    (first, Weight::Imaginary(k)),
                    (second, Weight::Imaginary(l)),
                ] => {
                    let (u, v) = (hat(*first), hat(*second));
                    transform.to_points_of(|i| times_i(u[i] * k[i] + v[i] * l[i]), field);
                }
                sum => {
                    let term = |i, (channel, weight): &(usize, Weight<T>)| {
                        weight.of(i, u_hat[channel * modes + i])
                    };
                    let at = |i| sum.iter().fold(zero(), |total, part| total + term(i, part));
                    transform.to_points_of(at, field);
                }
            }
        }
    }

    /// A product that one channel alone begins with goes there at once, any other by way of memory of its own.
    fn to_modes(&self, work: &mut Workspace<T>, out: &mut [Complex<T>]) {
        let (transform, threads) = (&mut work.transform, &work.threads);
        let (modes, kept) = (work.modes.len(), transform.num_kept_modes());
        let fields = work.points.chunks_exact_mut(work.num_points);
        for (i, (uses, field)) in self.products.iter().zip(fields).enumerate() {
            if let [(channel, weight)] = &uses[..]
                && self.begins(*channel, i)
            {
                let out = &mut out[channel * modes..][..modes];
                transform.to_modes(field, out);
                threads.each(&mut out[..kept], |start, out| weight.scale(start, out));
                continue;
            }
            transform.to_modes(field, &mut work.modes);
            for (j, (channel, weight)) in uses.iter().enumerate() {
                let out = &mut out[channel * modes..][..modes];
                let used = uses[..j].iter().any(|(before, _)| before == channel);
                if self.begins(*channel, i) && !used {
                    out.fill(zero());
                }
                let product = &work.modes;
                threads.each(&mut out[..kept], |start, out| {
                    weight.add(start, product, out);
                });
            }
        }
        for (channel, out) in out.chunks_exact_mut(modes).enumerate() {
            if self.begins(channel, self.products.len()) {
                out.fill(zero());
            }
        }
    }

    /// Whether no product before `product` is a part of the channel.
    fn begins(&self, channel: usize, product: usize) -> bool {
        let before = self.products[..product].iter().flatten();
        before
            .map(|(channel, _)| channel)
            .all(|used| *used != channel)
    }

    fn couple(&self, work: &Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        let modes = work.modes.len();
        for &(channel, of, factor) in &self.couplings {
            let (out, u) = (&mut out[channel * modes..], &u_hat[of * modes..]);
            for run in work.transform.kept() {
                let pairs = out[run.clone()].iter_mut().zip(&u[run.clone()]);
                pairs.for_each(|(out, u)| *out += *u * factor);
            }
        }
    }
}
