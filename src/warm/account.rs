//! The weights that a training began with, in numbers and in a sentence: `start.json` of its run.

use super::LEAST;
use crate::recipe::StartScaling;
use crate::weights::Origin;
use serde::Serialize;
use std::path::PathBuf;

/// Arrays that are named; the others are counted.
const NAMED: usize = 3;

/// First weights and their origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Account {
    /// The run or file, as typed.
    pub(crate) run: PathBuf,
    /// Training steps behind the trained weights.
    pub(crate) steps: usize,
    /// Last weights, or their average.
    pub(crate) weights: Origin,
    /// Origin of the scales.
    pub(crate) scaling: StartScaling,
    /// Factor of trained weights.
    pub(crate) shrink: f64,
    /// Factor of random weights.
    pub(crate) perturb: f64,
    /// Weights of the network.
    pub(crate) parameters: usize,
    /// Those that were trained.
    pub(crate) carried: usize,
    /// Arrays of which some rows were trained.
    pub(crate) partly: Vec<String>,
    /// Arrays of which none were.
    pub(crate) fresh: Vec<String>,
    /// Keys of `[model]` that differ, in words.
    pub(crate) differences: Vec<String>,
}

impl Account {
    /// Checks that enough weights were trained.
    ///
    /// # Errors
    /// The share, and the differences to remove.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.carried as f64 >= LEAST * self.parameters as f64 {
            return Ok(());
        }
        let run = self.run.display();
        let (carried, all) = (self.carried, self.parameters);
        let cause = match &self.differences[..] {
            [] => "fields and conditions have other names there: write them as `names`".to_owned(),
            differences => format!("{}: write the [model] of the run", differences.join("; ")),
        };
        Err(format!(
            "{run} has {carried} of the {all} weights of this network, which is no start: {cause}, or leave [train.start] out"
        ))
    }

    /// The start in a line.
    pub(crate) fn sentence(&self) -> String {
        let (run, steps) = (self.run.display(), self.steps);
        let scales = match self.scaling {
            StartScaling::Stored => "with its scales",
            StartScaling::Measured => "with scales measured on simulations of the recipe",
            StartScaling::Identity => "with scales that change nothing",
        };
        let differences = self.differences.iter().map(|one| format!("; {one}"));
        format!(
            "weights of {run} after {steps} steps, {scales}: {}{}{}",
            self.share(),
            self.mix(),
            differences.collect::<String>()
        )
    }

    /// The weights that came over, and those that did not.
    fn share(&self) -> String {
        let (carried, all) = (self.carried, self.parameters);
        if carried == all {
            return format!("all {all} of them");
        }
        let partly = named(" in part", &self.partly);
        let fresh = named(" random", &self.fresh);
        let percent = 100.0 * carried as f64 / all as f64;
        format!("{carried} of {all} ({percent:.1} %){partly}{fresh}")
    }

    fn mix(&self) -> String {
        let (shrink, perturb) = (self.shrink, self.perturb);
        let shrunk = format!(", times {shrink}");
        let added = format!(" plus {perturb} of random ones");
        match (shrink < 1.0, perturb > 0.0) {
            (false, false) => String::new(),
            (true, false) => shrunk,
            (_, true) => shrunk + &added,
        }
    }
}

/// Names of arrays with what they are, `, a, b and 2 more random`.
fn named(what: &str, names: &[String]) -> String {
    let first: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if first.is_empty() {
        String::new()
    } else {
        format!(", {}{more}{what}", first.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(carried: usize) -> Account {
        Account {
            run: "runs/a".into(),
            steps: 150,
            weights: Origin::Average,
            scaling: StartScaling::Stored,
            shrink: 1.0,
            perturb: 0.0,
            parameters: 1000,
            carried,
            partly: Vec::new(),
            fresh: Vec::new(),
            differences: Vec::new(),
        }
    }

    #[test]
    fn the_share_of_trained_weights_is_said_in_one_line() {
        let all = account(1000).sentence();
        assert_eq!(
            all,
            "weights of runs/a after 150 steps, with its scales: all 1000 of them"
        );
        let some = Account {
            shrink: 0.5,
            perturb: 0.1,
            partly: vec!["lift".to_owned()],
            fresh: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            ..account(923)
        };
        let said = some.sentence();
        let expected = ": 923 of 1000 (92.3 %), `lift` in part, `a`, `b`, `c` and 1 more random, times 0.5 plus 0.1 of random ones";
        assert!(said.ends_with(expected), "{said}");
    }

    #[test]
    fn a_start_with_hardly_any_trained_weight_is_refused() {
        assert_eq!(account(100).check(), Ok(()));
        let refused = account(99).check().expect_err("too few");
        assert!(refused.contains("99 of the 1000 weights"), "{refused}");
        assert!(refused.contains("`names`"), "{refused}");
        let wider = Account {
            differences: vec!["`width` is 12 in the file and 8 in the recipe".to_owned()],
            ..account(1)
        };
        let refused = wider.check().expect_err("too few");
        assert!(
            refused.contains("write the [model] of the run"),
            "{refused}"
        );
    }
}
