//! The last point of a periodic axis where it is the first one again, as in `numpy.linspace(0, L, N)`: it is left out, and
//! the axis has one spacing less.

use super::crop;
use crate::files::{DatasetInfo, DatasetReader, PointsAt, Reading};
use ondine_solvers::{Boundary, Placement};
use std::sync::Arc;

/// Share of the range of a field by which equal values differ at most, from rounding.
const ROUNDED: f64 = 1e-6;

/// Spacings by which a first point at 0 lies beside it at most.
const AT_ZERO: f64 = 1e-3;

/// Values of a frame up to which a second trajectory is looked at.
const SMALL: usize = 1 << 22;

/// The dataset without such points. Values of the first, the middle and the last frame decide: those at both ends of a
/// periodic axis are equal along every line, and the frames are not symmetric about its middle, unless the points begin at
/// 0. Where this is not certain the dataset is as it is, and a note says so.
///
/// # Errors
/// When `points_at` of the layout says that the axis has a point on both ends, and their values differ.
pub(super) fn without_repeated(
    reader: Arc<dyn DatasetReader>,
    reading: &Reading,
) -> Result<Arc<dyn DatasetReader>, String> {
    let info = reader.info();
    if info.provenance.ondine_version.is_some() || !info.grids.is_empty() {
        return Ok(reader);
    }
    let (mut repeated, mut notes) = (Vec::new(), Vec::new());
    for axis in 0..info.axes.len() {
        match Verdict::of(&*reader, reading, axis)? {
            Verdict::Distinct => {}
            Verdict::Repeated => repeated.push(axis),
            Verdict::Unclear(note) => notes.push(note),
        }
    }
    notes.retain(|note| !info.notes.contains(note)); // of files that were opened one by one
    if repeated.is_empty() && notes.is_empty() {
        return Ok(reader);
    }
    let keeps_length = |axis: &usize| {
        let layout = reading.layout.as_ref();
        let stated = layout.is_some_and(|layout| !layout.length.is_empty());
        stated && !says_ends(info, reading, *axis)
    };
    let lengths = repeated.iter().map(keeps_length).collect::<Vec<_>>();
    let axes: Vec<(usize, bool)> = repeated.into_iter().zip(lengths).collect();
    Ok(crop::without_last(reader, &axes, notes))
}

/// Whether the layout says that an axis has points on both ends.
fn says_ends(info: &DatasetInfo, reading: &Reading, axis: usize) -> bool {
    let layout = reading.layout.as_ref();
    let at = layout.and_then(|layout| layout.points_at.get(info.axis_name(axis)));
    at == Some(&PointsAt::Ends)
}

/// The relation of the last point of an axis to the first one.
enum Verdict {
    Distinct,
    /// They are the same point.
    Repeated,
    /// They may be, which a sentence asks for.
    Unclear(String),
}

impl Verdict {
    fn of(reader: &dyn DatasetReader, reading: &Reading, axis: usize) -> Result<Self, String> {
        let info = reader.info();
        let (kind, name) = (info.axes[axis].kind, info.axis_name(axis));
        let is_open = kind.ends().low == Boundary::Open && kind.ends().high == Boundary::Open;
        let by_layout = (reading.layout.as_ref()).is_some_and(|of| of.ends.contains_key(name));
        let is_stated = by_layout || reading.ends.contains_key(name);
        let nodes = kind.is_periodic() && kind.placement() == Placement::Nodes;
        if info.axes[axis].points < 4 || !nodes && (!is_open || is_stated) {
            return Ok(Self::Distinct);
        }
        let seen = Seen::of(reader, axis);
        let says_ends = nodes && says_ends(info, reading, axis);
        if says_ends && !seen.equal {
            return Err(format!(
                "data.layout.points_at says that `{name}` has a point on both ends, and the values of the first and the last \
                 point differ: a periodic axis whose points all differ has \"nodes\""
            ));
        }
        let begins_at_zero =
            (info.first_points.get(axis).copied().flatten()).is_some_and(|at| at.abs() < AT_ZERO);
        Ok(match (nodes, seen.is_telling(), begins_at_zero) {
            _ if says_ends => Self::Repeated,
            (true, true, _) => Self::Repeated,
            (true, false, true) if seen.equal && seen.varies => Self::Repeated,
            (true, false, _) if seen.equal && seen.varies => Self::Unclear(format!(
                "the values at the first and the last point of `{name}` are equal in all frames that were looked at, which are \
                 symmetric: where both are the same point, say so by points_at = {{ {name} = \"ends\" }} in [data.layout], and \
                 the last one is left out"
            )),
            (false, true, _) if seen.ends_vary => Self::Unclear(format!(
                "the values at the first and the last point of `{name}` are equal in all frames that were looked at: where the \
                 axis is periodic, write ends = {{ {name} = \"periodic\" }}, and the last point, which is the first one again, is \
                 left out"
            )),
            _ => Self::Distinct,
        })
    }
}

