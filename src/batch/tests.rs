use super::*;

#[test]
fn states_come_back_as_they_went() {
    let layout = Layout::of_frames(&[4], 2);
    let states: Vec<Vec<f32>> = (0..3)
        .map(|b| (0..8).map(|i| (b * 8 + i) as f32).collect())
        .collect();
    let tensor = layout.states(states.iter().map(|state| [&state[..]]), &Device::flex());
    assert_eq!(tensor.dims(), [3, 4, 2]);
    let second_point = tensor.clone().slice([0..1, 1..2, 0..2]).into_data();
    assert_eq!(second_point.try_to_vec::<f32>().expect("f32"), [1.0, 5.0]);
    assert_eq!(layout.to_host(tensor), states);
}

#[test]
fn frames_of_a_bundle_stand_one_after_the_other_in_the_channels() {
    let layout = Layout {
        bundle: 3,
        history: 3,
        ..Layout::of_frames(&[4], 2)
    };
    let frame = |state: usize, frame: usize| -> Vec<f32> {
        (0..8)
            .map(|i| (100 * state + 10 * frame + i) as f32)
            .collect()
    };
    let states: Vec<Vec<Vec<f32>>> = (0..2)
        .map(|state| (0..3).map(|i| frame(state, i)).collect())
        .collect();
    let views = states
        .iter()
        .map(|state| -> Vec<&[f32]> { state.iter().map(|frame| &frame[..]).collect() });
    let tensor = layout.states(views, &Device::flex());
    assert_eq!(tensor.dims(), [2, 4, 6]);
    let second_point = tensor.clone().slice([1..2, 1..2, 0..6]).into_data();
    let expected = [101.0, 105.0, 111.0, 115.0, 121.0, 125.0];
    assert_eq!(second_point.try_to_vec::<f32>().expect("f32"), expected);
    let flat: Vec<Vec<f32>> = states.iter().map(|state| state.concat()).collect();
    assert_eq!(layout.to_host(tensor), flat);
}

#[test]
fn a_network_without_a_state_is_told_the_time_at_the_end_of_a_step() {
    let conditions = Conditions {
        dt: 0.5,
        length: vec![2.0],
        spacing: vec![0.25],
        parameters: vec![7.0],
    };
    let mut layout = Layout {
        stride: 2,
        ..Layout::of_frames(&[8], 1)
    };
    assert_eq!(layout.parameters(&conditions, 3), [1.0, 0.25, 7.0]);
    layout.inputs = Inputs::Parameters;
    assert_eq!(layout.parameters(&conditions, 0), [1.0, 0.25, 7.0, 1.0]);
    assert_eq!(layout.parameters(&conditions, 3), [1.0, 0.25, 7.0, 2.5]);
    let rows = layout.rows(
        [(&conditions, 0), (&conditions, 3)].into_iter(),
        &Device::flex(),
    );
    let rows = rows.into_data().try_to_vec::<f32>().expect("f32");
    assert_eq!(rows, [1.0, 0.25, 7.0, 1.0, 1.0, 0.25, 7.0, 2.5]);
}

/// Random windows of `frames` frames of two fields on 4 × 6 points.
fn windows(frames: usize, seed: u64) -> Vec<Window> {
    let window = |simulation: u64| {
        let mut rng =
            ondine_solvers::Rng::stream(seed, ondine_solvers::Stream::Initial, simulation);
        let frame = |_| (0..48).map(|_| rng.uniform(-1.0, 1.0) as f32).collect();
        Window {
            simulation,
            grid: 0,
            start: 0,
            conditions: std::sync::Arc::new(Conditions {
                dt: 0.1,
                length: vec![1.0, 1.0],
                spacing: vec![0.1, 0.1],
                parameters: vec![],
            }),
            frames: (0..frames).map(frame).collect(),
            static_fields: std::sync::Arc::default(),
        }
    };
    (0..4).map(window).collect()
}

#[test]
fn batches_of_frames_on_a_device_are_those_of_the_host_to_the_bit() {
    let device = Device::flex();
    for (bundle, history) in [(1, 1), (1, 3), (2, 2)] {
        let layout = Layout {
            bundle,
            history,
            ..Layout::of_frames(&[4, 6], 2)
        };
        let placed = (0..4).map(|window| Placed {
            sources: (0..24).map(|point| (5 * point + 7 * window) % 24).collect(),
            signs: vec![1.0, if window % 2 == 0 { -1.0 } else { 1.0 }],
        });
        let placed: Vec<Placed> = placed.collect();
        let frames: Vec<usize> = (0..history + bundle).collect();
        let here = windows(frames.len(), 3);
        let mut there = here.clone();
        layout.upload(&mut there, &device);
        // A part of a batch may come from a file.
        let mut mixed = here.clone();
        layout.upload(&mut mixed[..3], &device);
        assert!(there.iter().all(Window::is_on_device) && !mixed[3].is_on_device());
        for placed in [&[][..], &placed] {
            for device in [device.clone(), device.clone().autodiff()] {
                let states = |windows: &[Window]| {
                    let batch = layout.batch(windows, &frames, placed, &device);
                    assert!(
                        batch
                            .frames
                            .iter()
                            .all(|u| u.is_autodiff() == device.is_autodiff())
                    );
                    let states = batch.frames.into_iter().map(|u| layout.to_host(u));
                    states.collect::<Vec<_>>()
                };
                assert_eq!(states(&there), states(&here), "{bundle} {history}");
                assert_eq!(states(&mixed), states(&here), "{bundle} {history}");
            }
        }
        Window::fetch(&mut there);
        let values = |windows: &[Window]| {
            let frames = windows.iter().flat_map(|window| &window.frames);
            frames.map(|frame| frame.on_host()).collect::<Vec<_>>()
        };
        assert_eq!(values(&there), values(&here));
    }
}
