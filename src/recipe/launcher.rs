//! Launchers of the programs of `[source]`: commands in front of the program's own, which may start it on other machines.

use ondine_datasets::coupling::Launcher;
use serde::{Deserialize, Serialize};

/// `launcher = { kind = ..., ... }` of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LauncherSection {
    /// The engine.
    pub kind: LauncherKind,
    /// Ranks of a process, tasks of Slurm or cores of `HyperQueue`, 1 or more.
    #[serde(default = "one")]
    pub ranks: u32,
    /// Further options of the engine, as `["--bind-to", "none"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// Engines that start programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LauncherKind {
    /// None: the training starts the program itself.
    Local,
    /// `mpirun` of any MPI.
    Mpirun,
    /// `srun` of Slurm, in the allocation of the training.
    Slurm,
    /// `hq submit` of `HyperQueue`, to a server that runs.
    Hyperqueue,
}

impl LauncherSection {
    /// The command in front of the program's own; none where there is no engine.
    #[must_use]
    pub fn launcher(&self) -> Option<Launcher> {
        let ranks = self.ranks;
        let (first, inherits) = match self.kind {
            LauncherKind::Local => return None,
            LauncherKind::Mpirun => (vec!["mpirun".into(), "-n".into(), ranks.to_string()], true),
            LauncherKind::Slurm => (vec!["srun".into(), format!("--ntasks={ranks}")], true),
            LauncherKind::Hyperqueue => {
                let words = ["hq", "submit", "--wait", "--stdout=none", "--stderr=none"];
                let words = words.map(str::to_owned).into_iter();
                (words.chain([format!("--cpus={ranks}")]).collect(), false)
            }
        };
        let command: Vec<String> = first.into_iter().chain(self.options.clone()).collect();
        Some(if inherits {
            Launcher::inheriting(command)
        } else {
            Launcher::telling(command, "--env")
        })
    }

    /// The key that has no meaning, where one has none.
    pub(crate) fn idle_key(&self) -> Option<&'static str> {
        match self.kind {
            LauncherKind::Local if self.ranks != 1 => Some("ranks"),
            LauncherKind::Local if !self.options.is_empty() => Some("options"),
            _ => None,
        }
    }
}

fn one() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_has_its_command() {
        for (text, expected) in [
            ("kind = \"local\"", None),
            (
                "kind = \"mpirun\"\nranks = 2\noptions = [\"--bind-to\", \"none\"]",
                Some("mpirun -n 2 --bind-to none"),
            ),
            (
                "kind = \"slurm\"\nranks = 4\noptions = [\"--mem=2G\"]",
                Some("srun --ntasks=4 --mem=2G"),
            ),
            (
                "kind = \"hyperqueue\"",
                Some("hq submit --wait --stdout=none --stderr=none --cpus=1"),
            ),
        ] {
            let section: LauncherSection = toml::from_str(text).expect("a launcher");
            let command = section
                .launcher()
                .map(|launcher| launcher.command().join(" "));
            assert_eq!(command.as_deref(), expected);
        }
        assert!(toml::from_str::<LauncherSection>("kind = \"pbs\"").is_err());
    }
}
