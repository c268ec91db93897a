//! Writes `ondine.h`, `ondine_surrogate.h` and `ondine_trainer.h` from the sources of the C interfaces: `cargo run --manifest-path bindings/header/Cargo.toml`.

use cbindgen::{Builder, Config, DocumentationStyle, Language};
use std::path::{Path, PathBuf};

/// A header and the sources that it comes from.
struct Header {
    /// Folder of the crate below `bindings/`.
    folder: &'static str,
    name: &'static str,
    sources: &'static [&'static str],
    /// A header that it needs.
    includes: &'static [&'static str],
    summary: &'static str,
}

const HEADERS: [Header; 3] = [
    Header {
        folder: "c",
        name: "ondine",
        sources: &["codes.rs", "lib.rs"],
        includes: &[],
        summary: "a simulation code streams its fields into a training",
    },
    Header {
        folder: "surrogate",
        name: "ondine_surrogate",
        sources: &["lib.rs"],
        includes: &["ondine.h"],
        summary: "a code runs the surrogate of a training in its time loop",
    },
    Header {
        folder: "trainer",
        name: "ondine_trainer",
        sources: &["lib.rs"],
        includes: &["ondine_surrogate.h"],
        summary: "a code trains a surrogate in its own process",
    },
];

impl Header {
    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.folder)
    }

    fn path(&self) -> PathBuf {
        self.folder().join(format!("include/{}.h", self.name))
    }

    /// The header that the source gives.
    fn text(&self) -> Result<String, Box<dyn std::error::Error>> {
        let mut config = Config {
            language: Language::C,
            cpp_compat: true,
            documentation_style: DocumentationStyle::C99,
            include_guard: Some(format!("{}_H", self.name.to_uppercase())),
            no_includes: true,
            includes: self.includes.iter().map(|&name| name.to_owned()).collect(),
            sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
            usize_is_size_t: true,
            ..Config::default()
        };
        config.header = Some(format!(
            "/* Ondine: {}.\n   Generated from bindings/{}/src; see bindings/README.md. */",
            self.summary, self.folder
        ));
        let mut builder = Builder::new().with_config(config);
        for name in self.sources {
            builder = builder.with_src(self.folder().join("src").join(name));
        }
        let mut bytes = Vec::new();
        builder.generate()?.write(&mut bytes);
        Ok(without_safety(&String::from_utf8(bytes)?))
    }
}

/// The header without the sections for readers of Rust, and with names as C has them.
fn without_safety(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        within = line.starts_with("//") && (within || line.trim() == "// # Safety");
        if within && lines.last().is_some_and(|last| last.trim() == "//") {
            lines.pop();
        }
        if !within {
            lines.push(line);
        }
    }
    let text = lines.join("\n") + "\n";
    text.replace("[`", "").replace("`]", "").replace('`', "")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for header in HEADERS {
        std::fs::create_dir_all(header.folder().join("include"))?;
        std::fs::write(header.path(), header.text()?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_headers_are_current() {
        for header in super::HEADERS {
            let found = std::fs::read_to_string(header.path());
            let text = header.text().expect("the source is read");
            assert!(found.is_ok_and(|found| found == text), "run `just header`");
        }
    }
}
