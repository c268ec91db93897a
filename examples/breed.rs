//! Does `breed` lower the errors of the hardest simulations? Trains `recipes/ks_breed.toml` with Sobol points, with
//! `breed` by losses and with `breed` by rollouts, for three seeds each, and prints by how much the errors of held-out
//! simulations from the prior differ:
//!
//! ```sh
//! cargo run --release --example breed
//! ```
//!
//! Errors are judged by simulation: the mean squared error of one predicted step, over all frames, and the relative error
//! (nRMSE) after eight steps, over all stretches. Their mean, standard deviation, 99 % quantile and maximum over the
//! simulations are divided, Sobol by `breed`: above 1 `breed` is better. More arguments override keys of the recipe for
//! all: `train.steps=4000`.

use burn::tensor::Device;
use ondine::control::Control;
use ondine::device::device;
use ondine::evaluation::{HeldOut, Truth};
use ondine::forecast::Trained;
use ondine::metrics::nrmse;
use ondine::models::{Model, Surrogate, SurrogateRng};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::training::Training;
use std::error::Error;
use std::fs;
use std::path::Path;

const SEEDS: u64 = 3;
/// Steps of a rollout.
const STEPS: usize = 8;
const SAMPLERS: [(&str, &str); 3] = [
    ("sobol", "{ kind = \"sobol\" }"),
    ("breed, loss", "{ kind = \"breed\", every = 50 }"),
    (
        "breed, rollout",
        "{ kind = \"breed\", every = 50, signal = \"rollout\" }",
    ),
];
const MEASURES: [&str; 2] = ["MSE of 1 step", "nRMSE of 8 steps"];
const STATISTICS: [&str; 4] = ["mean", "std", "p99", "max"];

/// Mean, deviation, 99 % quantile and maximum over the held-out simulations, of both measures.
type Errors = [[f64; 4]; 2];

fn main() -> Result<(), Box<dyn Error>> {
    let overrides: Vec<String> = std::env::args().skip(1).collect();
    let mut all: Vec<Vec<Errors>> = vec![Vec::new(); SAMPLERS.len()];
    println!("| seed | sampler | measure | mean | std | p99 | max |");
    println!("|---|---|---|---|---|---|---|");
    for seed in 0..SEEDS {
        for ((name, sampler), errors) in SAMPLERS.iter().zip(&mut all) {
            let found = trained(seed, sampler, &overrides)?;
            for (measure, [mean, std, p99, max]) in MEASURES.iter().zip(found) {
                println!(
                    "| {seed} | {name} | {measure} | {mean:.2e} | {std:.2e} | {p99:.2e} | {max:.2e} |"
                );
            }
            errors.push(found);
        }
    }
    println!(
        "\nSobol / breed, geometric mean over {SEEDS} seeds (smallest to largest); above 1 breed is better"
    );
    println!("\n| sampler | measure | mean | std | p99 | max |");
    println!("|---|---|---|---|---|---|");
    for ((name, _), errors) in SAMPLERS.iter().zip(&all).skip(1) {
        for (measure, title) in MEASURES.iter().enumerate() {
            let cell = |statistic| ratio(measure, statistic, &all[0], errors);
            let cells: Vec<String> = (0..STATISTICS.len()).map(cell).collect();
            println!("| {name} | {title} | {} |", cells.join(" | "));
        }
    }
    Ok(())
}

fn ratio(measure: usize, statistic: usize, base: &[Errors], errors: &[Errors]) -> String {
    let pairs = base.iter().zip(errors);
    let ratios: Vec<f64> = pairs
        .map(|(base, bred)| base[measure][statistic] / bred[measure][statistic])
        .collect();
    let logarithms = ratios.iter().map(|ratio| ratio.ln()).sum::<f64>();
    let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ratios.iter().copied().fold(0.0, f64::max);
    let mean = (logarithms / ratios.len() as f64).exp();
    format!("{mean:.2} ({low:.2} to {high:.2})")
}

/// The errors of a training with this sampler.
fn trained(seed: u64, sampler: &str, overrides: &[String]) -> Result<Errors, Box<dyn Error>> {
    let own = [
        format!("seed={seed}"),
        format!("ensemble.sampler={sampler}"),
        "deterministic=true".to_owned(),
        "evaluate.every=1000000".to_owned(),
        "evaluate.trajectories=256".to_owned(),
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/ks_breed.toml");
    let plan = Recipe::load(&path, &[&own[..], overrides].concat())?.check()?;
    let folder = std::env::temp_dir().join(format!("ondine-breed-{}", std::process::id()));
    Training::plan(plan).into_run(&folder)?.run()?;
    let cpu = device("cpu")?;
    let Trained {
        plan, surrogate, ..
    } = Trained::open(&folder, &[], &cpu)?;
    let held_out = HeldOut::simulate(&plan, plan.recipe.train.steps, Control::none())?;
    let mut errors = [Vec::new(), Vec::new()];
    for truth in &held_out.trajectories {
        let [step, rollout] = judged(&plan, &surrogate, truth, &cpu);
        errors[0].push(step);
        errors[1].push(rollout);
    }
    fs::remove_dir_all(&folder)?; // weights are read when they are first used
    Ok(errors.map(statistics))
}

/// The errors of one simulation.
fn judged(plan: &Plan, surrogate: &Model, truth: &Truth, device: &Device) -> [f64; 2] {
    let layout = &plan.stages[0].layout;
    let predict = |ahead: usize| {
        let starts = &truth.frames[..truth.frames.len() - ahead];
        let mut u = layout.states(starts.iter().map(|frame| [&**frame]), device);
        for step in 0..ahead {
            let begin = |start| (&truth.conditions, (start + step) * layout.stride);
            let parameters = layout.rows((0..starts.len()).map(begin), device);
            u = surrogate.step(u, parameters, &layout.grid, &mut SurrogateRng::new(0));
        }
        layout.to_host(u)
    };
    let mean = |errors: Vec<f64>| errors.iter().sum::<f64>() / errors.len() as f64;
    let square = |u: &[f32], truth: &[f32]| {
        let pairs = u.iter().zip(truth);
        mean(pairs.map(|(u, t)| f64::from(u - t).powi(2)).collect())
    };
    let pairs = |ahead: usize| predict(ahead).into_iter().zip(&truth.frames[ahead..]);
    [
        mean(pairs(1).map(|(u, t)| square(&u, t)).collect()),
        mean(pairs(STEPS).map(|(u, t)| nrmse(&u, t).min(2.0)).collect()),
    ]
}

fn statistics(mut errors: Vec<f64>) -> [f64; 4] {
    errors.sort_by(f64::total_cmp);
    let count = errors.len() as f64;
    let mean = errors.iter().sum::<f64>() / count;
    let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / count;
    let p99 = errors[(0.99 * count).ceil() as usize - 1];
    [mean, variance.sqrt(), p99, errors[errors.len() - 1]]
}
