//! `[objective]`, and the `objective` of a stage, which changes it. Keys of its own are read by the objective.

use super::choice::{Chosen, choose, decode_member};
use super::extensions::with_note;
use super::table::Table;
use super::{RecipeError, Source, resolved, suggest};
use crate::objective::{COMMON_KEYS, ObjectiveConfig, ObjectiveEntry, ObjectiveSection};
use std::sync::Arc;

/// An objective with its options.
pub type Objective = Chosen<ObjectiveEntry, Arc<dyn ObjectiveConfig>>;

/// The objectives that a recipe may name, and the keys of its main section, which stages inherit.
pub(super) struct Objectives<'i> {
    list: Vec<&'static ObjectiveEntry>,
    main: Table<'i>,
}

impl Objective {
    /// The section with nothing left to defaults.
    pub(super) fn resolved(&self, section: &ObjectiveSection) -> toml::Table {
        let keys = resolved::table(section).into_iter();
        let keys = keys.chain(self.options.options());
        resolved::with_kind(self.entry.kind, keys.collect())
    }
}

impl<'i> Objectives<'i> {
    /// The objectives of `list`, for a recipe with the main section `main`.
    pub(super) fn new(list: Vec<&'static ObjectiveEntry>, main: Table<'i>) -> Self {
        Self { list, main }
    }

    /// The objective of the main section. Where there are stages it may have keys that another objective reads, for them.
    pub(super) fn main(
        &self,
        has_stages: bool,
        source: &Source,
    ) -> Result<(Objective, ObjectiveSection), RecipeError> {
        let mut table = self.main.clone();
        let entry = self.chosen(&mut table, "one_step", source)?;
        if has_stages {
            table.keep(|key| entry.reads(key) || is_common(key));
        }
        self.decode(table, entry, source)
    }

    /// The objective of a stage: its own keys, and those of the main section that it reads.
    pub(super) fn changed(
        &self,
        mut table: Table<'i>,
        kind: &str,
        source: &Source,
    ) -> Result<(Objective, ObjectiveSection), RecipeError> {
        let entry = self.chosen(&mut table, kind, source)?;
        table.inherit(&self.main, |key| {
            (entry.reads(key) || is_common(key)) && key != "norm_weight"
        });
        if !matches!(table.text("norm"), None | Some("l2")) {
            table.inherit(&self.main, |key| key == "norm_weight");
        }
        self.decode(table, entry, source)
    }

    fn chosen(
        &self,
        table: &mut Table<'_>,
        kind: &str,
        source: &Source,
    ) -> Result<&'static ObjectiveEntry, RecipeError> {
        let entry = choose(table, &self.list, |e| e.kind, Some(kind), source).map_err(with_note)?;
        self.refuse_unknown(table, source)?;
        Ok(entry)
    }

    fn decode(
        &self,
        mut table: Table<'_>,
        entry: &'static ObjectiveEntry,
        source: &Source,
    ) -> Result<(Objective, ObjectiveSection), RecipeError> {
        let reads = |key: &str| entry.reads(key) || is_common(key);
        if let Some((key, span)) = table.keys().find(|(key, _)| !reads(key)) {
            let message = format!("`{}` has no `{key}`", entry.kind);
            return Err(source.error(Some(span), message, None));
        }
        let own = table.part(entry.keys.iter().map(|(key, _)| *key));
        let options = decode_member(own, entry.decode, source)?;
        Ok((Chosen { entry, options }, table.decode(source)?))
    }

    /// Refuses a key that no objective reads.
    fn refuse_unknown(&self, table: &Table<'_>, source: &Source) -> Result<(), RecipeError> {
        let own = self.list.iter().flat_map(|entry| entry.keys);
        let mut names = vec!["kind"];
        for (name, _) in COMMON_KEYS.iter().chain(own) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let unknown = table.keys().find(|(key, _)| !names.contains(key));
        unknown.map_or(Ok(()), |(key, span)| {
            let message = format!("unknown key `{key}` in [{}]", table.name);
            Err(source.error(Some(span), message, Some(suggest(key, &names))))
        })
    }
}

fn is_common(key: &str) -> bool {
    COMMON_KEYS.iter().any(|(name, _)| *name == key)
}
