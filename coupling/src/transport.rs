//! Streams of bytes over TCP and over Unix sockets.

use crate::code::{Code, Result};
use crate::endpoint::Endpoint;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
#[cfg(unix)]
use std::path::Path;

/// A connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// The same call of either stream.
macro_rules! either {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self {
            Self::Tcp($stream) => $call,
            #[cfg(unix)]
            Self::Unix($stream) => $call,
        }
    };
}

impl Stream {
    /// Connects; each address of a host has this much time.
    pub(crate) fn connect(endpoint: &Endpoint, limit: Duration) -> io::Result<Self> {
        match endpoint {
            Endpoint::Tcp(host) => connect_tcp(host, limit),
            #[cfg(unix)]
            Endpoint::Ipc(path) => UnixStream::connect(path).map(Self::Unix),
            #[cfg(not(unix))]
            Endpoint::Ipc(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    pub(crate) fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        either!(self, stream => stream.set_nonblocking(on))
    }

    pub(crate) fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        either!(self, stream => stream.set_read_timeout(limit))
    }

    pub(crate) fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        either!(self, stream => stream.set_write_timeout(limit))
    }

    /// Ends the way out; the other side reads what is on it, and then its end.
    pub(crate) fn shutdown_write(&self) {
        // As below.
        let _ = either!(self, stream => stream.shutdown(Shutdown::Write));
    }

    /// Ends both directions; a thread that reads from the connection comes back.
    pub(crate) fn shutdown(&self) {
        // A connection that is gone already is what is wanted.
        let _ = either!(self, stream => stream.shutdown(Shutdown::Both));
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        either!(self, stream => stream.read(bytes))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        either!(self, stream => stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        either!(self, stream => stream.flush())
    }
}

fn connect_tcp(host: &str, limit: Duration) -> io::Result<Stream> {
    let addresses = Endpoint::addresses(host).map_err(io::Error::other)?;
    let mut last = io::ErrorKind::NotFound.into();
    for address in addresses {
        match TcpStream::connect_timeout(&address, limit) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(Stream::Tcp(stream));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Whether an error says no more than that nothing happened in time.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

/// A socket that waits for connections.
#[derive(Debug)]
pub(crate) enum Acceptor {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, std::path::PathBuf),
}

impl Acceptor {
    /// Binds an endpoint. Beyond the machine itself only with a token.
    pub(crate) fn bind(endpoint: &Endpoint, has_token: bool) -> Result<Self> {
        let acceptor = match endpoint {
            Endpoint::Tcp(host) => {
                if !has_token && !endpoint.is_local()? {
                    return Err(unprotected(endpoint));
                }
                bind_tcp(host)?
            }
            #[cfg(unix)]
            Endpoint::Ipc(path) => bind_unix(path)?,
            #[cfg(not(unix))]
            Endpoint::Ipc(_) => {
                return Err(Code::Endpoint.error("`ipc://` needs Unix sockets; write `tcp://`"));
            }
        };
        Ok(acceptor)
    }

    /// The endpoint with the port that was chosen, where 0 was asked for.
    pub(crate) fn endpoint(&self) -> io::Result<Endpoint> {
        match self {
            Self::Tcp(listener) => {
                let address = listener.local_addr()?;
                Ok(Endpoint::Tcp(address.to_string()))
            }
            #[cfg(unix)]
            Self::Unix(_, path) => Ok(Endpoint::Ipc(path.clone())),
        }
    }

    /// The next connection; `WouldBlock` where none waits.
    pub(crate) fn accept(&self) -> io::Result<Stream> {
        let stream = match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Stream::Tcp(stream)
            }
            #[cfg(unix)]
            Self::Unix(listener, _) => Stream::Unix(listener.accept()?.0),
        };
        stream.set_nonblocking(false)?;
        Ok(stream)
    }
}

#[cfg(unix)]
impl Drop for Acceptor {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // A socket that somebody removed is gone as well.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn unprotected(endpoint: &Endpoint) -> crate::Error {
    let text = format!(
        "`{endpoint}` can be reached from other machines, so a token is needed; \
         set one, or listen on `tcp://127.0.0.1:PORT`"
    );
    Code::Token.error(text)
}

fn bind_tcp(host: &str) -> Result<Acceptor> {
    let addresses = Endpoint::addresses(host)?;
    let bound = TcpListener::bind(&addresses[..]).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(Acceptor::Tcp(listener))
    });
    bound.map_err(|error| not_bound(&format!("tcp://{host}"), &error))
}

fn not_bound(endpoint: &str, error: &io::Error) -> crate::Error {
    if error.kind() == io::ErrorKind::AddrInUse {
        let text = format!("`{endpoint}` is in use by another program; choose another one");
        return Code::InUse.error(text);
    }
    Code::Endpoint.error(format!("`{endpoint}` can't be listened on: {error}"))
}

/// Binds a path; a socket that a dead process left there is replaced.
#[cfg(unix)]
fn bind_unix(path: &Path) -> Result<Acceptor> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let is_socket = path
        .metadata()
        .is_ok_and(|data| data.file_type().is_socket());
    if is_socket && UnixStream::connect(path).is_err() {
        // Where this fails, binding says why.
        let _ = std::fs::remove_file(path);
    }
    let bound = UnixListener::bind(path).and_then(|listener| {
        let own = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, own)?;
        listener.set_nonblocking(true)?;
        Ok(Acceptor::Unix(listener, path.to_owned()))
    });
    bound.map_err(|error| not_bound(&format!("ipc://{}", path.display()), &error))
}
