"""Opens a file that Ondine wrote with h5py and with the package the_well.

Usage: check_well.py FILE [--only-h5py]
FILE: the file of tests/files/well_python.rs, whose values are `1000 trajectory + 100 frame + point + component / 2`.
"""

import os
import sys

import h5py
import numpy as np

B, T, X, Y = 3, 7, 6, 4


def expected(components=0):
    b, t, point = np.meshgrid(np.arange(B), np.arange(T), np.arange(X * Y), indexing="ij")
    field = (1000.0 * b + 100.0 * t + point).reshape(B, T, X, Y)
    return field[..., None] + np.arange(components) / 2 if components else field


def check_h5py(path):
    with h5py.File(path, "r") as file:
        assert file.attrs["dataset_name"] == "check", file.attrs["dataset_name"]
        assert file.attrs["grid_type"] == "cartesian"
        assert file.attrs["n_spatial_dims"] == 2
        assert file.attrs["n_trajectories"] == B
        assert list(file.attrs["simulation_parameters"]) == ["viscosity"]
        assert file.attrs["viscosity"] == 0.1
        assert file.attrs["dt"] == 0.2
        if "attempts" in file:  # drawn again: the file was described anew at its end
            assert list(file["attempts"]) == [2, 1, 0], list(file["attempts"])
        assert file.attrs["seed"] == 2**63 + 1
        assert file.attrs["recipe"] == 'name = "Kolmogórov"\n'
        assert list(file["dimensions"].attrs["spatial_dims"]) == ["x", "y"]
        assert np.allclose(file["dimensions/time"], 0.2 * np.arange(T))
        assert file["dimensions/x"].shape == (B, X) and file["dimensions/x"].attrs["sample_varying"]
        assert file["dimensions/y"].shape == (Y,) and not file["dimensions/y"].attrs["sample_varying"]
        assert file["boundary_conditions/x_periodic"].attrs["bc_type"] == "PERIODIC"
        assert list(file["boundary_conditions/x_periodic/mask"]) == [True] + [False] * (X - 2) + [True]
        assert list(file["scalars"].attrs["field_names"]) == ["viscosity", "drag", "dt", "length_x", "length_y"]
        assert file["scalars/viscosity"].shape == () and file["scalars/viscosity"][()] == 0.1
        assert list(file["scalars/drag"]) == [0.1, 0.2, 0.3]
        assert list(file["scalars/length_x"]) == [1.0, 2.0, 3.0]
        assert list(file["t0_fields"].attrs["field_names"]) == ["vorticity"]
        assert list(file["t1_fields"].attrs["field_names"]) == ["velocity"]
        assert list(file["t2_fields"].attrs["field_names"]) == []
        assert np.array_equal(file["t0_fields/vorticity"], expected())
        assert np.array_equal(file["t1_fields/velocity"], expected(components=2))
        assert list(file["t1_fields/velocity"].attrs["dim_varying"]) == [True, True]
    print("h5py", h5py.__version__, "read everything")


def check_the_well(path):
    try:
        from the_well.data import WellDataset
    except ImportError as error:
        print("skipped the_well:", error)
        return
    dataset = WellDataset(path=os.path.dirname(path), n_steps_input=4, n_steps_output=1)
    assert len(dataset) == B * (T - 4), len(dataset)
    assert dataset.metadata.field_names == {0: ["vorticity"], 1: ["velocity_x", "velocity_y"], 2: []}
    truth = np.concatenate([expected()[..., None], expected(components=2)], axis=-1)
    for index in range(len(dataset)):
        b, t = divmod(index, T - 4)
        sample = dataset[index]
        assert np.array_equal(sample["input_fields"], truth[b, t : t + 4])
        assert np.array_equal(sample["output_fields"], truth[b, t + 4 : t + 5])
        assert np.allclose(sample["space_grid"][:, 0, 0], (b + 1) * np.arange(X) / X)
        assert np.allclose(sample["constant_scalars"], [0.1, 0.1 * (b + 1), 0.2, b + 1, 5])
        assert (sample["boundary_conditions"] == 2).all(), "both ends of both axes are periodic"
    print("the_well read", len(dataset), "samples:", {key: tuple(value.shape) for key, value in sample.items()})


if __name__ == "__main__":
    check_h5py(sys.argv[1])
    if "--only-h5py" not in sys.argv:
        check_the_well(sys.argv[1])
