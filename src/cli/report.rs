//! `ondine report`: a page of one run, or of several side by side.

use super::CliError;
use super::bar::Bar;
use super::table::print;
use crate::report;
use clap::Args;
use std::path::PathBuf;

/// Make a self-contained HTML page of one run, or of several side by side.
#[derive(Args)]
pub(super) struct Report {
    /// Directories of runs.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Where to write; RUN/report.html for one run, report.html for several if absent. The numbers of its figures go
    /// into a folder of the same name with .data for .html.
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Report {
    pub(super) fn run(self) -> Result<(), CliError> {
        let reading = Bar::waiting("reading the runs", false);
        let output = self.output.unwrap_or_else(|| match &self.runs[..] {
            [run] => run.join("report.html"),
            _ => PathBuf::from("report.html"),
        });
        report::write(&self.runs, &output)?;
        reading.finish();
        let data = report::data_folder(&output);
        print(&format!(
            "report: {}\nnumbers of its figures: {}",
            output.display(),
            data.display()
        ))
    }
}
