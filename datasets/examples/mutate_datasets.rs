//! Reads damaged copies of small files of every format, and looks for panics, for more memory than such files need, and for
//! reading that does not end.
//!
//! `cargo run --release -p ondine-datasets --example mutate_datasets -- COPIES [FIRST]`. A process of its own reads; what ends or
//! stops it is reported with the number of the copy, and the next one goes on behind it.

#[path = "../tests/damaged/mod.rs"]
mod damaged;

use damaged::Damage;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Bytes of address space of a reading process.
const MEMORY: u64 = 2 << 30;

/// Longest time for one copy.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|word| word.parse().ok());
    let (count, first) = (number(0).unwrap_or(10_000), number(1).unwrap_or(0));
    if arguments.get(2).is_some_and(|word| word == "reader") {
        read(first..count);
        return ExitCode::SUCCESS;
    }
    let end = first + count;
    let (mut next, mut faults) = (first, 0);
    while next < end {
        let (reached, fault) = supervise(next, end);
        if let Some(fault) = fault {
            println!("copy {reached}: {fault}");
            faults += 1;
        }
        next = reached + 1;
    }
    println!("{count} damaged copies, {faults} faults");
    ExitCode::from(u8::from(faults > 0))
}

/// Reads copies, and says which one is next before each.
fn read(copies: std::ops::Range<u64>) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = Rlimit {
            current: Some(MEMORY),
            maximum: Some(MEMORY),
        };
        setrlimit(Resource::As, limit).expect("a limit of memory");
    }
    let name = format!("ondine-mutate-{}", std::process::id());
    let damage = Damage::new(std::env::temp_dir().join(name));
    let mut out = std::io::stdout().lock();
    for copy in copies {
        writeln!(out, "{copy}").expect("somebody listens");
        let _ = damage.read(copy);
    }
}

/// Lets a process read copies: the last one that it began, and what ended it too early.
fn supervise(first: u64, end: u64) -> (u64, Option<String>) {
    let program = std::env::current_exe().expect("a program");
    let child = Command::new(program)
        .args([end.to_string(), first.to_string(), "reader".to_owned()])
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.expect("a process");
    let lines = lines(&mut child);
    let mut reached = first;
    let fault = loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(copy) => reached = copy,
            Err(RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                break Some("it is read for too long".to_owned());
            }
            Err(RecvTimeoutError::Disconnected) => break None,
        }
    };
    let status = child.wait().expect("an end");
    let ended = || (!status.success()).then(|| format!("{status}"));
    (reached, fault.or_else(ended))
}

/// The numbers that a process writes.
fn lines(child: &mut Child) -> Receiver<u64> {
    let (sender, receiver) = channel();
    let out = child.stdout.take().expect("an output");
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if let Ok(copy) = line.parse() {
                let _ = sender.send(copy);
            }
        }
    });
    receiver
}
