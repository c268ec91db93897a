use super::*;
use ondine_datasets::Conditions;
use ondine_solvers::Rng;
use std::sync::Arc;

const POINTS: usize = 512;

/// Simulations whose truth and samples are drawn alike around a wave, the samples with `width` times the deviation;
/// from step `parting` of a simulation on, the wave of every sample has a phase of its own.
fn judged(width: f64, samples: usize, parting: impl Fn(usize) -> [usize; 2]) -> Uncertainty {
    let mut rng = Rng::stream(1, ondine_solvers::Stream::Noise, 0);
    let layout = Layout::of_frames(&[POINTS], 1);
    let steps = 8;
    let mut sums = Sums::new(&layout, [&[1.0][..]], steps, samples).expect("there is a transform");
    let mut trajectories = Vec::new();
    for simulation in 0..12 {
        let mut state = |deviation: f64, lost: bool| -> Vec<f32> {
            let phase = if lost {
                rng.uniform(1.0, 5.3) // correlation 0.54 or less with a wave that is not lost
            } else {
                0.0
            };
            let at = |i: usize| (0.2 * i as f64 + phase).sin();
            (0..POINTS)
                .map(|i| (at(i) + deviation * rng.normal()) as f32)
                .collect()
        };
        let [together, true_until] = parting(simulation);
        let truth = |step: usize, state: &mut dyn FnMut(f64, bool) -> Vec<f32>| -> Arc<[f32]> {
            state(0.1, step > true_until).into()
        };
        let frames = (0..=steps).map(|step| truth(step, &mut state)).collect();
        let members: Vec<Vec<Vec<f32>>> = (1..=steps)
            .map(|step| {
                let one = |_| state(0.1 * width, step > together);
                (0..samples).map(one).collect()
            })
            .collect();
        let truth = Truth {
            static_fields: Arc::default(),
            known: None,
            conditions: Conditions {
                dt: 0.5,
                length: vec![1.0],
                spacing: vec![1.0 / POINTS as f64],
                parameters: vec![],
            },
            dt: 0.5,
            frames,
        };
        let members: Vec<&[Vec<f32>]> = members.iter().map(|of| &of[..]).collect();
        assert_eq!(sums.add(&members, &truth, 1).len(), steps);
        trajectories.push(truth);
    }
    let held_out = HeldOut {
        trajectories,
        num_initial_frames: 1,
        seed: None,
        failures: Vec::new(),
        points: vec![POINTS],
        file: None,
        others: Vec::new(),
    };
    let quiet = Quiet::of(&held_out);
    let still = judge(
        &held_out,
        &quiet,
        &Forecast::persistence(&held_out),
        &held_out.mean_times(),
    );
    sums.finish(still, &quiet)
}

#[test]
fn samples_like_the_truth_are_calibrated_and_narrow_ones_too_sure() {
    let never = |_| [8, 8];
    let good = judged(1.0, 9, never);
    let sure = judged(0.5, 9, never);
    for step in 0..8 {
        let ratio = good.spread_skill_over_time[step];
        assert!((ratio - 1.0).abs() < 0.05, "{ratio}"); // 6144 points of 9 samples
        // σ² = 1/100 beside ⟨u²⟩ = 1/2 + 1/100
        let spread = good.spread_over_time[step];
        assert!(
            (spread - (0.01_f64 / 0.51).sqrt()).abs() < 0.005,
            "{spread}"
        );
        let crps = good.crps_over_time[step];
        let exact = 0.1 / std::f64::consts::PI.sqrt() / 0.51_f64.sqrt(); // σ/√π of draws alike
        assert!((crps - exact).abs() < 0.005, "{crps} {exact}");
        let narrow = sure.spread_skill_over_time[step];
        assert!((narrow - 0.5 * (10.0_f64 / 9.0 / (1.0 + 0.25 / 9.0)).sqrt()).abs() < 0.03);
        assert!(sure.crps_over_time[step] > good.crps_over_time[step] * 0.99);
    }
    let levels: Vec<f64> = good.coverage.iter().map(|of| of.level).collect();
    assert_eq!(levels, [0.5, 0.8]);
    for (found, narrow) in good.coverage.iter().zip(&sure.coverage) {
        let share = found.share_over_time[3];
        assert!((share - found.level).abs() < 0.03, "{share}");
        assert!(narrow.share_over_time[3] < share - 0.1);
    }
    let few = judged(1.0, 2, never);
    assert_eq!(few.coverage.len(), 1);
    assert!((few.coverage[0].level - 1.0 / 3.0).abs() < 1e-12);
    assert!((few.coverage[0].share_over_time[0] - 1.0 / 3.0).abs() < 0.03);
}

#[test]
fn horizons_are_where_samples_part_and_where_they_leave_the_truth() {
    // Simulation s parts after 2 + s/4 steps from the truth, its samples from each other one step later.
    let found = judged(1.0, 9, |s| [3 + s / 4, 2 + s / 4]);
    for (s, horizon) in found.horizons.iter().enumerate() {
        let [predicted, actual] = [&horizon.predicted, &horizon.actual].map(|h| h.time / 0.5);
        let last = (3 + s / 4) as f64;
        assert!((last..last + 1.0).contains(&predicted), "{s}: {predicted}");
        assert!((last - 1.0..last).contains(&actual), "{s}: {actual}");
    }
    let agreement = found.horizon_agreement.expect("all lie within");
    assert_eq!(agreement.count, 12);
    assert!(agreement.r_squared > 0.6 && agreement.ratio > 1.1);
    let never = judged(1.0, 9, |_| [8, 8]);
    assert!(never.horizon_agreement.is_none());
    assert!(
        never
            .horizons
            .iter()
            .all(|of| of.predicted.to_the_end && of.actual.to_the_end)
    );
}

#[test]
fn the_spectrum_of_the_spread_is_that_of_the_draws() {
    let found = judged(1.0, 9, |_| [8, 8]);
    let steps: Vec<usize> = found.spectra.iter().map(|of| of.rollout_step).collect();
    assert_eq!(steps, [1, 3, 5, 8]);
    let middle = |of: &[f64]| of[20..200].iter().sum::<f64>() / 180.0;
    let white = 0.1 / (POINTS as f64).sqrt(); // |fft(ε)/N|² = σ²/N
    let spread = middle(&found.spectra[1].spread);
    assert!((spread / white - 1.0).abs() < 0.03, "{spread} {white}");
    let error = middle(&found.spectra[1].mean_error);
    let expected = white * (10.0_f64 / 9.0).sqrt(); // of truth and mean together
    assert!((error / expected - 1.0).abs() < 0.05, "{error} {expected}");
}
