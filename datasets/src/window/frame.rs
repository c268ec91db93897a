//! Frames of windows, in the memory of the host or of a device.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A frame in the memory of a device. The back end that put it there knows its type.
pub trait DeviceFrame: Any + fmt::Debug + Send + Sync {
    /// Its values, channel-major.
    fn fetch(&self) -> Vec<f32>;
}

/// A frame of a trajectory, shared by all windows that it is part of.
#[derive(Debug, Clone)]
pub enum Frame {
    /// Its values on the host, channel-major.
    Host(Arc<[f32]>),
    /// Its place on a device.
    Device(Arc<dyn DeviceFrame>),
}

impl Frame {
    /// The values on the host, channel-major: a frame of a device is copied.
    #[must_use]
    pub fn on_host(&self) -> Arc<[f32]> {
        match self {
            Self::Host(values) => values.clone(),
            Self::Device(frame) => frame.fetch().into(),
        }
    }

    /// The values, where they lie on the host.
    #[must_use]
    pub fn values(&self) -> Option<&[f32]> {
        match self {
            Self::Host(values) => Some(values),
            Self::Device(_) => None,
        }
    }

    /// Whether it lies on a device.
    #[must_use]
    pub fn is_on_device(&self) -> bool {
        self.values().is_none()
    }

    /// The address that handles of the same frame share, as long as one of them is held.
    #[must_use]
    pub fn address(&self) -> *const () {
        match self {
            Self::Host(values) => values.as_ptr().cast(),
            Self::Device(frame) => Arc::as_ptr(frame).cast(),
        }
    }
}

/// Frames of equal values, wherever they lie.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.on_host() == other.on_host()
    }
}

impl From<Arc<[f32]>> for Frame {
    fn from(values: Arc<[f32]>) -> Self {
        Self::Host(values)
    }
}

impl FromIterator<f32> for Frame {
    fn from_iter<I: IntoIterator<Item = f32>>(values: I) -> Self {
        Self::Host(values.into_iter().collect())
    }
}

/// Replaces every frame by `to` of it, made once for all handles of the frame.
pub(super) fn replace<'a>(
    frames: impl IntoIterator<Item = &'a mut Frame>,
    mut to: impl FnMut(&Frame) -> Frame,
) {
    let mut known: HashMap<*const (), (Frame, Frame)> = HashMap::new();
    for frame in frames {
        // The frame itself is kept as long as its address counts.
        let both = || (frame.clone(), to(frame));
        let (_, replaced) = known.entry(frame.address()).or_insert_with(both);
        *frame = replaced.clone();
    }
}
