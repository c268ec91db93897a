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

    /// The endpoint of the listener with this number among several that share a recipe: the port after so many, or a path with
    /// the number at its end. The first one has the endpoint itself, and any free port is for all.
    ///
    /// ```
    /// use ondine_coupling::Endpoint;
    /// let endpoint: Endpoint = "tcp://127.0.0.1:4711".parse()?;
    /// assert_eq!(endpoint.numbered(2)?.to_string(), "tcp://127.0.0.1:4713");
    /// # Ok::<(), ondine_coupling::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Endpoint`] where there is no such port.
    pub fn numbered(&self, number: usize) -> Result<Self> {
        match self {
            Self::Ipc(path) if number > 0 => {
                let mut path = path.clone().into_os_string();
                path.push(format!(".{number}"));
                Ok(Self::Ipc(path.into()))
            }
            Self::Tcp(host) => {
                let (name, port) = host.rsplit_once(':').unwrap_or((host, "0"));
                let first: usize = port.parse().unwrap_or(0);
                let port = if first == 0 { 0 } else { first + number };
                if port > usize::from(u16::MAX) {
                    let text = format!(
                        "{} listeners need the ports {first} to {port}, and 65535 is the last",
                        number + 1
                    );
                    return Err(Code::Endpoint.error(text));
                }
                Ok(Self::Tcp(format!("{name}:{port}")))
            }
            Self::Ipc(_) => Ok(self.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_of_one_recipe_have_endpoints_of_their_own() {
        let numbered = |text: &str, number| {
            let endpoint: Endpoint = text.parse().expect("an endpoint");
            endpoint
                .numbered(number)
                .map(|endpoint| endpoint.to_string())
        };
        for (text, number, expected) in [
            ("ipc:///tmp/training", 0, "ipc:///tmp/training"),
            ("ipc:///tmp/training", 3, "ipc:///tmp/training.3"),
            ("tcp://[::1]:4711", 1, "tcp://[::1]:4712"),
            ("tcp://node:0", 5, "tcp://node:0"),
        ] {
            assert_eq!(numbered(text, number).as_deref(), Ok(expected));
        }
        let error = numbered("tcp://node:65534", 2).expect_err("there is no such port");
        assert_eq!(error.code, Code::Endpoint);
    }
}
