//! The buffers of several processes dealt out to another number of them.

use super::{Cursor, Snapshot};
use crate::{Share, Window};

impl Snapshot {
    /// The buffer of a share, from the buffers of all shares of another number of processes, in the order of their ranks.
    /// Windows are dealt out one after the other, simulations go to whom they belong now; one has `windows_each` windows.
    ///
    /// # Panics
    /// Without parts.
    #[must_use]
    pub fn shared_out(parts: &[Self], share: Share, windows_each: u64) -> Self {
        let total = |of: fn(&Self) -> u64| parts.iter().map(of).sum::<u64>();
        let cursor = cursor(parts, share);
        let done = share.count(cursor.next) - cursor.restart.len() as u64;
        let entered: usize = cursor.restart.iter().map(|(_, entered)| entered).sum();
        let failures = parts.iter().flat_map(|part| &part.failures);
        let failures = failures.filter(|failure| share.has(failure.simulation));
        Self {
            contents: dealt(parts, share),
            arrived: done * windows_each + entered as u64,
            handed_out: share.count(total(|part| part.handed_out)),
            read: share.count(total(|part| part.read)),
            batches: parts[0].batches,
            simulations: done,
            failures: failures.cloned().collect(),
            generations: parts[0].generations.clone(),
            cursor,
            share,
        }
    }
}

/// The windows of a share of those of all parts.
fn dealt(parts: &[Snapshot], share: Share) -> Vec<(Window, bool)> {
    let all = parts.iter().flat_map(|part| &part.contents);
    let own = all.skip(share.rank()).step_by(share.size());
    own.cloned().collect()
}

/// Simulations of a share with which production continues: those that were under way, those that had not begun.
fn cursor(parts: &[Snapshot], share: Share) -> Cursor {
    let owner = |simulation: u64| &parts[(simulation % parts.len() as u64) as usize].cursor;
    let begun = |simulation: &u64| *simulation < owner(*simulation).next;
    let bound = parts.iter().map(|part| part.cursor.next).max().unwrap_or(0);
    let own = |bound| (share.first_from(0)..bound).step_by(share.size());
    let last = own(bound).filter(begun).last();
    let next = share.first_from(last.map_or(0, |last| last + 1));
    let entered = |simulation: u64| {
        let mut under_way = owner(simulation).restart.iter();
        let found = under_way.find(|(index, _)| *index == simulation);
        let fresh = (!begun(&simulation)).then_some(0);
        let entered = found.map(|(_, entered)| *entered).or(fresh)?;
        Some((simulation, entered))
    };
    Cursor {
        restart: own(next).filter_map(entered).collect(),
        next,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(rank: usize, size: usize, restart: &[(u64, usize)], next: u64) -> Snapshot {
        Snapshot {
            cursor: Cursor {
                restart: restart.to_vec(),
                next,
            },
            share: Share::new(rank, size),
            ..Snapshot::default()
        }
    }

    /// Simulations that are over, and windows of others that have entered, of ten windows each.
    fn standing(parts: &[Snapshot], simulations: u64) -> Vec<usize> {
        let of = |index: u64| {
            let cursor = &parts[(index % parts.len() as u64) as usize].cursor;
            let open = cursor.restart.iter().find(|(open, _)| *open == index);
            let ended = if index < cursor.next { 10 } else { 0 };
            open.map_or(ended, |(_, entered)| *entered)
        };
        (0..simulations).map(of).collect()
    }

    #[test]
    fn nothing_of_a_simulation_is_lost_or_doubled_by_another_number_of_processes() {
        let two = [part(0, 2, &[(6, 3)], 8), part(1, 2, &[(1, 0), (3, 9)], 5)];
        let before = standing(&two, 20);
        for size in 1..6 {
            let shares = (0..size).map(|rank| Share::new(rank, size));
            let parts: Vec<Snapshot> = shares
                .map(|share| Snapshot::shared_out(&two, share, 10))
                .collect();
            assert_eq!(standing(&parts, 20), before, "{size}");
            let arrived: u64 = parts.iter().map(|part| part.arrived).sum();
            assert_eq!(arrived, before.iter().sum::<usize>() as u64, "{size}");
            let back = [0, 1].map(|rank| Snapshot::shared_out(&parts, Share::new(rank, 2), 10));
            assert_eq!(standing(&back, 20), before, "{size} and back");
        }
    }
}
