//! Writes `bindings/c/include/ondine.h` from the source of the C interface: `cargo run --manifest-path bindings/header/Cargo.toml`.

use cbindgen::{Builder, Config, DocumentationStyle, Language};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../c")
}

/// The header that the source gives.
fn header() -> Result<String, Box<dyn std::error::Error>> {
    let mut config = Config {
        language: Language::C,
        cpp_compat: true,
        documentation_style: DocumentationStyle::C99,
        include_guard: Some("ONDINE_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        usize_is_size_t: true,
        ..Config::default()
    };
    config.header = Some(
        "/* Ondine: a simulation code streams its fields into a training.\n   Generated from bindings/c/src; see bindings/README.md. */"
            .to_owned(),
    );
    let mut builder = Builder::new().with_config(config);
    for name in ["codes.rs", "lib.rs"] {
        builder = builder.with_src(folder().join("src").join(name));
    }
    let mut bytes = Vec::new();
    builder.generate()?.write(&mut bytes);
    Ok(without_safety(&String::from_utf8(bytes)?))
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
    let folder = folder().join("include");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("ondine.h"), header()?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_header_is_current() {
        let found = std::fs::read_to_string(super::folder().join("include/ondine.h"));
        let header = super::header().expect("the source is read");
        assert!(
            found.is_ok_and(|found| found == header),
            "run `just header`"
        );
    }
}
