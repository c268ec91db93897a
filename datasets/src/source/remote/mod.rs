//! Simulations in workers that come to a training over the wire, perhaps from other machines, beside threads of this one.

mod course;
mod launch;
mod losses;
mod places;
mod worker;

pub use launch::Launch;
pub use worker::{WorkError, Worker};

use super::process::{self, wire::Trouble};
use crate::{Conditions, DataError, FailureKind, Source};
use course::{Course, Rest};
use launch::Launched;
use ondine_coupling::{
    Attempts, Chooser, Code, Dtype, Error, Field, Job, Listener, ListenerOptions,
};
use places::{Place, Places};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// The field that workers stream: a whole frame, channel-major, in 32 bits.
const FIELD: &str = "frame";

/// Times that a simulation is given out again after its worker is gone; then it runs on this machine.
const RESTARTS: u32 = 16;

/// Silence of a worker within a simulation after which it counts as gone, where simulations may take any time.
const SILENCE: Duration = Duration::from_secs(3600);

/// Time during which a worker whose connection broke may come back.
const PATIENCE: Duration = Duration::from_secs(2);

/// Description of the simulations that workers make for a training.
#[derive(Debug, Clone)]
pub struct Task {
    /// Place where the training listens: `tcp://HOST:PORT` or `ipc://PATH`.
    pub endpoint: String,
    /// Secret that workers have to know; empty without one.
    pub token: String,
    /// Text by which a worker makes the same source, such as a recipe.
    pub description: String,
    /// Values of a frame.
    pub values: usize,
    /// Time that a simulation may take.
    pub limit: Option<Duration>,
    /// Threads of this machine that simulate, 1 or more.
    pub threads: usize,
}

/// Workers of a training that come and go, with the threads of this machine.
///
/// A simulation runs in a thread of this machine where one is free, otherwise in a worker. One whose worker dies is given
/// out again, and goes on behind the frames that came; after many deaths it runs on this machine. Simulations are the same
/// wherever they run. They are wanted by threads of a [`WorkerPool`](crate::WorkerPool), one each.
///
/// ```
/// use ondine_datasets::coupling::ClientOptions;
/// use ondine_datasets::remote::{Launch, Task, Worker, Workers};
/// use ondine_datasets::{Conditions, DataError, Source};
/// use std::{ops::ControlFlow, sync::Arc, time::Duration};
///
/// struct Count;
///
/// impl Source for Count {
///     fn conditions(&self, _: u64) -> Conditions {
///         Conditions { dt: 0.1, length: vec![1.0], spacing: vec![1.0], parameters: vec![] }
///     }
///
///     fn run(&self, index: u64, sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>) -> Result<(), DataError> {
///         let _ = (0..3).try_for_each(|frame| sink(&[(index + frame) as f64]));
///         Ok(())
///     }
///
///     fn again(&self, _: u32) -> Option<Arc<dyn Source>> {
///         Some(Arc::new(Count))
///     }
/// }
///
/// let task = Task {
///     endpoint: "tcp://127.0.0.1:0".into(),
///     token: String::new(),
///     description: "count".into(),
///     values: 1,
///     limit: None,
///     threads: 1,
/// };
/// let workers = Workers::listen(&task, Launch::none())?;
/// let endpoint = workers.endpoint().to_owned();
/// let elsewhere = std::thread::spawn(move || {
///     let worker = Worker::connect(&endpoint, &ClientOptions::default(), Duration::from_secs(10))?;
///     assert_eq!(worker.description(), "count");
///     worker.work(&Count, 1) // the number of its simulations, once the training wants no more
/// });
/// let source = workers.around(Arc::new(Count));
/// let mut frames = Vec::new();
/// source.run(5, &mut |frame| {
///     frames.push(frame[0]);
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(frames, [5.0, 6.0, 7.0]);
/// source.cancel();
/// assert!(elsewhere.join().expect("no panic").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    listener: Listener,
    /// Number that stands for the description in every job.
    mark: f64,
    limit: Option<Duration>,
    places: Places,
    launched: Launched,
}

impl Workers {
    /// Listens for workers; `launch` starts them, as many as there is work for.
    ///
    /// # Errors
    /// When the endpoint can't be listened on, or other machines reach it without a token.
    pub fn listen(task: &Task, launch: Launch) -> Result<Self, Error> {
        let silence = task.limit.unwrap_or(SILENCE);
        let field = Field::new(FIELD, Dtype::F32, &[task.values])?;
        let listener = ListenerOptions::default()
            .token(&task.token)
            .description(&task.description)
            .max_frame(field.bytes().max(1 << 20))
            .fields(vec![field])
            .chooser(Chooser::Training)
            .patience(PATIENCE)
            .silence(2 * silence)
            .bind(&task.endpoint)?;
        let launched = Launched::new(launch, listener.endpoint(), &task.token);
        Ok(Self {
            shared: Arc::new(Shared {
                mark: mark(&task.description),
                limit: task.limit,
                places: Places::new(task.threads),
                launched,
                listener,
            }),
        })
    }

