//! Attention against plain loops over windows and tokens.

use super::*;
use crate::SurrogateRng;
use crate::block::windows::Windows;
use burn::module::ModuleMapper;
use burn::tensor::Device;

const CHANNELS: usize = 6;
const HEADS: usize = 2;

/// Numbers of order one in the place of weights that begin at zero or alike.
struct Drawn(SurrogateRng);

impl ModuleMapper for Drawn {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|weight| self.0.normal(weight.dims(), &weight.device()) * 0.7)
    }
}

fn attention(dims: usize, device: &Device) -> WindowAttention {
    let attention = WindowAttention::new(CHANNELS, HEADS, dims, &mut Init::new(1, device));
    attention.map(&mut Drawn(SurrogateRng::new(5)))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    let numbers: Vec<f32> = tensor.into_data().try_to_vec().expect("single precision");
    numbers.into_iter().map(f64::from).collect()
}

/// A dense layer of one row.
fn dense(layer: &Linear, x: &[f64]) -> Vec<f64> {
    let weight = numbers(layer.weight.val());
    let bias = numbers(layer.bias.as_ref().expect("it has one").val());
    let outputs = bias.len();
    let output = |o: usize| -> f64 {
        let terms = x
            .iter()
            .enumerate()
            .map(|(i, x)| x * weight[i * outputs + o]);
        bias[o] + terms.sum::<f64>()
    };
    (0..outputs).map(output).collect()
}

/// The score of an offset for every head: `16 σ(W₂ gelu(W₁ δ̂ + b₁) + b₂)`, by the network itself on one row.
fn bias(attention: &WindowAttention, steps: &[i64], window: usize, device: &Device) -> Vec<f64> {
    let long = (window - 1) as f64;
    let scaled = |&step: &i64| {
        let size = (1.0 + 8.0 * step.unsigned_abs() as f64 / long).log2() / 3.0;
        (size * step.signum() as f64) as f32
    };
    let row: Vec<f32> = steps.iter().map(scaled).collect();
    let row = Tensor::<1>::from_floats(&row[..], device).unsqueeze::<2>();
    let scores = numbers(attention.positions.forward(row));
    scores.iter().map(|x| 16.0 / (1.0 + (-x).exp())).collect()
}

/// Where a coordinate lies in a shifted partition: its window, and steps from the window's start.
fn place(x: usize, n: usize, window: usize, shift: usize) -> (usize, usize) {
    let rolled = (x + n - shift) % n;
    (rolled / window, rolled % window)
}

/// Steps from one coordinate to another where they see each other.
fn steps(from: usize, to: usize, n: usize, window: usize, shift: usize, wall: bool) -> Option<i64> {
    let window = window.min(n);
    let shift = if window < n { shift } else { 0 };
    let (a, b) = (place(from, n, window, shift), place(to, n, window, shift));
    let across = wall && (from < shift) != (to < shift); // from both sides of the end
    let same = a.0 == b.0 && !across;
    let offset = b.1 as i64 - a.1 as i64;
    if wall || window < n {
        return same.then_some(offset);
    }
    let n = n as i64;
    Some((offset + n / 2).rem_euclid(n) - n / 2)
}

/// A grid of tokens in windows, shifted or not.
#[derive(Debug, Clone, Copy)]
struct Case {
    grid: &'static [usize],
    window: usize,
    shift: usize,
    walls: [bool; 3],
}

impl Case {
    fn tokens(&self) -> usize {
        self.grid.iter().product()
    }

    fn partition(&self) -> Windows {
        Windows::new(self.grid, self.window, self.shift > 0, self.walls)
    }

    /// The coordinates of a token.
    fn coordinates(&self, mut token: usize) -> Vec<usize> {
        let mut coordinates = vec![0; self.grid.len()];
        for (x, n) in coordinates.iter_mut().zip(self.grid).rev() {
            *x = token % n;
            token /= n;
        }
        coordinates
    }

    /// Steps along every axis from one token to another where they see each other.
    fn offset(&self, from: usize, to: usize) -> Option<Vec<i64>> {
        let (window, shift) = (self.window, self.shift);
        let pairs = self.coordinates(from).into_iter().zip(self.coordinates(to));
        let axes = pairs.zip(self.grid).zip(self.walls);
        axes.map(|(((from, to), &n), wall)| steps(from, to, n, window, shift, wall))
            .collect()
    }
}

/// Attention of one head by loops: `Σ exp(sᵢⱼ) vⱼ / Σ exp(sᵢⱼ)`, `sᵢⱼ = τ cos(qᵢ, kⱼ) + b(j − i)`.
struct Loops<'a> {
    attention: &'a WindowAttention,
    case: Case,
    /// Queries, keys and values of every token, head after head in each.
    projected: Vec<Vec<f64>>,
    temperatures: Vec<f64>,
}

/// Channels of a head.
const SIZE: usize = CHANNELS / HEADS;

impl<'a> Loops<'a> {
    fn new(attention: &'a WindowAttention, case: Case, x: &[f64]) -> Self {
        let project = |row| dense(&attention.projection, row);
        Self {
            attention,
            case,
            projected: x.chunks(CHANNELS).map(project).collect(),
            temperatures: numbers(attention.temperature.val()),
        }
    }

