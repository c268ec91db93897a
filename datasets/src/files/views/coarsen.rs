//! A coarser grid: means over cells, or the Fourier modes that it resolves.

use super::gaps::has_gaps;
use super::{axis, part_of};
use crate::files::{Axis, DatasetError, DatasetInfo, DatasetReader, constant_names};
use ondine_solvers::{Placement, Resample};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Ways to bring states to fewer points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Means over the points that become one.
    Averages,
    /// The Fourier modes that the coarser grid resolves.
    Modes,
}

/// A coarser grid: `2`, or `{ x = 2, by = "modes" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coarsening {
    /// Points that become one, of all axes or by the name of an axis.
    pub factors: Factors,
    /// The way on all axes; modes on periodic axes of nodes and averages on others if absent.
    pub by: Option<By>,
}

/// Points that become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Factors {
    /// The same of all axes.
    All(usize),
    /// By the name of the axis; of others every point stays.
    Named(Vec<(String, usize)>),
}

/// The coarser form of a dataset.
pub(super) fn coarsened(
    reader: Arc<dyn DatasetReader>,
    coarsening: &Coarsening,
) -> Result<Arc<dyn DatasetReader>, String> {
    let mut info = part_of(reader.info());
    let factors = factors(&info, &coarsening.factors)?;
    if factors.iter().all(|factor| *factor == 1) {
        return Ok(reader);
    }
    let (mut by_modes, mut by_averages) = (info.points(), vec![1; info.axes.len()]);
    for (place, factor) in factors.into_iter().enumerate() {
        let name = info.axis_name(place).to_owned();
        let fine = &info.axes[place];
        if factor == 1 {
            continue;
        }
        match way(fine, &name, factor, coarsening.by)? {
            By::Modes => by_modes[place] /= factor,
            By::Averages => by_averages[place] = factor,
        }
        info.axes[place].points /= factor;
    }
    let by_mode = by_modes != reader.info().points();
    if by_mode && (info.mask.is_some() || has_gaps(&*reader)) {
        return Err(
            "data.coarsen: some points have no data in any frame, and no Fourier modes follow from the others: write by = \
             \"averages\""
                .to_owned(),
        );
    }
    Ok(Arc::new(Coarsened {
        reader,
        info,
        by_modes,
        by_averages,
    }))
}

/// The factor of every axis.
fn factors(info: &DatasetInfo, factors: &Factors) -> Result<Vec<usize>, String> {
    match factors {
        Factors::All(factor) => Ok(vec![*factor; info.axes.len()]),
        Factors::Named(named) => {
            let mut all = vec![1; info.axes.len()];
            for (name, factor) in named {
                all[axis(info, "coarsen", name)?] = *factor;
            }
            Ok(all)
        }
    }
}

/// The way to bring an axis to fewer points.
fn way(axis: &Axis, name: &str, factor: usize, by: Option<By>) -> Result<By, String> {
    let points = axis.points;
    if factor == 0 || !points.is_multiple_of(factor) || points / factor < 2 {
        return Err(format!(
            "data.coarsen = {factor}: the axis `{name}` has {points} points, which are not groups of {factor}: write a \
             divisor of {points}"
        ));
    }
    match (axis.kind.placement(), axis.kind.is_periodic(), by) {
        (Placement::InteriorNodes, ..) => Err(format!(
            "data.coarsen: the points of the axis `{name}` lie between walls with a point each, and have no cells to average: \
             name the other axes, as in {{ x = {factor} }}"
        )),
        (Placement::Nodes, true, None | Some(By::Modes)) => Ok(By::Modes),
        (_, _, Some(By::Modes)) => Err(format!(
            "data.coarsen has by = \"modes\", and the axis `{name}` lies {}: write by = \"averages\"",
            axis.kind
        )),
        _ => Ok(By::Averages),
    }
}

struct Coarsened {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    /// Points of every axis once modes are left out.
    by_modes: Vec<usize>,
    /// Points of every axis that become one then.
    by_averages: Vec<usize>,
}

