//! `ondine check --chaos`: the largest Lyapunov exponent in words.

use super::bar::Bar;
use super::table::columns;
use super::{CliError, train};
use crate::chaos::{Chaos, measure};
use crate::control::{Advance, Control};
use crate::numbers::text::{counted, number};
use crate::recipe::Recipe;
use ondine_datasets::Ensemble;

/// Measures the first simulations over so many frames, with a bar unless it is to be `silent`.
pub(super) fn measured(
    recipe: &Recipe,
    ensemble: &Ensemble,
    frames: usize,
    silent: bool,
) -> Result<Chaos, CliError> {
    let bar = Bar::new("measuring the growth of errors, frames:", 1, silent);
    let stop = train::stop_on_signal("stopping after this frame; once more to stop at once");
    let progress = |advance: Advance| {
        bar.set_length(advance.of as u64);
        bar.inc(1);
    };
    let control = Control::none().telling(&progress).stopped_by(&stop);
    let found = measure(ensemble, recipe.ensemble.simulations, frames, control)?;
    bar.finish();
    Ok(found)
}

/// Rows, and their meaning below them.
pub(super) fn text(found: &Chaos) -> String {
    let exponent = format!(
        "{} ± {} per time unit",
        number(found.lyapunov_exponent),
        number(found.standard_error)
    );
    let simulations = counted(found.simulations as usize, "simulation");
    let rows = [
        ("Lyapunov exponent", exponent),
        (
            "measured on",
            format!("{simulations} of {} frames", found.frames),
        ),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    format!("{}\n{}", columns(&rows), meaning(found))
}

fn meaning(found: &Chaos) -> String {
    if !found.is_chaotic() {
        return "Small errors do not grow on average, as far as these frames tell.".to_owned();
    }
    let time = 1.0 / found.lyapunov_exponent;
    format!(
        "Small errors grow by a factor of e in a Lyapunov time of {} time units, tenfold in {}: write \
         evaluate.lyapunov_exponent = {} for correlation times in Lyapunov times.",
        number(time),
        number(time * std::f64::consts::LN_10),
        number(found.lyapunov_exponent)
    )
}
