"""A code and a listener in one process: `pip install bindings/python[test] && pytest bindings/python`."""

import ast
import inspect
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import ondine


@pytest.fixture
def listener():
    return ondine.Listener()


def events(listener, timeout=0.5):
    while (event := listener.event(timeout)) is not None:
        yield event


def test_simulations_of_the_training_arrive_with_their_arrays(listener):
    def code():
        with ondine.Client(listener.endpoint) as client:
            client.field("u", shape=(3, 2))
            client.field("v", (4,), np.float32)
            for simulation in client:
                for step in range(3):
                    client.put("u", np.full((3, 2), simulation.values[0] + step))
                    client.put("v", np.arange(4, dtype=np.float32) * step)
                    client.commit(0.5 * step)
                client.finish()

    thread = threading.Thread(target=code)
    thread.start()
    listener.offer(7, [0.25])
    listener.offer(8, np.array([0.5]))
    listener.end()
    found = list(events(listener))
    thread.join()
    frames = [event for event in found if event.kind == "frame"]
    assert [(f.simulation, f.frame, f.time) for f in frames] == [(n, i, 0.5 * i) for n in (7, 8) for i in range(3)]
    assert np.array_equal(frames[4].fields["u"], np.full((3, 2), 1.5))
    assert frames[4].fields["v"].dtype == np.float32
    assert np.array_equal(frames[5].fields["v"], [0, 2, 4, 6])
    assert [(e.simulation, e.outcome, e.frames) for e in found if e.kind == "ended"] == [
        (7, "finished", 3),
        (8, "finished", 3),
    ]


def test_arrays_of_every_order_arrive_as_they_are_indexed(listener):
    client = ondine.Client(listener.endpoint)
    client.field("u", shape=(3, 4))
    client.begin([1.0])
    u = np.arange(12.0).reshape(3, 4)
    wide = np.zeros((6, 8))
    wide[::2, ::2] = u
    packed = np.zeros(12, dtype=[("flag", "i1"), ("u", "f8")])
    packed["u"] = u.ravel()
    unaligned = packed["u"].reshape(3, 4)
    read_only = u.copy()
    read_only.flags.writeable = False
    orders = [u, np.asfortranarray(u), u.T.copy().T, wide[::2, ::2], u[::-1, ::-1].copy()[::-1, ::-1], unaligned, read_only]
    assert not unaligned.flags.aligned
    for step, array in enumerate(orders):
        client.put("u", array)
        client.commit(step)
    client.put("u", u[:, :2], offset=(0, 0))
    client.put("u", u[:, 2:], offset=(0, 2))
    client.commit(len(orders))
    client.finish()
    frames = [event.fields["u"] for event in events(listener) if event.kind == "frame"]
    assert len(frames) == len(orders) + 1
    for frame in frames:
        assert np.array_equal(frame, u)


@pytest.mark.parametrize(
    "array",
    [
        [1.0, 2.0],
        np.arange(2),
        np.arange(2, dtype=np.float16),
        np.arange(2, dtype=">f8"),
        np.ma.masked_array([1.0, 2.0], mask=[0, 1]),
        np.array([1, 2j]),
        3.0,
    ],
    ids=repr,
)
def test_arrays_of_other_types_are_refused(listener, array):
    client = ondine.Client(listener.endpoint)
    client.field("u", shape=(2,))
    client.begin()
    with pytest.raises(TypeError):
        client.put("u", array)


def test_errors_have_a_code_and_a_sentence(listener):
    client = ondine.Client(listener.endpoint)

    def code(call, *arguments):
        with pytest.raises(ondine.Error) as found:
            call(*arguments)
        assert len(str(found.value)) > 10
        return found.value.code

    assert code(client.begin) == "ORDER"
    client.field("u", shape=(2,))
    assert code(client.field, "u", (2,)) == "FIELD"
    assert code(client.begin, [float("nan")]) == "NOT_FINITE"
    client.begin()
    assert code(client.put, "u", np.zeros(3)) == "SHAPE"
    assert code(client.put, "u", np.zeros(2, np.float32)) == "FIELD"
    assert code(client.put, "u", np.array([1, np.nan])) == "NOT_FINITE"
    assert code(client.put, "w", np.zeros(2)) == "FIELD"
    assert code(client.commit, 0.0) == "MISSING"
    assert code(client.close) == "ORDER"
    assert code(client.commit, 0.0) == "HANDLE"
    assert code(ondine.Client, "nowhere") == "ENDPOINT"
    assert code(ondine.Client, "tcp://127.0.0.1:1") == "CONNECT"
    with pytest.raises(TypeError):
        ondine.Client(listener.endpoint).field("u", (2,), "int32")


