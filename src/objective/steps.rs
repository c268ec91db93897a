//! Options of objectives that predict several steps.

use burn::tensor::Tensor;

/// Name and meaning of their number.
pub(super) const STEPS: (&str, &str) = (
    "steps",
    "steps that are predicted one from the other, 1 to 1000; default 2",
);

/// Name and meaning of the length of gradients.
pub(super) const GRADIENT_STEPS: (&str, &str) = (
    "gradient_steps",
    "steps that a gradient goes back through at most, 1 to `steps`: the chain is cut after as many, counted from \
     its end; default all",
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

/// Checks that gradients go back through one of `steps` steps or more, and no more than all.
pub(super) fn check_gradient(
    back: Option<usize>,
    steps: usize,
) -> Result<(), (&'static str, String)> {
    let back = back.unwrap_or(1);
    if (1..=steps).contains(&back) {
        return Ok(());
    }
    let message =
        format!("gradient_steps = {back} lies outside [1, {steps}], the steps of the objective");
    Err(("gradient_steps", message))
}

/// The mean of the losses of steps.
///
/// # Panics
/// When there are none.
pub(super) fn mean(losses: Vec<Tensor<1>>) -> Tensor<1> {
    let count = losses.len() as f64;
    let sum = losses.into_iter().reduce(Tensor::add);
    sum.expect("an objective has a step") / count
}