impl Coarsened {
    /// Makes values that stand for no data NaN, so that they don't hide in means.
    fn blank(&self, frames: &mut [f64]) {
        let info = self.reader.info();
        let points = info.num_points();
        for channel in 0..info.channels() {
            let fill = self.reader.fill_values(channel);
            if fill.is_empty() {
                continue;
            }
            for frame in frames.chunks_mut(info.frame_len()) {
                let values = frame[channel * points..][..points].iter_mut();
                values
                    .filter(|value| fill.contains(value))
                    .for_each(|value| *value = f64::NAN);
            }
        }
    }

    /// Fields on the coarser grid, one after the other.
    fn coarse(&self, mut values: Vec<f64>) -> Vec<f64> {
        let fine = self.reader.info().points();
        if fine != self.by_modes {
            values = Resample::new(&fine, &self.by_modes).apply(&values).to_vec();
        }
        let mut points = self.by_modes.clone();
        for (axis, &factor) in self.by_averages.iter().enumerate() {
            if factor > 1 {
                let inner: usize = points[axis + 1..].iter().product();
                values = averaged(&values, factor, inner);
                points[axis] /= factor;
            }
        }
        values
    }
}

/// Means of `factor` neighbours along an axis whose points lie `inner` apart.
fn averaged(values: &[f64], factor: usize, inner: usize) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len() / factor);
    for cell in values.chunks(factor * inner) {
        for start in 0..inner {
            let points = cell[start..].iter().step_by(inner);
            out.push(points.sum::<f64>() / factor as f64);
        }
    }
    out
}

impl DatasetReader for Coarsened {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let mut all = self.coarse(self.reader.constants(trajectory)?);
        let names = constant_names(&self.info);
        let mask = names
            .iter()
            .position(|name| Some(name) == self.info.mask.as_ref());
        if let Some(place) = mask {
            // A cell has data where all its points have some.
            let points = self.info.num_points();
            let cells = all[place * points..][..points].iter_mut();
            cells.for_each(|share| *share = f64::from(*share >= 1.0));
        }
        Ok(all)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let mut fine = self.reader.frames(trajectory, frames)?;
        self.blank(&mut fine);
        Ok(self.coarse(fine))
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut fine = self.reader.block(trajectories, frames)?;
        self.blank(&mut fine);
        Ok(self.coarse(fine))
    }
}

impl Serialize for Coarsening {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = match &self.factors {
            Factors::All(factor) if self.by.is_none() => {
                return serializer.serialize_u64(*factor as u64);
            }
            Factors::All(factor) => vec![("all".to_owned(), *factor)],
            Factors::Named(named) => named.clone(),
        };
        let mut map = serializer.serialize_map(None)?;
        for (axis, factor) in named {
            map.serialize_entry(&axis, &factor)?;
        }
        if let Some(by) = self.by {
            map.serialize_entry("by", &by)?;
        }
        map.end()
    }
}

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = Coarsening;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number such as 2, or a table such as { x = 2, by = \"modes\" }, { all = 2, by = \"averages\" }")
    }

    fn visit_u64<E: Error>(self, factor: u64) -> Result<Coarsening, E> {
        let factors = Factors::All(usize::try_from(factor).unwrap_or(usize::MAX));
        Ok(Coarsening { factors, by: None })
    }

    fn visit_i64<E: Error>(self, factor: i64) -> Result<Coarsening, E> {
        let factor = u64::try_from(factor);
        self.visit_u64(factor.map_err(|_| E::custom("coarsen is below 1: write 2, say"))?)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Coarsening, A::Error> {
        let (mut all, mut named, mut by) = (None, Vec::new(), None);
        while let Some(key) = map.next_key::<String>()? {
            match &key[..] {
                "by" => by = Some(map.next_value()?),
                "all" => all = Some(map.next_value()?),
                _ => named.push((key, map.next_value()?)),
            }
        }
        let factors = match all {
            None if named.is_empty() => {
                return Err(A::Error::custom(
                    "coarsen names no axis: write { x = 2 }, or 2 for all axes",
                ));
            }
            None => Factors::Named(named),
            Some(all) if named.is_empty() => Factors::All(all),
            Some(_) => {
                return Err(A::Error::custom(
                    "coarsen has `all` beside an axis: write one of them",
                ));
            }
        };
        Ok(Coarsening { factors, by })
    }
}

impl<'de> Deserialize<'de> for Coarsening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form)
    }
}
