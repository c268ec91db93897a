//! Programs in C and Fortran that run the surrogate of a training: the same states as in Rust, and an error for every wrong
//! call.
#![cfg(target_os = "linux")]

#[path = "../../../c/tests/common/build.rs"]
mod build;
mod gates;

use crate::build::{built, here, succeed};
use ondine::device::device;
use ondine::forecast::Forecaster;
use ondine::training::Training;
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RECIPE: &str = include_str!("../advection.toml");

struct Folder(PathBuf);

impl Folder {
    /// A folder with a run, and the shared library under its name.
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("ondine-surrogate-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        for name in ["libondine.so", "libondine.so.0"] {
            std::fs::copy(built("libondine_surrogate.so"), path.join(name)).expect("the library");
        }
        let training = Training::text("advection.toml", RECIPE).expect("a recipe");
        let training = training
            .into_run(path.join("run"))
            .expect("a new directory");
        assert!(
            training
                .run()
                .unwrap_or_else(|error| panic!("{error}"))
                .is_finished()
        );
        Self(path)
    }

    fn run(&self) -> PathBuf {
        self.0.join("run")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn compiled(folder: &Folder, name: &str, shared: bool) -> PathBuf {
    let program = folder.0.join(format!("{name}-{shared}"));
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1"]);
    command
        .arg("-I")
        .arg(here("include"))
        .arg("-I")
        .arg(here("../c/include"));
    command.arg(here(&format!("examples/{name}.c")));
    if shared {
        command.arg("-L").arg(&folder.0).arg("-londine");
        command.arg(format!("-Wl,-rpath,{}", folder.0.display()));
    } else {
        command
            .arg(built("libondine_surrogate.a"))
            .args(["-lpthread", "-ldl"]);
    }
    succeed(command.arg("-lm").arg("-o").arg(&program));
    program
}

/// A program in Fortran with the module of surrogates.
fn fortran(folder: &Folder, name: &str) -> PathBuf {
    fortran_of(
        folder,
        "-std=f2003",
        &["ondine_surrogate", &format!("tests/{name}")],
    )
}

/// A program of these files below `bindings/fortran`, the last of which is its own.
fn fortran_of(folder: &Folder, standard: &str, sources: &[&str]) -> PathBuf {
    let program = folder.0.join("fortran-program");
    let mut command = Command::new("gfortran");
    command
        .args([standard, "-Wall", "-Werror", "-O1", "-J"])
        .arg(&folder.0);
    command.args(
        sources
            .iter()
            .map(|source| here(&format!("../fortran/{source}.f90"))),
    );
    command.arg("-L").arg(&folder.0).arg("-londine");
    command.arg(format!("-Wl,-rpath,{}", folder.0.display()));
    succeed(command.arg("-o").arg(&program));
    program
}

/// A sine after so many steps of the surrogate, in Rust.
fn expected(run: &Path, steps: usize) -> Vec<f64> {
    let cpu = device("cpu").expect("there is always one");
    let mut forecaster = Forecaster::open(run, &cpu).expect("a run");
    let mut u: Vec<f64> = (0..16).map(|i| (TAU * f64::from(i) / 16.0).sin()).collect();
    for _ in 0..steps {
        forecaster
            .step(&mut u, &[("velocity", 0.7)])
            .expect("it steps");
    }
    u
}

fn numbers(output: &Output) -> Vec<f64> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().skip(1);
    lines
        .flat_map(|line| {
            line.split_whitespace()
                .map(|word| word.parse().expect("a number"))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: `{program}` is not installed");
    }
    found
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-6 // 32-bit numbers of size 1, and sines of two languages
}

/// Asserts that a program found a state of 16 points.
#[track_caller]
fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), 16);
    let mut pairs = found.iter().zip(expected);
    assert!(
        pairs.all(|(found, expected)| close(*found, *expected)),
        "{found:?}, {expected:?}"
    );
}

#[test]
fn a_code_in_c_advances_states_as_rust_does_and_every_wrong_call_is_an_error() {
    if !has("cc") {
        return;
    }
    let folder = Folder::new("c");
    for shared in [true, false] {
        let forecast = compiled(&folder, "forecast", shared);
        let output = succeed(Command::new(forecast).arg(folder.run()).args(["50", "0.7"]));
        let (found, u) = (numbers(&output), expected(&folder.run(), 50));
        assert!(
            close(found[0], u[0]) && close(found[1], u[15]),
            "{found:?}, {u:?}"
        );
        let calls = compiled(&folder, "calls", shared);
        succeed(Command::new(calls).arg(folder.run()));
    }
}

#[test]
fn a_code_in_fortran_advances_its_arrays_as_rust_does() {
    if !has("gfortran") {
        return;
    }
    let folder = Folder::new("fortran");
    let program = fortran(&folder, "forecast");
    let output = succeed(Command::new(program).arg(folder.run()));
    assert_eq!(
        output.stdout.first(),
        Some(&b'1'),
        "the code of a wrong shape is 10"
    );
    let (found, u) = (numbers(&output), expected(&folder.run(), 2));
    assert_close(&found, &u);
}

#[test]
fn a_program_in_python_advances_its_arrays_as_rust_does() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let numpy = Command::new(&python).args(["-c", "import numpy"]).output();
    if !numpy.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `{python}` has no NumPy");
        return;
    }
    let folder = Folder::new("python");
    let mut command = Command::new(python);
    command
        .arg(here("../python/tests/surrogate_program.py"))
        .arg(folder.run());
    command.env("ONDINE_LIBRARY", folder.0.join("libondine.so"));
    let found = numbers(&succeed(&mut command));
    let u = expected(&folder.run(), 2);
    assert_close(&found, &u);
}

#[test]
fn examples_are_short() {
    for path in [
        "examples/gated_heat.c",
        "examples/gated_heat_mpi.c",
        "examples/gated_shallow_water.f90",
    ] {
        let text = std::fs::read_to_string(here(path)).expect("an example");
        assert!(text.lines().count() < 150, "{path}");
    }
}
