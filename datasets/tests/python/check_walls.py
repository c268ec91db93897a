"""Opens a file of heat between walls with h5py and with the package the_well.

Usage: check_walls.py FILE [--only-h5py]
FILE: the file of `walls_are_read_with_the_right_coordinates` in tests/files/well_python.rs.
"""

import os
import sys

import h5py
import numpy as np

POINTS = {"x": 7, "y": 3}
LENGTHS = {"x": np.array([1.0, 2.0]), "y": np.array([4.0])}


def positions(axis):
    return LENGTHS[axis][:, None] * np.arange(1, POINTS[axis] + 1) / (POINTS[axis] + 1)


def check_h5py(path):
    with h5py.File(path, "r") as file:
        assert np.allclose(file["dimensions/x"], positions("x")), file["dimensions/x"][()]
        assert np.allclose(file["dimensions/y"], positions("y")[0]), file["dimensions/y"][()]
        for axis, points in POINTS.items():
            wall = file[f"boundary_conditions/{axis}_wall"]
            assert wall.attrs["bc_type"] == "WALL"
            assert list(wall["mask"]) == [True] + [False] * (points - 2) + [True]
        names = ["initial_temperature", "low_wall_x", "low_wall_y", "high_wall_x", "high_wall_y"]
        assert list(file["scalars"].attrs["field_names"])[:5] == names
        assert list(file["scalars/low_wall_y"]) == [102.0, 202.0]
    print("h5py", h5py.__version__, "read the walls")


def check_the_well(path):
    try:
        from the_well.data import WellDataset
    except ImportError as error:
        print("skipped the_well:", error)
        return
    dataset = WellDataset(path=os.path.dirname(path), n_steps_input=1, n_steps_output=1)
    for index in range(len(dataset)):
        sample = dataset[index]
        assert (sample["boundary_conditions"] == 0).all(), "both ends of both axes are walls"
        assert np.allclose(sample["space_grid"][:, 0, 0], positions("x")[index])
        assert np.allclose(sample["space_grid"][0, :, 1], positions("y")[0])
    print("the_well read", len(dataset), "samples between walls")


if __name__ == "__main__":
    check_h5py(sys.argv[1])
    if "--only-h5py" not in sys.argv:
        check_the_well(sys.argv[1])
