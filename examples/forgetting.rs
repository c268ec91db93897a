//! Does a surrogate forget? Trains it on simulations that come in series, through a `fifo` and through a `reservoir`, and
//! draws the error on held-out simulations of all parameters over the training, both in one figure:
//!
//! ```sh
//! cargo run --release --example forgetting -- forgetting.png
//! ```
//!
//! On clusters, simulations run in series: as many at a time as there are nodes, then the next ones. Here a series has
//! velocities from an eighth of the prior, and sixteen series go through it twice; Meyer et al. (2023), Training deep
//! surrogate models with large scale online learning, see such series as peaks of the validation loss. Both trainings take
//! the same steps and meet the same series; the `fifo` has four times as many simulations and reads each window once, the
//! `reservoir` reads each four times. More arguments override keys of the recipe for both: `train.steps=3000`.

use kuva::plot::LinePlot;
use kuva::prelude::{Layout, Plot, PngBackend};
use kuva::render::annotations::ReferenceLine;
use kuva::render::render::render_multiple;
use ondine::datasets::sampler::Sampler;
use ondine::evaluation::Evaluation;
use ondine::observer::{Observer, Progress};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::run::RunError;
use ondine::training::Training;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Advection at a velocity that the network is told.
const RECIPE: &str = r#"
deterministic = true

[equation]
kind = "advection"
velocity = { uniform = [0.5, 4.5] }

[grid]
points = [64]
length = 6.283185307179586

[time]
dt = 0.4
frames = 5
substeps = 1

[ensemble]
simulations = 19200
workers = 1

[buffer]
kind = "fifo"
capacity = 4800
watermark = 64

[model]
kind = "fno"
width = 12
modes = 8
layers = 2

[train]
steps = 2400
batch = 32
ema = 0.9
optimizer = { learning_rate = 2e-3 }
schedule = { kind = "constant", warmup = 50 }

[evaluate]
every = 10
trajectories = 64
frames = 2
metrics = ["nrmse"]
"#;

const SERIES: u64 = 16;
/// The prior is cut into so many parts, of which a series has one: the part three further than that of the series before.
const PARTS: u64 = 8;
const STRIDE: u64 = 3;
const COLORS: [&str; 2] = ["#d1495b", "#0b6bcb"];

/// The points of another sampler, squeezed along the first axis into the place of their series.
struct InSeries {
    inner: Arc<dyn Sampler>,
    simulations: u64,
}

impl Sampler for InSeries {
    fn point(&self, index: u64, point: &mut [f64]) {
        self.inner.point(index, point);
        let series = (index * SERIES / self.simulations).min(SERIES - 1);
        if let Some(first) = point.first_mut() {
            *first = ((series * STRIDE % PARTS) as f64 + *first) / PARTS as f64;
        }
    }
}

/// The error over the steps, and the steps at which new series began to arrive.
#[derive(Default)]
struct Curve {
    errors: Vec<(f64, f64)>,
    series: Vec<f64>,
}

impl Observer for Curve {
    fn stepped(&mut self, progress: &Progress) {
        let next = (self.series.len() as u64 + 1) * progress.simulations / SERIES;
        if progress.telemetry.simulations > next && next < progress.simulations {
            self.series.push(progress.step as f64);
        }
    }

    fn evaluated(
        &mut self,
        progress: &Progress,
        evaluation: &Evaluation,
        _metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        let point = (progress.step as f64, evaluation.surrogate.nrmse);
        self.errors.push(point);
        Ok(())
    }
}

