//! Points without data in a dataset that is known in closed form.

use super::*;
use crate::files::{
    Axis, AxisKind, By, Coarsening, Factors, Field, FieldKind, Time, Varying, known_points,
};
use std::ops::Range;

const POINTS: usize = 8;

/// Two fields on eight points: `a` has no data at the points 0 and 1, `b` at the point 1, and a depth has none at the point 1.
struct Sea {
    info: DatasetInfo,
    /// A frame and a value of it that is NaN beside these.
    lost: Option<(usize, usize)>,
    /// A frame whose points all have data.
    flooded: Option<usize>,
    /// A trajectory that lacks the point 5 of `a` and no other.
    island: Option<usize>,
}

impl Sea {
    fn open(lost: Option<(usize, usize)>, flooded: Option<usize>) -> Arc<dyn DatasetReader> {
        let field = |name: &str| Field {
            name: name.to_owned(),
            kind: FieldKind::Scalar,
        };
        let info = DatasetInfo {
            name: "sea".to_owned(),
            trajectories: 2,
            frames: 5,
            axes: vec![Axis {
                points: POINTS,
                length: Varying::Same(1.0),
                kind: AxisKind::OPEN,
            }],
            fields: vec![field("a"), field("b")],
            constants: vec![field("depth")],
            time: Time::Uniform(Varying::Same(0.5)),
            ..DatasetInfo::default()
        };
        Arc::new(Self {
            info,
            lost,
            flooded,
            island: None,
        })
    }

    /// The same, of which a trajectory has its own points without data; one that it does not have, then none has some.
    fn with_island(trajectory: usize) -> Arc<dyn DatasetReader> {
        let sea = Self::open(None, None);
        let info = sea.info().clone();
        Arc::new(Self {
            info: DatasetInfo {
                trajectories: 4,
                ..info
            },
            lost: None,
            flooded: None,
            island: Some(trajectory),
        })
    }

    fn value(&self, trajectory: usize, frame: usize, place: usize) -> f64 {
        if self.island == Some(trajectory) || self.island > Some(3) {
            return match place {
                5 if self.island == Some(trajectory) => f64::NAN,
                _ => (10 * frame + place) as f64,
            };
        }
        match place {
            _ if self.lost == Some((frame, place)) => f64::NAN,
            0 | 1 if self.flooded != Some(frame) => f64::NAN,
            9 => -1e30,
            _ => (10 * frame + place) as f64,
        }
    }
}

impl DatasetReader for Sea {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn constants(&self, _: usize) -> Result<Vec<f64>, DatasetError> {
        let depth = |point: usize| if point == 1 { f64::NAN } else { point as f64 };
        Ok((0..POINTS).map(depth).collect())
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        vec![-1e30; channel]
    }

    fn frames(&self, index: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let of = |frame| (0..2 * POINTS).map(move |place| self.value(index, frame, place));
        Ok(frames.flat_map(of).collect())
    }
}

fn seen(reader: Arc<dyn DatasetReader>, reading: &Reading) -> Arc<dyn DatasetReader> {
    view(reader, reading, Path::new("sea.nc"), false).expect("a view")
}

