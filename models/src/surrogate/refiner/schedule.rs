//! Slot, target and estimate of every call of the network within one time step.
//!
//! All of it is in units of the scaled increment `y`. Call `k` of `0 ..= K` is shown the slot `s = α y + β ε` with
//! normal noise `ε` and answers with `γ y + δ ε`, of which follows an estimate `ŷ = p s + q a` of the increment. Between
//! two calls `s ← c ŷ + x s + n ε`. The two published refiners differ in these numbers alone.

use serde::{Deserialize, Serialize};

/// Target of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prediction {
    /// The increment at call 0, whose slot is empty, then the noise: Lippe et al. (2023), §3.1 and algorithm 1.
    #[default]
    Noise,
    /// `√ᾱ ε − √(1−ᾱ) y`, with the ancestral sampler of Ho et al. (2020): the authors' code in `pdearena`.
    Velocity,
}

/// Noise levels of one time step, and what guards long rollouts; it may be exchanged after training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Variances of the noise at the calls after the first, falling, each in (0, 1).
    pub noise_variances: Vec<f64>,
    /// The share of the noise that is drawn afresh at every call, 0 to 1, as a share of its amplitude: 1 is the published
    /// sampler, 0 keeps what the network took for noise (Song et al. 2021, eq. 12).
    pub fresh_noise: f64,
    /// The share of the last call's noise that stays in the answer, 0 to 1: 0 takes all of it off, which is the published
    /// sampler, 1 leaves what the network took for noise (the final noise level of diffusion samplers, zero or the least).
    #[serde(default)]
    pub kept_noise: f64,
    /// A guard of long rollouts: the share of the highest wavenumber of an axis from which on predictions are set to zero,
    /// in (0, 1], 1 for none. Small waves that a surrogate leaves over time after time grow in the end; Lippe et al. (2023) cut theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<f64>,
}

impl Schedule {
    /// `σ_k² = v^(k/K)`, `k = 1 ..= steps`, with the last variance `v`; or, from a first variance that is named, as many
    /// of the geometric sequence between both. All noise is fresh.
    pub fn geometric(steps: usize, first: Option<f64>, last: f64) -> Self {
        let variance = |k: usize| match first {
            None => last.powf(k as f64 / steps as f64),
            Some(_) if steps == 1 => last,
            Some(first) => first * (last / first).powf((k - 1) as f64 / (steps - 1) as f64),
        };
        Self {
            noise_variances: (1..=steps).map(variance).collect(),
            fresh_noise: 1.0,
            kept_noise: 0.0,
            cutoff: None,
        }
    }

    /// The fault of the numbers, with the text to write instead.
    ///
    /// # Errors
    /// When variances are missing, not between 0 and 1 or not falling, or a share is none.
    pub fn check(&self) -> Result<(), String> {
        let variances = &self.noise_variances;
        if variances.is_empty() {
            return Err("a refiner has at least one refinement step".to_owned());
        }
        if let Some(wrong) = variances.iter().find(|v| !(**v > 0.0 && **v < 1.0)) {
            return Err(format!("the variance {wrong} lies outside (0, 1)"));
        }
        if let Some(pair) = variances.windows(2).find(|pair| pair[1] >= pair[0]) {
            return Err(format!(
                "the variances {} and {} do not fall: write them in falling order",
                pair[0], pair[1]
            ));
        }
        if let Some(cutoff) = self.cutoff.filter(|c| !(*c > 0.0 && *c <= 1.0)) {
            return Err(format!("`cutoff` = {cutoff} lies outside (0, 1]"));
        }
        let shares = [
            ("fresh_noise", self.fresh_noise),
            ("kept_noise", self.kept_noise),
        ];
        match shares
            .iter()
            .find(|(_, share)| !(0.0..=1.0).contains(share))
        {
            None => Ok(()),
            Some((name, share)) => Err(format!("`{name}` = {share} lies outside [0, 1]")),
        }
    }

    /// Calls of the network a time step.
    pub fn num_calls(&self) -> usize {
        1 + self.noise_variances.len()
    }

