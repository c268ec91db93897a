//! The heat equation in C, streamed into a listener: what arrives is what the code computed.

#![cfg(target_os = "linux")]

mod common;

use common::{compile, compile_by, folder, frames, has, here, succeed};
use ondine_coupling::{Job, Listener, Values};
use std::path::Path;
use std::process::Command;

const POINTS: usize = 24;

/// The same code in Rust: frames of one simulation.
fn expected(a: f64, width: f64) -> Vec<Vec<f64>> {
    let position = |index: usize, middle: f64| (index as f64 + 0.5) / POINTS as f64 - middle;
    let spot = |index: usize| {
        let (x, y) = (
            position(index / POINTS, 0.5),
            position(index % POINTS, 0.25),
        );
        (-(x * x + y * y) / (width * width)).exp()
    };
    let mut u: Vec<f64> = (0..POINTS * POINTS).map(spot).collect();
    let mut frames = Vec::new();
    for _ in 0..8 {
        frames.push(u.clone());
        for _ in 0..4 {
            u = step(&u, a);
        }
    }
    frames
}

fn step(u: &[f64], a: f64) -> Vec<f64> {
    let at = |i: isize, j: isize| {
        let inside = |index: isize| (0..POINTS as isize).contains(&index);
        if inside(i) && inside(j) {
            u[i as usize * POINTS + j as usize]
        } else {
            0.0
        }
    };
    let cell = |index: usize| {
        let (i, j) = ((index / POINTS) as isize, (index % POINTS) as isize);
        at(i, j) + a * (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1) - 4.0 * at(i, j))
    };
    (0..u.len()).map(cell).collect()
}

/// Offers three simulations to this command, and compares their frames.
fn check(command: &mut Command) {
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let conditions = [[0.1, 0.2], [0.2, 0.1], [0.05, 0.3]];
    for (number, values) in conditions.iter().enumerate() {
        listener.offer(Job::new(number as u64, values.to_vec()));
    }
    listener.end();
    command.env("ONDINE_ENDPOINT", listener.endpoint());
    let output = succeed(command);
    assert_eq!(output.stdout, b"3 simulations\n");
    for (number, frames) in frames(&listener, 3) {
        let [a, width] = conditions[number as usize];
        let expected = expected(a, width);
        assert_eq!(frames.len(), expected.len());
        for (fields, expected) in frames.iter().zip(&expected) {
            let Values::F64(found) = &fields[0] else {
                panic!("64-bit values");
            };
            let error = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
            assert!(error.fold(0.0, f64::max) < 1e-14, "rounding of exp alone");
        }
    }
}

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/heat.c"))
}

/// Compilers and launchers of the MPI that is the default, and of others that Debian has beside it.
const MPIS: [[&str; 2]; 3] = [
    ["mpicc", "mpirun"],
    ["mpicc.openmpi", "mpirun.openmpi"],
    ["mpicc.mpich", "mpirun.mpich"],
];

#[test]
fn ranks_of_mpi_put_their_rows_and_make_whole_frames() {
    for [compiler, launcher] in MPIS {
        if !has(compiler, "--version") || !has(launcher, "--version") {
            continue;
        }
        let folder = folder(compiler);
        let source = source().with_file_name("heat_mpi.c");
        let program = compile_by(compiler, &source, &folder, true);
        for ranks in ["1", "2", "3"] {
            let mut command = Command::new(launcher);
            // Open MPI refuses more ranks than cores, and root, unless it is told otherwise.
            command.env("OMPI_MCA_rmaps_base_oversubscribe", "1");
            command
                .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
                .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
            check(command.args(["-n", ranks]).arg(&program));
        }
        std::fs::remove_dir_all(folder).expect("it is ours");
    }
}

#[test]
fn a_code_in_c_streams_its_frames() {
    if !has("cc", "--version") {
        return;
    }
    let folder = folder("heat");
    for shared in [true, false] {
        check(&mut Command::new(compile(source(), &folder, shared)));
    }
    if has("valgrind", "--version") {
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--error-exitcode=99", "--leak-check=full"]);
        command.args([
            "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect",
        ]);
        check(command.arg(folder.join("shared")));
    }
    std::fs::remove_dir_all(folder).expect("it is ours");
}

#[test]
fn the_library_says_its_name_and_the_header_is_one_of_cpp_too() {
    if !has("cc", "--version") || !has("c++", "--version") {
        return;
    }
    let folder = folder("names");
    let program = folder.join("main.cpp");
    let text = "#include <ondine.h>\nint main() { return ondine_close(nullptr) == ONDINE_HANDLE ? 0 : 1; }\n";
    std::fs::write(&program, text).expect("a file");
    let mut command = Command::new("c++");
    command
        .args(["-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic"])
        .arg(program);
    command
        .arg("-I")
        .arg(here("include"))
        .arg("-L")
        .arg(&folder);
    command.args(["-londine", "-o"]).arg(folder.join("main"));
    succeed(&mut command);
    // Without the link `libondine.so` it is found by its name alone.
    std::fs::remove_file(folder.join("libondine.so")).expect("it is ours");
    succeed(Command::new(folder.join("main")).env("LD_LIBRARY_PATH", &folder));
    std::fs::remove_dir_all(folder).expect("it is ours");
}
