//! Does a diagnosis say what is wrong? Trainings on files of another program, spoiled in eight known ways, beside eight
//! healthy ones of the same size.
//!
//! ```sh
//! cargo run --release --example diagnosis
//! ```
//!
//! Files of the Kuramoto–Sivashinsky equation without a word of where they come from, as another program writes them, and
//! small networks that train on them, some seconds each. Printed is a table: what was done, what the rules find first, and
//! whether that is right. A spoiled training is judged rightly when its rule is the first finding, a healthy one when no
//! rule of the spoiled ones speaks; what else it gets is true of it (`spectral_tail`: trainings here are without noise). The
//! program fails when one of the sixteen is judged wrongly.

#[path = "diagnosis/experiments.rs"]
mod experiments;
#[path = "diagnosis/files.rs"]
mod files;

use experiments::{EXPERIMENTS, Experiment};
use ondine::diagnosis::Finding;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let only = std::env::args().nth(1);
    let folder = std::env::temp_dir().join(format!("ondine-diagnosis-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    println!("| training | done to it | found | error | right |\n|---|---|---|---|---|");
    let mut wrong = Vec::new();
    let wanted = |one: &&Experiment| only.as_ref().is_none_or(|only| one.title.contains(only));
    let mut said = Vec::new();
    for experiment in EXPERIMENTS.iter().filter(wanted) {
        let (found, error) = experiment.run(&folder)?;
        let rules: Vec<&str> = found.iter().map(|one| one.rule).collect();
        let right = experiment.is_right(&rules);
        println!(
            "| {} | {} | {} | {:.2} % | {} |",
            experiment.title,
            if experiment.spoiled_by.is_some() {
                "spoiled"
            } else {
                "healthy"
            },
            if rules.is_empty() {
                "nothing".to_owned()
            } else {
                rules.join(", ")
            },
            100.0 * error,
            if right { "yes" } else { "no" }
        );
        wrong.extend((!right).then_some(experiment.title));
        said.push((experiment.title, found));
    }
    said.iter().for_each(|(title, found)| print(title, found));
    std::fs::remove_dir_all(&folder)?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("not told, or told wrongly: {wrong:?}").into())
    }
}

fn print(title: &str, found: &[Finding]) {
    if let Some(first) = found.first() {
        println!("\n{title}\n- {}: {first}", first.rule);
    }
}