    /// The calls of one time step.
    pub fn calls(&self, prediction: Prediction) -> Vec<Call> {
        match prediction {
            Prediction::Noise => self.noise_calls(),
            Prediction::Velocity => self.velocity_calls(),
        }
    }

    fn noise_calls(&self) -> Vec<Call> {
        let deviations: Vec<f64> = self.noise_variances.iter().map(|v| v.sqrt()).collect();
        let fresh = self.fresh_noise;
        let kept = (1.0 - fresh * fresh).sqrt();
        (0..self.num_calls())
            .map(|k| {
                let next = deviations.get(k);
                match k.checked_sub(1).map(|k| deviations[k]) {
                    None => Call {
                        slot: [0.0, 0.0],
                        answer: [1.0, 0.0],
                        estimate: [0.0, 1.0],
                        next: next.map(|next| [1.0, 0.0, next * fresh]),
                    },
                    Some(deviation) => Call {
                        slot: [1.0, deviation],
                        answer: [0.0, 1.0],
                        estimate: [1.0, -deviation],
                        next: next.map(|next| {
                            let ratio = kept * next / deviation;
                            [1.0 - ratio, ratio, next * fresh]
                        }),
                    },
                }
            })
            .collect()
    }

    /// The variances are the `β` of a diffusion whose first is 1: `ᾱ_k = Π_{j ≥ k} (1 − β_j)`.
    fn velocity_calls(&self) -> Vec<Call> {
        let mut kept: Vec<f64> = Vec::new(); // ᾱ, of the last call first
        for beta in self.noise_variances.iter().rev() {
            kept.push(kept.last().unwrap_or(&1.0) * (1.0 - beta));
        }
        kept.push(0.0);
        kept.reverse();
        (0..kept.len())
            .map(|k| {
                let (signal, noise) = (kept[k].sqrt(), (1.0 - kept[k]).sqrt());
                let next = kept.get(k + 1).map(|&after| {
                    let beta = 1.0 - kept[k] / after;
                    let posterior = beta * (1.0 - after) / (1.0 - kept[k]);
                    let fresh = self.fresh_noise * posterior.sqrt();
                    let slot = (1.0 - after - fresh * fresh).max(0.0).sqrt() / noise;
                    [after.sqrt() - slot * signal, slot, fresh]
                });
                Call {
                    slot: [signal, noise],
                    answer: [-noise, signal],
                    estimate: [signal, -noise],
                    next,
                }
            })
            .collect()
    }
}

