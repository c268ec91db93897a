//! Options of a client, from calls and from the environment.

use crate::client::Client;
use crate::code::{Code, Result};
use std::time::Duration;

/// Behaviour of [`Client::commit`] while the training is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// The code waits, up to the time limit.
    Block,
    /// The frame is dropped and counted.
    Drop,
    /// The call fails with [`Code::Full`], and may be repeated.
    Fail,
}

/// Options of a client.
///
/// ```no_run
/// use ondine_coupling::{ClientOptions, WhenFull};
/// let client = ClientOptions::from_environment()?
///     .token("secret")
///     .when_full(WhenFull::Drop)
///     .open("tcp://trainer:4711")?;
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClientOptions {
    pub(super) token: String,
    pub(super) when_full: WhenFull,
    pub(super) timeout: Duration,
    pub(super) reconnect: Duration,
    pub(super) window: usize,
    pub(super) ranks: u32,
    pub(super) simulation: Option<u64>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            token: String::new(),
            when_full: WhenFull::Block,
            timeout: Duration::from_secs(600),
            reconnect: Duration::from_secs(30),
            window: 8,
            ranks: 1,
            simulation: None,
        }
    }
}

impl ClientOptions {
    /// Options of the environment: `ONDINE_TOKEN`, `ONDINE_WHEN_FULL`, `ONDINE_TIMEOUT`, `ONDINE_RECONNECT`,
    /// `ONDINE_WINDOW`, `ONDINE_RANKS`, `ONDINE_SIMULATION`, with the values of [`set`](Self::set).
    ///
    /// # Errors
    /// [`Code::Argument`] for a value that makes no sense.
    pub fn from_environment() -> Result<Self> {
        let mut options = Self::default();
        for name in NAMES {
            let variable = format!("ONDINE_{}", name.to_uppercase());
            if let Some(value) = std::env::var_os(&variable) {
                options.set(name, &value.to_string_lossy())?;
            }
        }
        Ok(options)
    }

    /// Sets an option by name, for languages without this type: `token`; `when_full` to `block`, `drop` or `fail`;
    /// `timeout` and `reconnect` in seconds; `window` and `ranks` to counts of 1 or more; `simulation` to a number.
    ///
    /// # Errors
    /// [`Code::Argument`] for another name, or a value that makes no sense.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let wrong = |need: &str| {
            let text = format!("option `{name}` = `{value}`: {need} is needed");
            Code::Argument.error(text)
        };
        let seconds = || {
            let seconds = value.parse().ok();
            let limit = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            limit.ok_or_else(|| wrong("a number of seconds"))
        };
        let count = || match value.parse::<u32>() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(wrong("a count of 1 or more")),
        };
        match name {
            "token" => self.token = value.to_owned(),
            "when_full" => {
                self.when_full = when_full(value).ok_or_else(|| wrong("block, drop or fail"))?;
            }
            "timeout" => self.timeout = seconds()?,
            "reconnect" => self.reconnect = seconds()?,
            "window" => self.window = count()? as usize,
            "ranks" => self.ranks = count()?,
            "simulation" => {
                self.simulation = Some(value.parse().map_err(|_| wrong("a number"))?);
            }
            _ => {
                let names = NAMES.join(", ");
                let text = format!("`{name}` is no option of a client; there are {names}");
                return Err(Code::Argument.error(text));
            }
        }
        Ok(())
    }

    /// The secret that the listener asks for.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// Behaviour while the training is behind; to wait by default.
    #[must_use]
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// Time after which a call fails during which the training took nothing, 600 s by default.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Time during which a broken connection is made again, 30 s by default.
    #[must_use]
    pub fn reconnect(mut self, limit: Duration) -> Self {
        self.reconnect = limit;
        self
    }

    /// Frames that are kept until the training has them, 8 by default: memory of the code, and frames on their way.
    #[must_use]
    pub fn window(mut self, frames: usize) -> Self {
        self.window = frames.max(1);
        self
    }

    /// Clients that make each simulation together, 1 by default: one per rank of a parallel code.
    #[must_use]
    pub fn ranks(mut self, ranks: u32) -> Self {
        self.ranks = ranks.max(1);
        self
    }

    /// Number of the first simulation, for a process that was started for it.
    #[must_use]
    pub fn simulation(mut self, number: u64) -> Self {
        self.simulation = Some(number);
        self
    }

    /// Connects to the listener of a training.
    ///
    /// # Errors
    /// [`Code::Endpoint`], [`Code::Connect`], [`Code::Version`] or [`Code::Token`].
    pub fn open(self, endpoint: &str) -> Result<Client> {
        Client::connect(endpoint, self)
    }
}

/// The names of all options.
const NAMES: [&str; 7] = [
    "token",
    "when_full",
    "timeout",
    "reconnect",
    "window",
    "ranks",
    "simulation",
];

fn when_full(value: &str) -> Option<WhenFull> {
    match value {
        "block" => Some(WhenFull::Block),
        "drop" => Some(WhenFull::Drop),
        "fail" => Some(WhenFull::Fail),
        _ => None,
    }
}
