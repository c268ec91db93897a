//! Fields as pictures: one pixel per value, as a PNG inside the page.

use base64::{Engine, engine::general_purpose::STANDARD};
use kuva::backend::raster::RasterBackend;
use kuva::plot::ColorMap;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene};

/// Values that are not finite.
const HOLE: Color = Color::Rgb(120, 120, 120);
/// More shades than the eye tells apart; fewer compress better.
const SHADES: f64 = 127.0;
/// Share of the largest value below which a value is taken for zero, whatever its sign.
const NEGLIGIBLE: f64 = 1e-3;

/// Colours of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Value of the lowest colour.
    pub low: f64,
    /// Value of the highest colour.
    pub high: f64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Blue through white to red, white at zero, as in the atlas `ColorBrewer`.
    Diverging,
    /// Dark to bright: viridis.
    Sequential,
    /// Pale to black: magma, turned round.
    Error,
}

impl Scale {
    /// For a field: symmetric about zero if it takes both signs, rounding left aside.
    pub fn of_field(values: &[f32]) -> Self {
        let (low, high) = bounds(values);
        let negligible = NEGLIGIBLE * high.max(-low);
        if low < -negligible && high > negligible {
            let reach = high.max(-low);
            return Self {
                low: -reach,
                high: reach,
                kind: Kind::Diverging,
            };
        }
        Self {
            low,
            high: above(low, high),
            kind: Kind::Sequential,
        }
    }

    /// For magnitudes of an error in a field of scale `field`, from zero up. A forecast that blew up
    /// must not hide everything else: the scale ends at the width of the field.
    pub fn of_error(values: &[f32], field: &Self) -> Self {
        let (_, high) = bounds(values);
        Self {
            low: 0.0,
            high: above(0.0, high.min(field.high - field.low)),
            kind: Kind::Error,
        }
    }

    /// For powers of ten of a relative error, of which 1 or more is lost: the two decades below 1, or four where there
    /// are errors as small.
    pub fn of_decades(exponents: &[f32]) -> Self {
        let (low, _) = bounds(exponents);
        Self {
            low: if low < -2.0 { -4.0 } else { -2.0 },
            high: 0.0,
            kind: Kind::Error,
        }
    }

