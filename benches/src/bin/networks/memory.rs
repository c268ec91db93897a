//! Resources that this process has taken: time of processors, memory of the machine and of a GPU.

use std::process::Command;

/// Processor time of all threads so far in milliseconds, in steps of 10 ms.
pub(crate) fn processor_time() -> f64 {
    ondine_benches::processor_time("self").map_or(f64::NAN, |time| 1e3 * time.as_secs_f64())
}

/// Resident memory in MiB.
pub(crate) fn resident_mib() -> f64 {
    status_mib("VmRSS:")
}

/// Largest resident memory so far in MiB.
pub(crate) fn peak_mib() -> f64 {
    status_mib("VmHWM:")
}

fn status_mib(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// Memory of the first GPU that is taken, by whomever, in MiB; nothing where there is no NVIDIA driver.
pub(crate) fn gpu_mib() -> Option<f64> {
    let query = [
        "--id=0",
        "--query-gpu=memory.used",
        "--format=csv,noheader,nounits",
    ];
    let output = Command::new("nvidia-smi").args(query).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
