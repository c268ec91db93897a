//! Simulations whose truth is nothing beside the others', or does not vary: errors relative to it and correlations with it
//! say nothing, so that means over the simulations leave them out.
//!
//! A truth is zero where its mean square is below that of the rounding of all others' numbers, `ε² ⟨u*²⟩`, `ε = 2⁻²³`; it is
//! constant where its variance is below that of the rounding of its own numbers, or of the others' variations. Where all
//! simulations are quiet, all of them count.

use super::HeldOut;
use crate::metric::{Scale, variance};
use crate::results::QuietSimulation;

/// Which truths are quiet, `[step][simulation]`.
pub(super) struct Quiet {
    zero: Vec<Vec<bool>>,
    constant: Vec<Vec<bool>>,
    all_constant: bool,
}

impl Quiet {
    /// The quiet truths of the held-out simulations.
    pub(super) fn of(held_out: &HeldOut) -> Self {
        let (mut zero, mut constant) = (Vec::new(), Vec::new());
        let mut all_constant = true;
        for step in 1..=held_out.steps() {
            let all = held_out.trajectories.iter();
            let truths =
                all.map(|truth| truth.known(&truth.since_last(held_out.num_initial_frames)[step]));
            let sizes: Vec<[f64; 2]> = truths.map(|t| [mean_square(&t), variance(&t)]).collect();
            let mean = |i: usize| sizes.iter().map(|of| of[i]).sum::<f64>() / sizes.len() as f64;
            let rounding = f64::from(f32::EPSILON).powi(2);
            let [square, varies] = [0, 1].map(|i| rounding * mean(i));
            let is_zero = |of: &[f64; 2]| of[0] <= square;
            let is_constant = |of: &[f64; 2]| of[1] <= varies.max(rounding * of[0]);
            zero.push(unless_all(sizes.iter().map(is_zero).collect()));
            let still: Vec<bool> = sizes.iter().map(is_constant).collect();
            all_constant &= still.iter().all(|still| *still);
            constant.push(unless_all(still));
        }
        Self {
            zero,
            constant,
            all_constant,
        }
    }

    /// Whether all truths are constant at all steps, so that none is left out.
    pub(super) fn all_constant(&self) -> bool {
        self.all_constant
    }

    /// Whether a number of this range is left out.
    fn leaves_out(&self, scale: Scale, step: usize, simulation: usize) -> bool {
        let (zero, constant) = (self.zero[step][simulation], self.constant[step][simulation]);
        match scale {
            Scale::Relative => zero,
            Scale::Varying | Scale::Correlation => zero || constant,
            Scale::Absolute | Scale::Square => false,
        }
    }

    /// The values of the simulations that count at `step`, none being what can't be told: all of them, as what they count
    /// as, where none does.
    pub(super) fn counted(&self, scale: Scale, step: usize, values: &[Option<f64>]) -> Vec<f64> {
        let all = values.iter().enumerate();
        let told = all.filter(|(i, _)| !self.leaves_out(scale, step, *i));
        let told: Vec<f64> = told.filter_map(|(_, value)| *value).collect();
        if told.is_empty() {
            let worst = scale.bound(f64::NAN);
            values.iter().map(|value| value.unwrap_or(worst)).collect()
        } else {
            told
        }
    }

    /// The simulations that are quiet at some step.
    pub(super) fn simulations(&self) -> Vec<QuietSimulation> {
        let count = self.zero.first().map_or(0, Vec::len);
        let steps = |of: &[Vec<bool>], i: usize| of.iter().filter(|step| step[i]).count();
        let one = |i: usize| QuietSimulation {
            index: i as u64,
            zero_steps: steps(&self.zero, i),
            constant_steps: steps(&self.constant, i),
        };
        let all = (0..count).map(one);
        all.filter(|one| one.zero_steps + one.constant_steps > 0)
            .collect()
    }
}

fn unless_all(quiet: Vec<bool>) -> Vec<bool> {
    let all = quiet.iter().all(|quiet| *quiet);
    quiet.into_iter().map(|quiet| quiet && !all).collect()
}

