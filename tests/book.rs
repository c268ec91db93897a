//! Claims of README, book, CONTRIBUTING and ARCHITECTURE: links, includes, recipes, commands.

#[path = "book/markdown.rs"]
mod markdown;

use markdown::{Page, files};
use ondine::diagnosis::RULES;
use ondine::metrics::{METRICS, MetricEntry};
use ondine::recipe::{Recipe, RecipeError};
use ondine::solvers::equation::EQUATIONS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<Page> {
    let front = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].map(|name| root().join(name));
    let paths = front.into_iter().chain(files(&root().join("docs")));
    paths.map(|path| Page::read(&path)).collect()
}

/// The blocks of a language, each with the page that it stands on.
fn blocks(language: &str) -> Vec<(PathBuf, String)> {
    let of = |page: Page| {
        let blocks = page
            .blocks
            .into_iter()
            .filter(|block| block.language == language);
        let path = page.path;
        blocks
            .map(move |block| (path.clone(), block.text))
            .collect::<Vec<_>>()
    };
    pages().into_iter().flat_map(of).collect()
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let mut checked = 0;
    for page in pages() {
        let folder = page.path.parent().expect("a file is in a folder");
        for link in page.links() {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.path.clone(),
                _ => folder.join(file),
            };
            assert!(target.exists(), "{}: {link}", page.path.display());
            if !anchor.is_empty() {
                let anchors = Page::read(&target).anchors();
                let found = anchors.iter().any(|one| one == anchor);
                assert!(
                    found,
                    "{}: {link} is none of {anchors:?}",
                    page.path.display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} links");
}

#[test]
fn includes_name_files_that_are_there() {
    let mut included = BTreeSet::new();
    for (path, block) in blocks("rust,ignore") {
        let include = block.trim().strip_prefix("{{#include ");
        let include = include.and_then(|rest| rest.strip_suffix("}}"));
        let include =
            include.unwrap_or_else(|| panic!("{}: not compiled:\n{block}", path.display()));
        let file = include.split(':').next().unwrap_or(include);
        let target = path.parent().expect("a folder").join(file);
        assert!(target.is_file(), "{}: {include}", path.display());
        included.insert(target.file_name().expect("a file").to_owned());
    }
    for entry in fs::read_dir(root().join("examples/extending"))
        .expect("a folder")
        .flatten()
    {
        assert!(
            included.contains(&entry.file_name()),
            "{:?} stands in no chapter",
            entry.file_name()
        );
    }
}

/// Tests that a page names by a path from the root, as `tests/book.rs` or `tests/{book,house}.rs`.
#[test]
fn tests_that_are_named_are_there() {
    let mut checked = 0;
    for page in pages() {
        let code = page.prose.lines();
        let code = code.flat_map(|line| line.split('`').skip(1).step_by(2));
        for path in code.filter(|code| code.contains("tests/") && code.ends_with(".rs")) {
            for path in alternatives(path) {
                let there = root().join(&path).is_file();
                assert!(there, "{}: {path}", page.path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "{checked} tests");
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (names, after) = rest.split_once('}').expect("a brace is closed");
    let name = |name| format!("{before}{name}{after}");
    names.split(',').map(name).collect()
}

#[test]
fn every_page_of_the_book_stands_in_its_summary_once() {
    let docs = root().join("docs");
    let summary = Page::read(&docs.join("SUMMARY.md"));
    let listed: Vec<PathBuf> = summary
        .links()
        .into_iter()
        .map(|link| docs.join(link))
        .collect();
    let pages = files(&docs);
    let others = pages.iter().filter(|path| **path != summary.path);
    let set: BTreeSet<&PathBuf> = listed.iter().collect();
    assert_eq!(set.len(), listed.len(), "a page stands there twice");
    assert_eq!(set, others.collect::<BTreeSet<_>>());
}

/// Sections for the parts of recipes in the book.
const BASE: &str = r#"
[equation]
kind = "kuramoto_sivashinsky"
[grid]
points = [64]
length = 32.0
[time]
dt = 0.2
frames = 40
substeps = 4
[ensemble]
simulations = 100
[model]
kind = "fno"
[train]
steps = 100
"#;

/// A recipe, or the sections of one in the place of those of [`BASE`], as a check finds it.
fn check(name: &str, text: &str) -> Result<(), RecipeError> {
    let part: toml::Table =
        toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    if ["equation", "grid", "time", "ensemble"]
        .iter()
        .all(|key| part.contains_key(*key))
    {
        let recipe = Recipe::parse(name, text, &[])?;
        return if recipe.missing.is_empty() {
            recipe.check().map(drop)
        } else {
            recipe.check_simulations(None, None).map(drop)
        };
    }
    let mut whole: toml::Table = toml::from_str(BASE).expect("TOML");
    let kind = part.get("source").and_then(|source| source.get("kind"));
    let of_equation = kind.and_then(toml::Value::as_str) == Some("device");
    if part.contains_key("problem") || part.contains_key("source") && !of_equation {
        // The one stands in the place of the other, without a solver of the list.
        whole.remove("equation");
        let time = whole.get_mut("time").and_then(toml::Value::as_table_mut);
        time.and_then(|time| time.remove("substeps"));
        whole.extend(toml::toml! { problem = { fields = ["u"] } });
    }
    whole.extend(part);
    let text = toml::to_string(&whole).expect("it was read from TOML");
    Recipe::parse(name, &text, &[])
        .and_then(Recipe::check_alone)
        .map(drop)
}

#[test]
fn recipes_and_parts_of_recipes_are_valid() {
    let blocks = blocks("toml");
    assert!(blocks.len() > 20, "{} recipes", blocks.len());
    for (path, text) in blocks {
        let checked = check(&path.display().to_string(), &text);
        let said = checked
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        // Files and runs of a reader.
        let lacks_file = [".h5", ".csv", ".npz", "\"runs/"]
            .iter()
            .any(|part| said.contains(part) && text.contains(part));
        assert!(said.is_empty() || lacks_file, "{said}\n{text}");
    }
}

/// The commands of a block, without comments, over several lines where one ends in a backslash.
fn commands(block: &str) -> Vec<Vec<String>> {
    let joined = block.replace("\\\n", " ");
    let words = |line: &str| {
        let line = line.split(" #").next().unwrap_or(line);
        let words = line
            .split_whitespace()
            .map(|word| word.trim_matches('\'').to_owned());
        words.collect::<Vec<String>>()
    };
    joined
        .lines()
        .map(words)
        .filter(|words| !words.is_empty())
        .collect()
}

#[test]
fn the_readme_counts_what_the_lists_have() {
    let readme = fs::read_to_string(root().join("README.md")).expect("it is committed");
    let others = [
        "exponax",
        "apebench",
        "the_well",
        "neuraloperator",
        "pdebench",
        "pdearena",
    ];
    let borrowed = |entry: &&&MetricEntry| others.iter().any(|name| entry.kind.ends_with(name));
    let borrowed = METRICS.iter().filter(borrowed).count();
    for counted in [
        format!("**Equations**: {},", EQUATIONS.len()),
        format!(
            "{} of our own and {borrowed} with",
            METRICS.len() - borrowed
        ),
        format!("[{} rules]", RULES.len()),
    ] {
        assert!(readme.contains(&counted), "write {counted}");
    }
}

#[test]
fn commands_take_the_options_that_they_are_written_with() {
    let mut run = 0;
    for (path, block) in blocks("sh") {
        for words in commands(&block) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let example = words.iter().position(|word| *word == "--example");
            if let Some(name) = example.and_then(|place| words.get(place + 1)) {
                let there = [format!("{name}.rs"), format!("{name}/main.rs")];
                let there = there
                    .iter()
                    .any(|file| root().join("examples").join(file).is_file());
                assert!(there, "{}: {words:?}", path.display());
            }
            let arguments = match words[..] {
                ["ondine", ref arguments @ ..] => arguments,
                ["cargo", "run", "--release", "--", ref arguments @ ..] => arguments,
                _ => continue,
            };
            let mut command = Command::new(env!("CARGO_BIN_EXE_ondine"));
            let output = command
                .args(arguments)
                .arg("--help")
                .output()
                .expect("the binary starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{}: {words:?}: {said}",
                path.display()
            );
            run += 1;
        }
    }
    assert!(run > 30, "{run} commands");
}
