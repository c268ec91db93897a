"""Files for the bench `reading`, and the same reading by h5py, zarr and the loader of the_well, with two processes that read.

    python reading.py make FOLDER                   files of 64^2 and 256^2 points, stored in several ways
    python reading.py read FILE WINDOWS WORKERS     windows per second, the most memory of all processes in MiB, and seconds of processors
    python reading.py well FILE WINDOWS WORKERS     the same by the_well's dataset in a DataLoader of PyTorch
    python reading.py compare FOLDER ROUNDS [well]  all readers by turns, from a cold and from a warm cache of the system

A reader takes windows of two frames in a shuffled order, as arrays of 32-bit floats, in batches of 32, as the loop of
`the_well`'s dataset does: it opens the file once per worker and reads each field by a slice. Python's clocks start when its packages are imported.
Packages: h5py and zarr; with `well` also torch and the_well 1.2.0, which reads no Zarr.
"""

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

WAYS = {
    "contiguous": {},
    "gzip": dict(compression="gzip", compression_opts=4, shuffle=True, frame_chunks=True),
    "netcdf": dict(compression="gzip", compression_opts=4, shuffle=True, mixed_chunks=True),
}


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for points, trajectories, frames in ((64, 64, 50), (256, 16, 20)):
        shape = (trajectories, frames, points, points)
        noise = np.random.default_rng(1).normal(size=shape).astype("f4")
        waves = np.sin(np.arange(points) / 8).astype("f4")
        values = np.round(noise * 8) / 64 + waves  # compresses about as a smooth field does
        for way, options in WAYS.items():
            options = dict(options)
            if options.pop("frame_chunks", False):
                options["chunks"] = (1, 1, points, points)
            if options.pop("mixed_chunks", False):  # as the default of netCDF-4: about a quarter of every axis
                options["chunks"] = tuple(-(-n // 4) for n in shape)
            write(folder / f"{way}_{points}.h5", values, options)
        write_zarr(folder / f"zarr_{points}.zarr", values)


def write_zarr(path, values):
    """A store of version 3 with a frame per chunk, compressed by Zstandard, as xarray names its axes."""
    import zarr

    group = zarr.open_group(path, mode="w", zarr_format=3)
    names = ["sample", "time", "x", "y"]
    chunks = (1, 1, *values.shape[2:])
    group.create_array("u", shape=values.shape, dtype="f4", chunks=chunks, dimension_names=names)[:] = values
    for name, count in zip(names[1:], values.shape[1:]):
        group.create_array(name, data=np.arange(count, dtype="f8"), dimension_names=[name])


def write(path, values, options):
    trajectories, frames, points = values.shape[:3]
    with h5py.File(path, "w") as file:
        file.attrs.update(dataset_name="reading", grid_type="cartesian", n_spatial_dims=2, n_trajectories=trajectories)
        file.create_group("scalars").attrs["field_names"] = []
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x", "y"]
        dimensions["time"] = np.arange(frames, dtype="f8")
        dimensions["time"].attrs["sample_varying"] = False
        for axis in "xy":
            dimensions[axis] = np.arange(points, dtype="f8")
            dimensions[axis].attrs.update(sample_varying=False, time_varying=False)
            ends = file.create_group(f"boundary_conditions/{axis}_periodic")
            ends.attrs.update(bc_type="PERIODIC", associated_dims=[axis], associated_fields=[])
            ends.attrs.update(sample_varying=False, time_varying=False)
            ends["mask"] = np.isin(np.arange(points), [0, points - 1])
        for rank in range(3):
            file.create_group(f"t{rank}_fields").attrs["field_names"] = ["u"] if rank == 0 else []
        u = file["t0_fields"].create_dataset("u", data=values, **options)
        u.attrs.update(dim_varying=[True, True], sample_varying=True, time_varying=True)


def array(path):
    """The field of a file."""
    if path.endswith(".zarr"):
        import zarr

        return zarr.open_group(path, mode="r")["u"]
    return h5py.File(path)["t0_fields/u"]


def worker(path, order, results):
    u = array(path)
    each = u.shape[1] - 1
    for batch in order:
        windows = [u[index // each, index % each : index % each + 2].astype("f4") for index in batch]
        results.put(np.stack(windows))


def well(path, windows, workers):
    import torch
    from the_well.data import WellDataset

    began = clocks()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data.h5").symlink_to(Path(path).absolute())
        dataset = WellDataset(path=folder, n_steps_input=1, n_steps_output=1, use_normalization=False)
        order = np.resize(np.random.default_rng(2).permutation(len(dataset)), windows).tolist()
        loader = torch.utils.data.DataLoader(dataset, batch_size=32, sampler=order, num_workers=workers)
        for batch in loader:
            torch.cat([batch["input_fields"], batch["output_fields"]], 1)
        del loader
    report(windows, workers, began)


def clocks():
    """Seconds of the wall, and those of processors that this process and its ended workers took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used)


def report(windows, workers, began):
    """Prints windows per second, the most memory of this process and its workers, and seconds of processors."""
    seconds, processors = (now - then for now, then in zip(clocks(), began))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * workers
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(windows / seconds, (own + children) / 1024, processors)


def read(path, windows, workers):
    trajectories, frames = array(path).shape[:2]
    total = trajectories * (frames - 1)
    order = np.random.default_rng(2).permutation(total)
    order = np.resize(order, windows)
    batches = np.array_split(order, max(1, windows // 32))
    began = clocks()
    results = multiprocessing.Queue(2 * workers)
    share = [batches[place::workers] for place in range(workers)]
    processes = [multiprocessing.Process(target=worker, args=(path, part, results)) for part in share]
    for process in processes:
        process.start()
    for _ in batches:
        results.get()
    for process in processes:
        process.join()
    report(windows, workers, began)


def forget(path):
    """Drops a file, or those of a folder, from the system's cache."""
    for one in [path] if path.is_file() else filter(Path.is_file, path.rglob("*")):
        with open(one, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(command):
    """Windows per second, MiB, and seconds of processors of a reader: those that it prints, or all of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [*map(float, done.stdout.split()), seconds][:3]


def compare(folder, rounds, with_well):
    ondine = "target/release/examples/reading"
    others = ["python", "well"] if with_well else ["python"]
    columns = [f"{name}: windows/s | MiB | ratio | of processor time" for name in others]
    print(" | ".join(["file | cache | ondine: windows/s | MiB | from memory", *columns]))
    for path in sorted([*folder.glob("*.h5"), *folder.glob("*.zarr")]):
        mixed = path.name.startswith("netcdf")
        windows = (64 if "256" in path.name else 320) if mixed else 640
        readers = {
            "python": [sys.executable, __file__, "read", path, windows, "2"],
            "well": [sys.executable, __file__, "well", path, windows, "2"],
            "disk": [ondine, path, windows, "0"],
            "memory": [ondine, path, 10 * windows, "4096"],
        }
        if not with_well or path.suffix == ".zarr":
            del readers["well"]
        for cache in ("cold", "warm"):
            found = {name: [] for name in readers}
            for _ in range(rounds):
                for name, command in readers.items():
                    if cache == "cold":
                        forget(path)
                    found[name].append(run(command))
            print(" | ".join([path.stem, cache, *row(found, others)]), flush=True)


def row(found, others):
    """Medians of the rounds, and medians of the ratios of neighbours."""
    median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in found.items()}
    cells = [f"{median['disk'][0]:.0f}", f"{median['disk'][1]:.0f}", f"{median['memory'][0]:.0f}"]
    for name in others:
        if name not in found:
            cells.append("- | - | - | -")
            continue
        pairs = list(zip(found[name], found["disk"]))
        speed = statistics.median(b[0] / a[0] for a, b in pairs)
        processors = statistics.median(a[2] / b[2] for a, b in pairs)
        cells.append(f"{median[name][0]:.0f} | {median[name][1]:.0f} | {speed:.1f} | {processors:.1f}")
    return cells


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    elif sys.argv[1] == "compare":
        compare(Path(sys.argv[2]), int(sys.argv[3]), "well" in sys.argv[4:])
    else:
        {"read": read, "well": well}[sys.argv[1]](sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
