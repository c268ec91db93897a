//! The memory that this process may use.

use std::fs::read_to_string;
use std::path::Path;

/// Bytes that a 64-bit program can address: the limit where the system does not tell one.
const ADDRESSES: u128 = 1 << 47;

/// Bytes that this process may use: the memory of the machine with what it can swap, or less where a control group
/// allows less.
pub(crate) fn limit() -> u128 {
    let machine = read_to_string("/proc/meminfo").ok();
    let machine = machine.and_then(|text| of_machine(&text));
    let groups = read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = of_groups(&groups, |path| read_to_string(path).ok());
    let known = machine.into_iter().chain(group);
    known.min().unwrap_or(ADDRESSES)
}

/// Memory and swap of `/proc/meminfo`.
fn of_machine(text: &str) -> Option<u128> {
    let bytes = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        let kib: u128 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib * 1024)
    };
    Some(bytes("MemTotal:")? + bytes("SwapTotal:").unwrap_or(0))
}

/// The least that a control group of `/proc/self/cgroup` allows, or one around it; both versions are read.
fn of_groups(groups: &str, read: impl Fn(&Path) -> Option<String>) -> Option<u128> {
    let of_line = |line: &str| -> Option<u128> {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, group) = (parts.next()?, parts.next()?.trim_start_matches('/'));
        let (root, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            names if names.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => return None,
        };
        let root = Path::new(root);
        let folder = root.join(group);
        let around = folder
            .ancestors()
            .take_while(|folder| folder.starts_with(root));
        // "max", no limit, is no number.
        let limits = around.filter_map(|folder| read(&folder.join(file))?.trim().parse().ok());
        limits.min()
    };
    groups.lines().filter_map(of_line).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_its_memory_and_its_swap() {
        let text = "MemTotal:       24689764 kB\nMemFree:  20  kB\nSwapTotal:       1024 kB\n";
        assert_eq!(of_machine(text), Some((24_689_764 + 1024) * 1024));
        assert_eq!(of_machine("nothing"), None);
    }

    #[test]
    fn the_least_of_a_control_group_and_those_around_it_counts() {
        let files = |path: &Path| {
            let text = match path.to_str()? {
                "/sys/fs/cgroup/job/step/memory.max" => "max\n",
                "/sys/fs/cgroup/job/memory.max" => "1000\n",
                "/sys/fs/cgroup/memory.max" => "2000\n",
                "/sys/fs/cgroup/memory/old/memory.limit_in_bytes" => "700\n",
                _ => return None,
            };
            Some(text.to_owned())
        };
        for (groups, limit) in [
            ("0::/job/step", Some(1000)),
            ("0::/elsewhere", Some(2000)),
            ("0::/", Some(2000)),
            ("5:cpu,memory:/old\n0::/job", Some(700)),
            ("5:cpu:/old", None),
            ("", None),
        ] {
            assert_eq!(of_groups(groups, files), limit, "{groups}");
        }
    }

    #[test]
    fn this_process_may_use_something() {
        assert!((1 << 20..=ADDRESSES).contains(&limit()), "{}", limit());
    }
}
