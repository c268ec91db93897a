//! Codes in Fortran: arrays of every rank, kind and stride arrive with their axes in order.

#![cfg(target_os = "linux")]

mod common;

use common::{folder, frames, has, here, succeed};
use ondine_coupling::{Event, Job, Listener, Outcome, Values};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The program of this file below `bindings/fortran`, with the module.
fn compile(source: &str, folder: &Path) -> PathBuf {
    let fortran = here("../fortran");
    let gfortran = || {
        let mut command = Command::new("gfortran");
        command
            .args(["-Wall", "-Wextra", "-Werror", "-O1", "-g"])
            .current_dir(folder);
        command
    };
    succeed(
        gfortran()
            .args(["-std=f2003", "-c"])
            .arg(fortran.join("ondine.f90")),
    );
    let program = folder.join("program");
    let mut command = gfortran();
    command
        .arg("-std=f2008")
        .arg(fortran.join(source))
        .arg("ondine.o");
    command
        .arg("-L")
        .arg(folder)
        .arg("-londine")
        .arg(format!("-Wl,-rpath,{}", folder.display()));
    succeed(command.arg("-o").arg(&program));
    program
}

#[test]
fn shallow_water_in_fortran_keeps_its_axes_and_its_mass() {
    if !has("gfortran", "--version") {
        return;
    }
    let folder = folder("shallow-water");
    let program = compile("examples/shallow_water.f90", &folder);
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    listener.offer(Job::new(0, vec![0.1, 0.2]));
    listener.offer(Job::new(1, vec![0.2, 0.1]));
    listener.end();
    let output = succeed(Command::new(program).env("ONDINE_ENDPOINT", listener.endpoint()));
    assert_eq!(output.stdout, b"2 simulations\n");
    for (number, frames) in frames(&listener, 2) {
        let (height, width) = [(0.1, 0.2), (0.2, 0.1)][number as usize];
        assert_eq!(frames.len(), 6);
        check_start(&frames[0], height, width);
        let mass = |frame: &[Values]| in_64(&frame[0]).iter().sum::<f64>();
        for frame in &frames {
            let change = mass(frame) / mass(&frames[0]) - 1.0;
            assert!(
                change.abs() < 1e-14,
                "finite volumes conserve mass: {change}"
            );
            assert_eq!(frame[1].len(), 32 * 20 * 2);
        }
        let moved = in_64(&frames[5][1])
            .iter()
            .fold(0.0, |most: f64, p| most.max(p.abs()));
        assert!(moved > 1e-3, "the hump falls");
    }
    std::fs::remove_dir_all(folder).expect("it is ours");
}

fn in_64(values: &Values) -> &[f64] {
    match values {
        Values::F64(values) => values,
        Values::F32(_) => panic!("64-bit values"),
    }
}

/// The first frame is the hump of the formula, with x as the slower axis.
fn check_start(frame: &[Values], height: f64, width: f64) {
    for (index, found) in in_64(&frame[0]).iter().enumerate() {
        let x = ((index / 20) as f64 + 0.5) / 32.0 - 0.5;
        let y = ((index % 20) as f64 + 0.5) / 20.0 - 0.25;
        let expected = 1.0 + height * (-(x * x + y * y) / (width * width)).exp();
        assert!(
            (found - expected).abs() < 1e-14,
            "{index}: {found} {expected}"
        );
    }
    assert!(in_64(&frame[1]).iter().all(|momentum| *momentum == 0.0));
}

/// 1, 2, ... in the order of Fortran, as row-major values of this shape.
fn counted(shape: &[usize]) -> Vec<f64> {
    let cells = shape.iter().product::<usize>();
    let value = |mut index: usize| {
        let mut places = Vec::new();
        for points in shape.iter().rev() {
            places.push(index % points);
            index /= points;
        }
        let places = places.iter().rev().zip(shape).rev();
        1.0 + places.fold(0, |column, (place, points)| column * points + place) as f64
    };
    (0..cells).map(value).collect()
}

#[test]
fn arrays_of_fortran_arrive_with_their_axes_in_order() {
    if !has("gfortran", "--version") {
        return;
    }
    assert_eq!(counted(&[2, 3]), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    let folder = folder("arrays");
    let program = compile("tests/arrays.f90", &folder);
    let listener = Listener::bind("tcp://127.0.0.1:0").expect("a port");
    let mut command = Command::new(&program);
    if has("valgrind", "--version") {
        command = Command::new("valgrind");
        command
            .args(["--quiet", "--error-exitcode=99"])
            .arg(program);
    }
    let output = succeed(command.env("ONDINE_ENDPOINT", listener.endpoint()));
    assert_eq!(output.stdout, b"all arrays\n");
    let (mut frames, mut masks) = (0, 0);
    while let Some(event) = listener.event(Duration::from_millis(100)) {
        match event {
            Event::Frame { fields, .. } => {
                frames += 1;
                check_fields(&fields);
            }
            Event::Static { values, .. } => {
                masks += 1;
                assert_eq!(values, Values::F64(counted(&[2, 3])));
            }
            Event::Ended { outcome, .. } => assert_eq!(outcome, Outcome::Failed { status: 1 }),
            _ => {}
        }
    }
    assert_eq!((frames, masks), (2, 1));
    std::fs::remove_dir_all(folder).expect("it is ours");
}

fn check_fields(fields: &[Values]) {
    for (rank, pair) in fields.chunks(2).enumerate() {
        let expected = counted(&[2, 3, 4, 5][..=rank]);
        let single: Vec<f32> = expected.iter().map(|value| *value as f32).collect();
        assert_eq!(pair, [Values::F32(single), Values::F64(expected)]);
    }
}
