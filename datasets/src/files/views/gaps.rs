//! Points without data in any frame of some trajectories.

use crate::files::{DatasetError, DatasetInfo, DatasetReader};

/// Trajectories that are looked at for points without data, at most, and values of their frames.
const LOOKED_AT: [usize; 2] = [8, 1 << 22];

/// Whether some points have no data in any frame.
pub(super) fn has_gaps(reader: &dyn DatasetReader) -> bool {
    Found::all(reader).iter().any(|found| found.gaps.some())
}

/// Some trajectories, evenly spread, the first among them.
fn looked_at(info: &DatasetInfo) -> Vec<usize> {
    let [most, values] = LOOKED_AT;
    let room = values / info.largest_frame_len().max(1);
    let count = room.clamp(1, most).min(info.trajectories);
    (0..count)
        .map(|i| i * info.trajectories / count.max(1))
        .collect()
}

/// Points of a trajectory without data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gaps {
    /// Which values of a frame are no data in any frame.
    pub(super) values: Vec<bool>,
    /// Which points have data in all channels.
    pub(super) known: Vec<bool>,
}

impl Gaps {
    /// Of these values of a frame of so many points; none where no point would be left.
    pub(super) fn of(values: Vec<bool>, points: usize) -> Self {
        let known = |point: usize| !values[point..].iter().step_by(points).any(|gap| *gap);
        let known: Vec<bool> = (0..points).map(known).collect();
        if known.contains(&true) {
            Self { values, known }
        } else {
            Self::none(values.len(), points)
        }
    }

    pub(super) fn none(values: usize, points: usize) -> Self {
        Self {
            values: vec![false; values],
            known: vec![true; points],
        }
    }

    /// Whether there are any.
    pub(super) fn some(&self) -> bool {
        self.known.contains(&false)
    }

    /// Number of points without data.
    pub(super) fn without(&self) -> usize {
        self.known.iter().filter(|known| !**known).count()
    }
}

/// A trajectory that was looked at.
pub(super) struct Found {
    trajectory: usize,
    pub(super) gaps: Gaps,
    /// Its first frame.
    pub(super) first: Vec<f64>,
}

impl Found {
    /// The trajectories that are looked at, up to one that can't be read, of which whoever reads it is told.
    pub(super) fn all(reader: &dyn DatasetReader) -> Vec<Self> {
        let looked = looked_at(reader.info()).into_iter();
        looked
            .map_while(|trajectory| Self::of(reader, trajectory))
            .collect()
    }

    /// The first, the middle and the last frame of a trajectory; none where it can't be read.
    fn of(reader: &dyn DatasetReader, trajectory: usize) -> Option<Self> {
        let first = reader.frame(trajectory, 0).ok()?;
        let gaps = gaps(reader, trajectory, missing(reader, trajectory, &first)).ok()?;
        Some(Self {
            trajectory,
            gaps,
            first,
        })
    }
}

/// The gaps of a trajectory with `values` missing in its first frame.
pub(super) fn gaps(
    reader: &dyn DatasetReader,
    trajectory: usize,
    mut values: Vec<bool>,
) -> Result<Gaps, DatasetError> {
    let last = reader.info().frames_of(trajectory).saturating_sub(1);
    for frame in [last / 2, last] {
        if frame == 0 || !values.contains(&true) {
            continue;
        }
        let there = missing(reader, trajectory, &reader.frame(trajectory, frame)?);
        for (gap, there) in values.iter_mut().zip(there) {
            *gap &= there;
        }
    }
    Ok(Gaps::of(values, reader.info().num_points_of(trajectory)))
}

/// Which values of a frame of a trajectory are NaN or declared as those of points without data.
pub(super) fn missing(reader: &dyn DatasetReader, trajectory: usize, frame: &[f64]) -> Vec<bool> {
    let points = reader.info().num_points_of(trajectory);
    let channels = frame.chunks(points).enumerate();
    let of_channel = channels.flat_map(|(channel, values)| {
        let fills = reader.fill_values(channel);
        let missing = move |value: &f64| value.is_nan() || fills.contains(value);
        values.iter().map(missing).collect::<Vec<bool>>()
    });
    of_channel.collect()
}

/// The note on points without data in the trajectories that were looked at; none where there are none.
pub(super) fn note(found: &[Found], name: &str) -> Option<String> {
    let first = found.iter().find(|found| found.gaps.some())?;
    let counts = || found.iter().map(|found| found.gaps.without());
    let (least, most) = (counts().min()?, counts().max()?);
    let (points, trajectory) = (first.gaps.known.len(), first.trajectory);
    let which = if found.iter().all(|found| found.gaps == first.gaps) {
        format!("{most} of {points} points have no data in any frame: they")
    } else if least == most {
        format!(
            "{most} points of every trajectory have no data in any frame, each has its own: they"
        )
    } else {
        format!(
            "{least} to {most} points of a trajectory have no data in any frame, each has its own: they"
        )
    };
    let whose = if trajectory == 0 {
        "the first frame".to_owned()
    } else {
        format!("the first frame of trajectory {trajectory}")
    };
    Some(format!(
        "{which} are left out (static field `{name}`, 0 there and 1 at others), and hold the mean of {whose} over the others"
    ))
}
