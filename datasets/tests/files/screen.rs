//! Values that are no data: found with their place; peaks that a grid resolves are data.

use ondine_datasets::files::*;
use std::f64::consts::TAU;
use std::ops::Range;

const POINTS: [usize; 2] = [16, 12];
const FRAMES: usize = 5;
const TRAJECTORIES: usize = 4;

/// Trajectories in memory: a vector and a scalar on 16 × 12 points.
struct Held {
    info: DatasetInfo,
    frames: Vec<Vec<f64>>,
}

impl Held {
    fn new(value: impl Fn(usize, usize, f64, f64) -> f64) -> Self {
        let axis = |points| Axis {
            points,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        };
        let field = |name: &str, kind| Field {
            name: name.into(),
            kind,
        };
        let info = DatasetInfo {
            name: "held".into(),
            trajectories: TRAJECTORIES,
            frames: FRAMES,
            axes: POINTS.map(axis).to_vec(),
            fields: vec![
                field("velocity", FieldKind::Vector),
                field("height", FieldKind::Scalar),
            ],
            time: Time::Uniform(Varying::Same(0.1)),
            parameters: Vec::new(),
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        };
        let frame = |trajectory: usize, frame: usize| {
            let channels = 0..3;
            let points = POINTS[0] * POINTS[1];
            let values =
                channels.flat_map(move |_| (0..points).map(move |i| (trajectory, frame, i)));
            let values = values.map(|(trajectory, frame, i)| {
                let [x, y] = [i / POINTS[1], i % POINTS[1]];
                value(
                    trajectory,
                    frame,
                    x as f64 / POINTS[0] as f64,
                    y as f64 / POINTS[1] as f64,
                )
            });
            values.collect::<Vec<f64>>()
        };
        let frames = (0..TRAJECTORIES)
            .map(|trajectory| (0..FRAMES).flat_map(|i| frame(trajectory, i)).collect());
        Self {
            frames: frames.collect(),
            info,
        }
    }

    /// Smooth waves.
    fn waves() -> Self {
        Self::new(|trajectory, frame, x, y| {
            let phase = 0.3 * frame as f64 + trajectory as f64;
            2.0 * (TAU * x + phase).sin() * (TAU * y).cos() + 0.1
        })
    }

    fn at(
        &mut self,
        trajectory: usize,
        frame: usize,
        channel: usize,
        point: [usize; 2],
    ) -> &mut f64 {
        let points = POINTS[0] * POINTS[1];
        let at = (frame * 3 + channel) * points + point[0] * POINTS[1] + point[1];
        &mut self.frames[trajectory][at]
    }

    fn screened(&self) -> Screening {
        self.within(TRAJECTORIES, 0..FRAMES, u64::MAX)
    }

    fn within(&self, trajectories: usize, frames: Range<usize>, values: u64) -> Screening {
        let scope = Scope {
            trajectories,
            frames,
            values,
        };
        screen(self, &scope).unwrap()
    }
}

impl DatasetReader for Held {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let len = self.info.frame_len();
        Ok(self.frames[trajectory][frames.start * len..frames.end * len].to_vec())
    }
}

#[test]
fn one_fill_value_is_found_with_its_place() {
    for value in [
        -9999.0,
        1e20,
        f64::from(9.969_21e36_f32),
        f64::NAN,
        f64::NEG_INFINITY,
    ] {
        let mut held = Held::waves();
        *held.at(2, 3, 1, [15, 7]) = value;
        let found = held.screened();
        let [bad] = &found.bad[..] else {
            panic!("{value}: {found:?}")
        };
        assert_eq!((bad.trajectory, bad.frame, bad.count), (2, 3, 1));
        assert_eq!(
            (&bad.field[..], &bad.point[..]),
            ("velocity[1]", &[15, 7][..])
        );
        assert_eq!(bad.value.to_bits(), value.to_bits());
        assert!(found.is_bad(2) && !found.is_bad(1));
        assert_eq!(found.screened, 4);
    }
}

#[test]
fn masks_of_fill_values_are_counted_in_every_trajectory() {
    let mut held = Held::waves();
    for trajectory in [1, 3] {
        for frame in 0..FRAMES {
            for i in 4..12 {
                for j in 2..9 {
                    *held.at(trajectory, frame, 2, [i, j]) = 1e20;
                }
            }
        }
    }
    let found = held.screened();
    let places: Vec<_> = found
        .bad
        .iter()
        .map(|bad| (bad.trajectory, bad.count))
        .collect();
    assert_eq!(places, [(1, 5 * 56), (3, 5 * 56)]);
    let said = found.describe().unwrap();
    assert!(said.contains("`height` = 1e20 at point [4, 2]"), "{said}");
    assert!(
        said.contains("560 such values, in 2 of 4 trajectories"),
        "{said}"
    );
}

#[test]
fn peaks_fronts_and_phases_are_data() {
    let peak = |x: f64, y: f64| (-60.0 * ((x - 0.5).powi(2) + (y - 0.5).powi(2))).exp();
    assert_eq!(Held::waves().screened().describe(), None);
    let tall = Held::new(|_, _, x, y| 0.1 + 1e5 * peak(x, y));
    assert_eq!(tall.screened().bad, [], "a tall peak");
    let one = Held::new(|trajectory, frame, x, y| {
        let here = trajectory == 0 && frame == 0;
        0.1 + if here { 1e5 * peak(x, y) } else { 0.0 }
    });
    assert_eq!(one.screened().bad, [], "a tall peak in one frame");
    let phases = Held::new(|_, _, x, _| if x < 0.5 { 1.0 } else { 1000.0 });
    assert_eq!(phases.screened().bad, [], "two phases");
    let rest = Held::new(|_, _, _, _| 0.0);
    assert_eq!(rest.screened().bad, [], "nothing at all");
}

#[test]
fn large_files_are_looked_at_in_part() {
    let mut held = Held::waves();
    *held.at(1, 0, 0, [0, 0]) = f64::NAN;
    let frame = held.info.frame_len() as u64;
    let half = held.within(TRAJECTORIES, 0..FRAMES, 2 * FRAMES as u64 * frame);
    assert_eq!(
        (half.screened, half.bad.len()),
        (2, 0),
        "trajectories 0 and 2"
    );
    let last = held.within(TRAJECTORIES, FRAMES - 1..FRAMES, u64::MAX);
    assert_eq!((last.screened, last.bad.len()), (4, 0));
    assert_eq!(held.within(1, 0..FRAMES, u64::MAX).screened, 1);
}
