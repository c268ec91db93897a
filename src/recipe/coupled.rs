//! `[source]` of simulation codes: programs that connect by themselves, or that the training starts.

use super::launcher::LauncherSection;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The possible forms of a token.
const TOKENS: &str =
    "{ env = \"NAME\" } or { file = \"PATH\" }: a secret does not belong into a recipe";

/// `kind = "connect"`: codes that come by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectSection {
    /// Address at which the training listens: `tcp://HOST:PORT` or `ipc://PATH`.
    pub endpoint: String,
    /// The origin of the secret that codes have to know; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenFrom>,
    /// The side that chooses conditions.
    #[serde(default)]
    pub conditions: ChosenBy,
    /// Times that a simulation goes on with another code after its own is gone.
    #[serde(default = "default_restarts")]
    pub restarts: u32,
    /// Seconds without any word of a simulation that has begun, after which it has failed.
    #[serde(default = "default_silence")]
    pub silence: f64,
    /// Seconds until a code begins a simulation, after which it has failed; any number if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<f64>,
}

/// `kind = "program"`: a program that the training starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSection {
    /// Program and arguments, in which `{name}` stands for a condition.
    pub command: Vec<String>,
    /// Working directory of its processes; that of the training if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// The engine that starts its processes; the training itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launcher: Option<LauncherSection>,
    /// Environment variables of its processes, beside those of the training.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// True for processes that make one simulation after the other, in the place of a process per simulation.
    #[serde(default)]
    pub persistent: bool,
    /// Address at which the training listens.
    #[serde(default = "any_port")]
    pub endpoint: String,
    /// The origin of the secret that programs get, and have to know; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenFrom>,
    /// The side that chooses conditions.
    #[serde(default)]
    pub conditions: ChosenBy,
    /// Times that a process which dies is started again for a simulation.
    #[serde(default = "default_restarts")]
    pub restarts: u32,
    /// Seconds without any word of a simulation, after which it has failed.
    #[serde(default = "default_silence")]
    pub silence: f64,
}

/// The side that chooses the conditions of simulations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// The sampler of the recipe: codes ask.
    #[default]
    Asked,
    /// The codes.
    Brought,
}

/// The origin of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFrom {
    /// An environment variable of the training.
    Env(String),
    /// A file, whose blanks at both ends do not count.
    File(PathBuf),
}

/// The keys that both kinds have.
#[derive(Debug, Clone, Copy)]
pub struct Coupled<'a> {
    /// Address at which the training listens.
    pub endpoint: &'a str,
    /// The origin of the secret.
    pub token: Option<&'a TokenFrom>,
    /// The side that chooses conditions.
    pub conditions: ChosenBy,
    /// Restarts per simulation.
    pub restarts: u32,
    /// Seconds without any word.
    pub silence: f64,
    /// Seconds until a simulation begins.
    pub wait: Option<f64>,
    /// The program that is started, if one is.
    pub program: Option<&'a ProgramSection>,
}

impl ConnectSection {
    pub(super) fn coupled(&self) -> Coupled<'_> {
        Coupled {
            endpoint: &self.endpoint,
            token: self.token.as_ref(),
            conditions: self.conditions,
            restarts: self.restarts,
            silence: self.silence,
            wait: self.wait,
            program: None,
        }
    }
}

impl ProgramSection {
    pub(super) fn coupled(&self) -> Coupled<'_> {
        Coupled {
            endpoint: &self.endpoint,
            token: self.token.as_ref(),
            conditions: self.conditions,
            restarts: self.restarts,
            silence: self.silence,
            // One of several processes may be busy with another simulation for long.
            wait: (!self.persistent).then_some(self.silence),
            program: Some(self),
        }
    }
}

impl Coupled<'_> {
    /// The simulations in words, `at_once` of which run at a time where they are started.
    #[must_use]
    pub fn describe(&self, at_once: usize) -> String {
        let protected = if self.token.is_some() {
            ", with a token"
        } else {
            ""
        };
        let endpoint = self.endpoint;
        let Some(program) = self.program else {
            return format!("connect: codes that come to {endpoint}{protected}");
        };
        let launcher = program.launcher.as_ref();
        let launcher = launcher.and_then(LauncherSection::launcher);
        let words = launcher.iter().flat_map(|launcher| launcher.command());
        let words: Vec<&str> = words.chain(&program.command).map(String::as_str).collect();
        let command = words.join(" ");
        let processes = match (program.persistent, at_once) {
            (true, 1) => "1 process for all simulations".to_owned(),
            (true, count) => format!("{count} processes for all simulations"),
            (false, count) => format!("a process per simulation, {count} at a time"),
        };
        format!("program: {command}; {processes}, at {endpoint}{protected}")
    }
}

struct TokenForm;

impl<'de> Visitor<'de> for TokenForm {
    type Value = TokenFrom;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(TOKENS)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<TokenFrom, E> {
        Err(E::custom(format!("expected {TOKENS}")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TokenFrom, A::Error> {
        let token = match map.next_key::<String>()?.as_deref() {
            Some("env") => TokenFrom::Env(map.next_value()?),
            Some("file") => TokenFrom::File(map.next_value()?),
            Some(other) => return Err(A::Error::unknown_field(other, &["env", "file"])),
            None => return Err(A::Error::custom(format!("expected {TOKENS}; found {{ }}"))),
        };
        match map.next_key::<String>()? {
            None => Ok(token),
            Some(other) => Err(A::Error::custom(format!(
                "`{other}` beside another key: expected {TOKENS}"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for TokenFrom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TokenForm)
    }
}

fn any_port() -> String {
    "tcp://127.0.0.1:0".to_owned()
}

fn default_restarts() -> u32 {
    2
}

fn default_silence() -> f64 {
    3600.0
}