fn mean_square(state: &[f32]) -> f64 {
    let squares = state.iter().map(|&x| f64::from(x) * f64::from(x));
    squares.sum::<f64>() / state.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::Truth;
    use crate::evaluation::judge::{Forecast, judge};
    use ondine_datasets::Conditions;

    /// Simulations of one step to `states`, from as many ones.
    fn held_out(states: &[Vec<f32>]) -> HeldOut {
        let truth = |state: &Vec<f32>| Truth {
            static_fields: [].into(),
            known: None,
            conditions: Conditions {
                dt: 0.5,
                length: vec![1.0],
                spacing: vec![1.0 / state.len() as f64],
                parameters: vec![],
            },
            dt: 0.5,
            frames: vec![vec![1.0; state.len()].into(), state.clone().into()],
        };
        HeldOut {
            trajectories: states.iter().map(truth).collect(),
            num_initial_frames: 1,
            seed: None,
            failures: Vec::new(),
            points: vec![states[0].len()],
            file: None,
            others: Vec::new(),
        }
    }

    fn wave(size: f32) -> Vec<f32> {
        (0..16).map(|i| size * (0.4 * i as f32).sin()).collect()
    }

    fn judged(truths: &[Vec<f32>], forecasts: &[Vec<f32>]) -> (f64, f64) {
        let held_out = held_out(truths);
        let predicted = vec![forecasts.to_vec()];
        let quiet = Quiet::of(&held_out);
        let found = judge(&held_out, &quiet, &Forecast::new(&predicted), &[0.5]);
        (found.nrmse, found.correlation_over_time[0])
    }

    #[test]
    fn one_quiet_simulation_does_not_spoil_a_mean() {
        for scale in [1e-30, 1.0, 1e30] {
            let off: Vec<f32> = wave(scale).iter().map(|u| 1.1 * u).collect();
            for quiet in [0.0, 1e-12 * scale] {
                let truths = [wave(scale), wave(scale), vec![quiet; 16]];
                let forecasts = [off.clone(), off.clone(), wave(1e-3 * scale)];
                let (error, correlation) = judged(&truths, &forecasts);
                assert!((error - 0.1).abs() < 1e-6, "{scale} {quiet}: {error}");
                assert!((correlation - 1.0).abs() < 1e-6, "{correlation}");
            }
        }
    }

    #[test]
    fn where_all_are_quiet_all_count() {
        let zero = [vec![0.0; 16], vec![0.0; 16]];
        let (error, correlation) = judged(&zero, &zero);
        assert!(error.abs() <= 0.0 && (correlation - 1.0).abs() <= 0.0);
        let (error, correlation) = judged(&zero, &[wave(1.0), wave(1.0)]);
        assert!(error >= crate::metric::WORST && correlation.abs() <= 0.0);
    }

    #[test]
    fn a_forecast_that_blows_up_counts() {
        let truths = [wave(1.0), wave(1.0)];
        let (error, correlation) = judged(&truths, &[wave(1.0), vec![f32::NAN; 16]]);
        assert!((error - 0.5 * crate::metric::WORST).abs() < 1e-3);
        assert!((correlation - 0.5).abs() < 1e-12);
    }

    #[test]
    fn quiet_simulations_are_named() {
        let truths = [wave(1.0), vec![0.0; 16], vec![300.0; 16], wave(2.0)];
        let found = Quiet::of(&held_out(&truths)).simulations();
        let steps = |of: &QuietSimulation| (of.index, of.zero_steps, of.constant_steps);
        let found: Vec<_> = found.iter().map(steps).collect();
        assert_eq!(found, [(1, 1, 1), (2, 0, 1)]);
        assert!(!Quiet::of(&held_out(&truths)).all_constant());
        let still = [vec![0.0; 16], vec![300.0; 16]];
        assert!(Quiet::of(&held_out(&still)).all_constant());
    }
}
