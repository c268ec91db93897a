"""Types of the module; the texts of its classes and methods are here."""

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any, Literal, final

import numpy as np
import numpy.typing as npt

__version__: str

Conditions = Mapping[str, float] | Sequence[float] | npt.NDArray[np.float64]

class Error(RuntimeError):
    """A call failed, or the other side refused it."""

    code: str
    """Name of the reason: "SHAPE", "NOT_FINITE", "TIMEOUT", ...; those of the C interface without ONDINE_."""

@final
class Simulation:
    """A simulation that has begun."""

    @property
    def number(self) -> int:
        """Its number in the training."""
    @property
    def values(self) -> npt.NDArray[np.float64]:
        """Its conditions, of shape [condition]."""
    @property
    def frames(self) -> int:
        """Frames that the training has already; more than 0 where it was begun before. They are not sent again."""

@final
class Client:
    """A simulation code's end of the wire.

    >>> with ondine.Client() as client:                     # at ONDINE_ENDPOINT
    ...     client.field("u", shape=(64, 32))
    ...     for simulation in client:                       # the training chooses the conditions
    ...         u = initial(simulation.values)
    ...         for step in range(100):
    ...             client.put("u", u)
    ...             client.commit(step * dt)
    ...             u = advance(u)
    ...         client.finish()

    Options that are not given come from the environment (ONDINE_TOKEN, ONDINE_WHEN_FULL, ...). Calls that wait let other
    threads run, and end at Ctrl-C. After an exception within the block the simulation counts as failed.

    Connects to "ipc://PATH" or "tcp://HOST:PORT".

    when_full: what `commit` does while the training is behind; it waits by default.
    timeout: seconds without progress after which a call fails, 600 by default.
    reconnect: seconds during which a broken connection is made again, 30 by default.
    window: frames that are kept until the training has them, 8 by default.
    ranks: clients that make each simulation together, 1 by default.
    """

    def __new__(
        cls,
        endpoint: str | None = None,
        *,
        token: str | None = None,
        when_full: Literal["block", "drop", "fail"] | None = None,
        timeout: float | None = None,
        reconnect: float | None = None,
        window: int | None = None,
        ranks: int | None = None,
    ) -> Client: ...
    def field(self, name: str, shape: Sequence[int], dtype: npt.DTypeLike | None = None) -> None:
        """Declares a field by its global shape: [x], [x, y] or [x, y, z], components of a vector as a last axis.

        dtype is float64 (default) or float32. All fields are declared before the first simulation.
        """
    def next(self) -> Simulation | None:
        """Asks for a simulation, and waits for it; None where no more are wanted. Iterating does the same."""
    def __iter__(self) -> Iterator[Simulation]: ...
    def __next__(self) -> Simulation: ...
    def begin(self, values: Sequence[float] = ...) -> Simulation:
        """Begins a simulation with conditions [condition] that the code chose."""
    def resume(self, number: int, values: Sequence[float] = ..., frame: int = 0) -> Simulation:
        """Begins simulation `number` of the code's own numbering, or goes on with it; `frame` is committed next."""
    def join(self, number: int) -> Simulation:
        """Takes part in a simulation that another rank began."""
    def put(self, field: str, array: npt.NDArray[Any], offset: Sequence[int] | None = None) -> None:
        """Puts a field, or a block of it, into the frame that `commit` ends.

        array: float32 or float64 as declared, [x], [x, y], ...; in C or Fortran order its values are copied once, straight
        into the message. offset: place of the block's first point, one number per axis.
        """
    def static(
        self,
        name: str,
        array: npt.NDArray[Any],
        shape: Sequence[int] | None = None,
        offset: Sequence[int] | None = None,
    ) -> None:
        """Gives a static field, such as a mask, once a simulation; a block of it with its global shape and offset."""
    def commit(self, time: float) -> None:
        """Ends the frame that was put, at this time; times grow."""
    def finish(self, status: int = 0) -> None:
        """Ends the simulation, and waits until the training has all its frames; other than 0: it failed."""
    def should_stop(self) -> bool:
        """Whether the training wants no more."""
    @property
    def dropped(self) -> int:
        """Frames that were dropped because the training was behind."""
    def close(self) -> None:
        """Closes the client."""
    def __enter__(self) -> Client: ...
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

