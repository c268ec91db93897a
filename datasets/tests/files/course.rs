//! Trajectories that break off in time: found with their place; rest, decay, growth and chaos are none.

use ondine_datasets::files::*;
use std::f64::consts::TAU;
use std::ops::Range;

const POINTS: usize = 32;
const FRAMES: usize = 31;
const TRAJECTORIES: usize = 6;

/// Trajectories in memory: one or two scalars on a line.
struct Held {
    info: DatasetInfo,
    frames: Vec<Vec<f64>>,
    fills: Vec<f64>,
}

impl Held {
    /// The fields `u`, `v`, as far as there are, of trajectory, frame and place.
    fn new<const N: usize>(value: impl Fn(usize, usize, f64) -> [f64; N]) -> Self {
        let axis = Axis {
            points: POINTS,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        };
        let field = |name: &&str| Field {
            name: (*name).to_owned(),
            kind: FieldKind::Scalar,
        };
        let info = DatasetInfo {
            name: "held".into(),
            trajectories: TRAJECTORIES,
            frames: FRAMES,
            axes: vec![axis],
            fields: ["u", "v"][..N].iter().map(field).collect(),
            time: Time::Uniform(Varying::Same(0.1)),
            parameters: Vec::new(),
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        };
        let frame = |trajectory, frame| -> Vec<f64> {
            let at = |i| value(trajectory, frame, i as f64 / POINTS as f64);
            let all: Vec<[f64; N]> = (0..POINTS).map(at).collect();
            (0..N)
                .flat_map(|c| all.iter().map(move |of| of[c]))
                .collect()
        };
        let frames = (0..TRAJECTORIES).map(|b| (0..FRAMES).flat_map(|t| frame(b, t)).collect());
        Self {
            frames: frames.collect(),
            info,
            fills: Vec::new(),
        }
    }

    /// Waves that travel and decay.
    fn waves() -> Self {
        Self::new(|b, t, x| [wave(b, t, x)])
    }

    fn state(&mut self, trajectory: usize, frame: usize) -> &mut [f64] {
        let len = self.info.frame_len();
        &mut self.frames[trajectory][frame * len..][..len]
    }

    fn screened(&self) -> Screening {
        let scope = Scope {
            trajectories: TRAJECTORIES,
            frames: 0..FRAMES,
            values: u64::MAX,
        };
        screen(self, &scope).expect("in memory")
    }

    /// The only break: its trajectory and frames.
    fn broken(&self) -> (usize, Range<usize>, Break) {
        let found = self.screened();
        assert_eq!(found.bad, []);
        let [one] = &found.broken[..] else {
            panic!("{found:?}")
        };
        (one.trajectory, one.frames.clone(), one.kind)
    }
}

fn wave(b: usize, t: usize, x: f64) -> f64 {
    let (b, t) = (b as f64, 0.05 * t as f64);
    let of = |k: f64| (-0.02 * k * k * t).exp() * (k * (TAU * x - t) + b * k).cos();
    of(1.0) + 0.5 * of(2.0) + 0.7 * of(4.0)
}

impl DatasetReader for Held {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, _: usize) -> Vec<f64> {
        self.fills.clone()
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let len = self.info.frame_len();
        Ok(self.frames[trajectory][frames.start * len..frames.end * len].to_vec())
    }
}

#[test]
fn frames_that_were_never_written_are_refused_with_their_place() {
    let mut held = Held::waves();
    for frame in 20..FRAMES {
        held.state(2, frame).fill(0.0);
    }
    let found = held.screened();
    let said = found.describe().expect("they are no data");
    let expected = "frame 20 of trajectory 2 is zero everywhere, as are the 10 after it";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.contains("in 1 of 6 trajectories"), "{said}");
    assert_eq!(found.left_out(), [2]);
}

