//! Combinations of values: all of them, or some at random. Bergstra & Bengio (2012), *J. Mach. Learn. Res.* 13, 281: of few keys that
//! matter, random draws try more values than a grid with as many trainings.

use super::values::{Values, Varied};
use super::{Combination, SweepError};
use ondine_solvers::{Rng, Stream};
use std::collections::BTreeSet;

/// More combinations than any sweep trains.
const MOST: usize = 10_000;

/// Draws per combination until a new one is given up.
const PATIENCE: usize = 1000;

/// Characters of the values in a directory's name.
const LENGTH: usize = 100;

/// The way in which combinations are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// All combinations, the last key fastest.
    Grid,
    /// Independent draws.
    Random {
        /// Number of combinations.
        samples: usize,
        /// Seed of the draws.
        seed: u64,
    },
}

/// The combinations of a search.
pub(super) fn combinations(
    varied: &[Varied],
    search: Search,
) -> Result<Vec<Combination>, SweepError> {
    let all = match search {
        Search::Grid => grid(varied)?,
        Search::Random { samples, seed } => random(varied, samples, seed)?,
    };
    let keys = short(varied);
    let width = all.len().to_string().len();
    let named = all
        .into_iter()
        .enumerate()
        .map(|(index, values)| Combination {
            name: name(&format!("{:0width$}", index + 1), &keys, &values),
            values,
        });
    Ok(named.collect())
}

