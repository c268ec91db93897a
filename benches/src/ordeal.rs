//! Commands with damaged input, run within bounds of time and memory, and judged by how they end.

use crate::processor_time;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Processor time in which a command has to end when it is interrupted.
const PATIENCE: Duration = Duration::from_secs(5);

/// Wall time per processor time that a command may take, since other work of the machine slows it down; one that waits for
/// something takes no processor time at all.
const SLOWED: u32 = 10;

/// Address space of a command, in bytes.
const MEMORY: u64 = 4 << 30;

/// Words and signs of the programming language that no message has.
const LANGUAGE: &[&str] = &[
    "usize",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "i8",
    "i16",
    "i32",
    "i64",
    "struct",
    "enum",
    "tuple",
    "newtype",
    "variant",
    "serde",
    "unwrap",
    "panicked",
    "RUST_BACKTRACE",
    "deserialize",
    "identifier",
    "None",
    "Some",
    "Err",
    "nan.rs",
    "src",
    "Utf8Error",
    "ParseIntError",
    "sequence",
    "map",
];

/// The same where they are not words by themselves.
const SIGNS: &[&str] = &[
    "::", "{ ..", "Some(", "Err(", "Ok(", "..}", "<T", "dyn ", ".rs:",
];

/// The end of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it was asked.
    Done,
    /// It refused its input with a sentence.
    Refused(String),
    /// It began, and ended with a sentence.
    Failed(String),
    /// It was at work when its time was over, and ended when it was asked to, as by Ctrl-C.
    Interrupted,
    /// It must not end so: the reason, and all that it said.
    Wrong(&'static str, String),
}

/// Runs `command` for at most `limit` of processor time, and ten times as long in all, within 4 GiB of memory, and judges its end.
///
/// # Errors
/// A command that cannot be started.
pub fn judge(
    program: &str,
    words: &[String],
    folder: &Path,
    limit: Duration,
) -> std::io::Result<Verdict> {
    let mut child = Command::new("prlimit")
        .arg(format!("--as={MEMORY}"))
        .arg(program)
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut pipe = child
        .stderr
        .take()
        .ok_or_else(|| std::io::Error::other("no pipe"))?;
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    if let Some(status) = end(&mut child, limit)? {
        return Ok(verdict(status, reader.join().unwrap_or_default()));
    }
    Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()?;
    let interrupted = end(&mut child, PATIENCE)?.is_some();
    if !interrupted {
        child.kill()?;
        child.wait()?;
    }
    let said = reader.join().unwrap_or_default();
    Ok(if interrupted && !said.contains("panicked") {
        Verdict::Interrupted
    } else {
        Verdict::Wrong("no end", said)
    })
}

/// The status of a command that ends within `limit` of processor time from now on.
fn end(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let process = child.id().to_string();
    let used = || processor_time(&process).unwrap_or_default();
    let (start, before) = (Instant::now(), used());
    let is_over = || start.elapsed() > limit * SLOWED || used().saturating_sub(before) > limit;
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if is_over() => return Ok(None),
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn verdict(status: ExitStatus, said: String) -> Verdict {
    if said.contains("panicked") {
        return Verdict::Wrong("panic", said);
    }
    match (status.code(), language(&said)) {
        (None | Some(101 | 134..), _) => Verdict::Wrong("abort", said),
        (Some(0), _) => Verdict::Done,
        (_, true) => Verdict::Wrong("a word of the programming language", said),
        (_, false) if said.trim().is_empty() => Verdict::Wrong("no sentence", said),
        (Some(2), false) => Verdict::Refused(said),
        (Some(_), false) => Verdict::Failed(said),
    }
}

/// Whether `said` has a word of the programming language. Words in backticks or quotes are the user's own.
fn language(said: &str) -> bool {
    let ours: String = said.split(['`', '"']).step_by(2).collect();
    let mut words = ours.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.' && c != '/');
    words.any(|word| LANGUAGE.contains(&word.trim_end_matches('.')))
        || SIGNS.iter().any(|sign| ours.contains(sign))
}

/// Counts of how commands ended, and the first of those that must not end so.
#[derive(Debug, Default)]
pub struct Tally {
    done: usize,
    refused: usize,
    failed: usize,
    interrupted: usize,
    sentences: BTreeMap<String, usize>,
    wrong: Vec<(&'static str, usize)>,
}

impl Tally {
    /// Counts an end; one that must not be is printed with its `name`.
    pub fn add(&mut self, name: &str, verdict: Verdict) {
        match verdict {
            Verdict::Done => self.done += 1,
            Verdict::Refused(said) => {
                self.refused += 1;
                *self.sentences.entry(first_line(&said)).or_default() += 1;
            }
            Verdict::Interrupted => self.interrupted += 1,
            Verdict::Failed(said) => {
                self.failed += 1;
                println!("{name}: began and ended with: {}", last_line(&said));
            }
            Verdict::Wrong(reason, said) => {
                println!("{name}: {reason}: {}", tail(&said));
                match self.wrong.iter_mut().find(|(seen, _)| *seen == reason) {
                    Some((_, count)) => *count += 1,
                    None => self.wrong.push((reason, 1)),
                }
            }
        }
    }

    /// The first lines of refusals, their numbers as `#`, with how often each came, the most frequent first.
    #[must_use]
    pub fn refusals(&self) -> Vec<(&str, usize)> {
        let mut lines: Vec<_> = self
            .sentences
            .iter()
            .map(|(line, count)| (line.as_str(), *count))
            .collect();
        lines.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        lines
    }

    /// Whether every command ended as it may.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            sentences: _,
            done,
            refused,
            failed,
            interrupted,
            wrong,
        } = self;
        write!(
            f,
            "{done} done, {refused} refused, {failed} began and ended with a sentence"
        )?;
        write!(f, ", {interrupted} interrupted at work")?;
        if wrong.is_empty() {
            write!(f, ", none ended otherwise")
        } else {
            wrong
                .iter()
                .try_for_each(|(reason, count)| write!(f, ", {count} {reason}"))
        }
    }
}

/// The line that says what is wrong, with `#` for every number.
fn first_line(said: &str) -> String {
    let line = said
        .lines()
        .find(|line| line.starts_with("error"))
        .unwrap_or(said);
    let mut short = String::new();
    for c in line.chars() {
        match c.is_ascii_digit() {
            true if short.ends_with('#') => {}
            true => short.push('#'),
            false => short.push(c),
        }
    }
    short
}

fn last_line(said: &str) -> &str {
    said.trim().lines().last().unwrap_or_default()
}

/// The last 600 characters.
fn tail(said: &str) -> String {
    let said = said.trim();
    let skip = said.chars().count().saturating_sub(600);
    said.chars().skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_language_are_seen_and_words_of_the_user_are_not() {
        assert!(language("invalid type: sequence, expected usize"));
        assert!(language("found FixedPoint { .. }"));
        assert!(!language(
            "unknown key `usize`; write one of `points`, \"map\""
        ));
        assert!(!language("`points` = 3 lies outside [4, 100]"));
    }
}