#[test]
fn trajectories_without_variation_are_said_and_can_be_left_out() {
    let mut held = Held::waves();
    held.frames[3].fill(0.0);
    held.frames[5].fill(2.0);
    let found = held.screened();
    assert_eq!((found.describe(), found.left_out()), (None, vec![3, 5]));
    let said = found.warnings();
    assert!(
        said[0].starts_with("trajectories 3, 5 (2 of 6) have the same value"),
        "{said:?}"
    );
    for value in [0.0, -0.0, 3.0] {
        let found = Held::new(|_, _, _| [value]).screened();
        let expected = format!("`u` is {} at all points of all frames", value + 0.0);
        assert_eq!(
            (found.left_out(), found.warnings()),
            (vec![], vec![expected])
        );
    }
}

#[test]
fn frames_in_the_wrong_place_are_said() {
    let mut held = Held::waves();
    let frame = held.state(4, 10).to_vec();
    let next = held.state(4, 11).to_vec();
    held.state(4, 10).copy_from_slice(&next);
    held.state(4, 11).copy_from_slice(&frame);
    let (trajectory, frames, kind) = held.broken();
    assert_eq!((trajectory, frames.start), (4, 10));
    assert!(matches!(kind, Break::Off(ratio) if ratio > 5.0), "{kind:?}");

    let mut held = Held::waves();
    let other = held.state(1, 3).to_vec();
    held.state(0, 17).copy_from_slice(&other);
    let (trajectory, frames, kind) = held.broken();
    assert_eq!((trajectory, frames.start), (0, 17));
    assert!(matches!(kind, Break::Off(_)), "{kind:?}");
}

#[test]
fn other_units_from_a_frame_on_are_said() {
    for (factor, said) in [(1000.0, "about 1e3"), (0.01, "a hundredth")] {
        let mut held = Held::waves();
        for frame in 15..FRAMES {
            held.state(3, frame).iter_mut().for_each(|u| *u *= factor);
        }
        let (trajectory, frames, kind) = held.broken();
        assert_eq!((trajectory, frames.start), (3, 15), "{said}");
        let Break::Jump(found) = kind else {
            panic!("{kind:?}")
        };
        assert!((found / factor - 1.0).abs() < 0.1, "{found}");
    }
}

#[test]
fn repeated_frames_are_said() {
    let mut held = Held::waves();
    let last = held.state(1, 14).to_vec();
    for frame in 15..FRAMES {
        held.state(1, frame).copy_from_slice(&last);
    }
    assert_eq!(held.broken(), (1, 15..FRAMES, Break::Equal));
    let mut first = Held::waves();
    let next = first.state(5, 1).to_vec();
    first.state(5, 0).copy_from_slice(&next);
    assert_eq!(first.broken(), (5, 1..2, Break::Equal));
}

#[test]
fn one_field_that_is_filled_is_said() {
    let mut held = Held::new(|b, t, x| [wave(b, t, x), wave(b, t, x + 0.25)]);
    for frame in 9..FRAMES {
        held.state(2, frame)[POINTS..].fill(-1.0);
    }
    assert_eq!(held.broken(), (2, 9..FRAMES, Break::Flat(-1.0)));
    assert!(held.screened().warnings()[0].contains("`v` = -1 at all points"));
}

/// Numbers between −1 and 1, the same ones always.
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / 2.0_f64.powi(52)
        - 1.0
}

