//! The side of the worker process: simulates what it is asked for until its input ends.

use super::wire::{self, Message, Trouble, WireError};
use crate::{DataError, FailureKind, Source, guarded};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// Answers the training on the other side of `input` and `output`: `build` makes the sources of the recipe, one an
/// ensemble. When the input ends, so does this process, at once, even within a frame: nobody is left to read it.
///
/// # Errors
/// When the connection breaks, or the other side speaks another language.
pub fn serve(
    mut input: impl Read + Send + 'static,
    output: &mut impl Write,
    build: impl FnOnce(&str) -> Result<Vec<Arc<dyn Source>>, String>,
) -> Result<(), WireError> {
    wire::greet(&mut input, output)?;
    let messages = listen(input);
    let Ok(first) = messages.recv() else {
        return Ok(());
    };
    let Message::Setup { recipe } = first? else {
        return Err(WireError::Contents(0));
    };
    let sources = match build(&recipe) {
        Ok(sources) => sources,
        Err(text) => return Ok(wire::write(output, &failed(Trouble::Setup, text))?),
    };
    wire::write(output, &Message::Ready)?;
    while let Ok(message) = messages.recv() {
        let Message::Job {
            ensemble,
            simulation,
            attempt,
            point,
        } = message?
        else {
            return Err(WireError::Contents(0));
        };
        let source = sources.get(usize::from(ensemble));
        let again = source.and_then(|source| source.again(attempt));
        let placed = if point.is_empty() {
            again
        } else {
            again.and_then(|source| source.at(&point))
        };
        let Some(source) = placed else {
            let text = format!("there is no attempt {attempt} of ensemble {ensemble} at {point:?}");
            wire::write(output, &failed(Trouble::Setup, text))?;
            continue;
        };
        work(&*source, simulation, output)?;
    }
    Ok(())
}

/// Reads messages on a thread of their own, which ends the process when its input ends.
fn listen(mut input: impl Read + Send + 'static) -> Receiver<Result<Message, WireError>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        loop {
            match wire::read(&mut input, 0) {
                Ok(None) => std::process::exit(0),
                Ok(Some(message)) => drop(sender.send(Ok(message))),
                Err(error) => return drop(sender.send(Err(error))),
            }
        }
    });
    receiver
}

/// One simulation, from its first frame to its end or failure.
fn work(source: &dyn Source, simulation: u64, output: &mut impl Write) -> Result<(), WireError> {
    let mut broken = Ok(());
    let mut send = |frame: &[f64]| {
        // The training stores 32-bit frames; rounding here or there gives the same bits.
        let values = frame.iter().map(|&value| value as f32).collect();
        broken = wire::write(output, &Message::Frame(values));
        match broken {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    let result = guarded(simulation, || source.run(simulation, &mut send));
    broken?;
    let last = match result {
        Ok(()) => Message::End,
        Err(error) => failed(trouble(&error), text(error)),
    };
    Ok(wire::write(output, &last)?)
}

pub(in crate::source) fn trouble(error: &DataError) -> Trouble {
    match error.kind() {
        Some(FailureKind::Diverged) => Trouble::Diverged,
        Some(FailureKind::Panicked) => Trouble::Panicked,
        Some(_) => Trouble::Refused,
        None => Trouble::Setup, // another draw would not mend it
    }
}

/// The error in words, without the index, which the other side knows.
pub(in crate::source) fn text(error: DataError) -> String {
    match error {
        DataError::Simulation { source, .. } => source.to_string(),
        DataError::Panicked { message, .. } => message,
        DataError::Failed { text, .. } => text,
        other => other.to_string(),
    }
}

fn failed(trouble: Trouble, text: String) -> Message {
    Message::Failed { trouble, text }
}
