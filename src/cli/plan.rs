//! `ondine plan`: what would a recipe do on more machines?

use super::CliError;
use super::bar::Bar;
use super::patience::patiently;
use super::table::{WIDTH, columns, folded, print, print_json};
use crate::device;
use crate::numbers::text::percent;
use crate::recipe::Recipe;
use crate::throughput::{Bottleneck, Costs, Machines, Throughput, measure};
use clap::Args;
use serde_json::json;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Workers and ranks that are shown beside those of the nodes.
const WORKERS: [usize; 4] = [0, 8, 64, 512];
const RANKS: [usize; 5] = [1, 2, 4, 8, 16];

/// Predict the throughput of a recipe on more machines, by a model of costs that are measured here in some seconds.
#[derive(Args)]
pub(super) struct Plan {
    /// The recipe, a TOML file.
    recipe: PathBuf,
    /// Machines like this one: the first has the trainer, the others a worker per core.
    #[arg(long, default_value = "1", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    nodes: u32,
    /// Where the trainer would compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Bandwidth between machines in gigabytes per second; 1.25 is 10-gigabit Ethernet.
    #[arg(long, value_name = "GB/S", default_value = "1.25", value_parser = positive)]
    bandwidth: f64,
    /// Latency between machines in microseconds.
    #[arg(long, value_name = "US", default_value = "50", value_parser = positive)]
    latency: f64,
    /// Override a key of the recipe, for example train.batch=64.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub(super) fn run(self) -> Result<(), CliError> {
        let bar = Bar::waiting("checking the recipe", self.json);
        let plan = patiently(
            Recipe::load(&self.recipe, &self.overrides)?,
            &bar,
            Recipe::check,
        )?;
        bar.finish();
        let device = device::device(&self.device)?;
        let bar = Bar::waiting("timing simulations and steps", self.json);
        let costs = measure(&plan, &device)?;
        bar.finish();
        let threads = plan.recipe.ensemble.workers.most();
        let rows = self.rows(&costs, threads);
        if self.json {
            let rows = rows
                .iter()
                .map(|(machines, found)| json!({ "machines": machines, "throughput": found }));
            return print_json(&json!({ "costs": costs, "rows": rows.collect::<Vec<_>>() }));
        }
        let enough = costs.enough_workers(&self.machines(threads, 1, 0));
        print(&format!(
            "{}\n\n{}\n\n{}",
            columns(&self.facts(&costs, enough)),
            columns(&table(&rows)),
            folded(ASSUMPTIONS, WIDTH).join("\n")
        ))
    }

    fn machines(&self, threads: usize, ranks: usize, workers: usize) -> Machines {
        Machines {
            ranks,
            threads,
            cores: cores(),
            workers,
            bandwidth: 1e9 * self.bandwidth,
            latency: 1e-6 * self.latency,
        }
    }

    /// The machines of the nodes first, then others: more workers for one rank, and enough of them for more ranks.
    fn rows(&self, costs: &Costs, threads: usize) -> Vec<(Machines, Throughput)> {
        let own = (self.nodes as usize - 1) * cores();
        let workers = WORKERS.into_iter().filter(|count| *count != own);
        let workers = [own].into_iter().chain(workers).map(|count| (1, count));
        let enough = |ranks| costs.enough_workers(&self.machines(threads, ranks, 0));
        let ranks = RANKS.into_iter().filter(|ranks| *ranks <= costs.batch);
        let ranks = ranks.map(|ranks| (ranks, enough(ranks)));
        let all = workers.chain(ranks.filter(|(ranks, _)| *ranks > 1));
        let all = all.map(|(ranks, workers)| self.machines(threads, ranks, workers));
        all.map(|machines| (machines, costs.on(&machines)))
            .collect()
    }

    fn facts(&self, costs: &Costs, enough: usize) -> Vec<Vec<String>> {
        let whole = costs.step_s + costs.window_s * costs.batch as f64;
        let facts = [
            (
                "step",
                format!(
                    "{} ms: {} and {} per window, {:.1} cores busy",
                    milli(whole),
                    milli(costs.step_s),
                    milli(costs.window_s),
                    costs.busy_cores
                ),
            ),
            (
                "gradients",
                format!("{:.3} MB, summed in each step", 1e-6 * costs.gradient_bytes),
            ),
            (
                "simulation",
                format!(
                    "{} ms on one core, {:.3} MB; {:.3} of them per step",
                    milli(costs.simulation_s),
                    1e-6 * costs.simulation_bytes,
                    costs.simulations_per_step
                ),
            ),
            (
                "enough workers",
                format!("{enough} elsewhere keep the trainer of one rank busy"),
            ),
        ];
        facts
            .map(|(name, text)| vec![name.to_owned(), text])
            .to_vec()
    }
}

/// The meaning of the table, below it.
const ASSUMPTIONS: &str = "The first row is that of --nodes. Assumed: each rank has a device and cores as those of this \
measurement, to itself; each worker has a core as fast as one of these; simulations take equally long; the bandwidth is \
that of each machine and all of it is had; the file system and the evaluations cost nothing.";

fn table(rows: &[(Machines, Throughput)]) -> Vec<Vec<String>> {
    let head = [
        "ranks",
        "workers",
        "steps/s",
        "samples/s",
        "sum",
        "trainer waits",
        "limit",
    ];
    let row = |(machines, found): &(Machines, Throughput)| {
        vec![
            machines.ranks.to_string(),
            machines.workers.to_string(),
            format!("{:.1}", found.steps_per_s),
            format!("{:.0}", found.samples_per_s),
            percent(found.reduction),
            percent(found.trainer_wait),
            limit(found.bottleneck).to_owned(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    [head].into_iter().chain(rows.iter().map(row)).collect()
}

fn limit(bottleneck: Bottleneck) -> &'static str {
    match bottleneck {
        Bottleneck::Trainer => "trainer",
        Bottleneck::Solvers => "solvers",
        Bottleneck::Cores => "cores here",
        Bottleneck::Network => "network",
    }
}

fn milli(seconds: f64) -> String {
    format!("{:.3}", 1e3 * seconds)
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| *number > 0.0 && number.is_finite());
    number.ok_or_else(|| "a number above 0 is needed".to_owned())
}
