//! What several rules advise.

use super::Case;
use ondine_models::Learns;

/// How a surrogate learns to stand its own errors, as the recipe does not yet have it.
pub(super) fn against_own_errors(case: &Case<'_>) -> String {
    if case.refines() {
        return "Raise model.min_noise_variance, or set model.cutoff to the share of wavenumbers that the truth fills."
            .to_owned();
    }
    if !case.feeds_back() {
        return "Train longer, with a learning rate that decays, or a smaller one (train.optimizer).".to_owned();
    }
    let (objective, options) = case.objective();
    let kinds = match case.recipe.model.learns() {
        Learns::Scores => "\"pushforward\"",
        Learns::Errors | Learns::Noise => "\"unrolled\" or \"pushforward\"",
    };
    let noise = match options.noise > 0.0 {
        true => format!("raise objective.noise from {}", options.noise),
        false => "set objective.noise (0.005 is a start)".to_owned(),
    };
    let steps = match objective.reads("steps") {
        true => format!("raise objective.steps from {}", options.num_steps()),
        false => format!(
            "train through several steps (objective.kind = {kinds}, in a last [[stage]] for example)"
        ),
    };
    format!("Let it meet its own errors in training: {noise}, or {steps}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn what_a_recipe_has_is_raised_and_what_it_has_not_is_set() {
        let said = |set: &[&str]| against_own_errors(&Double::with(set).case());
        let plain = said(&[]);
        assert!(plain.contains("set objective.noise") && plain.contains("\"unrolled\""));
        let hardened = said(&["objective={kind=\"unrolled\",steps=3,noise=0.01}"]);
        assert!(hardened.contains("noise from 0.01, or raise objective.steps from 3"));
        let refiner = said(&["model={kind=\"pde_refiner\",backbone={kind=\"unet\"}}"]);
        assert!(refiner.contains("model.cutoff"));
    }
}
