//! Colours of lines and points, told apart by readers with any colour vision.
//!
//! M. Okabe & K. Ito, "Color Universal Design" (2008); their yellow is left out, which is too pale for a line on white.
//! Dashes say the same as colours do, so that neither print nor eye has to tell colours apart.

/// The surrogate, in every figure.
pub(crate) const SURROGATE: &str = "#0072b2";
/// Persistence, in every figure.
pub(crate) const PERSISTENCE: &str = "#7a838d";
/// The truth, in every figure.
pub(crate) const TRUTH: &str = "#1f2328";
/// Errors of the surrogate.
pub(crate) const ERROR: &str = "#d55e00";
/// Spread of several samples of a surrogate.
pub(crate) const SPREAD: &str = "#009e73";
/// Values behind a smoothed line.
pub(crate) const FAINT: &str = "#a9cbe0";

/// Colours of a series of lines.
pub(crate) const SERIES: [&str; 7] = [
    SURROGATE, ERROR, SPREAD, "#e69f00", "#cc79a7", "#56b4e9", TRUTH,
];

/// A line without gaps.
pub(crate) const SOLID: &str = "";
/// Lines to compare with, in every figure.
pub(crate) const DASHED: &str = "7 4";

/// Dashes of a series of lines: lengths of strokes and gaps, as in SVG.
pub(crate) const DASHES: [&str; 4] = [SOLID, DASHED, "2 3", "9 3 2 3"];

/// Colour and dash of line `index` of a series; the first 28 differ.
pub(crate) fn style(index: usize) -> (&'static str, &'static str) {
    let color = SERIES[index % SERIES.len()];
    // Seven colours and four dashes have no common factor.
    (color, DASHES[index % DASHES.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn lines_of_a_series_differ() {
        let styles: BTreeSet<_> = (0..28).map(style).collect();
        assert_eq!(styles.len(), 28);
    }

    #[test]
    fn every_colour_stands_out_from_the_page() {
        for color in SERIES.iter().chain(&[PERSISTENCE]) {
            let channel = |at: usize| -> f64 {
                let byte = u8::from_str_radix(&color[at..at + 2], 16).expect("two digits");
                (f64::from(byte) / 255.0).powf(2.2)
            };
            let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
            let contrast = 1.05 / (luminance + 0.05); // WCAG 2.2, with white
            assert!(contrast > 2.0, "{color}: {contrast}");
        }
    }
}