    /// The endpoint, with the port that was chosen.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.shared.listener.endpoint()
    }

    /// Workers that are connected.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.shared.listener.clients()
    }

    /// Frames that came from workers.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.shared.listener.statistics().frames
    }

    /// Times that the command which starts workers was run again, because some were missing.
    #[must_use]
    pub fn restarts(&self) -> u64 {
        self.shared.launched.restarts()
    }

    /// These restarts in words, each once.
    #[must_use]
    pub fn news(&self) -> Vec<String> {
        self.shared.launched.news()
    }

    /// A source whose simulations are those of `here`, in threads of this machine and in workers.
    #[must_use]
    pub fn around(&self, here: Arc<dyn Source>) -> Arc<dyn Source> {
        Arc::new(Remote {
            shared: self.shared.clone(),
            here,
            attempt: 0,
            point: Vec::new(),
        })
    }
}

/// A source around the same simulations on this machine.
struct Remote {
    shared: Arc<Shared>,
    here: Arc<dyn Source>,
    attempt: u32,
    /// Point of simulations in the unit cube; empty where their sampler draws them.
    point: Vec<f64>,
}

/// The way in which a simulation left a worker.
enum Left {
    /// It has ended, or frames are not wanted any more.
    Done(Result<(), DataError>),
    /// It has to run elsewhere: on this machine where it was lost too often, anywhere otherwise.
    Undone { lost: bool },
}

impl Remote {
    fn job(&self, index: u64) -> Job {
        let head = [self.shared.mark, f64::from(self.attempt)];
        Job::new(index, [&head[..], &self.point].concat())
    }

    /// Has a worker make simulation `index`.
    fn there(&self, index: u64, sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>) -> Left {
        let Shared {
            listener, places, ..
        } = &*self.shared;
        let mut course = Course::new(self.shared.limit);
        let silence = self.shared.limit.unwrap_or(SILENCE);
        let attempts = Attempts {
            restarts: RESTARTS,
            silence,
            wait: Duration::MAX,
        };
        let mut watched = |event| course.take(event, sink);
        let mut wanted = || {
            let elsewhere = listener.clients() == 0 || places.is_free_here();
            listener.has_client(index) || !elsewhere
        };
        let result = listener.run_while(self.job(index), attempts, &mut watched, &mut wanted);
        match result {
            Ok(()) if course.late => Left::Done(Err(self.late(index))),
            Ok(()) => Left::Done(Ok(())),
            Err(error) => self.left(index, &error, course.said),
        }
    }

    fn left(&self, index: u64, error: &Error, said: Option<(i32, String)>) -> Left {
        match (error.code, said) {
            (Code::End, _) => Left::Done(Ok(())), // nobody waits for frames any more
            (Code::Interrupted, _) => Left::Undone { lost: false },
            (Code::Timeout, _) if self.shared.limit.is_some() => Left::Done(Err(self.late(index))),
            (Code::Timeout | Code::Lost, _) => Left::Undone { lost: true },
            (_, Some((status, text))) => {
                let trouble = Trouble::of_status(status);
                Left::Done(Err(process::error(index, trouble, text)))
            }
            (_, None) => Left::Done(Err(DataError::failed(
                index,
                FailureKind::Refused,
                &error.text,
            ))),
        }
    }

    fn late(&self, index: u64) -> DataError {
        let limit_s = self.shared.limit.unwrap_or_default().as_secs_f64();
        DataError::TimedOut { index, limit_s }
    }

    fn with(&self, here: Arc<dyn Source>, attempt: u32, point: &[f64]) -> Arc<dyn Source> {
        Arc::new(Self {
            shared: self.shared.clone(),
            here,
            attempt,
            point: point.to_vec(),
        })
    }
}

impl Source for Remote {
    fn conditions(&self, index: u64) -> Conditions {
        self.here.conditions(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.here.static_fields(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let Shared {
            listener,
            places,
            launched,
            ..
        } = &*self.shared;
        let look = |wanted| launched.look(wanted, listener.clients());
        let (mut lost, mut given) = (false, 0);
        loop {
            let mut rest = Rest::new(&mut given, sink);
            match places.claim(index, listener, lost, &look)? {
                None => return Ok(()),
                Some(Place::Here(_held)) => {
                    return self.here.run(index, &mut |frame| rest.give(frame));
                }
                Some(Place::There(_held)) => {
                    match self.there(index, &mut |frame| rest.give(frame)) {
                        Left::Done(result) => return result,
                        Left::Undone { lost: now } => lost |= now,
                    }
                }
            }
        }
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let here = self.here.again(attempt)?;
        Some(self.with(here, attempt, &[]))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        let here = self.here.at(point)?;
        Some(self.with(here, self.attempt, point))
    }

    fn cancel(&self) {
        self.shared.listener.stop();
        self.here.cancel();
    }
}

/// A number that differs between descriptions, but for one pair in 2³².
fn mark(description: &str) -> f64 {
    let mut sum = flate2::Crc::new();
    sum.update(description.as_bytes());
    f64::from(sum.sum())
}
