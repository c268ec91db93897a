//! The text of a recipe as a tree that knows the place of every value.

use super::error::{Place, RecipeError, nearest, suggest};
use crate::wording::{plain, toml_fault};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, ValueDeserializer};

/// A value of the tree.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// The text of a recipe, the overrides of the command line, and where every key stands.
#[derive(Debug, Clone, Default)]
pub struct Source {
    path: String,
    text: String,
    overrides: Vec<String>,
    places: BTreeMap<String, Range<usize>>,
}

impl Source {
    /// The source of the recipe `text`, read from `path`, with overrides `key=value`.
    pub(super) fn new(path: &str, text: &str, overrides: &[String]) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            overrides: overrides.to_vec(),
            places: BTreeMap::new(),
        }
    }

    /// Parses the text and applies the overrides.
    pub(super) fn tree(&self) -> Result<Table<'_>, RecipeError> {
        let root = DeTable::parse(&self.text).map_err(|error| {
            let (message, help) = toml_fault(&self.text, &error);
            self.error(error.span(), format!("not valid TOML: {message}"), help)
        })?;
        self.refuse_dates(&root)?;
        let span = root.span();
        let mut root = root.into_inner();
        for (i, typed) in self.overrides.iter().enumerate() {
            self.apply(&mut root, typed, self.text.len() + 1 + i)?;
        }
        Ok(Table {
            name: String::new(),
            span,
            keys: root,
            asked: Vec::new(),
        })
    }

    /// Notes where every key stands, for checks that come after decoding.
    pub(super) fn note_places(&mut self, places: BTreeMap<String, Range<usize>>) {
        self.places = places;
    }

    /// The folder of the recipe, in which it looks for other files.
    pub fn folder(&self) -> &Path {
        Path::new(&self.path).parent().unwrap_or(Path::new(""))
    }

    /// The name of the recipe in errors, where it was read its path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text as typed, without overrides.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the recipe without folder and extension.
    pub(super) fn stem(&self) -> String {
        let stem = Path::new(&self.path).file_stem();
        stem.map_or(String::new(), |stem| stem.to_string_lossy().into_owned())
    }

    /// Whether the key `path` was written.
    pub fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// An error at the key `path` ("equation.viscosity"), or at the nearest key around it that was written.
    pub fn error_at(&self, path: &str, message: impl Into<String>) -> RecipeError {
        let mut path = path;
        loop {
            if let Some(span) = self.places.get(path) {
                return self.error(Some(span.clone()), message.into(), None);
            }
            match path.rsplit_once('.') {
                Some((parent, _)) => path = parent,
                None => return self.error(None, message.into(), None),
            }
        }
    }

    /// An error at a range of the text; ranges beyond its end stand for the overrides.
    pub(super) fn error(
        &self,
        span: Option<Range<usize>>,
        message: String,
        help: Option<String>,
    ) -> RecipeError {
        let path = self.path.clone();
        let place = match span {
            None => Place::Whole { path },
            Some(span) if span.start > self.text.len() => Place::Override {
                typed: self.overrides[span.start - self.text.len() - 1].clone(),
            },
            Some(span) => Place::File {
                path,
                text: self.text.clone(),
                span,
            },
        };
        RecipeError {
            message,
            help,
            place,
        }
    }

    /// The error of a section that is not there.
    pub(crate) fn missing_section(&self, key: &str) -> RecipeError {
        let help = format!("write a table [{key}], as recipes/quickstart.toml has it");
        self.error(None, format!("the section [{key}] is missing"), Some(help))
    }

    /// An error of a member's own decoding, in the words of recipes.
    pub(super) fn decoding_error(&self, section: &Section, error: &toml::de::Error) -> RecipeError {
        let (message, help) = reword(section, error.message());
        self.error(error.span(), message, help)
    }

    /// Refuses dates, which no key takes.
    fn refuse_dates(&self, root: &Spanned<DeTable<'_>>) -> Result<(), RecipeError> {
        let Some((key, span)) = date_in(root.get_ref()) else {
            return Ok(());
        };
        let help = "write a number, or a text in quotes".to_owned();
        Err(self.error(Some(span), format!("`{key}` is a date"), Some(help)))
    }

    /// Sets `typed` ("a.b=value") in the tree; `mark` stands for its place.
    fn apply<'i>(
        &'i self,
        root: &mut DeTable<'i>,
        typed: &'i str,
        mark: usize,
    ) -> Result<(), RecipeError> {
        let place = || Some(mark..mark);
        let Some((key, raw)) = typed.split_once('=') else {
            let message = format!("`{typed}` has no `=`");
            let help = Some("write --set section.key=value".to_owned());
            return Err(self.error(place(), message, help));
        };
        let value = DeValue::parse(raw.trim()).map_or_else(
            |_| Spanned::new(mark..mark, DeValue::String(Cow::Borrowed(raw.trim()))),
            |value| match value.get_ref() {
                DeValue::Datetime(_) => {
                    Spanned::new(mark..mark, DeValue::String(Cow::Borrowed(raw.trim())))
                }
                _ => moved(value, mark),
            },
        );
        let mut steps = key.trim().split('.').peekable();
        let mut table = root;
        while let Some(step) = steps.next() {
            let name = Spanned::new(mark..mark, Cow::Borrowed(step));
            if steps.peek().is_none() {
                table.insert(name, value);
                return Ok(());
            }
            let empty = || Spanned::new(mark..mark, DeValue::Table(DeTable::new()));
            let mut next = table.entry(name).or_insert_with(empty).get_mut();
            if let DeValue::Array(items) = next {
                let number = steps.next().and_then(|number| number.parse::<usize>().ok());
                let item = number.and_then(|number| items.get_mut(number.checked_sub(1)?));
                let Some(item) = item else {
                    let message = format!(
                        "`{step}` in `{key}` is a list: its tables are {step}.1, {step}.2, ..."
                    );
                    return Err(self.error(place(), message, None));
                };
                next = item.get_mut();
            }
            let DeValue::Table(inner) = next else {
                let message = format!("`{step}` in `{key}` is a value, not a table");
                return Err(self.error(place(), message, None));
            };
            table = inner;
        }
        Ok(())
    }
}

