//! Trainings of several processes, which have the same program and the same recipe.

use super::{Training, TrainingError};
use crate::group::Group;
use crate::run::differences;
use std::env;
use std::fs::File;
use std::io::{self, Read};

/// Bytes of the program that are read at a time.
const PIECE: usize = 1 << 20;

/// Number of differences between two recipes that are named.
const NAMED: usize = 3;

impl<'a> Training<'a> {
    /// Trains together with the other processes of a group, each of which describes the same training. Every process has its
    /// share of the simulations, of the buffer and of every batch; the first one writes the run.
    ///
    /// ```no_run
    /// use ondine::group;
    /// use ondine::training::Training;
    ///
    /// let (_, group) = group::started();
    /// let group = group?;
    /// let training = Training::recipe("recipes/quickstart.toml")?;
    /// training.group(&*group).into_run("runs/together")?.run()?;
    /// group.conclude();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn group(mut self, group: &'a dyn Group) -> Self {
        self.group = group;
        self
    }
}

/// Makes sure that all processes of a group have the same program and the same resolved recipe.
pub(crate) fn check_alike(group: &dyn Group, recipe: String) -> Result<(), TrainingError> {
    if group.size() == 1 {
        return Ok(());
    }
    let own = [
        env!("CARGO_PKG_VERSION").to_owned(),
        program().map_or(String::new(), |sum| sum.to_string()),
        recipe,
    ];
    let own = serde_json::to_vec(&own).unwrap_or_default();
    let all = group.all_gather(&own).into_iter();
    let all: Vec<[String; 3]> = all
        .map(|bytes| serde_json::from_slice(&bytes).unwrap_or_default())
        .collect();
    let others = all.iter().enumerate();
    let found = others.filter_map(|(rank, other)| Some((rank, difference(&all[0], other)?)));
    match found.into_iter().next() {
        Some((rank, found)) => Err(TrainingError::Differs { rank, found }),
        None => Ok(()),
    }
}

/// The checksum of the program.
fn program() -> io::Result<u32> {
    let mut file = File::open(env::current_exe()?)?;
    let (mut hasher, mut piece) = (crc32fast::Hasher::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finalize()),
            count => hasher.update(&piece[..count]),
        }
    }
}

/// Properties of a process that the first one has otherwise, in words; none where they are the same.
fn difference(first: &[String; 3], other: &[String; 3]) -> Option<String> {
    let [version, build, recipe] = other;
    if *version != first[0] {
        return Some(format!("another version of Ondine, {version},"));
    }
    if *recipe != first[2] {
        let mut found = differences(&first[2], recipe);
        found.truncate(NAMED);
        return Some(format!("another recipe ({})", found.join("; ")));
    }
    (*build != first[1]).then(|| "another build of Ondine".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_two_processes_is_named() {
        let of =
            |version: &str, build: &str, recipe: &str| [version, build, recipe].map(str::to_owned);
        let first = of("1.0", "a", "seed = 1");
        assert_eq!(difference(&first, &first), None);
        let cases = [
            (of("1.1", "b", "seed = 1"), "version of Ondine, 1.1"),
            (of("1.0", "b", "seed = 2"), "recipe (seed = 2 (was 1))"),
            (of("1.0", "b", "seed = 1"), "another build"),
        ];
        for (other, expected) in cases {
            let found = difference(&first, &other).unwrap_or_default();
            assert!(found.contains(expected), "{found}");
        }
    }
}
