//! `ondine devices`: what this build can compute on, on this machine.

use super::CliError;
use super::bar::Bar;
use super::table::{columns, print, print_json};
use crate::device::{BACKENDS, Backend, count};
use clap::Args;
use serde_json::json;

/// List the devices that this build can use on this machine.
#[derive(Args)]
pub(super) struct Devices {
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
}

impl Devices {
    pub(super) fn run(self) -> Result<(), CliError> {
        let asking = Bar::waiting("asking the drivers", self.json);
        if self.json {
            let all = BACKENDS.map(
                |b| json!({ "device": b.name, "built_in": b.built_in, "count": count(b.name) }),
            );
            return print_json(&all);
        }
        let row = |b: &Backend| vec![b.name.to_owned(), status(b), b.summary.to_owned()];
        let rows: Vec<_> = BACKENDS.iter().map(row).collect();
        asking.finish();
        print(&columns(&rows))
    }
}

fn status(backend: &Backend) -> String {
    match (backend.built_in, count(backend.name)) {
        (false, _) => format!("not built in (--features {})", backend.name),
        (true, 0) => "no device found".to_owned(),
        (true, 1) => "available".to_owned(),
        (true, count) => format!("{count} available"),
    }
}
