//! Markdown as far as a test of the book reads it: fenced blocks, links, headings.

use std::fs;
use std::path::{Path, PathBuf};

/// A fenced block with the words behind its fence.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
}

/// A page.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    /// All lines outside of fenced blocks.
    pub(crate) prose: String,
    pub(crate) blocks: Vec<Block>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (mut prose, mut blocks) = (String::new(), Vec::new());
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            match line.trim_start().strip_prefix("```") {
                None => prose += &format!("{line}\n"),
                Some(language) => {
                    let inner = lines
                        .by_ref()
                        .take_while(|line| !line.trim_start().starts_with("```"));
                    blocks.push(Block {
                        language: language.to_owned(),
                        text: inner.collect::<Vec<_>>().join("\n"),
                    });
                }
            }
        }
        Self {
            path: path.to_owned(),
            prose,
            blocks,
        }
    }

    /// The targets of links and pictures, those of HTML too; addresses of the web are left out.
    pub(crate) fn links(&self) -> Vec<&str> {
        let between = |begin: &'static str, end: char| {
            let parts = self.prose.split(begin).skip(1);
            parts.filter_map(move |part| part.split_once(end).map(|(target, _)| target))
        };
        let links = between("](", ')').chain(between("href=\"", '"'));
        let links = links.chain(between("src=\"", '"'));
        links.filter(|target| !target.contains("://")).collect()
    }

    /// The anchors of its headings, as GitHub and mdBook make them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let headings = self.prose.lines().filter(|line| line.starts_with('#'));
        let anchor = |line: &str| {
            let text = line.trim_start_matches('#').trim().to_lowercase();
            let kept = text
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(anchor).collect()
    }
}

/// The Markdown files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}