    /// The query (0), key (1) or value (2) of a token for a head.
    fn part(&self, token: usize, part: usize, head: usize) -> &[f64] {
        &self.projected[token][part * CHANNELS + head * SIZE..][..SIZE]
    }

    fn score(&self, (i, j): (usize, usize), offset: &[i64], head: usize) -> f64 {
        let (q, k) = (self.part(i, 0, head), self.part(j, 1, head));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let cosine = dot(q, k) / (dot(q, q) * dot(k, k)).sqrt();
        let sharp = (10.0 * self.temperatures[head].exp()).min(100.0);
        let window = self.case.window;
        sharp * cosine + bias(self.attention, offset, window, &Device::flex())[head]
    }

    fn head(&self, i: usize, head: usize) -> Vec<f64> {
        let (mut sum, mut weights) = (vec![0.0; SIZE], 0.0);
        for j in 0..self.case.tokens() {
            if let Some(offset) = self.case.offset(i, j) {
                let weight = self.score((i, j), &offset, head).exp();
                weights += weight;
                let value = self.part(j, 2, head).iter();
                sum.iter_mut()
                    .zip(value)
                    .for_each(|(sum, v)| *sum += weight * v);
            }
        }
        sum.iter().map(|sum| sum / weights).collect()
    }

    /// The answer for token `i`.
    fn answer(&self, i: usize) -> Vec<f64> {
        let heads = (0..HEADS).flat_map(|head| self.head(i, head));
        dense(&self.attention.output, &heads.collect::<Vec<_>>())
    }
}

fn check_against_loops(case: Case) {
    let device = Device::flex();
    let attention = attention(case.grid.len(), &device);
    let x = SurrogateRng::new(3).normal([1, case.tokens(), CHANNELS], &device);
    let found = numbers(attention.forward(x.clone(), &case.partition().on(&device)));
    let loops = Loops::new(&attention, case, &numbers(x));
    for (i, found) in found.chunks(CHANNELS).enumerate() {
        for (found, expected) in found.iter().zip(loops.answer(i)) {
            let error = (found - expected).abs();
            assert!(error < 2e-4, "{case:?}, {i}: {error}"); // f32, scores up to 40
        }
    }
}

#[test]
fn attention_equals_that_of_plain_loops() {
    for (grid, window, shift, walls) in [
        (&[12][..], 4, 0, [false; 3]),
        (&[12], 4, 2, [false; 3]),
        (&[12], 4, 2, [true; 3]),
        (&[10], 4, 2, [false; 3]),
        (&[10], 4, 2, [true; 3]),
        (&[4], 4, 2, [false; 3]),
        (&[3], 4, 0, [true; 3]),
        (&[8, 6], 4, 2, [true, false, false]),
        (&[6, 8], 4, 2, [false, true, false]),
        (&[4, 4, 6], 2, 1, [true, false, true]),
    ] {
        check_against_loops(Case {
            grid,
            window,
            shift,
            walls,
        });
    }
}

/// The largest change of every token's answer after one of token 0.
fn changes(
    attention: &WindowAttention,
    grid: &[usize],
    shifted: bool,
    walls: [bool; 3],
) -> Vec<f64> {
    let device = Device::flex();
    let tokens = grid.iter().product::<usize>();
    let x = SurrogateRng::new(3).normal([1, tokens, CHANNELS], &device);
    let one = Tensor::ones([1, 1, CHANNELS], &device);
    let rest = Tensor::zeros([1, tokens - 1, CHANNELS], &device);
    let moved = x.clone() + Tensor::cat(vec![one, rest], 1);
    let partition = Windows::new(grid, 4, shifted, walls).on(&device);
    let answer = |x| numbers(attention.forward(x, &partition));
    let (before, after) = (answer(x), answer(moved));
    let change = before.iter().zip(&after).map(|(a, b)| (a - b).abs());
    let change: Vec<f64> = change.collect();
    let largest = |token: &[f64]| token.iter().copied().fold(0.0, f64::max);
    change.chunks(CHANNELS).map(largest).collect()
}

#[test]
fn no_information_crosses_a_wall_through_a_shifted_window() {
    let attention = attention(1, &Device::flex());
    let seen = |walls| -> Vec<usize> {
        let changes = changes(&attention, &[12], true, walls);
        (0..12).filter(|&token| changes[token] > 0.0).collect()
    };
    assert_eq!(seen([false; 3]), [0, 1, 10, 11]);
    assert_eq!(seen([true; 3]), [0, 1]);
}

#[test]
fn only_tokens_of_a_window_see_each_other() {
    // As it starts: no score is so high that others vanish beside it.
    let attention = WindowAttention::new(CHANNELS, HEADS, 2, &mut Init::new(1, &Device::flex()));
    let changes = changes(&attention, &[8, 12], false, [false; 3]);
    let near = |token: &usize| token / 12 < 4 && token % 12 < 4;
    let moved: Vec<usize> = (0..96).filter(|&token| changes[token] > 0.0).collect();
    assert!(moved.iter().all(near), "{moved:?}");
    assert!(moved.len() >= 4, "{moved:?}"); // of 16; of others the share may be below rounding
}
