//! The report: a self-contained page of one run, or of several side by side, with the numbers of its figures beside it.
//!
//! Reading order: [`RunFiles`] → `facts` and `score` (what they say) → `words` (the verdict), `contents` (which
//! figures there are) → `layout` (the page), `data` (the files beside it).

mod animation;
mod bounds;
mod by_field;
mod by_grid;
mod captions;
mod cards;
mod compare;
mod contents;
mod cost;
mod curves;
mod data;
#[cfg(test)]
mod doubles;
mod facts;
mod fields;
mod findings;
mod glossary;
mod head;
mod heat;
mod layout;
mod maps;
mod metrics;
mod parameters;
mod refinement;
#[cfg(test)]
mod robustness;
mod samples;
mod score;
mod simulations;
mod spectra;
mod stream;
mod stress;
mod sweep;
mod table;
mod training;
mod truth;
mod units;
mod warnings;
mod words;

use crate::files::{ReadError, RunFiles, SweepFile, write_atomically};
use layout::Page;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why no report could be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// No run was named.
    #[error("a report needs at least one run directory")]
    NoRuns,
    /// A directory can't be read as a run.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The page could not be written.
    #[error("{path}: the report cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

/// The page of one run, or of several side by side; its figures refer to a folder `report.data` beside it.
///
/// # Errors
/// If no run is given.
pub fn page(runs: &[RunFiles]) -> Result<String, ReportError> {
    Ok(laid_out(runs, "report.data")?.html)
}

fn laid_out(runs: &[RunFiles], folder: &str) -> Result<Page, ReportError> {
    if runs.is_empty() {
        return Err(ReportError::NoRuns);
    }
    Ok(layout::page(runs, folder))
}

/// Writes the page of the sweep in `directory` to its `report.html`, and the numbers of its table and figures into `report.data`.
///
/// # Errors
/// If a file cannot be written.
pub fn write_sweep(sweep: &SweepFile, directory: &Path) -> Result<(), ReportError> {
    let output = directory.join("report.html");
    keep(&sweep::page(sweep, directory, "report.data"), &output)
}

/// Writes the page of the runs to `output`, and the numbers of its figures into a folder beside it that is called as
/// the page, with `.data` for `.html`. Every file is replaced in one go: a reader never sees half a page.
///
/// # Errors
/// As [`page`], and if a file cannot be written.
pub fn write(runs: &[RunFiles], output: &Path) -> Result<(), ReportError> {
    let page = laid_out(runs, &data_name(output))?;
    keep(&page, output)
}

