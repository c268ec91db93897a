//! The commands as a page of the reference.

use super::Arguments;
use crate::pages::markdown::{cell, table, wrapped};
use crate::pages::titled;
use clap::{Arg, Command, CommandFactory};

/// Every command with its arguments and options, in Markdown.
#[must_use]
pub fn manual() -> String {
    let mut ondine = Arguments::command();
    ondine.build(); // gives subcommands the name of the program
    let commands = ondine.get_subcommands_mut();
    let shown = commands.filter(|command| !command.is_hide_set() && command.get_name() != "help");
    let sections: Vec<String> = shown.map(section).collect();
    let head = wrapped(
        "`ondine COMMAND --help` prints the same. The exit code is 0 for success, 1 for a run that failed, 2 for wrong input \
         and 130 for a command that was interrupted.",
    );
    titled("Commands", &format!("{head}\n\n{}", sections.join("\n\n")))
}

fn section(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let about = command.get_long_about().or(command.get_about());
    let about = about.map_or(String::new(), ToString::to_string);
    let shown = |arg: &&Arg| arg.get_id() != "help" && !arg.is_hide_set();
    let rows: Vec<Vec<String>> = command.get_arguments().filter(shown).map(row).collect();
    format!(
        "## `ondine {}`\n\n{}.\n\n```text\n{usage}\n```\n\n{}",
        command.get_name(),
        wrapped(about.trim_end_matches('.')),
        table(&["argument", "meaning", "default"], &rows)
    )
}

fn row(arg: &Arg) -> Vec<String> {
    let help = arg.get_long_help().or(arg.get_help());
    let help = help.map_or(String::new(), ToString::to_string);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let default = arg.get_default_values().iter();
    let default: Vec<_> = default.map(|value| value.to_string_lossy()).collect();
    let default = if arg.get_action().takes_values() {
        default.join(", ")
    } else {
        String::new()
    };
    vec![
        format!("`{}`", name(arg)),
        cell(&format!("{help}{}", values(arg))),
        default,
    ]
}

/// `--output <OUTPUT>`, or `<RUN>` without a flag.
fn name(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default().first();
    let value = value.map_or(String::new(), |name| format!("<{name}>"));
    match (arg.get_long(), arg.get_action().takes_values()) {
        (Some(long), true) => format!("--{long} {value}"),
        (Some(long), false) => format!("--{long}"),
        (None, _) => value,
    }
}

/// The values that an option takes, each with its meaning where there is one.
fn values(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let one = |value: &clap::builder::PossibleValue| match value.get_help() {
        Some(help) => format!("`{}` ({help})", value.get_name()),
        None => format!("`{}`", value.get_name()),
    };
    let values: Vec<String> = arg.get_possible_values().iter().map(one).collect();
    match values.as_slice() {
        [] => String::new(),
        values => format!(": {}", values.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_users_type_are_there_with_their_options() {
        let manual = manual();
        for part in [
            "## `ondine train`",
            "| `--connect <ENDPOINT>` |",
            "ondine tune-sampler [OPTIONS] <RUN>",
            "| `--samples <M>` |",
            "`f32`, `f64` | f32 |",
            "| `--json` | Print the result as JSON",
        ] {
            assert!(manual.contains(part), "{part} is missing in {manual}");
        }
        assert!(!manual.contains("| `--help"));
    }
}