@final
class Event:
    """An event at a listener."""

    @property
    def kind(self) -> Literal["wanted", "began", "static", "frame", "said", "ended", "gone"]: ...
    @property
    def simulation(self) -> int | None: ...
    @property
    def frame(self) -> int | None:
        """Index of a frame, from 0; it grows by more than 1 where a client dropped frames."""
    @property
    def frames(self) -> int | None:
        """Frames that came before a begin, or until an end."""
    @property
    def time(self) -> float | None:
        """Time of a frame."""
    @property
    def values(self) -> npt.NDArray[np.float64] | None:
        """Conditions of a simulation that began, [condition]."""
    @property
    def fields(self) -> dict[str, npt.NDArray[Any]]:
        """Fields of a frame, or one static field, each in its global shape."""
    @property
    def outcome(self) -> Literal["finished", "failed", "incomplete"] | None: ...
    @property
    def text(self) -> str | None:
        """Reason of a failed simulation or of a client that is gone."""

@final
class Listener:
    """A training's end of the wire: each frame of each simulation comes once, in order.

    >>> listener = ondine.Listener()
    >>> listener.offer(0, [0.5])
    >>> listener.end()
    >>> while (event := listener.event(timeout=60)) and event.kind != "ended":
    ...     if event.kind == "frame":
    ...         learn(event.fields["u"], event.time)

    Listens; port 0 chooses a free one. Beyond this machine a token is needed.

    capacity: bytes of frames that may wait, 256 MiB by default. patience: seconds during which a client whose connection
    broke may come back, 10 by default.
    """

    def __new__(
        cls,
        endpoint: str = "tcp://127.0.0.1:0",
        *,
        token: str | None = None,
        capacity: int | None = None,
        patience: float | None = None,
    ) -> Listener: ...
    @property
    def endpoint(self) -> str: ...
    def offer(self, number: int, values: Sequence[float] | npt.NDArray[np.float64]) -> None:
        """Offers a simulation with its conditions [condition] to clients that ask."""
    def restore(
        self, number: int, values: Sequence[float] | npt.NDArray[np.float64], frames: int, ended: bool = False
    ) -> None:
        """Says that an earlier listener had this many frames of a simulation."""
    def end(self) -> None:
        """Says that no further simulation will be offered."""
    def stop(self) -> None:
        """Says that no further frames are wanted."""
    def event(self, timeout: float | None = None) -> Event | None:
        """The next event, if one comes within so many seconds."""

class Surrogate:
    """The surrogate of a run directory, or of a file that `ondine export` made of one.

    States are arrays of shape [field, x, ...], or [x, ...] where there is one field; of several frames, [frame, field, x, ...].
    """

    info: dict[str, Any]

    def __init__(self, run: str | PathLike[str], device: str = "cpu") -> None: ...
    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a state: [field, x, ...], with the frames first where a state has several."""
    @property
    def conditions(self) -> list[str]:
        """Names of the conditions that a step takes."""
    def step(self, state: npt.ArrayLike, conditions: Conditions = ()) -> npt.NDArray[Any]:
        """The state one step later, a new array; conditions by name, or in their order."""
    def restart(self) -> None:
        """Begins another rollout by `step`: noise that is correlated in time is drawn anew."""
    def step_ensemble(
        self, state: npt.ArrayLike, conditions: Conditions = (), members: int = 8
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Mean and standard deviation of members that sample their answers, one step later."""
    def close(self) -> None:
        """Frees the surrogate; once is enough."""
    def __enter__(self) -> Surrogate: ...
    def __exit__(self, *_: object) -> None: ...

class Gate:
    """Decides which steps of a surrogate are good, and which a solver has to make.

    `policy` is a text with the keys of a policy, such as "tolerance = 0.1". The run needs a calibration, which
    `ondine evaluate RUN --gate POLICY.toml` writes.
    """

    def __init__(self, surrogate: Surrogate, policy: str = "") -> None: ...
    def decide(
        self, before: npt.ArrayLike, after: npt.ArrayLike, conditions: Conditions = ()
    ) -> tuple[Literal["accept", "solver", "stop"], float]:
        """One of "accept", "solver" or "stop" for a step from one state to the next, and the score, whose limit is 1."""
    def feed(self, endpoint: str | None = None) -> None:
        """Sends each truth from now on into the training at an endpoint (None: ONDINE_ENDPOINT), with the state before it."""
    def truth(self, predicted: npt.ArrayLike, truth: npt.ArrayLike) -> None:
        """Tells the truth for the last state of the surrogate; later decisions follow from its error."""
    def close(self) -> None:
        """Closes the gate; once is enough."""
    def __enter__(self) -> Gate: ...
    def __exit__(self, *_: object) -> None: ...
