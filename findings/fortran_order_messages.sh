#!/usr/bin/env bash
# mpi4py 4.1.2 over the wheel of MPICH 5.0.2, pyzmq 27.3.0 (NumPy 2.4.6): messages of Fortran-ordered arrays.
#
# Expected: arrays that are not in C order are refused, as strided ones are ("not contiguous"), or arrive in C order.
# Seen: both libraries send the memory of a Fortran-ordered or transposed array as it lies, and a receiver with an array
# of the same shape in C order gets the values in another order, without an error on either side.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv env && env/bin/pip install -q mpi4py==4.1.2 mpich==5.0.2 pyzmq==27.3.0 numpy==2.4.6
cat > exchange.py <<'P'
import numpy as np
import zmq
from mpi4py import MPI

comm = MPI.COMM_WORLD
u = np.arange(12.0).reshape(3, 4)
arrays = {"C order": u, "Fortran order": np.asfortranarray(u), "transposed": u.T}
for name, array in arrays.items():
    if comm.rank == 0:
        comm.Send(array, 1)
    else:
        got = np.empty(array.shape)
        comm.Recv(got, 0)
        print(f"mpi4py, {name}: sent {array.ravel()[:5].tolist()}…, received {got.ravel()[:5].tolist()}…", flush=True)
        assert np.array_equal(got, array) == (name == "C order")
        assert np.array_equal(got.ravel(), array.ravel(order="K"))
if comm.rank == 0:
    try:
        comm.Send(u[:, ::2], 1)
        raise AssertionError("a strided array was sent")
    except BufferError as error:
        print("mpi4py, strided:", error, flush=True)
    context = zmq.Context()
    here, there = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    here.bind("inproc://fields")
    there.connect("inproc://fields")
    for name, array in arrays.items():
        here.send(array)
        got = np.frombuffer(there.recv()).reshape(array.shape)
        print(f"pyzmq, {name}: sent {array.ravel()[:5].tolist()}…, received {got.ravel()[:5].tolist()}…", flush=True)
        assert np.array_equal(got, array) == (name == "C order")
    try:
        here.send(u[:, ::2])
        raise AssertionError("a strided array was sent")
    except ValueError as error:
        print("pyzmq, strided:", error, flush=True)
    print("as stated")
P
timeout 60 env/bin/mpiexec -n 2 env/bin/python exchange.py | tee seen
grep -qx "as stated" seen