/// A value with every place in it replaced by `mark`.
fn moved<'i>(value: Value<'i>, mark: usize) -> Value<'i> {
    let inner = match value.into_inner() {
        DeValue::Array(array) => {
            DeValue::Array(array.into_iter().map(|item| moved(item, mark)).collect())
        }
        DeValue::Table(table) => {
            let keys = table.into_iter().map(|(key, item)| {
                (
                    Spanned::new(mark..mark, key.into_inner()),
                    moved(item, mark),
                )
            });
            DeValue::Table(keys.collect())
        }
        plain => plain,
    };
    Spanned::new(mark..mark, inner)
}

/// A table of the recipe, taken apart key by key.
#[derive(Clone)]
pub(super) struct Table<'i> {
    /// Its name, "equation"; empty for the root.
    pub(super) name: String,
    /// Where it stands.
    pub(super) span: Range<usize>,
    keys: DeTable<'i>,
    /// Keys that were asked for already, whether they were there or not.
    asked: Vec<String>,
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

    /// What is left of the table, as the options of a member of a list.
    pub(super) fn options(self) -> ValueDeserializer<'i> {
        Spanned::new(self.span, DeValue::Table(self.keys)).into()
    }

    /// The keys that are left, with their places.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let keys = self.keys.keys();
        keys.map(|key| (key.get_ref().as_ref(), key.span()))
    }

    /// Where every value stands, by its path.
    pub(super) fn places(&self) -> BTreeMap<String, Range<usize>> {
        let mut places = BTreeMap::new();
        collect_places("", &self.keys, &mut places);
        places
    }

    fn path(&self, key: &str) -> String {
        match self.name.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.name),
        }
    }
}

/// The first key that holds a date, with the place of the date.
fn date_in(table: &DeTable<'_>) -> Option<(String, Range<usize>)> {
    table
        .iter()
        .find_map(|(key, value)| date_at(key.get_ref(), value))
}

/// The same of the value of a key.
fn date_at(key: &str, value: &Value<'_>) -> Option<(String, Range<usize>)> {
    match value.get_ref() {
        DeValue::Datetime(_) => Some((key.to_owned(), value.span())),
        DeValue::Table(inner) => date_in(inner),
        DeValue::Array(items) => items.iter().find_map(|item| date_at(key, item)),
        _ => None,
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
        let path = match prefix.is_empty() {
            true => key.get_ref().to_string(),
            false => format!("{prefix}.{}", key.get_ref()),
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

/// serde's message in the words of recipes: its backticks hold the wrong name, then the right ones.
fn reword(section: &Section, message: &str) -> (String, Option<String>) {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let place = match section.name.is_empty() {
        true => "the recipe".to_owned(),
        false => format!("[{}]", section.name),
    };
    let wrong_name = |what: &str, others: &[String]| {
        let (wrong, right) = names.split_first()?;
        let others = others.iter().map(String::as_str);
        let right: Vec<&str> = others.chain(right.iter().copied()).collect();
        Some((
            format!("{what} `{wrong}` in {place}"),
            Some(suggest(wrong, &right)),
        ))
    };
    let reworded = if message.starts_with("unknown field") {
        wrong_name("unknown key", &section.keys)
    } else if message.starts_with("unknown variant") {
        wrong_name("unknown value", &[])
    } else if message.starts_with("missing field") {
        names
            .first()
            .map(|name| (format!("{place} needs the key `{name}`"), None))
    } else {
        None
    };
    reworded.unwrap_or_else(|| (plain(message), None))
}
