//! Frames per second from four processes, beside a bare pipe and `pyzmq`:
//! `cargo run --release -p ondine-coupling --example throughput -- [PYTHON]`, with a Python that has `pyzmq`.
//!
//! Each round runs every transport once, one after the other, so that what else the machine does meets all of them. Clocks run
//! from the first frame to the last one at the receiver.

use ondine_coupling::{Client, Dtype, Event, Listener, ListenerOptions};
use std::error::Error;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Values of a frame: 64 KiB.
const VALUES: usize = 8192;
const CLIENTS: usize = 4;
const FRAMES: usize = 5000;
const ROUNDS: usize = 7;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Frames per second by one transport.
type Transport = fn(&Setting) -> Outcome<f64>;

struct Setting {
    python: Option<String>,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--client") => stream(&arguments[1]),
        Some("--pipe") => pipe(),
        _ => compare(&Setting {
            python: arguments.first().cloned(),
        }),
    }
}

/// A client that streams frames.
fn stream(endpoint: &str) -> Outcome<()> {
    let mut client = Client::open(endpoint)?;
    client.field("u", Dtype::F64, &[VALUES])?;
    client.begin(&[])?;
    let mut u = vec![0.5; VALUES];
    for frame in 0..FRAMES {
        u[frame % VALUES] = frame as f64;
        client.put("u", &u)?;
        client.commit(frame as f64)?;
    }
    client.finish(0)?;
    Ok(client.close()?)
}

/// A process that copies frames and writes them as they are.
fn pipe() -> Outcome<()> {
    let mut u = vec![0.5f64; VALUES];
    let mut copy = vec![0u8; 8 * VALUES];
    let mut out = std::io::stdout().lock();
    for frame in 0..FRAMES {
        u[frame % VALUES] = frame as f64;
        copy.copy_from_slice(bytemuck::cast_slice(&u));
        out.write_all(&copy)?;
    }
    Ok(())
}

fn compare(setting: &Setting) -> Outcome<()> {
    let mut transports: Vec<(&str, Transport)> = vec![
        ("pipe", |_| by_pipe()),
        ("ondine, ipc", |_| by_ondine("ipc")),
        ("ondine, tcp", |_| by_ondine("tcp")),
    ];
    if setting.python.is_some() {
        transports.push(("pyzmq PUSH/PULL, ipc", |setting| by_zmq(setting, "ipc")));
        transports.push(("pyzmq PUSH/PULL, tcp", |setting| by_zmq(setting, "tcp")));
    }
    let mut rates = vec![Vec::new(); transports.len()];
    for _ in 0..ROUNDS {
        for ((_, run), rates) in transports.iter().zip(&mut rates) {
            rates.push(run(setting)?);
        }
    }
    println!("| transport | frames/s | MB/s | of the pipe |\n|---|---|---|---|");
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    for ((name, _), rate) in transports.iter().zip(&medians) {
        let (megabytes, share) = (rate * 8.0 * VALUES as f64 / 1e6, rate / medians[0]);
        println!("| {name} | {rate:.0} | {megabytes:.0} | {share:.2} |");
    }
    Ok(())
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn this_program() -> Outcome<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

fn wait_for(children: Vec<Child>) -> Outcome<()> {
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a process failed".into());
        }
    }
    Ok(())
}

fn rate(frames: usize, since: Instant) -> f64 {
    (frames - 1) as f64 / since.elapsed().as_secs_f64()
}

/// A listener that takes every frame, and counts.
fn by_ondine(transport: &str) -> Outcome<f64> {
    let path = std::env::temp_dir().join(format!("ondine-throughput-{}", std::process::id()));
    let endpoint = match transport {
        "ipc" => format!("ipc://{}", path.display()),
        _ => "tcp://127.0.0.1:0".to_owned(),
    };
    let listener = ListenerOptions::default()
        .capacity(16 << 20)
        .bind(&endpoint)?;
    let start = |_| {
        this_program()?
            .args(["--client", listener.endpoint()])
            .spawn()
            .map_err(Into::into)
    };
    let children = (0..CLIENTS).map(start).collect::<Outcome<Vec<Child>>>()?;
    let rate = count(&listener)?;
    wait_for(children)?;
    Ok(rate)
}

fn count(listener: &Listener) -> Outcome<f64> {
    let mut next = [0; CLIENTS];
    let (mut frames, mut ended, mut since) = (0, 0, Instant::now());
    let mut found = 0.0;
    while ended < CLIENTS {
        match listener
            .event(Duration::from_secs(30))
            .ok_or("no frame for 30 s")?
        {
            Event::Frame {
                simulation, frame, ..
            } => {
                if frames == 0 {
                    since = Instant::now();
                }
                let next = &mut next[simulation as usize];
                if frame != *next {
                    return Err(format!("frame {frame} came for frame {next}").into());
                }
                *next += 1;
                frames += 1;
                found = rate(frames.max(2), since);
            }
            Event::Ended { .. } => ended += 1,
            _ => {}
        }
    }
    if frames == CLIENTS * FRAMES {
        Ok(found)
    } else {
        Err(format!("{frames} frames came").into())
    }
}

/// Pipes from four processes, each read into one array.
fn by_pipe() -> Outcome<f64> {
    let start = |_| {
        let mut command = this_program()?;
        command.arg("--pipe").stdout(Stdio::piped());
        command.spawn().map_err(Into::into)
    };
    let mut children = (0..CLIENTS).map(start).collect::<Outcome<Vec<Child>>>()?;
    let pipes: Vec<_> = children
        .iter_mut()
        .filter_map(|child| child.stdout.take())
        .collect();
    let begun = std::sync::OnceLock::new();
    std::thread::scope(|scope| {
        for mut pipe in pipes {
            let begun = &begun;
            scope.spawn(move || {
                let mut u = vec![0.0f64; VALUES];
                while pipe.read_exact(bytemuck::cast_slice_mut(&mut u)).is_ok() {
                    begun.get_or_init(Instant::now);
                }
            });
        }
    });
    let since = *begun.get().ok_or("no frame came")?;
    let rate = rate(CLIENTS * FRAMES, since);
    wait_for(children)?;
    Ok(rate)
}

/// A PULL socket in Python with four PUSH processes; it prints its frames per second.
fn by_zmq(setting: &Setting, transport: &str) -> Outcome<f64> {
    let python = setting.python.as_deref().unwrap_or("python3");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/throughput_zmq.py");
    let counts = [CLIENTS, FRAMES, VALUES].map(|count| count.to_string());
    let output = Command::new(python)
        .arg(script)
        .arg(transport)
        .args(counts)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    text.trim()
        .parse()
        .map_err(|_| format!("{python}: {error}").into())
}
