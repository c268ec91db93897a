//! The option `steps` of objectives that predict several.

/// Name and meaning.
pub(super) const STEPS: (&str, &str) = (
    "steps",
    "steps that are predicted one from the other, 1 to 1000; default 2",
);

/// The number of steps, where none is typed.
pub(super) const DEFAULT: usize = 2;

/// Checks the number of steps, 1 to 1000.
pub(super) fn check(steps: Option<usize>) -> Result<(), (&'static str, String)> {
    match steps {
        Some(steps) if !(1..=1000).contains(&steps) => {
            Err(("steps", format!("steps = {steps} lies outside [1, 1000]")))
        }
        _ => Ok(()),
    }
}
