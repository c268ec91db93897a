//! Memory of this process: how much it has used, how much it may.

mod limit;

pub(crate) use limit::limit;

/// Largest resident memory so far in MiB; `None` where the system does not tell.
pub(crate) fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// Tells glibc's allocator to keep freed memory: by default it maps and unmaps every larger tensor, and the page faults
/// cost a fifth of a training step. All threads share one arena, as the memory that one of them frees is what another needs
/// next. Without effect elsewhere.
#[cfg(feature = "cli")]
pub(crate) fn keep_freed_pages() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const GIB: libc::c_int = 1 << 30;
        const PAD: libc::c_int = 1 << 26;
        let settings = [
            (libc::M_MMAP_THRESHOLD, GIB),
            (libc::M_TRIM_THRESHOLD, GIB),
            (libc::M_TOP_PAD, PAD),
            (libc::M_ARENA_MAX, 1),
        ];
        for (setting, value) in settings {
            #[allow(
                unsafe_code,
                reason = "libc offers these settings as a foreign function only"
            )]
            // SAFETY: mallopt takes two numbers and refuses what it does not know.
            unsafe {
                libc::mallopt(setting, value);
            }
        }
    }
}