/// The values at both ends of an axis, in the frames that were looked at.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Whether those of the first and of the last point are equal along every line.
    equal: bool,
    /// Whether those of the second and of the last but one are equal too, as in symmetric states.
    mirrored: bool,
    /// Whether some field varies.
    varies: bool,
    /// Whether the values of the first point are not all the same, as they are on walls with given values.
    ends_vary: bool,
}

impl Seen {
    fn of(reader: &dyn DatasetReader, axis: usize) -> Self {
        let info = reader.info();
        let mut seen = Self {
            equal: true,
            mirrored: true,
            varies: false,
            ends_vary: false,
        };
        let last = if info.frame_len() <= SMALL {
            info.trajectories.saturating_sub(1)
        } else {
            0
        };
        let mut ends = vec![[f64::INFINITY, f64::NEG_INFINITY]; info.channels()];
        for trajectory in [0, last] {
            let frames = info.frames_of(trajectory).saturating_sub(1);
            for frame in [0, frames / 2, frames] {
                let Ok(frame) = reader.frame(trajectory, frame) else {
                    seen.equal = false; // whoever reads it is told
                    return seen;
                };
                seen.look(&frame, &info.points(), axis, &mut ends);
                if !seen.equal {
                    return seen;
                }
            }
        }
        seen
    }

    /// Looks at a frame.
    fn look(&mut self, frame: &[f64], points: &[usize], axis: usize, ends: &mut [[f64; 2]]) {
        let all: usize = points.iter().product();
        for (values, ends) in frame.chunks(all).zip(ends) {
            let finite = || values.iter().copied().filter(|value| value.is_finite());
            let low = finite().fold(f64::INFINITY, f64::min);
            let range = finite().fold(f64::NEG_INFINITY, f64::max) - low;
            if range <= 0.0 {
                continue; // constant, or without a number
            }
            self.varies = true;
            let slack = ROUNDED * range;
            let same = |a: f64, b: f64| a.is_nan() && b.is_nan() || (a - b).abs() <= slack;
            for [first, second, before, last] in lines(values, points, axis) {
                self.equal &= same(first, last);
                self.mirrored &= same(second, before);
                *ends = [ends[0].min(first), ends[1].max(first)];
            }
            self.ends_vary |= ends[1] - ends[0] > slack;
        }
    }

    /// Whether both are the same point for certain, on a periodic axis.
    fn is_telling(self) -> bool {
        self.equal && self.varies && !self.mirrored
    }
}

/// The first two and the last two values of every line along an axis, as first, second, last but one, last.
fn lines<'a>(
    values: &'a [f64],
    points: &[usize],
    axis: usize,
) -> impl Iterator<Item = [f64; 4]> + 'a {
    let n = points[axis];
    let stride: usize = points[axis + 1..].iter().product();
    let places = [0, 1, n - 2, n - 1].map(|at| at * stride);
    let slabs = values.chunks(n * stride);
    slabs.flat_map(move |slab| (0..stride).map(move |at| places.map(|place| slab[place + at])))
}
