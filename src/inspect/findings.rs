//! Values that are no data, and courses that break off.

use ondine_datasets::files::{
    Bad, Break, Broken, DatasetError, DatasetInfo, DatasetReader, SCREENED, Scope, Screening, Why,
    screen,
};
use serde::Serialize;
use std::ops::Range;

/// Values of one trajectory that are looked at together.
const BLOCK: usize = 1 << 25;

/// Findings that are listed of each kind.
const LISTED: usize = 100;

/// Values that are no data, and courses that break off.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Findings {
    /// Trajectories that were looked at.
    pub trajectories: usize,
    /// Frames of each that were looked at, from the first one on.
    pub frames: usize,
    /// The first value of a trajectory that is no data, of 100 trajectories at most.
    pub bad: Vec<BadValue>,
    /// Places where courses break off, 100 at most.
    pub broken: Vec<BrokenCourse>,
    /// Trajectories with one value at all points of all frames, where others vary.
    pub constant: Vec<usize>,
    /// Trajectories that `data.skip = "bad"` leaves out, as far as they were looked at.
    pub left_out: Vec<usize>,
    /// All of this in sentences.
    pub sentences: Vec<String>,
}

/// A value that is no data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BadValue {
    /// The trajectory.
    pub trajectory: usize,
    /// Its frame.
    pub frame: usize,
    /// Name of the channel.
    pub channel: String,
    /// The grid point, an index per axis.
    pub point: Vec<usize>,
    /// The value in words: JSON has no NaN.
    pub value: String,
    /// `not_finite`, `declared`, `too_large`, `too_small` or `outlier`.
    pub why: &'static str,
    /// Number of such values in the trajectory.
    pub count: u64,
}

/// A place where the course of a trajectory breaks off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrokenCourse {
    /// The trajectory.
    pub trajectory: usize,
    /// The first frame concerned.
    pub frame: usize,
    /// Number of frames concerned.
    pub frames: usize,
    /// Name of the channel.
    pub channel: String,
    /// `never_written`, `flat`, `jump`, `off` or `equal`.
    pub kind: &'static str,
}

/// Frames that are read for the findings, about.
pub(super) fn planned(info: &DatasetInfo, all: bool) -> usize {
    let blocks = blocks(info, all);
    let frames: usize = blocks.iter().map(Range::len).sum();
    let values = frames.saturating_mul(info.largest_frame_len()).max(1);
    let most = (SCREENED as usize / values).max(1);
    frames
        * if all {
            info.trajectories
        } else {
            info.trajectories.min(most)
        }
}

/// Blocks of frames that are looked at together: the first one, or all.
fn blocks(info: &DatasetInfo, all: bool) -> Vec<Range<usize>> {
    let len = (BLOCK / info.largest_frame_len().max(1)).clamp(1, info.frames.max(1));
    let starts = (0..info.frames).step_by(len);
    let blocks = starts.map(|start| start..(start + len).min(info.frames));
    blocks.take(if all { usize::MAX } else { 1 }).collect()
}

/// The findings in the first frames of some trajectories, or in `all`.
pub(super) fn of(reader: &dyn DatasetReader, all: bool) -> Result<Findings, DatasetError> {
    let info = reader.info();
    let mut findings = Findings::default();
    for frames in blocks(info, all) {
        findings.frames += frames.len();
        let scope = Scope {
            trajectories: info.trajectories,
            frames,
            values: if all { u64::MAX } else { SCREENED },
        };
        findings.add(screen(reader, &scope)?);
    }
    Ok(findings)
}

impl Findings {
    fn add(&mut self, found: Screening) {
        let sentences = found.describe().into_iter().chain(found.warnings());
        for sentence in sentences {
            if !self.sentences.contains(&sentence) && self.sentences.len() < LISTED {
                self.sentences.push(sentence);
            }
        }
        self.trajectories = self.trajectories.max(found.screened);
        merge(&mut self.left_out, found.left_out());
        self.bad.extend(found.bad.into_iter().map(BadValue::from));
        self.broken
            .extend(found.broken.into_iter().map(BrokenCourse::from));
        self.bad.truncate(LISTED);
        self.broken.truncate(LISTED);
        merge(&mut self.constant, found.constant);
    }
}

/// Adds numbers to rising ones, each once.
fn merge(numbers: &mut Vec<usize>, others: Vec<usize>) {
    numbers.extend(others);
    numbers.sort_unstable();
    numbers.dedup();
}

impl From<Bad> for BadValue {
    fn from(bad: Bad) -> Self {
        Self {
            trajectory: bad.trajectory,
            frame: bad.frame,
            channel: bad.field,
            point: bad.point,
            value: bad.value.to_string(),
            why: match bad.why {
                Why::NotFinite => "not_finite",
                Why::Declared => "declared",
                Why::TooLarge => "too_large",
                Why::TooSmall => "too_small",
                Why::Outlier => "outlier",
            },
            count: bad.count,
        }
    }
}

impl From<Broken> for BrokenCourse {
    fn from(broken: Broken) -> Self {
        Self {
            trajectory: broken.trajectory,
            frame: broken.frames.start,
            frames: broken.frames.len(),
            channel: broken.field,
            kind: match broken.kind {
                Break::Zero => "never_written",
                Break::Flat(_) => "flat",
                Break::Jump(_) => "jump",
                Break::Off(_) => "off",
                Break::Equal => "equal",
            },
        }
    }
}