#[test]
fn points_without_data_in_any_frame_hold_the_mean_and_are_a_mask() {
    let sea = seen(Sea::open(None, None), &Reading::default());
    assert_eq!(sea.info().mask.as_deref(), Some("mask"));
    assert_eq!(sea.info().constants.len(), 2);
    assert!(sea.info().notes[0].contains("2 of 8 points have no data"));
    // Means of 2 to 7 and of 10 to 15, those of the first frame, in all frames and in both channels.
    let first = [4.5, 4.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    assert_eq!(sea.frame(0, 0).unwrap()[..8], first);
    let later = sea.block(0..2, 3..5).unwrap();
    assert_eq!(later[later.len() - 8..][..4], [12.5, 12.5, 50.0, 51.0]);
    let depth = [0.0, 4.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    let mask = [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(sea.constants(1).unwrap(), [depth, mask].concat());
    let known = known_points(&*sea, 0).unwrap().expect("a mask");
    assert_eq!(known, mask.map(|value| value > 0.5));
}

#[test]
fn trajectories_have_masks_of_their_own() {
    let sea = seen(Sea::with_island(2), &Reading::default());
    let notes = &sea.info().notes;
    assert!(
        notes[0].contains("1 to 2 points of a trajectory have no data"),
        "{notes:?}"
    );
    let mask = |trajectory| known_points(&*sea, trajectory).unwrap().expect("a mask");
    let lacks = |points: &[usize]| {
        (0..POINTS)
            .map(|point| !points.contains(&point))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        [0, 1, 2, 3].map(mask),
        [&[0, 1][..], &[0, 1], &[5], &[0, 1]].map(lacks)
    );
    // The means are those of the first trajectory, and points with data keep it.
    let block = sea.block(1..3, 3..4).unwrap();
    assert_eq!(block[..3], [4.5, 4.5, 32.0]);
    assert_eq!(
        block[2 * POINTS..][..7],
        [30.0, 31.0, 32.0, 33.0, 34.0, 4.5, 36.0]
    );
    assert_eq!(
        sea.constants(2).unwrap()[POINTS..],
        lacks(&[5])
            .iter()
            .map(|known| f64::from(*known))
            .collect::<Vec<_>>()
    );
    // A mask that is wanted is 1 everywhere where nothing is missing.
    let dry = view(
        Sea::with_island(9),
        &Reading::default(),
        Path::new("sea.nc"),
        true,
    );
    let dry = dry.expect("a view");
    assert_eq!(dry.constants(3).unwrap()[POINTS..], [1.0; POINTS]);
    assert_eq!(dry.frame(3, 2).unwrap()[..3], [20.0, 21.0, 22.0]);
}

#[test]
fn fields_without_gaps_have_no_mask() {
    let reading = Reading {
        crop: [("x".to_owned(), [2, 8])].into(),
        ..Reading::default()
    };
    let sea = seen(Sea::open(None, None), &reading);
    assert_eq!(sea.info().mask, None);
    assert_eq!(known_points(&*sea, 0).unwrap(), None);
}

#[test]
fn points_that_lose_or_get_data_stay_faults_with_their_place() {
    let lost = seen(Sea::open(Some((2, 5)), None), &Reading::default());
    let nan: Vec<usize> = (0..16)
        .filter(|&place| lost.frame(0, 2).unwrap()[place].is_nan())
        .collect();
    assert_eq!(nan, [5]);
    let flooded = seen(Sea::open(None, Some(3)), &Reading::default());
    assert!(flooded.frame(0, 2).is_ok());
    let error = flooded.frame(1, 3).unwrap_err().to_string();
    for word in ["`a` has data at point [0]", "frame 3 of trajectory 1"] {
        assert!(error.contains(word), "{error}");
    }
    // The first frame alone lacks them: no mask.
    let first = seen(Sea::open(None, Some(4)), &Reading::default());
    assert_eq!(first.info().mask.as_deref(), Some("mask")); // `b` lacks point 1 in all of them
    assert!(first.frame(0, 4).is_ok() && first.frame(0, 0).unwrap()[0].is_nan());
}

#[test]
fn a_coarser_cell_has_data_where_all_its_points_have_some() {
    let coarsen = |by| Reading {
        coarsen: Some(Coarsening {
            factors: Factors::All(2),
            by,
        }),
        ..Reading::default()
    };
    let sea = seen(Sea::open(None, None), &coarsen(None));
    assert_eq!(sea.frame(0, 0).unwrap()[..4], [4.5, 2.5, 4.5, 6.5]);
    let mask = &sea.constants(0).unwrap()[4..];
    assert_eq!(mask, [0.0, 1.0, 1.0, 1.0]);
    // A mask that is there already counts in the same way.
    let again = seen(
        seen(Sea::open(None, None), &Reading::default()),
        &coarsen(Some(By::Averages)),
    );
    assert_eq!(again.constants(0).unwrap()[4..], [0.0, 1.0, 1.0, 1.0]);
}
