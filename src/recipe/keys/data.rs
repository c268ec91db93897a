//! Keys of `[data]` and of the tables in it.

use super::SectionKeys;

/// `[data]`.
pub(super) const DATA: SectionKeys = SectionKeys {
    name: "data",
    summary: "Training from the trajectories of a file in place of solvers. Optional.",
    keys: &[&[
        (
            "source",
            "file or folder of trajectories, from the working directory, in a layout of `ondine list formats`, which is found from \
             the file; a pattern such as \"runs/*.h5\", or a list of these, whose trajectories follow one another; required",
        ),
        (
            "format",
            "name of the layout, of `ondine list formats`, where another one is found or none; default: found from the file",
        ),
        (
            "files",
            "\"frames\": each file has the next frames of one trajectory, those of a folder that are called alike but for a \
             number one after the other, and folders are trajectories; \"trajectories\": each has trajectories of its own; \
             default: frames where each file has one and they state different times or `layout.dt` says the time between them, \
             else trajectories",
        ),
        (
            "ends",
            "table of axes with what lies at both ends, where the file does not state it (netCDF, Zarr): \"periodic\", \"wall\" or \
             \"open\", as in { x = \"periodic\", y = \"wall\" }; default: open",
        ),
        (
            "fields",
            "list of the fields to train on, in the order of the channels: names of the file's, or of components such as \
             \"velocity_x\"; default: all",
        ),
        (
            "every",
            "frames from one that is read to the next, 1 or more; default 1",
        ),
        (
            "crop",
            "table of axes with the points to read, from the first number up to the second: { x = [0, 64] }; a part of a periodic \
             axis has open ends; default: all points",
        ),
        (
            "coarsen",
            "number of points that become one: 2 for all axes, or { x = 2, y = 2 }; with by = \"averages\" (means) or by = \"modes\" \
             (the Fourier modes that the coarser grid resolves) in the table, as in { all = 2, by = \"averages\" }, else modes on \
             periodic axes with nodes and averages on others; default: every point",
        ),
        (
            "mix",
            "share of every batch that comes from the file, in (0, 1), beside simulations of the recipe that run meanwhile; default: \
             all of it, and nothing is simulated",
        ),
        (
            "trajectories",
            "trajectories to train on, from the first one, 1 or more; default: all",
        ),
        (
            "held_out",
            "trajectories of the file that are held out for evaluation: how many at its end, { share = 0.1 } of all at its \
             end, { trajectories = [180, 200] } from the first number up to the second, { split = \"test\" } that the dataset \
             names itself, beside its split `train`, or files of their own, { files = \"test/*.h5\" }; default: simulations of the recipe are run instead, where it has an equation",
        ),
        (
            "scales",
            "means and standard deviations of the fields: \"measured\" on the first windows, or from the \"file\" (`stats.yaml` of a \
             folder of The Well); default \"measured\"",
        ),
        (
            "skip",
            "\"bad\" leaves out trajectories with non-finite values, fill values or outliers, \"none\" refuses the file; \
             default \"none\"",
        ),
        (
            "memory",
            "MiB of memory for frames; frames beyond it are read from disk whenever they are needed; default 4096",
        ),
        (
            "block",
            "neighbouring trajectories that are shuffled among each other, block after block, 1 or more: a file larger than \
             `memory` is then read in order, once per epoch, with two blocks in memory; default: all",
        ),
    ]],
};

/// `[data.layout]`.
pub(super) const LAYOUT: SectionKeys = SectionKeys {
    name: "data.layout",
    summary: "Places and axes of the arrays of a file in no layout of `ondine list formats`: HDF5, netCDF, Zarr or NumPy. \
              Optional.",
    keys: &[&[
        (
            "fields",
            "table of the names of the fields, in the order of the channels, with the path of an array each: \
             { u = \"/U\" }, { u = \"u.npy\" } in a folder, a * in it for groups of \
             such names, one behind the other; required",
        ),
        (
            "axes",
            "axes of the arrays as stored: \"trajectory\", \"time\", \"component\" and the names of one to three in space; \
             arrays with one axis less have no components; required",
        ),
        (
            "coordinates",
            "table of axes with the path of their points, and of `time` with that of the times, in a file with one frame also an \
             attribute; default: evenly spaced by `dt` and `length`",
        ),
        (
            "conditions",
            "table of the names of conditions with a path each: an array with one number or one per trajectory, or an \
             attribute of the file, a group or an array, a number or a word that is one; default: none",
        ),
        (
            "file_name",
            "the names of the files, where they hold conditions: \"run_nu={nu}_*.nc\" has the number of the condition `nu`, and \
             anything in the place of *; default: none",
        ),
        (
            "table",
            "a CSV file, beside the files or from the working directory, with the names of the files in the column `file` and a \
             column per condition; columns of words are passed over; default: none",
        ),
        (
            "static_fields",
            "table of the names of fields that do not change in time with the path of an array each, whose axes are those of \
             `axes` without time, and without trajectories and components where it has none; default: none",
        ),
        (
            "ends",
            "table of axes with \"periodic\", \"wall\" or \"open\"; default: open",
        ),
        (
            "dt",
            "time between two frames, above 0, where `coordinates` has no times; default: 1",
        ),
        (
            "length",
            "list of the lengths of the domain, one per axis in space in the order x, y, z, or of `axes` where they have other \
             names, where `coordinates` has no points; default: the number of points",
        ),
        (
            "points_at",
            "table of axes with the placement of their points on `length`: \"nodes\" from 0 on without the end (periodic axes), \
             \"cells\", or \"ends\" with a point on each end (spacing L/(N - 1)); default: nodes of periodic axes, cells of others",
        ),
    ]],
};
