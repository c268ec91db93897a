use super::*;
use crate::batch::Layout;
use ondine_datasets::Conditions;
use ondine_solvers::{AxisKind, Rng, Stream};
use std::sync::Arc;

fn layout(points: usize, channels: usize) -> Layout {
    Layout::of_frames(&[points], channels)
}

fn simulation(frames: Vec<Vec<f32>>) -> Truth {
    Truth {
        conditions: Conditions {
            dt: 1.0,
            length: vec![1.0],
            spacing: vec![1.0],
            parameters: vec![],
        },
        dt: 1.0,
        frames: frames.into_iter().map(Arc::from).collect(),
        static_fields: Arc::default(),
        known: None,
    }
}

/// Two fields about means of 3 and −1: each becomes the other, moved by a point and one of them weaker.
fn swapped(state: &[f32]) -> Vec<f32> {
    let points = state.len() / 2;
    let (u, v) = state.split_at(points);
    let first = (0..points).map(|i| 3.0 + 0.9 * (v[(i + 1) % points] + 1.0));
    let second = (0..points).map(|i| -1.0 + (u[i] - 3.0));
    first.chain(second).collect()
}

/// `frames` frames that begin with a smooth random state.
fn simulated(points: usize, frames: usize, index: u64) -> Vec<Vec<f32>> {
    let mut rng = Rng::stream(1, Stream::Initial, index);
    let mut field = |mean: f64| -> Vec<f32> {
        let waves: Vec<[f64; 2]> = (0..4).map(|_| [rng.normal(), rng.normal()]).collect();
        let at = |i: usize| {
            let angle = std::f64::consts::TAU * i as f64 / points as f64;
            let wave = |(k, [a, b]): (usize, &[f64; 2])| {
                let angle = k as f64 * angle;
                a * angle.cos() + b * angle.sin()
            };
            (mean + waves.iter().enumerate().map(wave).sum::<f64>()) as f32
        };
        (0..points).map(at).collect()
    };
    let start = [field(3.0), field(-1.0)].concat();
    std::iter::successors(Some(start), |u| Some(swapped(u)))
        .take(frames)
        .collect()
}

#[test]
fn a_map_of_waves_is_found_with_the_coupling_of_the_fields() {
    let training: Vec<Truth> = (0..6).map(|i| simulation(simulated(16, 5, i))).collect();
    let linear = Linear::fit(&layout(16, 2), &training).expect("axes are periodic");
    let truth = simulated(16, 101, 9);
    let forecast = linear.forecast(&truth[0], 100);
    // Waves above the fourth are rounding: no matrix makes them grow.
    for step in [0, 9, 99] {
        let pairs = forecast[step].iter().zip(&truth[step + 1]);
        let error = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(error < 1e-4, "{step}: {error}"); // of single precision, ‖Aⁿ‖ ≤ 1
    }
}

#[test]
fn waves_need_periodic_axes_and_all_points() {
    let training = [simulation(simulated(16, 3, 0))];
    let walls = Layout {
        axes: vec![AxisKind::WALLS],
        ..layout(16, 2)
    };
    let refused = |layout: &Layout| Linear::fit(layout, &training).err().unwrap_or_default();
    assert!(refused(&walls).contains("periodic axes alone"));
    let odd = simulation(vec![vec![0.0; 14]; 2]);
    let refused = Linear::fit(&layout(7, 2), &[odd]).err().unwrap_or_default();
    assert!(refused.contains('7'), "{refused}");
}

#[test]
fn an_analog_follows_the_nearest_state_and_goes_on_from_the_nearest_to_its_end() {
    let frames = |values: &[f32]| values.iter().map(|&u| vec![u; 4]).collect();
    let training = [
        simulation(frames(&[0.0, 1.0, 2.1])),
        simulation(frames(&[5.0, 2.0, 7.0])),
        simulation(frames(&[2.09])), // no frame follows it
    ];
    let analog = Analog::new(&layout(4, 1), &training);
    let forecast = analog.forecast(&[0.9; 4], 4);
    let first: Vec<f32> = forecast.iter().map(|frame| frame[0]).collect();
    // After 2.1 comes the successor of 2.0; after 7.0 that of 5.0.
    assert_eq!(first, [2.1, 7.0, 2.0, 7.0]);
    assert!(analog.note().starts_with("nearest of 4 states of 3"));
}

#[test]
fn fields_count_in_units_of_their_deviation() {
    // The second field is a thousand times larger; by its size alone the first state would be the nearer one.
    let training = [
        simulation(vec![
            vec![0.0, 0.0, 1000.0, 0.0],
            vec![1.0, 1.0, 3000.0, 0.0],
        ]),
        simulation(vec![
            vec![3.0, 3.0, 1100.0, 0.0],
            vec![9.0, 9.0, 0.0, 2000.0],
        ]),
    ];
    let analog = Analog::new(&layout(2, 2), &training);
    let next = &analog.forecast(&[2.5, 2.5, 1001.0, 0.0], 1)[0];
    assert!((next[0] - 9.0).abs() < 1e-6, "{next:?}");
}
