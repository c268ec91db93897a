//! Files of trajectories: layouts of every package, what is written, and what is refused.

mod benchmarks;
mod blocks;
mod course;
mod damage;
mod ends;
mod formats;
mod frames;
mod groups;
mod initial;
mod layouts;
mod open;
mod recognised;
mod refused;
mod screen;
mod several_grids;
mod spacing;
mod stored;
mod well;
mod well_folder;
mod well_kill;
mod well_parts;
mod well_python;
