//! Files and programs of tests: short ones, and few, since each program links all libraries again.

use super::{root, sources};
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

#[test]
fn files_of_tests_are_short() {
    let packages = fs::read_dir(root()).expect("a folder").flatten();
    let bindings = fs::read_dir(root().join("bindings")).expect("a folder");
    let folders = packages.chain(bindings.flatten());
    let folders = folders.map(|package| package.path().join("tests"));
    let folders = folders.chain([root().join("tests")]);
    let mut checked = 0;
    for path in folders
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| sources(&folder))
    {
        let text = fs::read_to_string(&path).expect("a source file");
        let lines = text.lines().count();
        assert!(lines <= 350, "{}: {lines} lines", path.display());
        checked += 1;
    }
    assert!(checked > 100, "{checked} files");
}
