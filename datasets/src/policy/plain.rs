//! Policies without options.

use super::{Policy, PolicyConfig};
use crate::Window;
use ondine_solvers::initial::Options;
use serde::Deserialize;
use std::sync::Arc;

/// The constructor of a policy from a capacity and a watermark.
type Build = fn(usize, usize) -> Box<dyn Policy<Window>>;

/// Reads the options of a policy that has none.
///
/// # Errors
/// When there are some.
pub fn plain(options: Options<'_>, build: Build) -> Result<Arc<dyn PolicyConfig>, toml::de::Error> {
    let Nothing {} = Nothing::deserialize(options)?;
    Ok(Arc::new(Plain(build)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

struct Plain(Build);

impl PolicyConfig for Plain {
    fn build(&self, capacity: usize, watermark: usize) -> Box<dyn Policy<Window>> {
        (self.0)(capacity, watermark)
    }
}
