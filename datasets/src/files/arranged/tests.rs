use super::*;
use crate::files::array::Held;
use crate::files::{Axis, AxisKind, Field, FieldKind, Provenance, Time, Varying};

fn info() -> DatasetInfo {
    let axis = |points| Axis {
        points,
        length: Varying::Same(1.0),
        kind: AxisKind::WALLS,
    };
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
    };
    DatasetInfo {
        name: "arranged".to_owned(),
        trajectories: 2,
        frames: 3,
        axes: vec![axis(2), axis(4)],
        fields: vec![field("u", FieldKind::Vector), field("p", FieldKind::Scalar)],
        time: Time::Uniform(Varying::Same(1.0)),
        parameters: Vec::new(),
        provenance: Provenance::default(),
        ..DatasetInfo::default()
    }
}

/// A number that says where it belongs: trajectory, frame, channel, x, y.
fn digits(place: [usize; 5]) -> f64 {
    place.iter().fold(0, |sum, digit| 10 * sum + digit) as f64
}

fn array(name: &str, shape: &[usize], value: impl Fn(&[usize]) -> f64) -> Arc<dyn Array> {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|mut at| {
        let mut place = vec![0; shape.len()];
        for (place, n) in place.iter_mut().zip(shape).rev() {
            (*place, at) = (at % n, at / n);
        }
        value(&place)
    });
    Arc::new(Held::new(name, shape, values.collect()))
}

fn fluid() -> Vec<Channels> {
    use Role::{At, Axis, Channel, Time, Trajectory};
    let u = array("u", &[3, 2, 2, 4, 2], |i| {
        digits([i[1], i[0], i[2], i[4], i[3]])
    });
    let p = array("p", &[2, 2, 2, 4], |i| digits([i[0], 0, 2, i[2], i[3]]));
    vec![
        Channels::new(u, &[Time, Trajectory, Channel, Axis(1), Axis(0)]),
        Channels::new(p, &[Trajectory, At(1), Axis(0), Axis(1)]),
    ]
}

#[test]
fn axes_in_any_order_make_channel_major_frames() {
    let reader = Arranged::new(Path::new("file"), info(), fluid()).unwrap();
    let frames = reader.frames(1, 1..3).unwrap();
    let mut expected = Vec::new();
    for frame in 1..3 {
        for channel in 0..3 {
            for x in 0..2 {
                for y in 0..4 {
                    let time = if channel == 2 { 0 } else { frame };
                    expected.push(digits([1, time, channel, x, y]));
                }
            }
        }
    }
    assert_eq!(frames, expected);
    let error = reader.frames(1, 2..4).unwrap_err().to_string();
    assert!(error.contains("no frames 2..4 of trajectory 1"), "{error}");
}

#[test]
fn arrays_that_contradict_the_rest_are_refused() {
    let refused = |change: &dyn Fn(&mut DatasetInfo)| {
        let mut info = info();
        change(&mut info);
        let Err(error) = Arranged::new(Path::new("file"), info, fluid()) else {
            panic!("it is taken");
        };
        error.to_string()
    };
    let error = refused(&|info| info.frames = 4);
    assert!(
        error.contains("`u` has the shape [3, 2, 2, 4, 2] where the rest of the file says [4, "),
        "{error}"
    );
    let error = refused(&|info| info.fields.truncate(1));
    assert!(
        error.contains("hold 3 channels where its fields have 2"),
        "{error}"
    );
}
