//! Windows of tokens that look at each other: a partition of a grid into boxes, every second time shifted by half a window.
//!
//! Liu et al. (2021), Swin Transformer, §3.2. A shifted partition of a periodic axis goes around its end, as Holzschuh et al. (2025),
//! PDE-Transformer, have it; of an axis with ends, the tokens from both sides of the end share a window and don't see each other. The
//! last window of an axis that windows don't divide has fewer tokens. A window as long as its axis isn't shifted, and on a
//! periodic one distances are those around it.

use burn::tensor::{Device, Int, Tensor, TensorData};

/// Added to the score of a pair of tokens that don't see each other: its exponential is 0.
const UNSEEN: f32 = -1e9;

/// The region of places without a token.
const NO_REGION: usize = usize::MAX;

/// How an axis is divided.
#[derive(Debug, Clone, Copy)]
struct Axis {
    tokens: usize,
    /// Tokens of a window, at most those of the axis.
    window: usize,
    shift: usize,
    periodic: bool,
}

impl Axis {
    fn new(tokens: usize, window: usize, shifted: bool, periodic: bool) -> Self {
        let shift = if shifted && window < tokens {
            window / 2
        } else {
            0
        };
        Self {
            tokens,
            window: window.min(tokens),
            shift,
            periodic,
        }
    }

    fn windows(&self) -> usize {
        self.tokens.div_ceil(self.window)
    }

    /// The token at a place of a window and whether it comes from behind an end; nothing beyond the last token.
    fn token(&self, window: usize, place: usize) -> Option<(usize, bool)> {
        let place = window * self.window + place;
        let token = place + self.shift;
        let behind = token >= self.tokens && !self.periodic;
        (place < self.tokens).then_some((token % self.tokens, behind))
    }

    /// Steps between two places of a window, around a periodic axis of one window.
    fn offset(&self, from: usize, to: usize) -> i64 {
        let (offset, tokens) = (to as i64 - from as i64, self.tokens as i64);
        if self.periodic && self.window == self.tokens {
            (offset + tokens / 2).rem_euclid(tokens) - tokens / 2
        } else {
            offset
        }
    }
}

/// The digits of a number in a mixed base, the last one fastest.
fn digits(mut number: usize, base: impl DoubleEndedIterator<Item = usize>) -> Vec<usize> {
    let mut digits: Vec<usize> = base
        .rev()
        .map(|n| {
            let digit = number % n;
            number /= n;
            digit
        })
        .collect();
    digits.reverse();
    digits
}

/// A partition of a grid of tokens.
#[derive(Debug, Clone)]
pub(crate) struct Windows {
    axes: Vec<Axis>,
    /// Tokens of a window at which distances count as one.
    window: usize,
}

impl Windows {
    /// Windows of `window` tokens per axis of a grid, shifted by half of that or not; `walls` are the axes with ends.
    pub(crate) fn new(grid: &[usize], window: usize, shifted: bool, walls: [bool; 3]) -> Self {
        let axes = grid.iter().zip(walls);
        let axis = |(&tokens, wall): (&usize, bool)| Axis::new(tokens, window, shifted, !wall);
        Self {
            axes: axes.map(axis).collect(),
            window,
        }
    }

    /// Number of windows.
    fn windows(&self) -> usize {
        self.axes.iter().map(Axis::windows).product()
    }

    /// Places of a window.
    fn places(&self) -> usize {
        self.axes.iter().map(|axis| axis.window).product()
    }

    /// The token at every place of every window and its region: tokens of a window see those of their own one.
    fn tokens(&self) -> Vec<(Option<usize>, usize)> {
        let places = self.places();
        let at = |place: usize| {
            let window = digits(place / places, self.axes.iter().map(Axis::windows));
            let within = digits(place % places, self.axes.iter().map(|axis| axis.window));
            let mut found = (Some(0), 0);
            for ((axis, window), within) in self.axes.iter().zip(window).zip(within) {
                let Some((token, behind)) = axis.token(window, within) else {
                    return (None, NO_REGION);
                };
                found.0 = found.0.map(|before| before * axis.tokens + token);
                found.1 = 2 * found.1 + usize::from(behind);
            }
            found
        };
        (0..self.windows() * places).map(at).collect()
    }

    /// Numbers of the offset between every two places of a window, among those of [`Self::offsets`].
    fn pairs(&self) -> Vec<usize> {
        let places = self.places();
        let place = |number| digits(number, self.axes.iter().map(|axis| axis.window));
        let number = |pair: usize| {
            let (from, to) = (place(pair / places), place(pair % places));
            let steps = self.axes.iter().zip(from.into_iter().zip(to));
            steps.fold(0, |number, (axis, (from, to))| {
                let step = axis.offset(from, to) + axis.window as i64 - 1;
                number * (2 * axis.window - 1) + step as usize
            })
        };
        (0..places * places).map(number).collect()
    }