    /// The colour of a value, one of `shades` and one more.
    pub fn color(&self, value: f32, shades: f64) -> Color {
        if !value.is_finite() {
            return HOLE;
        }
        let share = ((f64::from(value) - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        let share = (share * shades).round() / shades;
        let rgb = match self.kind {
            Kind::Diverging => ColorMap::RedBlue.map_rgb(1.0 - share),
            Kind::Sequential => ColorMap::Viridis.map_rgb(share),
            Kind::Error => ColorMap::Magma.map_rgb(1.0 - share),
        };
        rgb.map_or(HOLE, |(r, g, b)| Color::Rgb(r, g, b))
    }

    /// The scale itself, highest colour at the top.
    pub fn bar(&self) -> String {
        let rows = 128;
        let step = (self.high - self.low) / f64::from(rows - 1);
        picture(1, rows as usize, self, |_, row| {
            (self.high - step * row as f64) as f32
        })
    }
}

/// A PNG of `value(column, row)` as a `data:` address; row 0 is at the top.
pub fn picture(
    columns: usize,
    rows: usize,
    scale: &Scale,
    value: impl Fn(usize, usize) -> f32,
) -> String {
    let cells = || (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let mut scene = Scene::new(columns as f64, rows as f64);
    scene.add(Primitive::RectBatch {
        x: cells().map(|(column, _)| column as f64).collect(),
        y: cells().map(|(_, row)| row as f64).collect(),
        w: vec![1.0; columns * rows],
        h: vec![1.0; columns * rows],
        fills: cells()
            .map(|(column, row)| scale.color(value(column, row), SHADES))
            .collect(),
    });
    let png = RasterBackend { scale: 1.0 }
        .render_scene(&scene)
        .unwrap_or_default();
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

/// Least and greatest finite value.
fn bounds(values: &[f32]) -> (f64, f64) {
    let finite = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .map(f64::from);
    let range = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if range.0 <= range.1 {
        range
    } else {
        (0.0, 1.0)
    }
}

/// An upper end that differs from the lower one.
fn above(low: f64, high: f64) -> f64 {
    match low.abs() {
        _ if high > low => high,
        size if size > 0.0 => low + size,
        _ => 1e-9, // any room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_fit_their_values() {
        let both = Scale::of_field(&[-1.0, 3.0, f32::NAN]);
        assert_eq!(
            (both.low, both.high, both.kind),
            (-3.0, 3.0, Kind::Diverging)
        );
        let positive = Scale::of_field(&[1.0, 3.0]);
        assert_eq!(
            (positive.low, positive.high, positive.kind),
            (1.0, 3.0, Kind::Sequential)
        );
        let rounded = Scale::of_field(&[-1e-9, 1.0]);
        assert_eq!(rounded.kind, Kind::Sequential);
        let flat = Scale::of_field(&[0.0, 0.0]);
        assert!(flat.high > flat.low);
        assert!(Scale::of_error(&[f32::NAN], &both).high > 0.0);
        assert_eq!(
            (Scale::of_error(&[0.0, 1e9], &both).high, both.low),
            (6.0, -3.0)
        );
    }

    /// Lightness L* of CIE 1976 in 0..100, for sRGB.
    fn lightness(color: &Color) -> f64 {
        let Color::Rgb(r, g, b) = *color else {
            panic!("colours are RGB");
        };
        let linear = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        let y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        if y > 0.008856 {
            116.0 * y.cbrt() - 16.0
        } else {
            903.3 * y
        }
    }

    #[test]
    fn lightness_alone_orders_values_evenly() {
        // What readers of any colour vision, and a print in grey, have in common.
        let shades = |kind, from: f64| -> Vec<f64> {
            let scale = Scale {
                low: -1.0,
                high: 1.0,
                kind,
            };
            let value = |i: u32| (from + (1.0 - from) * f64::from(i) / 8.0) as f32;
            let shades = (0..=8).map(|i| lightness(&scale.color(value(i), 256.0)));
            shades.collect()
        };
        let steps = |shades: &[f64]| -> Vec<f64> {
            shades.windows(2).map(|pair| pair[1] - pair[0]).collect()
        };
        for (kind, sign) in [(Kind::Sequential, 1.0), (Kind::Error, -1.0)] {
            for step in steps(&shades(kind, -1.0)) {
                assert!((5.0..18.0).contains(&(sign * step)), "{kind:?}: {step}");
            }
        }
        let (up, down) = (shades(Kind::Diverging, 0.0), shades(Kind::Diverging, -1.0));
        assert!(up[0] > 94.0, "zero is white: {}", up[0]);
        assert!(steps(&up).iter().all(|step| *step < 0.0), "{up:?}");
        assert!(steps(&down[..5]).iter().all(|step| *step > 0.0), "{down:?}");
    }

    #[test]
    fn decades_end_where_everything_is_lost() {
        let scale = Scale::of_decades(&[-2.3, 0.7, f32::NAN]);
        assert_eq!((scale.low, scale.high), (-4.0, 0.0));
        let few = [Scale::of_decades(&[-1.0]), Scale::of_decades(&[f32::NAN])];
        assert!(few.iter().all(|scale| (scale.low + 2.0).abs() < 1e-12));
    }

    #[test]
    fn values_that_are_not_finite_are_grey() {
        let scale = Scale::of_field(&[-1.0, 1.0]);
        assert!(matches!(
            scale.color(f32::INFINITY, SHADES),
            Color::Rgb(120, 120, 120)
        ));
        assert!(!matches!(
            scale.color(1.0, SHADES),
            Color::Rgb(120, 120, 120)
        ));
    }

    #[test]
    fn a_picture_has_one_pixel_a_value() {
        let scale = Scale::of_field(&[-1.0, 1.0]);
        let address = picture(3, 2, &scale, |column, _| column as f32 - 1.0);
        let code = address
            .strip_prefix("data:image/png;base64,")
            .expect("it is a PNG");
        let png = STANDARD.decode(code).expect("base64");
        // The header of a PNG has width and height at bytes 16 and 20.
        assert_eq!(
            (&png[16..20], &png[20..24]),
            (&[0, 0, 0, 3][..], &[0, 0, 0, 2][..])
        );
    }
}
