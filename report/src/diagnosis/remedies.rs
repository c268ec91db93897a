//! Remedies of several rules.

use super::Evidence;
use super::way::{Remedy, Way};
use crate::numbers::text::number;

/// Ways to make a surrogate stable under its own errors that the recipe does not have yet.
pub(super) fn against_own_errors(evidence: &Evidence<'_>) -> Remedy {
    if evidence.refines() {
        return refined(evidence);
    }
    if !evidence.feeds_back() {
        let rate = learning_rate(evidence, 1.0 / 3.0);
        let ways = [longer(evidence)]
            .into_iter()
            .chain(decay(evidence))
            .chain([rate]);
        return Remedy::ways(ways);
    }
    Remedy::of(
        "Let it meet its own errors in training",
        [noise(evidence), more_steps(evidence)],
    )
    .otherwise("It meets its own errors already: give it more simulations.")
}

fn refined(evidence: &Evidence<'_>) -> Remedy {
    let least = evidence.model_number("min_noise_variance");
    let raised =
        least.map(|least| evidence.change_model("min_noise_variance", [least, 10.0 * least]));
    let cut =
        "set model.cutoff to the share of wavenumbers that the truth fills, 0.67 after dealiasing";
    let cut = Way::set("model.cutoff", 0.67, cut);
    Remedy::ways(raised.into_iter().chain([cut]))
}

fn noise(evidence: &Evidence<'_>) -> Way {
    let noise = evidence.objective().noise;
    let key = evidence.objective_key("noise");
    if noise > 0.0 {
        Way::change(&key, [noise, 2.0 * noise])
    } else {
        Way::set(&key, 0.005, format!("set {key} (0.005 is a start)"))
    }
}

/// More steps that are predicted one from the other in training.
pub(super) fn more_steps(evidence: &Evidence<'_>) -> Way {
    let objective = evidence.objective();
    if objective.keys.iter().any(|key| key == "steps") {
        let now = objective.steps as f64;
        return Way::change(&evidence.objective_key("steps"), [now, now + 1.0]);
    }
    let key = evidence.objective_key("kind");
    let text = format!(
        "train through several steps ({key} = \"unrolled\" or \"pushforward\", in a last [[stage]] for example)"
    );
    Way::set(&key, "\"unrolled\"", text)
}

/// Twice as many steps.
pub(super) fn longer(evidence: &Evidence<'_>) -> Way {
    let (key, steps) = evidence.steps();
    let asked = evidence.asked();
    match asked.filter(|_| evidence.subject.training.stages.is_empty()) {
        // Those fix the number of steps.
        Some((key, asked)) => Way::change(key, [asked, 2.0 * asked]).with("train.steps", 0),
        None => Way::change(&key, [steps, 2.0 * steps]),
    }
}

/// Twice as many simulations.
pub(super) fn more_simulations(evidence: &Evidence<'_>) -> Way {
    if evidence.subject.is_of_file() {
        return Way::words("train on more trajectories than the file of [data] has");
    }
    let now = evidence.subject.source.simulations as f64;
    let way = Way::change("ensemble.simulations", [now, 2.0 * now]);
    match evidence.subject.training.reads_per_sample {
        Some(_) => way.with("train.steps", 0), // they follow
        None => way,
    }
}

/// A learning rate that decays, where it does not.
pub(super) fn decay(evidence: &Evidence<'_>) -> Option<Way> {
    let [peak, now] = evidence.learning_rates();
    let last = number(peak / 100.0);
    let key = evidence.stage_key("schedule", "train.schedule");
    let text = format!("let {key} decay, kind = \"cosine\" to final = {last}");
    (now > peak / 100.0).then(|| {
        Way::set(&format!("{key}.kind"), "\"cosine\"", text).with(&format!("{key}.final"), last)
    })
}

/// Another learning rate.
pub(super) fn learning_rate(evidence: &Evidence<'_>, factor: f64) -> Way {
    let [rate, _] = evidence.learning_rates();
    let key = evidence.stage_key("learning_rate", "train.optimizer.learning_rate");
    Way::change(&key, [rate, factor * rate])
}

/// Shorter steps: of fewer frames, where there are several in one, or frames that lie closer.
pub(super) fn shorter_steps(evidence: &Evidence<'_>) -> Vec<Way> {
    let stride = evidence.stride();
    if stride > 1 {
        let fewer = [stride as f64, (stride / 2) as f64];
        return vec![Way::change(&evidence.objective_key("stride"), fewer)];
    }
    let [dt, longest] = evidence.subject.problem.dt;
    let closer = (longest <= dt && !evidence.subject.is_of_file())
        .then(|| Way::change("time.dt", [dt, 0.5 * dt]));
    closer.into_iter().collect()
}

/// A network that is so many times as wide.
pub(super) fn wider(evidence: &Evidence<'_>, factor: f64) -> Option<Way> {
    let width = evidence.model_number("width")?;
    Some(evidence.change_model("width", [width, (factor * width).round()]))
}

/// A surrogate that draws one of the possible futures, around the network that there is.
pub(super) fn refiner(evidence: &Evidence<'_>, why: &str) -> Option<Way> {
    let is_network = evidence.subject.model.options.get("backbone").is_none();
    let mut backbone = evidence.network();
    backbone.remove("conserve_mean");
    let value = format!(
        "{{kind = \"pde_refiner\", backbone = {}}}",
        inline(&backbone)
    );
    is_network.then(|| {
        Way::set(
            "model",
            value,
            format!("model.kind = \"pde_refiner\", {why}"),
        )
    })
}

/// A table on one line.
fn inline(table: &toml::Table) -> String {
    toml::Value::Table(table.clone()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::{Double, REFINER, STAGED};

    #[test]
    fn what_a_recipe_has_is_raised_and_what_it_has_not_is_set() {
        let said = |set: &[&str]| against_own_errors(&Double::with(set).evidence()).text();
        let plain = said(&[]);
        assert!(plain.contains("set objective.noise") && plain.contains("\"unrolled\""));
        let hardened = said(&[
            "training.main.objective.kind=\"unrolled\"",
            "training.main.objective.keys=[\"steps\"]",
            "training.main.objective.steps=3",
            "training.main.objective.noise=0.01",
        ]);
        let raised = "noise from 0.01 to 0.02, or raise objective.steps from 3 to 4";
        assert!(hardened.contains(raised), "{hardened}");
        let refiner = said(&[REFINER]);
        assert!(refiner.contains("model.cutoff"));
        let staged = said(&[STAGED]);
        assert!(staged.contains("stage.2.objective.noise"), "{staged}");
    }
}
