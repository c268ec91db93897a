//! Generations: whose children the simulations to come are. Plain data; a point is a function of seed, index and these.

use ondine_solvers::{Rng, Stream};
use serde::{Deserialize, Serialize};

/// Factor of the covariance after a draw that lies outside of the cube (`oob_factor` of the authors), ...
const SHRINK: f64 = 0.3;
/// ... and draws before a child is a copy of its parent (`max_oob_count`).
const TRIES: u32 = 10;

/// Parents and how their children are drawn. In 32-bit, which JSON keeps to the last bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// Which one, counted from 0.
    pub number: u32,
    /// First simulation that it is for.
    pub first: u64,
    /// Probability of a simulation to be a child.
    pub share: f32,
    /// Standard deviation of children around their parent.
    pub sigma: f32,
    /// The parents.
    pub parents: Vec<Parent>,
}

/// A parent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parent {
    /// Its point in the unit cube.
    pub point: Vec<f32>,
    /// Its probability, up to a factor.
    pub weight: f32,
}

/// All generations of a training.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lineage {
    /// Seed of all draws.
    pub seed: u64,
    /// Simulations that may begin before their turn in a deterministic training.
    pub lead: u64,
    /// The generations that simulations belong to, in their order.
    pub generations: Vec<Generation>,
}

impl Lineage {
    /// The point of simulation `index`; none where the base draws it.
    pub fn point(&self, index: u64) -> Option<Vec<f64>> {
        let mut rng = Rng::stream(self.seed, Stream::Breed, index);
        self.of(index)?.child(&mut rng)
    }

    /// Number of generations made so far.
    pub fn count(&self) -> u32 {
        self.generations.last().map_or(0, |last| last.number + 1)
    }

    /// Adds a generation, in the place of those that no simulation belongs to then.
    ///
    /// # Panics
    /// When it is for earlier simulations than the one before.
    pub fn push(&mut self, generation: Generation) {
        while let Some(last) = self.generations.last() {
            assert!(last.first <= generation.first, "generations follow in time");
            if last.first < generation.first {
                break;
            }
            self.generations.pop();
        }
        self.generations.push(generation);
    }

    /// The generation of simulation `index`.
    fn of(&self, index: u64) -> Option<&Generation> {
        let later = |generation: &Generation| generation.first > index;
        let known = &self.generations;
        known[..known.partition_point(|generation| !later(generation))].last()
    }
}

impl Generation {
    /// A child; none where the base's turn is.
    fn child(&self, rng: &mut Rng) -> Option<Vec<f64>> {
        let bred = rng.uniform(0.0, 1.0) < f64::from(self.share);
        let parent = self.parent(rng.uniform(0.0, 1.0)).filter(|_| bred)?;
        let center: Vec<f64> = parent.point.iter().map(|&x| f64::from(x)).collect();
        let mut sigma = f64::from(self.sigma);
        for _ in 0..TRIES {
            let child: Vec<f64> = center.iter().map(|x| x + sigma * rng.normal()).collect();
            if child.iter().all(|x| (0.0..1.0).contains(x)) {
                return Some(child);
            }
            sigma *= SHRINK.sqrt();
        }
        Some(center)
    }

    /// The parent below whose weight and those before it lies a share `unit` of all.
    fn parent(&self, unit: f64) -> Option<&Parent> {
        let weight = |parent: &Parent| f64::from(parent.weight);
        let mut rest = unit * self.parents.iter().map(weight).sum::<f64>();
        let found = self.parents.iter().find(|parent| {
            rest -= weight(parent);
            rest < 0.0
        });
        found.or(self.parents.last()) // where rounding leaves a rest
    }
}
