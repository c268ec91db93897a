//! The settings of a stream of windows, as a recipe has them.

use crate::plan::Plan;
use crate::recipe::{Recipe, Workers};
use ondine_report::advice::Setting;

/// The settings of a plan, on this machine.
pub fn setting(plan: &Plan) -> Setting {
    let cores = std::thread::available_parallelism();
    Setting {
        cores: cores.ok().map(usize::from),
        ..stream(&plan.recipe)
    }
}

/// The settings of a recipe, on any machine.
pub fn stream(recipe: &Recipe) -> Setting {
    let breeds = recipe.sampler.options.breed().is_some();
    Setting {
        workers: match recipe.ensemble.workers {
            Workers::Auto => None,
            Workers::Fixed(workers) => Some(workers),
        },
        device_batch: recipe.trajectories.device_batch(),
        cores: None,
        batch: recipe.train.batch,
        steps: recipe.train.steps,
        capacity: recipe.buffer.capacity,
        simulations: recipe.ensemble.simulations,
        kind: recipe.policy.entry.kind.to_owned(),
        reads: recipe.policy.entry.reads,
        asked: recipe.buffer.reads_per_sample,
        warmup: recipe.time.warmup,
        frames: recipe.time.frames,
        memory: recipe.data.as_ref().map(|data| data.memory),
        held_whole: recipe.holds_file(),
        adaptive: breeds && recipe.data.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::takes;
    use ondine_report::advice::doubles::good;
    use ondine_report::advice::{RULES, advise};
    use ondine_report::files::Reading;
    use std::collections::BTreeSet;

    /// Lines of a training half done, in good order, and changed.
    fn lines(change: impl Fn(Reading) -> Reading) -> Vec<Reading> {
        good().into_iter().map(change).collect()
    }

    #[test]
    fn whatever_is_advised_is_accepted_and_not_there_already() {
        const RECIPE: &str = "[equation]\nkind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\
            [grid]\npoints = [32]\nlength = 1.0\n[time]\ndt = 0.1\nframes = 101\nsubsteps = 1\n\
            [ensemble]\nsimulations = 100\nworkers = 2\n[buffer]\ncapacity = 5000\n[model]\nkind = \"fno\"\nmodes = 6\n\
            [train]\nbatch = 32\n";
        let worse = lines(|line| Reading {
            trainer_wait: 0.5,
            step_compute_s: 1.0,
            step_ranks_s: 1.0,
            step_reduce_s: 1.0,
            batch_simulations: 2.0,
            time_correlation: Some(0.9),
            prior_distance: Some(0.5),
            windows_dropped: line.windows_arrived / 2,
            ..line
        });
        let idle = lines(|line| Reading {
            solver_wait_recent: 0.97,
            ..line
        });
        let variants = [
            &["train.steps=1000"][..],
            &["buffer.reads_per_sample=3.2"],
            &["train.steps=200", "buffer.kind=\"fifo\"", "time.warmup=400"],
            &["buffer.reads_per_sample=0.5", "buffer.capacity=20000"],
            &[
                "train.steps=1000",
                "buffer.kind=\"uniform_reservoir\"",
                "buffer.capacity=10000",
            ],
        ];
        let plan = |text: &str, sets: &[String]| {
            let checked = Recipe::parse("stream.toml", text, sets).and_then(Recipe::check);
            checked.unwrap_or_else(|error| panic!("{sets:?}: {error}"))
        };
        let mut spoken = BTreeSet::new();
        for sets in variants {
            let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
            let now = plan(RECIPE, &sets);
            let setting = Setting {
                cores: Some(8),
                ..setting(&now)
            };
            let takes = takes(&now.recipe);
            for lines in [&worse, &idle] {
                for advice in advise(&setting, lines, Some(&takes)) {
                    spoken.insert(advice.rule);
                    for changes in &advice.changes {
                        let more = changes.iter().map(|(key, value)| format!("{key}={value}"));
                        let then = plan(&now.resolved(), &more.collect::<Vec<_>>());
                        assert_ne!(then.resolved(), now.resolved(), "{}", advice.text);
                    }
                }
            }
        }
        let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(spoken, rules, "each has advised something");
    }
}
