//! Times of the frames of a described file: arrays, attributes, or one time step for all.

use super::described::Described;
use super::stars::is_pattern;
use super::{TIME, TRAJECTORY};
use crate::files::{DatasetError, Time, Varying, sequence};

/// The key of the layout that names the times.
const KEY: &str = "coordinates.time";

impl Described<'_> {
    /// Times of the frames: of all trajectories, or a list of each.
    pub(super) fn time(&self, trajectories: usize, frames: usize) -> Result<Time, DatasetError> {
        let Some(place) = self.layout.coordinates.get(TIME) else {
            self.check_stack()?;
            return Ok(Time::Uniform(Varying::Same(self.layout.dt.unwrap_or(1.0))));
        };
        if let Some(values) = self.times_of_attributes(place)? {
            return self.one_list(place, &[values.len()], &values, [trajectories, frames]);
        }
        let array = self.array(KEY, place)?;
        let values = array.all()?;
        match *array.shape() {
            [b, n] if b == trajectories && n == frames => {
                let lists = values.chunks(n).map(<[f64]>::to_vec);
                Ok(Time::Listed(Varying::of(lists.collect())))
            }
            ref shape => self.one_list(place, shape, &values, [trajectories, frames]),
        }
    }

    /// Times of all trajectories, in an array of this shape.
    fn one_list(
        &self,
        place: &str,
        shape: &[usize],
        values: &[f64],
        [trajectories, frames]: [usize; 2],
    ) -> Result<Time, DatasetError> {
        // Lists of MATLAB have two axes, and those of PDEBench one time more than frames.
        let long: Vec<usize> = shape.iter().copied().filter(|n| *n != 1).collect();
        if long == [frames] || long == [frames + 1] || values.len() == frames {
            return Ok(Time::Listed(Varying::Same(values[..frames].to_vec())));
        }
        let what = format!(
            "`{place}` has the shape {shape:?}, where there are {trajectories} trajectories of {frames} frames: one time per frame is read, \
             of all trajectories or of each"
        );
        Err(self.fault(KEY, what))
    }

    /// The times in attributes: the one of a file with a single frame, or of every group of a pattern; none where the path is
    /// that of arrays.
    fn times_of_attributes(&self, place: &str) -> Result<Option<Vec<f64>>, DatasetError> {
        let of_frames =
            is_pattern(place) && !self.layout.axes.iter().any(|axis| axis == TRAJECTORY);
        if of_frames {
            return self.one_of_each(KEY, place).map(Some);
        }
        if is_pattern(place) || self.store.array(self.path, place).is_ok() {
            return Ok(None);
        }
        match self.store.attribute(self.path, place) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(vec![value])),
            Some(Err(word)) => {
                let what = format!("the attribute `{place}` is {word:?}, and a time is a number");
                Err(self.fault(KEY, what))
            }
        }
    }

    /// Refuses arrays that follow one another in time by their numbers where a number is missing, and no list has the times.
    fn check_stack(&self) -> Result<(), DatasetError> {
        if self.layout.axes.first().is_none_or(|axis| axis != TIME) {
            return Ok(());
        }
        for (name, place) in self
            .layout
            .fields
            .iter()
            .filter(|(_, place)| is_pattern(place))
        {
            let places = self.store.matching(self.path, place)?;
            let names: Vec<&str> = places.iter().map(|place| &place[..]).collect();
            let numbers: Option<Vec<f64>> = names.iter().map(|name| number(place, name)).collect();
            if let Some(gap) = sequence::gap(&names, &numbers.unwrap_or_default()) {
                let what =
                    format!("an array is missing: {gap}; put it there, or write coordinates.time");
                return Err(self.fault(&format!("fields.{name}"), what));
            }
        }
        Ok(())
    }
}

/// The number that the `*` of a pattern stands for in a path; none where it stands for words.
fn number(pattern: &str, path: &str) -> Option<f64> {
    let (before, after) = pattern.split_once('*')?;
    let star = path.strip_prefix(before)?.strip_suffix(after)?;
    star.parse().ok()
}
