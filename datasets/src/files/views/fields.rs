//! Some of the fields, in an order of one's own.

use super::part_of;
use crate::files::{
    DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, channel_names, channel_units,
};
use std::ops::Range;
use std::sync::Arc;

/// The fields called `names`, in this order: those of the dataset, or components of them such as `velocity_x`.
pub(super) fn chosen(
    reader: Arc<dyn DatasetReader>,
    names: &[String],
) -> Result<Arc<dyn DatasetReader>, String> {
    let info = reader.info();
    if names.is_empty() {
        return Err(format!(
            "data.fields is empty: write some of {}",
            listed(info)
        ));
    }
    let (mut fields, mut places) = (Vec::new(), Vec::new());
    for name in names {
        let (field, channels) = find(info, name)?;
        if channels.clone().any(|channel| places.contains(&channel)) {
            return Err(format!(
                "data.fields has `{name}` twice: write each field once"
            ));
        }
        fields.push(field);
        places.extend(channels);
    }
    Ok(Arc::new(Channels::new(reader, fields, places)))
}

/// A field or a component by its name, with its channels.
fn find(info: &DatasetInfo, name: &str) -> Result<(Field, Range<usize>), String> {
    let mut first = 0;
    for field in &info.fields {
        let end = first + field.kind.components(info.axes.len());
        if field.name == name {
            return Ok((field.clone(), first..end));
        }
        first = end;
    }
    let place = channel_names(info).iter().position(|other| other == name);
    let place = place.ok_or_else(|| {
        let listed = listed(info);
        format!("data.fields names `{name}`, and the fields are {listed}")
    })?;
    let field = Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    };
    Ok((field, place..place + 1))
}

fn listed(info: &DatasetInfo) -> String {
    let names: Vec<&str> = info.fields.iter().map(|field| &field.name[..]).collect();
    names.join(", ")
}

/// A dataset with some of its channels, in another order.
pub(in crate::files) struct Channels {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    /// Place of each channel in the dataset.
    places: Vec<usize>,
}

impl Channels {
    /// The channels at `places`, which are those of `fields`.
    pub(in crate::files) fn new(
        reader: Arc<dyn DatasetReader>,
        fields: Vec<Field>,
        places: Vec<usize>,
    ) -> Self {
        let mut info = part_of(reader.info());
        let units = channel_units(&info);
        for (field, place) in fields.iter().zip(first_channels(&fields, &places, &info)) {
            if let Some(unit) = &units[place] {
                info.units.insert(field.name.clone(), unit.clone());
            }
        }
        info.fields = fields;
        Self {
            reader,
            info,
            places,
        }
    }

    /// The same with the recipe that the dataset was written from: channels alone are ordered anew.
    pub(in crate::files) fn of_same_recipe(mut self) -> Self {
        let stored = &self.reader.info().provenance;
        self.info.provenance.clone_from(stored);
        self
    }

    /// The channels of frames of a trajectory, or of others on its grid.
    fn chosen(&self, trajectory: usize, stored: &[f64]) -> Vec<f64> {
        let points = self.info.num_points_of(trajectory);
        let mut out = Vec::with_capacity(stored.len());
        for frame in stored.chunks(self.reader.info().frame_len_of(trajectory)) {
            let channels = self.places.iter();
            channels.for_each(|place| out.extend(&frame[place * points..][..points]));
        }
        out
    }
}

/// The first channel of each of some fields, among those of a dataset.
fn first_channels(fields: &[Field], places: &[usize], info: &DatasetInfo) -> Vec<usize> {
    let mut first = 0;
    let channel = |field: &Field| {
        first += field.kind.components(info.axes.len());
        places[first - field.kind.components(info.axes.len())]
    };
    fields.iter().map(channel).collect()
}

impl DatasetReader for Channels {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(self.places[channel])
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        Ok(self.chosen(trajectory, &self.reader.frames(trajectory, frames)?))
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let first = trajectories.start;
        Ok(self.chosen(first, &self.reader.block(trajectories, frames)?))
    }
}
