//! Formats of numbers: shares, durations, numbers with few digits.
//!
//! [`page`] writes for HTML and figures, with narrow spaces, thousands separators and superscripts; [`text`] writes for
//! terminals, messages and Markdown. A format that exists in both differs on purpose.

mod breakeven;
pub mod page;
pub mod text;

pub use breakeven::{breakeven, busy_machine, solver_place};
