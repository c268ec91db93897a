//! The text of a recipe as a tree that knows the place of every value.

use super::error::{Place, RecipeError, nearest, suggest};
use super::keys;
use super::table::{Section, Table};
use crate::wording::{plain, toml_fault};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The fault of a key that its section does not take.
const KEY: &str = "unknown key";

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
        let span = error
            .span()
            .or_else(|| self.named(section, error.message()));
        self.error(span, message, help)
    }

    /// The place of the first key of a section that a message names, or that of the section itself.
    fn named(&self, section: &Section, message: &str) -> Option<Range<usize>> {
        let names = message.split('`').skip(1).step_by(2);
        let keys = names.map(|name| format!("{}.{name}", section.name));
        let mut paths = keys.chain([section.name.clone()]);
        paths.find_map(|path| self.places.get(&path).cloned())
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

/// serde's message in the words of recipes: its backticks hold the wrong name, then the right ones.
fn reword(section: &Section, message: &str) -> (String, Option<String>) {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let place = if section.name.is_empty() {
        "the recipe".to_owned()
    } else {
        format!("[{}]", section.name)
    };
    let wrong_name = |what: &str, others: &[String]| {
        let (wrong, right) = names.split_first()?;
        let others = others.iter().map(String::as_str);
        let right: Vec<&str> = others.chain(right.iter().copied()).collect();
        let help = match nearest(wrong, right.iter().copied()) {
            None if what == KEY => keys::elsewhere(wrong, &section.name),
            _ => None,
        };
        let help = help.unwrap_or_else(|| suggest(wrong, &right));
        Some((format!("{what} `{wrong}` in {place}"), Some(help)))
    };
    let reworded = if message.starts_with("unknown field") {
        wrong_name(KEY, &section.keys)
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
