//! The findings in words.

use super::{Bad, Break, Broken, Screening, Why, channel_name};
use crate::files::DatasetInfo;
use std::ops::Range;

/// Trajectories named one by one, at most.
const NAMED: usize = 6;

/// Courses of trajectories: its number, whether it is constant, and where it breaks off.
type Courses = Vec<(usize, bool, Option<(Break, Range<usize>, usize)>)>;

impl Screening {
    /// Whether trajectory `index` has values that are no data.
    pub fn is_bad(&self, index: usize) -> bool {
        self.bad.iter().any(|bad| bad.trajectory == index)
    }

    /// The trajectories that have values which are no data, frames that were never written, or no variation where others
    /// vary, in order.
    pub fn left_out(&self) -> Vec<usize> {
        let bad = self.bad.iter().map(|bad| bad.trajectory);
        let unwritten = self.unwritten().map(|broken| broken.trajectory);
        let all = bad.chain(unwritten).chain(self.constant.iter().copied());
        let mut all: Vec<usize> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The fault in words, without a remedy; none where all is well.
    pub fn describe(&self) -> Option<String> {
        let screened = self.screened;
        if let Some(bad) = self.bad.first() {
            let values = match self.bad.iter().map(|bad| bad.count).sum::<u64>() {
                1 => "is 1 such value".to_owned(),
                many => format!("are {many} such values"),
            };
            let (bad, of) = (bad.describe(), self.bad.len());
            return Some(format!(
                "{bad}; there {values}, in {of} of {screened} trajectories looked at"
            ));
        }
        let first = self.unwritten().next()?;
        let Broken {
            trajectory, frames, ..
        } = first;
        let (frame, count) = (frames.start, frames.len());
        let more = if count > 1 {
            format!(", as are the {} after it", count - 1)
        } else {
            String::new()
        };
        let of = self.unwritten().count();
        Some(format!(
            "frame {frame} of trajectory {trajectory} is zero everywhere{more}, where others of it are not; there are such \
             frames in {of} of {screened} trajectories looked at"
        ))
    }

    /// Oddities in words: courses that break off, trajectories and fields without variation, variations that 32-bit numbers
    /// do not hold.
    pub fn warnings(&self) -> Vec<String> {
        let kinds: [fn(&Break) -> bool; 4] = [
            |kind| matches!(kind, Break::Flat(_)),
            |kind| matches!(kind, Break::Jump(_)),
            |kind| matches!(kind, Break::Off(_)),
            |kind| matches!(kind, Break::Equal),
        ];
        let kinds = kinds.iter().filter_map(|kind| self.broken_as(*kind));
        kinds
            .chain(self.constant_trajectories())
            .chain(self.fields.iter().cloned())
            .collect()
    }

    /// The oddities of what is not left out.
    pub fn warnings_of_the_rest(&self) -> Vec<String> {
        let rest = Self {
            constant: Vec::new(),
            ..self.clone()
        };
        rest.warnings()
    }

    /// Takes in the courses of all trajectories.
    pub(super) fn add_courses(&mut self, courses: Courses, info: &DatasetInfo, first: usize) {
        let varied = courses.iter().any(|(_, constant, _)| !constant);
        for (trajectory, constant, broken) in courses {
            if self.is_bad(trajectory) {
                continue;
            }
            if constant && varied {
                self.constant.push(trajectory);
            }
            self.broken.extend(broken.map(|(kind, at, channel)| Broken {
                trajectory,
                frames: first + at.start..first + at.end,
                field: channel_name(info, channel),
                kind,
            }));
        }
    }

    /// Frames that were never written.
    fn unwritten(&self) -> impl Iterator<Item = &Broken> {
        self.broken
            .iter()
            .filter(|broken| broken.kind == Break::Zero)
    }

    fn broken_as(&self, kind: fn(&Break) -> bool) -> Option<String> {
        let all: Vec<&Broken> = self.broken.iter().filter(|one| kind(&one.kind)).collect();
        let first = all.first()?.describe();
        Some(match all.len() {
            1 => first,
            many => format!(
                "{first}; the like is found in {many} of {} trajectories",
                self.screened
            ),
        })
    }

    fn constant_trajectories(&self) -> Option<String> {
        let (count, screened) = (self.constant.len(), self.screened);
        let named = self.constant.iter().take(NAMED).map(usize::to_string);
        let mut named = named.collect::<Vec<_>>().join(", ");
        if count > NAMED {
            named += ", ...";
        }
        let (s, has, many) = if count == 1 {
            ("y", "has", "")
        } else {
            ("ies", "have", "s")
        };
        (count > 0).then(|| {
            format!(
                "trajector{s} {named} ({count} of {screened}) {has} the same value{many} at all points of all frames, where \
                 others vary"
            )
        })
    }
}

impl Bad {
    fn describe(&self) -> String {
        let Self {
            trajectory,
            frame,
            field,
            point,
            value,
            largest,
            ..
        } = self;
        let what = match self.why {
            Why::NotFinite => "not finite".to_owned(),
            Why::Declared => "declared as a fill value by an attribute of the field".to_owned(),
            Why::TooLarge => format!("beyond the largest 32-bit number, {:.1e}", f32::MAX),
            Why::TooSmall => format!(
                "below the smallest 32-bit number of full precision, {:.1e}, as the whole field is: write it in other units",
                f32::MIN_POSITIVE
            ),
            Why::Outlier => {
                format!(
                    "a fill value or an outlier, where the other values reach {largest:.3e} at most"
                )
            }
        };
        let shown = match value.abs() {
            1e-3..1e7 => value.to_string(),
            _ => format!("{value:e}"),
        };
        format!(
            "frame {frame} of trajectory {trajectory} has `{field}` = {shown} at point {point:?}, which is {what}"
        )
    }
}

impl Broken {
    fn describe(&self) -> String {
        let Self {
            trajectory,
            frames,
            field,
            kind,
        } = self;
        let (frame, before) = (frames.start, frames.start.saturating_sub(1));
        match kind {
            Break::Zero => format!("frame {frame} of trajectory {trajectory} is zero everywhere"),
            Break::Flat(value) => format!(
                "frame {frame} of trajectory {trajectory} has `{field}` = {value} at all points, where frame {before} varies"
            ),
            Break::Jump(factor) => format!(
                "frame {frame} of trajectory {trajectory} is {} times as large as frame {before} in `{field}`, and neither the \
                 frames before nor those after grow or decay so: its units may be others from there on",
                rounded(*factor)
            ),
            Break::Off(ratio) => format!(
                "frame {frame} of trajectory {trajectory} lies off the course of its neighbours in `{field}`, by {} times what \
                 is usual there: it may be in the wrong place",
                rounded(*ratio)
            ),
            Break::Equal => format!(
                "frame {frame} of trajectory {trajectory} is equal to frame {before} in `{field}`, where others change"
            ),
        }
    }
}

/// A ratio with two digits or so.
fn rounded(ratio: f64) -> String {
    match ratio {
        0.1..10.0 => format!("{ratio:.1}"),
        10.0..1e5 => format!("{ratio:.0}"),
        _ => format!("{ratio:.0e}"),
    }
}
