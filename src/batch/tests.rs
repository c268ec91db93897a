use super::*;

#[test]
fn states_come_back_as_they_went() {
    let layout = Layout {
        grid: vec![4],
        trained: vec![4],
        axes: vec![AxisKind::PERIODIC],
        reach: Reach::Points,
        channels: 2,
        bundle: 1,
        history: 1,
        statics: 0,
        stride: 1,
        inputs: Inputs::State,
    };
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
        grid: vec![4],
        trained: vec![4],
        axes: vec![AxisKind::PERIODIC],
        reach: Reach::Points,
        channels: 2,
        bundle: 3,
        history: 3,
        statics: 0,
        stride: 1,
        inputs: Inputs::State,
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
        grid: vec![8],
        trained: vec![8],
        axes: vec![AxisKind::PERIODIC],
        reach: Reach::Points,
        channels: 1,
        bundle: 1,
        history: 1,
        statics: 0,
        stride: 2,
        inputs: Inputs::State,
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
