//! Damaged files of every format: what is read from them is an error or numbers, and never a panic. The example `mutate_datasets`
//! reads as many more as it is told.

#[path = "../damaged/mod.rs"]
mod damaged;

use damaged::Damage;

/// Damaged copies of all files.
const COPIES: u64 = 4000;

#[test]
fn damage_is_an_error_or_other_numbers() {
    let name = format!("ondine-damage-{}", std::process::id());
    let damage = Damage::new(std::env::temp_dir().join(name));
    let refused = (0..COPIES).filter(|&index| damage.read(index).is_err());
    let refused = refused.count();
    assert!(refused > 500, "only {refused} copies are refused");
}
