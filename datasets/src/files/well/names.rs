//! Names that the layout has room for, of datasets of other programs.

use super::layout::{AXES, RESERVED};
use crate::files::DatasetInfo;

/// Names of numbers that the writer adds to the parameters.
const ADDED: [&str; 4] = ["dt", "length_x", "length_y", "length_z"];

impl DatasetInfo {
    /// Gives names that a file in The Well's layout has no room for others: empty ones, those with a slash, those that are
    /// taken twice or reserved. Axes whose names are of no use are called x, y, z. Returns every old name with the new one.
    pub fn make_writable(&mut self) -> Vec<(String, String)> {
        if !self.axis_names.is_empty() && !self.has_axis_names() {
            self.axis_names = Vec::new();
        }
        let mut taken: Vec<String> = RESERVED
            .iter()
            .chain(&ADDED)
            .map(|&n| n.to_owned())
            .collect();
        let mut renamed = Vec::new();
        let fields = self.fields.iter_mut().chain(&mut self.constants);
        let fields = fields.map(|field| &mut field.name);
        let parameters = self.parameters.iter_mut().map(|(name, _)| name);
        for name in fields.chain(parameters).chain(&mut self.series) {
            let free = free(name, &taken);
            if free != *name {
                renamed.push((std::mem::replace(name, free.clone()), free.clone()));
            }
            taken.push(free);
        }
        if let Some(mask) = &mut self.mask
            && let Some((_, new)) = renamed.iter().find(|(old, _)| old == mask)
        {
            mask.clone_from(new);
        }
        for (old, new) in &renamed {
            if let Some(unit) = self.units.remove(old) {
                self.units.insert(new.clone(), unit);
            }
        }
        renamed
    }

    /// Whether the names of the axes can be those of datasets beside the times.
    pub(super) fn has_axis_names(&self) -> bool {
        let names = &self.axis_names;
        let plain =
            |name: &String| !name.is_empty() && !name.contains(['/', '\0']) && name != "time";
        let once = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
        names.len() == self.axes.len()
            && self.axes.len() <= AXES.len()
            && names.iter().all(|name| plain(name) && once(name))
    }
}

/// The name itself where it is free, or one like it.
fn free(name: &str, taken: &[String]) -> String {
    let mut free = name.replace(['/', '\0'], "_");
    if free.is_empty() {
        free.push_str("unnamed");
    }
    while taken.contains(&free) {
        free.push('_');
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Field, FieldKind, Varying};

    #[test]
    fn names_without_room_get_others() {
        let field = |name: &str| Field {
            name: name.to_owned(),
            kind: FieldKind::Scalar,
        };
        let mut info = DatasetInfo {
            fields: vec![field("u"), field("a/b"), field("")],
            parameters: vec![
                ("u".to_owned(), Varying::Same(1.0)),
                ("dt".to_owned(), Varying::Same(1.0)),
                ("nu".to_owned(), Varying::Same(1.0)),
            ],
            ..DatasetInfo::default()
        };
        let renamed = info.make_writable();
        let expected = [("a/b", "a_b"), ("", "unnamed"), ("u", "u_"), ("dt", "dt_")];
        let expected = expected.map(|(old, new)| (old.to_owned(), new.to_owned()));
        assert_eq!(renamed, expected);
        assert_eq!(info.parameters[2].0, "nu");
    }
}
