//! Short files, and few programs of tests, since each of these links all libraries again.

use super::{packages, root, sources};
use std::fs;

/// Tests of the root that are programs of one file; all others are modules of a program with a folder.
const ALONE: [(&str, &str); 4] = [
    ("book.rs", "reads the documentation"),
    ("house.rs", "reads the sources"),
    ("mpi.rs", "needs a feature"),
    ("words.rs", "reads the catalogue"),
];

#[test]
fn tests_are_modules_of_few_programs() {
    let entries = fs::read_dir(root().join("tests"))
        .expect("a folder")
        .flatten();
    let mut folders = 0;
    for path in entries.map(|entry| entry.path()) {
        let name = path.file_name().expect("a name").to_string_lossy();
        let alone = ALONE.iter().any(|(file, _)| *file == name);
        assert!(
            path.is_dir() || alone,
            "tests/{name}: make it a module of one of the programs, tests/*/main.rs"
        );
        folders += usize::from(path.join("main.rs").is_file());
    }
    assert!((5..=12).contains(&folders), "{folders} programs");
}

/// Lines of a source file at most: code, documentation and tests together.
const MAX_LINES: usize = 350;

#[test]
fn files_are_short() {
    let own = ["src", "tests", "examples"].map(|folder| root().join(folder));
    let others = ["members", "exclude"].map(packages).concat();
    let mut checked = 0;
    for path in own.iter().chain(&others).flat_map(|folder| sources(folder)) {
        let text = fs::read_to_string(&path).expect("a source file");
        let lines = text.lines().count();
        assert!(
            lines <= MAX_LINES,
            "{}: {lines} lines, and {MAX_LINES} are the most: split it along an idea",
            path.display()
        );
        checked += 1;
    }
    assert!(checked > 1000, "{checked} files");
}