/// The numbers of one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// `α`, `β`: shares of increment and noise in the slot.
    pub slot: [f64; 2],
    /// `γ`, `δ`: shares of increment and noise in the answer.
    pub answer: [f64; 2],
    /// `p`, `q`: the estimate from slot and answer.
    pub estimate: [f64; 2],
    /// `c`, `x`, `n`: the next slot from estimate, slot and fresh noise; none after the last call.
    pub next: Option<[f64; 3]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64, tolerance: f64) {
        assert!((value - expected).abs() <= tolerance, "{value}, {expected}");
    }

    #[test]
    fn the_velocity_form_has_the_numbers_of_the_published_code() {
        // Computed from diffusers' DDPMScheduler (0.17.1) with the betas of pdearena, K = 3, v = 4e-7, t = 3 … 0:
        // ᾱ, √(1 − ᾱ), and the factors of estimate, slot and noise in the posterior.
        let published = [
            (0.0, 1.0, Some([0.996_282, 0.0, 8.6153e-2])),
            (
                0.992_577_652,
                8.615_31e-2,
                Some([0.992_659, 0.007_341, 7.3681e-3]),
            ),
            (
                0.999_945_312,
                7.395_16e-3,
                Some([0.992_686, 0.007_314, 6.3014e-4]),
            ),
            (0.999_999_600, 6.324_56e-4, None),
        ];
        let calls = Schedule::geometric(3, None, 4e-7).calls(Prediction::Velocity);
        assert_eq!(calls.len(), 4);
        for (call, (kept, noise, next)) in calls.iter().zip(published) {
            close(call.slot[0].powi(2), kept, 1e-9);
            close(call.slot[1], noise, 1e-6);
            close(call.answer[0], -call.slot[1], 0.0);
            close(call.answer[1], call.slot[0], 0.0);
            assert_eq!(call.next.is_some(), next.is_some());
            for (value, expected) in call.next.iter().flatten().zip(next.iter().flatten()) {
                close(*value, *expected, 1e-6);
            }
        }
        let calls = Schedule::geometric(3, None, 2e-7).calls(Prediction::Velocity);
        let noises = [1.0, 7.669_57e-2, 5.865_11e-3, 4.472_14e-4];
        let fresh = [7.6696e-2, 5.8480e-3, 4.4591e-4];
        for (call, noise) in calls.iter().zip(noises) {
            close(call.slot[1], noise, 1e-6);
        }
        for (call, fresh) in calls.iter().zip(fresh) {
            close(call.next.expect("there is another")[2], fresh, 1e-6);
        }
    }

    #[test]
    fn the_noise_form_follows_the_paper() {
        let calls = Schedule::geometric(3, None, 2e-7).calls(Prediction::Noise);
        // Standard deviations of the figure "Spectrum of the noise level": 0.0765, 5.85e-3, 4.5e-4.
        for (call, deviation) in calls[1..].iter().zip([0.076_472, 5.848e-3, 4.472_1e-4]) {
            close(call.slot[1], deviation, 1e-6);
            close(call.estimate[0], 1.0, 0.0);
            close(call.estimate[1], -call.slot[1], 0.0);
        }
        assert!(calls[0].slot.iter().all(|part| part.abs() <= 0.0));
        for pair in calls.windows(2) {
            assert_eq!(pair[0].next, Some([1.0, 0.0, pair[1].slot[1]]));
        }
        assert_eq!(calls[3].next, None);
    }

    /// Of every form, every schedule and every share of fresh noise.
    #[test]
    fn a_perfect_answer_gives_the_increment_and_the_slots_keep_their_noise() {
        for prediction in [Prediction::Noise, Prediction::Velocity] {
            for steps in [1, 2, 3, 8] {
                for (first, fresh_noise) in [(None, 1.0), (Some(1e-3), 0.4), (None, 0.0)] {
                    let schedule = Schedule {
                        fresh_noise,
                        ..Schedule::geometric(steps, first, 1e-7)
                    };
                    let calls = schedule.calls(prediction);
                    for (k, call) in calls.iter().enumerate() {
                        let [[a, b], [c, d], [p, q]] = [call.slot, call.answer, call.estimate];
                        close(p * a + q * c, 1.0, 1e-12); // of the increment all …
                        close(p * b + q * d, 0.0, 1e-12); // … and of the noise nothing
                        let Some([clean, slot, fresh]) = call.next else {
                            continue;
                        };
                        close(clean + slot * a, calls[k + 1].slot[0], 1e-12);
                        let noise = (slot * b).hypot(fresh);
                        // Only fresh noise can follow on a slot without any.
                        let expected = if b > 0.0 {
                            calls[k + 1].slot[1]
                        } else {
                            calls[k + 1].slot[1] * fresh_noise
                        };
                        close(noise, expected, 1e-12);
                    }
                }
            }
        }
    }

    #[test]
    fn schedules_that_make_no_sense_are_refused() {
        let schedule = |noise_variances: &[f64], fresh_noise| Schedule {
            noise_variances: noise_variances.to_vec(),
            fresh_noise,
            kept_noise: 0.0,
            cutoff: None,
        };
        assert!(schedule(&[1e-2, 1e-4], 1.0).check().is_ok());
        for (wrong, expected) in [
            (schedule(&[], 1.0), "at least one"),
            (schedule(&[1.5], 1.0), "outside (0, 1)"),
            (schedule(&[f64::NAN], 1.0), "outside (0, 1)"),
            (schedule(&[1e-4, 1e-4], 1.0), "do not fall"),
            (schedule(&[1e-4], 1.5), "outside [0, 1]"),
            (
                Schedule {
                    cutoff: Some(0.0),
                    ..schedule(&[1e-4], 1.0)
                },
                "outside (0, 1]",
            ),
        ] {
            let error = wrong.check().expect_err("it makes no sense");
            assert!(error.contains(expected), "{error}");
        }
    }
}
