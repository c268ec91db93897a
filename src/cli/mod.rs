//! The command line: one file a command.

mod accuracy;
mod bar;
mod chaos;
mod check;
mod convert;
mod devices;
mod error;
mod evaluate;
mod export;
mod facts;
mod faults;
mod findings;
mod gated;
mod import;
mod inspect;
mod inspection;
mod list;
mod manual;
mod number;
mod overrides;
mod patience;
mod plan;
mod predict;
mod progress;
mod ranks;
mod report;
mod resolution;
mod scores;
mod simulate;
mod sweep;
mod table;
mod train;
mod tune_sampler;
mod worker;

pub use error::CliError;
pub use manual::manual;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Trains neural surrogates of partial differential equations online, on simulations made while training.
#[derive(Parser)]
#[command(
    name = "ondine",
    version,
    arg_required_else_help = true,
    term_width = 80
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Train(train::Train),
    Sweep(sweep::Sweep),
    Simulate(simulate::Simulate),
    Evaluate(evaluate::Evaluate),
    Predict(predict::Predict),
    TuneSampler(tune_sampler::TuneSampler),
    Report(report::Report),
    Export(export::Export),
    Import(import::Import),
    Check(check::Check),
    Plan(plan::Plan),
    Inspect(inspect::Inspect),
    Convert(convert::Convert),
    List(list::List),
    Devices(devices::Devices),
    Worker(worker::Worker),
}

/// Runs the command line of this process: exit code 0 for success, 1 for a run that failed, 2 for wrong input.
pub fn main() -> ExitCode {
    crate::memory::keep_freed_pages();
    let result = match Arguments::parse().command {
        Command::Train(train) => train.run(),
        Command::Sweep(sweep) => sweep.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Evaluate(evaluate) => evaluate.run(),
        Command::Predict(predict) => predict.run(),
        Command::TuneSampler(tune) => tune.run(),
        Command::Report(report) => report.run(),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(),
        Command::Check(check) => check.run(),
        Command::Plan(plan) => plan.run(),
        Command::Inspect(inspect) => inspect.run(),
        Command::Convert(convert) => convert.run(),
        Command::List(list) => list.run(),
        Command::Devices(devices) => devices.run(),
        Command::Worker(worker) => worker.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(quiet @ (CliError::Closed | CliError::Told(_))) => quiet.code(),
        Err(error) => {
            eprintln!("error: {error}");
            error.code()
        }
    }
}
