//! The stream of windows of a training in numbers: a [`Monitor`] watches batches and makes a [`Reading`] of them for every
//! line of metrics, of which the [`RULES`] make [`Advice`].

mod balance;
mod losses;
mod monitor;
mod progress;
mod setting;
mod time_used;
mod times;

pub use balance::Balance;
pub use losses::LossTable;
pub use monitor::{Memory, Monitor};
pub use ondine_report::advice::{Advice, Advisor, RULES, Rule, Setting, Signs, advise};
pub use ondine_report::files::Reading;
pub use progress::Progress;
pub use setting::{setting, stream};
pub use time_used::TimeUsed;
pub use times::Times;
