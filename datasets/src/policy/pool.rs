//! Items grouped by simulation: uniform draws in logarithmic time, and batches that no simulation dominates.

use super::Item;
use super::weights::Weights;
use ondine_solvers::Rng;
use std::collections::HashMap;

/// Items of one simulation.
#[derive(Debug, Clone)]
struct Group<T> {
    simulation: u64,
    items: Vec<T>,
}

/// Items that can be drawn.
///
/// Which item a random number stands for depends on the order of [`Self::iter`] alone, so that a pool filled again in this
/// order draws the same items.
#[derive(Debug, Clone)]
pub(super) struct Pool<T> {
    /// In the order in which simulations came; empty ones are swept out now and then.
    groups: Vec<Group<T>>,
    places: HashMap<u64, usize>,
    /// Sizes of the groups, 0 for hidden ones.
    weights: Weights,
    len: usize,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            places: HashMap::new(),
            weights: Weights::default(),
            len: 0,
        }
    }
}

impl<T: Item> Pool<T> {
    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Every item, in an order that [`Extend`] understands.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.groups.iter().flat_map(|group| &group.items)
    }

    /// Adds an item.
    pub(super) fn push(&mut self, item: T) {
        let simulation = item.simulation();
        let place = match self.places.get(&simulation) {
            Some(&place) => place,
            None => self.found(simulation),
        };
        self.groups[place].items.push(item);
        self.weights.add(place, 1);
        self.len += 1;
    }

    /// Removes one item, all equally likely.
    ///
    /// # Panics
    /// When there is none.
    pub(super) fn take(&mut self, rng: &mut Rng) -> T {
        take_from_all(&mut [self], rng)
    }

    /// Removes the item of a rank among those that are not hidden.
    fn take_ranked(&mut self, rank: u64) -> T {
        let (place, rank) = self.weights.find(rank);
        let group = &mut self.groups[place];
        let item = group.items.swap_remove(rank as usize);
        if group.items.is_empty() {
            self.places.remove(&group.simulation);
        }
        self.weights.subtract(place, 1);
        self.len -= 1;
        item
    }

    /// A place for a simulation that has none.
    fn found(&mut self, simulation: u64) -> usize {
        if self.groups.len() > 2 * self.places.len() + 64 {
            self.sweep();
        }
        let place = self.groups.len();
        let items = Vec::new();
        self.groups.push(Group { simulation, items });
        self.weights.push(0);
        self.places.insert(simulation, place);
        place
    }

    /// Removes empty groups; the others keep their order.
    fn sweep(&mut self) {
        self.groups.retain(|group| !group.items.is_empty());
        let places = self.groups.iter().enumerate();
        self.places = places
            .map(|(place, group)| (group.simulation, place))
            .collect();
        let sizes = self.groups.iter().map(|group| group.items.len() as u64);
        self.weights = sizes.collect();
    }

    /// Keeps the items of a simulation from being drawn.
    fn hide(&mut self, simulation: u64) {
        if let Some(&place) = self.places.get(&simulation) {
            let size = self.groups[place].items.len() as u64;
            self.weights.subtract(place, size);
        }
    }

    /// Lets the items of a hidden simulation be drawn again.
    fn show(&mut self, simulation: u64) {
        if let Some(&place) = self.places.get(&simulation) {
            let size = self.groups[place].items.len() as u64;
            self.weights.add(place, size);
        }
    }
}

impl<T: Item> Extend<T> for Pool<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.push(item));
    }
}

impl<T: Item> FromIterator<T> for Pool<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut pool = Self::default();
        pool.extend(items);
        pool
    }
}

/// Removes `count` items from pools together, all of them where there are fewer.
///
/// One after the other, each is drawn uniformly from all items of simulations that are not full yet. A simulation is full
/// with `cap` items in the batch, the smallest number with which the batch can be filled: `⌈count / simulations⌉`, or more
/// where some simulations hold fewer items than that.
pub(super) fn draw_batch<T: Item>(
    pools: &mut [&mut Pool<T>],
    count: usize,
    rng: &mut Rng,
) -> Vec<T> {
    let count = count.min(pools.iter().map(|pool| pool.len).sum());
    let cap = smallest_cap(pools, count);
    let mut taken: HashMap<u64, usize> = HashMap::new();
    let mut hidden = Vec::new();
    let mut batch = Vec::with_capacity(count);
    for _ in 0..count {
        let item = take_from_all(pools, rng);
        let simulation = item.simulation();
        let of_same = taken.entry(simulation).or_default();
        *of_same += 1;
        if *of_same == cap {
            pools.iter_mut().for_each(|pool| pool.hide(simulation));
            hidden.push(simulation);
        }
        batch.push(item);
    }
    for simulation in hidden {
        pools.iter_mut().for_each(|pool| pool.show(simulation));
    }
    batch
}

/// Removes one item that is not hidden, all equally likely.
pub(super) fn take_from_all<T: Item>(pools: &mut [&mut Pool<T>], rng: &mut Rng) -> T {
    let total: u64 = pools.iter().map(|pool| pool.weights.total()).sum();
    let mut rank = rng.integer(0, total - 1);
    for pool in pools {
        let weight = pool.weights.total();
        if rank < weight {
            return pool.take_ranked(rank);
        }
        rank -= weight;
    }
    unreachable!("a rank below the sum of the weights lies in one of the pools")
}

/// The smallest `c` for which a batch of `count` items with `c` of a simulation at most exists.
fn smallest_cap<T>(pools: &[&mut Pool<T>], count: usize) -> usize {
    if pools.iter().any(|pool| pool.places.len() >= count) {
        return 1;
    }
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for pool in pools {
        for (&simulation, &place) in &pool.places {
            *sizes.entry(simulation).or_default() += pool.groups[place].items.len();
        }
    }
    let mut sizes: Vec<usize> = sizes.into_values().collect();
    sizes.sort_unstable();
    let (mut left, mut simulations) = (count, sizes.len());
    for size in sizes {
        let cap = left.div_ceil(simulations);
        if size >= cap {
            return cap;
        }
        left -= size; // Smaller than its share: all of it, and a larger share for the others.
        simulations -= 1;
    }
    count
}
