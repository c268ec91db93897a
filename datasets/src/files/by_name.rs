//! Fields taken by their names: a file may have those of an equation in another order.

use super::views::Channels;
use super::{DatasetInfo, DatasetReader, Field, FieldKind};
use std::sync::Arc;

/// A file with its fields in the order of an equation's, called `names`, where its own are scalars with these names or the
/// components of one vector (`u_x`, `u_y`); the file as it is where it has others.
pub fn by_name(
    reader: Arc<dyn DatasetReader>,
    names: &[impl AsRef<str>],
) -> Arc<dyn DatasetReader> {
    match places(reader.info(), names) {
        Some(places) if !places.is_sorted() => {
            let field = |&place: &usize| reader.info().fields[place].clone();
            let fields = places.iter().map(field).collect();
            Arc::new(Channels::new(reader, fields, places).of_same_recipe())
        }
        _ => reader,
    }
}

/// The names of scalar fields that are none of an equation's, in words: they are taken in their order.
pub fn renamed(info: &DatasetInfo, names: &[impl AsRef<str>]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let scalar = info.fields.iter().all(|f| f.kind == FieldKind::Scalar);
    (scalar && places(info, &names).is_none()).then(|| {
        let (there, own) = (fields(info).join(", "), names.join(", "));
        format!(
            "its fields are called {there}, those of the run {own}; they are taken in this order"
        )
    })
}

/// The names of the channels of a file: those of scalars, `name_x`, `name_y`, … of a vector on several axes, and `name_xx`,
/// `name_xy`, … of a tensor.
pub fn channel_names(info: &DatasetInfo) -> Vec<String> {
    let of = |field| component_names(field, info.axes.len());
    info.fields.iter().flat_map(of).collect()
}

/// The names of the channels of the fields of a file that do not change in time, as [`channel_names`] has those of frames.
pub fn constant_names(info: &DatasetInfo) -> Vec<String> {
    let of = |field| component_names(field, info.axes.len());
    info.constants.iter().flat_map(of).collect()
}

/// The names of the channels of a field on so many axes.
pub(super) fn component_names(field: &Field, dims: usize) -> Vec<String> {
    let axes = &AXES[..dims.min(3)];
    let name = &field.name;
    match field.kind {
        FieldKind::Vector if axes.len() > 1 => {
            axes.iter().map(|axis| format!("{name}_{axis}")).collect()
        }
        FieldKind::Tensor => {
            let pairs = axes.iter().flat_map(|a| axes.iter().map(move |b| (a, b)));
            pairs.map(|(a, b)| format!("{name}_{a}{b}")).collect()
        }
        FieldKind::Scalar | FieldKind::Vector => vec![name.clone()],
    }
}

/// The unit that a file states of each of its channels.
pub fn channel_units(info: &DatasetInfo) -> Vec<Option<String>> {
    let of = |field: &Field| {
        let unit = info.units.get(&field.name).cloned();
        vec![unit; field.kind.components(info.axes.len())]
    };
    info.fields.iter().flat_map(of).collect()
}

/// Names of the axes of a grid.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Place of each of `names` among the fields of a file; none where they are others.
fn places(info: &DatasetInfo, names: &[impl AsRef<str>]) -> Option<Vec<usize>> {
    let fields = fields(info);
    let scalar = info.fields.iter().all(|f| f.kind == FieldKind::Scalar);
    if !scalar || fields.len() != names.len() {
        return None;
    }
    let place = |name: &_| {
        let same = |field: &&str| field.eq_ignore_ascii_case(AsRef::<str>::as_ref(name));
        let mut found = (0..fields.len()).filter(|&i| same(&fields[i]));
        found.next().filter(|_| found.next().is_none())
    };
    let places: Option<Vec<usize>> = names.iter().map(place).collect();
    places.or_else(|| components(&fields))
}

/// Places of the components of a vector among fields that are called as such.
fn components(fields: &[&str]) -> Option<Vec<usize>> {
    let stem = |field: &str| field.trim_end_matches(['x', 'y', 'z', 'X', 'Y', 'Z']).len();
    let first = fields.first()?;
    let stem = first.get(..stem(first)).filter(|stem| !stem.is_empty())?;
    let place = |axis: &&str| {
        let name = format!("{stem}{axis}");
        fields.iter().position(|f| f.eq_ignore_ascii_case(&name))
    };
    let axes = &["x", "y", "z"][..fields.len().min(3)];
    let places = axes.iter().map(place).collect::<Option<Vec<_>>>()?;
    (fields.len() > 1 && places.len() == fields.len()).then_some(places)
}

fn fields(info: &DatasetInfo) -> Vec<&str> {
    info.fields.iter().map(|field| &field.name[..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Axis, AxisKind, DatasetError, Provenance, Time, Varying};
    use std::ops::Range;

    fn info(fields: &[&str]) -> DatasetInfo {
        let field = |name: &&str| Field {
            name: (*name).to_owned(),
            kind: FieldKind::Scalar,
        };
        DatasetInfo {
            name: "named".to_owned(),
            trajectories: 1,
            frames: 2,
            axes: vec![Axis {
                points: 4,
                length: Varying::Same(1.0),
                kind: AxisKind::PERIODIC,
            }],
            fields: fields.iter().map(field).collect(),
            time: Time::Uniform(Varying::Same(0.1)),
            parameters: Vec::new(),
            provenance: Provenance::default(),
            ..DatasetInfo::default()
        }
    }

    #[test]
    fn names_and_components_are_known_in_any_order() {
        let found = |fields: &[&str], names: &[&str]| places(&info(fields), names);
        assert_eq!(found(&["v", "u"], &["u", "v"]), Some(vec![1, 0]));
        assert_eq!(found(&["V", "U"], &["u", "v"]), Some(vec![1, 0]));
        assert_eq!(found(&["u_y", "u_x"], &["u", "v"]), Some(vec![1, 0]));
        let three = ["vz", "vx", "vy"];
        assert_eq!(found(&three, &["u", "v", "w"]), Some(vec![1, 2, 0]));
        for other in [&["h", "hdot"][..], &["u"], &["u_x", "v_y"], &["u", "u"]] {
            assert_eq!(found(other, &["u", "v"]), None, "{other:?}");
        }
        assert_eq!(renamed(&info(&["u_y", "u_x"]), &["u", "v"]), None);
        let said = renamed(&info(&["h", "hdot"]), &["u", "v"]).expect("they differ");
        assert!(said.contains("called h, hdot"), "{said}");
    }

    struct Numbered(DatasetInfo);

    impl DatasetReader for Numbered {
        fn info(&self) -> &DatasetInfo {
            &self.0
        }

        fn frames(&self, _: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
            let len = self.0.frame_len();
            Ok((frames.start * len..frames.end * len)
                .map(|i| i as f64)
                .collect())
        }
    }

    #[test]
    fn frames_have_the_channels_in_the_order_of_the_names() {
        let file = by_name(Arc::new(Numbered(info(&["v", "u"]))), &["u", "v"]);
        assert_eq!(fields(file.info()), ["u", "v"]);
        let frame = file.frame(0, 1).expect("it is there");
        assert_eq!(frame, [12.0, 13.0, 14.0, 15.0, 8.0, 9.0, 10.0, 11.0]);
    }
}
