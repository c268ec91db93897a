//! Pages that are written from the lists.

use super::root;
use ondine::{cli, pages};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn the_pages_of_the_equations_are_those_of_the_list() {
    const REMEDY: &str = "run `cargo run --release --example equation_pages -- docs/equations`";
    let folder = root().join("docs/equations");
    let files = pages::files().unwrap_or_else(|error| panic!("{error}"));
    let mut names = BTreeSet::new();
    for (name, text) in files {
        let found = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            found == text,
            "docs/equations/{name} is not what the list says: {REMEDY}"
        );
        if name.ends_with(".toml") {
            let picture = name.replace(".toml", ".png");
            let png = fs::read(folder.join(&picture)).unwrap_or_default();
            assert!(png.starts_with(b"\x89PNG"), "{picture}: {REMEDY}");
            assert!(png.len() < 80_000, "{picture} has {} bytes", png.len());
            names.insert(picture);
        }
        names.insert(name);
    }
    let entries = fs::read_dir(&folder).expect("a folder").flatten();
    let found = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(found.collect::<BTreeSet<_>>(), names, "nothing else");
}

#[test]
fn the_pages_of_the_reference_are_those_of_the_lists() {
    const REMEDY: &str =
        "run `cargo run --release --example reference_pages -- docs/book/reference`";
    let folder = root().join("docs/book/reference");
    let commands = ("commands.md", cli::manual());
    let mut names = BTreeSet::new();
    for (name, text) in pages::reference_pages().into_iter().chain([commands]) {
        let found = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            found == text,
            "docs/book/reference/{name} is not what the lists say: {REMEDY}"
        );
        names.insert(name.to_owned());
    }
    let entries = fs::read_dir(&folder).expect("a folder").flatten();
    let found = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(found.collect::<BTreeSet<_>>(), names, "nothing else");
}
