//! A file with one frame among others: its axes all lie in space, and its time is a single number.

use super::axes::{meant, of_frame};
use super::{last, pair};
use ondine_datasets::files::StoredArray;
use std::path::Path;
use toml::Value;

/// The arrays of a file with one frame.
pub(super) struct Frame<'a> {
    /// The largest arrays of one shape.
    fields: Vec<&'a StoredArray>,
    /// The meaning of their axes.
    axes: Vec<&'static str>,
    /// The lists of points, and the time, with the axes that they are called as.
    named: Vec<(&'static str, &'a StoredArray)>,
}

impl<'a> Frame<'a> {
    /// The frame that these arrays are; none where the file may have several: it lists times, or lists of points do not tell all axes
    /// and it has no single number called as the time.
    pub(super) fn of(arrays: &'a [StoredArray]) -> Option<Self> {
        let named = |array: &'a StoredArray| {
            let list = array.shape.len() < 2;
            Some((meant(last(&array.path)).filter(|_| list)?, array))
        };
        let named: Vec<(&str, &StoredArray)> = arrays.iter().filter_map(named).collect();
        let is_named =
            |array: &&StoredArray| named.iter().any(|(_, other)| other.path == array.path);
        let others: Vec<&StoredArray> = arrays.iter().filter(|array| !is_named(array)).collect();
        let largest = others.iter().filter(|array| !array.shape.is_empty());
        let largest = largest.max_by_key(|array| array.len())?;
        let points = named.iter().filter(|(axis, _)| *axis != "time");
        let lengths: Vec<(&str, usize)> =
            points.map(|(axis, array)| (*axis, array.len())).collect();
        let times = |many: bool| {
            let mut times = named.iter().filter(|(axis, _)| *axis == "time");
            times.any(|(_, array)| (array.len() > 1) == many)
        };
        let axes = of_frame(&largest.shape, &lengths);
        let told = axes
            .iter()
            .all(|axis| *axis == "component" || lengths.iter().any(|(name, _)| name == axis));
        let fields = others.iter().filter(|array| array.shape == largest.shape);
        (!times(true) && (told || times(false))).then(|| Self {
            fields: fields.copied().collect(),
            axes,
            named,
        })
    }

    /// Lines of a recipe for files with a frame each in a folder.
    pub(super) fn layout(&self, folder: &Path) -> String {
        let fields = self.fields.iter();
        let fields: Vec<String> = fields
            .map(|array| pair(last(&array.path), &array.path))
            .collect();
        let known = self
            .named
            .iter()
            .filter(|(axis, _)| *axis == "time" || self.axes.contains(axis));
        let known: Vec<String> = known.map(|(axis, array)| pair(axis, &array.path)).collect();
        let axes: Vec<String> = self.axes.iter().map(|axis| format!("{axis:?}")).collect();
        let mut text = format!(
            "[data]\nsource = {}\n\n[data.layout]\nfields = {{ {} }}\n# Each file is taken for one frame, with arrays of the \
             shape {:?}: check the meaning of every axis,\n# and write `time` where a file has several frames.\naxes = [{}]\n",
            Value::from(folder.to_string_lossy().into_owned()),
            fields.join(", "),
            self.fields[0].shape,
            axes.join(", ")
        );
        if !known.is_empty() {
            text += &format!("coordinates = {{ {} }}\n", known.join(", "));
        }
        if !self.named.iter().any(|(axis, _)| *axis == "time") {
            text += "# Time between two files; or in coordinates the array or attribute with the time of each, as time = \"/time\".\n\
                     dt = 1.0\n";
        }
        text + "# conditions = { viscosity = \"/nu\" }\n# ends = { x = \"periodic\" }\n# length = [1.0]\n"
    }
}
