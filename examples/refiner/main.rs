//! Does refinement lengthen rollouts, and do its samples know when they are wrong? Trains `recipes/ks_refiner_small.toml`
//! and its backbone alone, for as many updates, three seeds each, and compares them on simulations of their own:
//!
//! ```sh
//! cargo run --release --example refiner -- runs/ks_refiner_small refiner.png
//! ```
//!
//! prints tables: error of one step, time until the mean correlation with the solver falls below 0.8 and 0.9, amplitude of
//! the error by wavenumber after 1, 50 and 100 steps; the error after every call of the refiner; how long its samples
//! agree beside how long they are right; and what becomes of the spectrum in 1000 steps, with the guard and without. The
//! figure shows them. A training that is there already is not repeated, one that was interrupted goes on. More arguments
//! override keys of the recipe for all: `train.steps=4000`.

mod figure;
mod trained;

use burn::tensor::Device;
use ondine::control::Control;
use ondine::device::device;
use ondine::evaluation::{HeldOut, Refinement, Sampled, Uncertainty, judge, uncertainty};
use ondine::metrics::{Amplitudes, rms};
use ondine::models::SurrogateRng;
use ondine::models::refiner::PdeRefiner;
use std::error::Error;
use std::path::Path;
use trained::{Trained, forecasts};

const SEEDS: u64 = 3;
/// Simulations that are judged.
const TRAJECTORIES: usize = 64;
/// Rollouts of each, for the horizons.
const SAMPLES: usize = 16;
/// Rollout steps at which spectra are taken.
const STEPS: [usize; 3] = [1, 50, 100];
/// Steps of the long rollouts, and how many are made.
const LONG: (usize, usize) = (1000, 16);
/// The guard: wavenumbers from this share of the highest on are set to zero.
const CUTOFF: f64 = 0.9;

