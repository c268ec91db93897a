//! Launchers: commands that start a program, on other machines perhaps.

use std::env;
use std::path::Path;

/// A command that starts a program whose own command follows it, as `mpirun -n 2` or `srun --ntasks=2`.
///
/// ```
/// use ondine_coupling::{Launcher, Program};
/// let launcher = Launcher::inheriting(vec!["mpirun".into(), "-n".into(), "2".into()]);
/// let program = Program::new(&["./convection"], &[])?.launcher(launcher);
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    command: Vec<String>,
    /// The option in front of each environment variable; none where the program inherits them.
    variables: Option<String>,
}

impl Launcher {
    /// A launcher that hands its own environment on.
    #[must_use]
    pub fn inheriting(command: Vec<String>) -> Self {
        Self {
            command,
            variables: None,
        }
    }

    /// A launcher that is told the environment of the program, each variable as `NAME=VALUE` behind this option; it ends with
    /// `--`. Other users of the machine may read such a command line, its token included.
    #[must_use]
    pub fn telling(command: Vec<String>, option: &str) -> Self {
        let variables = Some(option.to_owned());
        Self { command, variables }
    }

    /// Its own command.
    #[must_use]
    pub fn command(&self) -> &[String] {
        &self.command
    }

    /// Whether its program is a file that can be found: by its path, or in a folder of `PATH`.
    #[must_use]
    pub fn is_found(&self) -> bool {
        let Some(program) = self.command.first() else {
            return false;
        };
        if Path::new(program).components().count() > 1 {
            return Path::new(program).is_file();
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&folders).any(|folder| folder.join(program).is_file())
    }

    /// The whole command line of a program with these arguments and variables.
    pub(crate) fn around(
        &self,
        arguments: Vec<String>,
        variables: &[(String, String)],
    ) -> Vec<String> {
        let mut all = self.command.clone();
        if let Some(option) = &self.variables {
            for (name, value) in variables {
                all.extend([option.clone(), format!("{name}={value}")]);
            }
            all.push("--".to_owned());
        }
        all.extend(arguments);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn variables_are_told_where_they_are_not_inherited() {
        let variables = [("A".to_owned(), "1 2".to_owned())];
        let inheriting = Launcher::inheriting(words("mpirun -n 2"));
        let all = inheriting.around(words("./code -x"), &variables);
        assert_eq!(all, words("mpirun -n 2 ./code -x"));
        let telling = Launcher::telling(words("hq submit"), "--env");
        let all = telling.around(words("./code -x"), &variables);
        assert_eq!(all[..4], ["hq", "submit", "--env", "A=1 2"]);
        assert_eq!(all[4..], ["--", "./code", "-x"]);
    }

    #[test]
    fn a_launcher_is_found_by_its_name_or_not_at_all() {
        assert!(Launcher::inheriting(words("sh -c")).is_found());
        assert!(!Launcher::inheriting(words("no_such_launcher_here")).is_found());
        assert!(!Launcher::inheriting(Vec::new()).is_found());
    }
}
