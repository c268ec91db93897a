//! One map with its axes and its colour bar, as a part of a vector graphic.

use super::axes::has_place;
use super::pixels::Scale;
use crate::numbers::page::significant;
use maud::{Markup, html};

/// A map in a figure.
pub(crate) struct Panel<'a> {
    pub(crate) title: String,
    /// The picture, as a `data:` address.
    pub(crate) picture: String,
    pub(crate) scale: &'a Scale,
    /// Label of a value at the colour bar.
    pub(crate) label: fn(f64, &Scale) -> String,
    /// Left, top, width and height of the picture.
    pub(crate) place: [f64; 4],
    /// Label and both ends of the horizontal axis; no label leaves the ticks out.
    pub(crate) x: (&'a str, f64, f64),
    /// The same for the vertical axis, from the bottom up.
    pub(crate) y: (&'a str, f64, f64),
    /// Dashed vertical line.
    pub(crate) mark: Option<f64>,
}

/// Space to the left of a picture, for ticks and label.
pub(crate) const LEFT: f64 = 62.0;
/// Space to the right, for the colour bar.
pub(crate) const RIGHT: f64 = 78.0;
/// Space above, for the title.
pub(crate) const ABOVE: f64 = 28.0;
/// Space below, for ticks and label.
pub(crate) const BELOW: f64 = 46.0;

impl Panel<'_> {
    /// The panel as SVG.
    pub(crate) fn draw(&self) -> Markup {
        let [left, top, width, height] = self.place;
        html! {
            text.panel x=(left) y=(top - 9.0) { (self.title) }
            image x=(left) y=(top) width=(width) height=(height)
                preserveAspectRatio="none" href=(self.picture) {}
            @if let Some(mark) = self.mark {
                @let x = left + width * share(mark, self.x.1, self.x.2);
                line.mark x1=(x) x2=(x) y1=(top) y2=(top + height) {}
            }
            rect.frame x=(left) y=(top) width=(width) height=(height) {}
            (self.horizontal())
            (self.vertical())
            (self.bar())
        }
    }

    fn horizontal(&self) -> Markup {
        let [left, top, width, height] = self.place;
        let (label, low, high) = self.x;
        let bottom = top + height;
        html! {
            @if !label.is_empty() {
                @for tick in ticks_with_room(low, high, (width / 75.0) as usize, width) {
                    @let x = left + width * share(tick, low, high);
                    line.tick x1=(x) x2=(x) y1=(bottom) y2=(bottom + 5.0) {}
                    text x=(x) y=(bottom + 19.0) text-anchor="middle" { (significant(tick, 3)) }
                }
                text.axis x=(left + width / 2.0) y=(bottom + 40.0) text-anchor="middle" { (label) }
            }
        }
    }

    fn vertical(&self) -> Markup {
        let [left, top, _, height] = self.place;
        let (label, low, high) = self.y;
        let (x, y) = (left - 46.0, top + height / 2.0);
        html! {
            @if !label.is_empty() {
                @for tick in ticks(low, high, (height / 32.0) as usize) {
                    @let y = top + height * (1.0 - share(tick, low, high));
                    line.tick x1=(left - 5.0) x2=(left) y1=(y) y2=(y) {}
                    text x=(left - 9.0) y=(y + 4.0) text-anchor="end" { (significant(tick, 3)) }
                }
                text.axis x=(x) y=(y) text-anchor="middle" transform=(format!("rotate(-90 {x} {y})")) { (label) }
            }
        }
    }

    fn bar(&self) -> Markup {
        let [left, top, width, height] = self.place;
        let x = left + width + 14.0;
        let middle = (self.scale.low + self.scale.high) / 2.0;
        let labels = [(self.scale.high, 0.0), (middle, 0.5), (self.scale.low, 1.0)];
        html! {
            image x=(x) y=(top) width="12" height=(height)
                preserveAspectRatio="none" href=(self.scale.bar()) {}
            rect.frame x=(x) y=(top) width="12" height=(height) {}
            @for (value, down) in labels {
                // The outer labels stay within the height of the bar.
                @let y = top + 10.0 + down * (height - 11.0) - down * (1.0 - down) * 4.0;
                text x=(x + 18.0) y=(y) { ((self.label)(value, self.scale)) }
            }
        }
    }
}