def test_a_static_field_and_a_stop_come_through(listener):
    with ondine.Client(listener.endpoint) as client:
        client.field("u", shape=(2,))
        client.begin()
        client.static("mask", np.array([[True, False]]).astype(np.float32))
        assert not client.should_stop()
        listener.stop()
        while not client.should_stop():
            time.sleep(0.001)
        client.finish()
        assert client.next() is None
    static = [event for event in events(listener) if event.kind == "static"]
    assert static[0].fields["mask"].tolist() == [[1.0, 0.0]]


def test_an_exception_in_a_code_fails_its_simulation(listener):
    with pytest.raises(ZeroDivisionError):
        with ondine.Client(listener.endpoint) as client:
            client.field("u", shape=(1,))
            client.begin()
            client.put("u", np.zeros(1) + 1 / 0)
    assert [event.outcome for event in events(listener) if event.kind == "ended"] == ["failed"]


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_a_call_that_waits_ends_at_an_interrupt(listener):
    client = ondine.Client(listener.endpoint)
    client.field("u", shape=(1,))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it starts in the background
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        client.next()
    assert time.monotonic() - start < 5


def test_the_stub_has_the_texts_of_the_module():
    tree = ast.parse((pathlib.Path(ondine.__file__).parent / "__init__.pyi").read_text())
    count = 0
    for definition in tree.body:
        if not isinstance(definition, ast.ClassDef):
            continue
        found = getattr(ondine, definition.name)
        assert inspect.getdoc(found) == ast.get_docstring(definition), definition.name
        for method in definition.body:
            if isinstance(method, ast.FunctionDef) and ast.get_docstring(method):
                text = inspect.getdoc(getattr(found, method.name))
                assert text == ast.get_docstring(method), method.name
                count += 1
    assert count > 20


def test_a_code_of_py_pde_streams_its_states(listener):
    pytest.importorskip("pde", reason="needs py-pde")
    script = pathlib.Path(__file__).parent.parent / "examples/allen_cahn.py"
    listener.offer(3, [1.0])
    listener.end()
    environment = {**os.environ, "ONDINE_ENDPOINT": listener.endpoint}
    code = subprocess.Popen([sys.executable, script], env=environment)
    frames, ended = [], None
    while ended is None:
        event = listener.event(timeout=100)
        assert event is not None, "it is silent"
        if event.kind == "frame":
            frames.append(event)
        elif event.kind == "ended":
            ended = event
    assert code.wait() == 0
    assert ended.outcome == "finished"
    assert [event.time for event in frames] == [0.5 * i for i in range(10)]
    first, last = (event.fields["c"] for event in (frames[0], frames[-1]))
    # The phases separate: values go to -1 and 1.
    assert np.abs(last).mean() > np.abs(first).mean() + 0.2
    assert np.abs(last).max() < 1.1


def test_a_code_of_exponax_streams_its_states(listener):
    pytest.importorskip("exponax", reason="needs exponax")
    script = pathlib.Path(__file__).parent.parent / "examples/kuramoto_sivashinsky.py"
    for number, growth in enumerate([0.9, 1.1]):
        listener.offer(number, [growth])
    listener.end()
    environment = {**os.environ, "ONDINE_ENDPOINT": listener.endpoint}
    code = subprocess.Popen([sys.executable, script], env=environment)
    frames, ended = {0: [], 1: []}, []
    while len(ended) < 2:
        event = listener.event(timeout=100)
        assert event is not None, "it is silent"
        if event.kind == "frame":
            frames[event.simulation].append(event.fields["u"])
        elif event.kind == "ended":
            ended.append(event.outcome)
    assert code.wait() == 0
    assert ended == ["finished", "finished"]
    for states in map(np.array, frames.values()):
        assert states.shape == (30, 64)
        # The equation conserves the mean, and its waves saturate.
        assert np.abs(states.mean(axis=1)).max() < 1e-9
        assert 0.5 < states.std() < 3.0
        assert np.abs(states[-1] - states[0]).max() > 0.1