#[test]
fn healthy_courses_are_none() {
    let single = |value: f64| f64::from(value as f32);
    let time = |t: usize| t as f64;
    let checks: [(&str, Held); 13] = [
        ("waves", Held::waves()),
        (
            "standing waves from rest",
            Held::new(|b, t, x| {
                let at = 0.21 * (b + 1) as f64 * time(t);
                [at.cos(), -at.sin()].map(|u| single(u * (TAU * x).sin()))
            }),
        ),
        (
            "a steady state",
            Held::new(|b, _, x| [single(wave(b, 0, x))]),
        ),
        (
            "rest after a transient",
            Held::new(|b, t, x| [single(wave(b, 0, x) * (1.0 + (-1.7 * time(t)).exp()))]),
        ),
        (
            "an overshoot at first",
            Held::new(|b, t, x| [1.0 + single(wave(b, 0, x) * time(t) * (-1.7 * time(t)).exp())]),
        ),
        (
            "decay to the mean",
            Held::new(|b, t, x| [single(1.0 + wave(b, 0, x) * (-2.0 * time(t)).exp())]),
        ),
        (
            "decay to zero",
            Held::new(|b, t, x| [single(wave(b, 0, x) * (-8.0 * time(t)).exp())]),
        ),
        (
            "growth from little",
            Held::new(|b, t, x| [single(wave(b, 0, x) / (1.0 + 1e4 * (-1.5 * time(t)).exp()))]),
        ),
        (
            "blow-up",
            Held::new(|b, t, x| [single(wave(b, 0, x) / (30.001 - time(t)).powi(3))]),
        ),
        (
            "forced from rest",
            Held::new(|b, t, x| [single(time(t) * wave(b, 0, x))]),
        ),
        (
            "noise",
            Held::new(|b, t, x| [noise(b * 7919 + t * 131 + (x * 1e3) as usize)]),
        ),
        (
            "a smooth course with noise on it",
            Held::new(|b, t, x| {
                [wave(b, t, x) + 0.03 * noise(b * 7919 + t * 131 + (x * 1e3) as usize)]
            }),
        ),
        (
            "a pulse that leaves its place at every frame",
            Held::new(|b, t, x| {
                let at = (0.3 * time(t) + 0.1 * b as f64).fract();
                [1.0 + (-2000.0 * (x - at).powi(2)).exp()]
            }),
        ),
    ];
    for (name, held) in checks {
        let found = held.screened();
        assert_eq!((found.bad, found.broken), (vec![], vec![]), "{name}");
        assert!(found.constant.is_empty(), "{name}");
    }
}

#[test]
fn declared_fill_values_are_no_data() {
    let mut held = Held::waves();
    held.state(1, 3)[5] = 2.5;
    assert_eq!(held.screened().describe(), None, "a value like others");
    held.fills = vec![2.5];
    let said = held.screened().describe().expect("it is declared");
    let expected =
        "frame 3 of trajectory 1 has `u` = 2.5 at point [5], which is declared as a fill value";
    assert!(said.starts_with(expected), "{said}");
    held.fills = vec![f64::from(9.969_21e36_f32)];
    assert_eq!(held.screened().describe(), None, "no value has it");
}

#[test]
fn small_fill_values_close_to_the_data_are_found() {
    for value in [99.0, -99.9, -99.99] {
        let mut held = Held::new(|b, t, x| [2.0 * wave(b, t, x)]); // up to 4.4
        held.state(2, 4)[3] = value;
        let found = held.screened();
        assert_eq!(found.left_out(), [2], "{value}");
    }
}

#[test]
fn numbers_that_32_bits_do_not_hold_are_refused_or_said() {
    let scaled = |scale: f64| Held::new(|b, t, x| [scale * wave(b, t, x)]).screened();
    for (scale, word) in [(1e45, "beyond the largest"), (1e-42, "below the smallest")] {
        let said = scaled(scale).describe().expect("they are none");
        assert!(said.contains(word), "{said}");
        assert!(said.contains("frame 0 of trajectory 0"), "{said}");
    }
    for scale in [1e-30, 1e30] {
        assert_eq!(scaled(scale).describe(), None, "{scale}");
        assert_eq!(scaled(scale).warnings(), [""; 0], "{scale}");
    }
    let about = |mean: f64| Held::new(|b, t, x| [mean + 0.01 * wave(b, t, x)]).screened();
    assert_eq!(about(30.0).warnings(), [""; 0]);
    let said = about(101_325.0).warnings();
    assert!(
        said[0].contains("about 101325, which 32-bit numbers round by 1.2e-2"),
        "{said:?}"
    );
    assert!(said[0].contains("keep no digit") && said[0].contains("subtract the mean (101325)"));
    let said = about(1000.0).warnings();
    assert!(said[0].contains("keep 1 digit"), "{said:?}");
}