fn share(value: f64, low: f64, high: f64) -> f64 {
    (value - low) / (high - low)
}

/// A value of a field on a colour bar, with two digits of the range of its scale: `287` between 280 and 295.
pub(crate) fn plain(value: f64, scale: &Scale) -> String {
    let largest = scale.low.abs().max(scale.high.abs());
    let beside = (largest / (scale.high - scale.low)).log10();
    let more = if beside.is_finite() {
        beside.max(0.0) as usize
    } else {
        0
    };
    significant(value, 2 + more.min(MOST_MORE))
}

/// Digits of a label beyond two, at most: 32-bit numbers have no more.
const MOST_MORE: usize = 5;

/// At most `most` multiples of 1, 2 or 5 times a power of ten (and one more where both ends are).
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let span = high - low;
    if span <= 0.0 || !has_place(span, true) {
        return vec![];
    }
    let rough = span / most.max(2) as f64;
    let power = 10.0_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps
        .into_iter()
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(steps[3]);
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    (0..=(last - first) as usize)
        .map(|index| (first + index as f64) * step)
        .collect()
}

/// [`ticks`] of an axis of `size` pixels, so few that their labels stand beside each other.
pub(crate) fn ticks_with_room(low: f64, high: f64, most: usize, size: f64) -> Vec<f64> {
    let room = |ticks: &Vec<f64>| {
        let widest = ticks
            .iter()
            .map(|tick| significant(*tick, 3).chars().count());
        let needed = LETTER * (widest.max().unwrap_or(0) as f64 + 1.5);
        ticks
            .windows(2)
            .all(|pair| size * (pair[1] - pair[0]) / (high - low) >= needed)
    };
    let fewer = (2..=most.max(2)).rev().map(|most| ticks(low, high, most));
    let all: Vec<Vec<f64>> = fewer.collect();
    let fits = all.iter().find(|ticks| room(ticks));
    fits.or(all.last()).cloned().unwrap_or_default()
}

/// Width of a letter of a label.
pub(super) const LETTER: f64 = 7.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_bar_tell_its_values_apart() {
        let labels = |low: f32, high: f32| {
            let scale = Scale::of_field(&[low, high]);
            [scale.low, scale.high].map(|value| plain(value, &scale))
        };
        let [low, high] = labels(281.2, 294.9);
        assert!(
            low.len() > 2 && high.len() > 2 && low != high,
            "{low}, {high}"
        );
        assert_eq!(labels(-2.61, 2.59)[1], "2.6");
    }

    #[test]
    fn labels_of_large_numbers_stand_beside_each_other() {
        let widths = |length: f64, size: f64| {
            let ticks = ticks_with_room(0.0, length, 12, size);
            assert!(ticks.len() > 1, "{length} {size}");
            let label = significant(ticks[1], 3).chars().count() as f64;
            (size * ticks[1] / length, LETTER * label)
        };
        for length in [1.0, 4.2e3, 1e5, 3.6e5, 2e6, 5e7] {
            for size in [150.0, 220.0, 680.0] {
                let (apart, label) = widths(length, size);
                assert!(apart > label, "{length} {size}: {apart} {label}");
            }
        }
        assert_eq!(
            ticks_with_room(0.0, 4.0, 5, 220.0),
            [0.0, 1.0, 2.0, 3.0, 4.0]
        );
    }

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        assert_eq!(ticks(0.0, 40.0, 5), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(ticks(0.0, 64.0, 4), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(ticks(3.0, 3.0, 4), [] as [f64; 0]);
        assert_eq!(ticks(0.0, 5e-324, 4), [] as [f64; 0]);
        assert_eq!(ticks(-1e308, 1e308, 4), [] as [f64; 0]);
        assert!(ticks(0.0, f64::NAN, 4).is_empty());
    }
}
