//! A dataset of an equation that Ondine has no solver of, `medium.rs`: FitzHugh–Nagumo between walls, around obstacles, written
//! by `dataset.rs`. A surrogate is trained on the file alone:
//!
//! ```sh
//! cargo run --release --example fitzhugh_nagumo -- fitzhugh_nagumo.h5
//! ondine check examples/fitzhugh_nagumo/recipe.toml
//! ondine train examples/fitzhugh_nagumo/recipe.toml --output runs/fitzhugh_nagumo
//! ondine evaluate runs/fitzhugh_nagumo
//! ```

mod dataset;
mod medium;

use std::error::Error;
use std::path::PathBuf;

/// Simulations and frames of each.
const SIZE: [usize; 2] = [80, 25];

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1);
    let file = PathBuf::from(file.ok_or("write a name for the file")?);
    dataset::write(&file, 0, SIZE)?;
    let [trajectories, frames] = SIZE;
    println!(
        "{}: {trajectories} simulations of {frames} frames",
        file.display()
    );
    Ok(())
}
