"""Files for the bench `reading`, and the same reading by h5py: one worker or several, as a loader of PyTorch has them.

    python reading.py make FOLDER                   files of 64^2 and 256^2 points, stored in several ways
    python reading.py read FILE WINDOWS WORKERS     windows per second, and the most memory of all processes in MiB
    python reading.py compare FOLDER ROUNDS         both readers by turns, from a cold and from a warm cache of the system

A reader takes windows of two frames in a shuffled order, as arrays of 32-bit floats, in batches of 32, as the loop of
`the_well`'s dataset does: it opens the file once per worker and reads each field by a slice.
"""

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
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


def write(path, values, options):
    trajectories, frames, points = values.shape[:3]
    with h5py.File(path, "w") as file:
        file.attrs.update(dataset_name="reading", grid_type="cartesian", n_spatial_dims=2, n_trajectories=trajectories)
        file.create_group("scalars").attrs["field_names"] = []
        file.create_group("boundary_conditions")
        dimensions = file.create_group("dimensions")
        dimensions.attrs["spatial_dims"] = ["x", "y"]
        dimensions["time"] = np.arange(frames, dtype="f8")
        for axis in "xy":
            dimensions[axis] = np.arange(points, dtype="f8")
        for rank in range(3):
            file.create_group(f"t{rank}_fields").attrs["field_names"] = ["u"] if rank == 0 else []
        u = file["t0_fields"].create_dataset("u", data=values, **options)
        u.attrs.update(dim_varying=[True, True], sample_varying=True, time_varying=True)


def worker(path, order, results):
    with h5py.File(path) as file:
        u = file["t0_fields/u"]
        each = u.shape[1] - 1
        for batch in order:
            windows = [u[index // each, index % each : index % each + 2].astype("f4") for index in batch]
            results.put(np.stack(windows))


def read(path, windows, workers):
    with h5py.File(path) as file:
        trajectories, frames = file["t0_fields/u"].shape[:2]
    total = trajectories * (frames - 1)
    order = np.random.default_rng(2).permutation(total)
    order = np.resize(order, windows)
    batches = np.array_split(order, max(1, windows // 32))
    began = time.perf_counter()
    results = multiprocessing.Queue(2 * workers)
    share = [batches[place::workers] for place in range(workers)]
    processes = [multiprocessing.Process(target=worker, args=(path, part, results)) for part in share]
    for process in processes:
        process.start()
    for _ in batches:
        results.get()
    for process in processes:
        process.join()
    seconds = time.perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * workers
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(windows / seconds, (own + children) / 1024)


def forget(path):
    """Drops the file from the system's cache."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(command):
    """Windows per second, MiB, and seconds of processors of a reader."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [float(word) for word in done.stdout.split()] + [seconds]


def compare(folder, rounds):
    ondine = "target/release/examples/reading"
    print("file | cache | windows/s h5py | ondine | ratio | ratio of processor time | MiB h5py | ondine | from memory")
    for path in sorted(folder.glob("*.h5")):
        mixed = path.name.startswith("netcdf")
        windows = (64 if "256" in path.name else 320) if mixed else 640
        readers = {
            "h5py": [sys.executable, __file__, "read", path, windows, "2"],
            "disk": [ondine, path, windows, "0"],
            "memory": [ondine, path, 10 * windows, "4096"],
        }
        for cache in ("cold", "warm"):
            found = {name: [] for name in readers}
            for _ in range(rounds):
                for name, command in readers.items():
                    if cache == "cold":
                        forget(path)
                    found[name].append(run(command))
            median = {n: [statistics.median(column) for column in zip(*rows)] for n, rows in found.items()}
            pairs = list(zip(found["h5py"], found["disk"]))
            speed = statistics.median(b[0] / a[0] for a, b in pairs)
            processors = statistics.median(a[2] / b[2] for a, b in pairs)
            print(
                f"{path.stem} | {cache} | {median['h5py'][0]:.0f} | {median['disk'][0]:.0f} | {speed:.1f} | {processors:.1f} | "
                f"{median['h5py'][1]:.0f} | {median['disk'][1]:.0f} | {median['memory'][0]:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    elif sys.argv[1] == "compare":
        compare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        read(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
