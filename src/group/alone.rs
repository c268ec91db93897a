//! A process that trains alone.

use super::Group;

/// The group of one process: every call returns at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Group for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn all_reduce(&self, _values: &mut [f32]) {}

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        vec![bytes.to_vec()]
    }

    fn broadcast(&self, _bytes: &mut Vec<u8>) {}
}

impl Alone {
    /// A result that the leader of a group has, and the other processes have not.
    pub(crate) fn leads_to<T>(of_leader: Option<T>) -> T {
        of_leader.expect("a process that is alone leads")
    }
}
