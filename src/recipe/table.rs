//! A table of a recipe, taken apart key by key.

use super::error::{RecipeError, nearest};
use super::source::{Source, Value};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, ValueDeserializer};

/// A table of the recipe, taken apart key by key.
#[derive(Clone)]
pub(super) struct Table<'i> {
    /// Its name, "equation"; empty for the root.
    pub(super) name: String,
    /// Its place in the text.
    pub(super) span: Range<usize>,
    pub(super) keys: DeTable<'i>,
    /// Keys that were asked for already, whether they were there or not.
    pub(super) asked: Vec<String>,
}

/// The facts that an error has to know of a section.
pub(super) struct Section {
    /// Its name; empty for the root.
    pub(super) name: String,
    /// Keys that it has beside those of what is decoded.
    pub(super) keys: Vec<String>,
}

impl<'i> Table<'i> {
    /// A section that was left out; `span` is where it could stand.
    pub(super) fn empty(name: &str, span: Range<usize>) -> Self {
        Self {
            name: name.to_owned(),
            span,
            keys: DeTable::new(),
            asked: Vec::new(),
        }
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Removes a key.
    pub(super) fn take(&mut self, key: &str) -> Option<Value<'i>> {
        self.asked.push(key.to_owned());
        self.keys.remove(key)
    }

    /// Removes the keys of a part of it.
    pub(super) fn part<'k>(&mut self, keys: impl Iterator<Item = &'k str>) -> Self {
        let mut part = Self::empty(&self.name, self.span.clone());
        for key in keys {
            self.asked.push(key.to_owned());
            part.keys.extend(self.keys.remove_entry(key));
        }
        part
    }

    /// Forgets all keys but some.
    pub(super) fn keep(&mut self, kept: impl Fn(&str) -> bool) {
        let keys = std::mem::replace(&mut self.keys, DeTable::new()).into_iter();
        self.keys = keys.filter(|(key, _)| kept(key.get_ref())).collect();
    }

    /// Takes over keys of another table that are not there yet.
    pub(super) fn inherit(&mut self, other: &Self, keys: impl Fn(&str) -> bool) {
        for (key, value) in &other.keys {
            if keys(key.get_ref()) && !self.has(key.get_ref()) {
                self.keys.insert(key.clone(), value.clone());
            }
        }
    }

    /// The text that a key holds.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.keys.get(key)?.get_ref().as_str()
    }

    /// The facts that an error has to know of it.
    pub(super) fn section(&self) -> Section {
        Section {
            name: self.name.clone(),
            keys: self.asked.clone(),
        }
    }

    /// The key that stands where `key` was meant, with its place.
    pub(super) fn misspelt(&self, key: &str) -> Option<(&str, Range<usize>)> {
        let names = self.keys.keys().map(|name| name.get_ref().as_ref());
        let meant = names.filter(|name| !self.asked.iter().any(|asked| asked == name));
        let near = nearest(key, meant)?;
        self.keys().find(|(name, _)| *name == near)
    }

    /// Removes a key that holds a table.
    pub(super) fn take_table(
        &mut self,
        key: &str,
        source: &Source,
    ) -> Result<Option<Self>, RecipeError> {
        let Some(value) = self.take(key) else {
            return Ok(None);
        };
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(keys) => Ok(Some(Table {
                name: self.path(key),
                span,
                keys,
                asked: Vec::new(),
            })),
            other => {
                let message = format!("`{key}` is a table, not {}", kind(&other));
                let help = format!("write [{}] or {key} = {{ ... }}", self.path(key));
                Err(source.error(Some(span), message, Some(help)))
            }
        }
    }

    /// Removes a key that holds a list of tables, `[[key]]`; they are called `key.1`, `key.2` and so on.
    pub(super) fn take_tables(
        &mut self,
        key: &str,
        source: &Source,
    ) -> Result<Vec<Self>, RecipeError> {
        let Some(value) = self.take(key) else {
            return Ok(Vec::new());
        };
        let span = value.span();
        let wrong = |span| {
            let message = format!("`{key}` is a list of tables");
            let help = format!("write [[{}]]", self.path(key));
            source.error(Some(span), message, Some(help))
        };
        let DeValue::Array(items) = value.into_inner() else {
            return Err(wrong(span));
        };
        let tables = items.into_iter().zip(1..).map(|(item, number)| {
            let span = item.span();
            let name = format!("{}.{number}", self.path(key));
            match item.into_inner() {
                DeValue::Table(keys) => Ok(Table {
                    name,
                    span,
                    keys,
                    asked: Vec::new(),
                }),
                _ => Err(wrong(span)),
            }
        });
        tables.collect()
    }

    /// Decodes what is left of the table.
    pub(super) fn decode<T: Deserialize<'i>>(self, source: &Source) -> Result<T, RecipeError> {
        let section = self.section();
        T::deserialize(self.options()).map_err(|error| source.decoding_error(&section, &error))
    }

    /// The keys of the table that are left, as the options of a member of a list.
    pub(super) fn options(self) -> ValueDeserializer<'i> {
        Spanned::new(self.span, DeValue::Table(self.keys)).into()
    }

    /// The keys that are left, with their places.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let keys = self.keys.keys();
        keys.map(|key| (key.get_ref().as_ref(), key.span()))
    }

    /// Places of all values, by their paths.
    pub(super) fn places(&self) -> BTreeMap<String, Range<usize>> {
        let mut places = BTreeMap::new();
        collect_places("", &self.keys, &mut places);
        places
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

/// The kind of a value, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn collect_places(prefix: &str, table: &DeTable<'_>, places: &mut BTreeMap<String, Range<usize>>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{prefix}.{}", key.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(inner) => {
                collect_places(&path, inner, places);
                places.insert(path, key.span());
            }
            DeValue::Array(items) => {
                collect_items(&path, items, places);
                places.insert(path, value.span());
            }
            _ => drop(places.insert(path, value.span())),
        }
    }
}

/// The tables of a list, counted from 1: `stage.1.steps`.
fn collect_items(path: &str, items: &DeArray<'_>, places: &mut BTreeMap<String, Range<usize>>) {
    for (item, number) in items.iter().zip(1..) {
        if let DeValue::Table(inner) = item.get_ref() {
            let path = format!("{path}.{number}");
            collect_places(&path, inner, places);
            places.insert(path, item.span());
        }
    }
}
