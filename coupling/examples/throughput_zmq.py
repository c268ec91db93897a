"""Frames per second of pyzmq PUSH/PULL: throughput_zmq.py ipc|tcp CLIENTS FRAMES VALUES; called by throughput.rs."""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import zmq


def push(endpoint, frames, values):
    socket = zmq.Context().socket(zmq.PUSH)
    socket.connect(endpoint)
    u = np.full(values, 0.5)
    for frame in range(frames):
        u[frame % values] = frame
        socket.send(u)
    socket.close()


def pull(transport, clients, frames, values):
    with tempfile.TemporaryDirectory() as folder:
        socket = zmq.Context().socket(zmq.PULL)
        socket.bind(f"ipc://{folder}/frames" if transport == "ipc" else "tcp://127.0.0.1:*")
        endpoint = socket.getsockopt_string(zmq.LAST_ENDPOINT)
        command = [sys.executable, os.path.abspath(__file__), "push", endpoint, str(frames), str(values)]
        processes = [subprocess.Popen(command) for _ in range(clients)]
        begun = None
        for _ in range(clients * frames):
            u = np.frombuffer(socket.recv())
            begun = begun or time.perf_counter()
        rate = (clients * frames - 1) / (time.perf_counter() - begun)
        assert u.size == values and all(process.wait() == 0 for process in processes)
        print(rate)


if sys.argv[1] == "push":
    push(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    pull(sys.argv[1], *map(int, sys.argv[2:5]))