/// The name of the folder of a page.
fn data_name(output: &Path) -> String {
    let folder = data_folder(output);
    let name = folder.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn keep(page: &Page, output: &Path) -> Result<(), ReportError> {
    let folder = data_folder(output);
    data::write(&folder, &page.files)?;
    write_atomically(output, page.html.as_bytes()).map_err(|source| ReportError::Write {
        path: output.into(),
        source,
    })
}

/// Folder in which [`write()`] puts the numbers of the figures of a page.
#[must_use]
pub fn data_folder(page: &Path) -> PathBuf {
    page.with_extension("data")
}

#[cfg(test)]
mod tests {
    use super::doubles::page;
    use super::*;
    use std::fs;

    #[test]
    fn a_full_run_has_verdict_figures_and_recipe() {
        let run = doubles::Run::full("full");
        let page = page(&[run.path()]).expect("the run is complete");
        for part in [
            "uₜ + ½(u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0",
            "Kuramoto–Sivashinsky",
            "Follows the solver",
            "3 min 42 s",
            "Training loss",
            "Correlation with the solver",
            "Error over time",
            "Spectra",
            "after 100 steps",
            "Error over wavenumbers and time",
            "worst: number 3",
            "Truth, prediction and error",
            "data:image/png;base64,",
            "viscosity",
        ] {
            assert!(page.contains(part), "`{part}` is missing");
        }
        assert!(page.len() < 1_000_000, "{} bytes", page.len());
    }

    #[test]
    fn a_page_of_a_run_without_an_equation_names_no_solver() {
        let run = doubles::Run::full("posed");
        let path = run.path().join("recipe.toml");
        let recipe = fs::read_to_string(&path).expect("a run has one");
        let mut recipe: toml::Table = recipe.parse().expect("TOML");
        recipe.remove("equation");
        recipe.insert(
            "problem".into(),
            toml::Table::from_iter([("name".to_owned(), "channel".into())]).into(),
        );
        fs::write(&path, recipe.to_string()).expect("it can be written");
        let page = page(&[run.path()]).expect("the run is complete");
        for part in [
            "Follows the held-out trajectories",
            "Correlation with the truth",
            "Time close to the truth",
        ] {
            assert!(page.contains(part), "`{part}` is missing");
        }
        let read = page
            .split("The recipe of this run")
            .next()
            .unwrap_or_default();
        let named = ["the solver", "Solver (truth)"].map(|words| read.contains(words));
        assert_eq!(named, [false; 2], "a solver is named");
    }

    #[test]
    fn a_page_of_a_file_says_which_without_its_path() {
        let run = doubles::Run::full("of-a-file");
        let mut evaluation = doubles::evaluation();
        evaluation.file = Some(ondine_metrics::results::SourceFile {
            path: "somewhere/else/waves.h5".into(),
            warnings: vec!["the grid is another one".into()],
        });
        let bytes = serde_json::to_vec(&evaluation).expect("plain data");
        run.write("evaluation.json", &bytes);
        let page = page(&[run.path()]).expect("the run is complete");
        for part in [
            "trajectories of waves.h5, not against",
            "the grid is another one",
        ] {
            assert!(page.contains(part), "`{part}` is missing");
        }
        assert!(!page.contains("somewhere/else"));
    }

    #[test]
    fn the_page_loads_nothing_and_names_no_path() {
        let run = doubles::Run::full("alone");
        let page = page(&[run.path()]).expect("the run is complete");
        for part in [
            "http://", "https://", "<script", "<link", "@import", "url(http",
        ] {
            assert!(!page.contains(part), "`{part}` is on the page");
        }
        let path = run.path();
        assert!(!page.contains(path.to_str().expect("the path is UTF-8")));
    }

    #[test]
    fn a_run_that_has_just_started_says_what_is_missing() {
        let run = doubles::Run::new("started");
        let page = page(&[run.path()]).expect("a recipe is enough");
        for part in [
            "Not judged yet",
            "Fewer than two training steps",
            "not finished",
        ] {
            assert!(page.contains(part), "`{part}` is missing");
        }
    }

    #[test]
    fn a_broken_file_is_named_and_the_rest_is_shown() {
        let run = doubles::Run::full("broken");
        run.write("evaluation.json", b"{\"step\": 1");
        run.write("sample.safetensors", b"nonsense");
        let page = page(&[run.path()]).expect("only the recipe has to be whole");
        for part in [
            "evaluation.json could not be read",
            "sample.safetensors could",
            "Training loss",
        ] {
            assert!(page.contains(part), "`{part}` is missing");
        }
    }

    #[test]
    fn odd_numbers_take_no_memory() {
        let run = doubles::Run::full("odd");
        let lines = ["1e-320", "1e308", "-1e308", "0", "1", "0.5"].into_iter();
        let lines = lines.enumerate().map(|(i, odd)| {
            format!("{{\"step\":{i},\"time_s\":{odd},\"loss\":{odd},\"gradient_norm\":{odd},\"nrmse\":{odd}}}\n")
        });
        run.write("metrics.jsonl", lines.collect::<String>().as_bytes());
        let mut evaluation = doubles::evaluation();
        let judged = &mut evaluation.surrogate;
        judged.nrmse_over_time[..3].copy_from_slice(&[1e-320, 1e308, -1e308]);
        evaluation.times[0] = 1e-320;
        evaluation.spectra[0].wavenumber[1] = 1e-320;
        run.write(
            "evaluation.json",
            &serde_json::to_vec(&evaluation).expect("plain data"),
        );
        let page = page(&[run.path()]).expect("the run is complete");
        assert!(page.contains("Training loss"));
        assert!(page.len() < 1_000_000, "{} bytes", page.len());
    }

    #[test]
    fn names_are_harmless() {
        let run = doubles::Run::full("escaped");
        run.write(
            "recipe.toml",
            b"name = \"<script>alert(1)</script>\"\n[equation]\nkind='a\"b<i>'\n",
        );
        let page = page(&[run.path(), run.path()]).expect("the recipe is TOML");
        assert!(!page.contains("<script>") && !page.contains("b<i>"));
        assert!(page.contains("&lt;script&gt;alert(1)"));
    }

    #[test]
    fn maps_and_tables_are_whole_on_narrow_screens() {
        let run = doubles::Run::full("narrow");
        let page = page(&[run.path(), run.path()]).expect("the run is complete");
        let maps = page.matches("<svg class=\"maps").count();
        let said = page
            .matches("Wider than this screen: scroll it sideways.")
            .count();
        assert!(
            maps > 1 && said == maps,
            "{maps} maps, {said} say that they scroll"
        );
        let cells = page.matches("<td").count();
        let headed = page.matches(" data-heading=\"").count();
        assert!(
            cells > 10 && cells == headed,
            "{headed} of {cells} values know their heading"
        );
    }

    #[test]
    fn several_runs_are_compared_and_keep_their_identifiers_apart() {
        let (first, second) = (doubles::Run::full("first"), doubles::Run::new("second"));
        let changed = doubles::RECIPE.replace("viscosity = 1.0", "viscosity = 0.5");
        second.write("recipe.toml", changed.as_bytes());
        let page = page(&[first.path(), second.path(), first.path()]).expect("three runs");
        assert!(page.contains("Comparison of 3 runs") && page.contains("equation.viscosity"));
        let mut ids: Vec<_> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|s| s.split('"').next())
            .collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "every identifier is there once");
    }

    #[test]
    fn a_directory_without_recipe_is_not_a_run() {
        let run = doubles::Run::new("none");
        fs::remove_file(run.path().join("recipe.toml")).expect("it was written");
        let error = page(&[run.path()])
            .expect_err("there is no recipe")
            .to_string();
        assert!(
            error.contains("not a run") && error.contains("none"),
            "{error}"
        );
        assert!(matches!(super::page(&[]), Err(ReportError::NoRuns)));
    }

    #[test]
    fn the_page_is_written_in_one_go() {
        let run = doubles::Run::full("written");
        let output = run.path().join("report.html");
        write(&[run.files()], &output).expect("the folder can be written to");
        let text = fs::read_to_string(&output).expect("it was written");
        assert!(text.starts_with("<!DOCTYPE html>") && text.ends_with("</html>"));
        let names = fs::read_dir(run.path()).expect("the folder is there");
        assert!(
            !names
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().ends_with(".part"))
        );
        let error = write(&[run.files()], &run.path().join("missing/report.html"));
        assert!(matches!(error, Err(ReportError::Write { .. })));
    }
}