    /// Every offset within a window, on a logarithmic scale on which that of a whole window is ±1 times a constant.
    ///
    /// Liu et al. (2022), Swin Transformer V2, eq. 4, with offsets as in their code: `sign(δ) log₂(1 + 8 |δ|/(w − 1))/3`.
    fn offsets(&self) -> Vec<f32> {
        let sides = || self.axes.iter().map(|axis| 2 * axis.window - 1);
        let long = (self.window.max(2) - 1) as f64;
        let scaled = |(axis, digit): (&Axis, usize)| {
            let offset = digit as f64 - (axis.window as f64 - 1.0);
            (offset.signum() * (1.0 + 8.0 * offset.abs() / long).log2() / 3.0) as f32
        };
        let of = |number| self.axes.iter().zip(digits(number, sides())).map(scaled);
        (0..sides().product()).flat_map(of).collect()
    }

    /// Scores of the pairs of places of every window, `[window, place, place]`; none where all tokens of a window see each other.
    fn unseen(&self, regions: &[usize]) -> Option<Vec<f32>> {
        let windows = || regions.chunks(self.places());
        if windows().all(|window| window.iter().all(|region| *region == window[0])) {
            return None;
        }
        let score = |a: usize, b: usize| if a == b { 0.0 } else { UNSEEN };
        let row = |window: &[usize], a: usize| -> Vec<f32> {
            window.iter().map(|&b| score(a, b)).collect()
        };
        let rows = windows().flat_map(|window| window.iter().flat_map(move |&a| row(window, a)));
        Some(rows.collect())
    }

    /// The same as tensors.
    pub(crate) fn on(&self, device: &Device) -> Partition {
        let device = device.clone().without_autodiff();
        let (tokens, regions): (Vec<_>, Vec<_>) = self.tokens().into_iter().unzip();
        let (windows, places) = (self.windows(), self.places());
        let shape = [windows, places, places];
        let unseen = self.unseen(&regions);
        let sides = self.axes.iter().map(|axis| 2 * axis.window - 1);
        let offsets = TensorData::new(self.offsets(), [sides.product(), self.axes.len()]);
        Partition {
            places,
            order: Order::new(&tokens, &device),
            unseen: unseen.map(|scores| Tensor::from_data(TensorData::new(scores, shape), &device)),
            offsets: Tensor::from_data(offsets, &device),
            pairs: indices(&self.pairs(), &device),
        }
    }
}

/// A partition on a device.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// Places of a window.
    pub(crate) places: usize,
    /// None where the tokens are in the order of their windows.
    order: Option<Order>,
    unseen: Option<Tensor<3>>,
    /// Every offset within a window, `[offset, axis]`.
    pub(crate) offsets: Tensor<2>,
    /// The offset between every two places, `[place · place]`.
    pub(crate) pairs: Tensor<1, Int>,
}

/// The order of windows, and back.
#[derive(Debug, Clone)]
struct Order {
    /// The token of every place; any one where there is none.
    tokens: Tensor<1, Int>,
    /// The place of every token.
    places: Tensor<1, Int>,
}

impl Order {
    fn new(tokens: &[Option<usize>], device: &Device) -> Option<Self> {
        let in_order = |(place, token): (usize, &Option<usize>)| *token == Some(place);
        if tokens.iter().enumerate().all(in_order) {
            return None;
        }
        let mut places = vec![0; tokens.iter().flatten().count()];
        for (place, token) in tokens.iter().enumerate() {
            if let Some(token) = token {
                places[*token] = place;
            }
        }
        let tokens: Vec<usize> = tokens.iter().map(|token| token.unwrap_or(0)).collect();
        Some(Self {
            tokens: indices(&tokens, device),
            places: indices(&places, device),
        })
    }
}

fn indices(numbers: &[usize], device: &Device) -> Tensor<1, Int> {
    let numbers: Vec<i32> = numbers.iter().map(|&number| number as i32).collect();
    Tensor::from_ints(&numbers[..], device)
}

impl Partition {
    /// # Shapes   x: `[batch, token, channel]` → `[batch · window, place, channel]`
    pub(crate) fn gathered(&self, x: Tensor<3>) -> Tensor<3> {
        let channels = x.dims()[2] as i32;
        let x = match &self.order {
            Some(order) => x.select(1, order.tokens.clone()),
            None => x,
        };
        x.reshape([-1, self.places as i32, channels])
    }

