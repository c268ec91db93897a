//! Writes the pages of the reference that come from the lists of the program:
//! `cargo run --release --example reference_pages -- docs/book/reference`.

use ondine::{cli, pages};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("write the folder for the pages")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for (name, text) in pages::reference_pages() {
        fs::write(folder.join(name), text)?;
    }
    fs::write(folder.join("commands.md"), cli::manual())?;
    Ok(())
}
