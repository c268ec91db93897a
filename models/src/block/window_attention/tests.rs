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

#[test]
fn attention_equals_that_of_plain_loops() {
    let device = Device::flex();
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
        let attention = attention(grid.len(), &device);
        let tokens = grid.iter().product::<usize>();
        let x = SurrogateRng::new(3).normal([1, tokens, CHANNELS], &device);
        let partition = Windows::new(grid, window, shift > 0, walls).on(&device);
        let found = numbers(attention.forward(x.clone(), &partition));
        let rows: Vec<Vec<f64>> = numbers(x).chunks(CHANNELS).map(<[f64]>::to_vec).collect();
        let projected: Vec<Vec<f64>> = rows
            .iter()
            .map(|x| dense(&attention.projection, x))
            .collect();
        let heads = numbers(attention.temperature.val());
        let size = CHANNELS / HEADS;
        let part = |token: usize, part: usize, head: usize| {
            projected[token][part * CHANNELS + head * size..][..size].to_vec()
        };
        let place = |mut token: usize| -> Vec<usize> {
            let mut place: Vec<usize> = grid
                .iter()
                .rev()
                .map(|n| {
                    let x = token % n;
                    token /= n;
                    x
                })
                .collect();
            place.reverse();
            place
        };
        for i in 0..tokens {
            let mut mixed = Vec::new();
            for (head, temperature) in heads.iter().enumerate() {
                let (mut sum, mut weights) = (vec![0.0; size], 0.0);
                for j in 0..tokens {
                    let axes = place(i).into_iter().zip(place(j)).zip(grid).zip(walls);
                    let offset: Option<Vec<i64>> = axes
                        .map(|(((from, to), &n), wall)| steps(from, to, n, window, shift, wall))
                        .collect();
                    let Some(offset) = offset else { continue };
                    let (q, k) = (part(i, 0, head), part(j, 1, head));
                    let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
                    let cosine =
                        q.iter().zip(&k).map(|(a, b)| a * b).sum::<f64>() / length(&q) / length(&k);
                    let sharp = (10.0 * temperature.exp()).min(100.0);
                    let score = sharp * cosine + bias(&attention, &offset, window, &device)[head];
                    weights += score.exp();
                    for (sum, v) in sum.iter_mut().zip(part(j, 2, head)) {
                        *sum += score.exp() * v;
                    }
                }
                mixed.extend(sum.iter().map(|sum| sum / weights));
            }
            let expected = dense(&attention.output, &mixed);
            for (found, expected) in found[i * CHANNELS..].iter().zip(expected) {
                let error = (found - expected).abs();
                assert!(
                    error < 2e-4,
                    "{grid:?} {window} {shift} {walls:?}, {i}: {error}"
                ); // f32, scores up to 40
            }
        }
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
