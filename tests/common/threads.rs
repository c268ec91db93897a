//! Ranks as threads of one process: a group without MPI.

use ondine::group::Group;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Time after which a rank gives up waiting for the others.
const PATIENCE: Duration = Duration::from_secs(120);

/// One of several threads.
pub(crate) struct Threads {
    rank: usize,
    table: Arc<Table>,
}

/// A place per rank, and a barrier.
struct Table {
    places: Mutex<Vec<Vec<u8>>>,
    /// Ranks that wait, and how often all have met.
    waiting: Mutex<(usize, usize)>,
    met: Condvar,
}

impl Threads {
    /// The results of `work` by every rank of a group of `size`.
    pub(crate) fn run<T: Send>(size: usize, work: impl Fn(&Self) -> T + Sync) -> Vec<T> {
        let table = Arc::new(Table {
            places: Mutex::new(vec![Vec::new(); size]),
            waiting: Mutex::new((0, 0)),
            met: Condvar::new(),
        });
        thread::scope(|scope| {
            let spawn = |rank| {
                let one = Self {
                    rank,
                    table: table.clone(),
                };
                let work = &work;
                scope.spawn(move || work(&one))
            };
            let threads: Vec<_> = (0..size).map(spawn).collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined.map(|result| result.expect("a rank ends")).collect()
        })
    }

    fn put(&self, bytes: &[u8]) {
        self.table.places.lock().expect("a table")[self.rank] = bytes.to_vec();
        self.meet();
    }

    /// All places, when every rank has put something.
    fn taken<T>(&self, look: impl FnOnce(&[Vec<u8>]) -> T) -> T {
        let result = look(&self.table.places.lock().expect("a table"));
        self.meet();
        result
    }

    fn meet(&self) {
        let mut waiting = self.table.waiting.lock().expect("a table");
        let round = waiting.1;
        waiting.0 += 1;
        if waiting.0 == self.size() {
            *waiting = (0, round + 1);
            self.table.met.notify_all();
            return;
        }
        let together = |state: &mut (usize, usize)| state.1 == round;
        let met = self
            .table
            .met
            .wait_timeout_while(waiting, PATIENCE, together);
        assert!(!met.expect("a table").1.timed_out(), "a rank never came");
    }
}

impl Group for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        let places = self.table.places.lock();
        places.expect("a table").len()
    }

    fn all_reduce(&self, values: &mut [f32]) {
        let own: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.put(&own);
        self.taken(|all| {
            for (index, value) in values.iter_mut().enumerate() {
                let of = |bytes: &Vec<u8>| {
                    let word = bytes[4 * index..][..4].try_into().expect("4 bytes");
                    f32::from_le_bytes(word)
                };
                *value = all.iter().map(of).reduce(|a, b| a + b).expect("a rank");
            }
        });
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.put(bytes);
        let own = self.leads();
        self.taken(|all| if own { all.to_vec() } else { Vec::new() })
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        self.put(bytes);
        *bytes = self.taken(|all| all[0].clone());
    }
}