/// A forecaster and its amplitudes over wavenumbers.
pub(crate) type Spectrum = (&'static str, Vec<f64>);

/// Results of one network: errors, correlations and spectra.
pub(crate) struct Found {
    pub(crate) name: &'static str,
    pub(crate) times: Vec<f64>,
    pub(crate) correlation: Vec<f64>,
    mse: f64,
    correlation_times: [f64; 2],
    /// Amplitudes of the error, of every step of [`STEPS`].
    pub(crate) errors: Vec<Vec<f64>>,
    /// Errors call by call, of a refiner.
    refinements: Vec<Refinement>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "write a folder for the trainings and a file for the figure: runs/ks_refiner_small refiner.png";
    let (folder, output) = arguments.next().zip(arguments.next()).ok_or(usage)?;
    let overrides: Vec<String> = arguments.collect();
    let cpu = device("cpu")?;
    let mut all: [Vec<Trained>; 2] = [Vec::new(), Vec::new()];
    for seed in 0..SEEDS {
        for (trainings, name) in all.iter_mut().zip(["backbone", "refiner"]) {
            trainings.push(Trained::load(
                Path::new(&folder),
                name,
                seed,
                &overrides,
                &cpu,
            )?);
        }
    }
    let first = &all[1][0];
    let held_out = HeldOut::simulate(&first.plan, first.plan.recipe.train.steps, Control::none())?;
    let mut found = Vec::new();
    for trainings in &all {
        for trained in trainings {
            found.push(judged(trained, &held_out, &cpu)?);
        }
    }
    print_comparison(&found);
    let refined = found.iter().find(|one| one.name == first.name);
    let refinements = refined.map_or(&[][..], |one| &one.refinements);
    print_refinements(refinements);
    let samples = sampled(first, &held_out, &cpu)?;
    print_horizons(&samples);
    let spectra = long_rollouts(&all, &held_out, &cpu)?;
    print_spectra(&spectra);
    let page = figure::draw(&found, refinements, &samples, &spectra)?;
    std::fs::write(&output, page)?;
    println!("\n{output}");
    Ok(())
}

fn judged(trained: &Trained, held_out: &HeldOut, cpu: &Device) -> Result<Found, Box<dyn Error>> {
    let (evaluation, _) = judge(
        &trained.plan,
        held_out,
        &trained.surrogate,
        cpu,
        0,
        Control::none(),
    )?;
    let steps = held_out.steps();
    let predicted = forecasts(&trained.plan, held_out, &trained.surrogate, steps, cpu);
    let layout = &trained.plan.stages[0].layout;
    let mut amplitudes = Amplitudes::new(&layout.grid, &layout.axes, held_out.lengths())?;
    let mut error_at = |step: usize| {
        let mut sums = amplitudes.zeros();
        let mut square = 0.0;
        for (u, truth) in predicted[step - 1].iter().zip(&held_out.trajectories) {
            let pairs = u.iter().zip(&*truth.frames[step]);
            let error: Vec<f64> = pairs.map(|(u, t)| f64::from(*u) - f64::from(*t)).collect();
            square += error.iter().map(|x| x * x).sum::<f64>();
            amplitudes.add(&error, &truth.conditions.length, &mut sums);
        }
        let count = held_out.trajectories.len();
        (
            rms(sums, count),
            square / (count * layout.frame_len()) as f64,
        )
    };
    let time = |threshold: &str| evaluation.surrogate.correlation_time[threshold];
    Ok(Found {
        name: trained.name,
        mse: error_at(1).1,
        errors: STEPS.iter().map(|step| error_at(*step).0).collect(),
        correlation_times: [time("0.8"), time("0.9")],
        correlation: evaluation.surrogate.correlation_over_time.clone(),
        refinements: evaluation.refinements,
        times: evaluation.times,
    })
}

/// Mean amplitude over a third of the wavenumbers, the constant left out.
fn third(amplitudes: &[f64], which: usize) -> f64 {
    let modes = amplitudes.len() - 1;
    let part = &amplitudes[1 + which * modes / 3..1 + (which + 1) * modes / 3];
    part.iter().sum::<f64>() / part.len() as f64
}

fn print_comparison(found: &[Found]) {
    println!(
        "| network | MSE of 1 step | correlation > 0.8 | > 0.9 | error at high wavenumbers after 1, 50, 100 steps | at middle | at low |"
    );
    println!("|---|---|---|---|---|---|---|");
    let row = |name: &str, of: &[&Found]| {
        let mean = |read: &dyn Fn(&Found) -> f64| {
            of.iter().map(|one| read(one)).sum::<f64>() / of.len() as f64
        };
        let errors = [2, 1, 0].map(|which| {
            let at = |i: usize| format!("{:.1e}", mean(&|one| third(&one.errors[i], which)));
            [0, 1, 2].map(at).join(", ")
        });
        println!(
            "| {name} | {:.2e} | {:.1} | {:.1} | {} |",
            mean(&|one| one.mse),
            mean(&|one| one.correlation_times[0]),
            mean(&|one| one.correlation_times[1]),
            errors.join(" | ")
        );
    };
    for (i, one) in found.iter().enumerate() {
        row(&format!("{}, seed {}", one.name, i as u64 % SEEDS), &[one]);
    }
    let of = |name: &str| {
        found
            .iter()
            .filter(|one| one.name == name)
            .collect::<Vec<_>>()
    };
    let (plain, refined) = (of("backbone"), of("refiner"));
    row("backbone, mean", &plain);
    row("refiner, mean", &refined);
    for (i, threshold) in ["0.8", "0.9"].iter().enumerate() {
        let sum = |of: &[&Found]| of.iter().map(|one| one.correlation_times[i]).sum::<f64>();
        println!(
            "\ntime with correlation above {threshold}: refiner / backbone = {:.3}",
            sum(&refined) / sum(&plain)
        );
    }
}

fn print_refinements(refinements: &[Refinement]) {
    println!("\n| call | noise in its slot | MSE | error at low wavenumbers | middle | high |");
    println!("|---|---|---|---|---|---|");
    for one in refinements {
        let [low, middle, high] = [0, 1, 2].map(|which| third(&one.error, which));
        println!(
            "| {} | {:.1e} | {:.2e} | {low:.1e} | {middle:.1e} | {high:.1e} |",
            one.calls, one.noise, one.mse
        );
    }
}

fn sampled(
    trained: &Trained,
    held_out: &HeldOut,
    cpu: &Device,
) -> Result<Uncertainty, Box<dyn Error>> {
    let sampled = Sampled {
        surrogate: &trained.surrogate,
        samples: SAMPLES,
    };
    let layout = &trained.plan.stages[0].layout;
    let draws = &mut SurrogateRng::new(1);
    let control = Control::none();
    Ok(uncertainty(layout, held_out, sampled, cpu, draws, control)?)
}

fn print_horizons(found: &Uncertainty) {
    let both = &found.horizons;
    let ends = both
        .iter()
        .filter(|one| one.predicted.to_the_end || one.actual.to_the_end);
    println!(
        "\nhorizons of {} simulations from {SAMPLES} samples, {} beyond the rollout",
        both.len(),
        ends.count()
    );
    if let Some(agreement) = &found.horizon_agreement {
        println!(
            "R² = {:.2}, predicted / actual = {:.2}",
            agreement.r_squared, agreement.ratio
        );
    }
    let steps = found.spread_skill_over_time.len();
    for coverage in &found.coverage {
        let shares = STEPS.map(|step| &coverage.share_over_time[step.min(steps) - 1]);
        let shares = shares.map(|share| format!("{:.0} %", 100.0 * share));
        println!(
            "truth in the {:.0} % interval after 1, 50, 100 steps: {}",
            100.0 * coverage.level,
            shares.join(", ")
        );
    }
    let ratios =
        STEPS.map(|step| format!("{:.2}", found.spread_skill_over_time[step.min(steps) - 1]));
    println!("spread over skill: {}", ratios.join(", "));
}

/// Spectra at the end of long rollouts, and that of the solver.
fn long_rollouts(
    all: &[Vec<Trained>; 2],
    held_out: &HeldOut,
    cpu: &Device,
) -> Result<Vec<Spectrum>, Box<dyn Error>> {
    let few = HeldOut {
        trajectories: held_out.trajectories[..LONG.1].to_vec(),
        ..held_out.clone()
    };
    let [plain, refined] = [&all[0][0], &all[1][0]];
    let Some(refiner) = refined.surrogate.method::<PdeRefiner>() else {
        return Err("the recipe is one of a refiner".into());
    };
    let mut guarded = refiner.clone();
    guarded.schedule.cutoff = Some(CUTOFF);
    let guarded = refined.surrogate.clone().with_method(guarded);
    let layout = &plain.plan.stages[0].layout;
    let spectrum = |states: &[Vec<f32>]| -> Result<Vec<f64>, Box<dyn Error>> {
        let mut amplitudes = Amplitudes::new(&layout.grid, &layout.axes, few.lengths())?;
        let mut sums = amplitudes.zeros();
        for (u, length) in states.iter().zip(held_out.lengths()) {
            let u: Vec<f64> = u.iter().map(|x| f64::from(*x)).collect();
            amplitudes.add(&u, length, &mut sums);
        }
        Ok(rms(sums, states.len()))
    };
    let truths = held_out.trajectories.iter();
    let last: Vec<Vec<f32>> = truths
        .map(|truth| truth.frames[held_out.steps()].to_vec())
        .collect();
    let mut spectra = vec![("solver", spectrum(&last)?)];
    for (name, surrogate) in [
        ("backbone", &plain.surrogate),
        ("refiner", &refined.surrogate),
        ("refiner, guarded", &guarded),
    ] {
        let end = forecasts(&plain.plan, &few, surrogate, LONG.0, cpu).pop();
        spectra.push((name, spectrum(&end.ok_or("there are steps")?)?));
    }
    Ok(spectra)
}

fn print_spectra(spectra: &[Spectrum]) {
    println!(
        "\n| after {} steps | amplitude at low wavenumbers | middle | high |",
        LONG.0
    );
    println!("|---|---|---|---|");
    for (name, amplitudes) in spectra {
        let [low, middle, high] = [0, 1, 2].map(|which| third(amplitudes, which));
        println!("| {name} | {low:.2e} | {middle:.2e} | {high:.2e} |");
    }
}