    /// The inverse of [`Self::gathered`].
    ///
    /// # Shapes   x: `[batch · window, place, channel]` → `[batch, token, channel]`
    pub(crate) fn scattered(&self, x: Tensor<3>, batch: usize) -> Tensor<3> {
        let channels = x.dims()[2] as i32;
        let x = x.reshape([batch as i32, -1, channels]);
        match &self.order {
            Some(order) => x.select(1, order.places.clone()),
            None => x,
        }
    }

    /// Scores that leave out the pairs of tokens that don't see each other.
    ///
    /// # Shapes   scores: `[batch · window, head, place, place]` → the same
    pub(crate) fn seen(&self, scores: Tensor<4>) -> Tensor<4> {
        let Some(unseen) = &self.unseen else {
            return scores;
        };
        let [rows, heads, places, _] = scores.dims();
        let windows = unseen.dims()[0];
        let unseen = unseen.clone().reshape([1, windows, 1, places, places]);
        let scores = scores.reshape([rows / windows, windows, heads, places, places]) + unseen;
        scores.reshape([rows, heads, places, places])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(windows: &Windows) -> Vec<Option<usize>> {
        windows
            .tokens()
            .into_iter()
            .map(|(token, _)| token)
            .collect()
    }

    #[test]
    fn every_token_has_one_place_in_every_partition() {
        for grid in [&[16][..], &[7], &[3], &[8, 6], &[5, 9], &[2, 3, 5]] {
            for (window, shifted) in [(4, false), (4, true), (3, true), (1, true), (2, true)] {
                let windows = Windows::new(grid, window, shifted, [false, true, false]);
                let mut found: Vec<usize> = tokens(&windows).into_iter().flatten().collect();
                found.sort_unstable();
                let all: Vec<usize> = (0..grid.iter().product()).collect();
                assert_eq!(found, all, "{windows:?}");
            }
        }
    }

    #[test]
    fn shifted_windows_go_around_a_periodic_axis_and_end_at_walls() {
        for wall in [false, true] {
            let windows = Windows::new(&[8], 4, true, [wall; 3]);
            let expected = [2, 3, 4, 5, 6, 7, 0, 1].map(Some);
            assert_eq!(tokens(&windows), expected);
            let (_, regions): (Vec<_>, Vec<_>) = windows.tokens().into_iter().unzip();
            let scores = windows.unseen(&regions);
            assert_eq!(scores.is_some(), wall);
            for (pair, score) in scores.into_iter().flatten().enumerate() {
                let (window, a, b) = (pair / 16, pair / 4 % 4, pair % 4);
                let apart = window == 1 && (a < 2) != (b < 2);
                assert_eq!(score < 0.0, apart, "{window} {a} {b}");
            }
        }
    }

    #[test]
    fn places_without_a_token_are_seen_by_no_other() {
        let windows = Windows::new(&[6], 4, false, [false; 3]);
        let (tokens, regions): (Vec<_>, Vec<_>) = windows.tokens().into_iter().unzip();
        assert_eq!(tokens[4..], [Some(4), Some(5), None, None]);
        let scores = windows.unseen(&regions).expect("some are empty");
        for (pair, score) in scores.into_iter().enumerate() {
            let (window, a, b) = (pair / 16, pair / 4 % 4, pair % 4);
            assert_eq!(score < 0.0, window == 1 && (a < 2) != (b < 2));
        }
    }

    #[test]
    fn offsets_count_steps_and_around_an_axis_of_one_window_the_fewest() {
        let offset = |windows: &Windows, from: usize, to: usize| {
            let pair = windows.pairs()[from * windows.places() + to];
            windows.offsets()[pair * windows.axes.len()..][..windows.axes.len()].to_vec()
        };
        let scaled =
            |steps: f64| (steps.signum() * (1.0 + 8.0 * steps.abs() / 3.0).log2() / 3.0) as f32;
        let line = Windows::new(&[8], 4, false, [false; 3]);
        assert_eq!(offset(&line, 3, 0), [scaled(-3.0)]);
        let around = Windows::new(&[4], 4, false, [false; 3]);
        assert_eq!(offset(&around, 3, 0), [scaled(1.0)]);
        assert_eq!(offset(&around, 0, 2), offset(&around, 2, 0));
        let between = Windows::new(&[4], 4, false, [true; 3]);
        assert_eq!(offset(&between, 3, 0), [scaled(-3.0)]);
        let plane = Windows::new(&[8, 8], 4, false, [false; 3]);
        assert_eq!(offset(&plane, 5, 10), [scaled(1.0), scaled(1.0)]); // from (1, 1) to (2, 2)
        assert_eq!(offset(&plane, 5, 4), [0.0, scaled(-1.0)]);
    }
}
