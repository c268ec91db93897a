//! Four panels: correlation over time, error after every call, horizons, spectra of long rollouts.

use super::{Found, Spectrum};
use kuva::plot::{LinePlot, LineStyle, ScatterPlot};
use kuva::prelude::{Layout, Plot, PngBackend};
use kuva::render::figure::Figure;
use ondine::evaluation::{Refinement, TestedHorizon, Uncertainty};

/// Okabe & Ito: told apart with any colour vision.
const COLORS: [&str; 5] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"];

pub(crate) fn draw(
    found: &[Found],
    refinements: &[Refinement],
    samples: &Uncertainty,
    spectra: &[Spectrum],
) -> Result<Vec<u8>, String> {
    let panels = [
        correlations(found),
        calls(refinements),
        horizons(samples),
        ends(spectra),
    ];
    let (plots, layouts): (Vec<_>, Vec<_>) = panels.into_iter().unzip();
    let scene = Figure::new(2, 2)
        .with_cell_size(640.0, 420.0)
        .with_plots(plots)
        .with_layouts(layouts)
        .with_labels()
        .render();
    PngBackend::new().with_scale(1.0).render_scene(&scene)
}

type Panel = (Vec<Plot>, Layout);

fn line(points: impl Iterator<Item = (f64, f64)>, color: usize) -> LinePlot {
    LinePlot::new()
        .with_data(points)
        .with_color(COLORS[color])
        .with_stroke_width(2.0)
}

fn dashed(line: LinePlot) -> LinePlot {
    line.with_line_style(LineStyle::Dashed)
        .with_stroke_width(1.2)
}

fn panel(plots: Vec<Plot>, title: &str, x: &str, y: &str) -> Panel {
    let layout = Layout::auto_from_plots(&plots)
        .with_title(title)
        .with_x_label(x)
        .with_y_label(y);
    (plots, layout)
}

fn correlations(found: &[Found]) -> Panel {
    let mut seen: Vec<&str> = Vec::new();
    let mut plots = Vec::new();
    for one in found {
        let points = one
            .times
            .iter()
            .copied()
            .zip(one.correlation.iter().copied());
        let drawn = line(points, usize::from(one.name == "refiner"));
        plots.push(if seen.contains(&one.name) {
            drawn.into()
        } else {
            drawn.with_legend(one.name).into()
        });
        seen.push(one.name);
    }
    let (plots, layout) = panel(
        plots,
        "Correlation with the solver, three seeds",
        "time",
        "mean correlation",
    );
    (plots, layout.with_y_axis_min(0.0).with_y_axis_max(1.0))
}

/// Amplitudes over wavenumbers, from 1 on.
fn over_wavenumbers(amplitudes: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let positive = amplitudes
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, a)| **a > 0.0);
    positive.map(|(k, a)| (k as f64, *a))
}

fn calls(refinements: &[Refinement]) -> Panel {
    let mut plots: Vec<Plot> = Vec::new();
    for (i, one) in refinements.iter().enumerate() {
        let name = match i {
            0 => "first prediction".to_owned(),
            _ => format!("refinement {i}"),
        };
        let color = i.min(COLORS.len() - 1);
        plots.push(
            line(over_wavenumbers(&one.error), color)
                .with_legend(name)
                .into(),
        );
    }
    let (plots, layout) = panel(
        plots,
        "Error of one step after every call",
        "wavelengths over the box",
        "amplitude of the error",
    );
    (plots, layout.with_log_y())
}

fn horizons(samples: &Uncertainty) -> Panel {
    let beyond = |one: &&TestedHorizon| one.predicted.to_the_end || one.actual.to_the_end;
    let points = |which: bool| -> Vec<(f64, f64)> {
        let all = samples.horizons.iter().filter(|one| beyond(one) == which);
        all.map(|one| (one.predicted.time, one.actual.time))
            .collect()
    };
    let (within, bounds) = (points(false), points(true));
    let all = within.iter().chain(&bounds);
    let end = all.fold(0.0_f64, |end, p| end.max(p.0).max(p.1));
    let same = dashed(line([(0.0, 0.0), (end, end)].into_iter(), 4)).with_legend("equal");
    let dots = |points: Vec<(f64, f64)>, color: &str, name: &str| {
        let dots = ScatterPlot::new().with_data(points).with_color(color);
        dots.with_size(4.0).with_legend(name)
    };
    let title = match &samples.horizon_agreement {
        Some(found) => format!(
            "Horizons, correlation 0.8: R² = {:.2} of {}",
            found.r_squared, found.count
        ),
        None => "Horizons, correlation 0.8".to_owned(),
    };
    let plots = vec![
        same.into(),
        dots(within, COLORS[0], "a simulation").into(),
        dots(bounds, "#999999", "a bound: beyond the end").into(),
    ];
    panel(
        plots,
        &title,
        "time until samples part",
        "time until they leave the solver",
    )
}

/// Amplitudes of states of order one that say that a rollout blew up.
const LOST: f64 = 1e3;

fn ends(spectra: &[Spectrum]) -> Panel {
    let lost = |amplitudes: &[f64]| amplitudes.iter().any(|a| a.is_nan() || *a >= LOST);
    let kept = spectra.iter().enumerate().filter(|(_, (_, a))| !lost(a));
    let curves = kept.map(|(i, (name, amplitudes))| {
        let drawn = line(over_wavenumbers(amplitudes), (i + 4) % COLORS.len());
        match i {
            0 | 3 => dashed(drawn).with_legend(*name).into(),
            _ => drawn.with_legend(*name).into(),
        }
    });
    let curves: Vec<Plot> = curves.collect();
    let gone = spectra.iter().filter(|(_, amplitudes)| lost(amplitudes));
    let gone: Vec<&str> = gone.map(|(name, _)| *name).collect();
    let title = if gone.is_empty() {
        format!("Spectrum after {} steps", super::LONG.0)
    } else {
        format!(
            "Spectrum after {} steps; blown up: {}",
            super::LONG.0,
            gone.join(", ")
        )
    };
    let (plots, layout) = panel(curves, &title, "wavelengths over the box", "amplitude");
    (plots, layout.with_log_y())
}
