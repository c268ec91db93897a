"""Ondine: simulation codes stream their fields into the training of a surrogate.

A code is a :class:`Client`; :class:`Listener` is the other end, for training loops of one's own. A :class:`Surrogate` advances
states by what was trained, and a :class:`Gate` says which of them are good.
"""

from ._ondine import Client, Error, Event, Listener, Simulation, __version__
from .surrogate import Gate, Surrogate

__all__ = ["Client", "Error", "Event", "Gate", "Listener", "Simulation", "Surrogate", "__version__"]
