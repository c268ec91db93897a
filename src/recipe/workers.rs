//! `ensemble.launcher`: workers that come to a training from other machines.

use super::TokenFrom;
use serde::{Deserialize, Serialize};

/// `launcher = { endpoint = ..., ... }` of `[ensemble]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkersSection {
    /// Address at which the training listens: `tcp://HOST:PORT` or `ipc://PATH`.
    pub endpoint: String,
    /// Workers that have a simulation at a time, at most, 1 or more.
    pub workers: usize,
    /// The origin of the secret that workers have to know; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenFrom>,
    /// Command that starts workers, with its arguments; empty where they come by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
}

impl WorkersSection {
    /// The workers in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self {
            endpoint, workers, ..
        } = self;
        let protected = match self.token {
            Some(_) => ", with a token",
            None => "",
        };
        let started = match &self.command[..] {
            [] => "come by themselves".to_owned(),
            words => format!("are started by `{}`", words.join(" ")),
        };
        format!("{workers} at most, which {started}, at {endpoint}{protected}")
    }
}
