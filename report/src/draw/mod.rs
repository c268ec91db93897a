//! Drawing: figures with their numbers, maps, colours.
//!
//! A `figure` has panels, a legend and the `csv` of its numbers. `plot` draws lines between `axes` in the colours of
//! `palette`; [`panel`] draws maps, whose [`pixels`] event files have too; pictures of equations and of files are drawn on a
//! [`canvas`].

pub(crate) mod axes;
pub mod canvas;
pub(crate) mod csv;
pub(crate) mod figure;
pub(crate) mod line;
pub(crate) mod palette;
pub mod panel;
pub mod pixels;
pub(crate) mod plot;
