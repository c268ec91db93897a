//! Waves at the wrong place, or of the wrong size; where `evaluate.metrics` has `amplitude_phase`.

use super::remedies::{shorter_steps, wider};
use super::words::percent;
use super::{Evidence, Finding, Remedy, Rule, Way};
use crate::numbers::text::number;

/// Share of the squared error that is of one kind. An error that knows nothing of the wave has half of each.
const MAINLY: f64 = 0.8;
/// The error is split where it first reaches this, or at the end.
const SEEN: f64 = 0.1;
/// Smaller errors need no explanation.
const SMALL: f64 = 0.01;

pub(super) const RULE: Rule = Rule {
    name: "phase_or_amplitude",
    summary: "80 % of the squared error is of phases, or of amplitudes, where it reaches 10 % (needs the metric \
              amplitude_phase)",
    covers: &[],
    find,
};

fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let own = &evidence.evaluation.surrogate;
    let curve = |name: &str| Some(&own.curve(name)?.mean);
    let (amplitudes, phases) = (curve("amplitude_error")?, curve("phase_error")?);
    let squares: Vec<[f64; 2]> = amplitudes
        .iter()
        .zip(phases)
        .map(|(a, p)| [a * a, p * p])
        .collect();
    let all = |of: &[f64; 2]| of[0] + of[1];
    let reached = squares.iter().position(|of| all(of) >= SEEN * SEEN);
    let step = reached.or(squares.len().checked_sub(1))?;
    let phase = squares[step][1] / all(&squares[step]);
    if all(&squares[step]).is_nan() || all(&squares[step]) < SMALL * SMALL {
        return None;
    }
    let (what, share, remedy) = match phase {
        _ if phase >= MAINLY => (
            "waves have the right size and are at the wrong place",
            phase,
            further(evidence),
        ),
        _ if phase <= 1.0 - MAINLY => (
            "waves are at the right place and have the wrong size",
            1.0 - phase,
            told(evidence),
        ),
        _ => return None,
    };
    let time = number(*evidence.evaluation.times.get(step)?);
    let seen = format!(
        "At time {time} {} of the squared error says that {what}.",
        percent(share)
    );
    Some(RULE.found(evidence, seen, remedy))
}

/// Shorter steps, or a network that sees further.
fn further(evidence: &Evidence<'_>) -> Remedy {
    let layers = evidence.model_number("layers");
    let layers = layers.map(|n| evidence.change_model("layers", [n, n + 1.0]));
    let modes = evidence.model_number("modes");
    let modes = modes.map(|n| evidence.change_model("modes", [n, (1.5 * n).ceil()]));
    let ways = shorter_steps(evidence)
        .into_iter()
        .chain(layers)
        .chain(modes);
    Remedy::ways(ways).otherwise("A network that sees further needs shorter steps.")
}

/// The numbers that dissipation depends on, or a network that can hold more of it.
fn told(evidence: &Evidence<'_>) -> Remedy {
    let ranges = Way::words("train on wider ranges of them");
    let lead =
        "Look at what it was told: dissipation depends on parameters, grid spacing and time step";
    Remedy::of(lead, [ranges].into_iter().chain(wider(evidence, 2.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{self, Double};

    /// Errors that grow by 2 % a step.
    fn split(amplitude: f64, phase: f64) -> Double {
        let mut double = Double::healthy();
        double.evaluation.surrogate.curves = doubles::split(amplitude, phase);
        double
    }

    #[test]
    fn an_error_of_one_kind_is_told_where_it_is_seen() {
        Double::healthy().assert_silent(&RULE); // not measured
        split(0.7, 0.7).assert_silent(&RULE);
        split(0.2, 1.0).assert_said(&RULE, &["At time 4 96 % of", "wrong place", "stride"]);
        split(1.0, 0.2).assert_said(&RULE, &["wrong size"]);
        split(1e-4, 1e-3).assert_silent(&RULE);
    }
}
