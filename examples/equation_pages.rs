//! Writes the pages of the catalogue of equations:
//! `cargo run --release --example equation_pages -- docs/equations`.

use ondine::pages;
use ondine::solvers::equation::EQUATIONS;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("write the folder for the pages")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for (name, text) in pages::files()? {
        fs::write(folder.join(name), text)?;
    }
    for entry in EQUATIONS {
        let png = pages::picture(&pages::example(entry)?)?;
        println!("{:32} {:>3} kB", entry.kind, png.len() / 1000);
        fs::write(folder.join(entry.kind).with_extension("png"), png)?;
    }
    Ok(())
}
