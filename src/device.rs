//! Devices by name: `cpu`, `cuda`, `cuda:1`, `wgpu`, `auto`.

use burn::tensor::Device;

/// A device that was asked for and can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// Its backend is not part of this build.
    #[error(
        "this build has no `{name}`: build with `cargo build --release --features {name}`, or use --device cpu"
    )]
    NotBuiltIn {
        /// The backend.
        name: &'static str,
    },
    /// The backend is there, the hardware is not.
    #[error("no {name} device {index} on this machine; `ondine devices` lists what there is")]
    NotFound {
        /// The backend.
        name: &'static str,
        /// The number that was asked for.
        index: usize,
    },
    /// No name of a device.
    #[error("`{name}` is no device: possible are cpu, cuda, cuda:1, wgpu, wgpu:1, auto")]
    Unknown {
        /// As typed.
        name: String,
    },
}

/// A kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whether this build has it.
    pub built_in: bool,
    /// Its hardware and its interface.
    pub summary: &'static str,
}

/// Every kind of device, the first one that has hardware is `auto`.
pub const BACKENDS: [Backend; 3] = [
    Backend {
        name: "cuda",
        built_in: cfg!(feature = "cuda"),
        summary: "NVIDIA GPU through CUDA",
    },
    Backend {
        name: "wgpu",
        built_in: cfg!(feature = "wgpu"),
        summary: "GPU through Vulkan, Metal or DirectX 12",
    },
    Backend {
        name: "cpu",
        built_in: true,
        summary: "the processor, all cores",
    },
];

/// The device called `name`.
///
/// # Errors
/// When there is no such device, or this build can't use it.
pub fn device(name: &str) -> Result<Device, DeviceError> {
    if name == "auto" {
        let best = BACKENDS.iter().find(|backend| count(backend.name) > 0);
        return device(best.map_or("cpu", |backend| backend.name));
    }
    let unknown = || DeviceError::Unknown {
        name: name.to_owned(),
    };
    let (kind, index) = match name.split_once(':') {
        None => (name, 0),
        Some((kind, index)) => (kind, index.parse().map_err(|_| unknown())?),
    };
    let backend = BACKENDS
        .iter()
        .find(|backend| backend.name == kind)
        .ok_or_else(unknown)?;
    if !backend.built_in {
        return Err(DeviceError::NotBuiltIn { name: backend.name });
    }
    if index >= count(backend.name) {
        return Err(DeviceError::NotFound {
            name: backend.name,
            index,
        });
    }
    Ok(open(backend.name, index))
}

/// The name of the device that a process takes of those called `name`: processes of one machine that train together take one
/// each in turn, where there are several of a kind and no number is given. `rank` is that of the process on its machine.
///
/// ```
/// use ondine::device::of_rank;
/// assert_eq!(of_rank("cpu", Some(1)), "cpu");
/// assert_eq!(of_rank("cuda:0", Some(1)), "cuda:0");
/// ```
#[must_use]
pub fn of_rank(name: &str, rank: Option<usize>) -> String {
    dealt(name, rank, count)
}

fn dealt(name: &str, rank: Option<usize>, count: impl Fn(&str) -> usize) -> String {
    let kind = match name {
        "auto" => BACKENDS
            .iter()
            .map(|backend| backend.name)
            .find(|kind| count(kind) > 0),
        _ => Some(name),
    };
    match (kind, rank) {
        (Some(kind), Some(rank)) if count(kind) > 1 => format!("{kind}:{}", rank % count(kind)),
        _ => name.to_owned(),
    }
}

/// Number of devices of a kind on this machine, as far as this build can see.
pub fn count(backend: &str) -> usize {
    match backend {
        "cpu" => 1,
        #[cfg(feature = "cuda")]
        "cuda" => Device::enumerate(burn::tensor::DeviceType::Cuda)
            .into_vec()
            .len(),
        #[cfg(feature = "wgpu")]
        "wgpu" => Device::enumerate(burn::tensor::DeviceType::Wgpu)
            .into_vec()
            .len(),
        _ => 0,
    }
}

#[cfg_attr(
    not(any(feature = "cuda", feature = "wgpu")),
    allow(unused_variables, reason = "the CPU has no number")
)]
fn open(backend: &str, index: usize) -> Device {
    match backend {
        #[cfg(feature = "cuda")]
        "cuda" => Device::cuda(index),
        #[cfg(feature = "wgpu")]
        "wgpu" => Device::enumerate(burn::tensor::DeviceType::Wgpu)
            .into_vec()
            .swap_remove(index),
        _ => Device::flex(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_a_machine_take_its_devices_in_turn() {
        let four_gpus = |kind: &str| {
            if kind == "cuda" {
                4
            } else {
                usize::from(kind == "cpu")
            }
        };
        for (name, rank, expected) in [
            ("cuda", Some(0), "cuda:0"),
            ("cuda", Some(3), "cuda:3"),
            ("cuda", Some(5), "cuda:1"),
            ("auto", Some(2), "cuda:2"),
            ("cuda:1", Some(2), "cuda:1"),
            ("cuda", None, "cuda"),
            ("cpu", Some(2), "cpu"),
            ("wgpu", Some(2), "wgpu"),
        ] {
            assert_eq!(dealt(name, rank, four_gpus), expected);
        }
        assert_eq!(
            dealt("auto", Some(1), |kind| usize::from(kind == "cpu")),
            "auto"
        );
    }

    #[test]
    fn names_are_understood_or_explained() {
        assert!(device("cpu").is_ok());
        assert!(device("auto").is_ok());
        assert_eq!(
            device("cpu:3").unwrap_err(),
            DeviceError::NotFound {
                name: "cpu",
                index: 3
            }
        );
        assert!(matches!(
            device("gpu").unwrap_err(),
            DeviceError::Unknown { .. }
        ));
        assert!(matches!(
            device("cuda:x").unwrap_err(),
            DeviceError::Unknown { .. }
        ));
        if !cfg!(feature = "cuda") {
            let text = device("cuda").unwrap_err().to_string();
            assert!(text.contains("--features cuda"), "{text}");
        }
    }
}