impl Curve {
    /// The largest error of every series but the first, in units of the smallest of the series before.
    fn peaks(&self) -> Vec<f64> {
        let ends = self.series.iter().skip(1).copied().chain([f64::INFINITY]);
        let begins = [0.0].into_iter().chain(self.series.iter().copied());
        let of = |from: f64, to: f64| {
            let points = self.errors.iter();
            points.filter_map(move |p| (from < p.0 && p.0 <= to).then_some(p.1))
        };
        let series = begins.zip(&self.series).zip(ends);
        let ratio = |((before, &start), end)| {
            let trough = of(before, start).fold(f64::INFINITY, f64::min);
            of(start, end).fold(0.0, f64::max) / trough
        };
        series.map(ratio).collect()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let output = arguments.next();
    let output = output.ok_or("write the file for the figure, for example forgetting.png")?;
    let overrides: Vec<String> = arguments.collect();
    let folder = std::env::temp_dir().join(format!("ondine-forgetting-{}", std::process::id()));
    let curves = both(&folder, &overrides);
    // What lies there was for this figure alone.
    let _ = std::fs::remove_dir_all(&folder);
    let curves = curves?;
    for (kind, curve) in &curves {
        let last = curve.errors.last().map_or(f64::NAN, |point| point.1);
        let peaks = curve.peaks();
        let peaks: Vec<String> = peaks.iter().map(|peak| format!("{peak:.2}")).collect();
        let peaks = peaks.join(", ");
        println!(
            "{kind}: error {last:.4} at the end; peaks of the series in units of the trough before: {peaks}"
        );
    }
    std::fs::write(&output, figure(&curves)?)?;
    println!("{output}");
    Ok(())
}

fn both(folder: &Path, overrides: &[String]) -> Result<Vec<(&'static str, Curve)>, Box<dyn Error>> {
    let reservoir = ["buffer.kind=reservoir", "ensemble.simulations=4800"];
    let sets: [(&str, &[&str]); 2] = [("fifo", &[]), ("reservoir", &reservoir)];
    let train = |(kind, set): (&'static str, &[&str])| {
        let own = set.iter().map(|&set| set.to_owned());
        let set: Vec<String> = own.chain(overrides.iter().cloned()).collect();
        Ok((kind, train(&folder.join(kind), &set)?))
    };
    sets.into_iter().map(train).collect()
}

/// Trains the recipe with its simulations in series.
fn train(directory: &Path, set: &[String]) -> Result<Curve, Box<dyn Error>> {
    let mut plan = Recipe::parse("forgetting.toml", RECIPE, set)?.check()?;
    put_in_series(&mut plan);
    let mut curve = Curve::default();
    let training = Training::plan(plan).into_run(directory)?;
    training.observe(&mut curve).run()?;
    Ok(curve)
}

/// Held-out simulations stay spread over the whole prior.
fn put_in_series(plan: &mut Plan) {
    let solver = plan.solver.as_mut().expect("the recipe has an equation");
    solver.training.sampler = Arc::new(InSeries {
        inner: solver.training.sampler.clone(),
        simulations: plan.recipe.ensemble.simulations,
    });
}

fn figure(curves: &[(&'static str, Curve)]) -> Result<Vec<u8>, String> {
    let lines = curves.iter().zip(COLORS).map(|((kind, curve), color)| {
        LinePlot::new()
            .with_data(curve.errors.iter().copied())
            .with_color(color)
            .with_stroke_width(2.2)
            .with_legend(*kind)
            .into()
    });
    let lines: Vec<Plot> = lines.collect();
    let points = || curves.iter().flat_map(|(_, curve)| &curve.errors);
    let low = points().map(|p| p.1).fold(f64::INFINITY, f64::min) / 1.2;
    let high = points().map(|p| p.1).fold(0.0, f64::max) * 1.2;
    let last = points().map(|p| p.0).fold(0.0, f64::max);
    let mut layout = Layout::auto_from_plots(&lines)
        .with_width(960.0)
        .with_height(420.0)
        .with_x_axis_min(0.0)
        .with_x_axis_max(last)
        .with_y_axis_min(low)
        .with_y_axis_max(high)
        .with_title("Error on held-out simulations; dotted: a new series begins to arrive")
        .with_x_label("training step")
        .with_y_label("nRMSE of one step")
        .with_log_y();
    for ((_, curve), color) in curves.iter().zip(COLORS) {
        for &start in &curve.series {
            let line = ReferenceLine::vertical(start).with_color(color);
            layout = layout.with_reference_line(line.with_dasharray("2 4"));
        }
    }
    PngBackend::new()
        .with_scale(1.0)
        .render_scene(&render_multiple(lines, layout))
}