/// All combinations.
fn grid(varied: &[Varied]) -> Result<Vec<Vec<String>>, SweepError> {
    let counts = varied.iter().filter_map(|one| one.values.count());
    check(counts.fold(1, usize::saturating_mul))?;
    let mut all = vec![Vec::new()];
    for Varied { values, .. } in varied {
        let Values::Listed(values) = values else {
            continue; // values are drawn in a random search alone
        };
        let longer = |before: Vec<String>| {
            let values = values.iter();
            values
                .map(move |value| [&before[..], std::slice::from_ref(value)].concat())
                .collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    Ok(all)
}

/// So many different combinations at random.
fn random(varied: &[Varied], samples: usize, seed: u64) -> Result<Vec<Vec<String>>, SweepError> {
    if !(1..=MOST).contains(&samples) {
        let message = format!("--samples {samples}: write 1 to {MOST}");
        return Err(SweepError::Values(message));
    }
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for index in 0..samples {
        let mut rng = Rng::stream(seed, Stream::Parameters, index as u64);
        let mut draw = || -> Vec<String> {
            let values = varied
                .iter()
                .map(|one| one.values.at(rng.uniform(0.0, 1.0)));
            values.collect()
        };
        let new = (0..PATIENCE)
            .map(|_| draw())
            .find(|values| seen.insert(values.clone()));
        let Some(values) = new else {
            let message = format!(
                "--samples {samples}: only {index} different combinations were found, and no other in {PATIENCE} draws: write \
                 --samples {index}, or more values"
            );
            return Err(SweepError::Values(message));
        };
        all.push(values);
    }
    Ok(all)
}

fn check(count: usize) -> Result<(), SweepError> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    let message =
        format!("{count} combinations lie outside [1, {MOST}]: write other values or --samples");
    Err(SweepError::Values(message))
}

/// The last part of every key, or all of it where another one ends alike.
fn short(varied: &[Varied]) -> Vec<&str> {
    let ends = varied.iter().map(|one| end(&one.key));
    let ends: Vec<&str> = ends.collect();
    let alone = |name: &str| ends.iter().filter(|other| **other == name).count() == 1;
    let shown = varied.iter().zip(&ends);
    let shown = shown.map(|(one, &end)| if alone(end) { end } else { &one.key });
    shown.collect()
}

/// The last part of a key.
fn end(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The name of a combination's directory: its number and its values.
fn name(number: &str, keys: &[&str], values: &[String]) -> String {
    let pairs = keys
        .iter()
        .zip(values)
        .map(|(key, value)| format!("{key}={value}"));
    let words = pairs.collect::<Vec<_>>().join(",");
    let plain = |letter: char| match letter {
        '"' | '\'' | ' ' => None,
        letter if letter.is_ascii_alphanumeric() || "=,.+-_".contains(letter) => Some(letter),
        _ => Some('_'),
    };
    let words: String = words.chars().filter_map(plain).take(LENGTH).collect();
    format!("{number}-{words}")
}

#[cfg(test)]
mod tests {
    use super::super::values::typed;
    use super::*;

    fn found(sets: &[&str], search: Search) -> Result<Vec<Combination>, SweepError> {
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        combinations(&typed(&sets, search)?.varied, search)
    }

    fn names(sets: &[&str]) -> Vec<String> {
        let all = found(sets, Search::Grid).unwrap_or_else(|error| panic!("{error}"));
        all.into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn a_grid_has_every_combination_with_the_last_key_fastest() {
        let names = names(&[
            "model.modes=[8, 16]",
            "train.steps=50",
            "model.activation=[\"gelu\",\"relu\"]",
        ]);
        let expected = [
            "1-modes=8,activation=gelu",
            "2-modes=8,activation=relu",
            "3-modes=16,activation=gelu",
            "4-modes=16,activation=relu",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn lists_and_ranges_that_are_values_stand_in_lists() {
        let sets = [
            "grid.points=[[32], [64]]",
            "equation.velocity=[1.0, { uniform = [0.5, 1.5] }]",
        ];
        let all = found(&sets, Search::Grid).expect("four");
        assert_eq!(all[3].values, ["[64]", "{ uniform = [0.5, 1.5] }"]);
        assert_eq!(all[3].name, "4-points=_64_,velocity=_uniform=_0.5,1.5__");
        let keys = names(&["a.steps=[1]", "b.steps=[2]", "c.rate=[3]"]);
        assert_eq!(keys, ["1-a.steps=1,b.steps=2,rate=3"]);
    }

    #[test]
    fn draws_lie_in_their_ranges_and_are_a_function_of_the_seed() {
        let sets = [
            "model.width={uniform=[8, 12]}",
            "rate={log_uniform=[1e-4, 1e-2]}",
            "kind=[\"a\",\"b\"]",
        ];
        let search = |seed| Search::Random { samples: 40, seed };
        let all = found(&sets, search(1)).expect("forty");
        for Combination { values, .. } in &all {
            let width: i64 = values[0].parse().expect("a whole number");
            let rate: f64 = values[1].parse().expect("a number");
            assert!(
                (8..=12).contains(&width) && (1e-4..=1e-2).contains(&rate),
                "{values:?}"
            );
        }
        let different: BTreeSet<_> = all.iter().map(|one| &one.values).collect();
        assert_eq!(different.len(), 40);
        let below = all
            .iter()
            .filter(|one| one.values[1].parse::<f64>().is_ok_and(|rate| rate < 1e-3));
        assert!(
            (10..=30).contains(&below.count()),
            "half of the decades lie below 1e-3"
        );
        assert_eq!(found(&sets, search(1)).expect("again"), all);
        assert_ne!(found(&sets, search(2)).expect("others"), all);
        let values = ["a=[1,2]", "b=[1,2]"];
        let few = Search::Random {
            samples: 5,
            seed: 0,
        };
        let error = found(&values, few).expect_err("there are four").to_string();
        assert!(error.contains("write --samples 4"), "{error}");
    }

    #[test]
    fn wrong_values_are_refused() {
        for (sets, expected) in [
            (&["train.steps=50"][..], "nothing varies"),
            (&["train.steps"], "has no `=`"),
            (&["a=[]"], "has no value"),
            (&["a=[1,2,1]"], "the value 1 twice"),
            (&["a=[1]", "a=[2]"], "stands twice"),
            (&["a={uniform=[0,1]}"], "`a` has a range: write --samples N"),
        ] {
            let error = found(sets, Search::Grid).expect_err(expected).to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
        let hundred: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        let list = hundred.join(",");
        let sets = [format!("a=[{list}]"), format!("b=[{list}]")];
        let error = found(&[&sets[0], &sets[1]], Search::Grid).expect_err("too many");
        assert!(error.to_string().contains("10201 combinations"), "{error}");
    }
}
