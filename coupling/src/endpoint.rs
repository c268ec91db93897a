//! Endpoints: where a listener is found.

use crate::code::{Code, Error, Result};
use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;

/// Place of a listener: a socket in the file system, or a port of a machine.
///
/// ```
/// use ondine_coupling::{Code, Endpoint};
/// let endpoint: Endpoint = "tcp://127.0.0.1:4711".parse()?;
/// assert_eq!(endpoint.to_string(), "tcp://127.0.0.1:4711");
/// assert_eq!("http://host".parse::<Endpoint>().unwrap_err().code, Code::Endpoint);
/// # Ok::<(), ondine_coupling::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// `ipc://PATH`: a Unix socket, for codes of the same machine.
    Ipc(PathBuf),
    /// `tcp://HOST:PORT`.
    Tcp(String),
}

impl Endpoint {
    /// Whether other machines can't reach it.
    ///
    /// # Errors
    /// [`Code::Endpoint`] for a host without an address.
    pub fn is_local(&self) -> Result<bool> {
        match self {
            Self::Ipc(_) => Ok(true),
            Self::Tcp(host) => {
                let addresses = Self::addresses(host)?;
                Ok(addresses.iter().all(|address| address.ip().is_loopback()))
            }
        }
    }

    /// The addresses of a host and port.
    pub(crate) fn addresses(host: &str) -> Result<Vec<SocketAddr>> {
        let found = host.to_socket_addrs().map(Vec::from_iter);
        let found = found.map_err(|error| {
            Code::Endpoint.error(format!("`tcp://{host}` is no address: {error}"))
        })?;
        if found.is_empty() {
            return Err(Code::Endpoint.error(format!("`tcp://{host}` has no address")));
        }
        Ok(found)
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            let text = format!("`{text}` is no endpoint; write `ipc://PATH` or `tcp://HOST:PORT`");
            Code::Endpoint.error(text)
        };
        if let Some(path) = text.strip_prefix("ipc://") {
            let path = (!path.is_empty()).then(|| Self::Ipc(path.into()));
            return path.ok_or_else(wrong);
        }
        let host = text.strip_prefix("tcp://").ok_or_else(wrong)?;
        let (name, port) = host.rsplit_once(':').ok_or_else(wrong)?;
        if name.is_empty() || port.parse::<u16>().is_err() {
            return Err(wrong());
        }
        Ok(Self::Tcp(host.to_owned()))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipc(path) => write!(f, "ipc://{}", path.display()),
            Self::Tcp(host) => write!(f, "tcp://{host}"),
        }
    }
}
