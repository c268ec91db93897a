#![doc = include_str!("../README.md")]

mod client;
mod code;
mod crew;
mod endpoint;
mod field;
mod group;
mod launcher;
mod listener;
mod process;
mod program;
mod transport;
pub mod wire;

pub use client::{Block, Client, ClientOptions, Simulation, WhenFull, reach};
pub use code::{CODES, Code, Error, Result};
pub use crew::Crew;
pub use endpoint::Endpoint;
pub use field::{Dtype, Element, Field, MAX_NAME, MAX_RANK, Region, Values};
pub use group::ProcessGroup;
pub use launcher::Launcher;
pub use listener::{
    Attempts, Begun, Chooser, Event, Job, Listener, ListenerOptions, Outcome, Statistics,
};
pub use process::Process;
pub use program::Program;
