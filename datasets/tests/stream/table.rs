//! Simulations from the rows of a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ondine_datasets::Distribution;
use ondine_datasets::sampler::{self, Design, Sampler, SamplerConfig, SamplerError};
use ondine_solvers::initial::Options;

/// A file that is removed at the end of its test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("ondine-table-{name}-{}.csv", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn config(path: &Path) -> Arc<dyn SamplerConfig> {
    let entry = sampler::find("table").expect("it is in the list");
    let options = format!("{{ path = '{}' }}", path.display());
    (entry.decode)(Options::parse(&options).expect("TOML")).expect("a path is all it needs")
}

/// Two quantities, three simulations.
fn quantities() -> Vec<(String, Distribution)> {
    let range = |low, high| Distribution::Uniform {
        uniform: [low, high],
    };
    vec![
        ("viscosity".to_owned(), range(0.1, 0.5)),
        ("dt".to_owned(), range(1.0, 3.0)),
    ]
}

fn design(quantities: &[(String, Distribution)]) -> Design<'_> {
    Design {
        seed: 1,
        simulations: 3,
        quantities,
    }
}

const TABLE: &str = "# made by hand\n\"dt\", viscosity\r\n1, 0.3\n\n2.5e0,0.1\n3.0,0.5\n1.5,0.2\n";

#[test]
fn values_are_those_of_the_file_whatever_the_order_of_the_columns() {
    let file = File::new("values", TABLE);
    let quantities = quantities();
    let table = config(&file.0)
        .build(&design(&quantities))
        .expect("it fits");
    let priors: Vec<Distribution> = quantities.iter().map(|(_, prior)| prior.clone()).collect();
    let rows = [[0.3, 1.0], [0.1, 2.5], [0.5, 3.0], [0.2, 1.5], [0.3, 1.0]];
    for (index, row) in rows.into_iter().enumerate() {
        assert_eq!(
            table.values(index as u64, &priors),
            row,
            "simulation {index}"
        );
    }
    for index in 0..4 {
        let mut point = [f64::NAN; 2];
        table.point(index, &mut point);
        assert!(point.iter().all(|x| (0.0..1.0).contains(x)), "{point:?}");
        for (unit, (prior, value)) in point.iter().zip(priors.iter().zip(rows[index as usize])) {
            assert!((prior.quantile(*unit) - value).abs() < 1e-12);
        }
    }
}

#[test]
fn held_out_simulations_do_not_come_from_the_table() {
    let quantities = quantities();
    let design = design(&quantities);
    let nowhere = config(Path::new("nowhere.csv"));
    let held_out = nowhere.build_held_out(&design).expect("no file is read");
    let sobol = sampler::find("sobol").expect("it is in the list");
    let sobol = (sobol.decode)(Options::parse("{}").expect("TOML")).expect("no option is needed");
    let sobol = sobol.build(&design).expect("it fits");
    let point = |sampler: &dyn Sampler| {
        let mut point = [0.0; 2];
        sampler.point(7, &mut point);
        point.map(f64::to_bits)
    };
    assert_eq!(point(&*held_out), point(&*sobol));
}

#[test]
fn a_wrong_table_is_refused_with_its_line() {
    let file = |text: &str| File::new("wrong", text);
    for (text, line, expected) in [
        ("", 1, "the file is empty; its first line is `viscosity,dt`"),
        ("viscosity\n0.1\n", 1, "there is no column `dt`"),
        (
            "viscosity,dt,dt\n0.1,1,1\n",
            1,
            "there are two columns `dt`",
        ),
        (
            "nu,dt\n0.1,1\n",
            1,
            "the recipe does not draw `nu`; it draws viscosity, dt",
        ),
        ("viscosity,dt\n0.1,1\n\n0.2\n", 4, "1 value for 2 columns"),
        (
            "viscosity,dt\n0.1,1\n0.2,2,3\n",
            3,
            "3 values for 2 columns",
        ),
        ("viscosity,dt\n0.1,one\n", 2, "`dt` = `one` is not a number"),
        (
            "viscosity,dt\n0.1,nan\n",
            2,
            "`dt` = NaN lies outside [1, 3]",
        ),
        (
            "viscosity,dt\n0.1,3.1\n",
            2,
            "`dt` = 3.1 lies outside [1, 3]",
        ),
    ] {
        let file = file(text);
        let error = config(&file.0)
            .build(&design(&quantities()))
            .err()
            .expect("it is wrong");
        let said = error.to_string();
        let place = format!("{}:{line}: ", file.0.display());
        assert!(
            said.starts_with(&place) && said.contains(expected),
            "{text:?}: {said}"
        );
    }
}

#[test]
fn a_table_that_does_not_fit_the_recipe_is_refused() {
    let file = File::new("short", "viscosity,dt\n0.1,1\n0.2,2\n");
    let config = config(&file.0);
    let error = config
        .build(&design(&quantities()))
        .err()
        .expect("it is too short");
    assert!(
        error.to_string().contains("rows for 2 of 3 simulations"),
        "{error}"
    );
    let error = config.build(&design(&[])).err().expect("nothing is drawn");
    assert!(
        matches!(error, SamplerError::NothingDrawn { .. }),
        "{error}"
    );
}

#[test]
fn a_complete_table_notices_that_its_file_has_changed() {
    let file = File::new("changed", TABLE);
    let name = file.0.file_name().expect("it has one");
    let complete = config(Path::new(name)).complete(3, &std::env::temp_dir());
    let complete = complete
        .expect("the file is there")
        .expect("the path is filled in");
    let options = complete.options();
    assert_eq!(options["path"].as_str(), file.0.to_str());
    assert!(complete.build(&design(&quantities())).is_ok());
    std::fs::write(&file.0, TABLE.replace("0.3", "0.4")).expect("it can be written");
    let error = complete
        .build(&design(&quantities()))
        .err()
        .expect("another file");
    assert!(error.to_string().contains("has changed"), "{error}");
    let gone = config(Path::new("nowhere.csv")).complete(3, &std::env::temp_dir());
    let error = gone.err().expect("no such file");
    assert!(
        error.to_string().contains("nowhere.csv can't be read"),
        "{error}"
    );
}
