//! Datasets of records: their parts by name.

use super::{Form, Numbers, Stored};
use hdf5_reader::Datatype;

impl Numbers {
    /// Names of the parts of its records; none where it holds no records.
    pub(in crate::files) fn parts(&self) -> Vec<String> {
        match self.first.as_ref().map(|first| &first.form) {
            Some(Form::Other {
                datatype: Datatype::Compound { fields, .. },
                ..
            }) => fields.iter().map(|field| field.name.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// A part of its records by name; none where it holds no records with such a part.
    pub(in crate::files) fn part(self, name: &str) -> Option<Self> {
        let first = self.first?;
        let Form::Other {
            datatype: Datatype::Compound { fields, .. },
            offset,
        } = &first.form
        else {
            return None;
        };
        let field = fields.iter().find(|field| field.name == name)?;
        let form = Form::of(&field.datatype, None, offset + field.byte_offset as usize);
        let name = format!("{}/{name}", self.name);
        Some(Self::stored(name, Stored { form, ..first }, self.second))
    }
}
