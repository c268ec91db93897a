//! Drawing: figures with their numbers, maps, colours.
//!
//! A `figure` has panels, a legend and the `csv` of its numbers. `plot` draws lines between `axes` in the colours of
//! `palette`; [`panel`] draws maps, whose [`pixels`] event files and equation pages have too.

pub(crate) mod axes;
pub(crate) mod csv;
pub(crate) mod figure;
pub(crate) mod line;
pub(crate) mod palette;
pub mod panel;
pub mod pixels;
pub(crate) mod plot;
