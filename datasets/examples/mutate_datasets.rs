//! Reads damaged copies of small files of every format, and looks for panics, for more memory than such files need, and for
//! reading that does not end.
//!
//! `cargo run --release -p ondine-datasets --example mutate_datasets -- COPIES [FIRST]`. A process of its own reads; what ends or
//! stops it is reported with the number of the copy, and the next one goes on behind it. Times are those of processors, of which
//! slow copies are printed: what else the machine does slows no copy down.

#[path = "../tests/damaged/mod.rs"]
mod damaged;

use damaged::Damage;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Bytes of address space of a reading process.
const MEMORY: u64 = 2 << 30;

/// Longest processor time for one copy, in seconds.
const PATIENCE: f64 = 20.0;

/// Processor time from which on a copy is slow, in seconds.
const SLOW: f64 = 1.0;

/// Longest wall time for one copy, be the machine as busy as it may.
const AT_ALL: Duration = Duration::from_secs(600);

/// Time between two looks at a copy that takes long.
const LOOK: Duration = Duration::from_millis(500);

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
        let before = processor_s("self");
        let _ = damage.read(copy);
        let took = processor_s("self") - before;
        if took > SLOW {
            eprintln!("copy {copy}: {took:.1} s of processor time");
        }
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
    let process = child.id().to_string();
    let (mut since, mut before) = (Instant::now(), processor_s(&process));
    let fault = loop {
        match lines.recv_timeout(LOOK) {
            Ok(copy) => {
                reached = copy;
                (since, before) = (Instant::now(), processor_s(&process));
            }
            Err(RecvTimeoutError::Timeout) => {
                let took = processor_s(&process) - before;
                if took > PATIENCE || since.elapsed() > AT_ALL {
                    let _ = child.kill();
                    break Some(format!(
                        "it is read for too long, {took:.1} s of processor time"
                    ));
                }
            }
            Err(RecvTimeoutError::Disconnected) => break None,
        }
    };
    let status = child.wait().expect("an end");
    let ended = || (!status.success()).then(|| format!("{status}"));
    (reached, fault.or_else(ended))
}

/// Seconds of processor time of a process so far, by the 14th and 15th field of its line of Linux, in ticks of 10 ms; 0
/// elsewhere.
fn processor_s(process: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    let fields = after.split_whitespace().skip(11).take(2);
    fields
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
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
